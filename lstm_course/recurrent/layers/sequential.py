"""A stack of layers that hands the mask on, as ``keras.Sequential`` does."""

from typing import Any

import numpy as np

from lstm_course.recurrent.layers.base import Layer


class Sequential(Layer):
    """Layers one after the other.

    Parameters
    ----------
    layers : list of Layer
        From input to output. All but the last must return one array.

    Examples
    --------
    A classifier of token sequences, padding masked:

    >>> from lstm_course.recurrent.layers import LSTM, Dense, Embedding
    >>> model = Sequential([Embedding(100, 8, mask_zero=True), LSTM(4), Dense(1)])
    >>> model.build(features=1, rng=np.random.default_rng(0))
    1
    >>> padded = model.forward(np.array([[5, 7, 0, 0]]))
    >>> bool(np.allclose(padded, model.forward(np.array([[5, 7]]))))
    True
    """

    def __init__(self, layers: list[Layer]) -> None:
        super().__init__()
        if not layers:
            raise ValueError("expected at least one layer, got none.")
        self.layers = list(layers)
        self.weight_names = tuple(
            f"{position}/{name}" for position, layer in enumerate(layers) for name in layer.weight_names
        )

    @property  # type: ignore[misc]
    def weights(self) -> list[np.ndarray]:
        """All layers' arrays, from input to output, also after one of the layers has got others."""
        return [weight for layer in self.layers for weight in layer.weights]

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments: twins of the layers, without weights."""
        return {"layers": [type(layer)(**layer.config()) for layer in self.layers]}

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights for every layer in turn."""
        for layer in self.layers:
            features = layer.build(features, rng, dtype)
        return features

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take copies of all layers' weights, in the order of the layers."""
        if len(weights) != len(self.weight_names):
            raise ValueError(f"expected {len(self.weight_names)} weights, got {len(weights)}.")
        rest = list(weights)
        for layer in self.layers:
            count = len(layer.weight_names)
            layer.set_weights(rest[:count])
            rest = rest[count:]

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray | None:
        """Return the mask that leaves the last layer in the latest forward pass."""
        return self._cache

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> Any:
        """Run all layers, each with the mask that the one before it passes on."""
        for layer in self.layers:
            output = layer.forward(x, mask, training=training)
            mask = layer.compute_mask(x, mask)
            x = output
        self._cache = mask
        return x

    def backward(self, d_output: Any) -> np.ndarray | None:
        """Backpropagate from the last layer to the first."""
        for layer in reversed(self.layers):
            d_output = layer.backward(d_output)
        self.gradients = [gradient for layer in self.layers for gradient in layer.gradients]
        return d_output
