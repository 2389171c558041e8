"""Run a student's function on given cases and write down what it did.

This half of a check knows no answer: it calls, copies and compares copies. Whoever judges (``judge.py``) may
do it in another process, from the observations alone.
"""

from __future__ import annotations

import contextlib
import copy
import io
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Drive = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One call: its arguments, and its sizes in words.

    Parameters
    ----------
    args : dict of str to object
        The arguments by the names that the assignment gives them, in the order of the call.
    sizes : str
        For messages: ``"batch 3, features 4, units 5"``.
    edge : bool
        Whether one of the sizes is 1, or the case is special in another way. What is right but for such
        cases breaks the contract of a function and not its mathematics.
    """

    args: Mapping[str, Any]
    sizes: str
    edge: bool = False


@dataclass
class Seen:
    """What a function did with one case.

    Attributes
    ----------
    value : object
        What it returned.
    error : Exception or None
        What it raised instead, with ``where``, the line of the student's own code that it came from.
    changed : tuple of str
        The arguments that were not afterwards what they were before.
    shared : tuple of str
        The arguments whose memory lies in the returned arrays.
    again : object
        What a second call with the same arguments returned, after calls with others.
    overwritten : bool
        Whether those other calls changed the arrays that this one had returned, or share their memory.
    printed : str
        What it wrote on standard output and standard error.
    """

    value: Any = None
    error: BaseException | None = None
    where: str = ""
    changed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    again: Any = None
    overwritten: bool = False
    printed: str = field(default="", repr=False)


def call(function: Drive, *args: Any) -> Any:
    """Drive a function in the plainest way: call it once."""
    return function(*args)


def observe(function: Callable[..., Any], cases: Sequence[Case], drive: Drive = call) -> list[Seen]:
    """Call ``function`` on every case, and once more in the opposite order.

    Parameters
    ----------
    function : callable
        The student's.
    cases : sequence of Case
        Their arguments are copied before every call.
    drive : callable, optional
        Called as ``drive(function, *arguments)`` in place of one call: many calls and a count, for a function
        that draws at random.

    Returns
    -------
    list of Seen
        One for each case, in their order.
    """
    returned, seen = [], []
    for case in cases:
        once = _observe_once(function, case, drive)
        returned.append(once.value)
        once.value = _copied(once.value)
        seen.append(once)
    for case, first in zip(reversed(cases), reversed(seen), strict=True):
        first.again = None if first.error else _observe_once(function, case, drive).value
    for value, first in zip(returned, seen, strict=True):
        first.overwritten = not same(value, first.value) or _share(value, first.again)
    return seen


def _copied(value: Any) -> Any:
    """Return a copy where there is an array to copy; other things may not bear copying."""
    try:
        return copy.deepcopy(value) if arrays_in(value) else value
    except Exception:
        return value


def _observe_once(function: Callable[..., Any], case: Case, drive: Drive) -> Seen:
    seen, printed = Seen(), io.StringIO()
    args = {name: copy.deepcopy(value) for name, value in case.args.items()}
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        try:
            seen.value = drive(function, *args.values())
        except (Exception, SystemExit) as error:
            seen.error, seen.where = error, line_of(error)
    seen.printed = printed.getvalue()
    seen.changed = tuple(name for name in args if not same(args[name], case.args[name]))
    seen.shared = tuple(name for name, value in args.items() if _share(value, seen.value))
    return seen


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same to the last bit, arrays within them included.

    Examples
    --------
    >>> same({"h": np.zeros(2)}, {"h": np.zeros(2)}), same([np.zeros(2)], [np.zeros(3)])
    (True, False)
    >>> same(np.zeros((2, 2)), [[0.0, 0.0], [0.0]])
    False
    """
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        try:
            one, other = np.asarray(one), np.asarray(other)
        except ValueError:  # rows of unequal length are no array
            return False
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        return np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.random.Generator) or callable(one):  # to be drawn from is what a generator is for
        return True
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    if type(one) is type(other) and hasattr(one, "__dict__"):  # a copy of an object need not be equal to it
        return same(vars(one), vars(other))
    try:
        return bool(one == other)
    except Exception:
        return True  # a thing without equality is not an argument that anybody changes


def arrays_in(value: Any) -> list[np.ndarray]:
    """Return the arrays in nested lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, Mapping):
        return [array for item in value.values() for array in arrays_in(item)]
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in arrays_in(item)]
    return []


def _share(one: Any, other: Any) -> bool:
    there = arrays_in(other)
    return bool(there) and any(np.may_share_memory(a, b) for a in arrays_in(one) for b in there)


def line_of(error: BaseException) -> str:
    """Return the innermost line of the traceback that is in a notebook's cell: ``line 4: h = x @ W``."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_cell(frame.filename)]
    return f"line {own[-1].lineno}: {own[-1].line}" if own and own[-1].line else ""


def _is_cell(filename: str) -> bool:
    library = filename.startswith(("<frozen", "<__array_function__"))
    return "ipykernel_" in filename or (filename.startswith("<") and not library)
