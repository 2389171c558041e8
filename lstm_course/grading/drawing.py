"""The figures of an assignment's report, as SVG that takes its colours from the page."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from lstm_course.grading.summary import HARD, WEAK, Item, Statistics
from lstm_course.plots.style import INK, MUTED, PALETTE, CourseFigure, new_figure

BLUE, VERMILION = PALETTE[:2]
MOST_BINS = 20


def figures(statistics: Statistics) -> dict[str, Markup]:
    """Return the report's figures by name: scores, tests and time; none where nothing is graded."""
    if not len(statistics.scores):
        return {}
    return {
        "scores": inline(draw_scores(statistics.scores, statistics.most), "scores", told(statistics)),
        "tests": inline(
            draw_tests(statistics.items),
            "tests",
            "Each test's difficulty and discrimination; see the table.",
        ),
        "time": inline(
            draw_time(statistics.each_seconds),
            "time",
            f"Histogram of processor seconds: half of the submissions stay below "
            f"{statistics.seconds.median:.1f}, 95 % below {statistics.seconds.high:.1f}.",
        ),
    }


def told(statistics: Statistics) -> str:
    """Return in words what the figure of the scores shows."""
    q = statistics.quantiles
    return (
        f"Histogram of {len(statistics.scores)} scores from {q[0.0]:g} to {q[1.0]:g} points; "
        f"the median is {q[0.5]:g}, the middle half lies between {q[0.25]:g} and {q[0.75]:g}."
    )


def draw_scores(scores: np.ndarray, most: float) -> CourseFigure:
    """Draw how many submissions have which score.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    most : float
        Points to be had.
    """
    fig, ax = new_figure(5, 2.8)
    width = max(1, math.ceil((most + 1) / MOST_BINS))  # whole points, so that every bar spans as many scores
    ax.hist(scores, np.arange(-0.5, most + width, width), color=BLUE, rwidth=0.9)
    _middle(ax, float(np.median(scores)), "median")
    ax.set_xlim(-0.5 - 0.02 * most, most + 0.5 + 0.02 * most)
    ax.set_xlabel(f"score (points of {most:g})")
    _counted(ax)
    return fig


def draw_time(seconds: np.ndarray) -> CourseFigure:
    """Draw how many submissions took how long.

    Parameters
    ----------
    seconds : ndarray of shape (n,)
        Processor seconds.
    """
    fig, ax = new_figure(5, 2.8)
    ax.hist(seconds, MOST_BINS, range=(0, max(float(seconds.max()), 1e-3)), color=BLUE, rwidth=0.9)
    _middle(ax, float(np.median(seconds)), "median")
    ax.set_xlim(left=0)
    ax.set_xlabel("processor time (s)")
    _counted(ax)
    return fig


def draw_tests(items: Sequence[Item]) -> CourseFigure:
    """Draw a row for each test: its difficulty and its discrimination; those in doubt are diamonds."""
    fig, axes = new_figure(5, 1.4 + 0.23 * len(items), columns=2, sharey=True)
    rows = np.arange(len(items))
    doubtful = np.array([bool(item.doubts) for item in items])
    columns = (
        ("difficulty", "share of points earned", HARD, [item.difficulty for item in items], (0, 1)),
        ("discrimination", "corr. with the rest", WEAK, [item.discrimination for item in items], (-0.2, 1)),
    )
    for ax, (title, label, bound, values, (low, high)) in zip(axes, columns, strict=True):
        low = min([low, *(value for value in values if value < low)])
        ax.axvspan(low - 0.05, bound, color=VERMILION, alpha=0.12, lw=0)
        ax.axvline(bound, color=VERMILION, lw=0.8)
        for chosen, color, marker in ((~doubtful, BLUE, "o"), (doubtful, VERMILION, "D")):
            ax.plot(np.array(values)[chosen], rows[chosen], marker, color=color, ms=5)
        ax.set_xlim(low - 0.05, high + 0.06)
        ax.set_title(title)
        ax.set_xlabel(label)
    axes[0].set_yticks(rows, [item.grade_id for item in items])
    axes[0].set_ylim(len(items) - 0.4, -0.6)
    return fig


def inline(fig: CourseFigure, name: str, words: str) -> Markup:
    """Return a figure for a page: with ids of its own, the page's colours, and words for who cannot see it.

    Parameters
    ----------
    fig : CourseFigure
    name : str
        Comes before every id.
    words : str
    """
    fig.patch.set_visible(False)
    for ax in fig.axes:
        ax.patch.set_visible(False)
    svg = fig.to_svg()
    svg = re.sub(r'\bid="', f'id="{name}-', svg[svg.index("<svg") :])
    svg = re.sub(r'(href="|url\()#', rf"\1#{name}-", svg)
    for color, variable in ((INK, "currentColor"), (MUTED, "var(--quiet)"), ("#D8DEE4", "var(--line)")):
        svg = svg.replace(color.lower(), variable)
    return Markup(svg.replace("<svg", f'<svg role="img" aria-label="{escape(words)}"', 1))


def _middle(ax: Any, where: float, name: str) -> None:
    ax.axvline(where, color=VERMILION, lw=1.5, ls="--")
    side = "left" if where < sum(ax.get_xlim()) / 2 else "right"
    shift = 4 if side == "left" else -4
    ax.annotate(
        f"{name} {where:.3g}",
        (where, 1),
        (shift, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontsize=9,
        color=INK,
    )


def _counted(ax: Any) -> None:
    ax.set_ylabel("submissions")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="x", visible=False)
