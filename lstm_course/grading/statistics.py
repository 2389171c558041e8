"""What an assignment's verdicts say together: scores, how each test behaves, mistakes, limits, time.

Let x_sj be the points of submission s on test j, m_j the points to be had, X_s the sum over the tests,
and n the number of submissions that were graded. Then

    difficulty      p_j = sum_s x_sj / (n m_j)                                  (1)
    discrimination  r_j = corr_s(x_sj, X_s - x_sj)                              (2)

(1) is the share of the points that was earned, so an easy test has a *high* number. (2) is the corrected
item-total correlation: the test is left out of the total, since it would correlate with itself. Where points
are 0 or all, it is the point-biserial correlation with the rest of the score. It is nan where one of both is
constant.

Only what ran is counted in (1) and (2): a notebook that was not handed in says nothing about a test.

References
----------
Sten Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28 (1963), 211-218.
Linda Crocker and James Algina, "Introduction to Classical and Modern Test Theory", 1986, chapter 14.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from lstm_course.grading.finishing import CONTROL
from lstm_course.grading.summary import Item, Message, Mistake, Note, Spread, Statistics
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict

QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
LONGEST_MESSAGE = 160
KINDS_OF_MESSAGE = 5000
NUMBER = re.compile(r"(?<!\w)-?(?:\d[\d.]*(?:e[+-]?\d+)?|nan\b|inf\b)")
SIZES = re.compile(r"^(?:[a-z ]+ …(?:, )?)+: ")


@dataclass
class _Test:
    """What is kept of one test: 16 bytes a submission, and the mistakes."""

    most: float
    points: array[float] = field(default_factory=lambda: array("d"))
    rest: array[float] = field(default_factory=lambda: array("d"))
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    stopped: int = 0

    def add(self, mark: Mark, score: float) -> None:
        self.points.append(mark.points)
        self.rest.append(score - mark.points)
        if mark.stopped:
            self.stopped += 1
        elif mark.mistake:
            self.mistakes[mark.mistake, mark.hint] += 1
        elif mark.message:
            text = normalised(mark.message)
            if text in self.messages or len(self.messages) < KINDS_OF_MESSAGE:
                self.messages[text] += 1

    def item(self, grade_id: str) -> Item:
        points, rest = np.asarray(self.points), np.asarray(self.rest)
        return Item(
            grade_id,
            self.most,
            len(points),
            float(points.mean()) / self.most if len(points) and self.most else math.nan,
            correlation(points, rest),
            tuple(Mistake(*key, grade_id, count) for key, count in self.mistakes.most_common()),
            tuple(Message(text, grade_id, count) for text, count in self.messages.most_common()),
            self.stopped,
        )


def summarise(verdicts: Iterable[Verdict]) -> Statistics:
    """Go through an assignment's verdicts once and say what they have in common.

    Parameters
    ----------
    verdicts : iterable of Verdict
        Of one assignment. Their notebooks are not kept.

    Examples
    --------
    >>> def verdict(student, *points):
    ...     marks = tuple(Mark(f"t{k}", p, 1) for k, p in enumerate(points))
    ...     return Verdict(student, "02-rnn", "", GRADED, "", marks)
    >>> both = summarise([verdict("ana", 1, 1), verdict("ben", 0, 1), verdict("eva", 0, 0)])
    >>> [(item.grade_id, round(item.difficulty, 2), round(item.discrimination, 2)) for item in both.items]
    [('t0', 0.33, 0.5), ('t1', 0.67, 0.5)]
    """
    states: Counter[str] = Counter()
    tests: dict[str, _Test] = {}
    scores, seconds, memory = array("d"), array("d"), array("d")
    stopped: Counter[str] = Counter()
    notes: dict[str, list[Note]] = {PERSON: [], ZERO: [], GRADED: []}
    for verdict in verdicts:
        states[verdict.state] += 1
        for mark in verdict.marks:
            tests.setdefault(mark.grade_id, _Test(mark.most))
        if verdict.repairs:
            notes[GRADED].append(Note(verdict.student, verdict.repairs))
        if verdict.state != GRADED:
            notes[verdict.state].append(Note(verdict.student, (verdict.reason,)))
            continue
        score = verdict.score
        scores.append(score)
        seconds.append(verdict.seconds)
        memory.append(verdict.memory)
        stopped.update({mark.stopped for mark in verdict.marks if mark.stopped})
        for mark in verdict.marks:
            tests[mark.grade_id].add(mark, score)
    items = tuple(test.item(grade_id) for grade_id, test in tests.items())
    return Statistics(
        states=dict(states),
        most=sum(item.most for item in items),
        scores=np.asarray(scores),
        quantiles={q: float(np.quantile(scores, q)) for q in QUANTILES} if scores else {},
        items=items,
        mistakes=tuple(sorted((m for item in items for m in item.mistakes), key=lambda m: -m.times)),
        messages=tuple(sorted((m for item in items for m in item.messages), key=lambda m: -m.times)),
        stopped=dict(stopped.most_common()),
        seconds=spread(seconds),
        memory=spread(memory),
        each_seconds=np.asarray(seconds),
        persons=tuple(notes[PERSON]),
        zeros=tuple(notes[ZERO]),
        repairs=tuple(notes[GRADED]),
    )


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Return Pearson's correlation; nan where one side is constant or there is nothing.

    Examples
    --------
    >>> x = np.array([0.0, 0.0, 1.0, 1.0])
    >>> round(correlation(x, np.array([1.0, 2.0, 2.0, 3.0])), 4), correlation(x, np.ones(4))
    (0.7071, nan)
    """
    if not len(x) or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])


def spread(values: array[float]) -> Spread:
    """Return how some numbers are spread.

    Examples
    --------
    >>> spread(array("d", [1, 2, 3, 4, 5]))
    Spread(n=5, median=3.0, high=4.8, largest=5.0)
    """
    if not values:
        return Spread(0, math.nan, math.nan, math.nan)
    median, high, largest = np.quantile(values, (0.5, 0.95, 1.0))
    return Spread(len(values), float(median), float(high), float(largest))


def normalised(message: str) -> str:
    """Return a message's first line without sizes and numbers, so that like ones can be counted together.

    Examples
    --------
    >>> normalised("batch 3, units 5: h_0 differs by up to 0.21, at [1, 2]: expected -0.1, got 2e-05")
    'h_0 differs by up to …, at […]: expected …, got …'
    """
    text = NUMBER.sub("…", CONTROL.sub("", message.partition("\n")[0]))
    text = re.sub(r"\[…(?:, …)*\]", "[…]", SIZES.sub("", text))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
