"""The GRU over whole sequences: the equations of ``gru_cell``, with the loop's work kept small.

The inputs of all steps meet the kernel in one matrix product, and so do the weights' gradients; see
``lstm_sequence`` for the same arrangement at full length.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.gru_cell import input_projection
from lstm_course.recurrent.parameters import GRU_GATE_ORDER, GRUParameters, gate_slot
from lstm_course.recurrent.sequence import (
    batch_major,
    check_gradient,
    flush,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)


class GRUSequenceCache(NamedTuple):
    """What ``gru_forward`` leaves for ``gru_backward``: everything by step, time in front."""

    inputs: np.ndarray  # (time, batch, features)
    gates: np.ndarray  # (time, batch, 3 * units), after the activations, slots in GRU_GATE_ORDER
    recurrent_g: np.ndarray  # (time, batch, units): h_prev U_g + b'_g with reset_after, r * h_prev without
    hiddens: np.ndarray  # (time + 1, batch, units)
    mask: np.ndarray | None  # (time, batch, 1)
    parameters: GRUParameters
    activation: str
    recurrent_activation: str
    go_backwards: bool

    def gate(self, name: str) -> np.ndarray:
        """Return one gate's values over time, (time, batch, units): a view into ``gates``."""
        return self.gates[:, :, gate_slot(name, self.parameters.units, GRU_GATE_ORDER)]


def gru_forward(
    x: np.ndarray,
    parameters: GRUParameters,
    *,
    h_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[np.ndarray, np.ndarray, GRUSequenceCache]:
    """Run the GRU over a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (batch, time, features)
        The sequences.
    parameters : GRUParameters
        The weights.
    h_0 : ndarray of shape (batch, units), optional
        Initial state, zeros by default.
    mask, go_backwards, activation, recurrent_activation
        As in ``lstm_forward``.

    Returns
    -------
    outputs : ndarray of shape (batch, time, units)
        Hidden state after each step read.
    h_T : ndarray of shape (batch, units)
        State after the last step read.
    cache : GRUSequenceCache
        For ``gru_backward``.

    Raises
    ------
    ValueError
        If a shape does not fit or an activation is unknown.
    """
    units, dtype = parameters.units, parameters.dtype
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards)
    time, batch, _ = inputs.shape

    squash, gate = get_activation(activation).apply, get_activation(recurrent_activation).apply
    gates, recurrent_bias = input_projection(inputs, parameters)
    both, g_slot = slice(0, 2 * units), gate_slot("g", units, GRU_GATE_ORDER)
    kernel = parameters.recurrent_kernel
    recurrent_g = np.empty((time, batch, units), dtype)
    hiddens = np.empty((time + 1, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")

    for t in range(time):
        h_prev, z_t = hiddens[t], gates[t]
        u_and_r, g_t = z_t[:, both], z_t[:, g_slot]
        if parameters.reset_after:
            recurrent = h_prev @ kernel + recurrent_bias
            u_and_r += recurrent[:, both]
            gate(u_and_r, out=u_and_r)
            recurrent_g[t] = recurrent[:, g_slot]
            g_t += u_and_r[:, units:] * recurrent_g[t]
        else:
            u_and_r += h_prev @ kernel[:, both]
            gate(u_and_r, out=u_and_r)
            np.multiply(u_and_r[:, units:], h_prev, out=recurrent_g[t])
            g_t += recurrent_g[t] @ kernel[:, g_slot]
        squash(g_t, out=g_t)
        h_t = hiddens[t + 1]
        np.multiply(u_and_r[:, :units], h_prev - g_t, out=h_t)  # u h + (1 − u) g = u (h − g) + g
        h_t += g_t
        if steps_mask is not None:
            np.copyto(h_t, h_prev, where=~steps_mask[t])

    cache = GRUSequenceCache(
        inputs,
        gates,
        recurrent_g,
        hiddens,
        steps_mask,
        parameters,
        activation,
        recurrent_activation,
        go_backwards,
    )
    return batch_major(hiddens[1:]), hiddens[-1].copy(), cache


def gru_backward(
    d_outputs: np.ndarray | None, d_h_T: np.ndarray | None, cache: GRUSequenceCache
) -> tuple[np.ndarray, np.ndarray, GRUParameters]:
    """Backpropagate through time, from the gradients of all outputs and of the final state.

    Parameters
    ----------
    d_outputs : ndarray of shape (batch, time, units), or None
        ∂L/∂outputs; ``None`` is zero.
    d_h_T : ndarray of shape (batch, units), or None
        ∂L/∂h_T beyond what arrives through ``outputs``; ``None`` is zero.
    cache : GRUSequenceCache
        What ``gru_forward`` left; it is not changed.

    Returns
    -------
    d_x : ndarray of shape (batch, time, features)
        ∂L/∂x.
    d_h_0 : ndarray of shape (batch, units)
        Gradient of the initial state.
    d_parameters : GRUParameters
        Gradients of the weights, summed over batch and time.
    """
    parameters, mask = cache.parameters, cache.mask
    time, batch, features = cache.inputs.shape
    units, dtype = parameters.units, parameters.dtype
    d_out = None if d_outputs is None else check_gradient(d_outputs, (batch, time, units), "d_outputs")
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")

    u, r, g = (cache.gate(name) for name in GRU_GATE_ORDER)
    h_prev = cache.hiddens[:-1]
    gate_slope = get_activation(cache.recurrent_activation).slope
    local_u = (h_prev - g) * gate_slope(u)
    local_g = (1 - u) * get_activation(cache.activation).slope(g)
    reset_factor = cache.recurrent_g if parameters.reset_after else h_prev
    local_r = reset_factor * gate_slope(r)
    kept = u
    if mask is not None:
        local_u, local_g = local_u * mask, local_g * mask
        kept = np.where(mask, u, dtype.type(1))

    kernel_g_t = parameters.recurrent_kernel[:, 2 * units :].T
    kernel_t = np.ascontiguousarray(parameters.recurrent_kernel.T)
    d_z = np.empty_like(cache.gates)  # of the pre-activations from the input
    d_recurrent = d_z if not parameters.reset_after else np.empty_like(cache.gates)
    for t in range(time - 1, -1, -1):
        if d_out is not None:
            d_h += d_out[:, t]
        flush(t, d_h)
        d_u, d_r, d_g = (d_z[t, :, gate_slot(name, units, GRU_GATE_ORDER)] for name in GRU_GATE_ORDER)
        np.multiply(d_h, local_u[t], out=d_u)
        np.multiply(d_h, local_g[t], out=d_g)
        d_h *= kept[t]
        if parameters.reset_after:
            np.multiply(d_g, local_r[t], out=d_r)
            d_recurrent[t, :, : 2 * units] = d_z[t, :, : 2 * units]
            np.multiply(d_g, r[t], out=d_recurrent[t, :, 2 * units :])
            d_h += d_recurrent[t] @ kernel_t
        else:
            d_reset_h = d_g @ kernel_g_t
            np.multiply(d_reset_h, local_r[t], out=d_r)
            d_h += d_reset_h * r[t]
            d_h += d_z[t, :, : 2 * units] @ kernel_t[: 2 * units]

    flat_d_z = d_z.reshape(time * batch, 3 * units)
    flat_d_recurrent = d_recurrent.reshape(time * batch, 3 * units)
    flat_h_prev = h_prev.reshape(time * batch, units)
    d_recurrent_kernel = flat_h_prev.T @ flat_d_recurrent
    d_bias = None if parameters.bias is None else flat_d_z.sum(axis=0)
    if parameters.reset_after:
        if d_bias is not None:
            d_bias = np.stack([d_bias, flat_d_recurrent.sum(axis=0)])
    else:
        reset_h = cache.recurrent_g.reshape(time * batch, units)
        d_recurrent_kernel[:, 2 * units :] = reset_h.T @ flat_d_z[:, 2 * units :]
    d_parameters = replace(
        parameters,
        kernel=cache.inputs.reshape(time * batch, features).T @ flat_d_z,
        recurrent_kernel=d_recurrent_kernel,
        bias=d_bias,
    )
    d_inputs = (flat_d_z @ parameters.kernel.T).reshape(time, batch, features)
    return batch_major(d_inputs, cache.go_backwards), d_h, d_parameters
