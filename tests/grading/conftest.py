"""A small course in a temporary folder, with submissions made from a solution and its release."""

import dataclasses
import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_course.checks.notebook import graded_as, read_notebook
from lstm_course.grading.course import Course
from lstm_course.grading.submission import pack
from tests.grading import stubs

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "02-rnn"


class SmallCourse:
    """An instructor's folder that tests can write submissions into."""

    assignment = ASSIGNMENT

    def __init__(self, root, config=""):
        self.root, self.record, self.processes = root, root / "record", []
        self.record.mkdir(parents=True)
        self.configure(config)

    def configure(self, config):
        """Write the settings anew."""
        text = 'c = get_config()\nc.CourseDirectory.course_id = "small"\n' + config
        (self.root / "nbgrader_config.py").write_text(text)

    @property
    def course(self):
        """The course as it is now."""
        return Course(self.root)

    def submit(self, student, conduct="", source="solutions", assignment=ASSIGNMENT, timestamp=None, **cells):
        """Hand in a solution (or the release), with some cells replaced, and with what the stub is to do."""
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        notebook = read_notebook(ROOT / source / assignment / f"{assignment}.ipynb")
        for name, code in cells.items():
            [cell] = [cell for cell in notebook["cells"] if graded_as(cell).get("grade_id") == name]
            cell["source"] = code
        (folder / f"{assignment}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        (folder / stubs.CONDUCT).write_text(conduct)
        if timestamp is not None:
            (folder / "timestamp.txt").write_text(timestamp)
        return folder

    def judge(self, *students, assignment=ASSIGNMENT, **changes):
        """Write plausible verdicts into the ledger, as if they had been graded."""
        course = self.course
        with course.ledger() as ledger:
            for student in students:
                packed = pack(course.place("submitted", student, assignment))
                verdict = stubs.plausible(packed, assignment, student, course.secret)
                ledger.record(dataclasses.replace(verdict, **changes))

    def verdicts(self, assignment=ASSIGNMENT):
        """Return the verdicts in the ledger, by student."""
        with self.course.ledger() as ledger:
            found = list(ledger.verdicts(assignment))
        assert len({verdict.student for verdict in found}) == len(found)
        return {verdict.student: verdict for verdict in found}

    def scores(self, assignment=ASSIGNMENT):
        """Return the scores in the gradebook, by student."""
        with self.course.gradebook() as gradebook:
            found = [(one.student.id, one.score) for one in gradebook.assignment_submissions(assignment)]
        assert len(dict(found)) == len(found)
        return dict(found)

    @property
    def stub(self):
        """The grader that does what a submission says, and keeps its record here."""
        return functools.partial(stubs.behaving, record=str(self.record))

    def runs(self, student):
        """Return how often the stub has run a submission."""
        return stubs.runs(self.record, student)

    @property
    def environment(self):
        """Environment variables of a process that shall know the tests' modules and keep a record."""
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        return {**os.environ, "PYTHONPATH": path, stubs.RECORD: str(self.record)}

    def start(self, *words, grader="behaving", **options):
        """Start ``lstm-course`` as a process of its own, with a stub in place of the grader."""
        code = (
            "import functools, sys\n"
            "from lstm_course.cli import main\n"
            "from lstm_course.grading import batch\n"
            "from tests.grading import stubs\n"
            f"batch.grade_all = functools.partial(batch.grade_all, grader=stubs.{grader})\n"
            "sys.exit(main())\n"
        )
        command = [sys.executable, "-c", code, *words, "--course", str(self.root), "--trust-submissions"]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook with nothing in it: nbgrader takes seconds to make one."""
    course = SmallCourse(tmp_path_factory.mktemp("empty") / "course").course
    with course.gradebook():
        return course.root / "gradebook.db"


@pytest.fixture
def small(tmp_path, empty_gradebook):
    """A course without submissions."""
    made = SmallCourse(tmp_path / "course")
    shutil.copy(empty_gradebook, made.root)
    yield made
    for process in made.processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def two_workers():
    """The address of a Dask cluster, for tests that need no cluster of their own."""
    from distributed import LocalCluster

    options = {"dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with LocalCluster(2, threads_per_worker=1, **options) as cluster:
        yield cluster.scheduler_address
