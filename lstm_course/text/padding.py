"""Sequences of ids as one rectangle and its mask.

The empty review becomes one unknown token: then no row is fully masked, which the cuDNN kernels refuse
and which would leave a masked mean dividing by zero, and the model answers as it does for a word that it
has never seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_course.errors import InputError
from lstm_course.text.vocabulary import PADDING, UNKNOWN

SIDES = ("right", "left")
CUTS = ("end", "start", "middle")


def shorten(ids: Sequence[int], max_tokens: int, cut: str = "middle") -> list[int]:
    """Return at most ``max_tokens`` ids, cutting away the end, the start or the middle of a long review.

    Examples
    --------
    >>> [shorten([2, 3, 4, 5, 6], 3, cut) for cut in ("end", "start", "middle")]
    [[2, 3, 4], [4, 5, 6], [2, 3, 6]]
    >>> shorten([], 3)
    [1]
    """
    if cut not in CUTS:
        raise InputError(f"a cut among {', '.join(CUTS)}", repr(cut))
    if max_tokens < 1:
        raise InputError("max_tokens of at least 1", str(max_tokens))
    if len(ids) == 0:
        return [UNKNOWN]
    if len(ids) <= max_tokens or cut == "end":
        return list(ids[:max_tokens])
    if cut == "start":
        return list(ids[-max_tokens:])
    tail = max_tokens // 2
    return list(ids[: max_tokens - tail]) + list(ids[len(ids) - tail :])


def pad(
    sequences: Sequence[Sequence[int]],
    max_tokens: int | None = None,
    *,
    side: str = "right",
    cut: str = "middle",
    width: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Lay sequences of ids into one array, filled up with id 0, and say which places are real.

    Parameters
    ----------
    sequences : sequence of sequences of int
        The ids of each text.
    max_tokens : int, optional
        Shorten longer sequences to so many ids; without it nothing is cut.
    side : {"right", "left"}
        Where the filling goes. The cuDNN kernels take masks only for padding on the right.
    cut : {"middle", "end", "start"}
        What a long sequence loses. A review says what it thinks at its start and at its end.
    width : int, optional
        Make the rectangle at least so wide; without it, as wide as the longest row.

    Returns
    -------
    ids : ndarray of shape (batch, time), int32
        The ids, ``PADDING`` where there is none.
    mask : ndarray of shape (batch, time), bool
        True where there is a token; every row has at least one.

    Raises
    ------
    InputError
        No sequence at all, an unknown side or cut, a size below 1, ids that are no whole numbers.

    Examples
    --------
    >>> ids, mask = pad([[5, 6, 7], []], side="left")
    >>> ids
    array([[5, 6, 7],
           [0, 0, 1]], dtype=int32)
    >>> mask.sum(axis=1)
    array([3, 1])
    """
    if side not in SIDES:
        raise InputError(f"a side among {', '.join(SIDES)}", repr(side))
    if len(sequences) == 0:
        raise InputError("at least one sequence", "none")
    if width is not None and width < 1:
        raise InputError("a width of at least 1", str(width))
    if max_tokens is None:
        max_tokens = max(1, max(len(ids) for ids in sequences))
    rows = [shorten(ids, max_tokens, cut) for ids in sequences]
    time = max(max(len(row) for row in rows), width or 1)
    ids = np.full((len(rows), time), PADDING, dtype=np.int32)
    mask = np.zeros((len(rows), time), dtype=bool)
    for i, row in enumerate(rows):
        place = slice(0, len(row)) if side == "right" else slice(time - len(row), time)
        own = np.asarray(row)
        if own.dtype.kind not in "iu":
            raise InputError("ids that are whole numbers", f"{own.dtype} in sequence {i}")
        ids[i, place] = own
        mask[i, place] = True
    return ids, mask
