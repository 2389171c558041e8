"""One run of the ladder: the command that a reader would type, ``lstm-course train …``.

It has a process of its own, and its time is that of the whole command. What has been run with the same
settings is not run again, and what was broken off goes on, so a climb can be stopped at any time; a run
with other settings is never replaced.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lstm_course.bits import in_hex
from lstm_course.errors import InputError
from lstm_course.json_files import read_json, write_json
from lstm_course.machine import as_typed, describe_machine
from lstm_course.sentiment.configurations import draws_nothing
from lstm_course.sentiment.interrupt import noting_interrupt
from lstm_course.sentiment.runs import CHECKPOINT, HELD_OUT, METRICS, RunFolder, read_right
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.state import stored_settings

MEASURES = ("accuracy", "loss", "f1", "calibration_error")


def on_record(settings: TrainingSettings, folder: Path) -> dict[str, Any] | None:
    """Return what is on record of a finished run with these settings, if there is one."""
    path = folder.with_suffix(".json")
    if not path.is_file() or not (folder / METRICS).is_file():
        return None
    found = read_json(path)
    return found if found.get("settings") == settings.to_dict() else None


def trained(settings: TrainingSettings, folder: Path, timed: bool = True) -> dict[str, Any]:
    """Train in a process of its own, go on where one was broken off, and put its figures on record."""
    words = ["train", "--model", settings.model, "--seed", str(settings.seed), "--corpus", settings.corpus]
    epochs = None if draws_nothing(settings.model) else settings.epochs
    named = {"--epochs": epochs, "--corpus-path": settings.corpus_path, "--limit": settings.limit}
    for option, value in named.items():
        words += [option, str(value)] if value is not None else []
    words += ["--out", str(folder)]
    again = goes_on(settings, folder)
    if again:
        words.append("--resume")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    began = time.perf_counter()
    status, interrupted = run_to_its_end([sys.executable, "-m", "lstm_course", *words])
    seconds = time.perf_counter() - began
    if status == 130 or (interrupted and status != 0):
        raise KeyboardInterrupt
    if status != 0:
        raise InputError(f"a run that ends well: lstm-course {as_typed(words)}", f"exit status {status}")
    metrics = read_json(folder / METRICS)
    record = {
        "model": settings.model,
        "seed": settings.seed,
        "settings": settings.to_dict(),
        **{name: metrics[name] for name in (*MEASURES, "test", "last_epoch", "best_epoch", "parameters")},
        "right": in_hex(read_right(folder / HELD_OUT)),
        "epochs": metrics["epochs_finished"],
        "sizes": metrics["sizes"],
        "seconds": round(seconds, 1) if timed and not again else None,  # of a part they would say nothing
        "load_at_start": None if load is None else round(load, 2),
        "machine": describe_machine(),
        "versions": metrics["versions"],
        "command": as_typed(["lstm-course", *words]),
    }
    write_json(folder.with_suffix(".json"), record)
    if interrupted:  # by a Ctrl-C that came too late to end this run
        raise KeyboardInterrupt
    return record


def run_to_its_end(command: Sequence[str]) -> tuple[int, bool]:
    """Run a program and return its exit status, and whether Ctrl-C was pressed meanwhile.

    A terminal sends Ctrl-C to the program too, which then ends in good order: it is waited for. A second
    Ctrl-C kills it.
    """
    with noting_interrupt() as interrupt:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            return child.wait(), interrupt()
        except BaseException:
            child.kill()
            child.wait()
            raise


def goes_on(settings: TrainingSettings, folder: Path) -> bool:
    """Return whether a run with these settings was begun and not finished.

    Raises
    ------
    InputError
        Where something else is in the run's place.
    """
    run, record = RunFolder(folder), folder.with_suffix(".json")
    there = [place for place in (folder, record) if place.exists()]
    there += [run.partial] if run.is_begun() else []
    if not there:
        return False
    if not record.exists() and _broken_off(run, settings):
        return True
    raise InputError(
        f"a new folder for the run {folder.name}",
        f"{' and '.join(map(str, there))}, not on record with these settings",
        "Choose another --runs, or move it away.",
    )


def _broken_off(run: RunFolder, settings: TrainingSettings) -> bool:
    """Return whether all that is there is a run with these settings that something or Ctrl-C ended."""
    try:
        if run.out.exists():  # it will be replaced, which none but an interrupted one may be
            interrupted = read_json(run.out / METRICS).get("interrupted") is True
            if not interrupted or not _same(stored_settings(run.out / CHECKPOINT), settings):
                return False
        return _same(stored_settings(run.find_checkpoint()), settings)
    except InputError:
        return False


def _same(stored: TrainingSettings, settings: TrainingSettings) -> bool:
    """Return whether a checkpoint is of these settings; a solver has set its epochs to 1."""
    return (replace(stored, epochs=settings.epochs) if draws_nothing(stored.model) else stored) == settings
