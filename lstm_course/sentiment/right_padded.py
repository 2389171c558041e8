"""LSTMs for sequences padded on the right that need no mask inside, so that cuDNN runs them on every backend.

Keras hands a masked LSTM to cuDNN on TensorFlow alone; on JAX and PyTorch a mask means the generic loop.
But where padding stands on the right only, a forward LSTM needs no mask: what comes after the end touches
nothing before it. A backward LSTM needs none either, if each row is first reversed within its own length ℓ,

    r(t) = ℓ − 1 − t   for t < ℓ,      r(t) = t   otherwise,                              (1)

which puts the row's last step first and leaves the padding where it is. As r is its own inverse, the same
gather puts the outputs back in order.

A mask that is not padded on the right is not noticed, and its results are wrong.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from lstm_course.sentiment.devices import gpu_devices


class _RightPadded(keras.layers.Layer):
    """LSTMs inside, one per direction, a mask outside."""

    directions: tuple[str, ...]

    def __init__(self, units: int, return_sequences: bool, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.return_sequences = units, return_sequences
        self.supports_masking = True
        self.inner_layers = [
            keras.layers.LSTM(
                units,
                return_sequences=True,
                use_cudnn=_use_cudnn(self.compute_dtype),
                dtype=self.dtype_policy,
                name=f"{direction}_lstm",
            )
            for direction in self.directions
        ]

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the weights of each direction."""
        for layer in self.inner_layers:
            layer.build(shape)

    def call(self, x: Any, mask: Any = None) -> Any:
        """Run over ``x`` of shape (batch, time, features); ``mask`` (batch, time) is True where a step is."""
        if mask is None:
            mask = ops.ones(ops.shape(x)[:2], "bool")
        real = ops.cast(ops.expand_dims(mask, -1), self.compute_dtype)
        lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
        x = x * real  # a new tensor: Keras would hand the old one's mask on to the layers inside
        y = ops.concatenate([self._run(layer, x, lengths) for layer in self.inner_layers], axis=-1)
        return y * real if self.return_sequences else y * ops.cast(lengths > 0, y.dtype)[:, None]

    def _run(self, layer: Any, x: Any, lengths: Any) -> Any:
        """Run one direction; its result is in the order of ``x``."""
        backwards = layer.name.startswith("backward")
        y = layer(_reversed(x, lengths) if backwards else x)
        if not self.return_sequences:
            return ops.take_along_axis(y, ops.maximum(lengths - 1, 0)[:, None, None], axis=1)[:, 0]
        return _reversed(y, lengths) if backwards else y

    def compute_mask(self, x: Any, mask: Any = None) -> Any:
        """Pass the mask on as long as there is time."""
        return mask if self.return_sequences else None

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, time, directions · units), or (batch, directions · units)."""
        features = len(self.directions) * self.units
        return (*shape[:2], features) if self.return_sequences else (shape[0], features)

    def get_config(self) -> dict[str, Any]:
        """Return what the constructor takes."""
        return {**super().get_config(), "units": self.units, "return_sequences": self.return_sequences}


def _use_cudnn(dtype: str) -> Any:
    """Return what Keras is to be told, since it looks neither for a GPU nor at the type of the numbers.

    Without a GPU, its loop for unmasked layers on PyTorch cuts each step out of one large product, and its
    backward pass takes time²; told to leave cuDNN alone, Keras takes the loop that it has for all layers.
    With one, it hands numbers of any type to JAX's kernel, which is written for float32.
    """
    readable = keras.backend.backend() != "jax" or dtype == "float32"
    return "auto" if gpu_devices() and readable else False


def _reversed(x: Any, lengths: Any) -> Any:
    """Reverse each row of ``x`` (batch, time, features) within its own length: equation 1."""
    batch, time = ops.shape(x)[0], ops.shape(x)[1]
    steps = ops.arange(time, dtype="int32")[None]
    ends = lengths[:, None]
    order = ops.where(steps < ends, ends - 1 - steps, steps)
    # As rows of one matrix: a gather along time would copy an index for every feature.
    rows = ops.reshape(order + ops.arange(batch, dtype="int32")[:, None] * time, (-1,))
    flat = ops.take(ops.reshape(x, (-1, x.shape[2])), rows, axis=0)
    return ops.reshape(flat, (-1, time, x.shape[2]))


@keras.saving.register_keras_serializable(package="lstm_course")
class RightPaddedLSTM(_RightPadded):
    """An LSTM over sequences padded on the right.

    On real steps, and in the state after the last of them, it equals ``keras.layers.LSTM`` under a mask,
    weights in the same order. Padded steps are zeros, and so is a row with no real step.

    Parameters
    ----------
    units : int
        The LSTM's units.
    return_sequences : bool
        Whether to return every step, (batch, time, units), or the state after each row's last real step,
        (batch, units).
    **options
        Those of every Keras layer.
    """

    directions = ("forward",)

    def __init__(self, units: int, return_sequences: bool = False, **options: Any) -> None:
        super().__init__(units, return_sequences, **options)


@keras.saving.register_keras_serializable(package="lstm_course")
class RightPaddedBidirectional(_RightPadded):
    """An LSTM in each direction over sequences padded on the right, outputs side by side.

    It equals ``keras.layers.Bidirectional(keras.layers.LSTM(units))`` under a mask at every step, padded
    ones (zeros) and rows with no real step (zeros) too; weights are in the same order.

    Parameters
    ----------
    units : int
        The units of each direction.
    return_sequences : bool
        Whether to return every step, (batch, time, 2 · units), or each direction's state after the last
        real step that it reads, (batch, 2 · units).
    **options
        Those of every Keras layer.

    Examples
    --------
    >>> import numpy as np
    >>> layer = RightPaddedBidirectional(3)
    >>> steps = layer(np.ones((2, 4, 5)), mask=np.array([[1, 1, 1, 1], [1, 0, 0, 0]], dtype=bool))
    >>> tuple(steps.shape), bool(keras.ops.any(steps[1, 1:]))
    ((2, 4, 6), False)
    """

    directions = ("forward", "backward")

    def __init__(self, units: int, return_sequences: bool = True, **options: Any) -> None:
        super().__init__(units, return_sequences, **options)
