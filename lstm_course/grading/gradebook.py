"""nbgrader's gradebook: the assignment as it was given out, and each submission's marks in it."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lstm_course.checks.mending import source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.grading.course import CONFIG, Course
from lstm_course.grading.finishing import cleaned
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.trouble import settings_read
from lstm_course.grading.verdict import PERSON, Verdict

TIMESTAMP = "timestamp.txt"
LONGEST_TIMESTAMP = 200


def prepare(course: Course, assignment: str) -> None:
    """See to it that the gradebook knows the assignment as it was given out.

    Hidden tests are not written into it. Tests that have been added, removed or given other points since are
    taken over, also where there are marks already.
    """
    from nbformat import from_dict
    from nbgrader.api import Assignment, GradeCell, Notebook, SolutionCell, SourceCell
    from nbgrader.utils import compute_checksum

    cells = {str(graded_as(cell)["grade_id"]): cell for cell in graded_cells(assignment)}
    with course.gradebook() as gradebook:
        db = gradebook.db
        master = db.query(Assignment).filter_by(name=assignment).one_or_none()
        if master is None:
            master = Assignment(name=assignment, course_id=course.directory.course_id)
            db.add(master)
        notebook = next((one for one in master.notebooks if one.name == assignment), None)
        if notebook is None:
            notebook = Notebook(name=assignment, assignment=master)
            db.add(notebook)
        known = {
            (type(cell), cell.name): cell
            for cell in (*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells)
        }
        for name, cell in cells.items():
            own, source = graded_as(cell), source_of(cell)
            fields: dict[Any, dict[str, Any]] = {
                SourceCell: {
                    "cell_type": cell["cell_type"],
                    "source": source,
                    "locked": bool(own.get("locked")),
                    "checksum": compute_checksum(from_dict(dict(cell, source=source))),
                }
            }
            if own["grade"]:
                fields[GradeCell] = {"cell_type": cell["cell_type"], "max_score": float(own["points"])}
            if own["solution"]:
                fields[SolutionCell] = {}
            for kind, values in fields.items():
                row = known.pop((kind, name), None)
                if row is None:
                    row = kind(name=name, notebook=notebook)
                    db.add(row)
                for field, value in values.items():
                    setattr(row, field, value)
        for row in known.values():
            for mark in (*(getattr(row, "grades", None) or ()), *(getattr(row, "comments", None) or ())):
                db.delete(mark)
            db.delete(row)
        db.commit()


def graded_cells(assignment: str) -> list[dict[str, Any]]:
    """Return the cells of an assignment's release that nbgrader keeps account of."""
    return [cell for cell in release_notebook(assignment)["cells"] if graded_as(cell).get("grade_id")]


def write_marks(course: Course, assignment: str, verdicts: Sequence[Verdict]) -> None:
    """Write verdicts into the gradebook, all of them or none; leave what a person has marked."""
    policy = late_policy(course)
    with course.gradebook() as gradebook:
        original = gradebook.find_notebook(assignment, assignment)
        submitted = submitted_notebooks(gradebook.db, original, [verdict.student for verdict in verdicts])
        names = {cell.id: cell.name for cell in (*original.grade_cells, *original.solution_cells)}
        for verdict in verdicts:
            note_marks(submitted[verdict.student], names, verdict)
        gradebook.db.flush()  # scores are sums that the database makes
        for student, notebook in submitted.items():
            submission = notebook.assignment
            submission.timestamp = timestamp_of(course.place("submitted", student, assignment))
            late = seconds_late(submission.timestamp, original.assignment.duedate, submission.extension)
            notebook.late_submission_penalty = penalty(policy, student, notebook.score, late)
        gradebook.db.commit()


def submitted_notebooks(db: Any, original: Any, students: Sequence[str]) -> dict[str, Any]:
    """Return students' notebooks in the gradebook; what is not there is made, with all its cells."""
    from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy.orm import selectinload

    known = {name for (name,) in db.query(Student.id).filter(Student.id.in_(students))}
    db.add_all(Student(id=name) for name in students if name not in known)
    own = selectinload(SubmittedAssignment.notebooks)
    found = (
        db.query(SubmittedAssignment)
        .filter_by(assignment_id=original.assignment_id)
        .filter(SubmittedAssignment.student_id.in_(students))
        .options(own.selectinload(SubmittedNotebook.grades), own.selectinload(SubmittedNotebook.comments))
    )
    submissions = {submission.student_id: submission for submission in found}
    submitted = {}
    for name in students:
        submission = submissions.get(name)
        if submission is None:
            submission = SubmittedAssignment(assignment_id=original.assignment_id, student_id=name)
            db.add(submission)
        notebook = next((one for one in submission.notebooks if one.notebook_id == original.id), None)
        if notebook is None:
            notebook = SubmittedNotebook(notebook_id=original.id)
            submission.notebooks.append(notebook)
        for kind, cells, rows in (
            (Grade, original.grade_cells, notebook.grades),
            (Comment, original.solution_cells, notebook.comments),
        ):
            there = {row.cell_id for row in rows}
            rows.extend(kind(cell_id=cell.id) for cell in cells if cell.id not in there)
        submitted[name] = notebook
    return submitted


def note_marks(notebook: Any, names: dict[str, str], verdict: Verdict) -> None:
    """Write the points of each test, and what a person should see; leave a person's own marks alone."""
    points = {mark.grade_id: mark.points for mark in verdict.marks}
    for grade in notebook.grades:
        grade.auto_score = points.get(names.get(grade.cell_id, "")) if verdict.state != PERSON else None
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    given = sources_given(verdict.assignment)
    handed_in = {str(graded_as(cell).get("grade_id")): cell for cell in verdict.notebook.get("cells", ())}
    for comment in notebook.comments:
        name = names.get(comment.cell_id, "")
        unchanged = source_of(handed_in.get(name, {})) == given.get(name, "")
        comment.auto_comment = cleaned(verdict.reason) or ("No response." if unchanged else None)


@functools.cache
def sources_given(assignment: str) -> dict[str, str]:
    """Return the sources that were given out, by ``grade_id``."""
    return {str(graded_as(cell)["grade_id"]): source_of(cell) for cell in graded_cells(assignment)}


def seconds_late(time: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """Return by how much a submission was late; 0 where either time is not known.

    Examples
    --------
    >>> noon = datetime(2030, 5, 1, 12)
    >>> seconds_late(noon, noon - timedelta(hours=1), None), seconds_late(None, noon, None)
    (3600.0, 0.0)
    """
    if time is None or due is None:
        return 0.0
    return max(0.0, (time - due - (extension or timedelta())).total_seconds())


def penalty(policy: Any, student: str, score: float, late: float) -> float | None:
    """Return the points that a score loses because it was so many seconds late."""
    lost = policy.late_submission_penalty(student, score, late) if late > 0 else None
    return None if lost is None else min(max(lost, 0.0), score)


def late_policy(course: Course) -> Any:
    """Return nbgrader's plugin for penalties, as the course has set it up.

    Raises
    ------
    InputError
        It cannot be as it is set up.
    """
    from nbgrader.preprocessors import AssignLatePenalties

    with settings_read(course.root / CONFIG):
        return AssignLatePenalties(config=course.config).plugin_class(config=course.config)


def timestamp_of(folder: Path) -> Any:
    """Return when a submission was handed in, in UTC; None where ``timestamp.txt`` does not tell."""
    from nbgrader.utils import parse_utc

    try:
        descriptor = os.open(folder / TIMESTAMP, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return parse_utc(file.read(LONGEST_TIMESTAMP).decode().strip())
    except (OSError, ValueError, OverflowError):
        return None
