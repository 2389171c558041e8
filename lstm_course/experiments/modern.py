"""The networks of today: an LSTM with a forget gate, or a plain tanh network, in mini-batches.

Both take the mean gradient of a few sequences, through the whole of them, of the cross-entropy

    L = −Σ_k target_k ln p_k + (1 − target_k) ln (1 − p_k),   p = σ(h_t W_y + b_y)          (1)

whose minimum is p = target for real numbers too; clip its norm at 1; and step by Adam. The LSTM starts with
gates that keep for about as long as the task asks (Tallec & Ollivier, 2018): for the longest sequence T,

    b_f = ln u,   b_i = −b_f,   u uniform on [1, T − 1]                                      (2)

so that σ(b_f) = 1 − 1/(1 + u) forgets with a time constant of about u steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from lstm_course.compiled import lstm_backward, lstm_forward, rnn_backward, rnn_forward
from lstm_course.experiments.row import Row
from lstm_course.recurrent import Adam, LSTMParameters, SimpleRNNParameters
from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.initializers import glorot_uniform
from lstm_course.recurrent.parameters import gate_slot
from lstm_course.recurrent.sequence import Buffers
from lstm_course.tasks.batch import Batch

CLIP, DTYPE = 1.0, np.float32


class Modern(ABC):
    """A recurrent layer with an output layer, in float32; a subclass brings the recurrent layer.

    Parameters
    ----------
    row : Row
    rng : Generator
        Draws the weights.
    learning_rate : float
        Adam's.
    """

    def __init__(self, row: Row, rng: np.random.Generator, learning_rate: float) -> None:
        self.batch_size = row.batch_size
        output_kernel = glorot_uniform((row.units, row.task.outputs), rng, DTYPE)
        self.arrays = [*self._initial(row, rng), output_kernel, np.zeros(row.task.outputs, DTYPE)]
        self.weights = sum(array.size for array in self.arrays)
        self.optimizer = Adam(learning_rate, global_clipnorm=CLIP)

    @abstractmethod
    def _initial(self, row: Row, rng: np.random.Generator) -> list[np.ndarray]:
        """Draw the recurrent layer's weights: kernel, recurrent kernel, bias."""

    @abstractmethod
    def _forward(self, x: np.ndarray, arrays: list[np.ndarray]) -> tuple[np.ndarray, Any]:
        """Return the hidden states (batch, time, units) and a cache."""

    @abstractmethod
    def _backward(self, d_hiddens: np.ndarray, cache: Any) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the gradients of x and of the recurrent layer's weights."""

    def learn(self, batch: Batch) -> np.ndarray:
        """Learn in mini-batches."""
        return self._outputs(batch, learning=True)

    def look(self, batch: Batch) -> np.ndarray:
        """Return the outputs alone."""
        return self._outputs(batch, learning=False)

    def _outputs(self, batch: Batch, learning: bool) -> np.ndarray:
        outputs = np.zeros_like(batch.targets)
        for start in range(0, len(batch), self.batch_size):
            part = slice(start, start + self.batch_size)
            outputs[part] = self._pass(batch.take(np.arange(len(batch))[part]), learning)
        return outputs

    def _pass(self, batch: Batch, learning: bool) -> np.ndarray:
        kernel, *rest, output_kernel, output_bias = self.arrays
        if batch.symbols is None:
            assert batch.dense is not None
            x = batch.dense.astype(DTYPE)
        else:
            # A symbol is a row of the kernel; the layer then adds it up through the identity.
            x, kernel = kernel[batch.symbols], np.eye(kernel.shape[1], dtype=DTYPE)
        hiddens, cache = self._forward(x, [kernel, *rest])

        scored = batch.scored
        read = hiddens[scored]  # (scored steps, units)
        answers = sigmoid(read @ output_kernel + output_bias)
        outputs = np.zeros_like(batch.targets)
        outputs[scored] = answers
        if not learning:
            return outputs

        d_logits = ((answers - batch.targets[scored]) / len(batch)).astype(DTYPE)  # from (1)
        d_hiddens = np.zeros_like(hiddens)
        d_hiddens[scored] = d_logits @ output_kernel.T
        d_x, (d_kernel, *d_rest) = self._backward(d_hiddens, cache)
        if batch.symbols is not None:
            d_kernel = np.zeros_like(self.arrays[0])
            inside = batch.mask
            np.add.at(d_kernel, batch.symbols[inside], d_x[inside])
        gradients = [d_kernel, *d_rest, read.T @ d_logits, d_logits.sum(axis=0)]
        self.optimizer.update(self.arrays, gradients)
        return outputs


class ModernLSTM(Modern):
    """The LSTM with a forget gate, its gates set to keep, equation (2)."""

    buffers: Buffers

    def __init__(self, row: Row, rng: np.random.Generator) -> None:
        super().__init__(row, rng, row.adam_rate)

    def _initial(self, row: Row, rng: np.random.Generator) -> list[np.ndarray]:
        self.buffers = Buffers()
        parameters = LSTMParameters.initialize(row.task.features, row.units, rng, dtype=DTYPE)
        assert parameters.bias is not None
        longest = row.task.draw(64, np.random.default_rng(0)).targets.shape[1]
        keep = np.log(rng.uniform(1, max(longest - 1, 2), row.units))
        parameters.bias[gate_slot("f", row.units)] = keep
        parameters.bias[gate_slot("i", row.units)] = -keep
        return parameters.arrays()

    def _forward(self, x: np.ndarray, arrays: list[np.ndarray]) -> tuple[np.ndarray, Any]:
        hiddens, _, cache = lstm_forward(x, LSTMParameters.from_arrays(arrays), buffers=self.buffers)
        return hiddens, cache

    def _backward(self, d_hiddens: np.ndarray, cache: Any) -> tuple[np.ndarray, list[np.ndarray]]:
        d_x, _, _, d_parameters = lstm_backward(d_hiddens, None, None, cache, buffers=self.buffers)
        return d_x, d_parameters.arrays()


class ModernRNN(Modern):
    """The plain tanh network, the baseline."""

    def __init__(self, row: Row, rng: np.random.Generator) -> None:
        super().__init__(row, rng, 1e-3)

    def _initial(self, row: Row, rng: np.random.Generator) -> list[np.ndarray]:
        return SimpleRNNParameters.initialize(row.task.features, row.units, rng, dtype=DTYPE).arrays()

    def _forward(self, x: np.ndarray, arrays: list[np.ndarray]) -> tuple[np.ndarray, Any]:
        hiddens, _, cache = rnn_forward(x, SimpleRNNParameters.from_arrays(arrays))
        return hiddens, cache

    def _backward(self, d_hiddens: np.ndarray, cache: Any) -> tuple[np.ndarray, list[np.ndarray]]:
        d_x, _, d_parameters = rnn_backward(d_hiddens, None, cache)
        return d_x, d_parameters.arrays()
