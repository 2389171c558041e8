"""The experiments of 1997 in pictures: a task's sequences, learning curves, states, ours beside the paper's.

``results/experiments-1997.json`` is read here too, for the page that shows it: ``lstm-course experiment``
writes it, one entry for each row of the paper's tables and each way of training, called a track. So is
``results/reber-readings.json``, which ``benchmarks/reber_readings.py`` writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lstm_course.errors import InputError
from lstm_course.json_files import read_record
from lstm_course.plots.style import INK, MUTED, PALETTE, CourseFigure, new_figure

MISSING = "not on record yet"
TRACKS: Mapping[str, tuple[str, str]] = {
    "1997": (PALETTE[0], "ours, as in 1997"),
    "today": (PALETTE[2], "ours, as today"),
    "rnn": (MUTED, "plain tanh network"),
}
"""Each track's colour and name."""

Record = Mapping[str, Any]


class Pictured(NamedTuple):
    """A sequence to draw: its numbers or symbols over time, and the steps that have to be remembered."""

    title: str
    values: np.ndarray  # (time,), numbers or the indices of symbols
    kept: Mapping[int, str]  # step: what is written beside it
    line: bool = False  # joined by a line, or as points


def read_experiments(path: str | Path) -> dict[str, Any]:
    """Read the record that ``lstm-course experiment report --out`` wrote.

    Raises
    ------
    InputError
        There is none, or it is not one.
    """
    hint = f"Make it: lstm-course experiment run all, then lstm-course experiment report --out {path}"
    return read_record(path, "the experiments", "rows", hint)


def find(record: Record, row: str, track: str = "1997") -> Record | None:
    """Return what is on record of a row and a track, or None."""
    return next((e for e in record["rows"] if e["row"] == row and e["track"] == track), None)


def told(record: Record, row: str, track: str = "1997") -> str:
    """Return what the trials of a row came to, in words.

    Examples
    --------
    >>> entry = {"row": "a", "track": "1997", "count": 3, "solved": 2, "sequences": 80000, "spread": 14142}
    >>> told({"rows": [entry]}, "a"), told({"rows": [entry]}, "b")
    ('2 of 3 trials, after 80,000 ± 14,142 sequences', 'not on record yet')
    """
    entry = find(record, row, track)
    if entry is None:
        return MISSING
    words = f"{entry['solved']} of {entry['count']} trials"
    if entry["sequences"] is None:
        return words
    spread = "" if entry["spread"] is None else f" ± {entry['spread']:,}"
    return f"{words}, after {entry['sequences']:,}{spread} sequences"


def share_solved(record: Record, rows: Sequence[str], track: str = "1997") -> tuple[int, int]:
    """Return how many trials of some rows came to the criterion, and how many there are."""
    found = [entry for row in rows if (entry := find(record, row, track))]
    return sum(entry["solved"] for entry in found), sum(entry["count"] for entry in found)


def quotients(record: Record, track: str = "1997") -> dict[str, float]:
    """Return the mean number of sequences over the paper's, of each row with a trial that came to it."""
    entries = [e for e in record["rows"] if e["track"] == track and e["sequences"] is not None]
    return {entry["row"]: entry["sequences"] / entry["paper"]["sequences"] for entry in entries}


def experiments_table(record: Record, printed: Mapping[str, int]) -> str:
    """Return the record beside the paper's sequences, as a table that people read.

    Parameters
    ----------
    record : mapping
        What ``read_experiments`` returned.
    printed : mapping of str to int
        The paper's mean number of sequences for each row, in the order of the table.
    """
    lines = [
        f"{'sequences in thousands':34} {'paper':>8} {'ours, as in 1997':>21} {'as today':>14} {'tanh':>6}",
        f"{'row':34} {'mean':>8} {'solved':>6} {'mean±spread':>14} {'solved':>6} {'mean':>7} {'solved':>6}",
    ]
    for row, paper in printed.items():
        ours, today, plain = (find(record, row, track) for track in TRACKS)
        spread = f"±{_thousands(ours, 'spread')}" if _thousands(ours, "spread") else ""
        lines.append(
            f"{row:34} {paper / 1000:8,.1f} {_share(ours):>6} {_thousands(ours) + spread:>14}"
            f" {_share(today):>6} {_thousands(today):>7} {_share(plain):>6}"
        )
    return "\n".join(lines)


def _thousands(entry: Record | None, key: str = "sequences") -> str:
    return "" if entry is None or entry[key] is None else f"{entry[key] / 1000:,.1f}"


def _share(entry: Record | None) -> str:
    return "-" if entry is None else f"{entry['solved']}/{entry['count']}"


def experiments_figure(record: Record, printed: Mapping[str, int]) -> CourseFigure:
    """Draw the sequences until success beside the paper's, each trial a dot, and the shares that succeeded.

    Parameters
    ----------
    record : mapping
        What ``read_experiments`` returned.
    printed : mapping of str to int
        The paper's mean number of sequences for each row, from the top of the picture to its bottom.
    """
    names = list(printed)
    fig, (left, right) = new_figure(
        7.4, 0.27 * len(names) + 1.4, columns=2, sharey=True, width_ratios=[2.6, 1]
    )
    for place, name in enumerate(names):
        left.plot(printed[name], place, "D", color=PALETTE[1], fillstyle="none", ms=6, zorder=4)
        for track, offset in zip(TRACKS, (-0.2, 0.2, 0.0), strict=True):
            entry = find(record, name, track)
            if entry is None:
                continue
            color, share = TRACKS[track][0], entry["solved"] / entry["count"]
            right.plot(share, place + offset, "x" if track == "rnn" else "o", color=color, ms=6)
            needed = [trial["sequences"] for trial in entry["trials"] if trial["solved"]]
            if track != "rnn" and needed:
                height = np.full(len(needed), place + offset)
                left.plot(needed, height, "o", color=color, ms=3, alpha=0.5, linewidth=0)
                left.plot(entry["sequences"], place + offset, "|", color=color, ms=11, mew=2.2)
        if find(record, name) is None:
            right.annotate(MISSING, (0.03, place), va="center", color=MUTED, fontsize=7)
    left.plot([], [], "D", color=PALETTE[1], fillstyle="none", ms=6, label="in print, 1997")
    for track, (color, label) in TRACKS.items():
        left.plot([], [], "x" if track == "rnn" else "o", color=color, ms=6, label=label)
    left.set(xscale="log", xlabel="training sequences until success", ylim=(len(names) - 0.4, -0.6))
    left.set_yticks(range(len(names)), names, fontsize=8)
    right.set(xlim=(-0.07, 1.07), xlabel="share solved", xticks=[0, 0.5, 1])
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2, frameon=False)
    return fig


def sequence_pictures(pictured: Sequence[Pictured]) -> CourseFigure:
    """Draw sequences under one another, what has to be remembered in colour.

    Raises
    ------
    InputError
        There is none, or a step to remember lies outside its sequence.
    """
    if not pictured:
        raise InputError("at least one sequence", "none")
    fig, axes = new_figure(7, 1.35 * len(pictured) + 0.3, rows=len(pictured), squeeze=False)
    for ax, one in zip(axes[:, 0], pictured, strict=True):
        steps = np.arange(1, len(one.values) + 1)
        if outside := [step for step in one.kept if not 1 <= step <= len(steps)]:
            raise InputError(f"steps from 1 to {len(steps)} to remember", str(outside))
        ax.plot(steps, one.values, "-" if one.line else ".", color=MUTED, lw=1, ms=3.5)
        spread = float(np.ptp(one.values)) or 1.0
        for step, label in one.kept.items():
            ax.plot(step, one.values[step - 1], "o", color=PALETTE[1], ms=7)
            ax.annotate(label, (step, one.values[step - 1]), (7, 0), textcoords="offset points", va="center")
        ax.set_title(one.title, loc="left", fontsize=10)
        ax.set_ylim(one.values.min() - 0.15 * spread, one.values.max() + 0.15 * spread)
        ax.set_yticks([])
        ax.margins(x=0.02)
    axes[-1, 0].set_xlabel("time (steps)")
    return fig


def states_by_class(states: np.ndarray, names: Sequence[str], marked: Sequence[int] = ()) -> CourseFigure:
    """Draw each cell's state over time, one line for each class of sequences.

    Parameters
    ----------
    states : ndarray of shape (classes, time, cells)
    names : sequence of str
        The classes' names.
    marked : sequence of int
        Steps, counted from 1, at which there was something to remember.

    Raises
    ------
    InputError
        The shapes do not agree.
    """
    if states.ndim != 3 or len(states) != len(names):
        raise InputError(f"states of shape ({len(names)}, time, cells)", str(states.shape))
    cells = states.shape[2]
    fig, axes = new_figure(7, 1.25 * cells + 0.8, rows=cells, sharex=True, sharey=True, squeeze=False)
    for cell, ax in enumerate(axes[:, 0]):
        for color, name, state in zip(PALETTE, names, states[:, :, cell], strict=False):
            ax.plot(range(1, len(state) + 1), state, color=color, lw=1.5, label=name)
        for step in marked:
            ax.axvline(step, color=INK, lw=0.8, ls=":")
        ax.set_ylabel(f"cell {cell + 1}")
    axes[-1, 0].set_xlabel("time (steps)")
    fig.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=len(names), frameon=False
    )
    return fig


def read_readings(path: str | Path) -> dict[str, Any]:
    """Read the record that ``benchmarks/reber_readings.py`` wrote.

    Raises
    ------
    InputError
        There is none, or it is not one.
    """
    hint = f"Make it: python benchmarks/reber_readings.py --out {path}"
    return read_record(path, "the readings of the Reber experiment", "rows", hint)


def share_of_readings(record: Record, **answers: str | bool) -> float:
    """Return the share of solved trials among the readings that give these answers.

    Examples
    --------
    >>> rows = [{"direct": True, "solved": 9, "trials": 10}, {"direct": False, "solved": 2, "trials": 10}]
    >>> share_of_readings({"rows": rows}, direct=True)
    0.9
    """
    rows = [row for row in record["rows"] if _gives(row, answers)]
    return sum(row["solved"] for row in rows) / sum(row["trials"] for row in rows)


def _gives(row: Record, answers: Record) -> bool:
    """Return whether a reading gives these answers."""
    return all(row[key] == answer for key, answer in answers.items())


#: What output units of the Reber networks can have: biases, and connections from the input.
OUTPUT_LAYERS: Mapping[tuple[bool, bool], str] = {
    (False, False): "neither",
    (True, False): "biases",
    (False, True): "direct connections",
    (True, True): "both",
}


def readings_figure(record: Record, printed: Mapping[str, float], chosen: Record) -> CourseFigure:
    """Draw each reading's share of solved trials, one panel for each network, by what the outputs have.

    Parameters
    ----------
    record : mapping
        What ``read_readings`` returned.
    printed : mapping of str to float
        The share that the paper reports, for each network's row.
    chosen : mapping
        The answers of the reading to circle.
    """
    fig, axes = new_figure(7.2, 2.9, columns=len(printed), sharey=True, squeeze=False)
    for ax, (name, share) in zip(axes[0], printed.items(), strict=True):
        ax.axvline(share, color=PALETTE[1], lw=1.2, ls="--", label="in print")
        for place, (biases, direct) in enumerate(OUTPUT_LAYERS):
            layer = {"row": name, "output_biases": biases, "direct": direct}
            rows = [row for row in record["rows"] if _gives(row, layer)]
            shares = [row["solved"] / row["trials"] for row in rows]
            heights = place + np.linspace(-0.28, 0.28, len(rows))
            ax.plot(shares, heights, "o", color=PALETTE[0], ms=5, alpha=0.75, label="a reading")
            for row, x, y in zip(rows, shares, heights, strict=True):
                if _gives(row, chosen):
                    ax.plot(x, y, "o", color=INK, fillstyle="none", ms=11, label="the printed count")
        ax.set(title=name, xlim=(-0.05, 1.05), ylim=(len(OUTPUT_LAYERS) - 0.5, -0.5))
        ax.set_xlabel("share of trials solved")
    axes[0, 0].set_yticks(range(len(OUTPUT_LAYERS)), list(OUTPUT_LAYERS.values()))
    axes[0, 0].set_ylabel("the outputs have")
    named = dict(zip(*reversed(axes[0, 0].get_legend_handles_labels()), strict=True))
    fig.legend(named.values(), named.keys(), loc="outside upper center", ncols=3, frameon=False)
    return fig
