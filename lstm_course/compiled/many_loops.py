"""Many LSTMs one after the other, compiled: a loop over networks around the loops of ``lstm_loops``."""

from lstm_course.compiled.jit import compiled
from lstm_course.compiled.lstm_loops import backward_rows, forward_rows


@compiled
def forward_networks(
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
    """Run networks first to last, each over its batch; arrays as in ``forward_rows``, networks in front."""
    for n in range(first, last):
        forward_rows(
            inputs[n],
            kernel_panels[n],
            recurrent_panels[n],
            bias[n],
            half,
            gates[n],
            cells[n],
            hiddens[n],
            outputs[n],
            mask[n],
            0,
            0,
            outputs.shape[1],
        )


@compiled
def backward_networks(
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
    tiny,
    flush_every,
    share,
    first,
    last,
):
    """Carry the gradients of networks first to last back; arrays as in ``backward_rows``, networks first."""
    for n in range(first, last):
        backward_rows(
            inputs[n],
            gates[n],
            cells[n],
            hiddens[n],
            mask[n],
            kernel_panels_t[n],
            recurrent_panels_t[n],
            d_outputs[n],
            d_h[n],
            d_c[n],
            d_x[n],
            d_weights[n : n + 1],
            False,
            tiny,
            flush_every,
            0,
            0,
            d_x.shape[1],
        )
