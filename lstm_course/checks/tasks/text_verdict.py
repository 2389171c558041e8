"""The tasks on verdicts and on the smallest baseline of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def judged(counts: Any, weights: Any, bias: Any, *, seen: Mapping[str, Any], wrong: str) -> dict[str, Any]:
    """1 where counts · w + b > 0."""
    if wrong == "every word counted once":
        counts = counts > 0
    scores = counts @ weights + bias
    if wrong == "bias left out":
        scores = counts @ weights
    elif wrong == "bias weighed by the number of words":
        scores = counts @ (weights + bias)
    elif wrong == "bias taken away":
        scores = counts @ weights - bias
    probability = 1 / (1 + np.exp(-np.clip(scores, -500, 500)))
    found: Any = {
        "sums in place of verdicts": scores,
        "probabilities in place of verdicts": probability,
        "verdicts exchanged": scores < 0,
        "threshold at one half": scores > 0.5,
        "threshold at one": scores > 1,
        "probability compared with 0": probability > 0,
        "verdicts −1 and 1": np.sign(scores),
        "a sum of zero called positive": scores >= 0,
    }.get(wrong, scores > 0)
    return {"labels": found.astype(int) if found.dtype == bool else found}


def predict_cases(rng: np.random.Generator) -> list[Case]:
    """Reviews on both sides of zero and near it, but not so near that rounding decides."""
    cases = []
    for batch, size, bias in ((40, 6, 0.35), (36, 8, -0.3), (48, 7, 0.4)):
        counts = rng.poisson(1.5, (batch, size)).astype(float)
        weights = rng.permutation(np.arange(size) % 2 * 2.0 - 1) * rng.uniform(0.2, 1.0, size)
        counts[np.abs(counts @ weights + bias) < 0.005] = 0
        args = {"counts": counts, "weights": weights, "bias": bias}
        cases.append(Case(args, f"batch {batch}, vocabulary {size}"))
    for rows, each, start, words in (
        ([[1.0, 2.0, 0.0]], [0.5, 1.0, -2.0], -1.0, "batch 1"),
        ([[3.0], [1.0]], [0.75], -1.5, "vocabulary 1"),
        ([[0.0, 0.0], [0.0, 1.0]], [1.0, -1.0], 0.25, "a review without a word"),
        ([[0.0, 0.0], [1.0, 1.0]], [1.0, -1.0], 0.0, "sums of exactly zero"),
    ):
        args = {"counts": np.array(rows), "weights": np.array(each), "bias": start}
        cases.append(Case(args, words, edge=True))
    return cases


PREDICT = Task(
    function="predict",
    returns=("labels",),
    cases=predict_cases,
    reference=judged,
    ideas=(
        Idea(
            "predict-value",
            ("labels",),
            {
                "bias left out": "The bias has no influence on your verdicts.",
                "bias weighed by the number of words": "The more words a review has, the more your bias "
                "weighs. Is it added once for every word, or are the words averaged before it is added?",
                "bias taken away": "The larger the bias, the fewer reviews you call positive.",
                "every word counted once": "A word that occurs three times enters the sum three times.",
                "sums in place of verdicts": "These are the sums. The verdict is whether they are above "
                "zero.",
                "probabilities in place of verdicts": "These are probabilities. The verdict is one of two "
                "numbers.",
                "verdicts exchanged": "Above zero stands for a positive review.",
                "threshold at one half": "The threshold one half belongs to probabilities. These are "
                "logarithms of odds.",
                "threshold at one": "Reviews with a sum a little above zero come out as negative.",
                "probability compared with 0": "Every review is positive. Is there a probability below zero?",
                "verdicts −1 and 1": "The labels of this course are 0 and 1.",
            },
        ),
        Idea(
            "predict-contract",
            mistakes={
                "a sum of zero called positive": "A sum of exactly zero is not above zero.",
            },
        ),
    ),
)


def majority(train_labels: Any, test_labels: Any, *, seen: Mapping[str, Any], wrong: str) -> dict[str, Any]:
    """Find the most frequent training label, and its share among the test labels."""
    counts = np.bincount(train_labels)
    label = counts.argmax()
    if wrong == "the test labels asked":
        label = np.bincount(test_labels).argmax()
    elif wrong == "label 1 always":
        label = np.int64(1)
    elif wrong == "the largest label":
        label = train_labels.max()
    elif wrong == "the rarest label":
        label = min(np.unique(train_labels), key=lambda k: counts[k])
    elif wrong == "the largest of several":
        label = np.flatnonzero(counts == counts.max())[-1]
    elif wrong == "the first read of several":
        label = next(k for k in train_labels if counts[k] == counts.max())
    hits = test_labels == label
    train_shares, test_shares = (np.bincount(x, minlength=9) / len(x) for x in (train_labels, test_labels))
    found = {
        "the share among the training labels": np.mean(train_labels == label),
        "the label in place of the accuracy": label,
        "the mean label in place of the accuracy": np.mean(test_labels),
        "a number in place of a fraction": hits.sum(),
        "per cent in place of a fraction": 100 * hits.mean(),
        "the error in place of the accuracy": 1 - hits.mean(),
        "guessing by the shares of the labels": train_shares @ test_shares,
        "divided by the training labels": hits.sum() / len(train_labels),
    }.get(wrong, hits.mean())
    return {"accuracy": float(found)}


def majority_cases(rng: np.random.Generator) -> list[Case]:
    """Labels of which another one is most frequent in the training than in the test part."""
    cases = []
    for train, test in (((7, 4), (5, 8)), ((2, 4, 6), (4, 6, 3)), ((5, 8, 4), (7, 4, 3))):
        args = {
            "train_labels": rng.permutation(np.repeat(np.arange(len(train)), train)),
            "test_labels": rng.permutation(np.repeat(np.arange(len(test)), test)),
        }
        cases.append(Case(args, f"{sum(train)} training and {sum(test)} test labels"))
    for known, asked, words in (
        ([1, 0, 0, 1], [1, 1, 0], "a tie, the larger label first"),
        ([0, 2, 1, 2, 0], [2, 2, 0, 1], "a tie, the smaller label first"),
        ([1], [1], "a single label"),
        ([2, 2, 1], [0, 1], "test labels without the most frequent one"),
    ):
        args = {"train_labels": np.array(known), "test_labels": np.array(asked)}
        cases.append(Case(args, words, edge=True))
    return cases


MAJORITY = Task(
    function="majority_accuracy",
    returns=("accuracy",),
    cases=majority_cases,
    reference=majority,
    ideas=(
        Idea(
            "majority-value",
            ("accuracy",),
            {
                "the test labels asked": "Which label is most frequent must be known before the test "
                "labels are seen.",
                "label 1 always": "Sometimes another label than 1 is the most frequent.",
                "the largest label": "The largest label need not be the most frequent one.",
                "the rarest label": "That is the accuracy of the label that occurs least often.",
                "the share among the training labels": "That is how often the label occurs in training. "
                "The accuracy is asked for on the test labels.",
                "the label in place of the accuracy": "That is the label. How often is it right?",
                "the mean label in place of the accuracy": "The mean of the labels is a share only if all "
                "are 0 or 1, and then it is that of label 1.",
                "a number in place of a fraction": "That is how many test texts it gets right. Of how many?",
                "per cent in place of a fraction": "An accuracy is a fraction in code. Per cent belongs in "
                "prose.",
                "the error in place of the accuracy": "That is the fraction that it gets wrong.",
                "guessing by the shares of the labels": "That is what drawing labels at random would "
                "reach. The baseline always says the same.",
                "divided by the training labels": "You divide by the number of training labels, and the "
                "hits are among the test labels.",
            },
        ),
        Idea(
            "majority-contract",
            mistakes={
                "the largest of several": "Of several equally frequent labels the smallest is to be taken.",
                "the first read of several": "Of several equally frequent labels you take the one that "
                "comes first in the data. In another order they would give another number.",
            },
        ),
    ),
)
