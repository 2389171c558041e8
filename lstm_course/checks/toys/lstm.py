"""What the checks of 04-lstm hand to a student's function, and how they call it. No answers are in here.

``step`` and ``step_backward`` have the arguments of an LSTM's step and of its backward step and are neither:
a loop that hands over the right arrays at the right time can be judged with them, whatever the student's own
step is like.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_course.checks.compare import described


def step(
    x_t: Any, h_prev: Any, c_prev: Any, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tuple[Any, Any, dict[str, Any]]:
    """Make h_t and c_t out of everything that comes in; h_t = 1 − 2 c_t, so that one tells the other."""
    units = h_prev.shape[1]
    heard = np.sin(x_t @ kernel[:, :units]) + 0.3 * kernel.mean() + 0.2 * bias[-1]
    c_t = 0.6 * c_prev + 0.5 * np.cos(h_prev + recurrent_kernel[:, :units].sum(axis=0)) + heard
    return 1 - 2 * c_t, c_t, {"x_t": x_t, "c_t": c_t}


def step_backward(
    d_h_t: Any, d_c_t: Any, values: Mapping[str, Any], kernel: Any, recurrent_kernel: Any
) -> tuple[Any, Any, Any, dict[str, Any]]:
    """Make gradients that are linear in those that arrive; the weights' share follows from d_x_t alone."""
    units = d_h_t.shape[1]
    mixed = d_h_t * values["o_t"] - 0.7 * d_c_t * values["c_prev"]
    d_x_t = mixed @ kernel[:, :units].T
    d_h_prev = 0.4 * d_h_t * values["c_t"] + 0.3 * d_c_t + 0.1 * d_h_t @ recurrent_kernel[:, :units]
    d_c_prev = 0.8 * d_c_t * values["f_t"] - 0.5 * d_h_t * values["g_t"]
    return d_x_t, d_h_prev, d_c_prev, share(d_x_t, units)


def share(d_x_t: Any, units: int) -> dict[str, Any]:
    """Return the weights' gradients that ``step_backward`` makes along with this d_x_t."""
    features, columns = d_x_t.sum(axis=0), np.cos(np.arange(4.0 * units) + 1)
    return {
        "d_kernel": np.outer(features, columns),
        "d_recurrent_kernel": features.sum() * np.outer(np.sin(np.arange(units) + 1.0), columns),
        "d_bias": features[0] * columns,
    }


def padded_and_bare(function: Callable[..., Any], x: Any, mask: Any, *others: Any) -> Any:
    """Run over padded sequences, and over the same ones with the padding taken out."""
    result = _of(3, "outputs, h_T, c_T", function(*copy.deepcopy((x, mask, *others))))
    if result is None:
        return None
    tokens = bare(x, mask)
    alone = _of(3, "outputs, h_T, c_T", function(tokens, np.ones(tokens.shape[:2], bool), *others))
    return *result, dict(zip(("outputs_bare", "h_T_bare", "c_T_bare"), alone, strict=True))


def padded_and_bare_backward(
    function: Callable[..., Any], d_outputs: Any, d_h_T: Any, d_c_T: Any, values: Any, mask: Any, *others: Any
) -> Any:
    """Go back through padded sequences, and through the same ones with the padding taken out.

    A masked step shows the hidden state of the last real step once more, so that the gradient of its output
    belongs to that step.
    """
    names = "d_x, d_h_0, d_c_0, gradients"
    result = _of(4, names, function(*copy.deepcopy((d_outputs, d_h_T, d_c_T, values, mask, *others))))
    if result is None:
        return None
    steps = int(mask[0].sum())
    d_shown = np.zeros((*mask[:, :steps].shape, d_outputs.shape[2]))
    np.add.at(d_shown, (np.arange(len(mask))[:, None], latest(mask)), d_outputs)
    tokens = {key: bare(np.stack([one[key] for one in values], axis=1), mask) for key in values[0]}
    short = [{key: array[:, t] for key, array in tokens.items()} for t in range(steps)]
    alone = _of(4, names, function(d_shown, d_h_T, d_c_T, short, np.ones((len(mask), steps), bool), *others))
    sums = {f"{key}_bare": value for key, value in dict(alone[3]).items()}
    return *result, {"d_x_bare": alone[0], "d_h_0_bare": alone[1], "d_c_0_bare": alone[2], **sums}


def bare(array: Any, mask: Any) -> Any:
    """Take the masked steps out of (batch, time, …); every row has equally many real ones."""
    return array[mask].reshape(len(array), -1, *array.shape[2:])


def latest(mask: Any) -> Any:
    """Return, for each step, how many real ones there were up to it, less one: the latest one's place."""
    return np.cumsum(mask, axis=1) - 1


def _of(count: int, names: str, result: Any) -> Any:
    if result is not None and (not isinstance(result, (tuple, list)) or len(result) != count):
        raise ValueError(f"expected {count} values ({names}), got {described(result)}")
    return result
