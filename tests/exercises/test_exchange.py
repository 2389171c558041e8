"""Through nbgrader's exchange and back: released, fetched, handed in, collected, graded, fed back."""

import getpass
import json
import re
import shutil
import subprocess

import pytest

from tests.bug_zoo.test_zoo import ZOO
from tests.bug_zoo.zoo import ROOT, Wrong, cells_of, source_of

from .conftest import BIN, environment, nbgrader

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
    wrong = next(s for name, s in ZOO if name == ASSIGNMENT and isinstance(s, Wrong) and s.named)
    solved = {cell.id: cell.source for cell in cells_of("solutions", ASSIGNMENT) if cell.kind == "solution"}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            own = about["grade_id"]
            cell["source"] = source_of(ASSIGNMENT, wrong) if own == wrong.function else solved[own]
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
