"""Attention as Luong et al. (2015) define it: scores, a softmax with a mask, a weighted mean.

For the decoder's states H of shape (batch, T, M) and the encoder's states E of shape (batch, S, M):

(1) scores   A = H W_a Eᵀ                       (batch, T, S)
(2) weights  α = softmax(A), 0 at padding       (batch, T, S)
(3) context  K = α E                            (batch, T, M)
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

HIDDEN = -1e9  # a score that the softmax turns into exactly 0, in float32 too


@keras.saving.register_keras_serializable(package="lstm_course")
class GeneralAttention(keras.layers.Layer):
    """Attention with the score h_t W_a ē_s, "general" in Luong's words.

    Called with queries (batch, T, M), memory (batch, S, M) and mask (batch, S), true at real places; gives
    the contexts (batch, T, M) and the weights (batch, T, S).
    """

    def build(self, query_shape: Any, memory_shape: Any = None, mask_shape: Any = None) -> None:
        """Make W_a of shape (M, M)."""
        size = query_shape[-1]
        self.kernel = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="kernel")
        self.built = True

    def call(self, query: Any, memory: Any, mask: Any) -> tuple[Any, Any]:
        """Return contexts and weights."""
        scores = ops.matmul(ops.matmul(query, self.kernel), ops.transpose(memory, (0, 2, 1)))  # (1)
        scores = ops.where(mask[:, None, :], scores, HIDDEN)
        weights = ops.softmax(scores, axis=-1)  # (2)
        return ops.matmul(weights, memory), weights  # (3)
