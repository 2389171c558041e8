"""Marks as the gradebook has them, with what the ledger says about each: as rows, as a CSV file.

The gradebook's score counts, so that what a person changed in the formgrader is in it. What is lost by being
late is lost of that score, so it is worked out here once more: the penalty in the gradebook is of the score
that there was when the verdict came into it. A mark that is not final is left empty: 0 is a mark too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_course.checks.notebook import release_of
from lstm_course.errors import InputError
from lstm_course.grading.course import Course
from lstm_course.grading.gradebook import late_policy, penalty, seconds_late
from lstm_course.grading.tables import Table, neutral
from lstm_course.grading.trouble import gradebook_used
from lstm_course.grading.verdict import PERSON

NO_VERDICT = "no verdict"
HEADER = ["student", "assignment", "score", "max", "late penalty", "state", "reason", "time"]


@dataclass(frozen=True)
class Result:
    """What a student has for an assignment.

    Parameters
    ----------
    student, assignment : str
    score : float or None
        After the penalty; None where it is not final.
    most : float
        Points to be had.
    penalty : float
        Points lost by being late.
    state, reason : str
        The ledger's; empty for those who have not handed in.
    time : str
        When it was handed in, UTC; empty where that is not known.
    """

    student: str
    assignment: str
    score: float | None
    most: float
    penalty: float = 0.0
    state: str = ""
    reason: str = ""
    time: str = ""


def results_of(course: Course, assignments: Iterable[str]) -> list[Result]:
    """Return the marks of everybody who is in the gradebook or the ledger, by assignment and student.

    A score is final if the gradebook has the ledger's verdict and that is not a case for a person, or if a
    person has scored every cell by hand.

    Raises
    ------
    InputError
        There is no such assignment, nothing of it has been graded, or the gradebook or the settings for late
        submissions cannot be used.
    """
    from nbgrader.api import Student
    from sqlalchemy import make_url, select

    with gradebook_used(course.db_url):
        place = make_url(course.db_url)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        raise InputError(f"a gradebook at {place.database}", "none", "Grade first: lstm-course grade 04-lstm")
    found, policy = [], late_policy(course)
    with course.gradebook() as gradebook, course.ledger() as ledger:
        everybody = gradebook.db.scalars(select(Student.id)).all()
        for assignment in assignments:
            release_of(assignment)
            verdicts = ledger.states(assignment)
            most, booked = _booked(gradebook, assignment, policy)
            if not verdicts and not booked:
                hint = f"Grade it first: lstm-course grade {assignment}"
                raise InputError(f"graded submissions of {assignment}", "none", hint)
            for student in sorted({*verdicts, *booked, *everybody}):
                found.append(_result(student, assignment, most, verdicts.get(student), booked.get(student)))
    return found


def _booked(
    gradebook: Any, assignment: str, policy: Any
) -> tuple[float, dict[str, tuple[float, float, bool, str]]]:
    """Return the points to be had and, by student, score, penalty, whether all is by hand, and time.

    One query for all: nbgrader's own properties look each student's cells up anew, without an index.
    """
    from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import func, select

    cells = (
        select(
            Grade.notebook_id,
            func.sum(Grade.score).label("score"),
            (func.count(Grade.manual_score) == func.count()).label("by_hand"),
        )
        .group_by(Grade.notebook_id)
        .subquery()
    )
    rows = gradebook.db.execute(
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            Assignment.duedate,
            SubmittedAssignment.extension,
            cells.c.score,
            cells.c.by_hand,
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(cells, cells.c.notebook_id == SubmittedNotebook.id)
        .where(Assignment.name == assignment)
    )
    booked: dict[str, tuple[float, float, bool, str]] = {}
    for student, time, due, extension, score, by_hand in rows:
        before = booked.get(student, (0.0, 0.0, True, ""))
        lost = penalty(policy, student, score, seconds_late(time, due, extension)) or 0.0
        shown = time.strftime("%Y-%m-%d %H:%M:%S") if time else ""
        booked[student] = (before[0] + score, before[1] + lost, before[2] and bool(by_hand), shown)
    most = gradebook.db.scalar(select(Assignment.max_score).where(Assignment.name == assignment))
    return float(most or 0.0), booked


def _result(
    student: str,
    assignment: str,
    most: float,
    verdict: tuple[str, str, bool, float] | None,
    booked: tuple[float, float, bool, str] | None,
) -> Result:
    state, reason, imported, most_then = verdict or (NO_VERDICT if booked else "", "", False, most)
    score, penalty, by_hand, time = booked or (None, 0.0, False, "")
    final = by_hand or (imported and state != PERSON)
    shown = max(0.0, score - penalty) if final and score is not None else None
    return Result(student, assignment, shown, most or most_then, penalty, state, reason, time)


def unfinished(marks: Iterable[Result]) -> list[Result]:
    """Return the marks of those who have handed in and have no score yet."""
    return [mark for mark in marks if mark.score is None and mark.state]


def number(value: float | None) -> str:
    """Return a number of points as it is written; nothing for None.

    Examples
    --------
    >>> number(8.0), number(0.1 + 0.2), number(None)
    ('8', '0.3', '')
    """
    return "" if value is None else format(round(value, 4), ".12g")


def as_table(marks: Iterable[Result]) -> Table:
    """Return one row for each mark."""
    rows = [
        [
            neutral(mark.student),
            mark.assignment,
            number(mark.score),
            number(mark.most),
            number(mark.penalty),
            mark.state,
            neutral(mark.reason),
            mark.time,
        ]
        for mark in marks
    ]
    return Table(list(HEADER), rows)


def by_student(marks: Iterable[Result]) -> Mapping[str, Result]:
    """Return one assignment's marks by student."""
    return {mark.student: mark for mark in marks}
