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


def draw_often(function: Callable[..., Any], size: int, seed: int, times: int) -> Any:
    """Draw many matrices from one generator, then one from another generator with the same seed.

    Returns
    -------
    tuple of (list of ndarray, ndarray), or None if the function returns None
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(times):
        answer = function(rng, size)
        if answer is None:
            return None
        drawn.append(np.array(answer, dtype=float))
    return drawn, np.array(function(np.random.default_rng(seed), size), dtype=float)


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
