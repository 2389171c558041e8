"""The book's page on grading, followed word by word in a copy of the course: released, then autograded."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_course.checks import notebook
from lstm_course.grading.course import CONFIG, Course
from lstm_course.grading.grader import release_notebook

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ASSIGNMENT = "04-lstm"
PAGE = (ROOT / "book" / "teaching" / "grading.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def follow(course, line, *more):
    """Run the first of the page's nbgrader commands that begins like this."""
    [command, *_] = re.findall(rf"(?m)^`?(nbgrader {line}[^`\n]*)", PAGE)
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    words = [str(BIN / "nbgrader"), *command.split()[1:], *more]
    done = subprocess.run(words, cwd=course, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]


def test_autograde_in_a_copy_with_the_exercises_that_are_there(tmp_path):
    shutil.copy(ROOT / CONFIG, tmp_path)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / ASSIGNMENT, tmp_path / folder / ASSIGNMENT)
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    follow(tmp_path, f"generate_assignment {ASSIGNMENT}")
    given = f"exercises/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    assert (tmp_path / given).read_bytes() == (ROOT / given).read_bytes()
    follow(tmp_path, f"release_assignment {ASSIGNMENT}", f"--Exchange.root={exchange}")
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, tmp_path / "submitted" / "ana" / ASSIGNMENT)
    follow(tmp_path, f"autograde {ASSIGNMENT}")
    with Course(tmp_path).gradebook() as gradebook:
        score = gradebook.find_submission(ASSIGNMENT, "ana").score
    assert score == sum(test.points for test in notebook.tests_of(release_notebook(ASSIGNMENT)))
