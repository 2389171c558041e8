"""Many trials side by side, each on record as soon as it has ended: a stop loses only those that run."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError
from lstm_course.experiments.learners import Track
from lstm_course.experiments.row import Row
from lstm_course.experiments.trial import run_trial
from lstm_course.json_files import read_json, write_json
from lstm_course.machine import describe_machine, environment_kept, versions

#: What of a row the networks of today do not read.
OF_1997 = ("design", "rate", "spread", "input_gate_biases", "output_gate_biases", "every_step")
#: What of a row each track's network does not read.
UNREAD: Mapping[Track, tuple[str, ...]] = {
    "1997": ("units", "batch_size", "adam_rate", "rate_falls"),
    "today": OF_1997,
    "rnn": (*OF_1997, "adam_rate", "rate_falls", "late_memory"),
}
#: What every record has to say.
NEEDED = ("solved", "sequences", "wrong", "seconds", "machine", "command", "versions")


@dataclass(frozen=True)
class Planned:
    """One trial that is to be on record.

    Attributes
    ----------
    row : Row
    track : {"1997", "today", "rnn"}
    seed : int
    limit : int, optional
        A smaller budget than the row's.
    """

    row: Row
    track: Track
    seed: int
    limit: int | None = None

    def place(self, runs: Path) -> Path:
        """Return its file: one folder a row and track; a smaller budget has files of its own."""
        name = f"{self.seed}.json" if self.limit is None else f"{self.seed}-limit{self.limit}.json"
        return runs / f"{self.row.name}.{self.track}" / name

    @property
    def settings(self) -> dict[str, str]:
        """What of the row the track depends on, by name."""
        names = [field.name for field in fields(self.row) if field.name not in UNREAD[self.track]]
        return {name: repr(getattr(self.row, name)) for name in names}

    def read(self, runs: Path) -> dict[str, Any] | None:
        """Return what is on record of it; None if nothing is.

        Raises
        ------
        InputError
            The trial on record had other settings, or the record lacks something. Where it does not say with
            which settings it was run, it is taken at its word.
        """
        place = self.place(runs)
        if not place.is_file():
            return None
        record: dict[str, Any] = read_json(place)
        missing = [name for name in NEEDED if name not in record]
        if missing:
            hint = "Move it away, and the trial is run again."
            raise InputError(f"a whole record in {place}", f"one without {', '.join(missing)}", hint)
        known = record.get("settings", self.settings)
        other = [name for name, value in self.settings.items() if known.get(name) != value]
        if other:
            raise InputError(
                f"a trial of {self.row.name} with {', '.join(f'{n} {self.settings[n]}' for n in other)}",
                f"{', '.join(f'{n} {known.get(n)}' for n in other)} in {place}",
                f"Move {place.parent} away, and its trials are run again.",
            )
        return record


def plan(rows: Sequence[Row], tracks: Sequence[Track], trials: int, limit: int | None) -> list[Planned]:
    """Return the trials of some rows, seeds 0, 1, …, row by row."""
    return [Planned(row, track, seed, limit) for row in rows for track in tracks for seed in range(trials)]


def run_planned(
    trials: Sequence[Planned],
    runs: Path,
    workers: int,
    say: Callable[[Planned, dict[str, Any], bool], None],
    command: str,
) -> None:
    """Run the trials that are not on record yet.

    Parameters
    ----------
    trials : sequence of Planned
    runs : Path
        Where the records go.
    workers : int
        Processes side by side.
    say : callable
        Told of each trial that is on record: the trial, its record, whether it was there before.
    command : str
        Goes on record.

    Raises
    ------
    KeyboardInterrupt
        Somebody stopped it; what had ended is on record, and no process is left.
    InputError
        Trials on record had other settings.
    """
    missing = []
    for trial in trials:
        known = trial.read(runs)
        if known is None:
            missing.append(trial)
        else:
            say(trial, known, True)
    if not missing:
        return
    about = {"command": command, "machine": describe_machine(), "versions": versions()}
    with _pool_of(workers) as pool:
        running = {
            pool.submit(run_trial, trial.row, trial.track, trial.seed, trial.limit): trial
            for trial in missing
        }
        for done in as_completed(running):
            trial = running[done]
            named = {"row": trial.row.name, "track": trial.track, "settings": trial.settings}
            record = {**named, **done.result(), **about}
            write_json(trial.place(runs), record)
            say(trial, record, False)


@contextmanager
def _pool_of(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield processes of one thread each; none outlives a stop."""
    with environment_kept():
        # A trial's threads would only get in the way of its neighbours.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        pool = ProcessPoolExecutor(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_end_with,
            initargs=(os.getpid(),),
        )
        try:
            yield pool
        except BaseException:
            # A pool that is shut down knows them no longer.
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            raise
        pool.shutdown()


def _end_with(parent: int) -> None:
    """Let this process end when its parent does, however that happens; on Windows it cannot tell."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
