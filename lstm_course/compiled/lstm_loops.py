"""The LSTM's loops over time, compiled: equations (1) to (7) of ``recurrent.lstm_cell`` and their gradients.

Both work on some rows of the batch, from the first step to the last, so that threads can share a batch
without waiting for each other, and do with a row all that there is to do while it is in the processor's first
cache. Row r of an array is sequence r % batch at step r // batch. Elements are addressed by their indices
throughout: a view of an array has a count of its references to keep, and that costs a tiny network more than
its arithmetic.
"""

import numpy as np

from lstm_course.compiled.elementary import tanh
from lstm_course.compiled.gradients import (
    BLOCK_ROWS,
    add_to_d_h,
    add_to_d_weights,
    flush,
    remember,
    set_d_x,
)
from lstm_course.compiled.jit import compiled
from lstm_course.compiled.products import ROWS, add_product, set_rows
from lstm_course.recurrent.parameters import GATE_ORDER

INPUT, FORGET, CANDIDATE, OUTPUT = (GATE_ORDER.index(gate) for gate in "ifgo")


@compiled
def forward_rows(
    inputs,
    kernel_panels,
    recurrent_panels,
    bias,
    half,
    gates,
    cells,
    hiddens,
    outputs,
    mask,
    share,
    first,
    last,
):
    """Run sequences first to last of the batch through all steps.

    Parameters
    ----------
    inputs : (time * batch, features)
        x_1 … x_T.
    kernel_panels, recurrent_panels : (panels, features or units, width)
        See ``panels_of``.
    bias, half : (4 * units,)
        ``half`` is 1/2 in the slots of the sigmoids and 1 in the candidate's: σ(z) = tanh(z/2)/2 + 1/2.
    gates : (time * batch, 4, units)
        To be filled.
    cells, hiddens : ((time + 1) * batch, units)
        To be filled from the second step on.
    outputs : (batch, time, units)
        To be filled: the hidden states once more.
    mask : (time, batch)
        Empty where nothing is masked.
    share : int
        Not used; ``backward_rows`` has it.
    first, last : int
        Which sequences.
    """
    batch, time, units = outputs.shape
    one = gates.dtype.type(1)
    all_gates = gates.reshape(time * batch, 4 * units)
    block = np.empty((ROWS, kernel_panels.shape[0] * kernel_panels.shape[2]), gates.dtype)
    # A product wants several rows: where a step has few, the inputs of several steps are one product.
    steps = max(1, ROWS // batch) if last - first == batch else 1
    for first_step in range(0, time, steps):
        last_step = min(first_step + steps, time)
        for start in range(first, last, ROWS):
            rows = min(start + ROWS, last) - start
            begin, count = first_step * batch + start, (last_step - first_step) * rows
            set_rows(block, count, bias)
            add_product(inputs, begin, begin + count, kernel_panels, block, 0)
            for t in range(first_step, last_step):
                begin, place = t * batch + start, (t - first_step) * rows
                add_product(hiddens, begin, begin + rows, recurrent_panels, block, place)
                for row in range(rows):
                    now, then, z = begin + row, begin + row + batch, place + row
                    for j in range(4 * units):
                        all_gates[now, j] = half[j] * tanh(half[j] * block[z, j]) + (one - half[j])
                    for j in range(units):
                        c_t = (
                            gates[now, FORGET, j] * cells[now, j]
                            + gates[now, INPUT, j] * gates[now, CANDIDATE, j]
                        )
                        cells[then, j] = c_t
                        hiddens[then, j] = gates[now, OUTPUT, j] * tanh(c_t)
                    if mask.size and not mask[t, start + row]:
                        for j in range(units):
                            cells[then, j] = cells[now, j]
                            hiddens[then, j] = hiddens[now, j]
                    for j in range(units):
                        outputs[start + row, t, j] = hiddens[then, j]


@compiled
def backward_rows(
    inputs,
    gates,
    cells,
    hiddens,
    mask,
    kernel_panels_t,
    recurrent_panels_t,
    d_outputs,
    d_h,
    d_c,
    d_x,
    d_weights,
    go_backwards,
    tiny,
    flush_every,
    share,
    first,
    last,
):
    """Carry the gradients of sequences first to last from the last step to the first.

    Parameters
    ----------
    inputs, gates, cells, hiddens, mask
        What the forward pass left, shaped as there.
    kernel_panels_t, recurrent_panels_t : (panels, 4 * units, width)
        The panels of the transposed weights.
    d_outputs : (batch, time, units)
        Empty where there is none.
    d_h, d_c : (batch, units)
        Gradients of the final states; turned into those of the initial ones.
    d_x : (batch, time, features)
        To be filled, its steps reversed with ``go_backwards``.
    d_weights : (shares, features + units + 1, panels * width)
        The gradients of kernel, recurrent kernel and bias, one below the other, are added to those of
        this share.
    tiny, flush_every : float, int
        See ``recurrent.sequence``.
    share, first, last : int
        Number of this share, and its sequences.
    """
    batch, time, features = d_x.shape
    units = d_h.shape[1]
    rows = last - first
    one = gates.dtype.type(1)
    steps = max(1, min(time, -(-BLOCK_ROWS // rows)))
    d_z = np.zeros((steps * rows, 4, units), gates.dtype)
    all_d_z = d_z.reshape(steps * rows, 4 * units)
    seen = np.ones((steps * rows, features + units + 1), gates.dtype)
    panel_width = kernel_panels_t.shape[2]
    d_z_panels = np.empty((d_weights.shape[2] // panel_width, steps * rows, panel_width), gates.dtype)
    block = np.empty((ROWS, kernel_panels_t.shape[0] * panel_width), gates.dtype)
    d_h_block = np.empty((ROWS, recurrent_panels_t.shape[0] * panel_width), gates.dtype)
    for last_step in range(time, 0, -steps):
        first_step = max(0, last_step - steps)
        for t in range(last_step - 1, first_step - 1, -1):
            place = (t - first_step) * rows
            for row in range(first, last):
                now, then, z = t * batch + row, (t + 1) * batch + row, place + row - first
                remember(inputs, hiddens, now, seen, z)
                if d_outputs.size:
                    for j in range(units):
                        d_h[row, j] += d_outputs[row, t, j]
                if t % flush_every == 0:
                    flush(d_h, row, tiny)
                if mask.size and not mask[t, row]:
                    for j in range(4 * units):
                        all_d_z[z, j] = 0
                    continue
                for j in range(units):
                    squashed, o_t = tanh(cells[then, j]), gates[now, OUTPUT, j]
                    d_c[row, j] += d_h[row, j] * o_t * (one - squashed * squashed)
                    d_z[z, OUTPUT, j] = d_h[row, j] * squashed * o_t * (one - o_t)
                    d_h[row, j] = 0
                if t % flush_every == 0:
                    flush(d_c, row, tiny)
                for j in range(units):
                    i_t, f_t, g_t, d_c_t = (
                        gates[now, INPUT, j],
                        gates[now, FORGET, j],
                        gates[now, CANDIDATE, j],
                        d_c[row, j],
                    )
                    d_z[z, INPUT, j] = d_c_t * g_t * i_t * (one - i_t)
                    d_z[z, FORGET, j] = d_c_t * cells[now, j] * f_t * (one - f_t)
                    d_z[z, CANDIDATE, j] = d_c_t * i_t * (one - g_t * g_t)
                    d_c[row, j] = d_c_t * f_t
            add_to_d_h(all_d_z, place, recurrent_panels_t, d_h_block, d_h, first, last)
        count = (last_step - first_step) * rows
        set_d_x(all_d_z, count, first_step, kernel_panels_t, block, d_x, go_backwards, first, last)
        add_to_d_weights(seen, all_d_z, count, d_z_panels, d_weights, share)
