"""What the checks of 06-sentiment do with a student's function: call it, and write down how it behaves.

A model is known here by its methods only (``predict_on_batch``, ``get_weights``, ``train_on_batch``, …).
It is run eagerly: to trace a graph would take longer than the few batches that are asked for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_course.checks.compare import described

SAME = 1e-5  # predictions that differ by less are the same
LEAST_FALL = 0.003  # of the loss, in eight updates: Adam at 0.001 reaches 0.013 to 0.04, SGD at 0.01 0.0005


def prepared(prepare: Callable[..., Any], *args: Any) -> Any:
    """Return the ids of each review as a line of numbers, without the padding at its ends."""
    value = pair(prepare(*args))
    rows = value and np.asarray(value[0])
    if np.ndim(rows) != 2 or rows.dtype.kind not in "fiu":
        return rows
    return [" ".join(f"{number:g}" for number in np.trim_zeros(row)) for row in rows]


def prepared_as_integers(prepare: Callable[..., Any], *args: Any) -> Any:
    """Return ids and mask; refuse ids that are no integers."""
    value = pair(prepare(*args))
    kind = value and np.asarray(value[0]).dtype
    if kind and kind.kind not in "iu":
        raise TypeError(f"expected ids that are integers, got {kind}")
    return value


def pair(value: Any) -> Any:
    """Return a pair as it is, and None; refuse anything else."""
    if value is not None and (not isinstance(value, (tuple, list)) or len(value) != 2):
        raise TypeError(f"expected ids and mask, got {described(value)}")
    return value


def new_model(build: Callable[..., Any], vocabulary_size: int, seed: int | None = None) -> Any:
    """Build a model that runs eagerly, with random weights of a moderate size if there is a seed."""
    model = build(vocabulary_size)
    if not hasattr(model, "predict_on_batch"):
        raise TypeError(f"expected a Keras model, got {described(model)}")
    model.run_eagerly = True
    if not getattr(model, "built", True):
        model.predict_on_batch(np.full((2, 3), 2, dtype=np.int32))
    if seed is not None:
        rng = np.random.default_rng(seed)
        for weight in model.trainable_variables:
            weight.assign(rng.normal(0, 0.5, weight.shape).astype(np.float32))
    return model


def asked(model: Any, ids: np.ndarray) -> np.ndarray:
    """Return the model's answers."""
    return np.asarray(model.predict_on_batch(ids), dtype=np.float64)


def answers(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Return the shape and the range of what a model answers."""
    model = new_model(build, vocabulary_size, seed)
    for weight in model.trainable_variables[-2:]:
        weight.assign(4 * np.asarray(weight))
    found = asked(model, ids)
    low, high = found.min(), found.max()
    if not np.isfinite(found).all():
        return list(found.shape), "not finite"
    if high - low < SAME:
        return list(found.shape), f"always {high:.3g}"
    lower = "below -1" if low < -1.001 else "from -1" if low < -0.001 else "from 0"
    return list(found.shape), f"{lower} {'to beyond 1' if high > 1.001 else 'to 1'}"


def padding(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Say whether padding on the right changes what a model answers."""
    model = new_model(build, vocabulary_size, seed)
    first = asked(model, ids)
    for more in (1, 9):
        other = asked(model, np.pad(ids, ((0, 0), (0, more))))
        if other.shape != first.shape:  # an answer for every word: compare those that have a word
            other = other[:, : first.shape[1]]
        if np.abs(other - first).max() > SAME:
            made = any(
                getattr(layer, "mask_zero", False) or type(layer).__name__ == "Masking"
                for layer in layers_of(model)
            )
            return f"changes the answer, and {'a mask is made' if made else 'no layer makes a mask'}"
    return "changes nothing"


def layers_of(model: Any) -> list[Any]:
    """Return all layers of a model, those inside other layers too."""
    found = []
    for layer in getattr(model, "layers", ()):
        found += [layer, *layers_of(layer)]
    return found


def reading(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Say at which places the word counts, and between which neighbours the order counts."""
    model = new_model(build, vocabulary_size, seed)
    batch, time = ids.shape
    variants = [ids]
    for t in range(time):
        other = ids.copy()
        other[:, t] = ids.max() + 1
        variants.append(other)
    for t in range(time - 1):
        other = ids.copy()
        other[:, [t, t + 1]] = ids[:, [t + 1, t]]
        variants.append(other)
    found = asked(model, np.concatenate(variants)).reshape(len(variants), batch, -1)
    counts = [bool((np.abs(other - found[0]) > SAME).any()) for other in found[1:]]
    return counts[:time], counts[time:]


def loss_of(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, seed: int
) -> Any:
    """Return what a model answers and its loss, without what the weights alone add to it."""
    model = new_model(build, vocabulary_size, seed)
    found = asked(model, ids)
    wanted = np.broadcast_to(labels.reshape((-1,) + (1,) * (found.ndim - 1)), found.shape)
    result = model.test_on_batch(ids, np.array(wanted, dtype=np.float32), return_dict=True)
    return found, float(result["loss"]) - sum(float(loss) for loss in model.losses)


def size(build: Callable[..., Any], vocabulary_size: int, fewest: int, most: int) -> Any:
    """Say how many weights a model has and whether each id has a vector."""
    large, small = new_model(build, vocabulary_size), new_model(build, vocabulary_size // 2)
    number = int(large.count_params())
    within = "too few" if number < fewest else "too many" if number > most else "within the bounds"
    rows = max((w.shape[0] for w in large.get_weights() if w.ndim == 2), default=0)
    vectors = "each id has a vector" if rows >= vocabulary_size else "the last ids have no vector"
    same = number == int(small.count_params())
    return within, vectors, "has no influence" if same else "counts"


def learning(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, updates: int
) -> Any:
    """Say what moves when a model is trained on one small batch, and what becomes of its loss."""
    model = new_model(build, vocabulary_size)
    found = asked(model, ids)
    wanted = np.array(
        np.broadcast_to(labels.reshape((-1,) + (1,) * (found.ndim - 1)), found.shape), dtype=np.float32
    )
    before = [w.copy() for w in model.get_weights()]
    first = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    for _ in range(updates):
        model.train_on_batch(ids, wanted)
    last = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    moved = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    what = "all weights move" if all(moved) else "some weights do not move"
    if not any(moved):
        what = "no weight moves"
    elif not moved[0] and all(moved[1:]):  # the first layer has the word vectors
        what = "the word vectors do not move"
    fall = first - last
    how = "falls" if fall > LEAST_FALL else "hardly falls" if fall > -0.05 else "rises"
    return what, how if np.isfinite(last) else "is not finite"


def usable(build: Callable[..., Any], vocabulary_size: int) -> Any:
    """Say whether two calls make two models, and how they answer to odd batches."""
    one, other = new_model(build, vocabulary_size), new_model(build, vocabulary_size)
    kept = [w.copy() for w in other.get_weights()]
    for weight in one.trainable_variables:
        weight.assign(np.asarray(weight) + 1)
    untouched = all(np.array_equal(a, b) for a, b in zip(kept, other.get_weights(), strict=True))
    models = "two models" if one is not other and untouched else "two names of one model"
    shapes: list[Any] = []
    for batch, time in ((1, 1), (1, 9), (3, 1)):
        with contextlib.suppress(Exception):
            shapes.append(list(np.shape(one.predict_on_batch(np.full((batch, time), 2, dtype=np.int64)))))
    number = ["none", "some", "some", "all"][len(shapes)]
    compiled = bool(getattr(one, "compiled", getattr(one, "optimizer", None) is not None))
    return models, number, "compiled" if compiled else "not compiled"


def accuracy_of(trial: Callable[..., Any], seed: int, enough: float) -> float:
    """Run a trial; more than enough is enough."""
    return min(float(trial(seed)), enough)


def entries(confusion: Callable[..., Any], *args: Any) -> Any:
    """Return the four counts in order of size."""
    value = np.asarray(confusion(*args))
    return np.sort(value.reshape(-1)) if value.size == 4 and value.dtype.kind in "fiub" else value


def set_and_order(worst_errors: Callable[..., Any], *args: Any) -> Any:
    """Return the indices in order of size, and as they came."""
    value = worst_errors(*args)
    if value is None:
        return None
    found = np.asarray(value)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise TypeError(f"expected indices in one row, got {type(value).__name__} of shape {found.shape}")
    return sorted(found.tolist()), found.tolist()


WITH_NETWORKS = (answers, padding, reading, loss_of, size, learning, usable, accuracy_of)
"""The drives that take seconds, because they build or train networks."""
