"""Training on a backend: tokens per second of ``bilstm``, seconds until ``bilstm-pairs`` is good enough."""

from __future__ import annotations

import contextlib
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from lstm_course.sentiment import keras_learner, models
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.kernel_table import kernel_choices
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.reviews import Reviews
from lstm_course.sentiment.right_padded import RightPaddedBidirectional
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.training import train
from lstm_course.text import Vocabulary
from on_gpu.backends import backend_in_use, mebibytes
from on_gpu.plan import Plan, TargetCell, TrainingCell

COMPILING, FEWEST, MOST = 2, 4, 200  # updates: of the epoch that compiles, and of the others
EPOCHS = 3  # those that are timed


def settings_for(model: str, plan: Plan, seed: int, **others: Any) -> TrainingSettings:
    if plan.max_tokens is not None:
        others["max_tokens"] = plan.max_tokens
    return TrainingSettings(
        model=model,
        corpus=plan.corpus,
        limit=plan.limit,
        vocabulary_size=plan.vocabulary_size,
        seed=seed,
        **others,
    )


def right_padded(model: Any) -> Any:
    """Return a copy of a model whose bidirectional LSTMs are those of ``right_padded``."""

    def copy(layer: Any) -> Any:
        if not isinstance(layer, keras.layers.Bidirectional):
            return type(layer).from_config(layer.get_config())
        inner = layer.forward_layer
        return RightPaddedBidirectional(inner.units, inner.return_sequences, name=layer.name)

    changed = keras.models.clone_model(model, clone_function=copy)
    changed.set_weights(model.get_weights())
    return changed


@contextlib.contextmanager
def built_with(lstm: str, name: str) -> Iterator[list[Any]]:
    """Have a model built with these LSTMs; the list holds those that were."""
    built: list[Any] = []
    build = models.KERAS_MODELS[name]

    def changed(*arguments: Any) -> Any:
        model = build(*arguments)
        built.append(right_padded(model) if lstm == "right-padded" else model)
        return built[-1]

    models.KERAS_MODELS[name] = changed
    try:
        yield built
    finally:
        models.KERAS_MODELS[name] = build


def kernels(model: Any) -> list[str]:
    """Return which kernels run a model's LSTMs, as far as the course can tell beforehand."""
    return sorted({choice.kernel for choice in kernel_choices(model) if choice.in_use})


class _TimedReviews(Reviews):
    """Batches that note how long the training waits for them."""

    waited = 0.0

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        began = time.perf_counter()
        batch = super().__getitem__(index)
        type(self).waited += time.perf_counter() - began
        return batch


class _Epoch(NamedTuple):
    """An epoch of training: what it read, and the seconds that it took and that it waited for batches."""

    reviews: int
    tokens: int
    seconds: float
    waited: float


class Training:
    """Measures one cell after another on the same reviews, all cut to the same length.

    One width means one program to compile for each cell, and no padding to count.
    """

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.seed, self.backend = plan, seed, backend_in_use()
        settings = settings_for("bilstm", plan, seed)
        part = RunData.load(settings).train
        self.vocabulary = Vocabulary.build(part.tokens, settings.vocabulary_size)
        longest = [i for i, tokens in enumerate(part.tokens) if len(tokens) >= settings.max_tokens]
        self.chosen = longest[: plan.reviews]
        self.tokens, self.labels = [part.tokens[i] for i in self.chosen], part.labels[self.chosen]

    def measure(self, cell: TrainingCell) -> dict[str, Any]:
        """Return tokens per second over epochs of one number of updates, after a first one that compiles.

        Every epoch begins anew: ``fit`` starts, and its first batch is padded while the device waits. So it
        is as many updates as the sample takes, in whole batches, the same reviews again if need be.
        """
        settings = settings_for(
            "bilstm", self.plan, self.seed, batch_size=cell.batch_size, precision=cell.precision
        )
        gc.collect()  # models lie in cycles: what is left of an earlier cell's would count as this one's
        self.backend.begin_memory()
        with built_with(cell.lstm, "bilstm"):
            learner = keras_learner.KerasLearner.create(self.vocabulary, self.tokens, settings)
        ids = learner.encode(self.tokens)
        keras_learner.Reviews = _TimedReviews  # type: ignore[misc]

        def epoch(number: int, updates: int) -> _Epoch:
            reviews = updates * cell.batch_size
            copies = -(-reviews // len(ids))
            features, labels = (ids * copies)[:reviews], np.tile(self.labels, copies)[:reviews]
            _TimedReviews.waited = 0.0
            began = time.perf_counter()
            result = learner.train_epoch(number, features, labels, lambda *_: False)
            seconds = time.perf_counter() - began
            if not np.isfinite(result.loss):
                raise ArithmeticError(f"a loss of {result.loss}")
            return _Epoch(reviews, sum(map(len, features)), seconds, _TimedReviews.waited)

        compiling, short = epoch(0, COMPILING), epoch(1, FEWEST)
        updates = max(FEWEST, min(MOST, int(FEWEST * self.plan.training_sample / short.seconds)))
        epochs = [epoch(2 + number, updates) for number in range(EPOCHS)]
        speeds = [one.tokens / one.seconds for one in epochs]
        return {
            "model": settings.model,
            "kernels": kernels(learner.model),
            "updates": updates,
            "reviews": epochs[0].reviews,
            "tokens": epochs[0].tokens,
            "tokens_per_second": statistics.median(speeds),
            "slowest": min(speeds),
            "fastest": max(speeds),
            "compiling_seconds": compiling.seconds,
            "waiting_share": sum(one.waited for one in epochs) / sum(one.seconds for one in epochs),
            "peak_mebibytes": mebibytes(self.backend.peak_memory()),
        }


class _Enough(Exception):
    """The target is reached, or the time is over."""


class _Watch(Progress):
    """Keeps the history, and leaves the training at the target or when time is over."""

    def __init__(self, target: float, until: float) -> None:
        self.target, self.until = target, until
        self.epochs: list[dict[str, float]] = []
        self.began = self.latest = 0.0
        self.reviews = 0

    def begin_epoch(self, epoch: int, epochs: int, reviews: int) -> None:
        self.began, self.reviews = time.perf_counter(), reviews

    def batch(self, reviews: int, loss: float, accuracy: float | None) -> None:
        self.latest = time.perf_counter()
        if time.time() > self.until:
            raise _Enough

    def end_epoch(self, row: dict[str, float]) -> None:
        training = self.latest - self.began
        self.epochs.append(
            row | {"training_seconds": training, "reviews_per_second": self.reviews / training}
        )
        if row["validation_accuracy"] >= self.target:
            raise _Enough


def to_target(
    cell: TargetCell, plan: Plan, seed: int, *, target: float, began: float, until: float
) -> dict[str, Any]:
    """Train as ``lstm-course train`` does until the validation accuracy is at the target.

    Parameters
    ----------
    cell : TargetCell
    plan : Plan
    seed : int
    target : float
        A fraction.
    began, until : float
        When this process was started, and when its time is over; seconds of ``time.time``.
    """
    settings = settings_for("bilstm-pairs", plan, seed, epochs=plan.epochs)
    backend, watch = backend_in_use(), _Watch(target, until)
    backend.begin_memory()
    with (
        tempfile.TemporaryDirectory() as folder,
        built_with(cell.lstm, settings.model) as built,
        contextlib.suppress(_Enough),
    ):
        train(settings, Path(folder, "run"), progress=watch)
    why_not = shortfall(watch.epochs, target, plan.epochs)
    return {
        "model": settings.model,
        "kernels": kernels(built[-1]),
        "target": target,
        "reached": not why_not,
        "why_not": why_not,
        "best": max((row["validation_accuracy"] for row in watch.epochs), default=None),
        "seconds_from_start": time.time() - began,
        "epoch_seconds": sum(row["seconds"] for row in watch.epochs),
        "epochs": watch.epochs,
        "peak_mebibytes": mebibytes(backend.peak_memory()),
    }


def shortfall(epochs: list[dict[str, float]], target: float, most: int) -> str:
    """Return why finished epochs, of so many at most, are not at the target; nothing where they are."""
    best = max((row["validation_accuracy"] for row in epochs), default=None)
    if best is None:
        return "the time was over: no epoch finished"
    if best >= target:
        return ""
    short = f"{best} after {len(epochs)} of {most} epochs"
    return short if len(epochs) == most else f"the time was over: {short}"
