"""An embedding that reads a word together with the next: "not good" as one thing, where it is frequent.

With word ids i_t of a vocabulary of V, the pair at step t has the code

    p_t = i_t · V + i_{t+1},                                                          (1)

a whole number below V². The codes of the pairs that the training texts have often are kept in order, and
the place of p_t among them, found by bisection, is the row of a second table. All other pairs share row 0.
The two vectors stand side by side: one for the word, one for the pair. That is what a bag of word pairs
has over a bag of words, given to a network that reads in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from lstm_course.sentiment.configurations import LARGEST_PAIRED_VOCABULARY

OFTEN = 5  # times that a pair must occur in the training texts to have a vector of its own


def frequent_pairs(
    sequences: Sequence[Sequence[int]], vocabulary_size: int, at_least: int = OFTEN
) -> np.ndarray:
    """Return the codes of frequent pairs (equation 1), in ascending order, int32.

    Examples
    --------
    >>> frequent_pairs([[2, 3, 2, 3], [3, 2]], vocabulary_size=10, at_least=2).tolist()
    [23, 32]
    """
    if not sequences:
        return np.zeros(0, dtype=np.int32)
    firsts = [np.asarray(ids[:-1], dtype=np.int64) for ids in sequences]
    seconds = [np.asarray(ids[1:], dtype=np.int64) for ids in sequences]
    codes = np.concatenate(firsts) * vocabulary_size + np.concatenate(seconds)
    found, counts = np.unique(codes, return_counts=True)
    return found[counts >= at_least].astype(np.int32)


@keras.saving.register_keras_serializable(package="lstm_course")
class WordAndPairEmbedding(keras.layers.Layer):
    """Vectors of words and of the pairs that they make with the next word, side by side.

    Maps ids (batch, time), 0 for padding, to (batch, time, features + pair_features), and masks padding.

    Parameters
    ----------
    vocabulary_size : int
        How many ids there are; at most 46,340.
    features, pair_features : int
        The length of a word's vector, and of a pair's.
    pairs : int
        How many pairs have a vector of their own.
    **options
        Those of every Keras layer.

    Raises
    ------
    ValueError
        The vocabulary is too large for 32-bit codes.
    """

    mask_zero = True

    def __init__(
        self, vocabulary_size: int, features: int, pair_features: int, pairs: int, **options: Any
    ) -> None:
        super().__init__(**options)
        if vocabulary_size > LARGEST_PAIRED_VOCABULARY:
            raise ValueError(
                f"expected a vocabulary of at most {LARGEST_PAIRED_VOCABULARY:,} words, "
                f"got {vocabulary_size:,}"
            )
        self.vocabulary_size, self.features = vocabulary_size, features
        self.pair_features, self.pairs = pair_features, pairs
        self.supports_masking = True

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the two tables and the list of codes."""
        self.words = self.add_weight(
            shape=(self.vocabulary_size, self.features), initializer="uniform", name="words"
        )
        self.pair_vectors = self.add_weight(
            shape=(self.pairs + 1, self.pair_features), initializer="uniform", name="pairs"
        )
        self.codes = self.add_weight(
            shape=(self.pairs,), dtype="int32", initializer="zeros", trainable=False, name="codes"
        )

    def know(self, codes: np.ndarray) -> None:
        """Take the codes of the pairs that have vectors, shape (pairs,), ascending."""
        self.codes.assign(codes)

    def call(self, ids: Any) -> Any:
        """Look words and pairs up."""
        ids = ops.cast(ids, "int32")
        words = ops.take(self.words, ids, axis=0)
        if not self.pairs:
            places = ops.zeros_like(ids)
        else:
            following = ops.pad(ids[:, 1:], [[0, 0], [0, 1]])
            codes = ids * self.vocabulary_size + following
            found = ops.minimum(
                ops.cast(ops.searchsorted(self.codes, ops.reshape(codes, (-1,))), "int32"), self.pairs - 1
            )
            found = ops.reshape(found, ops.shape(codes))
            places = ops.where(ops.equal(ops.take(self.codes, found), codes), found + 1, 0)
        return ops.concatenate([words, ops.take(self.pair_vectors, places, axis=0)], axis=-1)

    def compute_mask(self, ids: Any, mask: Any = None) -> Any:
        """Return where a word is."""
        return ops.not_equal(ids, 0)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, time, features + pair_features)."""
        return (*shape, self.features + self.pair_features)

    def get_config(self) -> dict[str, Any]:
        """Return what the constructor takes."""
        own = ("vocabulary_size", "features", "pair_features", "pairs")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}
