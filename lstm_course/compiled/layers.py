"""The LSTM layer with compiled loops: ``recurrent.LSTM`` in all but the time it takes."""

from typing import Any

from lstm_course.compiled.lstm import lstm_backward, lstm_forward, require_standard
from lstm_course.recurrent import LSTM


class CompiledLSTM(LSTM):
    """``recurrent.LSTM``, computed by ``compiled.lstm_forward`` and ``compiled.lstm_backward``.

    Parameters
    ----------
    units : int
        Size of the hidden state and of the cell state.
    **options
        Those of ``recurrent.LSTM``; the activations must be tanh and sigmoid.

    Raises
    ------
    ValueError
        For other activations.

    Examples
    --------
    >>> import numpy as np
    >>> layer = CompiledLSTM(5, return_sequences=True)
    >>> layer.build(features=3, rng=np.random.default_rng(0))
    5
    >>> layer.forward(np.ones((2, 7, 3))).shape
    (2, 7, 5)
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(units, **options)
        require_standard(self.activation, self.recurrent_activation)

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
