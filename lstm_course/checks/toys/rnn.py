"""Steps, losses and ways of calling that the checks of assignment 02-rnn hand to a student's functions.

None of the steps is the step of a recurrent network: they are made so that a wrong loop shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def toy_step(x_t: Any, h_prev: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
    """Return a new state that depends on every argument, and on each in its own way."""
    turned = 0.6 * np.roll(h_prev, 1, axis=1) * np.cos(bias) + 0.3 * recurrent_kernel[-1]
    return turned + x_t.mean(axis=1, keepdims=True) * (1 + kernel[0] ** 2)


def toy_step_backward(
    d_h_t: Any, x_t: Any, h_prev: Any, h_t: Any, kernel: Any, recurrent_kernel: Any
) -> tuple[Any, ...]:
    """Return six arrays shaped as those of a backward step; all are linear in ``d_h_t``, row by row."""
    d_z_t = d_h_t * (0.5 + 0.3 * np.cos(h_t))
    d_x_t = d_z_t.sum(axis=1, keepdims=True) * kernel[:, 0] + 0 * x_t
    d_h_prev = 0.8 * np.roll(d_z_t, 1, axis=1) + 0.1 * d_z_t * recurrent_kernel[0]
    d_kernel = np.sin(x_t).T @ d_z_t
    d_recurrent_kernel = np.cos(h_prev + 0.5).T @ d_z_t
    return d_z_t, d_x_t, d_h_prev, d_kernel, d_recurrent_kernel, (2 * d_z_t).sum(axis=0)


def toy_shares_backward(
    d_h_t: Any, x_t: Any, h_prev: Any, h_t: Any, kernel: Any, recurrent_kernel: Any
) -> tuple[Any, ...]:
    """Return six such arrays; of ``d_h_t`` the last three ask only which rows are zero: those add nothing.

    So a wrong gradient of the state leaves the sums over the steps as they are.
    """
    arrived = np.any(d_h_t, axis=1, keepdims=True)
    d_z_t = 0.9 * d_h_t
    d_x_t = d_z_t.sum(axis=1, keepdims=True) * kernel[:, 0] + 0 * x_t
    d_h_prev = 0.8 * np.roll(d_z_t, 1, axis=1) + 0.1 * d_z_t * recurrent_kernel[0]
    d_kernel = x_t.T @ (arrived * np.cos(h_t))
    d_recurrent_kernel = (1 + h_prev**2).T @ (arrived * np.sin(h_t))
    return d_z_t, d_x_t, d_h_prev, d_kernel, d_recurrent_kernel, (arrived * h_t * h_prev).sum(axis=0)


def padded_and_alone(
    function: Callable[..., Any],
    d_outputs: Any,
    d_h_T: Any,
    x: Any,
    mask: Any,
    h_0: Any,
    states: Any,
    kernel: Any,
    recurrent_kernel: Any,
    step_backward: Any,
    order: Any,
) -> Any:
    """Call ``function`` on a padded batch, then on each sequence by itself without its padding, in an order.

    Padding stands at the end. What arrives at its outputs arrives at the state that is carried over it.
    """
    given = [array.copy() for array in (d_outputs, d_h_T, x, mask, h_0, states)]
    rest = (kernel, recurrent_kernel, step_backward)
    padded = function(d_outputs, d_h_T, x, mask, h_0, states, *rest)
    if padded is None:
        return None
    try:
        return padded, [_alone(function, given, rest, row) for row in order]
    except Exception:  # a batch of one is the contract's matter
        return padded, None


def _alone(function: Callable[..., Any], given: list[Any], rest: tuple[Any, ...], row: int) -> Any:
    """Return what ``function`` gives for one sequence."""
    d_outputs, d_h_T, x, mask, h_0, states = given
    one, kept, arriving = slice(row, row + 1), mask[row], d_outputs[row, mask[row]]
    arriving[-1] += d_outputs[row, ~kept].sum(axis=0)
    parts = (arriving[None], d_h_T[one], x[one, kept], mask[one, kept], h_0[one], states[one, kept])
    return function(*(part.copy() for part in parts), *rest)


class Slope:
    """A loss that is linear in the weights: the sum of their products with ``slopes``."""

    def __init__(self, slopes: np.ndarray) -> None:
        self.slopes = slopes

    def __call__(self, weights: np.ndarray) -> float:
        """Return the loss."""
        return float(np.sum(self.slopes * weights))


class Valley:
    """Such a loss, with a valley in addition whose lowest point is ``centre``."""

    def __init__(self, slopes: np.ndarray, centre: np.ndarray, width: np.ndarray) -> None:
        self.slopes, self.centre, self.width = slopes, centre, width

    def __call__(self, weights: np.ndarray) -> float:
        """Return the loss."""
        away = weights - self.centre
        return float(np.sum(self.slopes * weights) + np.sum((away / self.width) ** 2) + np.sum(away) ** 2)


def straight_and_curved(
    function: Callable[..., Any], straight: Slope, curved: Valley, weights: Any, epsilon: float, *others: Any
) -> Any:
    """Call ``function`` for a loss without curvature and for one with it, at the same weights."""
    found = function(straight, weights, epsilon)
    again = function(curved, curved.centre.copy(), epsilon)
    return None if found is None or again is None else (found, again)


def around_the_floor(function: Callable[..., Any], one: Any, other: Any, above: Any, below: Any) -> Any:
    """Call ``function`` on two arrays, on the pairs ``above`` and ``below``, and on zeros."""
    nothing = np.zeros_like(one)
    found = function(one, other)
    near = function(*above.copy()), function(*below.copy())
    try:
        zeros = function(nothing, nothing.copy())
    except (ArithmeticError, ValueError):
        zeros = np.nan
    return None if found is None else (found, *near, float(zeros) if isinstance(zeros, int) else zeros)
