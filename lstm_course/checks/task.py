"""What a student is asked to write, and the ideas in it that are worth points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.probe import Case, Drive, call


@dataclass(frozen=True)
class Idea:
    """One thing that can be right or wrong by itself, with its own points.

    Parameters
    ----------
    id : str
        The ``grade_id`` of its test cell.
    outputs : tuple of str
        Those of the task's outputs that are judged. Empty for the contract of a function: shapes, types,
        sizes of 1, arguments left alone, no memory between calls.
    mistakes : dict of str to str
        Known mistakes, each with a hint in one or two sentences that does not give the solution away. The
        task's reference makes the mistake when it is called with ``wrong`` set to its name.
    """

    id: str
    outputs: tuple[str, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One function that a student writes.

    Parameters
    ----------
    function : str
        Its name in the notebook.
    returns : tuple of str
        What it returns, in order. ``"values{i_t f_t}"`` stands for a dict with these keys, of which each is
        an output by itself; a name that begins with an underscore is not looked at.
    cases : callable
        ``cases(rng)`` draws the calls. Sizes that can be confused differ from each other; some cases are
        edges.
    reference : callable
        ``reference(*arguments, seen, wrong)`` returns the outputs by name. ``seen`` has the student's own
        outputs, so that a later output can be judged from an earlier one that was wrong; it is empty
        when no student is there. ``wrong`` is the name of the mistake to make, or empty.
    ideas : tuple of Idea
    drive : callable, optional
        How the function is called; see ``probe.observe``. It belongs to whoever wrote the function, and so
        it draws no conclusion.
    digest : callable, optional
        ``digest(value, *arguments)`` makes the returned outputs out of what the drive has handed on. What
        it raises counts as raised by the function. It may rely on nothing in ``value``.
    tolerance : float, optional
        Largest difference allowed, in units of the largest expected value (or of 1 if that is smaller).
        The default lets solutions pass that compute in single precision.
    may_share : bool, optional
        Whether the function may hand back an argument as it is.
    parameters : dict of str to str, optional
        For messages: an argument that only further calls of the drive get, and the student's name for it.
    """

    function: str
    returns: tuple[str, ...]
    cases: Callable[[np.random.Generator], Sequence[Case]]
    reference: Callable[..., Mapping[str, Any]]
    ideas: tuple[Idea, ...]
    drive: Drive = call
    digest: Callable[..., Any] | None = None
    tolerance: float = 1e-4
    may_share: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of all outputs that are looked at."""
        return tuple(name for item in self.returns for name in names_of(item))

    def idea(self, grade_id: str) -> Idea:
        """Return the idea with this ``grade_id``."""
        return next(idea for idea in self.ideas if idea.id == grade_id)


def names_of(item: str) -> tuple[str, ...]:
    """Return the outputs in one item of ``returns``.

    Examples
    --------
    >>> names_of("h_t"), names_of("values{i_t f_t}"), names_of("_caches")
    (('h_t',), ('i_t', 'f_t'), ())
    """
    if item.startswith("_"):
        return ()
    return tuple(item[item.index("{") + 1 : -1].split()) if item.endswith("}") else (item,)


def follow(seen: Mapping[str, Any], name: str, right: np.ndarray) -> np.ndarray:
    """Return the student's own earlier output where something can be told from it, else the right one.

    What follows a wrong value can still be right. But zeros, constants, numbers that are not finite and
    arrays of another size would make too much right that comes after them.

    Parameters
    ----------
    seen : mapping
        As a reference gets it.
    name : str
        The earlier output.
    right : ndarray
        What it should be.

    Examples
    --------
    >>> right = np.array([1.0, 2.0])
    >>> follow({"d_z": [3.0, -1.0]}, "d_z", right), follow({"d_z": [0.0, 0.0]}, "d_z", right)
    (array([ 3., -1.]), array([1., 2.]))
    """
    own = array_of(seen.get(name))
    if own.size != right.size or not tells(own, right):
        return right
    return own.reshape(right.shape).astype(np.float64)


def tells(own: np.ndarray, right: np.ndarray) -> bool:
    """Return whether something can be told from the student's own output.

    Examples
    --------
    >>> right = np.array([1.0, 2.0])
    >>> [tells(np.array(own), right) for own in ([3.0, -1.0], [0.0, 0.0], [4.0, 4.0], [np.nan, 1.0])]
    [True, False, False, False]
    """
    if own.dtype.kind not in "fiu" or not np.isfinite(own).all():
        return False
    too_small = np.abs(own).max(initial=0.0) < 1e-3 * np.abs(right).max(initial=0.0)
    return not too_small and (own.size < 2 or bool(own.std() >= 1e-3 * right.std()))


def followed(seen: Mapping[str, Any], name: str, right: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the right value of an output if the student has it, else what follows from earlier ones."""
    got = array_of(seen.get(name))
    if got.dtype.kind not in "fiu" or got.size != right.size:
        return own
    return right if np.allclose(got.reshape(right.shape), right, atol=1e-4) else own
