"""Tasks of assignment 06-sentiment: the worst errors, and what an accuracy is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow


def worst(p: Any, labels: Any, count: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the errors furthest from their labels; the order is judged by the student's own choice."""
    distance = np.abs(p - labels)
    errors = np.flatnonzero((p >= 0.5) != (labels == 1))
    ranked = errors[np.argsort(-distance[errors])]
    every = np.argsort(-distance)
    chosen: dict[str, Any] = {
        "right judgements fill the list up": every[:count],
        "errors and right judgements alike": np.argsort(-np.abs(p - 0.5))[:count],
        "the errors nearest to one half": ranked[::-1][:count],
        "one kind of error only, the praise that is none": ranked[labels[ranked] == 0][:count],
        "one kind of error only, the praise that was missed": ranked[labels[ranked] == 1][:count],
        "places in the list of errors": np.argsort(-distance[errors])[:count],
        "the number of reviews is not heeded": ranked,
        "one half is judged negative": every[(p[every] > 0.5) != (labels[every] == 1)][:count],
        "the first errors in place of the worst": errors[:count],
        "the right judgements": every[~np.isin(every, errors)][:count],
    }
    picked = np.sort(chosen.get(wrong, ranked[:count]))
    own = [i for i in seen.get("order", picked) if 0 <= i < len(p)]
    own = picked.tolist() if len(own) < min(2, len(picked)) else own  # too few to have an order
    by = {
        "the least confident comes first": distance,
        "in the order of the reviews": np.arange(len(p)),
        "by probability, the highest first": -p,
        "by probability, the lowest first": p,
        "in the opposite order of the reviews": -np.arange(len(p)),
    }.get(wrong, -distance)
    return {"which": picked.tolist(), "order": sorted(own, key=lambda i: float(by[i]))}


def set_and_order(value: Any, *arguments: Any) -> Any:
    """Return the indices in order of size, and as they came."""
    found = np.asarray(value)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise TypeError(f"expected indices in one row, got {type(value).__name__} of shape {found.shape}")
    return sorted(found.tolist()), found.tolist()


def with_errors(
    rng: np.random.Generator, rows: Sequence[tuple[int, int, int, int]], halves: bool = False
) -> list[Case]:
    """Return (false alarms, missed, right, count) reviews, no two with the same confidence."""
    cases = []
    for alarms, missed, right, count in rows:
        n = alarms + missed + right
        distance = rng.permutation(0.5 + np.linspace(0.02, 0.46, n) + rng.uniform(-0.003, 0.003, n))
        distance[alarms + missed :] = 1 - distance[alarms + missed :]
        labels = np.array([0] * alarms + [1] * missed + [k % 2 for k in range(right)])
        if halves:  # one of each label has a probability of one half: that of label 0 is an error
            distance, labels = np.append(distance, [0.5, 0.5]), np.append(labels, [0, 1])
        order = rng.permutation(len(labels))
        p = np.abs(labels - distance)[order]
        args = {"probabilities": p, "labels": labels[order], "count": count}
        cases.append(Case(args, f"{len(p)} reviews, {alarms + missed + halves} errors, count {count}"))
    return cases


ORDINARY = ((4, 5, 9, 3), (3, 2, 8, 7), (5, 6, 12, 6), (6, 4, 9, 8), (0, 0, 5, 2))
ODD = ((1, 0, 0, 1), (3, 0, 2, 2))


def worst_and_odd(rng: np.random.Generator) -> list[Case]:
    """Return ordinary cases, one review alone, and few reviews."""
    edges = [Case(case.args, case.sizes, edge=True) for case in with_errors(rng, ODD)]
    return with_errors(rng, ((4, 5, 9, 3), (6, 4, 9, 4))) + edges


WORST = Task(
    function="worst_errors",
    returns=("which", "order"),
    cases=lambda rng: with_errors(rng, ORDINARY) + with_errors(rng, ((2, 3, 7, 8),), halves=True),
    reference=worst,
    digest=set_and_order,
    ideas=(
        Idea(
            "worst-which",
            ("which",),
            {
                "right judgements fill the list up": "There are fewer errors than were asked for, and the "
                "list has been filled with reviews that were judged rightly.",
                "errors and right judgements alike": "Confident judgements are returned, and most of them "
                "are right.",
                "the errors nearest to one half": "These are errors, but those of which the model was least "
                "sure.",
                "one kind of error only, the praise that is none": "A positive review that was judged "
                "negative is an error too.",
                "one kind of error only, the praise that was missed": "A negative review that was judged "
                "positive is an error too.",
                "places in the list of errors": "You have numbered the errors among themselves. What do "
                "these numbers mean in the arrays that you were given?",
                "the number of reviews is not heeded": "More reviews come back than were asked for.",
                "the first errors in place of the worst": "These are errors, but they come first in the "
                "array and not in confidence. When do you cut the list?",
                "one half is judged negative": "What is the judgement when the probability is exactly "
                "one half?",
                "the right judgements": "None of these is an error: they were all judged rightly.",
            },
        ),
        Idea(
            "worst-order",
            ("order",),
            {
                "the least confident comes first": "The order is the opposite of what was asked for.",
                "in the order of the reviews": "The reviews come as they stand in the array.",
                "by probability, the highest first": "A positive review with a probability of nearly 0 is as "
                "bad an error as a negative one with nearly 1.",
                "by probability, the lowest first": "A negative review with a probability of nearly 1 is as "
                "bad an error as a positive one with nearly 0.",
                "in the opposite order of the reviews": "The reviews come as they stand in the array, the "
                "last one first.",
            },
        ),
    ),
)


def indices(p: Any, labels: Any, count: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the same as one array."""
    return {"indices": np.array(worst(p, labels, count, seen={}, wrong=wrong)["order"], dtype=int)}


WORST_CONTRACT = Task(
    function="worst_errors",
    returns=("indices",),
    cases=worst_and_odd,
    reference=indices,
    ideas=(Idea("worst-contract"),),
)


def accuracy(correct: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return a fraction and its standard error, which follows the student's own fraction."""
    n, right = len(correct), np.asarray(correct, float)
    value: Any = np.mean(right)
    value = {
        "the number of right judgements": n * value,
        "a percentage": 100 * value,
        "the share of errors": 1 - value,
        "one review too few in the denominator": n * value / max(n - 1, 1),
        "rounded to a whole number": np.round(value),
    }.get(wrong, value)
    p = follow(seen, "accuracy", value)
    p = p if 0 <= p <= 1 else np.mean(right)
    spread = p * (1 - p)
    formulas: dict[str, Callable[[], Any]] = {
        "no square root": lambda: spread / n,
        "the deviation of one judgement": lambda: np.sqrt(spread),
        "the root of the number is missing": lambda: np.sqrt(spread) / n,
        "one less than the number of reviews": lambda: np.sqrt(spread / max(n - 1, 1)),
        "the share of errors is missing": lambda: np.sqrt(p / n),
        "two standard errors": lambda: 2 * np.sqrt(spread / n),
        "the error of a coin": lambda: np.sqrt(0.25 / n),
    }
    return {"accuracy": value, "error": formulas.get(wrong, lambda: np.sqrt(spread / n))()}


def hits(rng: np.random.Generator, sizes: Sequence[int] = (9, 14, 22)) -> list[Case]:
    """Return reviews of which some are judged rightly."""
    return [Case({"correct": rng.permutation(np.arange(n) < round(0.7 * n))}, f"{n} reviews") for n in sizes]


def odd_hits(rng: np.random.Generator) -> list[Case]:
    """Return ordinary reviews, one alone, none right and all right."""
    odd = ([True], [False], [True, True, True], [False, False])
    return hits(rng) + [Case({"correct": np.array(row)}, f"correct {row}", edge=True) for row in odd]


ACCURACY = Task(
    function="accuracy_with_error",
    returns=("accuracy", "error"),
    cases=odd_hits,
    reference=accuracy,
    ideas=(
        Idea(
            "accuracy-value",
            ("accuracy",),
            {
                "the number of right judgements": "That is how many are right. Which fraction is it?",
                "a percentage": "A fraction lies between 0 and 1.",
                "the share of errors": "Right and wrong have changed places.",
                "one review too few in the denominator": "A fraction of all reviews is divided by all of "
                "them.",
                "rounded to a whole number": "The fraction has been rounded, or divided without a remainder.",
            },
        ),
        Idea(
            "accuracy-error",
            ("error",),
            {
                "no square root": "That is the variance of the accuracy. In which unit is a variance?",
                "the deviation of one judgement": "A single judgement varies by so much. Does the error not "
                "shrink with the number of reviews?",
                "the root of the number is missing": "Four times as many reviews should halve the error, not "
                "quarter it.",
                "one less than the number of reviews": "The formula of the chapter divides by the number of "
                "reviews itself.",
                "the share of errors is missing": "A model that is always right would still have an error "
                "here.",
                "two standard errors": "This is the width of an interval that one often draws, and twice "
                "what was asked for.",
                "the error of a coin": "The result does not depend on how many judgements are right.",
            },
        ),
        Idea("accuracy-contract"),
    ),
)

ERRORS = (WORST, WORST_CONTRACT, ACCURACY)
