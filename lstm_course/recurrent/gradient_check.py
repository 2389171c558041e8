"""Check hand-written gradients against central differences in float64.

The derivative of L with respect to one number w is approximated by (L(w + ε) − L(w − ε)) / 2ε. Its error is
about ε² from the curvature and about 1e-16 / ε from rounding; ε = 1e-5 balances the two. In float32, where
rounding is 1e-7 / ε, the best ε, about 5e-3, still leaves an error of 1e-5 to 1e-4. Hence the refusal of
anything but float64.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GradientReport:
    """Outcome of a gradient check: where analytic and numeric gradient differ most.

    Attributes
    ----------
    parameter : str
        Name of the array with the largest relative error.
    index : tuple of int
        Where in it.
    analytic, numeric : float
        The two values there.
    relative_error : float
        |analytic − numeric| over max(|analytic|, |numeric|, largest gradient of that array · 1e-3).
    passed : bool
        Whether the error is within the tolerance.
    """

    parameter: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    relative_error: float
    passed: bool

    def __str__(self) -> str:
        where = f"{self.parameter}[{', '.join(map(str, self.index))}]"
        verdict = "gradients agree" if self.passed else "gradients differ"
        return (
            f"{verdict}: worst at {where}, analytic {self.analytic:.8g}, numeric {self.numeric:.8g}, "
            f"relative error {self.relative_error:.2g}"
        )


def gradient_check(
    loss: Callable[[], float],
    arrays: Mapping[str, np.ndarray],
    gradients: Mapping[str, np.ndarray],
    *,
    step: float = 1e-5,
    tolerance: float = 1e-6,
    samples: int | None = None,
    rng: np.random.Generator | None = None,
) -> GradientReport:
    """Compare analytic gradients with central differences, element by element.

    Parameters
    ----------
    loss : callable
        ``loss()`` computes the scalar loss from the arrays as they are at the call; it must be
        deterministic.
    arrays : mapping of str to ndarray
        The float64 arrays that the loss depends on. They are nudged in place and put back.
    gradients : mapping of str to ndarray
        ∂L/∂array for each of them.
    step : float
        ε, how far each number is nudged.
    tolerance : float
        Largest relative error that passes.
    samples : int, optional
        Check so many random elements of each array rather than all; needs ``rng``.
    rng : numpy.random.Generator, optional
        Chooses them.

    Returns
    -------
    GradientReport
        The worst element; print it.

    Raises
    ------
    ValueError
        If an array is not float64, a gradient is missing or of another shape, or there is nothing to check.

    Examples
    --------
    >>> w = np.array([1.0, 2.0, 3.0])
    >>> report = gradient_check(lambda: float((w**3).sum()), {"w": w}, {"w": 3 * w**2})
    >>> report.passed
    True
    >>> print(gradient_check(lambda: float((w**3).sum()), {"w": w}, {"w": np.array([3.0, 12.0, 9.0])}))
    gradients differ: worst at w[2], analytic 9, numeric 27, relative error 0.67
    """
    _check_arguments(arrays, gradients, samples, rng)
    worst: GradientReport | None = None
    for name, array in arrays.items():
        scale = 1e-3 * float(np.abs(gradients[name]).max(initial=0.0))
        for index in _indices(array, samples, rng):
            numeric = _central_difference(loss, array, index, step)
            analytic = float(gradients[name][index])
            size = max(abs(analytic), abs(numeric), scale, np.finfo(float).tiny)
            error = abs(analytic - numeric) / size
            if not np.isfinite(error):
                error = np.inf
            if worst is None or error > worst.relative_error:
                worst = GradientReport(name, index, analytic, numeric, error, error <= tolerance)
    if worst is None:
        raise ValueError("expected at least one element to check, got only empty arrays. Give arrays.")
    return worst


def _check_arguments(arrays, gradients, samples, rng):
    if samples is not None and samples < 1:
        raise ValueError(f"expected at least one sample, got {samples}. Leave samples out to check all.")
    if samples is not None and rng is None:
        raise ValueError("expected an rng to draw samples with, got None. Give rng=np.random.default_rng(0).")
    for name, array in arrays.items():
        if array.dtype != np.float64:
            raise ValueError(
                f"expected {name} in float64, got {array.dtype}. In float32 the rounding of the loss drowns "
                "the difference that is measured; convert the arrays and the model."
            )
        if name not in gradients or np.shape(gradients[name]) != array.shape:
            got = np.shape(gradients[name]) if name in gradients else "none"
            raise ValueError(
                f"expected a gradient of shape {array.shape} for {name}, got {got}. "
                "A gradient has the shape of the array that it belongs to."
            )


def _indices(array, samples, rng):
    if samples is None or samples >= array.size:
        return np.ndindex(array.shape)
    flat = rng.choice(array.size, samples, replace=False)
    return (tuple(int(k) for k in np.unravel_index(position, array.shape)) for position in flat)


def _central_difference(loss, array, index, step):
    original = array[index]
    try:
        array[index] = original + step
        above = loss()
        array[index] = original - step
        below = loss()
    finally:
        array[index] = original
    return float((above - below) / (2 * step))
