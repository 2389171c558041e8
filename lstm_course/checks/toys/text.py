"""How the functions of assignment 01-text are driven: a few calls each, so that one idea is seen alone.

The first arguments of a case go into the main call, whose result is handed on as it is. What other calls
return is copied, and an exception in one of them is handed on as text, so that the main call still counts.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

NUMBERS = {"i": "whole numbers", "u": "whole numbers", "f": "floating-point numbers", "b": "truth values"}


def build_thrice(build: Callable[..., Any], texts: Any, size: int, small: int, ties: Any) -> Any:
    """Build from ``texts`` with room for all words and with room for few, and from texts full of ties."""
    few = attempt(build, copy.deepcopy(texts), small)
    tied = attempt(build, ties, size)
    vocabulary = build(texts, size)
    return None if vocabulary is None else (frozen(vocabulary), few, tied)


def encode_twice(encode: Callable[..., Any], tokens: Any, vocabulary: Any, others: Any) -> Any:
    """Encode ``tokens``, which are all known, and ``others``, which are not."""
    of_others = attempt(encode, others, vocabulary)
    ids = encode(tokens, vocabulary)
    return None if ids is None else (frozen(ids), of_others)


def pad_thrice(
    pad: Callable[..., Any], sequences: Any, length: int, side: str, long_sequences: Any, empty: Any
) -> Any:
    """Pad ``sequences``, which all fit, ``long_sequences``, which do not, and some of which one is empty."""
    of_long, of_empty = (halves(attempt(pad, rows, length, side)) for rows in (long_sequences, empty))
    value = pad(sequences, length, side)
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"pad returned a {type(value).__name__}, where the pair (ids, mask) is expected")
    ids, mask = value
    return ids, mask, *of_long, *of_empty, kind(ids), kind(mask)


def count_twice(count: Callable[..., Any], ids: Any, mask: Any, size: int) -> Any:
    """Count without padding and with it; return also what padding changed, row by row."""
    counts = attempt(count, np.maximum(ids, 1), np.ones_like(mask), size)  # id 0 is no token's
    masked = count(ids, mask, size)
    if masked is None:
        return None
    try:
        alone = [
            count(row[None, real], np.ones((1, real.sum()), dtype=bool), size)
            if real.any()
            else 0 * same[None]
            for row, real, same in zip(ids, mask, masked, strict=True)
        ]
        change: Any = np.round(masked - np.reshape(alone, np.shape(masked)), 6)
    except Exception as error:
        change = told(error)
    return counts, change, masked


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    """Return a copy of what a call returns, or the text of its exception."""
    try:
        return frozen(function(*args))
    except Exception as error:
        return told(error)


def told(error: Exception) -> str:
    """Return an exception as text."""
    return f"{type(error).__name__}: {error}"


def frozen(value: Any) -> Any:
    """Return a copy that later calls cannot change."""
    return copy.deepcopy(value) if isinstance(value, (dict, list, tuple, np.ndarray)) else value


def halves(value: Any) -> tuple[Any, Any]:
    """Return ids and mask as plain lists, or twice what came in their place."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return value, value
    first, second = (part.tolist() if isinstance(part, np.ndarray) else part for part in value)
    return first, second


def kind(value: Any) -> str:
    """Say what a value is made of.

    Examples
    --------
    >>> kind(np.zeros(2)), kind([0])
    ('an array of floating-point numbers', 'a list')
    """
    if not isinstance(value, np.ndarray):
        return f"a {type(value).__name__}"
    return f"an array of {NUMBERS.get(value.dtype.kind, 'other things')}"
