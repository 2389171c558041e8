"""Tasks of assignment 02-rnn: the gradient by differences, and the comparison of two gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow
from lstm_course.checks.toys.rnn import Slope, Valley, around_the_floor, straight_and_curved

PLAIN = ((4, 3), (5,), (2, 3, 2))
EDGES = ((1,), (1, 1))


def numeric_cases(rng: np.random.Generator) -> list[Case]:
    """Draw losses, weights and an epsilon large enough for the error of a one-sided difference to show."""
    cases = []
    for shape in (*PLAIN, *EDGES):
        weights, slopes = rng.standard_normal(shape), rng.standard_normal(shape)
        valley = Valley(slopes, weights, rng.uniform(0.5, 1.0, shape))
        args = {
            "loss": Slope(slopes),
            "curved": valley,
            "weights": weights,
            "epsilon": rng.uniform(0.05, 0.1),
        }
        cases.append(Case(args, f"weights of shape {shape}", shape in EDGES))
    return cases


def numeric(loss: Any, curved: Any, weights: Any, epsilon: float, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the quotients of a linear loss and of a curved one, whose curvature must not matter."""
    straight = quotients(loss, weights, epsilon, wrong)
    bent = quotients(curved, curved.centre, epsilon, wrong)
    if not wrong:
        bent = follow(seen, STRAIGHT, straight)
    return {STRAIGHT: straight, CURVED: bent}


STRAIGHT, CURVED = "gradient of a linear loss", "gradient of a curved loss"


def quotients(loss: Any, weights: Any, epsilon: float, wrong: str) -> Any:
    """(L(w + ε) − L(w − ε)) / 2ε, for each entry."""
    if wrong == "all entries nudged at once":
        each = (loss(weights + epsilon) - loss(weights - epsilon)) / (2 * epsilon)
        return np.full(weights.shape, each)
    found = np.zeros(weights.shape)
    kept = weights.copy()
    for index in np.ndindex(weights.shape):
        up, down = kept.copy(), kept.copy()
        step = epsilon * abs(kept[index]) if wrong == "nudged relative to the weight" else epsilon
        up[index] += step
        down[index] -= step
        width = 2 * epsilon
        if wrong == "forward difference":
            down, width = kept, epsilon
        elif wrong == "backward difference":
            up, width = kept, epsilon
        elif wrong == "2 forgotten":
            width = epsilon
        elif wrong == "half of a forward difference":
            down = kept
        elif wrong == "half of a backward difference":
            up = kept
        elif wrong == "divided by the square":
            width = 2 * epsilon**2
        elif wrong == "multiplied in place of divided":
            width = 1 / (2 * epsilon)
        elif wrong == "not divided":
            width = 1
        elif wrong == "sign turned round":
            width = -width
        elif wrong == "bracket missing around the divisor":
            width = 2 / epsilon
        found[index] = (loss(up) - loss(down)) / width
        if wrong == "upper points kept":
            kept = up
        elif wrong == "lower points kept":
            kept = down
    if wrong == "second difference":
        nudges = [np.eye(weights.size)[k].reshape(weights.shape) * epsilon for k in range(weights.size)]
        second = [(loss(weights + n) - 2 * loss(weights) + loss(weights - n)) / epsilon**2 for n in nudges]
        return np.array(second).reshape(weights.shape)
    if wrong == "sum over the entries":
        return found.sum()
    if wrong == "first axis only":
        return found * (np.indices(weights.shape)[1:].sum(axis=0) == 0)
    return found


NUMERIC = Task(
    function="numerical_gradient",
    returns=(STRAIGHT, CURVED),
    cases=numeric_cases,
    reference=numeric,
    ideas=(
        Idea(
            "numeric-slope",
            (STRAIGHT,),
            {
                "2 forgotten": "Every entry is twice what it should be. How far apart are the two points?",
                "half of a forward difference": "One of the two losses was computed at the weights "
                "themselves, so the two points are closer together than the divisor says.",
                "all entries nudged at once": "Every entry is the same. Move one weight at a time.",
                "divided by the square": "The quotient has the step in it twice.",
                "multiplied in place of divided": "The difference is multiplied by its width.",
                "not divided": "This is the difference of two losses, not yet a slope.",
                "sign turned round": "The loss below was subtracted from the loss above. Or was it?",
                "bracket missing around the divisor": "The order of operations: what exactly is divided by?",
                "nudged relative to the weight": "Every weight is moved by the same distance.",
                "second difference": "This is how the slope changes, not how large it is.",
                "sum over the entries": "The gradient has the shape of the weights.",
                "first axis only": "Many entries were never visited. How many axes have the weights?",
            },
        ),
        Idea(
            "numeric-central",
            (CURVED,),
            {
                "forward difference": "One side only was looked at, and half of the curvature is left in "
                "the result.",
                "backward difference": "One side only was looked at, and half of the curvature is left in "
                "the result.",
                "half of a forward difference": "One of the two losses was computed at the weights "
                "themselves. Was the upper point left by one step or by two?",
                "half of a backward difference": "One of the two losses was computed at the weights "
                "themselves.",
                "upper points kept": "A weight was nudged and never put back, so that the next ones are "
                "judged from another place.",
                "lower points kept": "A weight was nudged and not put back where it was, so that the next "
                "ones are judged from another place.",
                "second difference": "This is how the slope changes, not how large it is.",
            },
        ),
        Idea("numeric-contract"),
    ),
    drive=straight_and_curved,
)

LARGE, ZERO = "error", "error of zeros"
OVER, UNDER = "error of entries above the floor", "error of entries below the floor"


def error_cases(rng: np.random.Generator) -> list[Case]:
    """Draw two arrays that differ, and two pairs that differ in one entry: above the floor and below it."""
    cases = []
    worst = ((-1, -0.4), (1, 0.3), (1, -2.5), (1, 0.4), (-1, -2.0))  # sign, ratio of the first entries
    for (sign, ratio), shape in zip(worst, (*PLAIN, *EDGES), strict=True):
        one = rng.uniform(0.5, 4.0, shape) * rng.choice([-1, 1], shape)
        other = one * rng.uniform(0.6, 1.5, shape)
        one.flat[-1] = 0.5
        one.flat[0] = sign * rng.uniform(1.0, 4.0)
        other.flat[0] = ratio * one.flat[0]
        above, below = np.stack([one, one]), np.stack([one, one])
        if one.size > 1:
            floor = 1e-3 * np.abs(one).max()
            for pair, sizes in ((above, (100, 99.5)), (below, (0.7, 0.2))):
                pair[0].flat[-1], pair[1].flat[-1] = np.multiply(sizes, floor)
        args = {"one": one, "other": other, "above": above, "below": below}
        cases.append(Case(args, f"arrays of shape {shape}", shape in EDGES))
    return cases


def error(one: Any, other: Any, above: Any, below: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the largest relative error; where only entries below the floor differ, judge by one above it."""
    over, under = compared(*above, wrong), compared(*below, wrong)
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

GRADIENTS = (NUMERIC, ERROR)
