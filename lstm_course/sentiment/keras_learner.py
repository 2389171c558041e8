"""Keras models as learners: one epoch of ``fit`` at a time, the same after a pause as without one."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.adversarial import AdversarialTraining
from lstm_course.sentiment.batches import (
    COMPILED_ROWS,
    COMPILED_WIDTH_STEP,
    WIDTH_STEP,
    evaluation_batches,
    rectangle,
    training_batches,
)
from lstm_course.sentiment.compilation import compilation
from lstm_course.sentiment.configurations import ADVERSARIES, TEACHERS
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.learner import EpochResult, Report, encode_ids, load_arrays, save_arrays
from lstm_course.sentiment.models import build_model
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.reviews import Reviews, fill_up
from lstm_course.sentiment.runs import KERAS_FILE
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages
from lstm_course.sentiment.starts import STARTS
from lstm_course.sentiment.teaching import taught_targets
from lstm_course.sentiment.training_options import compiled, data_parallel, on_devices, with_options
from lstm_course.text import Vocabulary

STATE_FILE, TARGETS_FILE = "state.weights.h5", "targets.npz"


class _Progress(keras.callbacks.Callback):
    """Hand Keras's running loss and accuracy on, and stop when asked to.

    On PyTorch it also seeds what plain Dropout draws from, PyTorch's own generators. ``fit`` would be too
    early: the first one tries the model out, which draws as well.
    """

    def __init__(self, report: Report, sizes: list[int], torch_seed: int) -> None:
        super().__init__()
        self.report, self.sizes, self.torch_seed, self.stopped = report, sizes, torch_seed, False

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Seed PyTorch, where Keras runs on it."""
        if keras.backend.backend() == "torch":
            importlib.import_module("torch").manual_seed(self.torch_seed)

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

    Attributes
    ----------
    trained : keras.Model
        What is fitted: the model itself, or the model and its adversary.
    targets : ndarray of shape (n,), optional
        What a taught model learns in place of the labels.
    """

    model_file = KERAS_FILE
    fixed_epochs = None

    def __init__(
        self, model: Any, vocabulary: Vocabulary, settings: TrainingSettings, distribution: Any = None
    ) -> None:
        self.model, self.vocabulary, self.settings = model, vocabulary, settings
        self.trained = model
        self.targets: np.ndarray | None = None
        self.distribution = distribution
        self.devices = 1 if distribution is None else settings.devices
        jit: Any = settings.jit
        compiled = keras.backend.backend() != "tensorflow" and compilation(model, jit=jit).by
        self.step = COMPILED_WIDTH_STEP if compiled else WIDTH_STEP
        self.rows = math.lcm(self.devices, COMPILED_ROWS) if compiled else self.devices

    @classmethod
    def create(
        cls, vocabulary: Vocabulary, token_lists: Sequence[Sequence[str]], settings: TrainingSettings
    ) -> KerasLearner:
        """Build the model that the settings name, for the training texts.

        The plain ``lstm`` starts from the weights that ``numpy-lstm`` draws, so that the two train from
        the same point on the same batches.
        """
        texts = [vocabulary.encode(tokens) for tokens in token_lists]
        distribution = data_parallel(settings.devices)
        with on_devices(distribution):
            model = build_model(settings.model, len(vocabulary), settings.seed, settings.learning_rate, texts)
            model = with_options(model, settings)
            if settings.model == "lstm":
                from lstm_course.sentiment.numpy_learner import plain_lstm

                model.set_weights(plain_lstm(len(vocabulary), settings.seed).weights)
            learner = cls(model, vocabulary, settings, distribution)
            if settings.model in ADVERSARIES:
                both = AdversarialTraining(model, ADVERSARIES[settings.model])
                learner.trained = compiled(both, model.optimizer, model.loss, settings)
            # Here, so that even a first checkpoint holds its state.
            model.optimizer.build(learner.trained.trainable_variables)
        return learner

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> KerasLearner:
        """Read a saved model.

        Raises
        ------
        InputError
            No such file, not a model that Keras can read, or one of another vocabulary.
        """
        path = folder / cls.model_file
        try:
            model = keras.models.load_model(path, compile=False)
        except Exception as error:  # Keras raises what its parts raise: ValueError, OSError, KeyError, ...
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise InputError("a model that Keras can read", f"{path} ({reason})") from error
        first = model.layers[0] if model.layers else None
        ids = getattr(first, "input_dim", None) or getattr(first, "vocabulary_size", None)
        if ids is not None and ids != len(vocabulary):
            raise InputError(f"a vocabulary of {ids} ids for {path}", f"one of {len(vocabulary)}")
        return cls(model, vocabulary, settings)

    @property
    def parameters(self) -> int:
        """The number of trained numbers."""
        return int(sum(np.prod(weight.shape) for weight in self.model.trainable_weights))

    def prepare(self, data: RunData, progress: Progress, stages: Stages) -> None:
        """Let the model begin where its name says, and ask its teacher."""
        model = self.settings.model
        if model in STARTS:
            texts = [self.vocabulary.encode(tokens) for tokens in (*data.train.tokens, *data.unlabelled)]
            with on_devices(self.distribution):
                STARTS[model](self.model, texts, self.settings, progress, stages)
        if model in TEACHERS:
            self.targets = taught_targets(TEACHERS[model], data.train, self.settings, progress)

    def encode(self, token_lists: Sequence[Sequence[str]]) -> list[list[int]]:
        """Turn tokens into ids."""
        return encode_ids(self.vocabulary, token_lists, self.settings.max_tokens)

    def train_epoch(
        self, epoch: int, features: list[list[int]], labels: np.ndarray, report: Report
    ) -> EpochResult:
        """Fit one epoch."""
        torch_seed = self._reseed_dropout(epoch)
        lengths = [len(ids) for ids in features]
        batches = training_batches(lengths, self.settings.batch_size, self.settings.seed, epoch)
        targets = labels if self.targets is None else self.targets
        data = Reviews(features, targets, batches, self.step, self.devices)
        progress = _Progress(report, [len(batch) for batch in batches], torch_seed)
        try:
            with on_devices(self.distribution):
                fitted = self.trained.fit(data, epochs=1, shuffle=False, verbose=0, callbacks=[progress])
        except _Stopped as stopped:
            return stopped.result
        return EpochResult(fitted.history["loss"][0], fitted.history["accuracy"][0])

    def _reseed_dropout(self, epoch: int) -> int:
        """Let dropout depend on (seed, epoch) alone, as the batches do; return one more seed, for PyTorch."""
        generators = [getattr(layer, "seed_generator", None) for layer in self.model.layers]
        generators.append(getattr(self.trained, "noise", None))
        words = [
            np.random.SeedSequence([self.settings.seed, epoch, place]).generate_state(1)[0]
            for place in range(len(generators) + 1)
        ]
        for word, generator in zip(words, generators, strict=False):
            if generator is not None:
                state = np.array([word, 0], "uint32")  # PyTorch's is signed and takes the same bits
                generator.state.assign(state.astype(generator.state.dtype))
        return int(words[-1])

    def probabilities(self, features: list[list[int]]) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""
        result = np.empty(len(features))
        for batch in evaluation_batches([len(ids) for ids in features]):
            ids = fill_up(rectangle(features, batch, self.step)[0], self.rows)
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
        bare = type(self.model).from_config(self.model.get_config())  # not compiled, unlike a clone
        bare.set_weights(self.model.get_weights())
        bare.save(folder / self.model_file)

    def save_checkpoint(self, folder: Path) -> None:
        """Write weights, Adam's state, and what a teacher said."""
        self.trained.save_weights(folder / STATE_FILE)
        if self.targets is not None:
            save_arrays(folder / TARGETS_FILE, {"targets": self.targets})

    def load_checkpoint(self, folder: Path) -> None:
        """Read them back."""
        self.trained.load_weights(folder / STATE_FILE)
        if self.settings.model in TEACHERS:
            self.targets = load_arrays(folder / TARGETS_FILE)["targets"]
