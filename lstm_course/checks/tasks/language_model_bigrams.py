"""Tasks of assignment 07-language-model: pairs of characters, counted and smoothed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow


def bigram_cases(rng: np.random.Generator) -> list[Case]:
    """Texts in which some characters never occur and one only at the very end."""
    cases = []
    for size, length, discount in ((7, 40, 0.6), (9, 60, 0.75), (8, 90, 0.4)):
        used = rng.permutation(size)
        ids = np.append(used[rng.integers(0, size - 3, length) ** 2 // (size - 3)], used[-1])
        ids[5:9] = ids[5]
        args = {"ids": ids, "shorter": rng.dirichlet(np.full(size, 3.0)), "discount": discount}
        cases.append(Case(args, f"{length + 1} characters, vocabulary {size}"))
    few = {"ids": np.array([1, 0]), "shorter": np.array([0.25, 0.75]), "discount": 0.5}
    cases.append(Case(few, "2 characters, vocabulary 2", edge=True))
    small = np.append(rng.integers(0, 20, 80), np.full(601, 7)).astype(np.uint8)
    args = {"ids": small, "shorter": rng.dirichlet(np.full(20, 3.0)), "discount": 0.5}
    return [*cases, Case(args, "681 characters with ids of type uint8, vocabulary 20", edge=True)]


def parts(value: Any, ids: Any, shorter: Any, discount: float) -> Any:
    """Return the counts, then p with zeros in the rows of new contexts, then p with zeros in all others."""
    counts, p = value
    met = np.isin(np.arange(len(shorter)), ids[:-1])[:, None]
    if np.shape(p) != (len(shorter), len(shorter)):
        return counts, p, p
    return counts, np.where(met, p, 0.0), np.where(met, 0.0, p)


def count_bigrams(ids: Any, shorter: Any, discount: float, *, seen: Any, wrong: str) -> dict[str, Any]:
    """N(uw), then equation (3) of the chapter for contexts of one character."""
    size = len(shorter)
    counts = _counts(np.asarray(ids).astype(int), size, wrong)
    if wrong == "counts in the type of the ids":
        counts = counts.astype(ids.dtype).astype(int)
    used = follow(seen, "counts", counts)
    total = used.sum(axis=1, keepdims=True).astype(float)
    kinds = (used > 0).sum(axis=1, keepdims=True)
    kept = np.maximum(used - discount, 0)
    below = np.broadcast_to(shorter, (size, size))
    if wrong == "no maximum with zero":
        kept = used - discount
    if wrong == "discount not subtracted":
        kept = used
    if wrong == "followers summed over the contexts":
        kinds = (used > 0).sum(axis=0, keepdims=True)
    if wrong == "occurrences in place of different followers":
        kinds = total
    if wrong == "number of followers left out":
        kinds = 1
    if wrong == "uniform distribution below":
        below = np.full((size, size), 1 / size)
    if wrong == "shorter model of the context":
        below = below.T
    if wrong == "divided by the counts of the next character":
        total = used.sum(axis=0, keepdims=True).astype(float)
    if wrong == "divided by all pairs":
        total = np.where(total > 0, used.sum(), 0.0)
    with np.errstate(all="ignore"):
        p = (kept + discount * kinds * below) / total
    if wrong == "plain relative frequencies":
        p = used / np.maximum(total, 1e-300)
    if wrong == "one added to every count":
        p = (used + 1) / (used + 1).sum(axis=1, keepdims=True)
    if wrong == "nothing handed to the shorter model":
        p = kept / np.maximum(total, 1e-300)
    new = {
        "division of zero by zero": np.nan,
        "zeros for new contexts": 0.0,
        "uniform distribution for new contexts": 1 / size,
        "ones for new contexts": 1.0,
        "part of the shorter model only": discount * shorter,
    }.get(wrong, shorter)
    p = np.where(used.sum(axis=1, keepdims=True) > 0, p, new)
    met = np.isin(np.arange(size), ids[:-1])[:, None]
    return {"counts": counts, "p": np.where(met, p, 0.0), "p_new": np.where(met, 0.0, p)}


def _counts(ids: Any, size: int, wrong: str) -> Any:
    """Return how often each character (column) came after each other one (row)."""
    first, second = ids[:-1], ids[1:]
    counts = np.zeros((size, size), int)
    if wrong == "pair of the last and the first character":
        first, second = ids, np.roll(ids, -1)
    if wrong == "the last pair left out":
        first, second = first[:-1], second[:-1]
    if wrong == "every second pair only":
        first, second = first[::2], second[::2]
    if wrong == "rows and columns exchanged":
        first, second = second, first
    if wrong == "every pair counted once at most":
        counts[first, second] += 1
        return counts
    np.add.at(counts, (first, second), 1)
    if wrong == "pairs counted in both orders":
        return counts + counts.T
    if wrong == "counts that begin at one":
        return counts + 1
    return counts


BIGRAMS = Task(
    function="count_bigrams",
    returns=("counts", "p", "p_new"),
    cases=bigram_cases,
    reference=count_bigrams,
    digest=parts,
    ideas=(
        Idea(
            "bigrams-counts",
            ("counts",),
            {
                "rows and columns exchanged": "The row is the character that came first, the context.",
                "every pair counted once at most": "No count is above 1. What does NumPy do if one "
                "statement adds to the same place twice?",
                "pair of the last and the first character": "There is one pair too many: a text has an end, "
                "and nothing comes after it.",
                "the last pair left out": "There is one pair too few. How many pairs of neighbours do five "
                "characters have?",
                "every second pair only": "Pairs overlap: every character but the first and the last "
                "belongs to two of them.",
                "pairs counted in both orders": "That a follows b says nothing about b following a.",
                "counts that begin at one": "These are to be the plain counts. The smoothing has a "
                "different way to help pairs that never occurred.",
            },
        ),
        Idea(
            "bigrams-smoothed",
            ("p",),
            {
                "plain relative frequencies": "Pairs that did not occur still get probability 0, and one of "
                "them in the held-out text makes the loss infinite.",
                "one added to every count": "That is another kind of smoothing. Here the shorter model says "
                "how what is saved is shared out.",
                "no maximum with zero": "Some probabilities are negative. A count of zero has nothing to "
                "give.",
                "discount not subtracted": "The rows sum to more than 1: what the second term hands out was "
                "never taken from the counts.",
                "nothing handed to the shorter model": "The rows sum to less than 1. Where does the "
                "probability go that the discount saved?",
                "number of followers left out": "The rows sum to less than 1. How often in a row has the "
                "discount been subtracted?",
                "occurrences in place of different followers": "The rows sum to more than 1. A pair pays "
                "the discount once, however often it occurred.",
                "followers summed over the contexts": "How many different characters came after this "
                "context is a question about a row of the counts.",
                "uniform distribution below": "The rows are right in sum, but what the discount has saved "
                "is shared out evenly. Ask the shorter model.",
                "shorter model of the context": "The shorter model gives a probability to the next "
                "character, the column, and not to the context. Which way is it broadcast?",
                "divided by the counts of the next character": "The columns have been made to sum to 1, "
                "more or less. Which sum is the number of times that the context occurred?",
                "divided by all pairs": "These are probabilities of pairs. Those of a character given the "
                "one before are divided by something that differs from row to row.",
            },
        ),
        Idea(
            "bigrams-new",
            ("p_new",),
            {
                "division of zero by zero": "After a context that never occurred, all counts are zero and "
                "so is their sum. What is known about the next character then?",
                "zeros for new contexts": "After a context that never occurred, something comes all the "
                "same: each row has to sum to 1.",
                "uniform distribution for new contexts": "Something better than the uniform distribution is "
                "known about a character without its context. It is among the arguments.",
                "ones for new contexts": "A row of probabilities sums to 1, also after a context that never "
                "occurred.",
                "part of the shorter model only": "The row sums to the discount. If nothing was counted, "
                "the shorter model is all there is.",
            },
        ),
        Idea(
            "bigrams-contract",
            (),
            {
                "counts in the type of the ids": "A count that passes 255 begins again at 0. Which type has "
                "the array that you count in?",
            },
        ),
    ),
)
