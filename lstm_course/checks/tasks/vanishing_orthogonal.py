"""Task of assignment 03-vanishing: a matrix to start from, drawn uniformly over all orthogonal ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.vanishing import draw_often

FIRST = "first draw"


def orthogonal_cases(rng: np.random.Generator) -> list[Case]:
    """Draw the seeds of the generators that the function will be given, and how often it will be called."""
    sizes = (2, int(rng.choice([3, 5])), int(rng.choice([4, 6, 7])))
    return [
        Case({"size": n, "seed": int(rng.integers(10**6)), "times": int(rng.integers(90, 150))}, f"size {n}")
        for n in sizes
    ]


def one_draw(rng: np.random.Generator, size: int, wrong: str) -> Any:
    """Q of the one factorisation A = QR in which the diagonal of R is positive."""
    if wrong == "rng not used":
        rng = np.random.default_rng()
    if wrong == "the same matrix at every call":
        rng = np.random.default_rng(0)
    a = (
        rng.uniform(size=(size, size))
        if wrong == "numbers of one sign"
        else rng.standard_normal((size, size))
    )
    if wrong == "not made orthogonal":
        return a
    if wrong == "entries divided by the root of the size":
        return a / np.sqrt(size)
    if wrong == "columns shortened but not turned":
        return a / np.linalg.norm(a, axis=0)
    if wrong == "rows shortened but not turned":
        return a / np.linalg.norm(a, axis=1, keepdims=True)
    if wrong == "divided by the largest singular value":
        return a / np.linalg.norm(a, 2)
    q, r = np.linalg.qr(a)
    if wrong == "diagonal of R in place of its signs":
        return q * np.diag(r)
    if wrong == "signs left as they come":
        return q
    if wrong == "signs of the wrong factor":
        return q * np.sign(np.diag(q))
    q = q * np.sign(np.diag(r))
    if wrong == "rotations only" and np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    return q


def summed_up(value: Any, size: int, seed: int, times: int) -> Any:
    """Sum up many matrices.

    Returns
    -------
    tuple
        The product of transpose and matrix for the draw that is farthest from the identity; the share of
        positive determinants and the mean of the diagonals, both rounded to halves; whether any two
        draws differ; whether a second generator with the same seed repeats the first draw; the first draw.
    """
    drawn, repeated = value
    if len(drawn) != times:
        raise ValueError(f"expected {times} matrices, got {len(drawn)}")
    for matrix in (*drawn, repeated):
        if np.shape(matrix) != (size, size):
            raise TypeError(f"expected a matrix of shape ({size}, {size}), got shape {np.shape(matrix)}")
    stack = np.stack(drawn)
    products = np.swapaxes(stack, 1, 2) @ stack
    worst = products[np.abs(products - np.eye(size)).max(axis=(1, 2)).argmax()]
    positive = float(round(2 * float((np.linalg.det(stack) > 0).mean())) / 2)
    diagonal = float(round(2 * float(np.trace(stack, axis1=1, axis2=2).mean() / size)) / 2)
    differ = not np.allclose(stack, stack[0])
    return worst, positive, diagonal, differ, bool(np.allclose(repeated, stack[0])), stack[0]


def orthogonal(size: Any, seed: Any, times: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Sum up many draws as those of the student are. Any first draw is right; a mistaken one tells itself."""
    if not wrong and seen:
        return dict(zip(ORTHOGONAL.returns, (np.eye(size), 0.5, 0.0, True, True, seen[FIRST]), strict=True))
    drawn = draw_often(lambda rng, size: one_draw(rng, size, wrong), size, seed, times)
    return dict(zip(ORTHOGONAL.returns, summed_up(drawn, size, seed, times), strict=True))


ORTHOGONAL = Task(
    function="orthogonal",
    returns=(
        "QᵀQ",
        "share of positive determinants (rounded to halves)",
        "mean of the diagonals (rounded to halves)",
        "two draws differ",
        "the same seed gives the same matrix",
        FIRST,
    ),
    cases=orthogonal_cases,
    reference=orthogonal,
    drive=draw_often,
    digest=summed_up,
    ideas=(
        Idea(
            "orthogonal-lengths",
            ("QᵀQ",),
            {
                "not made orthogonal": "The columns have the same angles as those of the random numbers "
                "that you began with. Of the two factors, one has all of these angles in it and the other "
                "has none.",
                "entries divided by the root of the size": "Now the columns are about 1 long on average. "
                "They must be so exactly, and at right angles to each other.",
                "columns shortened but not turned": "All columns have the length 1, but they are not at "
                "right angles to each other.",
                "rows shortened but not turned": "All rows have the length 1, but they are not at right "
                "angles to each other.",
                "divided by the largest singular value": "Now nothing is stretched, but some vectors are "
                "still shrunk. All singular values must be 1.",
                "diagonal of R in place of its signs": "To change the sign of a column, only the sign of a "
                "number is needed, not its size.",
            },
        ),
        Idea(
            "orthogonal-uniform",
            (
                "share of positive determinants (rounded to halves)",
                "mean of the diagonals (rounded to halves)",
                FIRST,
            ),
            {
                "signs left as they come": "NumPy chooses the signs of the two factors as it suits its "
                "algorithm, and so all the determinants of one size have the same sign. Which choice makes "
                "the factorisation unique?",
                "signs of the wrong factor": "It is the triangular factor whose diagonal has to be positive.",
                "numbers of one sign": "Entries that are all positive point in favoured directions from the "
                "start. Which distribution favours none?",
                "rotations only": "Half of all orthogonal matrices contain a reflection; here none does.",
            },
        ),
        Idea(
            "orthogonal-rng",
            ("two draws differ", "the same seed gives the same matrix"),
            {
                "rng not used": "With a generator in the same state, the result must be the same. Do all "
                "random numbers come from the one that was handed in?",
                "the same matrix at every call": "The generator that was handed in moves on from call to "
                "call; yours begins anew each time.",
            },
        ),
    ),
)
