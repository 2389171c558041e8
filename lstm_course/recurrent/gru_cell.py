"""The gated recurrent unit: one time step, and the step backwards.

    u_t = σ(x_t W_u + h_{t−1} U_u + b_u)                          update gate (Keras's z)
    r_t = σ(x_t W_r + h_{t−1} U_r + b_r)                          reset gate
    g_t = tanh(x_t W_g + b_g + r_t ⊙ (h_{t−1} U_g + b'_g))        candidate, reset after the product
    g_t = tanh(x_t W_g + b_g + (r_t ⊙ h_{t−1}) U_g)               candidate, reset before the product
    h_t = u_t ⊙ h_{t−1} + (1 − u_t) ⊙ g_t

The reset before the product is Cho et al. (2014); the reset after it is Keras's default and cuDNN's. With
it the recurrent product has a bias of its own, b', in all three slots.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.parameters import GRUParameters


class GRUCache(NamedTuple):
    """What one step leaves for its backward pass; arrays (batch, units) but x_t (batch, features)."""

    x_t: np.ndarray
    h_prev: np.ndarray
    u_t: np.ndarray
    r_t: np.ndarray
    g_t: np.ndarray
    recurrent_g: np.ndarray  # h_prev U_g + b'_g with reset_after, r_t * h_prev without
    parameters: GRUParameters
    activation: str
    recurrent_activation: str


def gru_step(
    x_t: np.ndarray,
    h_prev: np.ndarray,
    parameters: GRUParameters,
    *,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
) -> tuple[np.ndarray, GRUCache]:
    """Advance the GRU by one time step.

    Parameters
    ----------
    x_t : ndarray of shape (batch, features)
        Input of this step.
    h_prev : ndarray of shape (batch, units)
        Hidden state after the previous step.
    parameters : GRUParameters
        The weights, which also say where the reset gate acts.
    activation, recurrent_activation : str
        Squash the candidate and the gates.

    Returns
    -------
    h_t : ndarray of shape (batch, units)
        The new state.
    cache : GRUCache
        For ``gru_step_backward``.
    """
    squash, gate = get_activation(activation).apply, get_activation(recurrent_activation).apply
    from_input, recurrent_bias = input_projection(x_t, parameters)
    x_u, x_r, x_g = np.split(from_input, 3, axis=-1)
    kernel_u, kernel_r, kernel_g = np.split(parameters.recurrent_kernel, 3, axis=-1)
    bias_u, bias_r, bias_g = np.split(recurrent_bias, 3)

    u_t = gate(x_u + h_prev @ kernel_u + bias_u)
    r_t = gate(x_r + h_prev @ kernel_r + bias_r)
    if parameters.reset_after:
        recurrent_g = h_prev @ kernel_g + bias_g
        g_t = squash(x_g + r_t * recurrent_g)
    else:
        recurrent_g = r_t * h_prev
        g_t = squash(x_g + recurrent_g @ kernel_g)
    h_t = u_t * h_prev + (1 - u_t) * g_t

    cache = GRUCache(x_t, h_prev, u_t, r_t, g_t, recurrent_g, parameters, activation, recurrent_activation)
    return h_t, cache


def input_projection(x: np.ndarray, parameters: GRUParameters) -> tuple[np.ndarray, np.ndarray]:
    """Return x W + b and the recurrent bias b', which is zero without ``reset_after`` or without a bias.

    Parameters
    ----------
    x : ndarray of shape (..., features)
        Inputs of one step or of many.
    parameters : GRUParameters
        The weights.

    Returns
    -------
    from_input : ndarray of shape (..., 3 * units)
        The inputs' part of the pre-activations.
    recurrent_bias : ndarray of shape (3 * units,)
        Added to the recurrent product.
    """
    from_input = x @ parameters.kernel
    recurrent_bias = np.zeros(from_input.shape[-1], from_input.dtype)
    if parameters.bias is not None and parameters.reset_after:
        return from_input + parameters.bias[0], parameters.bias[1]
    if parameters.bias is not None:
        from_input = from_input + parameters.bias
    return from_input, recurrent_bias


def gru_step_backward(d_h_t: np.ndarray, cache: GRUCache) -> tuple[np.ndarray, np.ndarray, GRUParameters]:
    """Carry the loss's gradient back through one time step.

    Parameters
    ----------
    d_h_t : ndarray of shape (batch, units)
        ∂L/∂h_t, from this step's output and from the next step.
    cache : GRUCache
        What ``gru_step`` left.

    Returns
    -------
    d_x_t : ndarray of shape (batch, features)
        ∂L/∂x_t.
    d_h_prev : ndarray of shape (batch, units)
        Gradient for the previous step.
    d_parameters : GRUParameters
        This step's share of the weights' gradients.
    """
    x_t, h_prev, u_t, r_t, g_t, recurrent_g, parameters, activation, recurrent_activation = cache
    gate_slope = get_activation(recurrent_activation).slope
    kernel_u, kernel_r, kernel_g = np.split(parameters.recurrent_kernel, 3, axis=-1)

    d_u = d_h_t * (h_prev - g_t) * gate_slope(u_t)
    d_g = d_h_t * (1 - u_t) * get_activation(activation).slope(g_t)
    d_h_prev = d_h_t * u_t
    if parameters.reset_after:
        d_r = d_g * recurrent_g * gate_slope(r_t)
        d_recurrent_g = d_g * r_t
        d_kernel_g = h_prev.T @ d_recurrent_g
        d_h_prev = d_h_prev + d_recurrent_g @ kernel_g.T
    else:
        d_recurrent_g = d_g
        d_reset_h = d_g @ kernel_g.T
        d_r = d_reset_h * h_prev * gate_slope(r_t)
        d_kernel_g = recurrent_g.T @ d_g
        d_h_prev = d_h_prev + d_reset_h * r_t
    d_h_prev = d_h_prev + d_u @ kernel_u.T + d_r @ kernel_r.T

    d_z = np.concatenate([d_u, d_r, d_g], axis=-1)
    d_bias = None
    if parameters.bias is not None:
        d_bias = d_z.sum(axis=0)
        if parameters.reset_after:
            d_bias = np.stack([d_bias, np.concatenate([d_u, d_r, d_recurrent_g], axis=-1).sum(axis=0)])
    d_parameters = replace(
        parameters,
        kernel=x_t.T @ d_z,
        recurrent_kernel=np.concatenate([h_prev.T @ d_u, h_prev.T @ d_r, d_kernel_g], axis=-1),
        bias=d_bias,
    )
    return d_z @ parameters.kernel.T, d_h_prev, d_parameters
