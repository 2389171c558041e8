"""The tanh RNN's loops over time, compiled; what ``lstm_loops`` says of rows and blocks holds here too."""

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


@compiled
def forward_rows(
    inputs, kernel_panels, recurrent_panels, bias, values, hiddens, outputs, mask, share, first, last
):
    """Run sequences first to last through all steps; ``values`` (time * batch, units) is filled too."""
    batch, time, units = outputs.shape
    block = np.empty((ROWS, kernel_panels.shape[0] * kernel_panels.shape[2]), values.dtype)
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
                    counts = not mask.size or mask[t, start + row]
                    for j in range(units):
                        values[now, j] = tanh(block[z, j])
                    for j in range(units):
                        hiddens[then, j] = values[now, j] if counts else hiddens[now, j]
                    for j in range(units):
                        outputs[start + row, t, j] = hiddens[then, j]


@compiled
def backward_rows(
    inputs,
    values,
    hiddens,
    mask,
    kernel_panels_t,
    recurrent_panels_t,
    d_outputs,
    d_h,
    d_x,
    d_weights,
    go_backwards,
    tiny,
    flush_every,
    share,
    first,
    last,
):
    """Carry the gradients of sequences first to last from the last step to the first; see ``lstm_loops``."""
    batch, time, features = d_x.shape
    units = d_h.shape[1]
    rows = last - first
    one = values.dtype.type(1)
    steps = max(1, min(time, -(-BLOCK_ROWS // rows)))
    d_z = np.zeros((steps * rows, units), values.dtype)
    seen = np.ones((steps * rows, features + units + 1), values.dtype)
    panel_width = kernel_panels_t.shape[2]
    d_z_panels = np.empty((d_weights.shape[2] // panel_width, steps * rows, panel_width), values.dtype)
    block = np.empty((ROWS, kernel_panels_t.shape[0] * panel_width), values.dtype)
    d_h_block = np.empty((ROWS, recurrent_panels_t.shape[0] * panel_width), values.dtype)
    for last_step in range(time, 0, -steps):
        first_step = max(0, last_step - steps)
        for t in range(last_step - 1, first_step - 1, -1):
            place = (t - first_step) * rows
            for row in range(first, last):
                now, z = t * batch + row, place + row - first
                remember(inputs, hiddens, now, seen, z)
                if d_outputs.size:
                    for j in range(units):
                        d_h[row, j] += d_outputs[row, t, j]
                if t % flush_every == 0:
                    flush(d_h, row, tiny)
                if mask.size and not mask[t, row]:
                    for j in range(units):
                        d_z[z, j] = 0
                    continue
                for j in range(units):
                    d_z[z, j] = d_h[row, j] * (one - values[now, j] * values[now, j])
                    d_h[row, j] = 0
            add_to_d_h(d_z, place, recurrent_panels_t, d_h_block, d_h, first, last)
        count = (last_step - first_step) * rows
        set_d_x(d_z, count, first_step, kernel_panels_t, block, d_x, go_backwards, first, last)
        add_to_d_weights(seen, d_z, count, d_z_panels, d_weights, share)
