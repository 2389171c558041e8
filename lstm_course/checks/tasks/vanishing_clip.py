"""Task of assignment 03-vanishing: clipping the common norm of all gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.vanishing import clip_twice

LONG = ("d_kernel", "d_recurrent_kernel", "d_bias")
SHORT = tuple(f"{name} below the limit" for name in LONG)


def clip_cases(rng: np.random.Generator) -> list[Case]:
    """Draw gradients, a limit far below their norm and one above it; at the edges, gradients of zero too."""
    cases = []
    for chosen, words, edge in sizes("DN"):
        features, units = chosen["D"], chosen["N"]
        shapes = ((features, units), (units, units), (units,))
        gradients = [rng.standard_normal(shape) for shape in shapes]
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        cases.append(_case(gradients, 0.15 * norm, 1.4 * norm, words, edge))
        if edge:
            zeros = [np.zeros(shape) for shape in shapes]
            cases.append(_case(zeros, 0.5, 1.0, f"{words}, gradients of zero", True))
    return cases


def _case(gradients: Any, limit: float, generous: float, words: str, edge: bool) -> Case:
    return Case(
        {"gradients": gradients, "limit": float(limit), "generous": float(generous)},
        f"three arrays, {words}",
        edge,
    )


def norm_of(gradients: Any, limit: float, wrong: str) -> float:
    """Root of the sum of all squares of all arrays."""
    squares = [float((np.asarray(g) ** 2).sum()) for g in gradients]
    count = sum(np.size(g) for g in gradients)
    right = float(np.sqrt(sum(squares)))
    values = {
        "root left out": sum(squares),
        "norms of the arrays added": sum(np.sqrt(squares)),
        "largest norm of an array": max(np.sqrt(squares)),
        "mean in place of sum": np.sqrt(sum(squares) / count),
        "absolute values added": sum(np.abs(g).sum() for g in gradients),
        "norm after clipping": min(right, limit),
        "last array only": np.sqrt(squares[-1]),
    }
    return float(values.get(wrong, right))


def clipped(gradients: Any, limit: float, norm: float, wrong: str) -> list[Any]:
    """All arrays times limit / norm, if that is less than 1."""
    over = norm > limit
    if wrong == "division by a norm of zero":
        return [g * min(1.0, limit / norm) for g in gradients]
    if wrong == "each array by itself":
        sizes_ = [float(np.linalg.norm(g)) for g in gradients]
        return [g * (limit / size) if size > limit else g for g, size in zip(gradients, sizes_, strict=True)]
    if wrong == "each number by itself":
        return [np.clip(g, -limit, limit) for g in gradients]
    if wrong == "limit left out":
        return [g / norm for g in gradients]
    if wrong == "factor upside down":
        return [g * (norm / limit) for g in gradients]
    if wrong == "short gradients made longer":
        return [g * (limit / norm) for g in gradients]
    if wrong == "long gradients let pass":
        return list(gradients)
    if wrong == "square of the norm":
        return [g * (limit / norm**2) for g in gradients]
    if wrong == "all set to zero":
        return [g * 0.0 for g in gradients]
    found = [g * (limit / norm) if over else g for g in gradients]
    if wrong == "bias left out":
        found[-1] = gradients[-1]
    return found


def clip(gradients: Any, limit: Any, generous: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Arrays and norm under a low limit, arrays under a high one; by the student's own norm if that fits."""
    norm = norm_of(gradients, limit, wrong)
    norms = [norm_of(gradients, limit, "")]
    own = seen.get("norm")
    if own is not None and np.ndim(own) == 0 and np.isfinite(own) and own > 0:
        norms.append(float(own))
    expected: dict[str, Any] = {"norm": norm}
    for names, bound in ((LONG, limit), (SHORT, generous)):
        made = [dict(zip(names, clipped(gradients, bound, n, wrong), strict=True)) for n in norms]
        best = min(made, key=lambda one: sum(_gap(one[n], seen.get(n)) for n in one))
        expected |= best
    return expected


def _gap(one: Any, other: Any) -> float:
    """Return the largest difference; 0 where there is nothing to compare with."""
    return 0.0 if other is None or np.shape(one) != np.shape(other) else float(np.abs(one - other).max())


CLIP = Task(
    function="clip_by_global_norm",
    returns=(*LONG, "norm", *SHORT),
    cases=clip_cases,
    reference=clip,
    drive=clip_twice,
    may_share=True,
    ideas=(
        Idea(
            "clip-norm",
            ("norm",),
            {
                "root left out": "What you have is the square of the norm.",
                "norms of the arrays added": "Two legs of a right-angled triangle do not add up to its "
                "longest side. What does?",
                "largest norm of an array": "All arrays together are one long vector, and all of them "
                "contribute to its length.",
                "mean in place of sum": "The length of a vector adds up squares; it does not average them.",
                "absolute values added": "That is another norm. The length of a vector is made of squares.",
                "norm after clipping": "The norm that was found is wanted, before anything is scaled: it "
                "tells you how often clipping steps in.",
                "last array only": "Is the sum begun anew for each array?",
            },
        ),
        Idea(
            "clip-long",
            LONG,
            {
                "each array by itself": "Every array has been given a factor of its own, and that turns the "
                "gradient as a whole.",
                "each number by itself": "Large numbers are cut and small ones are not, which turns the "
                "gradient.",
                "limit left out": "The norm is 1 afterwards, whatever the limit is.",
                "factor upside down": "A gradient that is too long has become longer.",
                "long gradients let pass": "A gradient longer than the limit comes back as it was. When "
                "does your condition hold?",
                "square of the norm": "The norm afterwards is not the limit. Is there a root that you take "
                "too late?",
                "bias left out": "One array has kept its length. All of them share the factor.",
                "all set to zero": "Too long a gradient is shortened, not thrown away: its direction is "
                "worth keeping.",
            },
        ),
        Idea(
            "clip-short",
            SHORT,
            {
                "short gradients made longer": "A gradient shorter than the limit has been stretched up to "
                "it. Clipping only ever shortens.",
                "limit left out": "A gradient shorter than the limit must come back as it was.",
                "factor upside down": "A gradient shorter than the limit must come back as it was. Which of "
                "the two numbers is the larger one then?",
                "all set to zero": "A gradient shorter than the limit must come back as it was.",
            },
        ),
        Idea(
            "clip-contract",
            (),
            {
                "division by a norm of zero": "If all gradients are zero, so is their norm, and one must "
                "not divide by it.",
            },
        ),
    ),
)
