"""Conclusions of assignment 06-sentiment: from what a model has answered to how it behaves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_course.checks.compare import described

SAME = 1e-5  # answers that differ by less are the same
LEAST_FALL = 0.003  # of the loss, in eight updates: Adam at 0.001 reaches 0.013 to 0.04, SGD at 0.01 0.0005


def answers_of(value: Any, batches: Sequence[Any]) -> list[Any]:
    """Return one array of answers for each batch; in each batch, a review has one answer."""
    if not isinstance(value, (list, tuple)) or len(value) != len(batches):
        raise TypeError(f"expected the answers to {len(batches)} batches, got {described(value)}")
    return [answered(found, ids) for found, ids in zip(value, batches, strict=True)]


def answered(found: Any, ids: Any) -> Any:
    """Return the answers to one batch."""
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiu":
        raise TypeError(f"expected numbers for answers, got {described(found)}")
    if found.shape[:1] != ids.shape[:1]:
        raise ValueError(f"expected an answer for each of {len(ids)} reviews, got the shape {found.shape}")
    first: dict[tuple[int, ...], Any] = {}
    for row, answer in zip(ids.tolist(), found, strict=True):
        if differ(answer, first.setdefault(tuple(row), answer)):
            raise ValueError("expected the same answer to the same review, got two different ones")
    return found


def differ(one: Any, other: Any) -> bool:
    """Return whether two answers differ; those that are not finite are the same."""
    scale = max(1.0, float(np.abs(other).max(initial=0.0)))
    return bool((np.abs(one - other) > SAME * scale).any())


def vary(found: Any) -> bool:
    """Return whether the answers of a batch differ at all."""
    return any(differ(answer, found[0]) for answer in found)


def probability(value: Any, size: int, questions: Any, *others: Any) -> Any:
    """Return the shape and the range of what a model answers."""
    (found,), _ = value
    if isinstance(found, np.ndarray) and found.shape[:1] == questions[0].shape[:1]:
        found = answered(found, questions[0])
    if not np.size(found):
        return list(np.shape(found)), "nothing"
    low, high = found.min(), found.max()
    if not np.isfinite(found).all():
        return list(found.shape), "not finite"
    if high - low < SAME:
        return list(found.shape), f"always {high:.3g}"
    lower = "below -1" if low < -1.001 else "from -1" if low < -0.001 else "from 0"
    return list(found.shape), f"{lower} {'to beyond 1' if high > 1.001 else 'to 1'}"


def padding(value: Any, size: int, questions: Any, *others: Any) -> str:
    """Say whether padding on the right changes what a model answers."""
    all_answers, made = value
    batches = answers_of(all_answers, questions)
    width = questions[0].shape[1]
    known = {tuple(row): answer for row, answer in zip(questions[0].tolist(), batches[0], strict=True)}
    for ids, found in zip(questions[1:], batches[1:], strict=True):
        for row, answer in zip(ids[:, :width].tolist(), found, strict=True):
            right = known[tuple(row)]
            if answer.shape != right.shape:  # an answer for every word: compare those that have a word
                answer = answer[: right.shape[0]]
            if differ(answer, right):
                mask = isinstance(made, list) and True in made
                return f"changes the answer, and {'a mask is made' if mask else 'no layer makes a mask'}"
    return "changes nothing" if vary(batches[0]) else "changes nothing, but neither do words"


def reading(value: Any, size: int, questions: Any, seed: int, sharpness: float, ids: Any, other: int) -> Any:
    """Say at which places the word counts, and between which neighbours the order counts."""
    (found,) = answers_of(value[0], questions)
    known = {tuple(row): answer for row, answer in zip(questions[0].tolist(), found, strict=True)}
    original, *changed = ([known[tuple(row)] for row in some.tolist()] for some in variants(ids, other))
    counts = [any(map(differ, some, original)) for some in changed]
    return counts[: ids.shape[1]], counts[ids.shape[1] :]


def variants(ids: Any, other: int) -> list[Any]:
    """Return the reviews; the same with one word exchanged, for each place; with two neighbours exchanged."""
    found, time = [ids], ids.shape[1]
    for t in range(time):
        found.append(ids.copy())
        found[-1][:, t] = other
    for t in range(time - 1):
        found.append(ids.copy())
        found[-1][:, [t, t + 1]] = ids[:, [t + 1, t]]
    return found


def loss(value: Any, size: int, ids: Any, *others: Any) -> Any:
    """Return what a model answers and its loss, without what the weights alone add to it."""
    found, whole, of_weights = value
    return answered(found, ids), float(whole) - sum(map(float, of_weights))


def size(value: Any, vocabulary_size: int, other_size: int, fewest: int, most: int) -> Any:
    """Say how many weights a model has, whether each id has a vector, and what that depends on."""
    (large, rows), (small, other_rows) = map(counted, value)
    within = "too few" if large < fewest else "too many" if large > most else "within the bounds"
    vectors = "each id has a vector" if rows >= vocabulary_size else "the last ids have no vector"
    if large == small:
        return within, vectors, "has no influence"
    grown = abs(rows - other_rows - (vocabulary_size - other_size)) <= ROUNDED_UP
    return within, vectors, "counts" if grown else "counts, but not rightly"


ROUNDED_UP = 64  # rows: a table may be somewhat larger than it need be


def counted(shapes: Any) -> tuple[int, int]:
    """Return the number of weights, and the most rows that a matrix among them has."""
    shapes = [tuple(map(int, shape)) for shape in shapes]
    if any(len(shape) > 8 or not all(0 <= n < 10**9 for n in shape) for shape in shapes):
        raise ValueError("expected the shapes of weights")
    return sum(map(math.prod, shapes)), max((shape[0] for shape in shapes if len(shape) == 2), default=0)


def learning(value: Any, size: int, ids: Any, labels: Any, updates: int) -> Any:
    """Say what moves when a model is trained on one small batch, and what becomes of its loss."""
    found, then, first, last, distances = value
    before, after = answers_of([found, then], [ids, ids])
    moved = [bool(float(distance) > 0) for distance in distances]
    what = "all weights move" if all(moved) else "some weights do not move"
    if not any(moved):
        what = "no weight moves"
    elif not moved[0] and all(moved[1:]):  # the first layer has the word vectors
        what = "the word vectors do not move"
    if not np.isfinite(last):
        return what, "is not finite"
    step = (after - before).reshape(len(labels), -1).mean(axis=1)
    apart = step[labels == 1].mean() > step[labels == 0].mean()
    fall = float(first) - float(last)
    return what, "falls" if fall > LEAST_FALL and apart else "hardly falls" if fall > -0.05 else "rises"


def usable(value: Any, size: int, ids: Any, odd: Any, seed: int) -> Any:
    """Say whether two calls make two models, and how they answer to odd batches."""
    before, after, to_odd, compiled = value
    before, after = answers_of([before, after], [ids, ids])
    if not isinstance(to_odd, list) or len(to_odd) != len(odd):
        raise TypeError(f"expected the answers to {len(odd)} batches, got {described(to_odd)}")
    models = "two names of one model" if differ(after, before) else "two models"
    good = sum(
        isinstance(a, np.ndarray) and a.shape[:1] == b.shape[:1] for a, b in zip(to_odd, odd, strict=True)
    )
    number = "none" if not good else "all" if good == len(odd) else "some"
    return models, number, "compiled" if compiled is True else "not compiled"
