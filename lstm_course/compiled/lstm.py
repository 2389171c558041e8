"""The LSTM over whole sequences, its loops compiled: the functions of ``recurrent.lstm_sequence``.

The cache is the same too, so that a forward pass of the one may be followed by a backward pass of the other.
What is saved:

- a step costs no Python: the loop over time is one call;
- bias, the four activations, cell state and hidden state are computed while a row of z_t is in the
  processor's first cache, rather than in a pass over memory each;
- tanh is arithmetic that the compiler turns into vector instructions (``elementary``);
- a product of a few rows is loops (``products``), which costs a tiny network no call;
- threads share the batch, each its rows, from the first step to the last (``shares``).
"""

import numpy as np

from lstm_course.compiled.jit import load
from lstm_course.compiled.shares import run, shares_of
from lstm_course.recurrent import LSTMParameters, gate_slot
from lstm_course.recurrent.lstm_sequence import LSTMSequenceCache
from lstm_course.recurrent.sequence import (
    FLUSH_EVERY,
    Buffers,
    check_gradient,
    flusher,
    gradient_or_zeros,
    prepare,
    state_or_zeros,
)

#: For "no mask" and "no gradient": arrays of the right number of axes with nothing in them.
NO_MASK = np.empty((0, 0), bool)


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
    """Run the LSTM over a batch of sequences; see ``recurrent.lstm_forward`` for what is taken and returned.

    Raises
    ------
    ValueError
        If a shape does not fit, for any activations but tanh and sigmoid, or for weights in another type than
        float32 and float64.
    InputError
        If Numba is not installed.
    """
    loops, products = load("lstm_loops"), load("products")
    require_standard(activation, recurrent_activation)
    units, dtype = parameters.units, parameters.dtype
    buffers = buffers or Buffers()
    inputs, steps_mask = prepare(x, parameters.features, dtype, mask, go_backwards, buffers)
    time, batch, features = inputs.shape

    gates = buffers.take("gates", (time, batch, 4 * units), dtype)
    cells = buffers.take("cells", (time + 1, batch, units), dtype)
    hiddens = buffers.take("hiddens", (time + 1, batch, units), dtype)
    hiddens[0] = state_or_zeros(h_0, batch, units, dtype, "h_0")
    cells[0] = state_or_zeros(c_0, batch, units, dtype, "c_0")
    outputs = np.empty((batch, time, units), dtype)
    half = np.full(4 * units, 0.5, dtype)
    half[gate_slot("g", units)] = 1
    run(
        loops.forward_rows,
        shares_of(batch, batch * time, (features + units) * 4 * units),
        inputs.reshape(time * batch, features),
        products.panels_of(parameters.kernel, dtype),
        products.panels_of(parameters.recurrent_kernel, dtype),
        np.zeros(4 * units, dtype) if parameters.bias is None else np.ascontiguousarray(parameters.bias),
        half,
        gates.reshape(time * batch, 4, units),
        cells.reshape(-1, units),
        hiddens.reshape(-1, units),
        outputs,
        NO_MASK if steps_mask is None else steps_mask[:, :, 0],
    )
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
    return outputs, (hiddens[-1].copy(), cells[-1].copy()), cache


def require_standard(activation: str, recurrent_activation: str = "sigmoid") -> None:
    """Raise ValueError for activations that are not compiled."""
    if (activation, recurrent_activation) != ("tanh", "sigmoid"):
        raise ValueError(
            "expected the activations tanh and sigmoid, which are the compiled ones, "
            f"got {activation!r} and {recurrent_activation!r}. lstm_course.recurrent has all of them."
        )


def lstm_backward(
    d_outputs: np.ndarray | None,
    d_h_T: np.ndarray | None,
    d_c_T: np.ndarray | None,
    cache: LSTMSequenceCache,
    *,
    buffers: Buffers | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, LSTMParameters]:
    """Backpropagate through time; see ``recurrent.lstm_backward`` for what is taken and returned.

    ``buffers`` is not needed, since nothing but the results outlasts a block of steps.

    Raises
    ------
    ValueError
        If a shape does not fit, for any activations but tanh and sigmoid, or for weights in another type than
        float32 and float64.
    """
    loops, products = load("lstm_loops"), load("products")
    require_standard(cache.activation, cache.recurrent_activation)
    parameters = cache.parameters
    time, batch, features = cache.inputs.shape
    units, dtype = parameters.units, parameters.dtype
    if d_outputs is None:
        d_out = np.empty((0, 0, 0), dtype)
    else:
        d_out = np.ascontiguousarray(check_gradient(d_outputs, (batch, time, units), "d_outputs"), dtype)
    d_h = gradient_or_zeros(d_h_T, (batch, units), dtype, "d_h_T")
    d_c = gradient_or_zeros(d_c_T, (batch, units), dtype, "d_c_T")

    shares = shares_of(batch, batch * time, 2 * (features + units) * 4 * units)
    d_x = np.empty((batch, time, features), dtype)
    kernel_panels_t = products.panels_of(parameters.kernel.T, dtype)
    width = kernel_panels_t.shape[2]
    d_weights = np.zeros((len(shares), features + units + 1, -(-4 * units // width) * width), dtype)
    run(
        loops.backward_rows,
        shares,
        cache.inputs.reshape(time * batch, features),
        cache.gates.reshape(time * batch, 4, units),
        cache.cells.reshape(-1, units),
        cache.hiddens.reshape(-1, units),
        NO_MASK if cache.mask is None else cache.mask[:, :, 0],
        kernel_panels_t,
        products.panels_of(parameters.recurrent_kernel.T, dtype),
        d_out,
        d_h,
        d_c,
        d_x,
        d_weights,
        cache.go_backwards,
        dtype.type(flusher(dtype)),
        FLUSH_EVERY,
    )
    total = d_weights.sum(axis=0)[:, : 4 * units]
    d_parameters = LSTMParameters(
        kernel=total[:features].copy(),
        recurrent_kernel=total[features:-1].copy(),
        bias=None if parameters.bias is None else total[-1].copy(),
    )
    return d_x, d_h, d_c, d_parameters
