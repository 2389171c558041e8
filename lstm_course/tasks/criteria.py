"""When a network has solved a problem: the stopping criteria of the papers.

Two kinds cover them all. With r_n true where the n-th sequence was processed correctly and e_n its mean
absolute error:

    on the stream    the last W training sequences:  #{n : not r_n} ≤ w  and  mean e_n < ε      (1)
    held out         a test set of M sequences:      #{n : not r_n} ≤ w  and  mean e_n < ε      (2)

Either half may be missing: ε is ``None`` where a paper asks for no error.

Source: Hochreiter & Schmidhuber (1997), sections 5.2 to 5.6 and table 11, where (1) is ST3 and (2) is ST1
(without ε) or ST2.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lstm_course.errors import InputError


class Criterion(Protocol):
    """Says whether a network has solved a problem."""

    def met(self, right: np.ndarray, error: np.ndarray) -> bool:
        """Whether sequences processed so, in the order in which they came, fulfil the criterion."""


@dataclass(frozen=True)
class Stream:
    """The most recent sequences were right, equation (1).

    Attributes
    ----------
    window : int
        How many of the most recent sequences are looked at.
    wrong_allowed : int
        How many of them may be wrong.
    mean_error : float, optional
        Below which their mean error must lie.

    Examples
    --------
    >>> criterion = Stream(window=3, wrong_allowed=1, mean_error=0.1)
    >>> criterion.met(np.array([False, False, True, True]), np.array([0.9, 0.2, 0.01, 0.02]))
    True
    >>> criterion.met(np.array([True, True]), np.zeros(2))
    False
    """

    window: int = 2000
    wrong_allowed: int = 0
    mean_error: float | None = None

    def __post_init__(self) -> None:
        _check(self.window, "window", self.wrong_allowed, self.mean_error)

    def met(self, right: np.ndarray, error: np.ndarray) -> bool:
        """Whether the last ``window`` sequences fulfil it; false while there are fewer.

        Parameters
        ----------
        right : ndarray of bool, shape (sequences,)
            Which sequences were processed correctly, the most recent last.
        error : ndarray of float, shape (sequences,)
            Their errors.
        """
        _check_pair(right, error)
        recent = slice(len(right) - self.window, None)
        return len(right) >= self.window and _fulfilled(
            right[recent], error[recent], self.wrong_allowed, self.mean_error
        )


@dataclass(frozen=True)
class HeldOut:
    """The sequences of a test set were right, equation (2).

    Attributes
    ----------
    size : int
        How many sequences the set has.
    wrong_allowed : int
        How many of them may be wrong.
    mean_error : float, optional
        Below which their mean error must lie.

    Examples
    --------
    >>> HeldOut(size=2, mean_error=0.01).met(np.array([True, True]), np.array([0.001, 0.03]))
    False
    """

    size: int = 256
    wrong_allowed: int = 0
    mean_error: float | None = None

    def __post_init__(self) -> None:
        _check(self.size, "size", self.wrong_allowed, self.mean_error)

    def met(self, right: np.ndarray, error: np.ndarray) -> bool:
        """Whether the set fulfils it.

        Parameters
        ----------
        right : ndarray of bool, shape (size,)
            Which sequences were processed correctly.
        error : ndarray of float, shape (size,)
            Their errors.

        Raises
        ------
        ValueError
            If there are more or fewer than ``size``.
        """
        _check_pair(right, error)
        if len(right) != self.size:
            raise ValueError(
                f"expected a held-out set of {self.size} sequences, got {len(right)}. Judge the whole set."
            )
        return _fulfilled(right, error, self.wrong_allowed, self.mean_error)


def _fulfilled(right: np.ndarray, error: np.ndarray, wrong_allowed: int, mean_error: float | None) -> bool:
    few_wrong = np.count_nonzero(~right) <= wrong_allowed
    return bool(few_wrong and (mean_error is None or error.mean() < mean_error))


def _check(size: int, name: str, wrong_allowed: int, mean_error: float | None) -> None:
    if size < 1:
        raise InputError(f"a {name} of at least 1", str(size))
    if not 0 <= wrong_allowed < size:
        raise InputError(f"wrong_allowed from 0 to {size - 1}", str(wrong_allowed))
    if mean_error is not None and not mean_error > 0:
        raise InputError("a mean_error above 0", str(mean_error), "Use None where no error is asked for.")


def _check_pair(right: np.ndarray, error: np.ndarray) -> None:
    if right.ndim != 1 or right.dtype != bool or right.shape != error.shape:
        raise ValueError(
            f"expected right (bool) and error of one shape (sequences,), got {right.dtype} {right.shape} "
            f"and {error.shape}. Take both from the same sequences."
        )
