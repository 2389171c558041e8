"""What the backward loops share once ∂L/∂z is known for some steps: the products with it, and the flush.

The gradients of several steps, ``d_z`` (rows, slots · units), are used at once while they are in the
processor's cache: for ∂L/∂h of the step before, for ∂L/∂x, and for the weights. What the weights met
lies beside it in ``seen`` (rows, features + units + 1): x_t, h_prev and a 1 for the bias, so that the
gradients of kernel, recurrent kernel and bias are one product, seenᵀ · d_z.
"""

from lstm_course.compiled.jit import compiled
from lstm_course.compiled.products import ROWS, add_product, clear, pack

#: Rows, of one step or of several, whose share in the weights' gradients is one product.
BLOCK_ROWS = 64


@compiled
def flush(running, row, tiny):
    """Turn what is tiny in one row of a running gradient into 0; see ``recurrent.sequence.flusher``."""
    for j in range(running.shape[1]):
        running[row, j] = (running[row, j] + tiny) - tiny


@compiled
def remember(inputs, hiddens, now, seen, place):
    """Lay x_t and h_prev side by side in one row of ``seen``; the 1 behind them is there."""
    features = inputs.shape[1]
    for j in range(features):
        seen[place, j] = inputs[now, j]
    for j in range(hiddens.shape[1]):
        seen[place, features + j] = hiddens[now, j]


@compiled
def add_to_d_h(d_z, position, recurrent_panels_t, block, d_h, first, last):
    """Add d_z · Uᵀ to the gradients of h_prev, rows first to last; ``d_z`` starts at ``position``."""
    units = d_h.shape[1]
    for start in range(first, last, ROWS):
        rows = min(start + ROWS, last) - start
        place = position + start - first
        clear(block, rows)
        add_product(d_z, place, place + rows, recurrent_panels_t, block, 0)
        for row in range(rows):
            for j in range(units):
                d_h[start + row, j] += block[row, j]


@compiled
def set_d_x(d_z, count, first_step, kernel_panels_t, block, d_x, go_backwards, first, last):
    """Set d_x (batch, time, features) to d_z · Wᵀ for ``count`` rows of d_z, from ``first_step`` on."""
    _, time, features = d_x.shape
    rows = last - first
    for start in range(0, count, ROWS):
        stop = min(start + ROWS, count)
        clear(block, stop - start)
        add_product(d_z, start, stop, kernel_panels_t, block, 0)
        for position in range(start, stop):
            t, row = first_step + position // rows, first + position % rows
            t = time - 1 - t if go_backwards else t
            for j in range(features):
                d_x[row, t, j] = block[position - start, j]


@compiled
def add_to_d_weights(seen, d_z, count, panels, d_weights, share):
    """Add seenᵀ · d_z, of the first ``count`` rows, to one share of d_weights; d_z is packed first."""
    pack(d_z, count, panels)
    add_product(seen.T, 0, seen.shape[1], panels, d_weights[share], 0)
