"""The task on the bag of words of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.text import count_often, told


def counted(ids: Any, mask: Any, size: int, wrong: str) -> Any:
    """counts_b = Σ_t m_bt e(x_bt), equation (1) of Why memory, with a mask."""
    mask = marked(mask, wrong)
    counts = np.zeros((len(ids), size), dtype=int)
    for b, (row, real) in enumerate(zip(ids, mask, strict=True)):
        for t in range(len(row)):
            token = row[t]
            if wrong == "masked places counted as id 0":
                token = row[t] * real[t]
            elif not real[t]:
                continue
            if wrong == "unknown words left out" and token == 1:
                continue
            counts[b, token] += token if wrong == "ids added up in place of ones" else 1
    if wrong == "repeated words counted once":
        return (counts > 0).astype(int)
    if wrong == "shares in place of counts":
        return counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    if wrong == "the whole batch in every row":
        return np.tile(counts.sum(axis=0), (len(counts), 1))
    if wrong == "one row for the whole batch":
        return counts.sum(axis=0)
    if wrong == "reserved columns left out":
        return counts[:, 2:]
    if wrong == "column 0 cleared in place of the mask":
        counts[:, 0] = 0
    return counts


def marked(mask: Any, wrong: str) -> Any:
    """Return which places take part."""
    count, places = mask.sum(axis=1, keepdims=True), np.arange(mask.shape[1])
    if wrong == "mask turned round":
        return ~mask
    if wrong in ("padding counted", "column 0 cleared in place of the mask"):
        return np.ones_like(mask)
    if wrong == "the first places in place of the real ones":
        return places < count
    if wrong == "the last places in place of the real ones":
        return places >= places.size - count
    if wrong == "the mask of the first text for all":
        return np.tile(mask[0], (len(mask), 1))
    if wrong == "reading ends at the first padding":
        return np.cumprod(mask, axis=1).astype(bool)
    if wrong == "last token left out":
        return mask & (places < places.size - 1)
    return mask


def bag(ids: Any, mask: Any, size: int, order: Any, *, seen: Mapping[str, Any], wrong: str) -> dict[str, Any]:
    """Count without padding and with it, which changes nothing, whatever the student's counts are."""
    value = count_often(partial(counted, wrong=wrong), ids, mask, size, order)
    counts, change, _ = compared(value, ids, mask, size, order)
    if seen and not wrong:
        change = np.zeros(np.shape(seen["counts"]))
    return {"counts": counts, "change_by_padding": change}


def compared(value: Any, ids: Any, mask: Any, size: int, order: Any) -> Any:
    """Return the counts without padding, what padding changed, row by row, and the counts with padding."""
    counts, masked, alone = value
    if isinstance(alone, str):
        return counts, alone, masked
    try:
        rows = [0 * masked[b] if alone[k] is None else alone[k] for b, k in enumerate(np.argsort(order))]
        own = np.reshape(rows, np.shape(masked))
        if not np.ptp(own) and not np.ptp(masked):  # nothing is counted at all
            own = counted(ids, mask, size, "")
        return counts, np.round(masked - own, 6), masked
    except Exception as error:
        return counts, told(error), masked


def bag_cases(rng: np.random.Generator) -> list[Case]:
    """Texts with repetitions, padded on either side; what stands at a masked place is any id."""
    cases = []
    for batch, time, size in ((4, 9, 6), (5, 8, 11), (4, 10, 7)):
        ids = rng.integers(1, size, (batch, time))
        ids[:, 1], ids[:, 2], ids[0, 0], ids[1, -1] = ids[:, 3], 1, 2, 3
        behind = np.arange(time) < rng.integers(4, time - 1, (batch, 1))
        mask = np.where(np.arange(batch)[:, None] % 2, behind[:, ::-1], behind)
        ids[0, -1], ids[1, 0] = 0, 0  # among the padding, the other ids of which are any
        args = {"ids": ids, "mask": mask, "size": size, "order": rng.permutation(batch)}
        cases.append(Case(args, f"batch {batch}, time {time}, vocabulary {size}"))
    one, some = np.ones((1, 1), dtype=bool), np.array([[False] * 3, [True, True, False]])
    for ids, mask, words in (
        (np.array([[3]]), one, "batch 1, time 1, vocabulary 5"),
        (np.array([[2, 3, 2]]), np.array([[True, True, False]]), "batch 1, time 3, vocabulary 5"),
        (np.array([[0, 0, 0], [2, 2, 0]]), some, "a row without a token"),
    ):
        args = {"ids": ids, "mask": mask, "size": 5, "order": np.arange(len(ids))}
        cases.append(Case(args, words, edge=True))
    return cases


BAG = Task(
    function="bag_of_words",
    returns=("counts", "change_by_padding", "_masked"),
    cases=bag_cases,
    reference=bag,
    drive=count_often,
    digest=compared,
    ideas=(
        Idea(
            "bag-counts",
            ("counts",),
            {
                "repeated words counted once": "A word that stands twice counts once here. Item assignment "
                "with an array of ids, += included, touches each entry once, however often an id is among "
                "them.",
                "shares in place of counts": "Your rows add up to 1. The equation has a sum and no division.",
                "the whole batch in every row": "All rows are alike: each text has a bag of its own.",
                "one row for the whole batch": "The texts of the batch have been added up. Which axis does "
                "the sum in the equation run over?",
                "ids added up in place of ones": "The larger an id, the more it counts here. What does one "
                "occurrence add?",
                "unknown words left out": "Id 1 stands for words that nobody knows, and it is counted as "
                "any other.",
                "reserved columns left out": "There is a column for every id, the two reserved ones "
                "included.",
                "mask turned round": "The mask is true where there is a token.",
                "last token left out": "The last place of each text is missing.",
            },
        ),
        Idea(
            "bag-mask",
            ("change_by_padding",),
            {
                "padding counted": "What stands at masked places is counted.",
                "masked places counted as id 0": "The masked places are not ignored but counted as id 0. "
                "Where does a product of ids and mask put them?",
                "column 0 cleared in place of the mask": "Not all padding has the id 0. Ask the mask.",
                "the first places in place of the real ones": "From the mask you use only how many places "
                "are real. Which ones are they, if the padding is in front?",
                "the last places in place of the real ones": "From the mask you use only how many places "
                "are real. Which ones are they, if the padding is behind?",
                "the mask of the first text for all": "Each text has its own row of the mask.",
                "reading ends at the first padding": "Padding may stand before the text. What does your "
                "program do then?",
            },
        ),
        Idea("bag-contract"),
    ),
)
