"""What comes of a submission: graded, zero with a reason, or a case for a person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

GRADED, ZERO, PERSON = "graded", "zero", "person"


@dataclass(frozen=True)
class Mark:
    """What one test cell is worth.

    Parameters
    ----------
    grade_id : str
    points, most : float
        Earned, and to be had.
    message : str
        What is wrong; empty where nothing is.
    mistake, hint : str
        The known mistake, where there is one.
    stopped : str
        The limit that was passed (a key of ``Limits.sentence``), where that is the reason.
    """

    grade_id: str
    points: float
    most: float
    message: str = ""
    mistake: str = ""
    hint: str = ""
    stopped: str = ""


@dataclass(frozen=True)
class Verdict:
    """A submission's end.

    Parameters
    ----------
    student, assignment : str
    key : str
        Hash of all that the verdict follows from: the submission, the assignment, the grader's secret.
    state : str
        ``"graded"``, ``"zero"`` or ``"person"``.
    reason : str
        Why it is not simply graded; empty where it is.
    marks : tuple of Mark
        One for each test of the assignment, in its order, whatever the state.
    repairs : tuple of str
        What was put right in the notebook before it was run.
    notebook : dict
        What was run, with outputs of plain text: for the formgrader and for feedback.
    seconds : float
        Processor time in the sandbox.
    elapsed : float
        Seconds by the clock, judging included.
    memory : int
        Bytes, at most at one time.
    """

    student: str
    assignment: str
    key: str
    state: str
    reason: str = ""
    marks: tuple[Mark, ...] = ()
    repairs: tuple[str, ...] = ()
    notebook: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    elapsed: float = 0.0
    memory: int = 0

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(mark.points for mark in self.marks)

    @property
    def most(self) -> float:
        """Points to be had."""
        return sum(mark.most for mark in self.marks)

    def to_json(self) -> str:
        """Return the verdict as JSON."""
        # Not asdict: it copies every cell of the notebook.
        return json.dumps(vars(self) | {"marks": [vars(mark) for mark in self.marks]}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        """Return the verdict that ``to_json`` wrote.

        Examples
        --------
        >>> verdict = Verdict("ana", "02-rnn", "", ZERO, "nothing was submitted", (Mark("step", 0, 1),))
        >>> Verdict.from_json(verdict.to_json()) == verdict, verdict.score, verdict.most
        (True, 0, 1)
        """
        fields = json.loads(text)
        marks = tuple(Mark(**mark) for mark in fields.pop("marks"))
        return cls(marks=marks, repairs=tuple(fields.pop("repairs")), **fields)
