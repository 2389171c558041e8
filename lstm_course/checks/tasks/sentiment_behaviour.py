"""Tasks of assignment 06-sentiment: how a model has to behave, and reviews to ask it about."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.tasks.sentiment_digests import variants

ANSWERS, RANGE = "shape of the answers", "range of the answers"


def probability(size: int, questions: Any, *others: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """Say what comes out: one number in (0, 1) for each review."""
    batch, time = questions[0].shape
    shape, limits = [batch, 1], "from 0 to 1"
    if wrong == "logits where probabilities are expected":
        limits = "below -1 to beyond 1"
    if wrong == "tanh in place of the sigmoid":
        limits = "from -1 to 1"
    if wrong == "ReLU in place of the sigmoid":
        limits = "from 0 to beyond 1"
    if wrong == "softmax over one unit":
        limits = "always 1"
    if wrong == "return_sequences left on":
        shape = [batch, time, 1]
    if wrong == "a unit for each class":
        shape = [batch, 2]
    if wrong == "the output layer is missing":
        own = seen.get(ANSWERS, [batch, 16])
        shape, limits = own if len(own) == 2 and own[1] > 2 else [batch, 16], "from -1 to 1"
    return {ANSWERS: shape, RANGE: limits}


PAD = "more padding"
PADDED = {
    "padding is read as words": "changes the answer, and no layer makes a mask",
    "the mask is lost on its way": "changes the answer, and a mask is made",
    "nothing is read": "changes nothing, but neither do words",
}


def padding(*arguments: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """Return what padding does: nothing."""
    return {PAD: PADDED.get(wrong, "changes nothing")}


def order(
    size: int,
    questions: Any,
    seed: int,
    sharpness: float,
    ids: Any,
    other: int,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Say what counts: every word, and every exchange of neighbours."""
    time = ids.shape[1]
    words, pairs = np.ones(time, bool), np.ones(time - 1, bool)
    if wrong == "a bag of words":
        pairs[:] = False
    if wrong == "only the last word is read":
        words[:-1], pairs[:-1] = False, False
    if wrong == "only the first word is read":
        words[1:], pairs[1:] = False, False
    if wrong == "nothing is read":
        words[:], pairs[:] = False, False
    if wrong == "the last word is not read":
        words[-1] = False
    if wrong == "the first word is not read":
        words[0] = False
    return {"words that count": words.tolist(), "pairs whose order counts": pairs.tolist()}


def loss(size: int, ids: Any, labels: Any, seed: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the binary cross-entropy of what the model answers: of logits, if these come out."""
    logits = np.linspace(-2, 3, len(labels))[:, None]
    default = logits if wrong == "the loss takes logits for probabilities" else 1 / (1 + np.exp(-logits))
    p = np.asarray(seen.get("answers", default), dtype=float)
    y = np.broadcast_to(labels.reshape((-1,) + (1,) * (p.ndim - 1)), p.shape)
    as_logits = bool((p < 0).any() or (p > 1).any())
    if wrong == "the loss takes logits for probabilities":
        as_logits = False
    if wrong == "the loss takes probabilities for logits":
        as_logits = True
    q = np.clip(p, 1e-7, 1 - 1e-7)
    each = np.logaddexp(0, p) - y * p if as_logits else -(y * np.log(q) + (1 - y) * np.log(1 - q))
    value = {
        "the mean squared error": np.mean((p - y) ** 2),
        "the mean absolute error": np.mean(np.abs(p - y)),
        "the hinge loss": np.mean(np.maximum(1 - (2 * y - 1) * p, 0)),
        "a loss for several classes on one unit": 0.0,
        "the sum over the reviews": np.sum(each),
    }.get(wrong, np.mean(each))
    return {"answers": p, "loss": value}


def size(*arguments: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """Say how many weights there are, how many rows of the embedding, and what they depend on."""
    within = {"far too many weights": "too many", "far too few weights": "too few"}.get(wrong)
    short = wrong in ("the embedding is too small for the vocabulary", "the embedding has a size of its own")
    fixed = wrong in ("the vocabulary's size is not heeded", "the embedding has a size of its own")
    return {
        "number of weights": within
        or seen_if(seen, "number of weights", short or fixed, "within the bounds"),
        "vectors": "the last ids have no vector" if short else "each id has a vector",
        "vocabulary_size": "has no influence" if fixed else "counts",
    }


def seen_if(seen: Any, name: str, condition: bool, otherwise: str) -> str:
    """Return what was seen where it may be anything."""
    return str(seen.get(name, otherwise)) if condition else otherwise


def learning(number: int, ids: Any, labels: Any, updates: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Say what training does: all weights move, and the loss falls."""
    moves = {
        "the word vectors are frozen": "the word vectors do not move",
        "training changes nothing": "no weight moves",
        "a layer is frozen": "some weights do not move",
    }.get(wrong, "all weights move")
    falls = {
        "training hardly lowers the loss": "hardly falls",
        "training changes nothing": "hardly falls",
        "training makes the loss larger": "rises",
    }.get(wrong, "falls")
    partly = wrong in ("the word vectors are frozen", "a layer is frozen")
    return {"training": moves, "the loss": seen_if(seen, "the loss", partly, falls)}


def contract(*arguments: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """Say what two calls make: two models, for all batches, compiled."""
    return {
        "two calls": "two names of one model" if wrong == "one model for all calls" else "two models",
        "odd batches answered": {"one length and no other": "none"}.get(wrong, "all"),
        "the model": "not compiled" if wrong == "the model is not compiled" else "compiled",
    }


WORDS = 60
"""Ids of the models that are asked: 0 to 59, of which 0 is padding, 1 is unknown, and reviews use 2 to 41."""


def reviews(rng: np.random.Generator, batch: int, time: int) -> np.ndarray:
    """Return ids, no word twice in a review, no review twice, none of the words padding or unknown."""
    found: set[tuple[int, ...]] = set()
    while len(found) < batch:
        found.add(tuple((2 + rng.permutation(40)[:time]).tolist()))
    return rng.permutation(np.array(sorted(found), dtype=np.int32))


def asking(
    rng: np.random.Generator, questions: list[np.ndarray], words: str, sharpness: float = 1.0, **more: Any
) -> list[Case]:
    """Return one case: batches to ask a model about, each in random order."""
    args = {
        "vocabulary_size": WORDS,
        "questions": [rng.permutation(ids) for ids in questions],
        "seed": seed(rng),
        "sharpness": sharpness,
    }
    return [Case(args | more, words)]


def repeated(rng: np.random.Generator) -> list[Case]:
    """Return one batch, in which some reviews occur twice."""
    ids = reviews(rng, 45, 5)
    return asking(rng, [np.concatenate([ids, ids[:15]])], "60 reviews of 5 words", 4.0)


def padded(rng: np.random.Generator) -> list[Case]:
    """Return the same reviews three times, with more and more padding."""
    ids = reviews(rng, 6, 4)
    return asking(rng, [np.pad(ids, ((0, 0), (0, more))) for more in (0, 1, 9)], "6 reviews of 4 words")


def reordered(rng: np.random.Generator) -> list[Case]:
    """Return reviews and all their variants, among each other."""
    ids, other = reviews(rng, 12, 5), int(rng.integers(42, WORDS - 1))
    questions = [np.concatenate([ids, *variants(ids, other)])]  # the originals twice
    return asking(rng, questions, "12 reviews of 5 words", ids=ids, other=other)


def labelled(rng: np.random.Generator) -> list[Case]:
    """Return reviews, some of them twice, with labels that need not fit."""
    ids = reviews(rng, 18, 4)
    args = {
        "vocabulary_size": WORDS,
        "ids": rng.permutation(np.concatenate([ids, ids[:6]])),
        "labels": rng.permutation(np.arange(24) % 2),
        "seed": seed(rng),
    }
    return [Case(args, "24 reviews of 4 words")]


def two_sizes(rng: np.random.Generator) -> list[Case]:
    """Return two vocabularies, and the bounds for the larger one's model."""
    args = {"vocabulary_size": 3000, "other_size": int(rng.integers(200, 2600))}
    return [Case(args | {"fewest": 10_000, "most": 400_000}, "3,000 ids")]


def told_apart(rng: np.random.Generator) -> list[Case]:
    """Return one batch in which praise and blame have no word in common; some reviews occur twice."""
    labels = np.arange(16) % 2
    words = 2 + rng.permutation(40)[:12].reshape(2, 6)
    ids = words[labels[:, None], rng.integers(0, 6, (16, 3))].astype(np.int32)
    ids[12:] = ids[:4]
    shuffled = rng.permutation(16)
    args = {"vocabulary_size": WORDS, "ids": ids[shuffled], "labels": labels[shuffled], "updates": 8}
    return [Case(args, "16 reviews of 3 words, 8 updates")]


def odd_batches(rng: np.random.Generator) -> list[Case]:
    """Return ordinary reviews, some of them twice, and batches of which a size is 1."""
    ids = reviews(rng, 6, 4)
    shapes = ((1, 1), (1, int(rng.integers(5, 12))), (int(rng.integers(2, 6)), 1))
    args = {
        "vocabulary_size": WORDS,
        "ids": rng.permutation(np.concatenate([ids, ids])),
        "odd": [rng.integers(2, 42, shape) for shape in shapes],
        "seed": seed(rng),
    }
    return [Case(args, "60 ids")]


def seed(rng: np.random.Generator) -> int:
    """Draw a seed for the weights."""
    return int(rng.integers(2**31))
