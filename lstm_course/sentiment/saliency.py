"""Which steps of an input moved the output: integrated gradients, and leaving steps out.

For a differentiable score F, an input x and a baseline x' of the same shape, the integrated gradients are

    a = (x − x') ⊙ ∫₀¹ ∇F(x' + α (x − x')) dα                                            (1)

element by element [1]_. By the chain rule their sum is F(x) − F(x'), which is called completeness; with
the integral taken at the middles of ``steps`` equal parts the sum misses it by an error that falls with
the square of ``steps``.

References
----------
.. [1] Sundararajan, Taly & Yan (2017), equation 1 and proposition 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_course.errors import InputError

Score = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""What is explained: a batch (batch, time, features) gives scores (batch,) and the gradient of each."""


def integrated_gradients(score: Score, x: np.ndarray, baseline: np.ndarray, steps: int = 32) -> np.ndarray:
    """Share the difference F(x) − F(baseline) out among the elements of one input.

    Parameters
    ----------
    score : callable
        Returns the scores of a batch, and the gradient of each score with respect to its own input.
    x : ndarray of shape (time, features)
        One input.
    baseline : ndarray
        The neutral input; of a shape that broadcasts to that of ``x``, for instance (features,).
    steps : int
        At how many places between the two the gradient is taken.

    Returns
    -------
    ndarray of shape (time, features)
        The attributions; summed over features, one number per step.

    Raises
    ------
    InputError
        An input of another shape, a baseline that does not fit it, or fewer than one step.

    Examples
    --------
    The score is the product of two numbers, so each of them gets half of it:

    >>> product = lambda x: (x[:, 0, 0] * x[:, 1, 0], x[:, ::-1])
    >>> integrated_gradients(product, np.array([[3.0], [4.0]]), np.zeros(1))
    array([[6.],
           [6.]])
    """
    x, start = _check(x, baseline)
    if steps < 1:
        raise InputError("at least one step of integration", str(steps))
    middles = (np.arange(steps) + 0.5) / steps
    _, gradients = score(start + middles[:, None, None] * (x - start))
    return (x - start) * gradients.mean(axis=0)


def leave_one_out(score: Score, x: np.ndarray, baseline: np.ndarray | None = None) -> np.ndarray:
    """Say by how much the score falls when one step is taken away.

    Parameters
    ----------
    score : callable
        As for ``integrated_gradients``; its gradients are not used.
    x : ndarray of shape (time, features)
        One input.
    baseline : ndarray, optional
        What stands in for the step; without it the step is deleted and the input becomes shorter.

    Returns
    -------
    ndarray of shape (time,)
        F(x) minus the score without step t.

    Raises
    ------
    InputError
        An input of another shape, a baseline that does not fit it, or a single step to delete.

    Examples
    --------
    >>> total = lambda x: (x.sum(axis=(1, 2)), np.ones_like(x))
    >>> leave_one_out(total, np.array([[3.0], [4.0]]))
    array([3., 4.])
    """
    x, start = _check(x, np.zeros(1) if baseline is None else baseline)
    time = len(x)
    if baseline is None:
        if time < 2:
            raise InputError("at least two steps, so that one can be deleted", str(time))
        without = np.stack([np.delete(x, t, axis=0) for t in range(time)])
    else:
        without = np.where(np.eye(time, dtype=bool)[:, :, None], start, x)
    scores, _ = score(without)
    (whole,), _ = score(x[None])
    return whole - scores


def _check(x: np.ndarray, baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the input, and the baseline in its shape."""
    x, baseline = np.asarray(x), np.asarray(baseline)
    if x.ndim != 2 or x.size == 0:
        raise InputError(
            "one input of shape (time, features)", f"shape {x.shape}", "Take one of a batch: x[0]."
        )
    try:
        return x, np.broadcast_to(baseline, x.shape)
    except ValueError as error:
        raise InputError(f"a baseline that broadcasts to {x.shape}", f"shape {baseline.shape}") from error
