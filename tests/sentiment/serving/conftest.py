"""A model small enough to compute in the head: it adds up good and bad words, and forgets nothing.

The LSTM has one unit whose gates stand open, so c_t = Σ tanh(v) with v = 1 for "good", -1 for "bad" and 0
for all else, and the probability after step t is σ(3 · tanh c_t).
"""

import numpy as np
import pytest

from lstm_course.recurrent.layers import LSTM, Dense, Embedding, Sequential
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.plain_arrays import write_plain
from lstm_course.sentiment.prediction import Predictor
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary

MAX_TOKENS = 20
METRICS = {
    "model": "adding",
    "corpus": "imdb",
    "accuracy": 0.875,
    "test": None,
    "sizes": {"train": 1600, "validation": 400},
    "parameters": 12,
}
OPEN = 50.0  # σ(50) = 1 in float64


def expected(text):
    """Return the probability after each word of a text."""
    values = {"good": np.tanh(1), "bad": -np.tanh(1)}
    cells = np.cumsum([values.get(word, 0.0) for word in text.split()])
    return 1 / (1 + np.exp(-3 * np.tanh(cells)))


@pytest.fixture
def predictor():
    vocabulary = Vocabulary(["film", "good", "bad", "but"])
    model = Sequential([Embedding(6, 1, mask_zero=True), LSTM(1), Dense(1)])
    vectors = np.array([[0.0], [0.0], [0.0], [1.0], [-1.0], [0.0]])
    gates = np.array([OPEN, OPEN, 0.0, OPEN])
    model.set_weights(
        [
            vectors,
            np.array([[0.0, 0.0, 1.0, 0.0]]),
            np.zeros((1, 4)),
            gates,
            np.full((1, 1), 3.0),
            np.zeros(1),
        ]
    )
    settings = TrainingSettings(model="numpy-lstm", max_tokens=MAX_TOKENS)
    return Predictor(NumpyLearner(model, vocabulary, settings), METRICS)


@pytest.fixture
def model_file(predictor, tmp_path):
    """The model as a file that the command can serve."""
    path = tmp_path / "adding.npz"
    write_plain(path, predictor.learner, predictor.metrics)
    return path
