"""Compare one output with what was expected, and say where and how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

NUMBERS = (int, float, np.number, np.ndarray)


@dataclass(frozen=True)
class Difference:
    """Why an output is wrong.

    ``kind`` is one of type, size, shape, integers, not finite, value.
    """

    kind: str
    text: str


def difference(name: str, expected: Any, received: Any, tolerance: float) -> Difference | None:
    """Return what is wrong with the values of an output, or None. Axes of another shape are let pass.

    Parameters
    ----------
    name : str
        The output's.
    expected, received : object
        Arrays and numbers are compared within ``tolerance``, also inside lists and dicts; whatever else
        there is must be equal. Lists and tuples count as the same, and so do kinds of dict.
    tolerance : float
        In units of the largest expected value, or of 1 if that is smaller.

    Examples
    --------
    >>> print(difference("h_t", np.zeros((2, 2)), np.array([[0, 0], [0.5, 0]]), 1e-4).text)
    h_t differs by up to 0.5, at [1, 0]: expected 0, got 0.5
    """
    if not is_number(expected):
        right, got = plain(expected), plain(received)
        if type(right) is not type(got):
            return Difference("type", f"{name}: expected {described(expected)}, got {described(received)}")
        text = _first_unequal(name, right, got, tolerance)
        return Difference("value", text) if text else None
    right, got = np.asarray(expected), array_of(received)
    if got.dtype.kind not in "fiub":
        return Difference("type", f"{name}: expected {described(expected)}, got {described(received)}")
    if got.size != right.size:
        return Difference("size", f"{name}: expected the shape {right.shape}, got {got.shape}")
    if not got.size:
        return None
    shape = got.shape
    got, right = got.reshape(right.shape).astype(np.float64), right.astype(np.float64)
    regular = np.isfinite(right)
    if not np.isfinite(got[regular]).all():
        return Difference("not finite", f"{name} contains {'nan' if np.isnan(got).any() else 'inf'}")
    with np.errstate(all="ignore"):
        gaps = np.where(regular, np.abs(got - right), np.where(same_values(got, right), 0.0, np.inf))
    if gaps.max() <= tolerance * max(1.0, np.abs(right[regular]).max(initial=0.0)):
        return None
    if without_ones(shape) != without_ones(right.shape):
        return Difference("value", f"{name}: expected the shape {right.shape}, got {shape}")
    place = tuple(int(k) for k in np.unravel_index(gaps.argmax(), gaps.shape))
    where = f", at {list(place)}" if place else ""
    return Difference(
        "value",
        f"{name} differs by up to {gaps.max():.3g}{where}: expected {right[place]:.4g}, got {got[place]:.4g}",
    )


def shape_difference(name: str, expected: Any, received: Any) -> Difference | None:
    """Return what is wrong with an output's shape or type of number, or None."""
    if not is_number(expected):
        return None
    right, got = np.asarray(expected), array_of(received)
    if got.shape != right.shape:
        dropped = without_ones(right.shape) == without_ones(got.shape)
        kind = "dropped axes" if dropped and got.ndim < right.ndim else "shape"
        return Difference(kind, f"{name}: expected the shape {right.shape}, got {got.shape}")
    if right.dtype.kind == "f" and got.dtype.kind != "f":
        kind = "integers" if got.dtype.kind in "iub" else "type"
        return Difference(kind, f"{name}: expected floating-point numbers, got {got.dtype}")
    return None


def is_number(value: Any) -> bool:
    """Return whether a value is a number or an array of numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiub"
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def array_of(value: Any) -> np.ndarray:
    """Return a value as an array; an array of the object None where that cannot be done."""
    try:
        return np.asarray(value)
    except Exception:
        return np.asarray(None)


def plain(value: Any) -> Any:
    """Return a value made of lists, dicts and Python's own numbers.

    Examples
    --------
    >>> plain({"ids": (np.int64(1), np.array([2, 3]))})
    {'ids': [1, [2, 3]]}
    """
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return set(value) if isinstance(value, (set, frozenset)) else value


def same_values(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return where two arrays are equal, nan being equal to nan."""
    return (one == other) | (np.isnan(one) & np.isnan(other))


def without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without its axes of size 1."""
    return tuple(n for n in shape if n != 1)


def described(value: Any) -> str:
    """Say what a value is, in a few words.

    Examples
    --------
    >>> described(np.zeros((2, 3))), described((1, 2)), described(None)
    ('an array of shape (2, 3)', 'a tuple of 2', 'None')
    """
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype.kind in "fiub" else f" of type {value.dtype}"
        return f"an array{kind} of shape {value.shape}" if value.ndim else f"a number{kind}"
    if isinstance(value, (list, tuple, dict, set)):
        article = "an" if type(value).__name__[0] in "aeiou" else "a"
        return f"{article} {type(value).__name__} of {len(value)}"
    if value is None or isinstance(value, (bool, str)):
        return shortened(value)
    if isinstance(value, (int, float, np.number)):
        return f"the number {value:.4g}"
    return f"a {type(value).__name__}"


def shortened(value: Any, longest: int = 60) -> str:
    """Return ``repr(value)``, cut to ``longest`` characters."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _first_unequal(name: str, expected: Any, got: Any, tolerance: float) -> str:
    """Say where two values that are not arrays first differ; nothing where they do not."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in (*expected, *got):
            if key not in got:
                return f"{name} lacks the key {shortened(key)}"
            if key not in expected:
                return f"{name} has the key {shortened(key)}, which does not belong there"
        texts = (_first_unequal(f"{name}[{shortened(k)}]", expected[k], got[k], tolerance) for k in expected)
        return next(filter(None, texts), "")
    if isinstance(expected, list) and isinstance(got, list):
        pairs = enumerate(zip(expected, got, strict=False))
        texts = (_first_unequal(f"{name}[{k}]", right, other, tolerance) for k, (right, other) in pairs)
        short = f"{name}: expected {len(expected)} entries, got {len(got)}"
        return next(filter(None, texts), short if len(expected) != len(got) else "")
    return (
        ""
        if _equal(expected, got, tolerance)
        else f"{name}: expected {shortened(expected)}, got {shortened(got)}"
    )


def _equal(expected: Any, got: Any, tolerance: float) -> bool:
    numbers = all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in (expected, got)
    )
    if numbers and isinstance(expected, float):
        return bool(abs(expected - got) <= tolerance * max(1.0, abs(expected)) or expected == got)
    try:
        return bool(expected == got)
    except Exception:
        return False
