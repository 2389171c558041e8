"""Bring verdicts from the ledger into nbgrader's gradebook and folders: one writer, in order."""

from __future__ import annotations

import copy
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from lstm_course.checks.notebook import graded_as
from lstm_course.grading.batch import alone
from lstm_course.grading.course import Course
from lstm_course.grading.finishing import error_output
from lstm_course.grading.gradebook import TIMESTAMP, prepare, timestamp_of, write_marks
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.trouble import GradebookFailed
from lstm_course.grading.verdict import GRADED, Verdict

AT_ONCE = 100  # verdicts in one transaction
PATIENCE = 600.0  # seconds that a gradebook is waited for: locked, or its server not up again yet


def import_all(course: Course, assignment: str, progress: Callable[[int], None] = lambda n: None) -> int:
    """Bring what the gradebook does not have yet into it; return how many verdicts that were.

    What a person has marked by hand stays. What is interrupted goes on the next time.

    Raises
    ------
    InputError
        The gradebook cannot be reached, or stays locked; another run is at work on the assignment.
    """
    with alone(course.folder / f"{assignment}.lock"), course.ledger() as ledger:
        waiting = ledger.waiting(assignment)
        if waiting:
            patiently(lambda: prepare(course, assignment), first=True)
        for start in range(0, len(waiting), AT_ONCE):
            students = waiting[start : start + AT_ONCE]
            verdicts = [verdict for name in students if (verdict := ledger.verdict(assignment, name))]
            for verdict in verdicts:
                write_notebook(course, verdict)
            patiently(lambda chosen=verdicts: write_marks(course, assignment, chosen))  # type: ignore[misc]
            ledger.mark_imported(verdicts)
            progress(len(students))
    return len(waiting)


def patiently(action: Callable[[], None], first: bool = False) -> None:
    """Do something with the gradebook; where others hold it or its server is away, wait and try again.

    Parameters
    ----------
    action : callable
        Does all of it or nothing.
    first : bool
        Whether this is the first time that the gradebook is asked for, so that a wrong address is reported
        and not waited for.

    Raises
    ------
    GradebookFailed
        It cannot be used, and waiting does not help, or has been long enough.
    """
    deadline, pause = time.monotonic() + PATIENCE, 0.1
    while True:
        try:
            return action()
        except GradebookFailed as failure:
            passes = failure.busy or (failure.away and not first)
            if not passes or time.monotonic() > deadline:
                raise
            if pause == 0.1:
                print(f"waiting for the gradebook: {failure.received}", file=sys.stderr, flush=True)
            time.sleep(pause)
            pause = min(5.0, 2 * pause)


def write_notebook(course: Course, verdict: Verdict) -> None:
    """Put the graded notebook where nbgrader and its formgrader look for it."""
    folder = course.place("autograded", verdict.student, verdict.assignment)
    folder.mkdir(parents=True, exist_ok=True)
    # Not formatted: Python's fast encoder cannot, and it is ten times as fast.
    text = json.dumps(notebook_of(verdict), ensure_ascii=False, separators=(",", ":"))
    part = folder / f"{verdict.assignment}.part"
    part.write_text(text, encoding="utf-8")
    os.replace(part, folder / f"{verdict.assignment}.ipynb")
    stamp = timestamp_of(course.place("submitted", verdict.student, verdict.assignment))
    if stamp is None:
        (folder / TIMESTAMP).unlink(missing_ok=True)
    else:
        (folder / TIMESTAMP).write_text(f"{stamp} UTC")


def notebook_of(verdict: Verdict) -> dict[str, Any]:
    """Return the graded notebook; where none was run, the release with the reason at every test."""
    if verdict.state == GRADED:
        return verdict.notebook
    notebook = copy.deepcopy(release_notebook(verdict.assignment))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            own = graded_as(cell).get("grade")
            cell["outputs"] = [error_output("NotGraded", verdict.reason)] if own else []
    return notebook
