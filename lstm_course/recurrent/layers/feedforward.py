"""The layers around a recurrent one: Embedding, Dense and Dropout."""

from typing import Any

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.initializers import embedding_uniform, glorot_uniform
from lstm_course.recurrent.layers.base import Layer, require_positive
from lstm_course.recurrent.sequence import check_gradient


class Embedding(Layer):
    """Look up one vector per token id, as ``keras.layers.Embedding``.

    Parameters
    ----------
    input_dim : int
        Number of ids, 0 to input_dim − 1.
    output_dim : int
        Size of each vector.
    mask_zero : bool
        Treat id 0 as padding and tell the following layers by a mask.
    """

    weight_names = ("embeddings",)

    def __init__(self, input_dim: int, output_dim: int, *, mask_zero: bool = False) -> None:
        super().__init__()
        self.input_dim = require_positive(input_dim, "input_dim")
        self.output_dim = require_positive(output_dim, "output_dim")
        self.mask_zero = mask_zero

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"input_dim": self.input_dim, "output_dim": self.output_dim, "mask_zero": self.mask_zero}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random vectors, uniform on [−0.05, 0.05]; ``features`` is ignored."""
        self.weights = [embedding_uniform((self.input_dim, self.output_dim), rng, dtype)]
        return self.output_dim

    def _check_weights(self, weights: list[np.ndarray]) -> None:
        expected = (self.input_dim, self.output_dim)
        if weights[0].shape != expected:
            raise ValueError(f"expected embeddings of shape {expected}, got {weights[0].shape}.")

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray | None:
        """Return where the id is not 0, with ``mask_zero``."""
        return np.asarray(x) != 0 if self.mask_zero else None

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> np.ndarray:
        """Return the vectors of the ids x (batch, time): shape (batch, time, output_dim).

        Raises
        ------
        ValueError
            If x is not made of integers from 0 to input_dim − 1.
        """
        self._require_weights()
        ids = np.asarray(x)
        if not np.issubdtype(ids.dtype, np.integer):
            raise ValueError(f"expected token ids as integers, got {ids.dtype}. Encode the text first.")
        if ids.size and (ids.min() < 0 or ids.max() >= self.input_dim):
            raise ValueError(
                f"expected ids from 0 to {self.input_dim - 1}, got {ids.min()} to {ids.max()}. "
                "input_dim is the size of the vocabulary, padding and unknown word included."
            )
        self._cache = ids
        return self.weights[0][ids]

    def backward(self, d_output: np.ndarray) -> None:
        """Fill the vectors' gradient; an id has none, so nothing is returned.

        Parameters
        ----------
        d_output : ndarray of shape (batch, time, output_dim)
            ∂L/∂output, shaped as ``forward`` returned it.

        Raises
        ------
        ValueError
            If there was no forward pass or a shape does not fit.
        """
        ids = self._require_cache()
        d_output = check_gradient(d_output, (*ids.shape, self.output_dim), "d_output")
        ids, d_vectors = ids.ravel(), d_output.reshape(-1, self.output_dim)
        gradient = np.zeros_like(self.weights[0])
        if len(ids):  # sum the rows of equal ids: sorted, they lie together
            order = np.argsort(ids, kind="stable")
            found, starts = np.unique(ids[order], return_index=True)
            gradient[found] = np.add.reduceat(d_vectors[order], starts, axis=0)
        self.gradients = [gradient]


class Dense(Layer):
    """Affine map of the last axis, then an activation, as ``keras.layers.Dense``.

    Parameters
    ----------
    units : int
        Size of the output.
    activation : str, optional
        None is linear: the output is a logit.
    use_bias : bool
        Whether there is a bias.
    """

    def __init__(self, units: int, activation: str | None = None, *, use_bias: bool = True) -> None:
        super().__init__()
        self.units = require_positive(units, "units")
        self.activation = get_activation(activation).name
        self.use_bias = use_bias
        self.weight_names = ("kernel", "bias")[: 2 if use_bias else 1]

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"units": self.units, "activation": self.activation, "use_bias": self.use_bias}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights: Glorot uniform, zero bias."""
        self.weights = [glorot_uniform((features, self.units), rng, dtype)]
        if self.use_bias:
            self.weights.append(np.zeros(self.units, dtype))
        return self.units

    def _check_weights(self, weights: list[np.ndarray]) -> None:
        kernel, *bias = weights
        if kernel.ndim != 2 or kernel.shape[1] != self.units or any(b.shape != (self.units,) for b in bias):
            shapes = [weight.shape for weight in weights]
            raise ValueError(f"expected a kernel (features, {self.units}) and its bias, got {shapes}.")

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> np.ndarray:
        """Return activation(x W + b) for x of shape (..., features): shape (..., units)."""
        self._require_weights()
        x = np.asarray(x)
        if x.shape[-1:] != self.weights[0].shape[:1]:
            raise ValueError(
                f"expected a last axis of {self.weights[0].shape[0]} features, got input of shape {x.shape}."
            )
        z = x @ self.weights[0]
        if self.use_bias:
            z = z + self.weights[1]
        y = get_activation(self.activation).apply(z)
        self._cache = x, y
        return y

    def backward(self, d_output: np.ndarray) -> np.ndarray:
        """Fill the gradients of kernel and bias; return ∂L/∂x, of x's shape."""
        x, y = self._require_cache()
        d_z = check_gradient(d_output, y.shape, "d_output") * get_activation(self.activation).slope(y)
        flat_x, flat_d_z = x.reshape(-1, x.shape[-1]), d_z.reshape(-1, self.units)
        self.gradients = [flat_x.T @ flat_d_z] + ([flat_d_z.sum(axis=0)] if self.use_bias else [])
        return d_z @ self.weights[0].T


class Dropout(Layer):
    """Zero a random share of the inputs while training, and scale the rest up, as ``keras.layers.Dropout``.

    Parameters
    ----------
    rate : float
        Share to zero, at least 0 and below 1.
    seed : int, optional
        Seeds this layer's own random numbers (which are NumPy's, not Keras's).

    Raises
    ------
    ValueError
        If the rate is outside [0, 1).
    """

    def __init__(self, rate: float, *, seed: int | None = None) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"expected a rate of at least 0 and below 1, got {rate}. Try 0.5.")
        self.rate, self.seed = rate, seed
        self._rng = np.random.default_rng(seed)

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"rate": self.rate, "seed": self.seed}

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> np.ndarray:
        """Return x with some elements zeroed while training, x itself otherwise."""
        x = np.asarray(x)
        if not training or self.rate == 0:
            self._cache = np.ones((), x.dtype), x.shape
            return x
        kept = self._rng.random(x.shape) >= self.rate
        factors = kept * x.dtype.type(1 / (1 - self.rate))
        self._cache = factors, x.shape
        return x * factors

    def backward(self, d_output: np.ndarray) -> np.ndarray:
        """Let through what the forward pass let through."""
        factors, shape = self._require_cache()
        return check_gradient(d_output, shape, "d_output") * factors
