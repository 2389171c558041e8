"""Run folders: what a training leaves behind, written whole or not at all, and read back with care.

While a run trains, ``<out>.partial`` holds a checkpoint of its last finished epoch, or of the last stage of
what comes before the first one, and ``<out>.lock`` keeps other trainings away. At its end everything is laid
out inside that folder and renamed to ``<out>`` in one step, so a run folder that exists is complete.

=====================  ==================================================================
``model.keras``        the model (``model.npz`` if it is not one of Keras's; an ensemble has a
                       folder for each of its members)
``vocabulary.txt``     one word a line; the line's number, from 0, is the word's id
``metrics.json``       the figures, the settings, the versions, the command
``history.csv``        one row per epoch
``held-out.csv``       label and probability of each validation review, in their order
``*.png``              learning curves, confusion matrix, reliability diagram
``checkpoint/``        what ``--resume`` needs
=====================  ==================================================================

A folder with anything else in it is not replaced.
"""

from __future__ import annotations

import csv
import glob
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.sentiment.configurations import MEMBERS
from lstm_course.sentiment.stages import Write

METRICS, HISTORY, VOCABULARY = "metrics.json", "history.csv", "vocabulary.txt"
HELD_OUT = "held-out.csv"
CHECKPOINT, PREPARATION, RESULT = "checkpoint", "preparation", "result"
KERAS_FILE, ARRAYS_FILE = "model.keras", "model.npz"
CURVES, CONFUSION, RELIABILITY = "learning-curves.png", "confusion-matrix.png", "reliability.png"
OWN = {METRICS, HISTORY, VOCABULARY, HELD_OUT, CHECKPOINT, KERAS_FILE, ARRAYS_FILE}
OWN |= {CURVES, CONFUSION, RELIABILITY, *(member for members in MEMBERS.values() for member in members)}
"""All that a training writes into a run folder."""

HISTORY_COLUMNS = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds")


class RunFolder:
    """The places of one run on disk.

    Parameters
    ----------
    out : str or Path
        Where the finished run goes.

    Raises
    ------
    InputError
        A path that ends in no name, as ``.`` and ``/``.
    """

    def __init__(self, out: str | Path) -> None:
        self.out = Path(out)
        if self.out.name in ("", ".."):
            raise InputError("a folder's name for the run", repr(str(out)), "Name one, as in runs/first.")
        self.partial = self.out.with_name(self.out.name + ".partial")

    def is_begun(self) -> bool:
        """Return whether an unfinished run has come to a checkpoint."""
        return bool(self._checkpoints())

    def _checkpoints(self) -> list[Path]:
        """Return the unfinished run's checkpoints, the newest last."""
        return [
            path for kind in (PREPARATION, CHECKPOINT) for path in sorted(self.partial.glob(f"{kind}-[0-9]*"))
        ]

    def check(self, replace: bool) -> None:
        """Look whether a run may be written here, before anything costs time.

        Raises
        ------
        InputError
            When there is a run already, finished or not, and ``replace`` is False; when something else
            than a run, or more than a run, would be replaced; a name that no record can hold.
        """
        try:
            str(self.out).encode()
        except UnicodeEncodeError:
            raise InputError("a folder name in UTF-8 for the run", repr(str(self.out))) from None
        if self.out.exists() and not replace:
            raise InputError(
                "a new folder for the run",
                f"{self.out}, which exists",
                "Choose another --out, go on with it by --resume, or replace it by --force.",
            )
        if self.is_begun() and not replace:
            raise InputError(
                "no unfinished run",
                f"one in {self.partial}",
                "Go on with it by --resume, or start over by --force.",
            )
        if self.out.exists() and not _is_run_or_empty(self.out):
            raise InputError("a run folder to replace", f"{self.out}, which holds something else")
        if self.out.exists() and (others := _put_in(self.out)):
            raise InputError(
                "nothing but a run in the folder to replace",
                f"{', '.join(others[:3])}{' and more' if len(others) > 3 else ''} in {self.out} too",
                "Move it elsewhere.",
            )
        if self.partial.exists() and not _is_unfinished_or_empty(self.partial):
            raise InputError("an unfinished run to replace", f"{self.partial}, which holds something else")

    def begin(self) -> None:
        """Make the folder of the unfinished run, in place of an older unfinished one.

        Raises
        ------
        InputError
            When nothing can be written there.
        """
        try:
            if self.partial.is_dir():
                shutil.rmtree(self.partial)
            self.partial.mkdir(parents=True)
        except OSError as error:
            raise InputError("a place that can be written", f"{self.partial} ({error.strerror})") from error

    def abandon(self) -> None:
        """Leave nothing of a run that came to no checkpoint."""
        shutil.rmtree(self.partial)

    def save_checkpoint(self, epoch: int, write: Write, kind: str = CHECKPOINT) -> None:
        """Keep the state after ``epoch`` finished epochs; the one before goes only when it is whole.

        ``write(folder)`` fills the checkpoint's folder. Of the kind ``PREPARATION`` it is the state after so
        many stages of what comes before the first epoch.
        """
        new, name = self.partial / f"{kind}-new", f"{kind}-{epoch:05d}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write(new)
        os.replace(new, self.partial / name)
        for old in self._checkpoints():
            if old.name != name:
                shutil.rmtree(old)

    def find_checkpoint(self) -> Path:
        """Return the newest checkpoint, of the unfinished run first, else of the finished one.

        Raises
        ------
        InputError
            When there is none.
        """
        if self.is_begun():
            return self._checkpoints()[-1]
        if (self.out / CHECKPOINT).is_dir():
            return self.out / CHECKPOINT
        raise InputError(f"a run to resume at {self.out}", "none", "Start one without --resume.")

    def finish(self, write: Write) -> None:
        """Lay the whole run out beside its checkpoint and put it in its place.

        ``write(folder)`` fills everything but the checkpoint.
        """
        result = self.partial / RESULT
        shutil.rmtree(result, ignore_errors=True)
        result.mkdir(parents=True)
        write(result)
        for checkpoint in sorted(self.partial.glob(f"{CHECKPOINT}-[0-9]*"))[-1:]:
            shutil.copytree(checkpoint, result / CHECKPOINT)
        if self.out.exists():
            os.replace(self.out, self.out.with_name(f"{self.out.name}.replaced-{time.time_ns()}"))
        os.replace(result, self.out)
        # All that lie so: one was left where a process was killed between these two. What a person has put
        # into one meanwhile stays.
        for old in self.out.parent.glob(f"{glob.escape(self.out.name)}.replaced-[0-9]*"):
            if old.is_dir() and not _put_in(old):
                shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self.partial)


def _is_run_or_empty(folder: Path) -> bool:
    """Tell whether ``--force`` may replace this: it must never delete what no training wrote."""
    return folder.is_dir() and ((folder / METRICS).is_file() or not any(folder.iterdir()))


def _put_in(run: Path) -> list[str]:
    """Return what a person has put into a run folder; hidden files are file managers', and nobody's loss."""
    return sorted(
        path.name for path in run.iterdir() if path.name not in OWN and not path.name.startswith(".")
    )


def _is_unfinished_or_empty(folder: Path) -> bool:
    """Tell whether a new run may begin in place of this, as ``_is_run_or_empty``."""
    return folder.is_dir() and all(
        path.name == RESULT or path.name.startswith((f"{CHECKPOINT}-", f"{PREPARATION}-"))
        for path in folder.iterdir()
    )


def write_held_out(path: Path, labels: Sequence[int], probabilities: Sequence[float]) -> None:
    """Write one row per validation review."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["label", "probability"])
        writer.writerows(zip(labels, probabilities, strict=True))


def read_right(path: Path) -> list[bool]:
    """Return of each validation review whether its probability is on its label's side."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(float(row["probability"]) >= 0.5) == (row["label"] == "1") for row in csv.DictReader(file)]


def write_history(path: Path, history: Sequence[dict[str, float]]) -> None:
    """Write one row per epoch."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HISTORY_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
