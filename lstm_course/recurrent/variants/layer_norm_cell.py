"""The LSTM with layer normalisation, after Ba, Kiros & Hinton (2016).

With n(a) = (a − mean(a)) / √(var(a) + ε), mean and variance over the entries of each row of a:

    z_t = γ_x ⊙ n(x_t W) + γ_h ⊙ n(h_{t−1} U) + b
    i_t, f_t, g_t, o_t and c_t from z_t as in ``lstm_cell``
    h_t = o_t ⊙ tanh(γ_c ⊙ n(c_t) + β_c)

A row of x_t W has 4 · units entries, all four slots together. The paper adds a shift to each of the first
two norms besides b; the sum of the three is one vector, which is b here. The state itself, c_t, is carried
on as it is: only what is shown of it is normalised.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.parameters import GATE_ORDER, LSTMParameters, gate_slot

#: Added to the variance; Keras's default.
EPSILON = 1e-3


@dataclass(frozen=True)
class LayerNormParameters:
    """Weights of the LSTM with layer normalisation.

    Attributes
    ----------
    kernel, recurrent_kernel, bias : ndarray
        As in ``LSTMParameters``; the bias is always there.
    gains : ndarray of shape (2, 4 * units)
        γ_x, then γ_h.
    state_norm : ndarray of shape (2, units)
        γ_c, then β_c.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray
    gains: np.ndarray
    state_norm: np.ndarray

    def __post_init__(self) -> None:
        LSTMParameters(self.kernel, self.recurrent_kernel, self.bias)  # checks their shapes
        for name, shape in (("gains", (2, 4 * self.units)), ("state_norm", (2, self.units))):
            if getattr(self, name).shape != shape:
                raise ValueError(f"expected {name} of shape {shape}, got {getattr(self, name).shape}.")

    @property
    def features(self) -> int:
        """Number of input features."""
        return self.kernel.shape[0]

    @property
    def units(self) -> int:
        """Number of units."""
        return self.recurrent_kernel.shape[0]

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the weights."""
        return self.kernel.dtype

    def arrays(self) -> list[np.ndarray]:
        """Return the weights in the order of the attributes."""
        return [self.kernel, self.recurrent_kernel, self.bias, self.gains, self.state_norm]

    @classmethod
    def from_arrays(cls, arrays: list[np.ndarray]) -> Self:
        """Make parameters of the arrays that ``arrays`` returns."""
        kernel, recurrent_kernel, bias, gains, state_norm = arrays
        return cls(kernel, recurrent_kernel, bias, gains, state_norm)

    @classmethod
    def initialize(
        cls,
        features: int,
        units: int,
        rng: np.random.Generator,
        *,
        forget_bias: float = 1.0,
        dtype: np.typing.DTypeLike = np.float64,
    ) -> Self:
        """Draw an LSTM's initial weights; gains start at 1, the shift at 0."""
        whole = LSTMParameters.initialize(features, units, rng, dtype=dtype)
        kernel, recurrent_kernel, bias = whole.arrays()
        bias[gate_slot("f", units)] = forget_bias
        state_norm = np.stack([np.ones(units, dtype), np.zeros(units, dtype)])
        return cls(kernel, recurrent_kernel, bias, np.ones((2, 4 * units), dtype), state_norm)


def normalize(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rescale each row to mean 0 and variance 1 (nearly: see ``EPSILON``).

    Parameters
    ----------
    a : ndarray of shape (batch, width)
        Any numbers.

    Returns
    -------
    n : ndarray of shape (batch, width)
        The rescaled rows.
    scale : ndarray of shape (batch, 1)
        What each row was multiplied by; ``normalize_backward`` needs it.

    Examples
    --------
    >>> n, scale = normalize(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    >>> n.round(2).tolist()
    [[-1.22, 0.0, 1.22], [-1.22, 0.0, 1.22]]
    """
    centred = a - a.mean(axis=1, keepdims=True)
    variance = (centred * centred).mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt(variance + a.dtype.type(EPSILON))
    return centred * scale, scale


def normalize_backward(d_n: np.ndarray, n: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return ∂L/∂a of ``normalize``: every entry of a row moves the row's mean and variance, too."""
    along = (d_n * n).mean(axis=1, keepdims=True)
    return scale * (d_n - d_n.mean(axis=1, keepdims=True) - n * along)


class LayerNormCache(NamedTuple):
    """What one step leaves for its backward pass."""

    x_t: np.ndarray  # (batch, features)
    h_prev: np.ndarray  # (batch, units), as all below but the two norms
    c_prev: np.ndarray
    i_t: np.ndarray
    f_t: np.ndarray
    g_t: np.ndarray
    o_t: np.ndarray
    squashed_c_t: np.ndarray
    norm_x: tuple[np.ndarray, np.ndarray]  # what ``normalize`` returned
    norm_h: tuple[np.ndarray, np.ndarray]
    norm_c: tuple[np.ndarray, np.ndarray]
    parameters: LayerNormParameters


def layer_norm_step(
    x_t: np.ndarray, h_prev: np.ndarray, c_prev: np.ndarray, parameters: LayerNormParameters
) -> tuple[np.ndarray, np.ndarray, LayerNormCache]:
    """Advance the cell by one time step; arguments and results as in ``variant_step``."""
    gain_x, gain_h = parameters.gains
    gain_c, shift_c = parameters.state_norm
    n_x, _ = norm_x = normalize(x_t @ parameters.kernel)
    n_h, _ = norm_h = normalize(h_prev @ parameters.recurrent_kernel)
    z_t = gain_x * n_x + gain_h * n_h + parameters.bias

    z_i, z_f, z_g, z_o = (z_t[:, gate_slot(name, parameters.units)] for name in GATE_ORDER)
    i_t, f_t, g_t, o_t = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    c_t = f_t * c_prev + i_t * g_t
    n_c, _ = norm_c = normalize(c_t)
    squashed_c_t = np.tanh(gain_c * n_c + shift_c)
    h_t = o_t * squashed_c_t

    cache = LayerNormCache(
        x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, squashed_c_t, norm_x, norm_h, norm_c, parameters
    )
    return h_t, c_t, cache


def layer_norm_step_backward(
    d_h_t: np.ndarray, d_c_t: np.ndarray, cache: LayerNormCache
) -> tuple[np.ndarray, np.ndarray, np.ndarray, LayerNormParameters]:
    """Carry the loss's gradient back through one time step; see ``variant_step_backward``."""
    x_t, h_prev, c_prev, i_t, f_t, g_t, o_t, squashed_c_t, norm_x, norm_h, norm_c, parameters = cache
    gain_x, gain_h = parameters.gains
    gain_c, _ = parameters.state_norm

    d_o_t = d_h_t * squashed_c_t
    d_shown = d_h_t * o_t * (1 - squashed_c_t * squashed_c_t)  # of γ_c n(c_t) + β_c
    d_c_t = d_c_t + normalize_backward(d_shown * gain_c, *norm_c)

    d_z_t = np.concatenate(
        [
            d_c_t * g_t * i_t * (1 - i_t),
            d_c_t * c_prev * f_t * (1 - f_t),
            d_c_t * i_t * (1 - g_t * g_t),
            d_o_t * o_t * (1 - o_t),
        ],
        axis=1,
    )
    d_from_x = normalize_backward(d_z_t * gain_x, *norm_x)
    d_from_h = normalize_backward(d_z_t * gain_h, *norm_h)
    d_parameters = LayerNormParameters(
        kernel=x_t.T @ d_from_x,
        recurrent_kernel=h_prev.T @ d_from_h,
        bias=d_z_t.sum(axis=0),
        gains=np.stack([(d_z_t * norm_x[0]).sum(axis=0), (d_z_t * norm_h[0]).sum(axis=0)]),
        state_norm=np.stack([(d_shown * norm_c[0]).sum(axis=0), d_shown.sum(axis=0)]),
    )
    d_x_t = d_from_x @ parameters.kernel.T
    return d_x_t, d_from_h @ parameters.recurrent_kernel.T, d_c_t * f_t, d_parameters
