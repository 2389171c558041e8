"""An embedding whose vectors cannot grow: normalised over the words of the training texts.

With a table V of shape (words, features), and q_w the share of word w among all words of the training
texts, a word's vector is

    e_w = (V_w − μ) / √(v + tiny),    μ = Σ_w q_w V_w,    v = Σ_w q_w (V_w − μ)²,                 (1)

feature by feature: mean 0 and variance 1 over the words as they are read. A distance between vectors then
means the same throughout training (Miyato, Dai & Goodfellow 2017, equation 1). The sums are float32's, in a
model of half precision too, where the share of a rare word would be zero.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

TINY = 1e-7


@keras.saving.register_keras_serializable(package="lstm_course")
class NormalizedEmbedding(keras.layers.Layer):
    """Vectors of words, normalised over the words of the training texts; padding is masked.

    Maps ids (batch, time), 0 for padding, to (batch, time, features).

    Parameters
    ----------
    vocabulary_size, features : int
    **options
        Those of every Keras layer.
    """

    mask_zero = True

    def __init__(self, vocabulary_size: int, features: int, **options: Any) -> None:
        super().__init__(**options)
        self.vocabulary_size, self.features = vocabulary_size, features
        self.supports_masking = True

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the table of vectors and the words' shares, alike for all to begin with."""
        size = self.vocabulary_size
        self.vectors = self.add_weight(
            shape=(size, self.features), initializer="normal", autocast=False, name="vectors"
        )
        self.shares = self.add_weight(
            shape=(size, 1),
            initializer=keras.initializers.Constant(1 / size),
            trainable=False,
            autocast=False,
            name="shares",
        )

    def know(self, counts: np.ndarray) -> None:
        """Take how often each word occurs, shape (vocabulary_size,)."""
        self.shares.assign((counts / counts.sum())[:, None])

    def call(self, ids: Any) -> Any:
        """Look normalised vectors up."""
        mean = ops.sum(self.shares * self.vectors, axis=0)
        variance = ops.sum(self.shares * ops.square(self.vectors - mean), axis=0)
        found = (ops.take(self.vectors, ids, axis=0) - mean) / ops.sqrt(variance + TINY)
        return ops.cast(found, self.compute_dtype)

    def compute_mask(self, ids: Any, mask: Any = None) -> Any:
        """Return where a word is."""
        return ops.not_equal(ids, 0)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, time, features)."""
        return (*shape, self.features)

    def get_config(self) -> dict[str, Any]:
        """Return what the constructor takes."""
        own = {"vocabulary_size": self.vocabulary_size, "features": self.features}
        return {**super().get_config(), **own}
