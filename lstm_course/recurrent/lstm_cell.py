"""The LSTM cell: one time step, and the step backwards.

With row vectors, batch first, and ⊙ the elementwise product:

    z_t = x_t W + h_{t−1} U + b                     (1)   (batch, 4 · units)
    i_t = σ(z_t[i])                                 (2)   input gate
    f_t = σ(z_t[f])                                 (3)   forget gate
    g_t = tanh(z_t[g])                              (4)   candidate
    o_t = σ(z_t[o])                                 (5)   output gate
    c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t                 (6)   cell state
    h_t = o_t ⊙ tanh(c_t)                           (7)   hidden state

Source: Hochreiter & Schmidhuber (1997) for the cell, Gers, Schmidhuber & Cummins (2000) for the forget
gate; no peepholes. This module is written to be read. ``lstm_sequence`` computes the same numbers faster.
"""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import LSTMParameters, gate_slot


class LSTMCache(NamedTuple):
    """What one step leaves for its backward pass; every array is (batch, units) but x_t (batch, features)."""

    x_t: np.ndarray
    h_prev: np.ndarray
    c_prev: np.ndarray
    i_t: np.ndarray
    f_t: np.ndarray
    g_t: np.ndarray
    o_t: np.ndarray
    squashed_c_t: np.ndarray
    parameters: LSTMParameters
    activation: str
    recurrent_activation: str


def lstm_step(
    x_t: np.ndarray,
    h_prev: np.ndarray,
    c_prev: np.ndarray,
    parameters: LSTMParameters,
    *,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[np.ndarray, np.ndarray, LSTMCache]:
    """Advance the cell by one time step, equations (1) to (7).

    Parameters
    ----------
    x_t : ndarray of shape (batch, features)
        Input of this step.
    h_prev, c_prev : ndarray of shape (batch, units)
        Hidden state and cell state after the previous step.
    parameters : LSTMParameters
        The weights.
    activation : str
        Squashes the candidate and the cell state; tanh in the standard cell.
    recurrent_activation : str
        Squashes the three gates; sigmoid in the standard cell.

    Returns
    -------
    h_t, c_t : ndarray of shape (batch, units)
        The new states.
    cache : LSTMCache
        For ``lstm_step_backward``.

    Examples
    --------
    A cell with every weight 0 and every bias 0 opens each gate half way and writes nothing:

    >>> zeros = LSTMParameters(np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    >>> h_t, c_t, cache = lstm_step(np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), zeros)
    >>> c_t.tolist(), h_t.round(4).tolist()
    ([[0.5]], [[0.2311]])
    """
    squash, gate = get_activation(activation).apply, get_activation(recurrent_activation).apply
    slot = {name: gate_slot(name, parameters.units) for name in "ifgo"}

    z_t = x_t @ parameters.kernel + h_prev @ parameters.recurrent_kernel  # (batch, 4 * units)
    if parameters.bias is not None:
        z_t = z_t + parameters.bias

    i_t = gate(z_t[:, slot["i"]])
    f_t = gate(z_t[:, slot["f"]])
    g_t = squash(z_t[:, slot["g"]])
    o_t = gate(z_t[:, slot["o"]])

    c_t = f_t * c_prev + i_t * g_t
    squashed_c_t = squash(c_t)
    h_t = o_t * squashed_c_t

    cache = LSTMCache(
        x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, squashed_c_t, parameters, activation, recurrent_activation
    )
    return h_t, c_t, cache


def lstm_step_backward(
    d_h_t: np.ndarray, d_c_t: np.ndarray, cache: LSTMCache
) -> tuple[np.ndarray, np.ndarray, np.ndarray, LSTMParameters]:
    """Carry the loss's gradient back through one time step.

    Parameters
    ----------
    d_h_t, d_c_t : ndarray of shape (batch, units)
        ∂L/∂h_t and ∂L/∂c_t as they arrive from later: from this step's output and from the next step.
    cache : LSTMCache
        What ``lstm_step`` left.

    Returns
    -------
    d_x_t : ndarray of shape (batch, features)
        ∂L/∂x_t.
    d_h_prev, d_c_prev : ndarray of shape (batch, units)
        Gradients for the previous step.
    d_parameters : LSTMParameters
        This step's share of the weights' gradients; add the shares of all steps.
    """
    x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, squashed_c_t, parameters, activation, recurrent_activation = (
        cache
    )
    squash_slope = get_activation(activation).slope
    gate_slope = get_activation(recurrent_activation).slope

    d_o_t = d_h_t * squashed_c_t  # from (7)
    d_c_t = d_c_t + d_h_t * o_t * squash_slope(squashed_c_t)  # from (7): c_t reaches the loss twice

    d_i_t = d_c_t * g_t  # from (6)
    d_f_t = d_c_t * c_prev
    d_g_t = d_c_t * i_t
    d_c_prev = d_c_t * f_t

    d_z_t = np.empty((len(x_t), 4 * parameters.units), dtype=d_c_t.dtype)
    d_z_t[:, gate_slot("i", parameters.units)] = d_i_t * gate_slope(i_t)  # from (2)
    d_z_t[:, gate_slot("f", parameters.units)] = d_f_t * gate_slope(f_t)  # from (3)
    d_z_t[:, gate_slot("g", parameters.units)] = d_g_t * squash_slope(g_t)  # from (4)
    d_z_t[:, gate_slot("o", parameters.units)] = d_o_t * gate_slope(o_t)  # from (5)

    d_parameters = LSTMParameters(  # from (1)
        kernel=x_t.T @ d_z_t,
        recurrent_kernel=h_prev.T @ d_z_t,
        bias=None if parameters.bias is None else d_z_t.sum(axis=0),
    )
    d_x_t = d_z_t @ parameters.kernel.T
    d_h_prev = d_z_t @ parameters.recurrent_kernel.T
    return d_x_t, d_h_prev, d_c_prev, d_parameters
