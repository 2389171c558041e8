"""What ``nbgrader autograde`` and the formgrader's button run in place of nbgrader's own execution.

nbgrader lets its exporter be chosen, and calls it twice for each notebook: to make the notebook safe, and to
run it. Here the first call gives a verdict, by the same grader as ``lstm-course grade``, or finds it in the
ledger; the second writes it into the gradebook. Both hold the lock of the other runs on the assignment.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from traitlets import Bool

from lstm_course.checks.registry import ASSIGNMENTS
from lstm_course.errors import InputError
from lstm_course.grading.batch import alone
from lstm_course.grading.course import Course
from lstm_course.grading.examination import insist_on_sandbox
from lstm_course.grading.gradebook import write_marks
from lstm_course.grading.grader import grade, key_of
from lstm_course.grading.importing import notebook_of, patiently
from lstm_course.grading.submission import pack
from lstm_course.grading.verdict import Verdict

PLAIN = (
    "To grade another one as nbgrader does, unprotected, take c.Autograde.exporter_class out of the settings."
)


class SandboxExporter(NotebookExporter):
    """Set it up in ``nbgrader_config.py``: ``c.Autograde.exporter_class``."""

    trust_submissions = Bool(
        False, help="Do without a sandbox: submissions run with the rights of whoever grades."
    ).tag(config=True)

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Return the graded notebook, as JSON, and the resources.

        Raises
        ------
        InputError
            The course has no tests for the assignment, there is no sandbox, or another run is at work on it.
        """
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        if assignment not in ASSIGNMENTS:
            raise InputError(f"an assignment among {', '.join(ASSIGNMENTS)}", repr(assignment), PLAIN)
        converter: Any = self.parent
        course = Course(Path(converter.coursedir.root))
        with alone(course.folder / f"{assignment}.lock"):
            verdict = self.verdict(course, assignment, student)
            if not converter._sanitizing:
                patiently(lambda: write_marks(course, assignment, [verdict]))
                with course.ledger() as ledger:
                    ledger.mark_imported([verdict])
        resources["output_extension"] = ".ipynb"
        return json.dumps(notebook_of(verdict), indent=1, ensure_ascii=False), resources

    def verdict(self, course: Course, assignment: str, student: str) -> Verdict:
        """Return the verdict on a submission: the ledger's, if nothing has changed since, or a new one."""
        packed = pack(course.place("submitted", student, assignment))
        with course.ledger() as ledger:
            known = ledger.verdict(assignment, student)
            if known is not None and known.key == key_of(packed, assignment, course.secret):
                return known
            if not self.trust_submissions:
                sandbox_once()
            verdict = grade(packed, assignment, student, course.secret, self.trust_submissions)
            ledger.record(verdict)
        return verdict


@functools.cache
def sandbox_once() -> None:
    """See that the sandbox holds, once for this process."""
    insist_on_sandbox()
