"""What the checks of 03-vanishing hand to a student's function, and how they call one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def largest_row_sum(matrix: Any) -> float:
    """Return the largest sum of a row's absolute values."""
    return float(np.abs(matrix).sum(axis=1).max())


def largest_entry(matrix: Any) -> float:
    """Return the largest absolute value in a matrix."""
    return float(np.abs(matrix).max())


def draw_often(function: Callable[..., Any], size: int, seed: int, times: int = 100) -> Any:
    """Draw many matrices from one generator and sum them up.

    Returns
    -------
    tuple, or None if the function returns None
        The product of transpose and matrix for the draw that is farthest from the identity; the share of
        positive determinants and the mean of the diagonals, both rounded to halves; whether any two
        draws differ; whether a second generator with the same seed repeats the first draw; the first draw.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(times):
        answer = function(rng, size)
        if answer is None:
            return None
        matrix = np.array(answer, dtype=float)
        if matrix.shape != (size, size):
            raise TypeError(f"expected a matrix of shape ({size}, {size}), got shape {matrix.shape}")
        drawn.append(matrix)
    stack = np.stack(drawn)
    products = np.swapaxes(stack, 1, 2) @ stack
    worst = products[np.abs(products - np.eye(size)).max(axis=(1, 2)).argmax()]
    positive = float(round(2 * float((np.linalg.det(stack) > 0).mean())) / 2)
    diagonal = float(round(2 * float(np.trace(stack, axis1=1, axis2=2).mean() / size)) / 2)
    differ = not np.allclose(stack, stack[0])
    repeated = np.allclose(np.asarray(function(np.random.default_rng(seed), size), dtype=float), stack[0])
    return worst, positive, diagonal, differ, bool(repeated), stack[0]


def clip_twice(
    function: Callable[..., Any], gradients: Sequence[Any], limit: float, generous: float
) -> tuple[Any, ...]:
    """Call with a limit below the norm and with one above; return the arrays of both, the norm between."""
    short = _clipped(function, [np.array(g) for g in gradients], generous)
    long = _clipped(function, gradients, limit)
    return (*long[0], long[1], *short[0])


def _clipped(
    function: Callable[..., Any], gradients: Sequence[Any], limit: float
) -> tuple[Sequence[Any], Any]:
    """Call once; return the arrays and the norm, or say what came in their place."""
    answer = function(gradients, limit)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise TypeError(f"expected two values, (clipped, norm), got {_kind(answer)}")
    clipped, norm = answer
    if not isinstance(clipped, (tuple, list)) or len(clipped) != len(gradients):
        raise TypeError(f"clipped: expected a list of {len(gradients)} arrays, got {_kind(clipped)}")
    return clipped, norm


def _kind(value: Any) -> str:
    return (
        f"a {type(value).__name__} of {len(value)}"
        if hasattr(value, "__len__")
        else f"a {type(value).__name__}"
    )
