"""The LSTM as it was published in 1997: memory cells in blocks, no forget gate, and a truncated gradient.

A block has one input gate and one output gate, which its cells share. All hidden units, gates and cells
alike, read the input and what all hidden units gave out one step before. For one sequence, with row
vectors, x_t (features,), a_t (hidden,) the hidden units' activations in the order input gates, output
gates, cells, and block(j) the block of cell j:

    z_t = x_t W + a_{t−1} U + b                              (1)   (hidden,)
    i_t = σ(z_t[i]),  o_t = σ(z_t[o])                        (2)   (blocks,)
    s_t[j] = s_{t−1}[j] + i_t[block(j)] · g(z_t[c][j])       (3)   cell state: nothing is forgotten
    y_t[j] = o_t[block(j)] · h(s_t[j])                       (4)   what the cell shows
    a_t = (i_t, o_t, y_t)                                    (5)
    v_t = σ((y_t, x_t) V + d)                                (6)   (outputs,); x_t only with ``shortcut``,
                                                                   no σ with ``linear``

The squashing functions are scaled logistic sigmoids: g runs from −2 to 2 and h from −1 to 1, unless a
``Design1997`` says otherwise. Training follows the squared error ½ Σ (v_t − target_t)² downhill, but not
along its whole gradient: an error that reaches z_t is not sent on into a_{t−1}. Only along (3) does it
travel through time, where its factor is exactly 1. What is left of the gradient is the exact gradient of a
network that reads a_{t−1} from a recording, and that is how the tests check it.

Source: Hochreiter & Schmidhuber (1997), section 4 and appendix A. This module is written to be read; the
compiled twin is ``lstm_course.compiled.lstm_1997``.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np

from lstm_course.recurrent.activations import sigmoid


@dataclass(frozen=True)
class Design1997:
    """What a network of 1997 is made of.

    Attributes
    ----------
    features, outputs : int
        Inputs and output units.
    blocks, block_size : int
        Memory blocks, and cells in each.
    output_gates : bool
        False leaves them out: o_t is then 1.
    reads : {"all", "cells", "nothing"}
        What hidden units read of a_{t−1}: all of it, as the paper draws it, the cells alone, or nothing.
    shortcut : bool
        True lets output units read the input too.
    linear : bool
        True leaves the output units' logistic sigmoid out.
    biased : str
        Which units have a bias: any of the letters i, o, c (input gates, output gates, cells) and v
        (output units).
    g_range, h_range : tuple of float
        Lowest and highest value of the squashing functions; an ``h_range`` of None is the identity.

    Raises
    ------
    ValueError
        If a size is not positive or a letter is unknown.

    Examples
    --------
    The network of the adding problem has the paper's 93 weights:

    >>> Design1997(features=2, outputs=1, blocks=2, block_size=2).weights
    93
    """

    features: int
    outputs: int
    blocks: int
    block_size: int = 1
    output_gates: bool = True
    reads: Literal["all", "cells", "nothing"] = "all"
    shortcut: bool = False
    linear: bool = False
    biased: str = "iocv"
    g_range: tuple[float, float] = (-2.0, 2.0)
    h_range: tuple[float, float] | None = (-1.0, 1.0)

    def __post_init__(self) -> None:
        sizes = (self.features, self.outputs, self.blocks, self.block_size)
        if min(sizes) < 1:
            raise ValueError(f"expected sizes of at least 1, got {sizes}. Features, outputs, blocks, cells.")
        if self.reads not in ("all", "cells", "nothing"):
            raise ValueError(f"expected reads to be all, cells or nothing, got {self.reads!r}.")
        if unknown := set(self.biased) - set("iocv"):
            raise ValueError(f"expected letters among i, o, c and v in biased, got {sorted(unknown)}.")

    @property
    def cells(self) -> int:
        """Number of memory cells."""
        return self.blocks * self.block_size

    @property
    def gates(self) -> int:
        """Number of gates."""
        return self.blocks * (2 if self.output_gates else 1)

    @property
    def hidden(self) -> int:
        """Number of hidden units, gates and cells together."""
        return self.gates + self.cells

    @property
    def slots(self) -> dict[str, slice]:
        """Where the units of each kind stand among the hidden ones."""
        return {
            "i": slice(0, self.blocks),
            "o": slice(self.blocks, self.gates),
            "c": slice(self.gates, self.hidden),
        }

    @property
    def first_read(self) -> int:
        """The first hidden unit of a_{t−1} that is read; units before it are not."""
        return {"all": 0, "cells": self.gates, "nothing": self.hidden}[self.reads]

    @property
    def read_by_outputs(self) -> int:
        """How many numbers an output unit reads: the cells, with a shortcut the input as well."""
        return self.cells + (self.features if self.shortcut else 0)

    @property
    def bias_mask(self) -> tuple[np.ndarray, np.ndarray]:
        """Which hidden units (hidden,) and whether all output units (outputs,) have a bias, as 0 or 1."""
        hidden = np.zeros(self.hidden)
        for letter, slot in self.slots.items():
            hidden[slot] = letter in self.biased
        return hidden, np.full(self.outputs, float("v" in self.biased))

    @property
    def weights(self) -> int:
        """Number of weights, counted as the paper counts them."""
        read = self.features + self.hidden - self.first_read
        biases = int(sum(mask.sum() for mask in self.bias_mask))
        return self.hidden * read + self.outputs * self.read_by_outputs + biases


class Weights1997(NamedTuple):
    """The weights of equations (1) and (6)."""

    kernel: np.ndarray  # W (features, hidden)
    recurrent_kernel: np.ndarray  # U (hidden, hidden); rows of units that are not read are 0
    bias: np.ndarray  # b (hidden,); zeros where there is none
    output_kernel: np.ndarray  # V (read_by_outputs, outputs)
    output_bias: np.ndarray  # d (outputs,)

    @classmethod
    def initialize(
        cls,
        design: Design1997,
        rng: np.random.Generator,
        spread: float,
        *,
        input_gate_biases: tuple[float, ...] = (),
        output_gate_biases: tuple[float, ...] = (),
    ) -> Self:
        """Draw every weight uniformly from [−spread, spread], then set the gates' biases.

        Parameters
        ----------
        design : Design1997
        rng : Generator
        spread : float
        input_gate_biases, output_gate_biases : tuple of float
            One for each block; empty leaves them as drawn.

        Raises
        ------
        ValueError
            If there are biases, but not one for each block, or the design gives those gates none.
        """

        def draw(*shape: int) -> np.ndarray:
            return rng.uniform(-spread, spread, shape)

        hidden_mask, output_mask = design.bias_mask
        weights = cls(
            kernel=draw(design.features, design.hidden),
            recurrent_kernel=_read(draw(design.hidden, design.hidden), design),
            bias=draw(design.hidden) * hidden_mask,
            output_kernel=draw(design.read_by_outputs, design.outputs),
            output_bias=draw(design.outputs) * output_mask,
        )
        for letter, biases in (("i", input_gate_biases), ("o", output_gate_biases)):
            slot = design.slots[letter]
            if biases and (letter not in design.biased or slot.start == slot.stop):
                raise ValueError(f"expected no biases for gates {letter!r}, which in this design have none.")
            if biases and len(biases) != design.blocks:
                raise ValueError(f"expected {design.blocks} biases, one for each block, got {biases}.")
            if biases:
                weights.bias[slot] = biases
        return weights


def _read(recurrent_kernel: np.ndarray, design: Design1997) -> np.ndarray:
    """Return the kernel with the rows of units that are not read set to 0."""
    return recurrent_kernel * (np.arange(design.hidden) >= design.first_read)[:, None]


class Trace1997(NamedTuple):
    """What happened in one sequence; time in front."""

    inputs: np.ndarray  # (time, features)
    input_gates: np.ndarray  # i_t (time, blocks)
    output_gates: np.ndarray  # o_t (time, blocks); ones without output gates
    written: np.ndarray  # g(z_t[c]) (time, cells)
    states: np.ndarray  # s_t (time, cells)
    shown: np.ndarray  # h(s_t) (time, cells)
    hiddens: np.ndarray  # a_{−1} … a_{T−1} (time + 1, hidden)
    outputs: np.ndarray  # v_t (time, outputs)


def squash(z: np.ndarray, bounds: tuple[float, float] | None) -> np.ndarray:
    """Return a logistic sigmoid scaled to the bounds, or z itself without bounds."""
    if bounds is None:
        return z
    low, high = bounds
    return low + (high - low) * sigmoid(z)


def squash_slope(y: np.ndarray, bounds: tuple[float, float] | None) -> np.ndarray:
    """Return the slope of ``squash`` where its value is y."""
    if bounds is None:
        return np.ones_like(y)
    low, high = bounds
    return (y - low) * (high - y) / (high - low)


def run_1997(
    inputs: np.ndarray,
    weights: Weights1997,
    design: Design1997,
    recording: np.ndarray | None = None,
) -> Trace1997:
    """Run the network over one sequence, equations (1) to (6).

    Parameters
    ----------
    inputs : ndarray of shape (time, features)
    weights : Weights1997
    design : Design1997
    recording : ndarray of shape (time + 1, hidden), optional
        Activations to read in place of the network's own a_{t−1}: ``hiddens`` of another trace.

    Returns
    -------
    Trace1997
    """
    time, slots = len(inputs), design.slots
    of_cell = np.repeat(np.arange(design.blocks), design.block_size)  # the block of each cell
    hiddens, state = np.zeros((time + 1, design.hidden)), np.zeros(design.cells)
    steps = []
    for t, x_t in enumerate(inputs):
        a_prev = hiddens[t] if recording is None else recording[t]
        z_t = x_t @ weights.kernel + a_prev @ weights.recurrent_kernel + weights.bias
        i_t = sigmoid(z_t[slots["i"]])
        o_t = sigmoid(z_t[slots["o"]]) if design.output_gates else np.ones(design.blocks)
        written = squash(z_t[slots["c"]], design.g_range)
        state = state + i_t[of_cell] * written
        shown = squash(state, design.h_range)
        y_t = o_t[of_cell] * shown
        hiddens[t + 1] = np.concatenate([i_t, o_t, y_t] if design.output_gates else [i_t, y_t])
        read = np.concatenate([y_t, x_t]) if design.shortcut else y_t
        v_t = read @ weights.output_kernel + weights.output_bias
        v_t = v_t if design.linear else sigmoid(v_t)
        steps.append((i_t, o_t, written, state, shown, v_t))
    i, o, written, states, shown, outputs = (np.array(column) for column in zip(*steps, strict=True))
    return Trace1997(inputs, i, o, written, states, shown, hiddens, outputs)


def truncated_gradient(
    trace: Trace1997,
    targets: np.ndarray,
    scored: np.ndarray,
    weights: Weights1997,
    design: Design1997,
) -> Weights1997:
    """Return the truncated gradient of ½ Σ (v_t − target_t)² over the scored steps of one sequence.

    Parameters
    ----------
    trace : Trace1997
        What ``run_1997`` returned.
    targets : ndarray of shape (time, outputs)
    scored : ndarray of bool of shape (time,)
        Where there is a target.
    weights : Weights1997
    design : Design1997

    Returns
    -------
    Weights1997
        The gradient; zero where the design has no weight.
    """
    slots, cells = design.slots, design.cells
    of_cell = np.repeat(np.arange(design.blocks), design.block_size)
    y = trace.hiddens[1:, slots["c"]]

    d_net = (trace.outputs - targets) * scored[:, None]  # from (6)
    if not design.linear:
        d_net *= trace.outputs * (1 - trace.outputs)
    read = np.concatenate([y, trace.inputs], axis=1) if design.shortcut else y
    d_y = d_net @ weights.output_kernel[:cells].T

    d_z = np.zeros((len(targets), design.hidden))
    if design.output_gates:  # from (4); the error goes no further than this step
        d_o = np.add.reduceat(d_y * trace.shown, np.arange(0, cells, design.block_size), axis=1)
        d_z[:, slots["o"]] = d_o * trace.output_gates * (1 - trace.output_gates)

    at_once = d_y * trace.output_gates[:, of_cell] * squash_slope(trace.shown, design.h_range)
    d_s = np.cumsum(at_once[::-1], axis=0)[::-1]  # from (3): all that arrives later arrives undiminished

    d_i = np.add.reduceat(d_s * trace.written, np.arange(0, cells, design.block_size), axis=1)
    d_z[:, slots["i"]] = d_i * trace.input_gates * (1 - trace.input_gates)
    d_z[:, slots["c"]] = d_s * trace.input_gates[:, of_cell] * squash_slope(trace.written, design.g_range)

    hidden_mask, output_mask = design.bias_mask
    return Weights1997(
        kernel=trace.inputs.T @ d_z,
        recurrent_kernel=_read(trace.hiddens[:-1].T @ d_z, design),
        bias=d_z.sum(axis=0) * hidden_mask,
        output_kernel=read.T @ d_net,
        output_bias=d_net.sum(axis=0) * output_mask,
    )
