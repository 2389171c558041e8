"""A trained Keras model made again of the course's NumPy layers, as far as predicting needs it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from lstm_course.errors import InputError
from lstm_course.keras_bridge.convert import from_keras
from lstm_course.recurrent.layers import LSTM, Bidirectional, Dense, Embedding, Layer, Sequential
from lstm_course.sentiment import plain_layers
from lstm_course.sentiment.normalized_embedding import NormalizedEmbedding
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.pooling import MeanMaxPooling
from lstm_course.sentiment.right_padded import RightPaddedBidirectional, RightPaddedLSTM
from lstm_course.sentiment.word_pairs import WordAndPairEmbedding

IDLE = (keras.layers.Dropout, keras.layers.SpatialDropout1D)  # they do nothing at prediction


def numpy_twin(learner: Any) -> NumpyLearner:
    """Return the NumPy learner that predicts what a Keras learner does.

    Parameters
    ----------
    learner : KerasLearner
        Its model is Sequential and ends in ``Dense(1, activation="sigmoid")``.

    Raises
    ------
    InputError
        Another model, or a layer without counterpart; the message names it.
    """
    model = learner.model
    if not isinstance(model, keras.Sequential):
        raise InputError("a Sequential model", f"{type(model).__name__} {model.name!r}")
    layers = [_twin(layer) for layer in model.layers if not isinstance(layer, IDLE)]
    last = layers[-1]
    if not isinstance(last, Dense) or (last.units, last.activation) != (1, "sigmoid"):
        raise InputError("a model that ends in Dense(1, activation='sigmoid')", repr(model.layers[-1]))
    logit = Dense(1, use_bias=last.use_bias)  # a NumpyLearner's model ends in a logit
    logit.set_weights(last.weights)
    stack = Sequential([*layers[:-1], logit])
    stack.set_weights([weight for layer in stack.layers for weight in layer.weights])
    return NumpyLearner(stack, learner.vocabulary, learner.settings)


def _twin(layer: Any) -> Layer:
    """Return the counterpart of one layer, with its weights."""
    twin: Layer
    if isinstance(layer, MeanMaxPooling):
        return plain_layers.MeanMaxPooling()
    if isinstance(layer, NormalizedEmbedding):
        twin = Embedding(layer.vocabulary_size, layer.features, mask_zero=True)
        every_word = np.arange(layer.vocabulary_size)[None]
        twin.set_weights([keras.ops.convert_to_numpy(layer(every_word))[0]])
        return twin
    if isinstance(layer, WordAndPairEmbedding):
        twin = plain_layers.WordAndPairEmbedding(
            layer.vocabulary_size, layer.features, layer.pair_features, layer.pairs
        )
        twin.set_weights(
            [keras.ops.convert_to_numpy(w) for w in (layer.words, layer.pair_vectors, layer.codes)]
        )
        return twin
    if isinstance(layer, (RightPaddedLSTM, RightPaddedBidirectional)):
        twin = LSTM(layer.units, return_sequences=layer.return_sequences)
        if isinstance(layer, RightPaddedBidirectional):
            twin = Bidirectional(twin)
        twin.set_weights(layer.get_weights())
        return twin
    return from_keras(layer)
