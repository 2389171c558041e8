"""The LSTM over whole sequences: equations (1) to (7) of ``lstm_cell``, arranged for speed.

The numbers are those of a loop over ``lstm_step`` (the tests compare them); what differs is the work a step
costs in Python:

- the inputs of all steps meet the kernel in one matrix product;
- σ(z) = (1 + tanh(z/2)) / 2, so halving three slots of the weights beforehand lets one tanh serve all gates;
- every step writes into arrays that were allocated once, and those arrays are the cache; with ``Buffers``
  they are allocated once for all batches;
- going backwards, the local derivatives are computed for a block of steps at once, small enough to stay in
  the processor's cache, and the weights' gradients are one matrix product each after the loop;
- gradients on their way to zero are flushed before they become subnormal numbers (see ``sequence.flusher``).
"""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import GATE_ORDER, LSTMParameters, gate_slot
from lstm_course.recurrent.sequence import (
    Buffers,
    batch_major,
    check_gradient,
    flush,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)

#: Numbers whose local derivatives are computed together: few enough to stay in the processor's cache.
BLOCK_SIZE = 2**16


class LSTMSequenceCache(NamedTuple):
    """What ``lstm_forward`` leaves for ``lstm_backward``: everything by step, time in front."""

    inputs: np.ndarray  # (time, batch, features), in the order in which they were read
    gates: np.ndarray  # (time, batch, 4 * units), after the activations, slots in GATE_ORDER
    cells: np.ndarray  # (time + 1, batch, units): c_0 … c_T
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
    buffers: Buffers | None = None,
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
    buffers : Buffers, optional
        Memory to use again; it spoils the cache of the call before that used it.

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
    buffers = buffers or Buffers()
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards, buffers)
    time, batch, features = inputs.shape

    activate, scale = _gate_activation(activation, recurrent_activation, batch, units, dtype)
    squash = get_activation(activation).apply
    recurrent_kernel = parameters.recurrent_kernel * scale
    gates = buffers.take("gates", (time, batch, 4 * units), dtype)
    flat_gates = gates.reshape(time * batch, 4 * units)
    np.matmul(inputs.reshape(time * batch, features), parameters.kernel * scale, out=flat_gates)
    if parameters.bias is not None:
        gates += parameters.bias * scale

    cells = buffers.take("cells", (time + 1, batch, units), dtype)
    hiddens = buffers.take("hiddens", (time + 1, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")
    cells[0] = state_or_zeros(c_0, batch, units, dtype, "c_0")

    recurrent = np.empty((batch, 4 * units), dtype)
    written = np.empty((batch, units), dtype)
    squashed = np.empty((batch, units), dtype)
    slots = (gates[:, :, gate_slot(name, units)] for name in GATE_ORDER)
    # hiddens and cells hold one state more than there are steps
    steps = zip(gates, *slots, hiddens, hiddens[1:], cells, cells[1:], strict=False)
    for t, (z_t, i_t, f_t, g_t, o_t, h_prev, h_t, c_prev, c_t) in enumerate(steps):
        np.dot(h_prev, recurrent_kernel, out=recurrent)  # for two matrices matmul, with a shorter way to BLAS
        z_t += recurrent
        activate(z_t)  # and with it i_t, f_t, g_t and o_t, which are views of it
        np.multiply(f_t, c_prev, out=c_t)
        np.multiply(i_t, g_t, out=written)
        c_t += written
        np.multiply(o_t, squash(c_t, out=squashed), out=h_t)
        if steps_mask is not None:
            np.copyto(h_t, h_prev, where=~steps_mask[t])
            np.copyto(c_t, c_prev, where=~steps_mask[t])

    cache = LSTMSequenceCache(
        inputs,
        gates,
        cells,
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
    *,
    buffers: Buffers | None = None,
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
    buffers : Buffers, optional
        Memory to use again.

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
    d_out = None if d_outputs is None else check_gradient(d_outputs, (batch, time, units), "d_outputs")
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")
    d_c = gradient_or_zeros(d_c_T, (batch, units), dtype, "d_c_T")

    buffers = buffers or Buffers()
    d_z = buffers.take("d_z", (time, batch, 4 * units), dtype)
    d_z_slots = d_z.reshape(time, batch, 4, units)  # the products below broadcast over the slots
    recurrent_kernel_t = np.ascontiguousarray(parameters.recurrent_kernel.T)
    through_h = np.empty((batch, units), dtype)
    block = max(1, BLOCK_SIZE // max(1, d_z[0].size))  # steps
    for start in range(block * ((time - 1) // block), -1, -block):
        steps = slice(start, min(start + block, time))
        c_from_h, kept = _local_gradients(cache, steps, out=d_z[steps])
        for t in range(steps.stop - 1, start - 1, -1):
            if d_out is not None:
                d_h += d_out[:, t]
            np.multiply(d_h, c_from_h[t - start], out=through_h)
            d_c += through_h
            flush(t, d_h, d_c)
            d_z_slots[t, :, :3] *= d_c[:, None]
            d_z_slots[t, :, 3] *= d_h
            d_c *= kept[t - start]
            if mask is None:
                np.dot(d_z[t], recurrent_kernel_t, out=d_h)
            else:
                d_h *= ~mask[t]
                d_h += d_z[t] @ recurrent_kernel_t

    flat_d_z = d_z.reshape(time * batch, 4 * units)
    d_parameters = LSTMParameters(
        kernel=cache.inputs.reshape(time * batch, features).T @ flat_d_z,
        recurrent_kernel=cache.hiddens[:-1].reshape(time * batch, units).T @ flat_d_z,
        bias=None if parameters.bias is None else flat_d_z.sum(axis=0),
    )
    d_inputs = buffers.take("d_inputs", (time, batch, features), dtype)
    np.matmul(flat_d_z, parameters.kernel.T, out=d_inputs.reshape(time * batch, features))
    return batch_major(d_inputs, cache.go_backwards), d_h, d_c, d_parameters


def _local_gradients(
    cache: LSTMSequenceCache, steps: slice, out: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute, for a block of steps at once, what the arriving gradients are multiplied by.

    ``out`` (steps, batch, 4 * units) takes the factors of ∂L/∂c_t in its slots i, f and g, and of ∂L/∂h_t
    in its slot o: slot i holds ∂c_t/∂z_t[i] = g_t · i_t (1 − i_t), and so on. These are the right-hand
    sides of the cell's backward step without the gradient that arrives.

    Returns
    -------
    c_from_h : ndarray of shape (steps, batch, units)
        ∂h_t/∂c_t.
    kept : ndarray of shape (steps, batch, units)
        ∂c_t/∂c_{t−1} along the direct path.
    """
    gate_slope = get_activation(cache.recurrent_activation).slope
    squash = get_activation(cache.activation)
    i, f, g, o = (cache.gate(name)[steps] for name in GATE_ORDER)
    squashed = squash.apply(cache.cells[1:][steps])  # cheaper to compute again than to keep
    slot = {name: out[:, :, gate_slot(name, cache.parameters.units)] for name in GATE_ORDER}
    out[:] = gate_slope(cache.gates[steps])  # all slots in one go; slot g is replaced
    slot["i"] *= g
    slot["f"] *= cache.cells[:-1][steps]
    np.multiply(squash.slope(g), i, out=slot["g"])
    slot["o"] *= squashed
    c_from_h, kept = o * squash.slope(squashed), f
    if cache.mask is not None:  # a masked step passes both gradients on and gives its gates none
        mask = cache.mask[steps]
        out *= mask
        c_from_h *= mask
        kept = np.where(mask, kept, kept.dtype.type(1))
    return c_from_h, kept
