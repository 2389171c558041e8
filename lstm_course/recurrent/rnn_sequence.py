"""The simple RNN over whole sequences: the equation of ``rnn_cell``, with the loop's work kept small."""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import SimpleRNNParameters
from lstm_course.recurrent.sequence import (
    batch_major,
    check_gradient,
    flush,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)


class RNNSequenceCache(NamedTuple):
    """What ``rnn_forward`` leaves for ``rnn_backward``: everything by step, time in front."""

    inputs: np.ndarray  # (time, batch, features)
    values: np.ndarray  # (time, batch, units): tanh(z_t) before any mask
    hiddens: np.ndarray  # (time + 1, batch, units)
    mask: np.ndarray | None  # (time, batch, 1)
    parameters: SimpleRNNParameters
    activation: str
    go_backwards: bool


def rnn_forward(
    x: np.ndarray,
    parameters: SimpleRNNParameters,
    *,
    h_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
    activation: str = "tanh",
) -> tuple[np.ndarray, np.ndarray, RNNSequenceCache]:
    """Run the simple RNN over a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (batch, time, features)
        The sequences.
    parameters : SimpleRNNParameters
        The weights.
    h_0 : ndarray of shape (batch, units), optional
        Initial state, zeros by default.
    mask, go_backwards, activation
        As in ``lstm_forward``.

    Returns
    -------
    outputs : ndarray of shape (batch, time, units)
        Hidden state after each step read.
    h_T : ndarray of shape (batch, units)
        State after the last step read.
    cache : RNNSequenceCache
        For ``rnn_backward``.

    Raises
    ------
    ValueError
        If a shape does not fit or the activation is unknown.
    """
    units, dtype = parameters.units, parameters.dtype
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards)
    time, batch, _ = inputs.shape

    squash = get_activation(activation).apply
    values = inputs @ parameters.kernel
    if parameters.bias is not None:
        values += parameters.bias
    hiddens = np.empty((time + 1, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")
    for t in range(time):
        h_prev, z_t = hiddens[t], values[t]
        z_t += h_prev @ parameters.recurrent_kernel
        hiddens[t + 1] = squash(z_t, out=z_t)
        if steps_mask is not None:
            np.copyto(hiddens[t + 1], h_prev, where=~steps_mask[t])

    cache = RNNSequenceCache(inputs, values, hiddens, steps_mask, parameters, activation, go_backwards)
    return batch_major(hiddens[1:]), hiddens[-1].copy(), cache


def rnn_backward(
    d_outputs: np.ndarray | None, d_h_T: np.ndarray | None, cache: RNNSequenceCache
) -> tuple[np.ndarray, np.ndarray, SimpleRNNParameters]:
    """Backpropagate through time, from the gradients of all outputs and of the final state.

    Parameters
    ----------
    d_outputs : ndarray of shape (batch, time, units), or None
        ∂L/∂outputs; ``None`` is zero.
    d_h_T : ndarray of shape (batch, units), or None
        ∂L/∂h_T beyond what arrives through ``outputs``; ``None`` is zero.
    cache : RNNSequenceCache
        What ``rnn_forward`` left; it is not changed.

    Returns
    -------
    d_x : ndarray of shape (batch, time, features)
        ∂L/∂x.
    d_h_0 : ndarray of shape (batch, units)
        Gradient of the initial state.
    d_parameters : SimpleRNNParameters
        Gradients of the weights, summed over batch and time.
    """
    parameters, mask = cache.parameters, cache.mask
    time, batch, features = cache.inputs.shape
    units, dtype = parameters.units, parameters.dtype
    d_out = None if d_outputs is None else check_gradient(d_outputs, (batch, time, units), "d_outputs")
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")

    d_z = get_activation(cache.activation).slope(cache.values)
    if mask is not None:
        d_z = d_z * mask
    kernel_t = np.ascontiguousarray(parameters.recurrent_kernel.T)
    for t in range(time - 1, -1, -1):
        if d_out is not None:
            d_h += d_out[:, t]
        flush(t, d_h)
        d_z[t] *= d_h
        if mask is None:
            np.matmul(d_z[t], kernel_t, out=d_h)
        else:
            d_h *= ~mask[t]
            d_h += d_z[t] @ kernel_t

    flat_d_z = d_z.reshape(time * batch, units)
    d_parameters = SimpleRNNParameters(
        kernel=cache.inputs.reshape(time * batch, features).T @ flat_d_z,
        recurrent_kernel=cache.hiddens[:-1].reshape(time * batch, units).T @ flat_d_z,
        bias=None if parameters.bias is None else flat_d_z.sum(axis=0),
    )
    d_inputs = (flat_d_z @ parameters.kernel.T).reshape(time, batch, features)
    return batch_major(d_inputs, cache.go_backwards), d_h, d_parameters
