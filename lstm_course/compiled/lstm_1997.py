"""The LSTM of 1997 learning online, compiled: a stream of sequences in one call.

The numbers are those of ``lstm_course.recurrent.lstm_1997`` (the tests compare them). What makes it quick:

- the whole stream runs in one compiled loop, so a step costs its arithmetic and nothing else;
- the truncated gradient never reads W, U or b, so each step's share goes straight into the weights: there is
  no array of gradients for them;
- a symbol, coded as one input of many that is 1, is a row of W and not a product with it.

Where there is a target at every step, the weights can also change at every step. The gradient then is
carried forwards, as the paper describes it: with the sources x_t, a_{t−1} and 1 of a unit written r_t,

    ∂s_t[j]/∂W[·, cell j]        = ∂s_{t−1}[j]/∂W[·, cell j]        + i_t g′ r_t               (1)
    ∂s_t[j]/∂W[·, gate of j]     = ∂s_{t−1}[j]/∂W[·, gate of j]     + g(z_t) i_t (1 − i_t) r_t   (2)
"""

from typing import Protocol

import numpy as np

from lstm_course.compiled.jit import load
from lstm_course.recurrent.lstm_1997 import Design1997, Weights1997


class Stream(Protocol):
    """Sequences one after the other, as ``lstm_course.tasks`` draws them."""

    @property
    def lengths(self) -> np.ndarray:
        """Steps of each sequence, (batch,)."""

    @property
    def targets(self) -> np.ndarray:
        """What the outputs should be, (batch, time, outputs)."""

    @property
    def scored(self) -> np.ndarray:
        """Where there is a target, (batch, time) of bool."""

    @property
    def symbols(self) -> np.ndarray | None:
        """Which input is 1, (batch, time), or None."""

    @property
    def dense(self) -> np.ndarray | None:
        """The inputs, (batch, time, features), or None."""


def learn_stream(
    stream: Stream, weights: Weights1997, design: Design1997, rate: float, *, every_step: bool = False
) -> np.ndarray:
    """Run over the sequences in order and change the weights, in place, as they go.

    Parameters
    ----------
    stream : Stream
        A ``Batch`` of ``lstm_course.tasks``.
    weights : Weights1997
        Changed in place, unless the rate is 0.
    design : Design1997
    rate : float
        Learning rate; 0 only looks.
    every_step : bool
        Change the weights after each step that has a target, and not after each sequence.

    Returns
    -------
    ndarray of shape (batch, time, outputs)
        What the network gave out at the scored steps, before it learnt from them; elsewhere 0.

    Raises
    ------
    ValueError
        If design, weights and stream do not fit each other: the loops would write elsewhere.
    """
    _check(stream, weights, design)
    outputs = np.zeros_like(stream.targets)
    hidden_mask, output_mask = design.bias_mask
    h_low, h_high = design.h_range or (0.0, 0.0)
    if every_step and rate:
        learn = load("lstm_1997_steps").learn_every_step
    else:
        learn = load("lstm_1997_sequences").learn_every_sequence
    learn(
        np.zeros((1, 1, 1)) if stream.dense is None else stream.dense,
        np.zeros((1, 1), np.int64) if stream.symbols is None else stream.symbols,
        stream.symbols is not None,
        stream.lengths,
        stream.targets,
        stream.scored,
        *weights,
        hidden_mask,
        output_mask,
        design.blocks,
        design.block_size,
        design.output_gates,
        design.first_read,
        design.shortcut,
        design.linear,
        *design.g_range,
        design.h_range is not None,
        h_low,
        h_high,
        rate,
        outputs,
    )
    return outputs


def _check(stream: Stream, weights: Weights1997, design: Design1997) -> None:
    """Raise ValueError where a loop, which looks at no bounds, would leave an array."""
    hidden, outputs = design.hidden, design.outputs
    shapes = {
        "kernel": (design.features, hidden),
        "recurrent_kernel": (hidden, hidden),
        "bias": (hidden,),
        "output_kernel": (design.read_by_outputs, outputs),
        "output_bias": (outputs,),
    }
    for name, shape in shapes.items():
        array = getattr(weights, name)
        if array.shape != shape:
            raise ValueError(f"expected {name} of shape {shape} for this design, got {array.shape}.")
    if stream.targets.shape[2] != outputs:
        raise ValueError(
            f"expected targets for the design's {outputs} outputs, got {stream.targets.shape[2]} of them."
        )
    steps, lengths = stream.targets.shape[1], stream.lengths
    if lengths.size and (lengths.min() < 0 or lengths.max() > steps):
        raise ValueError(
            f"expected lengths from 0 to {steps}, the steps of the targets, "
            f"got {lengths.min()} to {lengths.max()}."
        )
    inside = np.arange(steps) < lengths[:, np.newaxis]
    if stream.dense is not None:
        if stream.dense.shape[2] != design.features:
            raise ValueError(f"expected {design.features} inputs, got {stream.dense.shape[2]}.")
    elif stream.symbols is not None and inside.any():
        read = stream.symbols[inside]
        if read.min() < 0 or read.max() >= design.features:
            raise ValueError(
                f"expected symbols from 0 to {design.features - 1}, the design's inputs, "
                f"got {read.min()} to {read.max()}."
            )
