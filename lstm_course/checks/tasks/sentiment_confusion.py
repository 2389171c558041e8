"""Tasks of assignment 06-sentiment: two kinds of errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of, described
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def confusion(p: Any, labels: Any, threshold: float, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Row: truth; column: judgement."""
    judged = p >= threshold
    if wrong == "one half in place of the threshold":
        judged = p >= 0.5
    if wrong == "the threshold itself is judged negative":
        judged = p > threshold
    if wrong == "the threshold is laid on the other class":
        judged = p >= 1 - threshold
    if wrong == "the threshold is taken for a share of the reviews":
        judged = p >= np.quantile(p, threshold)
    table = np.array([[np.sum((labels == y) & (judged == j)) for j in (0, 1)] for y in (0, 1)])
    turned = {
        "truth and judgement are exchanged": table.T,
        "positive comes first": table[::-1, ::-1],
        "the columns are exchanged": table[:, ::-1],
        "the rows are exchanged": table[::-1],
        "fractions in place of counts": table / table.sum(),
        "fractions of each row": table / np.maximum(table.sum(axis=1, keepdims=True), 1),
    }
    table = turned.get(wrong, table)
    return {"table": table, "counts": np.sort(table.reshape(-1))}


def entries(value: Any, *arguments: Any) -> Any:
    """Return the four counts in order of size."""
    table = array_of(value)
    return np.sort(table.reshape(-1)) if table.size == 4 and table.dtype.kind in "fiub" else table


def counted(value: Any, *arguments: Any) -> Any:
    """Return the table; refuse one that is not of integers."""
    table = array_of(value)
    if table.dtype.kind not in "iu":
        what = table.dtype if table.dtype.kind in "fb" else described(value)
        raise TypeError(f"expected counts that are integers, got {what}")
    return value


def judged_reviews(rng: np.random.Generator) -> list[Case]:
    """Return reviews of both kinds, all four entries of the table different."""
    cases = []
    for _ in range(3):
        entry = 1 + rng.permutation(9)[:4]
        labels = np.repeat([0, 0, 1, 1], entry)
        positive = np.repeat([False, True, False, True], entry)
        p = np.where(positive, rng.uniform(0.52, 0.98, len(labels)), rng.uniform(0.02, 0.48, len(labels)))
        order = rng.permutation(len(labels))
        args = {"probabilities": p[order], "labels": labels[order], "threshold": 0.5}
        cases.append(Case(args, f"{len(labels)} reviews, threshold 0.5"))
    return cases


def on_the_threshold(rng: np.random.Generator) -> list[Case]:
    """Return positive reviews, some of which have the threshold as their probability."""
    cases = []
    for threshold in (0.3, 0.75, 0.65):
        below, above, on = rng.integers((7, 4, 2), (12, 8, 5))
        p = np.concatenate(
            [rng.uniform(0, threshold, below), rng.uniform(threshold, 1, above), [threshold] * on]
        )
        order = rng.permutation(len(p))
        args = {"probabilities": p[order], "labels": np.ones(len(p), int), "threshold": threshold}
        cases.append(Case(args, f"{len(p)} positive reviews, threshold {threshold}"))
    return cases


def odd_batches(rng: np.random.Generator) -> list[Case]:
    """Return ordinary reviews, one review alone, and reviews of one class."""
    cases = judged_reviews(rng)[:2]
    for labels in ([1], [0], [0, 0, 0], [1, 1]):
        p = rng.uniform(0.05, 0.45, len(labels))
        args = {"probabilities": p, "labels": np.array(labels), "threshold": 0.5}
        cases.append(Case(args, f"labels {labels}", edge=True))
    return cases


TABLE = Task(
    function="confusion",
    returns=("table",),
    cases=judged_reviews,
    reference=confusion,
    ideas=(
        Idea(
            "confusion-table",
            ("table",),
            {
                "truth and judgement are exchanged": "The two kinds of errors have changed places. What do "
                "the rows stand for?",
                "positive comes first": "Every count is there. Which class has the first row and column?",
                "the columns are exchanged": "Hits and errors have changed places: look at the order of the "
                "columns, or at the direction of the comparison.",
                "the rows are exchanged": "Hits and errors have changed places: look at the order of the "
                "rows.",
                "fractions in place of counts": "The four numbers add up to 1. Reviews were to be counted.",
                "fractions of each row": "Each row adds up to 1. Reviews were to be counted.",
            },
        ),
    ),
)

THRESHOLD = Task(
    function="confusion",
    returns=("counts",),
    cases=on_the_threshold,
    reference=confusion,
    digest=entries,
    ideas=(
        Idea(
            "confusion-threshold",
            ("counts",),
            {
                "one half in place of the threshold": "The table does not change with the threshold.",
                "the threshold itself is judged negative": "Look at a review whose probability is exactly "
                "the threshold.",
                "the threshold is laid on the other class": "A higher threshold should make fewer reviews "
                "positive, not more.",
                "the threshold is taken for a share of the reviews": "The threshold is a probability, not "
                "the share of the reviews below it.",
            },
        ),
    ),
)

CONFUSION_CONTRACT = Task(
    function="confusion",
    returns=("table",),
    cases=odd_batches,
    reference=confusion,
    digest=counted,
    ideas=(Idea("confusion-contract"),),
)

CONFUSION = (TABLE, THRESHOLD, CONFUSION_CONTRACT)
