"""The layers SimpleRNN, LSTM and GRU; see ``RecurrentLayer`` for the options that they share."""

from typing import Any

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.gru_sequence import gru_backward, gru_forward
from lstm_course.recurrent.layers.recurrent import RecurrentLayer
from lstm_course.recurrent.lstm_sequence import lstm_backward, lstm_forward
from lstm_course.recurrent.parameters import GRUParameters, LSTMParameters, SimpleRNNParameters
from lstm_course.recurrent.rnn_sequence import rnn_backward, rnn_forward
from lstm_course.recurrent.sequence import Buffers


class SimpleRNN(RecurrentLayer):
    """The simple (Elman) RNN, ``keras.layers.SimpleRNN``; see ``RecurrentLayer`` for the options."""

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights; see ``SimpleRNNParameters.initialize``."""
        self.weights = SimpleRNNParameters.initialize(
            features, self.units, rng, use_bias=self.use_bias, dtype=dtype
        ).arrays()
        return self.units

    def _parameters(self, weights: list[np.ndarray]) -> SimpleRNNParameters:
        return SimpleRNNParameters.from_arrays(weights)

    def _run(self, x, parameters, states, mask):
        outputs, h_T, cache = rnn_forward(
            x,
            parameters,
            h_0=states[0],
            mask=mask,
            go_backwards=self.go_backwards,
            activation=self.activation,
        )
        return outputs, [h_T], cache

    def _run_backward(self, d_outputs, d_states, cache):
        d_x, d_h_0, d_parameters = rnn_backward(d_outputs, d_states[0], cache)
        return d_x, [d_h_0], d_parameters


class _GatedLayer(RecurrentLayer):
    """A recurrent layer with gates, which have an activation of their own."""

    def __init__(self, units: int, *, recurrent_activation: str | None = "sigmoid", **options: Any) -> None:
        super().__init__(units, **options)
        self.recurrent_activation = get_activation(recurrent_activation).name

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().config(), "recurrent_activation": self.recurrent_activation}

    def _run_options(self, mask):
        return {
            "mask": mask,
            "go_backwards": self.go_backwards,
            "activation": self.activation,
            "recurrent_activation": self.recurrent_activation,
        }


class LSTM(_GatedLayer):
    """The LSTM, ``keras.layers.LSTM``; see ``RecurrentLayer`` for the shared options.

    Parameters
    ----------
    units : int
        Size of the hidden state and of the cell state.
    recurrent_activation : str
        Squashes the gates.
    unit_forget_bias : bool
        Start the forget gate's bias at 1; matters to ``build`` alone.
    **options
        Those of ``RecurrentLayer``.

    Examples
    --------
    >>> layer = LSTM(5, return_sequences=True)
    >>> layer.build(features=3, rng=np.random.default_rng(0))
    5
    >>> layer.forward(np.ones((2, 7, 3))).shape
    (2, 7, 5)
    >>> layer.backward(np.ones((2, 7, 5))).shape
    (2, 7, 3)
    >>> [gradient.shape for gradient in layer.gradients]
    [(3, 20), (5, 20), (20,)]
    """

    state_count = 2

    def __init__(self, units: int, *, unit_forget_bias: bool = True, **options: Any) -> None:
        super().__init__(units, **options)
        self.unit_forget_bias = unit_forget_bias
        self._buffers = Buffers()

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().config(), "unit_forget_bias": self.unit_forget_bias}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights; see ``LSTMParameters.initialize``."""
        self.weights = LSTMParameters.initialize(
            features,
            self.units,
            rng,
            unit_forget_bias=self.unit_forget_bias,
            use_bias=self.use_bias,
            dtype=dtype,
        ).arrays()
        return self.units

    def _parameters(self, weights: list[np.ndarray]) -> LSTMParameters:
        return LSTMParameters.from_arrays(weights)

    def _run(self, x, parameters, states, mask):
        h_0, c_0 = states
        outputs, final_states, cache = lstm_forward(
            x, parameters, h_0=h_0, c_0=c_0, buffers=self._buffers, **self._run_options(mask)
        )
        return outputs, list(final_states), cache

    def _run_backward(self, d_outputs, d_states, cache):
        d_h_T, d_c_T = d_states
        d_x, d_h_0, d_c_0, d_parameters = lstm_backward(d_outputs, d_h_T, d_c_T, cache, buffers=self._buffers)
        return d_x, [d_h_0, d_c_0], d_parameters


class GRU(_GatedLayer):
    """The GRU, ``keras.layers.GRU``; see ``RecurrentLayer`` for the shared options.

    Parameters
    ----------
    units : int
        Size of the hidden state.
    recurrent_activation : str
        Squashes the gates.
    reset_after : bool
        Whether the reset gate acts after the recurrent product.
    **options
        Those of ``RecurrentLayer``.
    """

    def __init__(self, units: int, *, reset_after: bool = True, **options: Any) -> None:
        super().__init__(units, **options)
        self.reset_after = reset_after

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().config(), "reset_after": self.reset_after}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights; see ``GRUParameters.initialize``."""
        self.weights = GRUParameters.initialize(
            features, self.units, rng, reset_after=self.reset_after, use_bias=self.use_bias, dtype=dtype
        ).arrays()
        return self.units

    def _parameters(self, weights: list[np.ndarray]) -> GRUParameters:
        return GRUParameters.from_arrays(weights, reset_after=self.reset_after)

    def _run(self, x, parameters, states, mask):
        outputs, h_T, cache = gru_forward(x, parameters, h_0=states[0], **self._run_options(mask))
        return outputs, [h_T], cache

    def _run_backward(self, d_outputs, d_states, cache):
        d_x, d_h_0, d_parameters = gru_backward(d_outputs, d_states[0], cache)
        return d_x, [d_h_0], d_parameters
