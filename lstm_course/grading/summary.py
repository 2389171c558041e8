"""What an assignment's report tells: the numbers of each test and of all, and who is to be looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

FEW = 20
HARD = 0.2
WEAK = 0.1
DOUBTS = ("few of its points were earned", "who does well elsewhere hardly does better here")


class Mistake(NamedTuple):
    """A known mistake in one test, and how many made it."""

    name: str
    hint: str
    grade_id: str
    times: int


class Message(NamedTuple):
    """What was said of failures without a known mistake, numbers left out, and how often."""

    text: str
    grade_id: str
    times: int


class Note(NamedTuple):
    """A student, and what is to be said of the submission."""

    student: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """Of some numbers: how many, their middle, what 95 % stay below, and the largest; nan where none."""

    n: int
    median: float
    high: float
    largest: float


@dataclass(frozen=True)
class Item:
    """One test over all submissions that ran.

    Attributes
    ----------
    grade_id : str
    most : float
        Points to be had.
    n : int
        Submissions behind the numbers.
    difficulty, discrimination : float
        Equations (1) and (2) of ``statistics``.
    mistakes, messages : tuple
        Of this test, the commonest first.
    stopped : int
        How often a limit was passed.
    """

    grade_id: str
    most: float
    n: int
    difficulty: float
    discrimination: float
    mistakes: tuple[Mistake, ...] = ()
    messages: tuple[Message, ...] = ()
    stopped: int = 0

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why somebody should look at this test; nothing below ``FEW`` submissions.

        Examples
        --------
        >>> Item("step-value", 1, 30, 0.1, 0.4).doubts
        ('few of its points were earned',)
        >>> Item("step-value", 1, 19, 0.1, 0.4).doubts
        ()
        """
        wrong = (self.difficulty < HARD, self.discrimination < WEAK)
        return tuple(text for text, one in zip(DOUBTS, wrong, strict=True) if one and self.n >= FEW)


@dataclass(frozen=True)
class Statistics:
    """An assignment's verdicts, taken together.

    Attributes
    ----------
    states : dict of str to int
        Submissions by how they ended.
    most : float
        Points to be had.
    scores : ndarray of shape (n,)
        Of those graded, in the verdicts' order.
    quantiles : dict of float to float
        Of the scores, by the part that lies below; empty where nothing is graded.
    items : tuple of Item
        The tests in the assignment's order.
    mistakes, messages : tuple
        Over all tests, the commonest first.
    stopped : dict of str to int
        Submissions that passed a limit, by the limit.
    seconds, memory : Spread
        Processor seconds and bytes of those graded.
    each_seconds : ndarray of shape (n,)
    persons, zeros, repairs : tuple of Note
        Who needs a person, who has zero, both with the reason; whose notebook was put right, with what was.
    """

    states: dict[str, int]
    most: float
    scores: np.ndarray
    quantiles: dict[float, float]
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    messages: tuple[Message, ...]
    stopped: dict[str, int]
    seconds: Spread
    memory: Spread
    each_seconds: np.ndarray
    persons: tuple[Note, ...]
    zeros: tuple[Note, ...]
    repairs: tuple[Note, ...]

    @property
    def count(self) -> int:
        """All submissions."""
        return sum(self.states.values())

    @property
    def chance(self) -> float:
        """Standard error of a correlation that is 0, by 1 / sqrt(n); nan where nothing is graded."""
        return 1 / math.sqrt(len(self.scores)) if len(self.scores) else math.nan
