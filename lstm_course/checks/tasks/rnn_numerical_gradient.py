"""Tasks of assignment 02-rnn: the gradient by differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow
from lstm_course.checks.toys.rnn import Slope, Valley, straight_and_curved

PLAIN = ((4, 3), (5,), (2, 3, 2))
EDGES = ((1,), (1, 1))


def numeric_cases(rng: np.random.Generator) -> list[Case]:
    """Draw losses, weights and an epsilon large enough for the error of a one-sided difference to show."""
    cases = []
    for shape in (*PLAIN, *EDGES):
        weights = rng.standard_normal(shape)
        # Far enough from zero and from each other that whole numbers of them are still slopes.
        slopes = rng.permutation(np.linspace(1.2, 4.6, weights.size)).reshape(shape)
        slopes *= rng.choice([-1, 1], shape)
        order = rng.permutation(shape[0])
        valley = Valley(slopes[order], weights[order], rng.uniform(0.5, 1.0, shape))
        args = {
            "loss": Slope(slopes),
            "curved": valley,
            "weights": weights,
            "epsilon": rng.uniform(0.05, 0.1),
            "order": order,
        }
        cases.append(Case(args, f"weights of shape {shape}", shape in EDGES))
    return cases


def numeric(
    loss: Any, curved: Any, weights: Any, epsilon: float, order: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Return the quotients of a linear loss, and of a curved one: slopes and weights in another order."""
    straight = quotients(loss, weights, epsilon, wrong)
    bent = quotients(curved, curved.centre, epsilon, wrong)
    if not wrong:
        bent = follow(seen, STRAIGHT, straight)[order]
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
