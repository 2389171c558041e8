"""The from-scratch layers as a learner: the plain LSTM in NumPy, trained on the very batches of Keras's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lstm_course.errors import InputError
from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.layers import LSTM, Dense, Embedding, Sequential
from lstm_course.recurrent.losses import binary_crossentropy_from_logits
from lstm_course.recurrent.optimizers import Adam
from lstm_course.sentiment.batches import evaluation_batches, rectangle, training_batches
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.learner import EpochResult, Report, encode_ids, load_arrays, save_arrays
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.runs import ARRAYS_FILE
from lstm_course.sentiment.settings import PLAIN_UNITS, TrainingSettings
from lstm_course.sentiment.stages import Stages
from lstm_course.text import Vocabulary


def plain_lstm(vocabulary_size: int, seed: int) -> Sequential:
    """Return Embedding, LSTM and Dense(1), which gives a logit, with weights drawn from ``seed``.

    Examples
    --------
    >>> [weight.shape for weight in plain_lstm(10, seed=0).weights]
    [(10, 64), (64, 256), (64, 256), (256,), (64, 1), (1,)]
    """
    model = Sequential([Embedding(vocabulary_size, PLAIN_UNITS, mask_zero=True), LSTM(PLAIN_UNITS), Dense(1)])
    model.build(1, np.random.default_rng(seed), dtype=np.float32)
    return model


class NumpyLearner:
    """The NumPy LSTM on ids.

    Parameters
    ----------
    model : Sequential
        Maps ids (batch, time) to logits (batch, 1).
    vocabulary : Vocabulary
        What the ids mean.
    settings : TrainingSettings
        Batch size, learning rate, seed and the most tokens of a review.
    """

    model_file = ARRAYS_FILE
    fixed_epochs = None

    def __init__(self, model: Sequential, vocabulary: Vocabulary, settings: TrainingSettings) -> None:
        self.model, self.vocabulary, self.settings = model, vocabulary, settings
        self.optimizer = Adam(settings.learning_rate)

    @classmethod
    def create(cls, vocabulary: Vocabulary, settings: TrainingSettings) -> NumpyLearner:
        """Build the model that the settings name."""
        return cls(plain_lstm(len(vocabulary), settings.seed), vocabulary, settings)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> NumpyLearner:
        """Read a saved model.

        Raises
        ------
        InputError
            A file that is missing, damaged, or does not fit the vocabulary.
        """
        learner = cls.create(vocabulary, settings)
        learner.set_weights(_numbered(load_arrays(folder / cls.model_file), "weight"))
        return learner

    @property
    def parameters(self) -> int:
        """The number of trained numbers."""
        return sum(weight.size for weight in self.model.weights)

    def prepare(self, data: RunData, progress: Progress, stages: Stages) -> None:
        """Nothing comes before the first epoch."""

    def encode(self, token_lists: Sequence[Sequence[str]]) -> list[list[int]]:
        """Turn tokens into ids."""
        return encode_ids(self.vocabulary, token_lists, self.settings.max_tokens)

    def train_epoch(
        self, epoch: int, features: list[list[int]], labels: np.ndarray, report: Report
    ) -> EpochResult:
        """Take one Adam step per batch."""
        lengths = [len(ids) for ids in features]
        seen = loss_sum = right = 0.0
        for batch in training_batches(lengths, self.settings.batch_size, self.settings.seed, epoch):
            ids, _ = rectangle(features, batch)
            targets = labels[batch, None].astype(np.float32)
            logits = self.model.forward(ids, training=True)
            loss, d_logits = binary_crossentropy_from_logits(targets, logits)
            self.model.backward(d_logits)
            self.optimizer.update(self.model.weights, self.model.gradients)
            seen += len(batch)
            loss_sum += loss * len(batch)
            right += float(((logits > 0) == (targets > 0.5)).sum())
            if report(len(batch), loss_sum / seen, right / seen):
                return EpochResult(loss_sum / seen, right / seen, finished=False)
        return EpochResult(loss_sum / seen, right / seen)

    def probabilities(self, features: list[list[int]]) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""
        result = np.empty(len(features))
        for batch in evaluation_batches([len(ids) for ids in features]):
            ids, _ = rectangle(features, batch)
            result[batch] = sigmoid(self.model.forward(ids))[:, 0]
        return result

    def weights(self) -> list[np.ndarray]:
        """Return copies of all weights."""
        return [weight.copy() for weight in self.model.weights]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take weights back.

        Raises
        ------
        InputError
            Weights of other shapes.
        """
        wanted, found = [w.shape for w in self.model.weights], [w.shape for w in weights]
        if wanted != found:
            raise InputError(f"weights of shapes {wanted}", str(found))
        for weight, value in zip(self.model.weights, weights, strict=True):
            weight[...] = value

    def save(self, folder: Path) -> None:
        """Write ``model.npz``: ``weight_0``, ``weight_1``, … in Keras's order."""
        save_arrays(folder / self.model_file, {f"weight_{i}": w for i, w in enumerate(self.model.weights)})

    def save_checkpoint(self, folder: Path) -> None:
        """Write weights and Adam's state."""
        self.save(folder)
        arrays = {
            f"state_{i}_{j}": array
            for i, states in enumerate(self.optimizer.state)
            for j, array in enumerate(states)
        }
        arrays["iterations"] = np.array(self.optimizer.iterations)
        save_arrays(folder / "optimizer.npz", arrays)

    def load_checkpoint(self, folder: Path) -> None:
        """Read them back."""
        self.set_weights(_numbered(load_arrays(folder / self.model_file), "weight"))
        arrays = load_arrays(folder / "optimizer.npz")
        self.optimizer.iterations = int(arrays.pop("iterations"))
        self.optimizer.state = [
            _numbered(arrays, f"state_{i}") for i in range(len(self.model.weights)) if arrays
        ]


def _numbered(arrays: dict[str, np.ndarray], name: str) -> list[np.ndarray]:
    """Return ``name_0``, ``name_1``, … in order."""
    found: list[np.ndarray] = []
    while f"{name}_{len(found)}" in arrays:
        found.append(arrays[f"{name}_{len(found)}"])
    return found
