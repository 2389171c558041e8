"""What the task on padding of assignment 01-text asks, and how it reads the answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case

OTHER = {"pre": "post", "post": "pre"}
NUMBERS = {"i": "whole numbers", "u": "whole numbers", "f": "floating-point numbers", "b": "truth values"}
WHOLE, FLOATS, TRUTH = (
    f"an array of {kind}" for kind in ("whole numbers", "floating-point numbers", "truth values")
)
TYPES = {
    "ids as floating-point numbers": (FLOATS, TRUTH),
    "mask as whole numbers": (WHOLE, WHOLE),
    "mask as floating-point numbers": (WHOLE, FLOATS),
    "both as floating-point numbers": (FLOATS, FLOATS),
    "ids as floating-point numbers, mask as whole ones": (FLOATS, WHOLE),
    "lists in place of arrays": ("a list", "a list"),
}


def pad_cases(rng: np.random.Generator) -> list[Case]:
    """Draw sequences that fit, one of them the unknown token; some too long; some with an empty one."""
    cases = []
    for side in ("pre", "post", "pre", "post"):
        length, number = rng.integers((5, 2), (9, 6)).tolist()
        counts = [length - 1, *rng.integers(2, length - 1, number).tolist()]
        sequences = [*(some_ids(rng, n) for n in counts), [1]]
        sequences[0][1] = 1
        rows, others = ([sequences[k] for k in rng.permutation(number + 2)] for _ in range(2))
        args = {
            "sequences": rows,
            "length": length,
            "side": side,
            "long_sequences": [some_ids(rng, length + n) for n in (0, 2, 1, 4)],
            "empty": [[] if row == [1] else row for row in others],
        }
        cases.append(Case(args, f"batch {len(rows)}, length {length}, side {side!r}"))
    for side in OTHER:
        for length, rows in ((1, [[1]]), (3, [[4, 2, 3], [2, 5, 7], [1]])):
            args = {"sequences": rows, "length": length, "side": side}
            args |= {"long_sequences": [[5, 6, 7, 8]], "empty": [*rows[:-1], []]}
            cases.append(Case(args, f"batch {len(rows)}, length {length}, side {side!r}", edge=True))
    return cases


def some_ids(rng: np.random.Generator, number: int) -> list[int]:
    """Return different ids of words."""
    ids: list[int] = (2 + rng.permutation(20)[:number]).tolist()
    return ids


def taken_apart(value: Any, sequences: Any, *others: Any) -> Any:
    """Return ids and masks one by one, and what the first two are made of."""
    pair, of_long, of_empty = value
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"pad returned a {type(pair).__name__}, where the pair (ids, mask) is expected")
    ids, mask = pair
    kinds = (kind(part, len(sequences)) for part in pair)
    return ids, mask, *halves(of_long), *halves(of_empty), *kinds


def halves(value: Any) -> tuple[Any, Any]:
    """Return ids and mask as plain lists, or twice what came in their place."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return value, value
    first, second = (part.tolist() if isinstance(part, np.ndarray) else part for part in value)
    return first, second


def kind(value: Any, rows: int) -> str:
    """Say what a value is made of.

    Examples
    --------
    >>> kind(np.zeros(2), 2), kind(np.zeros(2), 3), kind([0], 1)
    ('an array of floating-point numbers', 'an array without a row for each sequence', 'a list')
    """
    if not isinstance(value, np.ndarray):
        return f"a {type(value).__name__}"
    if value.shape[:1] != (rows,):
        return "an array without a row for each sequence"
    return f"an array of {NUMBERS.get(value.dtype.kind, 'other things')}"
