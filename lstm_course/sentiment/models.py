"""The Keras models: the blog post's, mended; a plain LSTM; bidirectional ones, each better by one idea.

Each maps ids of shape (batch, time), int32 and padded on the right, to the probability of "positive" of
shape (batch, 1). ``mask_zero=True`` is what tells the LSTM to stop at a review's end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import layers, ops

from lstm_course.errors import InputError
from lstm_course.sentiment.batches import word_counts
from lstm_course.sentiment.normalized_embedding import NormalizedEmbedding
from lstm_course.sentiment.optimizer import DenseAdam
from lstm_course.sentiment.pooling import MeanMaxPooling
from lstm_course.sentiment.settings import PLAIN_UNITS
from lstm_course.sentiment.word_pairs import WordAndPairEmbedding, frequent_pairs

Texts = Sequence[Sequence[int]]
"""Ids of the training texts; models that do not look at them take none."""


def seed_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return the blog post's ``Sequential([LSTM(100), Dense(1, activation="sigmoid")])``, mended.

    The post hands word ids straight to the LSTM, which wants (batch, time, features). The Embedding
    gives each id its features, and its mask the end of each review. Nothing else is changed.
    """
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(vocabulary_size, 100, mask_zero=True),
            layers.LSTM(100, name="lstm"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="seed",
    )


def lstm_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return the plain LSTM: the model that ``numpy-lstm`` is compared with."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(vocabulary_size, PLAIN_UNITS, mask_zero=True),
            layers.LSTM(PLAIN_UNITS, name="lstm"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="lstm",
    )


def bilstm_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return the bidirectional LSTM, read out by mean and maximum over all words, with dropout.

    SpatialDropout1D drops whole embedding features of a review, not single numbers, so that a word cannot
    be guessed back from its neighbours.
    """
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(vocabulary_size, 128, mask_zero=True),
            layers.SpatialDropout1D(0.5),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True, name="lstm")),
            MeanMaxPooling(),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="bilstm",
    )


def bilstm_last_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return the bidirectional LSTM without pooling and dropout: two last states decide."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(vocabulary_size, 128, mask_zero=True),
            layers.Bidirectional(layers.LSTM(64, name="lstm")),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="bilstm-last",
    )


def bilstm_pairs_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return the bidirectional LSTM over words and those pairs of words that the texts have often.

    The first Dropout drops whole words, pair and all, so that no single one can decide.
    """
    codes = frequent_pairs(texts, vocabulary_size)
    embedding = WordAndPairEmbedding(vocabulary_size, 128, 64, len(codes))
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            embedding,
            layers.Dropout(0.1, noise_shape=(None, None, 1)),
            layers.SpatialDropout1D(0.5),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True, name="lstm")),
            MeanMaxPooling(),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="bilstm-pairs",
    )
    embedding.know(codes)
    return model


def bilstm_normalized_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return ``bilstm_model`` with vectors normalised over the words of the texts, for an adversary."""
    embedding = NormalizedEmbedding(vocabulary_size, 128)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            embedding,
            layers.SpatialDropout1D(0.5),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True, name="lstm")),
            MeanMaxPooling(),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="bilstm-normalized",
    )
    if texts:
        embedding.know(word_counts(texts, vocabulary_size))
    return model


def pooled_lstm_model(vocabulary_size: int, texts: Texts = ()) -> Any:
    """Return an LSTM that reads forwards only, as one that has learnt to predict the next word does.

    Little dropout below it: the half that suits ``bilstm_model`` takes from a pretrained LSTM what it knows.
    """
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(vocabulary_size, 128, mask_zero=True),
            layers.SpatialDropout1D(0.2),
            layers.LSTM(128, return_sequences=True, name="lstm"),
            MeanMaxPooling(),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="pooled-lstm",
    )


KERAS_MODELS: dict[str, Callable[..., Any]] = {
    "seed": seed_model,
    "lstm": lstm_model,
    "bilstm": bilstm_model,
    "bilstm-last": bilstm_last_model,
    "bilstm-pairs": bilstm_pairs_model,
    "bilstm-vectors": bilstm_pairs_model,
    "lstm-pooled": pooled_lstm_model,
    "lm-lstm": pooled_lstm_model,
    "sa-lstm": pooled_lstm_model,
    "bilstm-adversarial": bilstm_normalized_model,
    "bilstm-virtual": bilstm_normalized_model,
    "bilstm-distilled": bilstm_pairs_model,
    "bilstm-combined": bilstm_pairs_model,
}


def build_model(
    name: str, vocabulary_size: int, seed: int = 0, learning_rate: float = 1e-3, texts: Texts = ()
) -> Any:
    """Build and compile a model with weights drawn from ``seed``: Adam, binary cross-entropy, accuracy.

    ``seed_model`` keeps the post's Adam, Keras's own; the others take ``DenseAdam``. Some models look at
    the ids of the training texts.

    Raises
    ------
    InputError
        An unknown name.
    """
    if name not in KERAS_MODELS:
        raise InputError(f"a Keras model among {', '.join(KERAS_MODELS)}", repr(name))
    keras.utils.set_random_seed(seed)
    model = KERAS_MODELS[name](vocabulary_size, texts)
    adam = keras.optimizers.Adam if name == "seed" else DenseAdam
    model.compile(adam(learning_rate), "binary_crossentropy", metrics=[accuracy])
    return model


@keras.saving.register_keras_serializable(package="lstm_course")
def accuracy(labels: Any, probabilities: Any) -> Any:
    """Return where label and probability are on the same side; a label may be a probability too.

    Keras's own accuracy compares with the label itself, so none would agree with a label of 0.8.
    """
    agree = ops.equal(ops.cast(labels, "float32") >= 0.5, probabilities > 0.5)
    return ops.mean(ops.cast(agree, "float32"), axis=-1)
