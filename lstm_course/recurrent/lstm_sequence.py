"""The LSTM over whole sequences: equations (1) to (7) of ``lstm_cell``, arranged for speed.

The numbers are those of a loop over ``lstm_step`` (the tests compare them); what differs is the work a step
costs in Python:

- the inputs of all steps meet the kernel in one matrix product;
- σ(z) = (1 + tanh(z/2)) / 2, so halving three slots of the weights beforehand lets one tanh serve all gates;
- every step writes into arrays that were allocated once, and those arrays are the cache;
- going backwards, all local derivatives are computed for all steps at once, and the weights' gradients are
  one matrix product each after the loop;
- gradients on their way to zero are flushed before they become subnormal numbers (see ``sequence.flusher``).
"""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import GATE_ORDER, LSTMParameters, gate_slot
from lstm_course.recurrent.sequence import (
    batch_major,
    flush,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
    time_major,
)


class LSTMSequenceCache(NamedTuple):
    """What ``lstm_forward`` leaves for ``lstm_backward``: everything by step, time in front."""

    inputs: np.ndarray  # (time, batch, features), in the order in which they were read
    gates: np.ndarray  # (time, batch, 4 * units), after the activations, slots in GATE_ORDER
    cells: np.ndarray  # (time + 1, batch, units): c_0 … c_T
    squashed_cells: np.ndarray  # (time, batch, units): tanh(c_t) before any mask
    hiddens: np.ndarray  # (time + 1, batch, units): h_0 … h_T
    mask: np.ndarray | None  # (time, batch, 1), True where the step counts
    parameters: LSTMParameters
    activation: str
    recurrent_activation: str
    go_backwards: bool

    def gate(self, name: str) -> np.ndarray:
        """Return one gate's values over time, (time, batch, units): a view into ``gates``."""
        return self.gates[:, :, gate_slot(name, self.parameters.units)]


def lstm_forward(
    x: np.ndarray,
    parameters: LSTMParameters,
    *,
    h_0: np.ndarray | None = None,
    c_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], LSTMSequenceCache]:
    """Run the LSTM over a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (batch, time, features)
        The sequences.
    parameters : LSTMParameters
        The weights; the computation has their dtype.
    h_0, c_0 : ndarray of shape (batch, units), optional
        Initial states, zeros by default.
    mask : ndarray of bool of shape (batch, time), optional
        True where a step counts. A masked step leaves both states as they are; gaps anywhere are allowed,
        and so are fully masked rows.
    go_backwards : bool
        Read the sequence from its end; ``outputs[:, 0]`` then belongs to the last step of x, as in Keras.
    activation, recurrent_activation : str
        See ``lstm_step``.

    Returns
    -------
    outputs : ndarray of shape (batch, time, units)
        Hidden state after each step read.
    (h_T, c_T) : tuple of ndarray of shape (batch, units)
        States after the last step read.
    cache : LSTMSequenceCache
        For ``lstm_backward``.

    Raises
    ------
    ValueError
        If a shape does not fit or an activation is unknown.
    """
    units, dtype = parameters.units, parameters.dtype
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards)
    time, batch, features = inputs.shape

    activate, scale = _gate_activation(activation, recurrent_activation, batch, units, dtype)
    squash = get_activation(activation).apply
    recurrent_kernel = parameters.recurrent_kernel * scale
    gates = (inputs.reshape(time * batch, features) @ (parameters.kernel * scale)).reshape(time, batch, -1)
    if parameters.bias is not None:
        gates += parameters.bias * scale

    cells = np.empty((time + 1, batch, units), dtype)
    hiddens = np.empty((time + 1, batch, units), dtype)
    squashed_cells = np.empty((time, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")
    cells[0] = state_or_zeros(c_0, batch, units, dtype, "c_0")

    recurrent = np.empty((batch, 4 * units), dtype)
    written = np.empty((batch, units), dtype)
    i, f, g, o = (gates[:, :, gate_slot(name, units)] for name in GATE_ORDER)
    for t in range(time):
        h_prev, c_prev, h_t, c_t = hiddens[t], cells[t], hiddens[t + 1], cells[t + 1]
        np.matmul(h_prev, recurrent_kernel, out=recurrent)
        activate(np.add(gates[t], recurrent, out=gates[t]))
        np.multiply(f[t], c_prev, out=c_t)
        np.multiply(i[t], g[t], out=written)
        c_t += written
        np.multiply(o[t], squash(c_t, out=squashed_cells[t]), out=h_t)
        if steps_mask is not None:
            np.copyto(h_t, h_prev, where=~steps_mask[t])
            np.copyto(c_t, c_prev, where=~steps_mask[t])

    cache = LSTMSequenceCache(
        inputs,
        gates,
        cells,
        squashed_cells,
        hiddens,
        steps_mask,
        parameters,
        activation,
        recurrent_activation,
        go_backwards,
    )
    return batch_major(hiddens[1:]), (hiddens[-1].copy(), cells[-1].copy()), cache


def _gate_activation(activation, recurrent_activation, batch, units, dtype):
    """Return a function that squashes all four slots in place, and the factor it wants on the weights."""
    gate, squash = get_activation(recurrent_activation).apply, get_activation(activation).apply
    if (activation, recurrent_activation) == ("tanh", "sigmoid"):
        half = np.full(4 * units, 0.5, dtype)
        half[gate_slot("g", units)] = 1
        # Whole arrays rather than one row: a product without broadcasting runs several times faster.
        factor = np.tile(half, (batch, 1))
        offset = np.tile((1 - half).astype(dtype), (batch, 1))

        def activate(z_t):
            np.tanh(z_t, out=z_t)
            z_t *= factor
            z_t += offset

        return activate, half

    def activate_apart(z_t):
        for name in GATE_ORDER:
            slot = z_t[:, gate_slot(name, units)]
            (squash if name == "g" else gate)(slot, out=slot)

    return activate_apart, dtype.type(1)


def lstm_backward(
    d_outputs: np.ndarray | None,
    d_h_T: np.ndarray | None,
    d_c_T: np.ndarray | None,
    cache: LSTMSequenceCache,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, LSTMParameters]:
    """Backpropagate through time, from the gradients of all outputs and of the final states.

    Parameters
    ----------
    d_outputs : ndarray of shape (batch, time, units), or None
        ∂L/∂outputs; ``None`` is zero.
    d_h_T, d_c_T : ndarray of shape (batch, units), or None
        ∂L/∂h_T and ∂L/∂c_T beyond what arrives through ``outputs``; ``None`` is zero.
    cache : LSTMSequenceCache
        What ``lstm_forward`` left; it is not changed.

    Returns
    -------
    d_x : ndarray of shape (batch, time, features)
        ∂L/∂x.
    d_h_0, d_c_0 : ndarray of shape (batch, units)
        Gradients of the initial states.
    d_parameters : LSTMParameters
        Gradients of the weights, summed over batch and time.
    """
    parameters, mask = cache.parameters, cache.mask
    time, batch, features = cache.inputs.shape
    units, dtype = parameters.units, parameters.dtype
    d_outputs_shape = (batch, time, units)
    d_out = time_major(gradient_or_zeros(d_outputs, d_outputs_shape, dtype, "d_outputs"))
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")
    d_c = gradient_or_zeros(d_c_T, (batch, units), dtype, "d_c_T")

    d_z = _local_gradients(cache)
    c_from_h = cache.gate("o") * get_activation(cache.activation).slope(cache.squashed_cells)
    kept = cache.gate("f")
    if mask is not None:  # a masked step passes both gradients on and gives its gates none
        d_z *= mask
        c_from_h *= mask
        kept = np.where(mask, kept, dtype.type(1))

    d_z_slots = d_z.reshape(time, batch, 4, units)  # the products below broadcast over the slots
    recurrent_kernel_t = np.ascontiguousarray(parameters.recurrent_kernel.T)
    through_h = np.empty((batch, units), dtype)
    for t in range(time - 1, -1, -1):
        d_h += d_out[t]
        np.multiply(d_h, c_from_h[t], out=through_h)
        d_c += through_h
        flush(t, d_h, d_c)
        d_z_slots[t, :, :3] *= d_c[:, None]
        d_z_slots[t, :, 3] *= d_h
        d_c *= kept[t]
        if mask is None:
            np.matmul(d_z[t], recurrent_kernel_t, out=d_h)
        else:
            d_h *= ~mask[t]
            d_h += d_z[t] @ recurrent_kernel_t

    flat_d_z = d_z.reshape(time * batch, 4 * units)
    d_parameters = LSTMParameters(
        kernel=cache.inputs.reshape(time * batch, features).T @ flat_d_z,
        recurrent_kernel=cache.hiddens[:-1].reshape(time * batch, units).T @ flat_d_z,
        bias=None if parameters.bias is None else flat_d_z.sum(axis=0),
    )
    d_inputs = (flat_d_z @ parameters.kernel.T).reshape(time, batch, features)
    return batch_major(d_inputs, cache.go_backwards), d_h, d_c, d_parameters


def _local_gradients(cache: LSTMSequenceCache) -> np.ndarray:
    """Return, for all steps at once, what ∂L/∂c_t (slots i, f, g) and ∂L/∂h_t (slot o) are multiplied by.

    Slot i holds ∂c_t/∂z_t[i] = g_t · i_t (1 − i_t), and so on: the right-hand sides of the cell's backward
    step without the gradient that arrives. Shape (time, batch, 4 * units).
    """
    gate_slope = get_activation(cache.recurrent_activation).slope
    squash_slope = get_activation(cache.activation).slope
    i, f, g, o = (cache.gate(name) for name in GATE_ORDER)
    local = np.empty_like(cache.gates)
    slot = {name: local[:, :, gate_slot(name, cache.parameters.units)] for name in GATE_ORDER}
    np.multiply(gate_slope(i), g, out=slot["i"])
    np.multiply(gate_slope(f), cache.cells[:-1], out=slot["f"])
    np.multiply(squash_slope(g), i, out=slot["g"])
    np.multiply(gate_slope(o), cache.squashed_cells, out=slot["o"])
    return local
