"""Layers in words: what JSON can say of a NumPy layer, and the layer made again from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.recurrent import layers as course_layers
from lstm_course.recurrent.layers import Bidirectional, Layer
from lstm_course.text.vocabulary import PADDING


class MeanMaxPooling(Layer):
    """Concatenate mean and maximum over the real steps, as Keras's layer in ``pooling`` does.

    It predicts and does not train: there is no backward pass.

    Examples
    --------
    >>> x = np.array([[[1.0], [3.0], [9.0]]])
    >>> MeanMaxPooling().forward(x, mask=np.array([[True, True, False]]))
    array([[2., 3.]])
    """

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> None:
        """Return None: time is gone, and the mask with it."""
        return None

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> np.ndarray:
        """Pool x of shape (batch, time, features) over time: shape (batch, 2 · features)."""
        real = np.ones((*x.shape[:2], 1), bool) if mask is None else np.asarray(mask, bool)[:, :, None]
        mean = np.where(real, x, 0).sum(axis=1) / np.maximum(real.sum(axis=1), 1).astype(x.dtype)
        return np.concatenate([mean, np.where(real, x, -np.inf).max(axis=1)], axis=-1)


class WordAndPairEmbedding(Layer):
    """Vectors of words and of word pairs side by side, as Keras's layer in ``word_pairs``, with its options.

    It predicts and does not train: there is no backward pass.

    Examples
    --------
    >>> layer = WordAndPairEmbedding(vocabulary_size=4, features=1, pair_features=1, pairs=1)
    >>> layer.set_weights([np.array([[0], [10], [20], [30]]), np.array([[0], [5]]), np.array([2 * 4 + 3])])
    >>> layer.forward(np.array([[2, 3, 1]])).tolist()
    [[[20, 5], [30, 0], [10, 0]]]
    """

    weight_names = ("words", "pairs", "codes")

    def __init__(self, vocabulary_size: int, features: int, pair_features: int, pairs: int) -> None:
        super().__init__()
        self.input_dim, self.features = vocabulary_size, features
        self.pair_features, self.pairs = pair_features, pairs

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            "vocabulary_size": self.input_dim,
            "features": self.features,
            "pair_features": self.pair_features,
            "pairs": self.pairs,
        }

    def _check_weights(self, weights: list[np.ndarray]) -> None:
        found = [weight.shape for weight in weights]
        wanted = [(self.input_dim, self.features), (self.pairs + 1, self.pair_features), (self.pairs,)]
        if found != wanted:
            raise ValueError(f"expected words, pairs and codes of shapes {wanted}, got {found}.")

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """Return where a word is."""
        return np.asarray(x) != PADDING

    def forward(self, x: np.ndarray, mask: np.ndarray | None = None, *, training: bool = False) -> np.ndarray:
        """Look up ids (batch, time): shape (batch, time, features + pair_features)."""
        words, pairs, known = self.weights
        following = np.pad(x[:, 1:], ((0, 0), (0, 1)))
        codes = x * self.input_dim + following
        rows = np.searchsorted(known, codes)
        there = np.append(known, -1)[rows] == codes
        return np.concatenate([words[x], pairs[np.where(there, rows + 1, 0)]], axis=-1)


LAYERS: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in (
        course_layers.Embedding,
        WordAndPairEmbedding,
        course_layers.SimpleRNN,
        course_layers.LSTM,
        course_layers.GRU,
        course_layers.Bidirectional,
        course_layers.Dense,
        MeanMaxPooling,
    )
}
"""What a description may name."""


def describe(layer: Layer) -> dict[str, Any]:
    """Return a layer's kind and options; a layer among the options is described in its place.

    Examples
    --------
    >>> describe(course_layers.Dense(1))
    {'kind': 'Dense', 'units': 1, 'activation': 'linear', 'use_bias': True}
    """
    options = {
        name: describe(value) if isinstance(value, Layer) else value for name, value in layer.config().items()
    }
    return {"kind": type(layer).__name__, **options}


def make(description: Any) -> Layer:
    """Make the layer that ``describe`` described, without weights.

    Raises
    ------
    InputError
        A description of no layer, or of one with other options.

    Examples
    --------
    >>> make({"kind": "Attention"})
    Traceback (most recent call last):
    lstm_course.errors.InputError: expected a layer among Embedding, WordAndPairEmbedding, SimpleRNN, LSTM, \
GRU, Bidirectional, Dense, MeanMaxPooling, got 'Attention'.
    """
    if not isinstance(description, dict):
        raise InputError("a layer's kind and options", repr(description))
    options = {
        name: make(value) if isinstance(value, dict) else value
        for name, value in description.items()
        if name != "kind"
    }
    kind = LAYERS.get(str(description.get("kind")))
    if kind is None:
        raise InputError(f"a layer among {', '.join(LAYERS)}", repr(description.get("kind")))
    try:
        return kind(**options)
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"options of the layer {kind.__name__}", f"{options} ({error})") from error


def weight_names(layer: Layer, place: int) -> list[str]:
    """Return readable names for a layer's weights, in their order; ``place`` counts the layers from 0.

    Examples
    --------
    >>> weight_names(course_layers.Bidirectional(course_layers.LSTM(4, use_bias=False)), 1)[1:3]
    ['1.bidirectional.forward.recurrent_kernel', '1.bidirectional.backward.kernel']
    """
    names: tuple[str, ...] = layer.weight_names
    if isinstance(layer, Bidirectional):
        names = tuple(f"forward.{name}" for name in layer.forward_layer.weight_names)
        names += tuple(f"backward.{name}" for name in layer.backward_layer.weight_names)
    return [f"{place}.{type(layer).__name__.lower()}.{name}" for name in names]
