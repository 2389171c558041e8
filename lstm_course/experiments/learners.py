"""What learns: the network of 1997 online, or a network of today in mini-batches.

A learner is shown batches of a task and answers with its outputs.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from lstm_course.compiled.lstm_1997 import learn_stream
from lstm_course.experiments.late import Falling
from lstm_course.experiments.modern import LateLSTM, ModernLSTM, ModernRNN
from lstm_course.experiments.row import Row
from lstm_course.recurrent.lstm_1997 import Weights1997
from lstm_course.tasks.batch import Batch
from lstm_course.tasks.judging import mean_absolute_error

Track = Literal["1997", "today", "rnn"]
TRACKS: dict[Track, str] = {
    "1997": "the paper's network, online, truncated gradient",
    "today": "LSTM with forget gate, mini-batches, Adam",
    "rnn": "plain tanh network, trained as today's LSTM",
}


#: Weights into an input gate that keep it shut.
SHUT = -1e3


class Learner(Protocol):
    """A network that is shown sequences."""

    weights: int

    def learn(self, batch: Batch) -> np.ndarray:
        """Learn from the sequences and return the outputs before learning, (batch, time, outputs)."""

    def look(self, batch: Batch) -> np.ndarray:
        """Return the outputs alone."""


def make_learner(track: Track, row: Row, rng: np.random.Generator) -> Learner:
    """Return a new network for a row."""
    if track == "1997":
        return Classic(row, rng)
    if track == "rnn":
        return ModernRNN(row, rng)
    return LateLSTM(row, rng) if row.late_memory else ModernLSTM(row, rng)


class Classic:
    """The paper's network with its learning rate and initial weights.

    In experiments 2a and 2b the input gates are shut until the memory joins in (``experiments.late``).

    Parameters
    ----------
    row : Row
    rng : Generator
        Draws the weights.
    """

    def __init__(self, row: Row, rng: np.random.Generator) -> None:
        self.design, self.rate, self.every_step = row.design, row.rate, row.every_step
        self.values = Weights1997.initialize(
            row.design,
            rng,
            row.spread,
            input_gate_biases=row.input_gate_biases,
            output_gate_biases=row.output_gate_biases,
        )
        self.weights = row.design.weights
        self._falling = Falling()
        self._kept: np.ndarray | None = None
        if row.late_memory:
            gates = self.values.kernel[:, self.design.slots["i"]]
            self._kept = gates.copy()
            gates[:] = SHUT

    def learn(self, batch: Batch) -> np.ndarray:
        """Learn online, one sequence after the other."""
        outputs = learn_stream(batch, self.values, self.design, self.rate, every_step=self.every_step)
        if self._kept is not None and not self._falling.goes_on(mean_absolute_error(outputs, batch)):
            self.values.kernel[:, self.design.slots["i"]] = self._kept
            self._kept = None
        return outputs

    def look(self, batch: Batch) -> np.ndarray:
        """Return the outputs alone."""
        return learn_stream(batch, self.values, self.design, 0.0)
