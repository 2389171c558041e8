"""Adam as it is defined, for embeddings too: Keras's own treats a word that occurs twice as two words.

With the TensorFlow backend, the gradient of an Embedding comes as rows with indices, one row per
occurrence. Keras's Adam sums the rows of one word in its first moment, but squares them one by one in the
second, Σ (g²) instead of (Σ g)², so frequent words take larger steps than Adam's (measured with Keras
3.15; Keras 2 summed the rows first, and on JAX and PyTorch the gradient is dense from the start).
Summing first makes a training the same on every backend, and the same as the NumPy layers'.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="lstm_course")
class DenseAdam(keras.optimizers.Adam):
    """Adam that sums the rows of a sparse gradient before anything is made of it, a clipped norm included."""

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the variables."""
        variables = self._trainable_variables if trainable_variables is None else trainable_variables
        dense = [  # an addition is what densifies on every backend
            None if gradient is None else ops.add(gradient, ops.zeros(variable.shape, variable.dtype))
            for gradient, variable in zip(grads, variables, strict=True)
        ]
        super().apply(dense, trainable_variables)
