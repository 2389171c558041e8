"""Keras models as learners: one epoch of ``fit`` at a time, the same after a pause as without one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.batches import (
    COMPILED_WIDTH_STEP,
    WIDTH_STEP,
    evaluation_batches,
    rectangle,
    training_batches,
)
from lstm_course.sentiment.compilation import compilation
from lstm_course.sentiment.learner import EpochResult, Report, encode_ids
from lstm_course.sentiment.models import READS_TEXTS, build_model
from lstm_course.sentiment.reviews import Reviews, fill_up
from lstm_course.sentiment.runs import KERAS_FILE
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.training_options import data_parallel, on_devices, with_options
from lstm_course.text import Vocabulary


class _Progress(keras.callbacks.Callback):
    """Hand Keras's running loss and accuracy on, and stop when asked to."""

    def __init__(self, report: Report, sizes: list[int]) -> None:
        super().__init__()
        self.report, self.sizes, self.stopped = report, sizes, False

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report one batch."""
        logs = logs or {}
        if self.report(self.sizes[batch], float(logs["loss"]), float(logs["accuracy"])):
            self.stopped = True
            raise _Stopped(EpochResult(float(logs["loss"]), float(logs["accuracy"]), finished=False))


class _Stopped(Exception):
    """Leave ``fit`` between two batches; Keras's own ``stop_training`` waits for the epoch's end."""

    def __init__(self, result: EpochResult) -> None:
        super().__init__("stopped between two batches")
        self.result = result


class KerasLearner:
    """A compiled Keras model on ids.

    Parameters
    ----------
    model : keras.Model
        Maps ids (batch, time) to probabilities (batch, 1).
    vocabulary : Vocabulary
        What the ids mean.
    settings : TrainingSettings
        Batch size, seed and the most tokens of a review.
    distribution : keras.distribution.Distribution, optional
        What shares batches among devices; the model's variables were made in its scope.
    """

    model_file = KERAS_FILE
    fixed_epochs = None

    def __init__(
        self, model: Any, vocabulary: Vocabulary, settings: TrainingSettings, distribution: Any = None
    ) -> None:
        self.model, self.vocabulary, self.settings = model, vocabulary, settings
        self.distribution = distribution
        self.devices = 1 if distribution is None else settings.devices
        jit: Any = settings.jit
        compiled = keras.backend.backend() != "tensorflow" and compilation(model, jit=jit).by
        self.step = COMPILED_WIDTH_STEP if compiled else WIDTH_STEP

    @classmethod
    def create(
        cls, vocabulary: Vocabulary, token_lists: Sequence[Sequence[str]], settings: TrainingSettings
    ) -> KerasLearner:
        """Build the model that the settings name, for the training texts.

        The plain ``lstm`` starts from the weights that ``numpy-lstm`` draws, so that the two train from
        the same point on the same batches.
        """
        reads = settings.model in READS_TEXTS
        texts = [vocabulary.encode(tokens) for tokens in token_lists] if reads else ()
        distribution = data_parallel(settings.devices)
        with on_devices(distribution):
            model = build_model(settings.model, len(vocabulary), settings.seed, settings.learning_rate, texts)
            model = with_options(model, settings)
            if settings.model == "lstm":
                from lstm_course.sentiment.numpy_learner import plain_lstm

                model.set_weights(plain_lstm(len(vocabulary), settings.seed).weights)
            # Here, so that even a first checkpoint holds its state.
            model.optimizer.build(model.trainable_variables)
        return cls(model, vocabulary, settings, distribution)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> KerasLearner:
        """Read a saved model.

        Raises
        ------
        InputError
            No such file, or not a model that Keras can read.
        """
        path = folder / cls.model_file
        try:
            model = keras.models.load_model(path, compile=False)
        except Exception as error:  # Keras raises what its parts raise: ValueError, OSError, KeyError, ...
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise InputError("a model that Keras can read", f"{path} ({reason})") from error
        return cls(model, vocabulary, settings)

    @property
    def parameters(self) -> int:
        """The number of trained numbers."""
        return int(sum(np.prod(weight.shape) for weight in self.model.trainable_weights))

    def encode(self, token_lists: Sequence[Sequence[str]]) -> list[list[int]]:
        """Turn tokens into ids."""
        return encode_ids(self.vocabulary, token_lists, self.settings.max_tokens)

    def train_epoch(
        self, epoch: int, features: list[list[int]], labels: np.ndarray, report: Report
    ) -> EpochResult:
        """Fit one epoch."""
        self._reseed_dropout(epoch)
        lengths = [len(ids) for ids in features]
        batches = training_batches(lengths, self.settings.batch_size, self.settings.seed, epoch)
        data = Reviews(features, labels, batches, self.step, self.devices)
        progress = _Progress(report, [len(batch) for batch in batches])
        try:
            with on_devices(self.distribution):
                fitted = self.model.fit(data, epochs=1, shuffle=False, verbose=0, callbacks=[progress])
        except _Stopped as stopped:
            return stopped.result
        return EpochResult(fitted.history["loss"][0], fitted.history["accuracy"][0])

    def _reseed_dropout(self, epoch: int) -> None:
        """Let dropout depend on (seed, epoch) alone, as the batches do."""
        for place, layer in enumerate(self.model.layers):
            generator = getattr(layer, "seed_generator", None)
            if generator is not None:
                words = np.random.SeedSequence([self.settings.seed, epoch, place]).generate_state(1)
                state = np.array([words[0], 0], "uint32")  # PyTorch's is signed and takes the same bits
                generator.state.assign(state.astype(generator.state.dtype))

    def probabilities(self, features: list[list[int]]) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""
        result = np.empty(len(features))
        for batch in evaluation_batches([len(ids) for ids in features]):
            ids = fill_up(rectangle(features, batch, self.step)[0], self.devices)
            with on_devices(self.distribution):
                result[batch] = np.asarray(self.model.predict_on_batch(ids))[: len(batch), 0]
        return result

    def weights(self) -> list[np.ndarray]:
        """Return copies of all weights."""
        return [np.array(weight) for weight in self.model.get_weights()]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take weights back."""
        self.model.set_weights(weights)

    def save(self, folder: Path) -> None:
        """Write ``model.keras``, without the optimiser's state, which only a checkpoint needs."""
        bare = keras.models.clone_model(
            self.model
        )  # not compiled: the format has no other way to leave it out
        bare.set_weights(self.model.get_weights())
        bare.save(folder / self.model_file)

    def save_checkpoint(self, folder: Path) -> None:
        """Write weights and Adam's state."""
        self.model.save_weights(folder / "state.weights.h5")

    def load_checkpoint(self, folder: Path) -> None:
        """Read them back."""
        self.model.load_weights(folder / "state.weights.h5")
