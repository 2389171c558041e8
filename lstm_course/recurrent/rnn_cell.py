"""The simple recurrent cell: one time step, and the step backwards.

    h_t = tanh(x_t W + h_{t−1} U + b)          (batch, units)

Source: Elman (1990), as ``keras.layers.SimpleRNN`` has it.
"""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import SimpleRNNParameters


class RNNCache(NamedTuple):
    """What one step leaves for its backward pass."""

    x_t: np.ndarray  # (batch, features)
    h_prev: np.ndarray  # (batch, units)
    h_t: np.ndarray  # (batch, units)
    parameters: SimpleRNNParameters
    activation: str


def rnn_step(
    x_t: np.ndarray, h_prev: np.ndarray, parameters: SimpleRNNParameters, *, activation: str = "tanh"
) -> tuple[np.ndarray, RNNCache]:
    """Advance the simple RNN by one time step.

    Parameters
    ----------
    x_t : ndarray of shape (batch, features)
        Input of this step.
    h_prev : ndarray of shape (batch, units)
        Hidden state after the previous step.
    parameters : SimpleRNNParameters
        The weights.
    activation : str
        Squashes the new state.

    Returns
    -------
    h_t : ndarray of shape (batch, units)
        The new state.
    cache : RNNCache
        For ``rnn_step_backward``.

    Examples
    --------
    >>> parameters = SimpleRNNParameters(np.array([[1.0]]), np.array([[0.5]]), np.zeros(1))
    >>> h_1, _ = rnn_step(np.array([[1.0]]), np.zeros((1, 1)), parameters)
    >>> h_2, _ = rnn_step(np.array([[0.0]]), h_1, parameters)
    >>> h_1.round(4).item(), h_2.round(4).item()
    (0.7616, 0.3634)
    """
    z_t = x_t @ parameters.kernel + h_prev @ parameters.recurrent_kernel
    if parameters.bias is not None:
        z_t = z_t + parameters.bias
    h_t = get_activation(activation).apply(z_t)
    return h_t, RNNCache(x_t, h_prev, h_t, parameters, activation)


def rnn_step_backward(
    d_h_t: np.ndarray, cache: RNNCache
) -> tuple[np.ndarray, np.ndarray, SimpleRNNParameters]:
    """Carry the loss's gradient back through one time step.

    Parameters
    ----------
    d_h_t : ndarray of shape (batch, units)
        ∂L/∂h_t, from this step's output and from the next step.
    cache : RNNCache
        What ``rnn_step`` left.

    Returns
    -------
    d_x_t : ndarray of shape (batch, features)
        ∂L/∂x_t.
    d_h_prev : ndarray of shape (batch, units)
        Gradient for the previous step.
    d_parameters : SimpleRNNParameters
        This step's share of the weights' gradients.
    """
    x_t, h_prev, h_t, parameters, activation = cache
    d_z_t = d_h_t * get_activation(activation).slope(h_t)
    d_parameters = SimpleRNNParameters(
        kernel=x_t.T @ d_z_t,
        recurrent_kernel=h_prev.T @ d_z_t,
        bias=None if parameters.bias is None else d_z_t.sum(axis=0),
    )
    return d_z_t @ parameters.kernel.T, d_z_t @ parameters.recurrent_kernel.T, d_parameters
