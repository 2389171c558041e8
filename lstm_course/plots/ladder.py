"""The record of ``lstm-course ladder`` for its page: rungs in words, their differences, a table, a picture.

The standard error of a rung's mean accuracy p over k seeds, on n held-out reviews, is

    e = √( p (1 − p) / n + s² / k ),                                                        (1)

with s the standard deviation over seeds. Two rungs are judged on the same reviews and find the same ones
hard, so they are compared in pairs: with d_i the difference, on review i, of the shares of seeds that got
it right, the error of the mean difference is

    √( var(d) / n + s₁² / k₁ + s₂² / k₂ ).                                                  (2)

Two standard errors are the line that a difference has to pass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from lstm_course.bits import from_hex
from lstm_course.errors import InputError
from lstm_course.json_files import read_record
from lstm_course.plots.style import INK, MUTED, PALETTE, CourseFigure, new_figure

MISSING = "not measured yet"
SOLVED = ("bag-of-unigrams", "bag-of-words", "nbsvm")
"""The rungs whose solver draws nothing: one run tells all, and they are the baselines of the others."""


@dataclass(frozen=True)
class Published:
    """A figure from the literature: accuracy in % on the official test set, after 25,000 labels."""

    model: str
    accuracy: float
    source: str


_WANG, _DAI = "Wang & Manning 2012", "Dai & Le 2015"
_MIYATO = "Miyato et al. 2017"
PUBLISHED: Mapping[str, Published] = MappingProxyType(
    {
        "bag-of-unigrams": Published("linear SVM, words", 86.95, _WANG),
        "bag-of-words": Published("linear SVM, words and pairs", 89.16, _WANG),
        "nbsvm": Published("NBSVM, words and pairs", 91.22, _WANG),
        "seed": Published("LSTM, tuned, dropout", 86.50, _DAI),
        "bilstm-vectors": Published("LSTM begun with word2vec", 90.00, _DAI),
        "lm-lstm": Published("LM-LSTM, 1024 units", 92.36, _DAI),
        "sa-lstm": Published("SA-LSTM, 1024 units", 92.76, _DAI),
        "bilstm-adversarial": Published("LM-LSTM, adversarial", 93.79, _MIYATO),
        "bilstm-virtual": Published("LM-LSTM, virtual adversarial", 94.09, _MIYATO),
    }
)
"""What the literature reports for the nearest model to a rung."""

Record = Mapping[str, Any]


def read_ladder(path: str | Path) -> dict[str, Any]:
    """Read the record that ``lstm-course ladder`` wrote.

    Raises
    ------
    InputError
        There is none, or it is not one.
    """
    hint = "Measure it: lstm-course ladder --out " + str(path)
    return read_record(path, "the ladder", "rungs", hint)


def find(record: Record, rung: str) -> Record | None:
    """Return what is on record of a rung, or None."""
    return next((row for row in record["rungs"] if row["model"] == rung), None)


def standard_error(record: Record, rung: str) -> float:
    """Return the standard error of a rung's mean accuracy (equation 1), a fraction.

    A network with one seed borrows the mean variance over seeds of the others.

    Raises
    ------
    InputError
        The rung is not on record.
    """
    row = find(record, rung)
    if row is None:
        raise InputError("a rung on record", repr(rung))
    p = row["accuracy"]["mean"]
    return math.sqrt(p * (1 - p) / _reviews(record, rung) + _of_seeds(record, row))


def _reviews(record: Record, rung: str) -> int:
    return int(next(run["sizes"]["validation"] for run in record["runs"] if run["model"] == rung))


def _of_seeds(record: Record, row: Record) -> float:
    """Return s² / k of a rung; one with a single seed borrows the spread of the others."""
    if row["model"] in SOLVED:
        return 0.0
    seeds, variance = len(row["seeds"]), float(row["accuracy"]["deviation"]) ** 2
    if seeds == 1:
        known = [other["accuracy"]["deviation"] for other in record["rungs"] if len(other["seeds"]) > 1]
        variance = sum(s**2 for s in known) / max(len(known), 1)
    return variance / seeds


def _shares_right(record: Record, rung: str) -> np.ndarray:
    """Return the share of a rung's seeds that got each review right, shape (reviews,)."""
    reviews = _reviews(record, rung)
    return np.mean(
        [from_hex(run["right"], reviews) for run in record["runs"] if run["model"] == rung], axis=0
    )


def difference(record: Record, rung: str, against: str) -> tuple[float, float] | None:
    """Return how far a rung lies above another and the error of that (equation 2), in points, or None."""
    rows = find(record, rung), find(record, against)
    if rows[0] is None or rows[1] is None:
        return None
    apart = _shares_right(record, rung) - _shares_right(record, against)
    error = math.sqrt(apart.var() / len(apart) + sum(_of_seeds(record, row) for row in rows if row))
    return 100 * float(apart.mean()), 100 * error


def side(record: Record, rung: str, against: str) -> int | None:
    """Return 1 where a rung is above another beyond two standard errors, -1 below, 0 between; or None."""
    found = difference(record, rung, against)
    if found is None:
        return None
    points, error = found
    return 0 if abs(points) <= 2 * error else int(math.copysign(1, points))


def compared(record: Record, rung: str, against: str) -> str:
    """Return the difference of two rungs in words.

    Examples
    --------
    >>> record = {"rungs": [], "runs": []}
    >>> for name, right in (("nbsvm", 7 * "f" + "e"), ("bag-of-words", 6 * "f" + "00")):
    ...     record["runs"].append({"model": name, "sizes": {"validation": 32}, "right": right})
    ...     record["rungs"].append({"model": name})
    >>> compared(record, "nbsvm", "bag-of-words")
    '+21.9 ± 7.3 points, more than chance would make'
    """
    found = difference(record, rung, against)
    if found is None:
        return MISSING
    beyond = "more" if side(record, rung, against) else "no more"
    return f"{found[0]:+.1f} ± {found[1]:.1f} points, {beyond} than chance would make"


def reached(record: Record, rung: str) -> str:
    """Return a rung's accuracy on held-out reviews in words."""
    row = find(record, rung)
    if row is None:
        return MISSING
    mean, deviation, seeds = row["accuracy"]["mean"], row["accuracy"]["deviation"], len(row["seeds"])
    if rung in SOLVED:
        return f"{100 * mean:.1f} %"
    if seeds == 1:
        return f"{100 * mean:.1f} % (one seed)"
    return f"{100 * mean:.1f} % (± {100 * deviation:.1f} over {seeds} seeds)"


def card(record: Record, rung: str, against: str | None = None) -> str:
    """Return what a rung reached, what it buys and what it costs, beside the literature's figure."""
    row = find(record, rung)
    lines = [f"{rung}: {reached(record, rung)}"]
    if row is not None:
        lines[0] += f", {_seconds(row)}, {row['parameters']:,} parameters"
        if row["test"] is not None:
            lines.append(f"  official test set: {100 * row['test']['mean']:.1f} %")
    if against is not None:
        lines.append(f"  against {against}: {compared(record, rung, against)}")
    if rung in PUBLISHED:
        near = PUBLISHED[rung]
        lines.append(f"  in print, on the test set: {near.accuracy:.1f} %, {near.model} ({near.source})")
    return "\n".join(lines)


def ladder_table(record: Record, rungs: tuple[str, ...]) -> str:
    """Return ours and, below a line of their own, the literature's figures, as a table that people read."""
    lines = [f"{'measured here':20} {'held out, %':>13} {'seeds':>6} {'test, %':>8} {'seconds':>8}"]
    for name in rungs:
        row = find(record, name)
        if row is None:
            lines.append(f"{name:20} {MISSING:>13.16}")
            continue
        held = f"{100 * row['accuracy']['mean']:.2f}"
        if len(row["seeds"]) > 1:
            held += f" ± {100 * row['accuracy']['deviation']:.2f}"
        test = "-" if row["test"] is None else f"{100 * row['test']['mean']:.2f}"
        seconds = "-" if row["seconds"] is None else f"{row['seconds']:,.0f}"
        lines.append(f"{name:20} {held:>13} {len(row['seeds']):6} {test:>8} {seconds:>8}")
    lines += ["", f"{'from the literature, official test set, %':38} {'nearest rung':20}"]
    for name, near in PUBLISHED.items():
        lines.append(f"{near.accuracy:6.2f}  {near.model:30} {name:20} {near.source}")
    return "\n".join(lines)


def _seconds(row: Record) -> str:
    return "time not on record" if row["seconds"] is None else f"{row['seconds']:,.0f} s"


def ladder_figure(record: Record, rungs: tuple[str, ...], baseline: str = "bag-of-words") -> CourseFigure:
    """Draw each rung's accuracy with its spread, the literature's beside it, and its seconds of training.

    Parameters
    ----------
    record : mapping
        What ``read_ladder`` returned.
    rungs : tuple of str
        From the bottom to the top of the picture; one without a record gets a row that says so.
    baseline : str
        The rung that is drawn as a line, with two standard errors on either side.
    """
    fig, (left, right) = new_figure(7.4, 0.3 * len(rungs) + 1.3, columns=2, sharey=True, width_ratios=[3, 1])
    line = find(record, baseline)
    if line is not None:
        mean, error = 100 * line["accuracy"]["mean"], 200 * standard_error(record, baseline)
        left.axvspan(mean - error, mean + error, color=MUTED, alpha=0.15, linewidth=0)
        left.axvline(mean, color=MUTED, linestyle="--", linewidth=1.2, label=baseline)
    for place, name in enumerate(rungs):
        row = find(record, name)
        if name in PUBLISHED:
            left.plot(PUBLISHED[name].accuracy, place, "D", color=PALETTE[1], fillstyle="none", ms=6)
        if row is None:
            where = {"xycoords": ("axes fraction", "data"), "va": "center"}
            left.annotate(MISSING, (0.02, place), color=MUTED, **where)
            continue
        found = {part: 100 * row["accuracy"][part] for part in ("mean", "lowest", "highest")}
        color = INK if name in SOLVED else PALETTE[0]
        left.plot([found["lowest"], found["highest"]], [place, place], color=color, linewidth=3, alpha=0.5)
        left.plot(found["mean"], place, "o", color=color, ms=6)
        if row["test"] is not None:
            left.plot(100 * row["test"]["mean"], place, "s", color=PALETTE[2], fillstyle="none", ms=6)
        if row["seconds"] is not None:
            right.plot(row["seconds"], place, "o", color=color, ms=6)
    for marker, color, fill, label in (
        ("o", PALETTE[0], "full", "here, held out"),
        ("s", PALETTE[2], "none", "here, official test set"),
        ("D", PALETTE[1], "none", "in print, official test set"),
    ):
        if marker != "s" or any(row["test"] is not None for row in record["rungs"]):
            left.plot([], [], marker, color=color, fillstyle=fill, label=label)
    left.set_yticks(range(len(rungs)))
    left.set_yticklabels(rungs)
    left.set_xlabel("accuracy (%)")
    right.set_xscale("log")
    right.set_xlabel("seconds of training")
    right.margins(x=0.2)
    fig.legend(loc="outside upper center", ncols=4, fontsize=8, frameon=False)
    return fig
