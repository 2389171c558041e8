"""Through nbgrader's exchange and back: released, fetched, handed in, collected, graded, fed back."""

import getpass
import json
import re
import shutil
import subprocess

import pytest

from tests.bug_zoo.zoo import ROOT, Wrong, source_of

from .conftest import BIN, environment, fill, nbgrader, specimen

ASSIGNMENT = "02-rnn"

pytestmark = pytest.mark.slow


def test_a_mistake_comes_back_with_its_name(tmp_path):
    course, student, exchange = (tmp_path / name for name in ("course", "student", "exchange"))
    for folder in (course, student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    root = f"--Exchange.root={exchange}"
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / ASSIGNMENT, course / folder / ASSIGNMENT)
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    nbgrader(course, "release_assignment", ASSIGNMENT, root)

    words = (ASSIGNMENT, "--course=lstm-course", root)
    nbgrader(student, "fetch_assignment", *words)
    path = student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    wrong = specimen(ASSIGNMENT, Wrong)
    notebook = fill(notebook, ASSIGNMENT, {wrong.function: source_of(ASSIGNMENT, wrong)})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    nbgrader(student, "submit", *words)

    nbgrader(course, "collect", ASSIGNMENT, root)
    for command in ("grade", "report"):
        more = ["--feedback"] if command == "report" else []
        done = subprocess.run(
            [str(BIN / "lstm-course"), command, ASSIGNMENT, *more],
            cwd=course,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    nbgrader(course, "release_feedback", ASSIGNMENT, root)
    nbgrader(student, "fetch_feedback", *words)
    (page,) = (student / ASSIGNMENT / "feedback").rglob("*.html")
    assert (
        course / "feedback" / getpass.getuser() / ASSIGNMENT / page.name
    ).read_bytes() == page.read_bytes()
    assert str(wrong.named) in " ".join(re.sub(r"<[^>]*>", "", page.read_text("utf-8")).split())
