"""What every problem has: its sizes, a way to draw sequences, and the paper's rule for when one is right.

A problem is a frozen dataclass of its sizes. It holds no randomness and no data: ``draw`` makes fresh
sequences from the generator that it is given, so equal generators give equal sequences.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lstm_course.errors import InputError
from lstm_course.tasks.batch import Batch
from lstm_course.tasks.criteria import Criterion
from lstm_course.tasks.judging import mean_absolute_error, within


@dataclass(frozen=True)
class Task(ABC):
    """A sequence problem; subclasses add their sizes and draw their sequences."""

    #: Below which every output's absolute error must lie for a sequence to be right.
    tolerance: ClassVar[float]

    #: What ``baseline`` measures: "mean squared error", "accuracy" or "cross-entropy".
    baseline_measure: ClassVar[str]

    @property
    @abstractmethod
    def features(self) -> int:
        """Size of one input vector."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Number of outputs."""

    @property
    @abstractmethod
    def success(self) -> Criterion:
        """The paper's criterion for having solved the problem."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """The best that a network without the memory which the problem asks for can reach."""

    @abstractmethod
    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Which sequences the network processed correctly, by the paper's rule.

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What it put out. Only scored steps are looked at.
        batch : Batch
            The sequences.

        Returns
        -------
        ndarray of bool, shape (batch,)
            True where correct.
        """
        return within(outputs, batch, self.tolerance)

    def error(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Mean absolute error of each sequence over its scored steps and the outputs.

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What the network put out.
        batch : Batch
            The sequences.

        Returns
        -------
        ndarray of float64, shape (batch,)
            In the units of the targets.
        """
        return mean_absolute_error(outputs, batch)


def check_size(name: str, value: int, least: int, hint: str = "") -> None:
    """Refuse a size that is not a whole number or too small.

    Examples
    --------
    >>> check_size("count", 0, 1)
    Traceback (most recent call last):
    lstm_course.errors.InputError: expected count to be a whole number of at least 1, got 0.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise InputError(f"{name} to be a whole number of at least {least}", repr(value), hint)


def check_range(shortest: int, longest: int, least: int, hint: str = "") -> None:
    """Refuse a range of lengths that is empty or starts too low."""
    check_size("shortest", shortest, least, hint)
    check_size("longest", longest, shortest, "It cannot be below shortest.")


def lengths_from(length: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw lengths uniformly from T to T + T/10, as experiments 3 to 5 do; int64 of shape (count,).

    Examples
    --------
    >>> lengths = lengths_from(100, 1000, np.random.default_rng(0))
    >>> int(lengths.min()), int(lengths.max())
    (100, 110)
    """
    return rng.integers(length, length + length // 10 + 1, count)
