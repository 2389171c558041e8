"""The task on naive Bayes of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def naive_bayes(
    counts: Any, labels: Any, smoothing: float, *, seen: Mapping[str, Any], wrong: str
) -> dict[str, Any]:
    """Compute w = log p_1 - log p_0 and b = log(N_1 / N_0)."""
    classes = (labels == 0, labels == 1) if wrong == "the classes exchanged" else (labels == 1, labels == 0)
    positive, negative = (shares(counts, of, smoothing, wrong) for of in classes)
    weights = np.log(positive) - np.log(negative)
    if wrong == "logarithm left out":
        weights = positive / negative
    elif wrong == "difference without logarithm":
        weights = positive - negative
    elif wrong == "the positive class alone":
        weights = np.log(positive)
    elif wrong == "logarithm to another base":
        weights = weights / np.log(2)
    return {"weights": weights, "bias": prior(counts, *classes, smoothing, wrong)}


def shares(counts: Any, of: Any, smoothing: float, wrong: str) -> Any:
    """p_kv = (n_kv + α) / Σ_u (n_ku + α)."""
    alpha = {"smoothing left out": 0.0, "smoothing always 1": 1.0}.get(wrong, smoothing)
    if wrong in ("reviews counted in place of occurrences", "a share of the reviews"):
        counts = counts > 0
    n = counts[of].sum(axis=0)
    if wrong == "smoothing once for every review":
        alpha = alpha * of.sum()
    total = n.sum() + alpha * n.size
    if wrong == "smoothing missing in the denominator":
        total = n.sum()
    elif wrong == "smoothing once in the denominator":
        total = n.sum() + alpha
    elif wrong == "divided by both classes together":
        total = 1.0
    elif wrong == "divided by the number of reviews":
        total = of.sum()
    elif wrong == "a share of the reviews":
        total = of.sum() + 2 * alpha
    elif wrong == "smoothing after the division":
        return n / n.sum() + alpha
    return (n + alpha) / total


def prior(counts: Any, positive: Any, negative: Any, smoothing: float, wrong: str) -> float:
    """Compute b = log(N_1 / N_0)."""
    many, few = float(positive.sum()), float(negative.sum())
    if wrong == "bias left at 0":
        return 0.0
    if wrong == "occurrences in place of reviews":
        many, few = float(counts[positive].sum()), float(counts[negative].sum())
    if wrong == "a share in place of the odds":
        few = many + few
    if wrong == "the classes smoothed":
        many, few = many + smoothing, few + smoothing
    if wrong == "logarithm to another base":
        return float(np.log2(many / few))
    return many / few if wrong == "logarithm left out" else float(np.log(many / few))


def bayes_cases(rng: np.random.Generator) -> list[Case]:
    """Draw counts in which each class has every word; edges in which it has not."""
    cases = []
    for batch, size, positive, smoothing in ((7, 5, 2, 0.5), (6, 7, 4, 2.0), (9, 6, 6, 0.1)):
        labels = rng.permutation(np.arange(batch) < positive).astype(int)
        counts = rng.poisson(1.5, (batch, size)).astype(float)
        for k in (0, 1):
            counts[labels.argmax() if k else labels.argmin()] += 1
        args = {"counts": counts, "labels": labels, "smoothing": smoothing}
        cases.append(Case(args, f"batch {batch}, vocabulary {size}, smoothing {smoothing}"))
    for rows, classes, words in (
        ([[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]], [1, 0], "words that a class never uses"),
        ([[0, 3, 1], [0, 1, 1], [1, 0, 0]], [0, 1, 1], "counts as whole numbers"),
        ([[2.0], [5.0], [1.0]], [1, 0, 1], "vocabulary 1"),
        ([[0.0, 0.0], [0.0, 1.0], [2.0, 1.0]], [0, 1, 1], "a class without any word"),
    ):
        args = {"counts": np.array(rows), "labels": np.array(classes), "smoothing": 0.5}
        cases.append(Case(args, words, edge=True))
    return cases


BAYES = Task(
    function="fit_naive_bayes",
    returns=("weights", "bias"),
    cases=bayes_cases,
    reference=naive_bayes,
    ideas=(
        Idea(
            "bayes-weights",
            ("weights",),
            {
                "the classes exchanged": "Your weights are positive for the words of negative reviews.",
                "logarithm left out": "Your weights are ratios of shares. Ratios are multiplied; only "
                "their logarithms may be added up.",
                "difference without logarithm": "Your weights are differences of shares. Of what should "
                "they be differences?",
                "the positive class alone": "Your weights say how frequent a word is in positive reviews, "
                "and nothing about negative ones.",
                "smoothing left out": "The smoothing changes nothing in your weights. What becomes of a "
                "word that a class never uses?",
                "smoothing always 1": "Your weights are those of one certain smoothing, whichever was "
                "asked for.",
                "smoothing missing in the denominator": "The shares of all words of a class should add up "
                "to 1.",
                "smoothing once in the denominator": "How often is the smoothing added in the sum over all "
                "words?",
                "smoothing once for every review": "The smoothing is added to the count of a class, not to "
                "that of each review in it.",
                "smoothing after the division": "The smoothing belongs to the counts; yours is added to "
                "the shares.",
                "divided by both classes together": "The shares of a class are divided by the total of "
                "that class; yours all have the same denominator, or none.",
                "divided by the number of reviews": "You divide by the number of reviews of the class. "
                "What is a word's share a share of?",
                "reviews counted in place of occurrences": "A word that stands three times in a review "
                "counts three times.",
                "a share of the reviews": "Your shares are shares of reviews that contain the word. That "
                "is a relative of this model, and not this one.",
                "logarithm to another base": "Your weights are in bits. The natural logarithm gives nats.",
            },
        ),
        Idea(
            "bayes-bias",
            ("bias",),
            {
                "bias left at 0": "Here one class has more reviews than the other. What are the odds "
                "before the first word?",
                "the classes exchanged": "The more positive reviews there are, the smaller is your bias.",
                "logarithm left out": "Your bias is the odds themselves. It is added to logarithms.",
                "a share in place of the odds": "You compare the positive reviews with all reviews. What "
                "are they compared with in the equation?",
                "occurrences in place of reviews": "You compare the words of the two classes. The bias "
                "compares their reviews.",
                "the classes smoothed": "The smoothing belongs to words that may never occur. Both classes "
                "do.",
                "logarithm to another base": "Your bias is in bits. The natural logarithm gives nats.",
            },
        ),
        Idea("bayes-contract"),
    ),
)
