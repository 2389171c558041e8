"""Mean and maximum over the real steps of a sequence, as one Keras layer that honours the mask."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

FAR_BELOW = -1e4  # under anything an LSTM puts out, and still finite in float16


@keras.saving.register_keras_serializable(package="lstm_course")
class MeanMaxPooling(keras.layers.Layer):
    """Concatenate the mean and the maximum over time.

    Keras's GlobalMaxPooling1D has no mask: over padding it would take the maximum of whatever the layer
    below wrote there. This layer leaves masked steps out of both.

    The input has shape (batch, time, features), the output (batch, 2 · features). A row without a single
    real step gives zeros in its first half and the largest negative stand-in in its second; ``pad`` makes
    no such row.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def call(self, x: Any, mask: Any = None) -> Any:
        """Pool ``x`` over time; ``mask`` of shape (batch, time) is True where a step counts."""
        if mask is None:
            return ops.concatenate([ops.mean(x, axis=1), ops.max(x, axis=1)], axis=-1)
        real = ops.expand_dims(ops.cast(mask, x.dtype), -1)
        mean = ops.sum(x * real, axis=1) / ops.maximum(ops.sum(real, axis=1), 1)
        maximum = ops.max(x * real + (1 - real) * FAR_BELOW, axis=1)
        return ops.concatenate([mean, maximum], axis=-1)

    def compute_mask(self, x: Any, mask: Any = None) -> None:
        """Return None: time is gone, and the mask with it."""
        return None

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """Return (batch, 2 · features)."""
        return shape[0], 2 * (shape[2] or 0)
