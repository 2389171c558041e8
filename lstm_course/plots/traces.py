"""Gates and states over time, one row per symbol in its colour: as heat maps or as lines.

A gate (i_t, f_t, o_t) lies between 0 and 1 and is drawn from white to its colour. The candidate and the
states (g_t, c_t, h_t) have a sign: positive is the symbol's colour, negative is grey, zero is white.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from lstm_course.errors import InputError
from lstm_course.plots.style import INK, CourseFigure, new_figure, symbol_color, symbol_colormap

GATES = ("i_t", "f_t", "o_t")
"""The symbols that are fractions; the others have a sign."""

KINDS = ("heatmap", "lines")


def gate_traces(
    steps: Sequence[Any] | np.ndarray,
    traces: Mapping[str, np.ndarray],
    *,
    kind: str = "heatmap",
    width: float = 7.0,
    row_height: float = 1.25,
) -> CourseFigure:
    """Draw what gates and states did at each step of one sequence.

    Parameters
    ----------
    steps : sequence of length time
        What stands under the time axis: step numbers, or the words that were read.
    traces : mapping from symbol to ndarray of shape (time, units)
        For instance ``{"f_t": ..., "c_t": ...}``; drawn from top to bottom in this order.
    kind : {"heatmap", "lines"}
        A heat map shows every unit; lines show every unit thinly and their mean in bold.
    width, row_height : float
        Inches.

    Returns
    -------
    CourseFigure
        One row of axes per symbol, with a common time axis.

    Raises
    ------
    InputError
        If there is nothing to draw, a symbol has no colour, or an array is not (time, units).

    Examples
    --------
    >>> forget = np.array([[1.0, 0.2], [0.9, 0.1], [0.1, 0.3]])
    >>> fig = gate_traces(["not", "bad", "."], {"f_t": forget})
    >>> [label.get_text() for label in fig.axes[0].get_xticklabels()]
    ['not', 'bad', '.']
    """
    if kind not in KINDS:
        raise InputError(f"kind to be one of {', '.join(KINDS)}", repr(kind))
    arrays = _check(steps, traces)
    height = row_height * len(arrays) + 0.6
    fig, axes = new_figure(width, height, rows=len(arrays), sharex=True, squeeze=False)
    for ax, (symbol, array) in zip(axes[:, 0], arrays.items(), strict=True):
        draw = _heatmap if kind == "heatmap" else _lines
        draw(fig, ax, symbol, array)
        ax.set_title(math_name(symbol), loc="left", fontsize=12, color=INK, pad=3)
    _time_axis(axes[-1, 0], steps)
    return fig


def math_name(symbol: str) -> str:
    """Return a symbol as Matplotlib typesets it: ``c_t`` as c with a small t.

    Examples
    --------
    >>> math_name("c_prev")
    '$c_{t-1}$'
    """
    letter, _, time = symbol.partition("_")
    return f"${letter}_{{{'t-1' if time == 'prev' else time}}}$"


def _check(steps: Sequence[Any] | np.ndarray, traces: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the traces as arrays, or say what is wrong with them."""
    if not traces:
        raise InputError("at least one symbol to draw", "none")
    arrays = {}
    for symbol, given in traces.items():
        symbol_color(symbol)
        array = np.asarray(given, dtype=float)
        if array.ndim != 2 or array.shape[0] != len(steps) or array.size == 0:
            raise InputError(
                f"{symbol} of shape (time, units) with time = {len(steps)}",
                f"shape {array.shape}",
                "Take one sequence out of a batch first: outputs[0].",
            )
        arrays[symbol] = array
    return arrays


def _heatmap(fig: CourseFigure, ax: Any, symbol: str, array: np.ndarray) -> None:
    """Show every unit of one symbol as a row of cells."""
    if symbol in GATES:
        colors, low, high = symbol_colormap(symbol), 0.0, 1.0
    else:
        high = float(np.abs(array).max()) or 1.0
        colors, low = _signed_colormap(symbol), -high
    image = ax.imshow(array.T, aspect="auto", interpolation="nearest", cmap=colors, vmin=low, vmax=high)
    ax.grid(False)
    ax.set_ylabel("unit")
    ax.set_yticks([0, array.shape[1] - 1] if array.shape[1] > 1 else [0])
    fig.colorbar(image, ax=ax, pad=0.01, aspect=8, ticks=[low, (low + high) / 2, high], format="%.2g")


def _lines(fig: CourseFigure, ax: Any, symbol: str, array: np.ndarray) -> None:
    """Show every unit of one symbol as a thin line, and their mean as a bold one."""
    time = np.arange(array.shape[0])
    color = symbol_color(symbol)
    if array.shape[1] > 1:
        ax.plot(time, array, color=color, linewidth=0.8, alpha=0.5)
    ax.plot(time, array.mean(axis=1), color=color, linewidth=2.5)
    ax.set_ylabel("value")
    if symbol in GATES:
        ax.set_ylim(-0.03, 1.03)
    else:
        ax.axhline(0.0, color=INK, linewidth=0.6)


def _signed_colormap(symbol: str) -> LinearSegmentedColormap:
    """Return a colour map for values around zero: grey, white, the symbol's colour."""
    return LinearSegmentedColormap.from_list(symbol, ["#57606A", "#FFFFFF", symbol_color(symbol)])


def _time_axis(ax: Any, steps: Sequence[Any] | np.ndarray) -> None:
    """Label the common time axis with step numbers, or with every word."""
    if any(isinstance(step, str) for step in steps):
        ax.set_xticks(np.arange(len(steps)), [str(step) for step in steps], rotation=90)
        return
    shown = range(0, len(steps), -(-len(steps) // 12))
    ax.set_xticks(shown, [f"{steps[i]:g}" for i in shown])
    ax.set_xlabel("time (steps)")
