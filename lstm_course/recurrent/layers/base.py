"""What every layer is: weights, a forward pass that remembers, a backward pass that fills gradients."""

from typing import Any

import numpy as np


class Layer:
    """Base of all layers.

    A layer is made with its options, then gets its weights from ``build`` (random) or ``set_weights``
    (given). ``forward`` remembers what ``backward`` needs; ``backward`` fills ``gradients``.

    Attributes
    ----------
    weights : list of ndarray
        In the order of the Keras layer's ``trainable_weights``. An optimiser changes them in place.
    gradients : list of ndarray
        ∂L/∂weight of the latest backward pass, aligned with ``weights``.
    """

    #: What the weights are called, in the order of ``weights``.
    weight_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._weights: list[np.ndarray] = []
        self.gradients: list[np.ndarray] = []
        self._cache: Any = None

    @property
    def weights(self) -> list[np.ndarray]:
        """The arrays themselves, not copies."""
        return self._weights

    @weights.setter
    def weights(self, weights: list[np.ndarray]) -> None:
        self._weights = weights

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments; ``type(layer)(**layer.config())`` is a twin without weights."""
        return {}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights as Keras does.

        Parameters
        ----------
        features : int
            Size of the last axis of the input.
        rng : numpy.random.Generator
            Source of the randomness.
        dtype : data type
            Floating-point type of the weights, float32 by default as in Keras.

        Returns
        -------
        int
            Size of the last axis of the output.
        """
        return features

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take copies of the given weights, in the order of ``weights``.

        Raises
        ------
        ValueError
            If their number or a shape does not fit this layer's options.
        """
        if len(weights) != len(self.weight_names):
            names = ", ".join(self.weight_names) or "none"
            raise ValueError(
                f"expected {len(self.weight_names)} weights ({names}) for {type(self).__name__}, "
                f"got {len(weights)}. Does use_bias agree?"
            )
        weights = [np.array(weight) for weight in weights]
        self._check_weights(weights)
        self.weights = weights

    def _check_weights(self, weights: list[np.ndarray]) -> None:
        """Raise ValueError if a shape does not fit."""

    def _require_weights(self) -> None:
        if not self.weights:
            raise ValueError(
                f"expected {type(self).__name__} to have weights before its first forward pass, got none. "
                "Call build(features, rng) or set_weights(weights)."
            )

    def _require_cache(self) -> Any:
        if self._cache is None:
            raise ValueError(
                f"expected a forward pass of {type(self).__name__} before the backward pass, got none. "
                "Call forward first."
            )
        return self._cache

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray | None:
        """Return the mask for the next layer: this one's by default."""
        return mask

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> Any:
        """Compute the output; ``training`` matters to Dropout alone."""
        raise NotImplementedError

    def backward(self, d_output: Any) -> np.ndarray | None:
        """Fill ``gradients`` from ∂L/∂output and return ∂L/∂x."""
        raise NotImplementedError


def require_positive(value: int, name: str) -> int:
    """Return value if it is a positive integer.

    Raises
    ------
    ValueError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"expected {name} to be a positive integer, got {value!r}. Try {name}=64.")
    return int(value)
