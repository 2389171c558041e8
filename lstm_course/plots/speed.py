"""What the recurrent loops cost, in pictures: each trick's factor, growth, and the ratios to other libraries.

Two records are read, of ``benchmarks/recurrent_tricks.py`` and of ``benchmarks/recurrent_speed.py``.
Every ratio is of two things measured in one run, and says how many times as long the slower way takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.plots.style import INK, MUTED, PALETTE, CourseFigure, new_figure

MISSING = "(not on record yet)"
"""Stands in a sentence where the record has no such number."""

IMPLEMENTATIONS: Mapping[str, str] = {
    "numpy": "NumPy",
    "compiled": "compiled",
    "keras": "Keras",
    "xla": "Keras, XLA",
    "torch": "PyTorch",
}
"""Names of the implementations, in the order of their colours."""

GROWS: Mapping[str, str] = {"time": "length (steps)", "batch": "batch (sequences)"}
"""What is made larger, and the label of its axis."""

BOTH_PASSES = "forward+backward"

Row = Mapping[str, Any]


def times(ratio: float | None) -> str:
    """Return a ratio as it stands in a sentence: two digits, or whole from 10 on.

    Examples
    --------
    >>> times(58.3), times(1.07), times(0.096), times(None)
    ('58', '1.1', '0.096', '(not on record yet)')
    """
    if ratio is None:
        return MISSING
    if ratio >= 10:
        return f"{ratio:,.0f}"
    return f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2g}"


def trick(record: Row, key: str) -> Row | None:
    """Return one row of the record of the tricks, or None."""
    return next((row for row in record.get("rows", ()) if row["key"] == key), None)


def saved(record: Row, key: str) -> str:
    """Return how many times as long something takes without a trick, in words; see ``times``.

    Examples
    --------
    >>> saved({"rows": [{"key": "loop-2", "ratio": 43.9}]}, "loop-2")
    '44'
    """
    row = trick(record, key)
    return times(None if row is None else row["ratio"])


def shows(record: Row, key: str) -> bool:
    """Tell whether a gain stands out of the noise: its lower quartile is above 1, its ratio over 1.1."""
    row = trick(record, key)
    return row is not None and row["ratio"] > 1.1 and row["quartiles"][0] > 1


def tricks_figure(record: Row) -> CourseFigure:
    """Draw a bar for each comparison: how many times as long it takes without the trick.

    Parameters
    ----------
    record : mapping
        The record of ``benchmarks/recurrent_tricks.py``; its rows are drawn in their order, under the names
        of their tricks, and coloured by the cost that the trick is meant for.

    Raises
    ------
    InputError
        If it has no rows.
    """
    rows: Sequence[Row] = record.get("rows", ())
    if not rows:
        raise InputError(
            "a record with rows", "one without", "Make it: python benchmarks/recurrent_tricks.py"
        )
    colors = dict(zip(dict.fromkeys(row["cost"] for row in rows), PALETTE, strict=False))
    labels: list[str] = []
    headings: list[bool] = []
    bars: list[tuple[int, Row]] = []
    for number, row in enumerate(rows):
        if number == 0 or row["trick"] != rows[number - 1]["trick"]:
            labels.append(row["trick"])
            headings.append(True)
        bars.append((len(labels), row))
        labels.append(f"{row['where']}: {row['compared'].partition(' → ')[0]}")
        headings.append(False)

    fig, ax = new_figure(7.4, 0.17 * len(labels) + 1.1)
    for place, row in bars:
        color, ratio = colors[row["cost"]], row["ratio"]
        ax.barh(place, ratio - 1, left=1, height=0.7, color=color)
        ax.plot(row["quartiles"], [place, place], color=INK, lw=1)
        end = max(1, ratio, *row["quartiles"])
        ax.annotate(times(ratio), (end, place), (4, 0), textcoords="offset points", va="center", fontsize=7)
    ax.axvline(1, color=INK, lw=0.8)
    ends = [number for _, row in bars for number in (row["ratio"], *row["quartiles"])]
    ax.set(
        xscale="log",
        xlim=(min(0.8, 0.9 * min(ends)), 2 * max(ends)),
        ylim=(len(labels) - 0.4, -0.6),
        xlabel="times as long without the trick",
    )
    ax.set_yticks(range(len(labels)), labels, fontsize=7)
    for label, heading in zip(ax.get_yticklabels(), headings, strict=True):
        label.set_fontweight("bold" if heading else "normal")
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    for cost, color in colors.items():
        ax.barh([0], [0], left=1, color=color, label=cost)
    fig.legend(loc="outside upper center", ncols=len(colors), frameon=False, title="meant for the cost of")
    return fig


def growth(record: Row, grows: str, implementation: str) -> Row | None:
    """Return how the time of one implementation grows with ``"time"`` or ``"batch"``, or None."""
    places = (grows, implementation)
    rows = record.get("growth", ())
    return next((row for row in rows if (row["grows"], row["implementation"]) == places), None)


def growth_figure(record: Row) -> CourseFigure:
    """Draw milliseconds against the number of steps and against the batch, a line for each implementation.

    Dotted, the power law fitted to each; its exponent stands in the legend.

    Parameters
    ----------
    record : mapping
        The record of ``benchmarks/recurrent_speed.py``.

    Raises
    ------
    InputError
        If it has no part ``growth``.
    """
    if not record.get("growth"):
        raise InputError(
            "a record with a part called growth",
            "one without",
            "Make it: python benchmarks/recurrent_speed.py --out results/recurrent-speed.json",
        )
    fig, axes = new_figure(7.2, 4.2, columns=2, sharey=True)
    for ax, (grows, label) in zip(axes, GROWS.items(), strict=True):
        all_sizes: set[int] = set()
        for color, (implementation, name) in zip(PALETTE, IMPLEMENTATIONS.items(), strict=False):
            row = growth(record, grows, implementation)
            if row is None:
                continue
            sizes = np.array(row["sizes"], float)
            took, exponent = np.array(row["milliseconds"], float), row["exponent"]
            ax.plot(sizes, took, "o-", color=color, ms=3.5, lw=1.5, label=f"{name}: {exponent:.2f}")
            start = np.exp(np.log(took).mean() - exponent * np.log(sizes).mean())
            ax.plot(sizes, start * sizes**exponent, ":", color=color, lw=1)
            all_sizes.update(row["sizes"])
        ax.set(xscale="log", yscale="log", xlabel=label)
        ax.set_xticks(sorted(all_sizes), [f"{size:,}" for size in sorted(all_sizes)], fontsize=8)
        ax.set_xticks([], minor=True)
        if all_sizes:
            ax.legend(
                title="exponent",
                fontsize=8,
                title_fontsize=8,
                ncols=2,
                frameon=False,
                loc="upper center",
                bbox_to_anchor=(0.5, -0.14),
            )
        else:
            ax.annotate(MISSING, (0.5, 0.5), xycoords="axes fraction", ha="center", color=MUTED)
    axes[0].set_ylabel("forward and backward (ms)")
    return fig


def times_as_fast(
    record: Row, ours: str, peer: str, which: str = BOTH_PASSES
) -> dict[tuple[Any, ...], float]:
    """Return, for each shape and number of threads, how many times as fast as a peer we are.

    Parameters
    ----------
    record : mapping
        The record of ``benchmarks/recurrent_speed.py``.
    ours : str
        ``"numpy"`` or ``"compiled"``.
    peer : str
        ``"keras"``, ``"xla"`` or ``"torch"``.
    which : str
        ``"forward"`` or ``"forward+backward"``.

    Returns
    -------
    dict of (batch, time, features, units, threads) to float
        Above 1, ours is faster. Threads are 0 where the record does not tell.
    """
    part = {"numpy": "ratio", "compiled": "compiled_ratio"}[ours]
    return {
        (*row["shape"], row.get("threads", 0)): 1 / row[part][peer]
        for row in record.get("rows", ())
        if row["pass"] == which and peer in row.get(part, {})
    }


def ratios_table(record: Row, which: str = BOTH_PASSES) -> str:
    """Return as text how many times as fast as others we are, by shape and number of threads.

    Parameters are those of ``times_as_fast``; a line of the table is a shape.
    """
    columns = {
        (ours, peer): times_as_fast(record, ours, peer, which)
        for ours, peer in (
            ("numpy", "keras"),
            ("compiled", "keras"),
            ("compiled", "xla"),
            ("compiled", "torch"),
        )
    }
    columns = {pair: found for pair, found in columns.items() if found}
    places = dict.fromkeys(place for found in columns.values() for place in found)
    head = "".join(f"{IMPLEMENTATIONS[ours]:>12}" for ours, _ in columns)
    over = "".join(f"{IMPLEMENTATIONS[peer]:>12}" for _, peer in columns)
    lines = [f"{'times as fast as':34}{over}", f"{'batch×time×features×units  threads':34}{head}"]
    for *shape, threads in places:
        cells = (found.get((*shape, threads)) for found in columns.values())
        numbers = "".join(f"{'-' if cell is None else times(cell):>12}" for cell in cells)
        lines.append(f"{'×'.join(map(str, shape)):27}{threads or '-':>7}{numbers}")
    return "\n".join(lines)
