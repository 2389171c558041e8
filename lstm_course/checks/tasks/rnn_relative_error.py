"""Tasks of assignment 02-rnn: the comparison of two gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.rnn_numerical_gradient import EDGES, PLAIN
from lstm_course.checks.toys.rnn import around_the_floor

LARGE, ZERO = "error", "error of zeros"
OVER, UNDER = "error of entries above the floor", "error of entries below the floor"


def error_cases(rng: np.random.Generator) -> list[Case]:
    """Draw two arrays that differ, and two pairs that differ in one entry: above the floor and below it."""
    cases = []
    worst = ((-1, -0.4), (1, 0.3), (1, -2.5), (1, 0.4), (-1, -2.0))  # sign, ratio of the first entries
    for (sign, ratio), shape in zip(worst, (*PLAIN, *EDGES), strict=True):
        one = rng.uniform(0.5, 4.0, shape) * rng.choice([-1, 1], shape)
        one.flat[-1] = 0.5
        other = one * rng.uniform(0.6, 1.5, shape)
        one.flat[0] = sign * rng.uniform(1.0, 4.0)
        other.flat[0] = ratio * rng.uniform(0.85, 1.15) * one.flat[0]
        above, below = np.stack([one, other]), np.stack([one, other])
        if one.size > 1:
            above[1] = below[1] = one
            floor = 1e-3 * np.abs(one).max()
            high, low, least = 100 - rng.uniform(0.3, 0.7), *rng.uniform((0.6, 0.1), (0.9, 0.4))
            for pair, sizes in ((above, (100, high)), (below, (low, least))):
                pair[0].flat[-1], pair[1].flat[-1] = np.multiply(sizes, floor)
        args = {"one": one, "other": other, "above": above, "below": below}
        cases.append(Case(args, f"arrays of shape {shape}", shape in EDGES))
    return cases


def error(one: Any, other: Any, above: Any, below: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the largest relative error; where only entries below the floor differ, judge by one above it."""
    over, under = compared(above[0], above[1], wrong), compared(below[0], below[1], wrong)
    if not wrong:
        own_over, own_under = (array_of(seen.get(name)) for name in (OVER, UNDER))
        if own_over.shape == own_under.shape == () and own_over.dtype.kind == own_under.dtype.kind == "f":
            scale = own_over / over
            close = scale > 0.01 and abs(own_under - scale * under) < 0.02 * scale * under
            under = own_under if close else under
    zeros = compared(0 * one, 0 * one, wrong)
    return {LARGE: compared(one, other, wrong), OVER: over, UNDER: under, ZERO: zeros}


def compared(one: Any, other: Any, wrong: str) -> Any:
    """Return max |a − b| / max(|a|, |b|, floor), the floor a thousandth of the largest entry."""
    gaps = one - other if wrong == "sign kept" else np.abs(one - other)
    sizes = np.maximum(np.abs(one), np.abs(other))
    floor = 1e-3 * sizes.max()
    made: dict[str, Any] = {
        "sum of the two": np.abs(one) + np.abs(other),
        "mean of the two": (np.abs(one) + np.abs(other)) / 2,
        "first array only": np.abs(one),
        "second array only": np.abs(other),
        "smaller of the two": np.minimum(np.abs(one), np.abs(other)),
        "divisor without absolute values": np.maximum(one, other),
        "absolute difference": np.ones_like(one),
        "largest entry of all": np.full_like(one, sizes.max()),
        "size of the sum": np.abs(one + other),
    }
    sizes = made.get(wrong, sizes)
    if wrong == "floor of a fixed size":
        sizes = np.maximum(sizes, 1e-12)
    elif wrong != "no floor":
        sizes = np.maximum(sizes, floor)
    if wrong == "ratio of norms":
        norms = [np.linalg.norm(gaps), np.linalg.norm(one), np.linalg.norm(other)]
        return norms[0] / np.maximum(norms[1], norms[2])
    unguarded = wrong in ("no floor", "zero divided by zero")
    safe = np.where(sizes == 0, np.nan if unguarded else 1.0, sizes)
    ratios = gaps / safe
    if wrong == "mean in place of the largest":
        return ratios.mean()
    if wrong == "sum in place of the largest":
        return ratios.sum()
    return ratios if wrong == "an error for each entry" else ratios.max()


ERROR = Task(
    function="relative_error",
    returns=(LARGE, OVER, UNDER, ZERO),
    cases=error_cases,
    reference=error,
    ideas=(
        Idea(
            "error-value",
            (LARGE,),
            {
                "sign kept": "A difference can be negative, and the largest of negative numbers is a small "
                "one.",
                "sum of the two": "This divides by both sizes together, not by the larger of the two.",
                "mean of the two": "This divides by the average of the two sizes, not by the larger one.",
                "first array only": "Whoever exchanges the two arrays gets another number. Divide by the "
                "larger of the two sizes.",
                "second array only": "Whoever exchanges the two arrays gets another number. Divide by the "
                "larger of the two sizes.",
                "smaller of the two": "Of the two sizes, this takes the smaller one.",
                "divisor without absolute values": "The size of a negative number is positive.",
                "absolute difference": "Relative to what? Nothing is divided here.",
                "largest entry of all": "Each entry is compared with its own size, not with that of the "
                "largest entry.",
                "size of the sum": "Where the two have opposite signs, their sum is small; their sizes are "
                "not.",
                "ratio of norms": "This is one number for the arrays as a whole. The worst single entry is "
                "asked for.",
                "mean in place of the largest": "One wrong entry among a thousand right ones would hardly "
                "show in a mean.",
                "sum in place of the largest": "A sum grows with the number of entries. The worst entry is "
                "asked for.",
                "an error for each entry": "One number is asked for: that of the worst entry.",
            },
        ),
        Idea(
            "error-floor",
            (UNDER, ZERO),
            {
                "no floor": "Where both entries are tiny, or zero, the quotient says nothing, or is not a "
                "number at all.",
                "zero divided by zero": "The floor is zero too where everything is zero.",
                "floor of a fixed size": "A fixed number is a floor for some arrays and not for others. It "
                "is to be relative to the largest entry.",
            },
        ),
        Idea("error-contract"),
    ),
    drive=around_the_floor,
)
