"""Bring verdicts from the ledger into nbgrader's gradebook and folders: one writer, in order."""

from __future__ import annotations

import copy
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lstm_course.checks.mending import source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.errors import InputError
from lstm_course.grading.batch import alone
from lstm_course.grading.course import Course
from lstm_course.grading.finishing import error_output
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.verdict import GRADED, PERSON, Verdict

AT_ONCE = 50  # verdicts in one transaction
PATIENCE = 600.0  # seconds that a locked gradebook is waited for
LONGEST_TIMESTAMP = 200


def import_all(course: Course, assignment: str, progress: Callable[[int], None] = lambda n: None) -> int:
    """Bring what the gradebook does not have yet into it; return how many verdicts that were.

    What a person has marked by hand stays. What is interrupted goes on the next time.

    Raises
    ------
    InputError
        The gradebook cannot be reached, or stays locked.
    """
    with alone(course.folder / "import.lock"), course.ledger() as ledger:
        waiting = ledger.waiting(assignment)
        if waiting:
            patiently(lambda: prepare(course, assignment))
        for start in range(0, len(waiting), AT_ONCE):
            students = waiting[start : start + AT_ONCE]
            verdicts = [verdict for name in students if (verdict := ledger.verdict(assignment, name))]
            for verdict in verdicts:
                write_notebook(course, verdict)
            patiently(lambda chosen=verdicts: write_marks(course, assignment, chosen))  # type: ignore[misc]
            ledger.mark_imported(assignment, students)
            progress(len(students))
    return len(waiting)


def patiently(action: Callable[[], None]) -> None:
    """Do something with the gradebook; where another program holds it, wait and try again.

    Raises
    ------
    InputError
        It cannot be reached, or it was waited for long enough.
    """
    from sqlalchemy.exc import IntegrityError, OperationalError

    deadline, pause = time.monotonic() + PATIENCE, 0.1
    while True:
        try:
            return action()
        except (OperationalError, IntegrityError) as error:
            busy = "locked" in str(error) or isinstance(error, IntegrityError)
            if not busy or time.monotonic() > deadline:
                hint = "Is the database server running, and is db_url in nbgrader_config.py right?"
                raise InputError("a gradebook that can be written to", str(error.orig), hint) from None
            time.sleep(pause)
            pause = min(5.0, 2 * pause)


def prepare(course: Course, assignment: str) -> None:
    """See to it that the gradebook knows the assignment as it was given out.

    Hidden tests are not written into it. Tests that have been added, removed or given other points since are
    taken over, also where there are marks already.
    """
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum

    cells = {str(graded_as(cell)["grade_id"]): cell for cell in graded_cells(assignment)}
    tests = {name: float(graded_as(c)["points"]) for name, c in cells.items() if graded_as(c)["grade"]}
    answers = {name for name, cell in cells.items() if graded_as(cell)["solution"]}
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(assignment)
        notebook = gradebook.update_or_create_notebook(assignment, assignment)
        known = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        if known == tests and {cell.name for cell in notebook.solution_cells} == answers:
            return
        names = (assignment, assignment)
        for name, cell in cells.items():
            kind = cell["cell_type"]
            if name in tests:
                gradebook.update_or_create_grade_cell(name, *names, max_score=tests[name], cell_type=kind)
            if name in answers:
                gradebook.update_or_create_solution_cell(name, *names)
            gradebook.update_or_create_source_cell(
                name,
                *names,
                cell_type=kind,
                source=source_of(cell),
                locked=bool(graded_as(cell).get("locked")),
                checksum=compute_checksum(from_dict(dict(cell, source=source_of(cell)))),
            )
        for cell in (*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells):
            if cell.name not in cells:
                for mark in (*getattr(cell, "grades", ()), *getattr(cell, "comments", ())):
                    gradebook.db.delete(mark)
                gradebook.db.delete(cell)
        gradebook.db.commit()


def graded_cells(assignment: str) -> list[dict[str, Any]]:
    """Return the cells of an assignment's release that nbgrader keeps account of."""
    return [cell for cell in release_notebook(assignment)["cells"] if graded_as(cell).get("grade_id")]


def write_marks(course: Course, assignment: str, verdicts: Sequence[Verdict]) -> None:
    """Write verdicts into the gradebook, all of them or none."""
    policy = late_policy(course)
    with course.gradebook() as gradebook:
        master = gradebook.find_assignment(assignment)
        for verdict in verdicts:
            submission = submission_of(gradebook, master, verdict.student)
            stamp = timestamp_of(course.place("submitted", verdict.student, assignment))
            if stamp is not None:
                submission.timestamp = stamp
            gradebook.db.flush()
            notebook = next(one for one in submission.notebooks if one.name == assignment)
            note_marks(notebook, verdict)
            gradebook.db.flush()
            gradebook.db.refresh(notebook)
            notebook.late_submission_penalty = None
            late = submission.total_seconds_late
            if policy is not None and late > 0:
                penalty = policy.late_submission_penalty(verdict.student, notebook.score, late)
                if penalty is not None:
                    notebook.late_submission_penalty = min(max(penalty, 0.0), notebook.score)
        gradebook.db.commit()


def submission_of(gradebook: Any, master: Any, student: str) -> Any:
    """Return a student's submission in the gradebook, made with all its cells if it is not there."""
    from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook

    person = gradebook.db.get(Student, student)
    if person is None:
        person = Student(id=student)
        gradebook.db.add(person)
    found = (
        gradebook.db.query(SubmittedAssignment)
        .filter_by(assignment_id=master.id, student_id=student)
        .one_or_none()
    )
    if found is None:
        found = SubmittedAssignment(assignment=master, student=person)
        gradebook.db.add(found)
    own = {notebook.notebook_id: notebook for notebook in found.notebooks}
    for original in master.notebooks:
        notebook = own.get(original.id)
        if notebook is None:
            notebook = SubmittedNotebook(notebook_id=original.id, assignment=found)
            gradebook.db.add(notebook)
        graded = {grade.cell_id for grade in notebook.grades}
        for cell in original.grade_cells:
            if cell.id not in graded:
                notebook.grades.append(Grade(cell_id=cell.id))
        commented = {comment.cell_id for comment in notebook.comments}
        for cell in original.solution_cells:
            if cell.id not in commented:
                notebook.comments.append(Comment(cell_id=cell.id))
    return found


def note_marks(notebook: Any, verdict: Verdict) -> None:
    """Write the points of each test, and what a person should see; leave a person's own marks alone."""
    points = {mark.grade_id: mark.points for mark in verdict.marks}
    for grade in notebook.grades:
        grade.auto_score = points.get(grade.name) if verdict.state != PERSON else None
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    handed_in = {str(graded_as(cell).get("grade_id")): cell for cell in verdict.notebook.get("cells", ())}
    given = {str(graded_as(cell)["grade_id"]): cell for cell in graded_cells(verdict.assignment)}
    for comment in notebook.comments:
        unchanged = source_of(handed_in.get(comment.name, {})) == source_of(given.get(comment.name, {}))
        comment.auto_comment = verdict.reason or ("No response." if unchanged else None)


def late_policy(course: Course) -> Any:
    """Return nbgrader's plugin for penalties, as the course has set it up."""
    from nbgrader.preprocessors import AssignLatePenalties

    return AssignLatePenalties(config=course.config).plugin_class(config=course.config)


def timestamp_of(folder: Path) -> Any:
    """Return when a submission was handed in, as ``timestamp.txt`` has it; None if that cannot be told."""
    from nbgrader.utils import parse_utc

    try:
        descriptor = os.open(folder / "timestamp.txt", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return parse_utc(file.read(LONGEST_TIMESTAMP).decode().strip())
    except (OSError, ValueError, OverflowError):
        return None


def write_notebook(course: Course, verdict: Verdict) -> None:
    """Put the graded notebook where nbgrader and its formgrader look for it."""
    folder = course.place("autograded", verdict.student, verdict.assignment)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("timestamp.txt", f"{verdict.assignment}.ipynb"):
        (folder / name).unlink(missing_ok=True)
    notebook = verdict.notebook if verdict.state == GRADED else ungraded(verdict)
    descriptor, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)
    os.chmod(name, 0o644)
    os.replace(name, folder / f"{verdict.assignment}.ipynb")
    stamp = course.place("submitted", verdict.student, verdict.assignment) / "timestamp.txt"
    if stamp.is_file() and not stamp.is_symlink():
        shutil.copyfile(stamp, folder / "timestamp.txt")


def ungraded(verdict: Verdict) -> dict[str, Any]:
    """Return what stands for a notebook that was not run: the release, with the reason at every test."""
    notebook = copy.deepcopy(release_notebook(verdict.assignment))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            own = graded_as(cell).get("grade")
            cell["outputs"] = [error_output("NotGraded", verdict.reason)] if own else []
    return notebook
