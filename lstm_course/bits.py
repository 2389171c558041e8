"""Many yeses and noes in a record: four to a hexadecimal digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def in_hex(answers: Sequence[bool]) -> str:
    """Return yeses and noes as hexadecimal digits, filled up with noes.

    Examples
    --------
    >>> in_hex([True, False, False, True, True])
    '98'
    """
    return np.packbits(np.array(answers, dtype=bool)).tobytes().hex()


def from_hex(digits: str, count: int) -> np.ndarray:
    """Read what ``in_hex`` wrote, shape (count,).

    Examples
    --------
    >>> from_hex("98", 5).tolist()
    [True, False, False, True, True]
    """
    return np.unpackbits(np.frombuffer(bytes.fromhex(digits), np.uint8), count=count).astype(bool)
