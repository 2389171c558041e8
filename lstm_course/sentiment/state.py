"""How far a run is: what a checkpoint holds beside the learner's own weights and optimiser state."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.json_files import read_json, write_json
from lstm_course.sentiment.learner import EpochResult, load_arrays, save_arrays
from lstm_course.sentiment.settings import TrainingSettings

STATE, BEST = "state.json", "best.npz"


@dataclass
class TrainingState:
    """The epochs so far and the best weights among them.

    Parameters
    ----------
    finished : int
        The number of finished epochs.
    history : list of dict
        One row per epoch. Where Ctrl-C came before the first epoch was over, the one row is about what
        there was then, and ``finished`` is 0.
    last : dict of str to float
        All figures of the last epoch on the validation part.
    best_epoch : int
        The epoch with the lowest validation loss, from 1.
    best_weights : list of ndarray
        The learner's weights after that epoch.
    preparation_seconds : float
        Reading, splitting and encoding the reviews.
    """

    finished: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    last: dict[str, float] = field(default_factory=dict)
    best_epoch: int = 0
    best_weights: list[np.ndarray] = field(default_factory=list)
    preparation_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """All time spent: on preparation, training and validation."""
        return self.preparation_seconds + sum(row["seconds"] for row in self.history)

    def take(
        self,
        result: EpochResult,
        measured: dict[str, float],
        seconds: float,
        weights: list[np.ndarray],
    ) -> None:
        """Add an epoch, and keep its weights if they are the best so far."""
        row = {
            "epoch": len(self.history) + 1,
            "loss": result.loss,
            "accuracy": result.accuracy,
            "validation_loss": measured["loss"],
            "validation_accuracy": measured["accuracy"],
            "seconds": round(seconds, 3),
        }
        if all(row["validation_loss"] < before["validation_loss"] for before in self.history):
            self.best_epoch, self.best_weights = int(row["epoch"]), weights
        self.history.append(row)
        self.last = measured
        self.finished += result.finished

    def save(self, folder: Path, settings: TrainingSettings) -> None:
        """Write the state into a checkpoint's folder, its settings beside it."""
        save_arrays(folder / BEST, {f"weight_{i:03d}": w for i, w in enumerate(self.best_weights)})
        content: dict[str, Any] = {
            "finished": self.finished,
            "history": self.history,
            "last": self.last,
            "best_epoch": self.best_epoch,
            "preparation_seconds": self.preparation_seconds,
            "settings": settings.to_dict(),
        }
        write_json(folder / STATE, content)  # last, since it marks the checkpoint as whole

    @classmethod
    def load(cls, folder: Path, settings: TrainingSettings, written: bool = True) -> TrainingState:
        """Read the state back to go on under ``settings``; all that is left may be to write the run folder.

        Raises
        ------
        InputError
            When a file is damaged, when a setting other than ``epochs`` differs from the run's, or when
            no epoch is left to train and the run is written.
        """
        content = read_json(folder / STATE, "a run folder that train wrote")
        before = stored_settings(folder)
        for name, value in before.to_dict().items():
            wanted = settings.to_dict()[name]
            if name != "epochs" and wanted != value:
                raise InputError(
                    f"the run's own {name.replace('_', ' ')}, {value!r}",
                    repr(wanted),
                    "Leave the option out to go on as the run began.",
                )
        arrays = load_arrays(folder / BEST)
        try:
            state = cls(
                int(content["finished"]),
                list(content["history"]),
                dict(content["last"]),
                int(content["best_epoch"]),
                [arrays[name] for name in sorted(arrays)],
                float(content["preparation_seconds"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"the state of a run in {folder / STATE}", f"something else ({error})"
            ) from error
        if state.finished >= settings.epochs and (written or state.finished > settings.epochs):
            raise InputError(
                f"more epochs than the {state.finished} that the run has finished",
                str(settings.epochs),
                "Raise --epochs.",
            )
        return state


def stored_settings(folder: Path) -> TrainingSettings:
    """Return the settings that a checkpoint was made under.

    Raises
    ------
    InputError
        When there is no such file, or it holds something else.
    """
    settings = read_json(folder / STATE, "a run folder that train wrote").get("settings")
    if not isinstance(settings, dict):
        raise InputError(f"settings in {folder / STATE}", repr(settings))
    return TrainingSettings.from_dict(settings)
