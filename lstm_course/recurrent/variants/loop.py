"""Any cell with two states over whole sequences: the plain loop over its step, and the loop back.

What ``lstm_sequence`` does for the LSTM, without its arrangements for speed: a cell brings a step and a
backward step, and nothing else.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_course.recurrent.sequence import (
    batch_major,
    check_gradient,
    flush,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)

#: (x_t, h_prev, c_prev, parameters) → (h_t, c_t, cache)
Step = Callable[[np.ndarray, np.ndarray, np.ndarray, Any], tuple[np.ndarray, np.ndarray, Any]]

#: (d_h_t, d_c_t, cache) → (d_x_t, d_h_prev, d_c_prev, d_parameters)
StepBackward = Callable[[np.ndarray, np.ndarray, Any], tuple[np.ndarray, np.ndarray, np.ndarray, Any]]


class LoopCache(NamedTuple):
    """What ``loop_forward`` leaves for ``loop_backward``."""

    caches: list[Any]  # one per step, in the order of reading
    mask: np.ndarray | None  # (time, batch, 1), True where the step counts
    features: int
    go_backwards: bool

    def values(self, name: str) -> np.ndarray:
        """Return one entry of the steps' caches over time: ``values("f_t")`` is (time, batch, units)."""
        return np.stack([getattr(cache, name) for cache in self.caches])


def loop_forward(
    step: Step,
    x: np.ndarray,
    parameters: Any,
    *,
    h_0: np.ndarray | None = None,
    c_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], LoopCache]:
    """Run a cell over a batch of sequences; arguments and results as in ``lstm_forward``.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """
    units, dtype = parameters.units, parameters.dtype
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards)
    time, batch, features = inputs.shape
    h = state_or_zeros(h_0, batch, units, dtype, "h_0")
    c = state_or_zeros(c_0, batch, units, dtype, "c_0")
    hiddens, caches = np.empty((time, batch, units), dtype), []
    for t in range(time):
        h_t, c_t, cache = step(inputs[t], h, c, parameters)
        if steps_mask is not None:
            h_t, c_t = np.where(steps_mask[t], h_t, h), np.where(steps_mask[t], c_t, c)
        h, c = h_t, c_t
        hiddens[t] = h
        caches.append(cache)
    return batch_major(hiddens), (h.copy(), c.copy()), LoopCache(caches, steps_mask, features, go_backwards)


def loop_backward(
    step_backward: StepBackward,
    d_outputs: np.ndarray | None,
    d_h_T: np.ndarray | None,
    d_c_T: np.ndarray | None,
    cache: LoopCache,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Any]:
    """Backpropagate a cell through time; arguments and results as in ``lstm_backward``."""
    time, last = len(cache.caches), cache.caches[-1]
    batch, units = last.h_prev.shape
    dtype, parameters = last.h_prev.dtype, last.parameters
    d_out = None if d_outputs is None else check_gradient(d_outputs, (batch, time, units), "d_outputs")
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")
    d_c = gradient_or_zeros(d_c_T, (batch, units), dtype, "d_c_T")
    d_inputs = np.empty((time, batch, cache.features), dtype)
    totals = [np.zeros_like(array) for array in parameters.arrays()]
    for t in range(time - 1, -1, -1):
        if d_out is not None:
            d_h = d_h + d_out[:, t]
        flush(t, d_h, d_c)
        if cache.mask is None:
            d_inputs[t], d_h, d_c, share = step_backward(d_h, d_c, cache.caches[t])
        else:
            counts = cache.mask[t]
            d_inputs[t], *back, share = step_backward(d_h * counts, d_c * counts, cache.caches[t])
            d_h, d_c = back[0] + d_h * ~counts, back[1] + d_c * ~counts
        for total, part in zip(totals, share.arrays(), strict=True):
            total += part
    options = {"design": parameters.design} if hasattr(parameters, "design") else {}
    d_parameters = type(parameters).from_arrays(totals, **options)
    return batch_major(d_inputs, cache.go_backwards), d_h, d_c, d_parameters
