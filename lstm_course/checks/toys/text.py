"""How the functions of assignment 01-text are driven: a few calls each, so that one idea is seen alone.

The first arguments of a case go into the main call, whose result is handed on as it is. What other calls
return is copied, and an exception in one of them is handed on as text, so that the main call still counts.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np


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
    of_long, of_empty = (attempt(pad, rows, length, side) for rows in (long_sequences, empty))
    value = pad(sequences, length, side)
    return None if value is None else (value, of_long, of_empty)


def count_often(count: Callable[..., Any], ids: Any, mask: Any, size: int, order: Any) -> Any:
    """Count without padding and with it; then each text alone, without its padding, in the given order.

    Returns
    -------
    tuple, or None if the function returns None
        The counts of a text that has no token are not asked for; None stands in their place.
    """
    counts = attempt(count, np.maximum(ids, 1), np.ones_like(mask), size)  # id 0 is no token's
    masked = count(ids, mask, size)
    if masked is None:
        return None
    try:
        alone: Any = [
            count(ids[b][None, mask[b]], np.ones((1, mask[b].sum()), dtype=bool), size)
            if mask[b].any()
            else None
            for b in order
        ]
    except Exception as error:
        alone = told(error)
    return counts, masked, alone


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
