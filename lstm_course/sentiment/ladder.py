"""The ladder: every rung trained on several seeds, and one table of what each step buys.

Nothing is chosen by the official test part: it is measured at the end of each run, where the corpus has
one, and stands in a column of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError
from lstm_course.json_files import read_record, write_json
from lstm_course.machine import describe_machine
from lstm_course.sentiment.configurations import CONFIGURATIONS, draws_nothing
from lstm_course.sentiment.ladder_runs import goes_on, on_record, trained
from lstm_course.sentiment.settings import SUITABLE, TrainingSettings

RUNGS = (
    "bag-of-unigrams",
    "bag-of-words",
    "nbsvm",
    "seed",
    "bilstm-last",
    "bilstm",
    "bilstm-pairs",
    "bilstm-vectors",
    "lstm-pooled",
    "lm-lstm",
    "sa-lstm",
    "bilstm-adversarial",
    "bilstm-virtual",
    "bilstm-distilled",
    "bilstm-combined",
    "ensemble",
)


@dataclass(frozen=True)
class Climb:
    """What is to be trained.

    Parameters
    ----------
    rungs : tuple of str
        Names of configurations.
    seeds : tuple of int
        A rung whose solver draws nothing takes the first alone.
    corpus, corpus_path, limit, epochs
        As in ``TrainingSettings``; epochs, if not given, are what suits each rung.
    runs : Path
        Where the run folders are, one per rung and seed.
    timed : bool
        False where the machine does other work meanwhile: the runs then go on record without seconds.
    train : bool
        False takes only what is on record.
    keep : bool
        True keeps the other runs of the record that is there, those of rungs or seeds not named here.

    Raises
    ------
    InputError
        An unknown rung, no seed, or settings that will not do.
    """

    rungs: tuple[str, ...] = RUNGS
    seeds: tuple[int, ...] = (0, 1, 2)
    corpus: str = "imdb"
    corpus_path: str | None = None
    limit: int | None = None
    epochs: int = SUITABLE
    runs: Path = Path("runs/ladder")
    timed: bool = True
    train: bool = True
    keep: bool = False

    def __post_init__(self) -> None:
        if not self.rungs or not self.seeds:
            raise InputError("at least one rung and one seed", f"{self.rungs} and {self.seeds}")
        self.steps()  # raises where settings will not do

    def steps(self) -> list[tuple[TrainingSettings, Path]]:
        """Return the settings and the folder of each run, rung by rung."""
        return [
            (
                TrainingSettings(
                    model=rung,
                    seed=seed,
                    corpus=self.corpus,
                    corpus_path=self.corpus_path,
                    limit=self.limit,
                    epochs=self.epochs,
                ),
                self.runs / f"{rung}-{seed}",
            )
            for rung in self.rungs
            for seed in (self.seeds[:1] if draws_nothing(rung) else self.seeds)
        ]


def climb(plan: Climb, out: Path, say: Callable[[str], None], command: str) -> dict[str, Any]:
    """Train what has not been trained, and write the record after each run.

    Parameters
    ----------
    plan : Climb
    out : Path
        The record, a JSON file.
    say : callable
        Told what is done, one line each.
    command : str
        The command to record.

    Returns
    -------
    dict
        The record: ``rungs`` as ``summary`` gives them, ``runs`` one by one, machine, command, date.

    Raises
    ------
    InputError
        Something else in a run's place; a run that failed for the input's sake; nothing on record where
        nothing is to be trained; a record to keep that is missing, or of other texts.
    KeyboardInterrupt
        A run was interrupted; the next climb goes on from there.
    """
    runs = kept_runs(plan, out) if plan.keep else []
    record: dict[str, Any] = {}
    for settings, folder in plan.steps():
        if plan.train and not on_record(settings, folder):
            goes_on(settings, folder)  # raises where something is in the way, before anything is trained
    for settings, folder in plan.steps():
        found = on_record(settings, folder)
        if not (found or plan.train):
            continue
        say(f"{folder.name}: {'on record' if found else 'training'}")
        runs.append(found or trained(settings, folder, plan.timed))
        runs.sort(key=from_the_bottom)
        record = {
            "what": "the ladder of models of sentiment",
            "command": command,
            "date": datetime.now(UTC).date().isoformat(),
            "machine": timed_on(runs) or describe_machine(),
            "corpus": plan.corpus,
            "limit": plan.limit,
            "rungs": [
                summary(rung, of_rung(runs, rung)) for rung in dict.fromkeys(run["model"] for run in runs)
            ],
            "runs": runs,
        }
        write_json(out, record)
    if not record:
        raise InputError(f"a run on record in {plan.runs}", "none", "Train some: leave --no-train out.")
    return record


def kept_runs(plan: Climb, out: Path) -> list[dict[str, Any]]:
    """Return the runs of the record at ``out`` that are not among the plan's steps.

    Raises
    ------
    InputError
        No record, or one of another corpus or another number of reviews.
    """
    record = read_record(out, "the ladder", "runs", "Without --keep a new one is begun.")
    of = {"corpus": plan.corpus, "limit": plan.limit}
    if (found := {name: record.get(name) for name in of}) != of:
        raise InputError(f"a record to keep of {of}", f"{out}, of {found}", "Choose another --out.")
    steps = {(settings.model, settings.seed) for settings, _ in plan.steps()}
    kept = [run for run in record["runs"] if (run["model"], run["seed"]) not in steps]
    machine = {"machine": record["machine"]} if "machine" in record else {}
    return [machine | run if run["seconds"] is not None else run for run in kept]  # its own name for it first


def from_the_bottom(run: dict[str, Any]) -> tuple[int, str, int]:
    """Return what to sort runs by: as the ladder goes, and models that are no rung of it last.

    Examples
    --------
    >>> [from_the_bottom({"model": name, "seed": 2})[0] for name in ("bag-of-unigrams", "seed", "lstm")]
    [0, 3, 16]
    """
    place = RUNGS.index(run["model"]) if run["model"] in RUNGS else len(RUNGS)
    return place, run["model"], run["seed"]


def of_rung(runs: Sequence[dict[str, Any]], rung: str) -> list[dict[str, Any]]:
    """Return the runs of one rung."""
    return [run for run in runs if run["model"] == rung]


def timed_on(runs: Sequence[dict[str, Any]]) -> str:
    """Return the machine that the runs' seconds were taken on; several, joined by "and", do not compare.

    Examples
    --------
    >>> runs = [{"seconds": 9.0, "machine": "2 cores"}, {"seconds": None, "machine": "8 cores"}]
    >>> timed_on(runs), timed_on(runs[1:])
    ('2 cores', '')
    """
    timed = [run for run in runs if run["seconds"] is not None]
    return " and ".join(dict.fromkeys(run.get("machine", "a machine not on record") for run in timed))


def summary(rung: str, runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return mean, spread and extremes over a rung's seeds.

    Examples
    --------
    >>> runs = [
    ...     {"accuracy": a, "loss": 0.3, "test": None, "seconds": 9.0, "parameters": 5, "seed": s}
    ...     for s, a in enumerate((0.88, 0.9))
    ... ]
    >>> found = summary("bilstm", runs)
    >>> round(found["accuracy"]["mean"], 2), found["test"], found["seconds"]
    (0.89, None, 9.0)
    """
    tested = [run["test"]["accuracy"] for run in runs if run["test"] is not None]
    timed = [run["seconds"] for run in runs if run["seconds"] is not None]
    return {
        "model": rung,
        "summary": CONFIGURATIONS[rung].summary,
        "seeds": [run["seed"] for run in runs],
        "accuracy": spread([run["accuracy"] for run in runs]),
        "loss": statistics.mean(run["loss"] for run in runs),
        "test": spread(tested) if tested else None,
        "seconds": round(statistics.mean(timed), 1) if timed else None,
        "parameters": runs[0]["parameters"],
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return mean, standard deviation, lowest and highest.

    Examples
    --------
    >>> spread([1.0, 3.0])
    {'mean': 2.0, 'deviation': 1.4142135623730951, 'lowest': 1.0, 'highest': 3.0}
    """
    return {
        "mean": statistics.mean(values),
        "deviation": statistics.stdev(values) if len(values) > 1 else 0.0,
        "lowest": min(values),
        "highest": max(values),
    }


def table(record: dict[str, Any]) -> str:
    """Return the record's rungs as a table that people read."""
    lines = [
        f"{'rung':18} {'seeds':>5} {'validation, %':>14} {'test, %':>14} {'seconds':>8} {'parameters':>11}"
    ]
    for rung in record["rungs"]:
        seconds = "-" if rung["seconds"] is None else f"{rung['seconds']:.0f}"
        count = len(rung["seeds"])
        lines.append(
            f"{rung['model']:18} {count:5} {_percent(rung['accuracy'], count):>14} "
            f"{_percent(rung['test'], count):>14} {seconds:>8} {rung['parameters']:>11,}"
        )
    return "\n".join(lines)


def _percent(found: dict[str, float] | None, runs: int) -> str:
    if found is None:
        return "-"
    if runs == 1:  # of a spread one run says nothing
        return f"{100 * found['mean']:.2f}"
    return f"{100 * found['mean']:.2f} ± {100 * found['deviation']:.2f}"
