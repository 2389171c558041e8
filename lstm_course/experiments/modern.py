"""The networks of today: an LSTM with a forget gate, or a plain tanh network, in mini-batches.

Both take the mean gradient of a few sequences, through the whole of them, of the cross-entropy

    L = −Σ_k [target_k ln p_k + (1 − target_k) ln (1 − p_k)],   p = σ(h_t W_y + b_y)        (1)

whose minimum is p = target for real numbers too; clip its norm at 1; and step by Adam. The LSTM starts with
gates that keep for about as long as the task asks (Tallec & Ollivier, 2018): for the longest sequence T,

    b_f = ln u,   b_i = −b_f,   u uniform on [1, T − 1]                                      (2)

so that σ(b_f) = 1 − 1/(1 + u) forgets with a time constant of about u steps. Where a row says so, Adam's
rate falls with the sequences n that have been seen, to 0 at the end of the budget N:

    rate_n = rate · (1 − n / N)²                                                             (3)

Where the paper's memory joins in late, today's does too: the output layer reads the input as well,

    p = σ(h_t W_y + x_t W_d + b_y)                                                           (4)

and learns W_d and b_y alone, h_t being 0, until their error has stopped falling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from lstm_course.compiled import lstm_backward, lstm_forward, rnn_backward, rnn_forward
from lstm_course.experiments.late import Falling
from lstm_course.experiments.row import Row
from lstm_course.recurrent import Adam, LSTMParameters, SimpleRNNParameters
from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.initializers import glorot_uniform
from lstm_course.recurrent.parameters import gate_slot
from lstm_course.recurrent.sequence import Buffers
from lstm_course.tasks.batch import Batch
from lstm_course.tasks.judging import mean_absolute_error

CLIP, DTYPE = 1.0, np.float32

#: Adam's rate and β₂ for the direct connections while they learn alone. With the usual β₂ of 0.999 the first,
#: large gradients would slow it down for a thousand steps.
ALONE_RATE, ALONE_BETA_2 = 0.1, 0.9


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

    #: Whether the output layer reads the input too, equation (4).
    direct = False

    #: False as long as the recurrent layer has not joined in.
    joined = True

    def __init__(self, row: Row, rng: np.random.Generator, learning_rate: float) -> None:
        self.batch_size, self.units = row.batch_size, row.units
        read = row.units + (row.task.features if self.direct else 0)
        output_kernel = glorot_uniform((read, row.task.outputs), rng, DTYPE)
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
        scored = batch.scored
        if self.joined:
            hiddens, cache = self._forward(x, [kernel, *rest])
        else:
            hiddens, cache = np.zeros((*scored.shape, self.units), DTYPE), None
        read = hiddens[scored]  # (scored steps, units)
        logits = read @ output_kernel[: self.units] + output_bias
        if self.direct:
            logits += _times(batch, scored, output_kernel[self.units :])
        answers = sigmoid(logits)
        outputs = np.zeros_like(batch.targets)
        outputs[scored] = answers
        if not learning:
            return outputs

        d_logits = ((answers - batch.targets[scored]) / len(batch)).astype(DTYPE)  # from (1)
        d_output_kernel = read.T @ d_logits
        if self.direct:
            d_output_kernel = np.concatenate([d_output_kernel, _times_gradient(batch, scored, d_logits)])
        d_output = [d_output_kernel, d_logits.sum(axis=0)]
        if not self.joined:
            self.optimizer.update(self.arrays[-2:], d_output)
            return outputs
        d_hiddens = np.zeros_like(hiddens)
        d_hiddens[scored] = d_logits @ output_kernel[: self.units].T
        d_x, (d_kernel, *d_rest) = self._backward(d_hiddens, cache)
        if batch.symbols is not None:
            d_kernel = _times_gradient(batch, batch.mask, d_x[batch.mask])
        self.optimizer.update(self.arrays, [d_kernel, *d_rest, *d_output])
        return outputs


def _times(batch: Batch, steps: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return x_t W at some steps; of a symbol, that is a row of W."""
    if batch.symbols is None:
        assert batch.dense is not None
        return batch.dense[steps].astype(kernel.dtype) @ kernel
    return kernel[batch.symbols[steps]]


def _times_gradient(batch: Batch, steps: np.ndarray, d_product: np.ndarray) -> np.ndarray:
    """Return the gradient of W, (features, …), from that of x_t W at these steps."""
    if batch.symbols is None:
        assert batch.dense is not None
        return batch.dense[steps].astype(d_product.dtype).T @ d_product
    d_kernel = np.zeros((batch.features, d_product.shape[1]), d_product.dtype)
    np.add.at(d_kernel, batch.symbols[steps], d_product)
    return d_kernel


class ModernLSTM(Modern):
    """The LSTM with a forget gate, its gates set to keep, equation (2)."""

    buffers: Buffers

    def __init__(self, row: Row, rng: np.random.Generator) -> None:
        super().__init__(row, rng, row.adam_rate)
        self.row, self.seen, self.adam = row, 0, self.optimizer

    def learn(self, batch: Batch) -> np.ndarray:
        """Learn in mini-batches, where the row says so at a rate that falls, equation (3)."""
        if self.row.rate_falls:
            self.adam.learning_rate = self.row.adam_rate * (1 - self.seen / self.row.budget) ** 2
        self.seen += len(batch)
        return super().learn(batch)

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


class LateLSTM(ModernLSTM):
    """The LSTM joins in once direct connections alone have stopped learning, equation (4)."""

    direct = True

    def __init__(self, row: Row, rng: np.random.Generator) -> None:
        super().__init__(row, rng)
        self.optimizer = Adam(ALONE_RATE, beta_2=ALONE_BETA_2)
        self._falling, self.joined = Falling(), False

    def learn(self, batch: Batch) -> np.ndarray:
        """Learn in mini-batches; afterwards, look whether it is time for the memory to join in."""
        outputs = super().learn(batch)
        if not self.joined and not self._falling.goes_on(mean_absolute_error(outputs, batch)):
            self.joined, self.optimizer = True, self.adam
        return outputs


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
