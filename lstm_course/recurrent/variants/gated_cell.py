"""The LSTM's relatives in one cell: gates left out, tied, or given a view of the cell state.

    i_t = σ(z_t[i] + p_i ⊙ c_{t−1})     or 1 without an input gate, or 1 − f_t with coupled gates
    f_t = σ(z_t[f] + p_f ⊙ c_{t−1})     or 1 without a forget gate
    g_t = tanh(z_t[g])
    c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
    o_t = σ(z_t[o] + p_o ⊙ c_t)         or 1 without an output gate
    h_t = o_t ⊙ tanh(c_t)

z_t = x_t W + h_{t−1} U + b as in ``lstm_cell``, with the slots that the design has; p is 0 without
peepholes. With the default design this is ``lstm_cell``.
"""

from typing import NamedTuple

import numpy as np

from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.variants.design import VariantParameters


class VariantCache(NamedTuple):
    """What one step leaves for its backward pass; arrays (batch, units) but x_t (batch, features)."""

    x_t: np.ndarray
    h_prev: np.ndarray
    c_prev: np.ndarray
    i_t: np.ndarray
    f_t: np.ndarray
    g_t: np.ndarray
    o_t: np.ndarray
    c_t: np.ndarray
    squashed_c_t: np.ndarray
    parameters: VariantParameters


def variant_step(
    x_t: np.ndarray, h_prev: np.ndarray, c_prev: np.ndarray, parameters: VariantParameters
) -> tuple[np.ndarray, np.ndarray, VariantCache]:
    """Advance a variant of the cell by one time step.

    Parameters
    ----------
    x_t : ndarray of shape (batch, features)
        Input of this step.
    h_prev, c_prev : ndarray of shape (batch, units)
        States after the previous step.
    parameters : VariantParameters
        The weights and the design.

    Returns
    -------
    h_t, c_t : ndarray of shape (batch, units)
        The new states.
    cache : VariantCache
        For ``variant_step_backward``.
    """
    design = parameters.design
    z_t = x_t @ parameters.kernel + h_prev @ parameters.recurrent_kernel
    if parameters.bias is not None:
        z_t += parameters.bias

    def gate(name: str, c: np.ndarray) -> np.ndarray:
        if name not in design.slots:
            return np.ones_like(c)
        z = z_t[:, parameters.slot(name)]
        return sigmoid(z + parameters.peephole(name) * c if design.peepholes else z)

    f_t = gate("f", c_prev)
    i_t = 1 - f_t if design.coupled else gate("i", c_prev)
    g_t = np.tanh(z_t[:, parameters.slot("g")])
    c_t = f_t * c_prev + i_t * g_t
    o_t = gate("o", c_t)
    squashed_c_t = np.tanh(c_t)
    h_t = o_t * squashed_c_t

    cache = VariantCache(x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, c_t, squashed_c_t, parameters)
    return h_t, c_t, cache


def variant_step_backward(
    d_h_t: np.ndarray, d_c_t: np.ndarray, cache: VariantCache
) -> tuple[np.ndarray, np.ndarray, np.ndarray, VariantParameters]:
    """Carry the loss's gradient back through one time step.

    Parameters
    ----------
    d_h_t, d_c_t : ndarray of shape (batch, units)
        ∂L/∂h_t and ∂L/∂c_t as they arrive from later.
    cache : VariantCache
        What ``variant_step`` left.

    Returns
    -------
    d_x_t : ndarray of shape (batch, features)
        ∂L/∂x_t.
    d_h_prev, d_c_prev : ndarray of shape (batch, units)
        Gradients for the previous step.
    d_parameters : VariantParameters
        This step's share of the weights' gradients.
    """
    x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, c_t, squashed_c_t, parameters = cache
    design = parameters.design
    d_z_t = np.empty((len(x_t), parameters.kernel.shape[1]), d_h_t.dtype)
    d_peepholes = {}

    def into_gate(name: str, d_gate: np.ndarray, value: np.ndarray, c: np.ndarray) -> np.ndarray | float:
        """Note the gradient at a gate's pre-activation; return what its peephole sends to c."""
        if name not in design.slots:
            return 0.0
        d_z = d_z_t[:, parameters.slot(name)] = d_gate * value * (1 - value)
        if not design.peepholes:
            return 0.0
        d_peepholes[name] = (d_z * c).sum(axis=0)
        return d_z * parameters.peephole(name)

    d_o_t = d_h_t * squashed_c_t
    d_c_t = d_c_t + d_h_t * o_t * (1 - squashed_c_t * squashed_c_t)
    d_c_t = d_c_t + into_gate("o", d_o_t, o_t, c_t)

    d_i_t = d_c_t * g_t
    d_f_t = d_c_t * c_prev
    d_g_t = d_c_t * i_t
    if design.coupled:
        d_f_t = d_f_t - d_i_t  # i_t = 1 − f_t
    d_z_t[:, parameters.slot("g")] = d_g_t * (1 - g_t * g_t)
    d_c_prev = d_c_t * f_t + into_gate("i", d_i_t, i_t, c_prev) + into_gate("f", d_f_t, f_t, c_prev)

    d_parameters = VariantParameters(
        kernel=x_t.T @ d_z_t,
        recurrent_kernel=h_prev.T @ d_z_t,
        bias=None if parameters.bias is None else d_z_t.sum(axis=0),
        peepholes=np.stack([d_peepholes[name] for name in design.gates]) if design.peepholes else None,
        design=design,
    )
    return d_z_t @ parameters.kernel.T, d_z_t @ parameters.recurrent_kernel.T, d_c_prev, d_parameters
