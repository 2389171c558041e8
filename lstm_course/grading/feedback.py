"""A student's feedback: points, what was seen, hints, and the notebook as it was run.

Nothing in a page acts or loads, and no hidden test is in it. It lies where nbgrader's own would, so that
``nbgrader release_feedback`` finds it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from lstm_course.checks.mending import is_own, source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.errors import InputError
from lstm_course.grading.course import Course
from lstm_course.grading.export import by_student, results_of
from lstm_course.grading.ledger import Ledger
from lstm_course.grading.pages import render, write
from lstm_course.grading.safe_html import clean, code, markdown, plain, styles
from lstm_course.grading.verdict import PERSON, Mark, Verdict

LONGEST_PAGE = 400_000  # characters of cells and outputs
OWN = 'name="generator" content="lstm-course"'
EXCHANGE = ("timestamp.txt", "submission_secret.txt")
LONGEST_NOTE = 4096


@dataclass(frozen=True)
class Output:
    """What a cell printed or how it failed, in plain text."""

    text: str
    error: bool


@dataclass(frozen=True)
class Cell:
    """A cell to be shown: its kind, its content as harmless HTML, its outputs, its mark if it is a test."""

    kind: str
    content: Markup
    outputs: tuple[Output, ...] = ()
    mark: Mark | None = None


@dataclass
class Feedback:
    """What has been written.

    Attributes
    ----------
    written : list of str
        Students who have a page now.
    waiting : list of (str, str)
        Students who have none yet, because a person has to look or the gradebook lacks the verdict, and why.
    """

    written: list[str] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)


def write_feedback(course: Course, assignment: str, students: Iterable[str] | None = None) -> Feedback:
    """Write a page for each student, one after the other, with the score that the gradebook has.

    Parameters
    ----------
    course : Course
    assignment : str
    students : iterable of str, optional
        Without it, all that have a verdict.

    Raises
    ------
    InputError
        There is no verdict on one of the students, or on none at all.
    """
    done, results = Feedback(), by_student(results_of(course, [assignment]))
    with course.ledger() as ledger:
        for verdict in chosen(ledger, assignment, students):
            folder = course.place("feedback", verdict.student, assignment)
            path = folder / f"{assignment}.html"
            result = results[verdict.student]
            if result.score is None:
                missing = f"not in the gradebook yet: run lstm-course grade {assignment}"
                reason = verdict.reason if verdict.state == PERSON else missing
                done.waiting.append((verdict.student, reason))
                withdraw(path)
                continue
            # The exchange copies the page with its mode, and students read it there.
            write(path, feedback_page(verdict, result.penalty, result.score), mode=0o644)
            for name in EXCHANGE:
                copy_note(course.place("submitted", verdict.student, assignment) / name, folder / name)
            done.written.append(verdict.student)
    return done


def chosen(ledger: Ledger, assignment: str, students: Iterable[str] | None) -> Iterator[Verdict]:
    """Yield the verdicts on these students, or on all."""
    if students is None:
        yield from ledger.verdicts(assignment)
        return
    for student in students:
        verdict = ledger.verdict(assignment, student)
        if verdict is None:
            raise InputError(f"a student with a verdict on {assignment}", repr(student))
        yield verdict


def feedback_page(verdict: Verdict, penalty: float = 0.0, score: float | None = None) -> str:
    """Return a student's page as HTML that needs nothing else.

    Parameters
    ----------
    verdict : Verdict
    penalty : float
        Points taken off for handing in late.
    score : float, optional
        What counts, where it is known: a person may have changed marks since.
    """
    due = max(0.0, verdict.score - penalty)
    cells, cut = [], False
    for cell in cells_of(verdict):
        if cell is None:
            cut = True
            break
        cells.append(cell)
    return render(
        "feedback.html",
        v=verdict,
        penalty=penalty,
        score=due if score is None else score,
        by_hand=score is not None and abs(score - due) > 1e-6,
        passed=sum(mark.points >= mark.most for mark in verdict.marks),
        cells=cells,
        shown={cell.mark.grade_id for cell in cells if cell.mark},
        cut=cut,
        styles=styles(),
    )


def cells_of(verdict: Verdict) -> Iterator[Cell | None]:
    """Yield the notebook's cells as they are shown; None where the page has become too long for more."""
    marks, length = {mark.grade_id: mark for mark in verdict.marks}, 0
    for cell in verdict.notebook.get("cells", ()):
        source, own = source_of(cell), graded_as(cell)
        mark = marks.get(str(own.get("grade_id"))) if own.get("grade") else None
        outputs = () if mark else tuple(outputs_of(cell))
        length += len(source) + sum(len(output.text) for output in outputs)
        if length > LONGEST_PAGE:
            yield None
            return
        if cell.get("cell_type") == "markdown":
            # The student's own text became HTML when the work was graded.
            yield Cell("markdown", clean(source) if is_own(cell) else markdown(source))
        elif source.strip():
            yield Cell("code", code(source), outputs, mark)


def outputs_of(cell: Mapping[str, Any]) -> Iterator[Output]:
    """Yield a cell's outputs as plain text; pictures, HTML and the like are left out."""
    for output in cell.get("outputs", ()):
        kind = output.get("output_type")
        if kind == "error":
            yield Output(plain("\n".join(map(str, output.get("traceback", ())))), True)
        elif kind == "stream":
            yield Output(plain(source_of({"source": output.get("text", "")})).rstrip(), False)


def withdraw(path: Path) -> None:
    """Take away a page of ours that is no longer true; one that a person has had made stays."""
    if path.is_file() and OWN in path.read_text(encoding="utf-8", errors="replace")[:2000]:
        path.unlink()


def copy_note(source: Path, target: Path) -> None:
    """Copy a line that nbgrader's exchange has put beside a submission, if it is a small file."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        kind = os.fstat(file.fileno())
        if stat.S_ISREG(kind.st_mode) and kind.st_size <= LONGEST_NOTE:
            write(target, file.read())
