"""What the checks of 06-sentiment do with a student's function: call it, and hand on what came back.

A model is known here by its methods only (``predict_on_batch``, ``get_weights``, ``train_on_batch``, …).
It is run eagerly: to trace a graph would take longer than the few batches that are asked for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_course.checks.compare import described


def new_model(build: Callable[..., Any], vocabulary_size: int, seed: int | None = None) -> Any:
    """Build a model that runs eagerly, with random weights of a moderate size if there is a seed."""
    model = build(vocabulary_size)
    if not hasattr(model, "predict_on_batch"):
        raise TypeError(f"expected a Keras model, got {described(model)}")
    model.run_eagerly = True
    if not getattr(model, "built", True):
        model.predict_on_batch(np.full((2, 3), 2, dtype=np.int32))
    if seed is not None:
        fill(model, seed)
    return model


def fill(model: Any, seed: int) -> None:
    """Give a model random weights."""
    rng = np.random.default_rng(seed)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(0, 0.5, weight.shape).astype(np.float32))


def asked(model: Any, ids: np.ndarray) -> np.ndarray:
    """Return the model's answers."""
    return np.asarray(model.predict_on_batch(ids), dtype=np.float64)


def answers(
    build: Callable[..., Any],
    vocabulary_size: int,
    questions: Sequence[np.ndarray],
    seed: int,
    sharpness: float,
    *others: Any,
) -> Any:
    """Return what a model with given weights answers to batches, and the layers that could make a mask.

    Parameters
    ----------
    build : callable
        The student's.
    vocabulary_size : int
    questions : sequence of ndarray of int, shape (batch, time)
    seed : int
        Of the weights.
    sharpness : float
        Factor of the weights of the answer.

    Returns
    -------
    tuple of (list of ndarray, list of bool)
        The answers, batch by batch; for each layer whether it makes a mask.
    """
    model = new_model(build, vocabulary_size, seed)
    undecided(model, questions[0])
    sharpen(model, sharpness)
    made = [
        bool(getattr(layer, "mask_zero", False)) or type(layer).__name__ == "Masking"
        for layer in layers_of(model)
    ]
    return [asked(model, ids) for ids in questions], made


def layers_of(model: Any) -> list[Any]:
    """Return all layers of a model, those inside other layers too."""
    found = []
    for layer in getattr(model, "layers", ()):
        found += [layer, *layers_of(layer)]
    return found


def loss_of(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, seed: int
) -> Any:
    """Return what a model answers, its loss, and what the weights alone add to it."""
    model = new_model(build, vocabulary_size, seed)
    found = undecided(model, ids)
    result = model.test_on_batch(ids, for_each(labels, found), return_dict=True)
    return found, float(result["loss"]), [float(loss) for loss in model.losses]


def sharpen(model: Any, factor: float) -> None:
    """Multiply a model's last two weights, which are those of the answer."""
    for weight in model.trainable_variables[-2:]:
        weight.assign(factor * np.asarray(weight))


def undecided(model: Any, ids: np.ndarray) -> np.ndarray:
    """Shrink the weights of a model's answer until no probability is near 0 or 1; return its answers.

    With weights of one size, the answers of a wide and deep model are all 0 or 1: they hide what the model
    reads, and float32 rounds what the cross-entropy takes the logarithm of, so that a right loss would look
    wrong. Answers that are no probabilities are left as they are.
    """
    found = asked(model, ids)
    for _ in range(SHRINKINGS):
        if not ((found >= 0) & (found <= 1)).all() or (np.abs(found - 0.5) < 0.45).all():
            break
        sharpen(model, 1 / 4)
        found = asked(model, ids)
    return found


SHRINKINGS = 6  # to a fourth each time: enough for logits of some thousands


def for_each(labels: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return a label for each answer."""
    wanted = np.broadcast_to(labels.reshape((-1,) + (1,) * (found.ndim - 1)), found.shape)
    return np.array(wanted, dtype=np.float32)


def size(build: Callable[..., Any], vocabulary_size: int, other_size: int, *others: Any) -> Any:
    """Return the shapes of all weights of two models."""
    models = [new_model(build, number) for number in (vocabulary_size, other_size)]
    return [[tuple(map(int, weight.shape)) for weight in model.get_weights()] for model in models]


def learning(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, updates: int
) -> Any:
    """Train a model on one small batch.

    Returns
    -------
    tuple
        Its answers before and after, its loss before and after, and by how much each weight has moved.
    """
    model = new_model(build, vocabulary_size)
    found = asked(model, ids)
    wanted = for_each(labels, found)
    before = [w.copy() for w in model.get_weights()]
    first = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    for _ in range(updates):
        model.train_on_batch(ids, wanted)
    last = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    moved = [
        float(np.abs(np.subtract(a, b, dtype=np.float64)).max(initial=0.0))
        for a, b in zip(before, model.get_weights(), strict=True)
    ]
    return found, asked(model, ids), float(first), float(last), moved


def usable(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, odd: Sequence[np.ndarray], seed: int
) -> Any:
    """Build two models, and give new weights to the second.

    Returns
    -------
    tuple
        What the first one answers to ``ids`` before and after, what the second one answers to each batch of
        ``odd`` (None where it fails), and whether it is compiled.
    """
    kept, other = new_model(build, vocabulary_size), new_model(build, vocabulary_size)
    before = asked(kept, ids)
    fill(other, seed)
    found: list[Any] = []
    for batch in odd:
        found.append(None)
        with contextlib.suppress(Exception):
            found[-1] = asked(other, batch)
    compiled = bool(getattr(other, "compiled", getattr(other, "optimizer", None) is not None))
    return before, asked(kept, ids), found, compiled


def judged_by(trial: Callable[..., Any], seed: int, which: np.ndarray) -> Any:
    """Run a trial: train, and return the probabilities of these test reviews."""
    return np.asarray(trial(seed, which), dtype=np.float64)
