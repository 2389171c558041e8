"""Four ways to mix the steps of a sequence, in one scaffold, with as many parameters each (Keras).

A model is an embedding, two blocks and a Dense layer. A block adds to what it is given

    x ← x + mix(norm(x)),   x ← x + dense(relu(dense(norm(x))))

and only ``mix`` differs: an LSTM, a GRU, causal attention, or a linear gated recurrence, which is the LSTM
without its recurrent kernel and with tied gates:

    f_t = σ(x_t W_f + b_f),  g_t = x_t W_g + b_g,  o_t = σ(x_t W_o + b_o)
    c_t = f_t ⊙ c_{t−1} + (1 − f_t) ⊙ g_t,  h_t = o_t ⊙ c_t

What the four mixers differ by in parameters, the hidden layer of the block makes up for, so all models have
the same count to within a few in a hundred. No step of any of them sees a later one.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from lstm_course.errors import InputError

#: Hidden units of a block, in multiples of ``width``, that bring each block to about 12 width² weights.
HIDDEN = {"LSTM": 2.0, "GRU": 3.0, "attention": 4.0, "linear": 4.5}
MIXERS = tuple(HIDDEN)


def linear_recurrence(factors: Any, terms: Any) -> Any:
    """Return c with c_t = factors_t ⊙ c_{t−1} + terms_t and c_0 = 0, by an associative scan over axis 1.

    Two steps in a row are again one step of the same kind, (a, b) then (a', b') being (a a', a' b + b'); so
    each step is joined with its neighbour, the pairs with their neighbours, and so on, in log₂ T rounds.

    Parameters
    ----------
    factors, terms : tensors of shape (batch, time, units)
        What the state is multiplied by, and what is added.
    """
    time, reach = factors.shape[1], 1
    while reach < time:  # so far each entry stands for itself and the reach − 1 steps before it
        before = ops.pad(terms[:, :-reach], [[0, 0], [reach, 0], [0, 0]])
        terms = terms + factors * before
        factors = factors * ops.pad(factors[:, :-reach], [[0, 0], [reach, 0], [0, 0]], constant_values=1)
        reach *= 2
    return terms


@keras.saving.register_keras_serializable(package="lstm_course")
class LinearRecurrence(layers.Layer):
    """The linear gated recurrence of the module's docstring, (batch, time, width) to the same shape."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.projection = layers.Dense(3 * units, bias_initializer=self._bias)

    def _bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Start the forget gates spread from σ(0) to σ(4): some units forget at once, some hardly."""
        bias = np.zeros(shape, "float32")
        bias[: self.units] = np.linspace(0, 4, self.units)
        return ops.convert_to_tensor(bias, dtype)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.projection.build(input_shape)

    def call(self, x: Any) -> Any:
        """Return h for all steps at once."""
        f, g, o = ops.split(self.projection(x), 3, axis=-1)
        f, o = ops.sigmoid(f), ops.sigmoid(o)
        return o * linear_recurrence(f, (1 - f) * g)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="lstm_course")
class Positions(layers.Layer):
    """Add sines and cosines of the step's number, which tell attention the order (Vaswani et al. 2017).

    No parameters, and defined for every length.
    """

    def call(self, x: Any) -> Any:
        """Return x (batch, time, width) plus the position's vector."""
        time, width = ops.shape(x)[1], x.shape[2]
        rates = np.exp(-np.log(10_000) * np.arange(width // 2) / (width // 2)).astype("float32")
        angles = ops.cast(ops.arange(time), "float32")[:, None] * rates
        return x + ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


def mix(kind: str, x: Any, width: int, heads: int = 4) -> Any:
    """Apply one mixer to a symbolic tensor (batch, time, width).

    Raises
    ------
    InputError
        If the kind is unknown.
    """
    if kind == "LSTM":
        return layers.LSTM(width, return_sequences=True)(x)
    if kind == "GRU":
        return layers.GRU(width, return_sequences=True)(x)
    if kind == "attention":
        return layers.MultiHeadAttention(heads, width // heads)(x, x, use_causal_mask=True)
    if kind == "linear":
        return LinearRecurrence(width)(x)
    raise InputError(f"a mixer among {', '.join(MIXERS)}", repr(kind))


def sequence_model(
    kind: str, time: int, vocabulary: int, classes: int, *, width: int = 64, blocks: int = 2
) -> Any:
    """Return an uncompiled model from ids (batch, time) to logits (batch, time, classes).

    Parameters
    ----------
    kind : str
        One of ``MIXERS``.
    time : int
        Steps of every sequence. The weights do not depend on it: for another length, make another model
        and hand them over.
    vocabulary, classes : int
        Numbers of different ids in and classes out.
    width : int
        Size of the vectors between the blocks, and of the recurrent states; divisible by 8.
    blocks : int
        How many.

    Raises
    ------
    InputError
        If the kind is unknown.
    """
    ids = keras.Input((time,), dtype="int32")
    x = layers.Embedding(vocabulary, width, keras.initializers.RandomUniform(-1, 1))(ids)
    if kind == "attention":
        x = Positions()(x)
    for _ in range(blocks):
        x = x + mix(kind, layers.LayerNormalization()(x), width)
        inner = round(HIDDEN[kind] * width)
        x = x + layers.Dense(width)(layers.Dense(inner, "relu")(layers.LayerNormalization()(x)))
    return keras.Model(ids, layers.Dense(classes)(layers.LayerNormalization()(x)), name=kind)
