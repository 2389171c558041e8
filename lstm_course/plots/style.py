"""One look for every figure: a fixed colour for each symbol, legible axes, no global state.

The six colours are Okabe and Ito's palette, which readers with any common colour vision tell apart.
A symbol keeps its colour in every plot and in every drawn figure of the book.

References
----------
Masataka Okabe and Kei Ito, "Color Universal Design", 2008, https://jfly.uni-koeln.de/color/.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from types import MappingProxyType
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from lstm_course.errors import InputError

SYMBOL_COLORS: Mapping[str, str] = MappingProxyType(
    {
        "i_t": "#0072B2",  # input gate: blue
        "f_t": "#D55E00",  # forget gate: vermilion
        "g_t": "#009E73",  # candidate: green
        "o_t": "#CC79A7",  # output gate: purple
        "c_t": "#E69F00",  # cell state: orange
        "h_t": "#56B4E9",  # hidden state: sky blue
    }
)
"""The colour of each symbol of the notation page."""

INK = "#24292F"
"""The colour of text and axes."""

MUTED = "#6E7781"
"""The colour of what stays in the background: a baseline, a reference line."""

PALETTE: tuple[str, ...] = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    INK,
)
"""The colours of lines that stand for no symbol (models, seeds), in the order they are used."""

STYLE: Mapping[Any, Any] = MappingProxyType(
    {
        "axes.axisbelow": True,
        "axes.edgecolor": INK,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.labelsize": 10,
        "axes.linewidth": 0.8,
        "axes.prop_cycle": cycler(color=PALETTE),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK,
        "axes.titlesize": 11,
        "figure.facecolor": "white",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],  # the one that Matplotlib brings along: alike on every machine
        "font.size": 10,
        "grid.color": "#D8DEE4",
        "grid.linewidth": 0.6,
        "image.aspect": "auto",
        "image.cmap": "cividis",
        "image.interpolation": "nearest",
        "lines.linewidth": 2.0,
        "savefig.dpi": 200,
        "svg.hashsalt": "lstm-course",  # the same figure gives the same file
        "text.color": INK,
        "xtick.color": INK,
        "xtick.labelsize": 9,
        "ytick.color": INK,
        "ytick.labelsize": 9,
    }
)
"""Matplotlib settings of every figure; `new_figure` applies them without changing the global ones."""


class CourseFigure(Figure):
    """A Matplotlib figure that a notebook shows sharp at any zoom, with no backend and no pyplot."""

    def to_svg(self) -> str:
        """Return the figure as SVG text; the same figure always gives the same text."""
        buffer = StringIO()
        with matplotlib.rc_context(dict(STYLE)):
            self.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.to_svg()}


def new_figure(
    width: float = 7.0, height: float = 3.2, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[CourseFigure, Any]:
    """Return a figure in the course's style, and its axes.

    Parameters
    ----------
    width, height : float
        Size in inches; 7 fills the book's column.
    rows, columns : int
        The grid of axes.
    **options
        Passed on to ``Figure.subplots``: ``sharex``, ``sharey``, ``width_ratios``, ...

    Returns
    -------
    fig : CourseFigure
        The figure; the last expression of a notebook cell shows it.
    axes : Axes or ndarray of Axes
        One Axes where rows = columns = 1; else an array of shape (rows,), (columns,) or (rows, columns).

    Raises
    ------
    InputError
        If the size is not positive or the grid is empty.

    Examples
    --------
    >>> fig, axes = new_figure(5, 2)
    >>> lines = axes.plot([0, 1, 2], [1.0, 0.5, 0.25], color=SYMBOL_COLORS["f_t"])
    >>> lines[0].get_color()
    '#D55E00'
    """
    if not (width > 0 and height > 0):
        raise InputError("a positive width and height in inches", f"{width} × {height}")
    if rows < 1 or columns < 1:
        raise InputError("at least one row and one column", f"{rows} × {columns}")
    with matplotlib.rc_context(dict(STYLE)):
        fig = CourseFigure(figsize=(width, height), layout="constrained")
        axes = fig.subplots(rows, columns, **options)
    return fig, axes


def symbol_color(symbol: str) -> str:
    """Return the colour of a symbol; a suffix such as ``c_prev`` or ``d_h_t`` keeps its symbol's colour.

    Raises
    ------
    InputError
        If the name belongs to no coloured symbol.

    Examples
    --------
    >>> symbol_color("d_c_prev") == SYMBOL_COLORS["c_t"]
    True
    """
    letter = symbol.removeprefix("d_").split("_")[0]
    color = SYMBOL_COLORS.get(f"{letter}_t")
    if color is None:
        raise InputError(f"one of {', '.join(SYMBOL_COLORS)}", repr(symbol))
    return color


def symbol_colormap(symbol: str) -> LinearSegmentedColormap:
    """Return the colour map from white (0) to the symbol's colour (1), for fractions such as gates.

    Examples
    --------
    >>> symbol_colormap("i_t")(0.0)[:3] == (1.0, 1.0, 1.0)
    True
    """
    return LinearSegmentedColormap.from_list(symbol, ["#FFFFFF", symbol_color(symbol)])
