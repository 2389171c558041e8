"""The tanh RNN over whole sequences, its loops compiled: the functions of ``recurrent.rnn_sequence``."""

import numpy as np

from lstm_course.compiled.jit import load
from lstm_course.compiled.lstm import NO_MASK
from lstm_course.compiled.shares import run, shares_of
from lstm_course.recurrent import SimpleRNNParameters
from lstm_course.recurrent.rnn_sequence import RNNSequenceCache
from lstm_course.recurrent.sequence import (
    FLUSH_EVERY,
    Buffers,
    check_gradient,
    flusher,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)


def rnn_forward(
    x: np.ndarray,
    parameters: SimpleRNNParameters,
    *,
    h_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    go_backwards: bool = False,
    activation: str = "tanh",
    buffers: Buffers | None = None,
) -> tuple[np.ndarray, np.ndarray, RNNSequenceCache]:
    """Run the RNN over a batch of sequences; see ``recurrent.rnn_forward`` for what is taken and returned.

    ``buffers`` is memory to use again, as in ``lstm_forward``.

    Raises
    ------
    ValueError
        If a shape does not fit, for any activation but tanh, or for weights in another type than
        float32 and float64.
    InputError
        If Numba is not installed.
    """
    loops, products = load("rnn_loops"), load("products")
    _require_tanh(activation)
    units, dtype = parameters.units, parameters.dtype
    buffers = buffers or Buffers()
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards, buffers)
    time, batch, features = inputs.shape
    values = buffers.take("values", (time, batch, units), dtype)
    hiddens = buffers.take("hiddens", (time + 1, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")
    outputs = np.empty((batch, time, units), dtype)
    run(
        loops.forward_rows,
        shares_of(batch, batch * time, (features + units) * units),
        inputs.reshape(time * batch, features),
        products.panels_of(parameters.kernel, dtype),
        products.panels_of(parameters.recurrent_kernel, dtype),
        np.zeros(units, dtype) if parameters.bias is None else np.ascontiguousarray(parameters.bias),
        values.reshape(time * batch, units),
        hiddens.reshape(-1, units),
        outputs,
        NO_MASK if steps_mask is None else steps_mask[:, :, 0],
    )
    cache = RNNSequenceCache(inputs, values, hiddens, steps_mask, parameters, activation, go_backwards)
    return outputs, hiddens[-1].copy(), cache


def _require_tanh(activation: str) -> None:
    if activation != "tanh":
        raise ValueError(
            f"expected the activation tanh, which is the compiled one, got {activation!r}. "
            "lstm_course.recurrent has all of them."
        )


def rnn_backward(
    d_outputs: np.ndarray | None,
    d_h_T: np.ndarray | None,
    cache: RNNSequenceCache,
    *,
    buffers: Buffers | None = None,
) -> tuple[np.ndarray, np.ndarray, SimpleRNNParameters]:
    """Backpropagate through time; see ``recurrent.rnn_backward`` for what is taken and returned.

    ``buffers`` is not needed, since nothing but the results outlasts a block of steps.

    Raises
    ------
    ValueError
        If a shape does not fit, for any activation but tanh, or for weights in another type than
        float32 and float64.
    """
    loops, products = load("rnn_loops"), load("products")
    _require_tanh(cache.activation)
    parameters = cache.parameters
    time, batch, features = cache.inputs.shape
    units, dtype = parameters.units, parameters.dtype
    if d_outputs is None:
        d_out = np.empty((0, 0, 0), dtype)
    else:
        d_out = np.ascontiguousarray(check_gradient(d_outputs, (batch, time, units), "d_outputs"), dtype)
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")
    shares = shares_of(batch, batch * time, 2 * (features + units) * units)
    d_x = np.empty((batch, time, features), dtype)
    kernel_panels_t = products.panels_of(parameters.kernel.T, dtype)
    width = kernel_panels_t.shape[2]
    d_weights = np.zeros((len(shares), features + units + 1, -(-units // width) * width), dtype)
    run(
        loops.backward_rows,
        shares,
        cache.inputs.reshape(time * batch, features),
        cache.values.reshape(time * batch, units),
        cache.hiddens.reshape(-1, units),
        NO_MASK if cache.mask is None else cache.mask[:, :, 0],
        kernel_panels_t,
        products.panels_of(parameters.recurrent_kernel.T, dtype),
        d_out,
        d_h,
        d_x,
        d_weights,
        cache.go_backwards,
        dtype.type(flusher(dtype)),
        FLUSH_EVERY,
    )
    total = d_weights.sum(axis=0)[:, :units]
    d_parameters = SimpleRNNParameters(
        kernel=total[:features].copy(),
        recurrent_kernel=total[features:-1].copy(),
        bias=None if parameters.bias is None else total[-1].copy(),
    )
    return d_x, d_h, d_parameters
