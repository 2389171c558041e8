"""nbgrader's own commands, from the source to the feedback and the formgrader, for every assignment."""

import json
import re
import shutil

import pytest
from nbgrader.api import Gradebook, MissingEntry

from lstm_course.checks import ASSIGNMENTS
from tests.bug_zoo.test_zoo import ZOO
from tests.bug_zoo.zoo import Right, Wrong, cells_of, source_of

from .conftest import nbgrader

pytestmark = pytest.mark.slow


def specimen(assignment, kind):
    """Return one specimen of an assignment that names its mistake, or a correct one."""
    own = [s for name, s in ZOO if name == assignment and isinstance(s, kind)]
    own = [s for s in own if kind is Right or (isinstance(s.named, str) and s.named)]
    return own[len(own) // 2]


def fill(notebook, assignment, replaced):
    """Write solutions into a release as a student does, who may take out the cells to look at."""
    solved = {cell.id: cell.source for cell in cells_of("solutions", assignment) if cell.kind == "solution"}
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if replaced and "look" in cell["metadata"].get("tags", ()):
            cell["source"] = ""  # they take the longest, and one student's will do
        if own.get("solution"):
            cell["source"] = replaced.get(own["grade_id"], solved[own["grade_id"]])
    return notebook


@pytest.fixture(scope="module")
def graded(course):
    """Every assignment generated, submitted by four students, graded, and fed back."""
    for name in ASSIGNMENTS:
        nbgrader(course, "generate_assignment", name)
        released = course / "exercises" / name / f"{name}.ipynb"
        wrong, right = specimen(name, Wrong), specimen(name, Right)
        hands_in = {
            "ada-solves": {},
            "cleo-errs": {wrong.function: source_of(name, wrong)},
            "dora-differs": {right.function: source_of(name, right)},
        }
        for student, replaced in hands_in.items():
            notebook = fill(json.loads(released.read_text("utf-8")), name, replaced)
            folder = course / "submitted" / student / name
            folder.mkdir(parents=True)
            (folder / released.name).write_text(json.dumps(notebook), encoding="utf-8")
        shutil.copytree(released.parent, course / "submitted" / "ben-forgot" / name)
        nbgrader(course, "autograde", name)
        nbgrader(course, "generate_feedback", name)
    return course


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_marks(graded, name):
    points = {cell.id: cell.points for cell in cells_of("solutions", name) if cell.kind == "test"}
    wrong = specimen(name, Wrong)
    expected = {
        "ada-solves": sum(points.values()),
        "ben-forgot": 0,
        "cleo-errs": sum(points.values()) - sum(points[grade_id] for grade_id in wrong.loses),
        "dora-differs": sum(points.values()),
    }
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book:
        marks = {student: book.find_submission(name, student).score for student in expected}
        assert book.find_assignment(name).max_score == sum(points.values())
    assert marks == expected


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_feedback_names_the_mistake(graded, name):
    page = (graded / "feedback" / "cleo-errs" / name / f"{name}.html").read_text("utf-8")
    text = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert f"Likely: {specimen(name, Wrong).named}." in text


def test_formgrader(graded, serve):
    server = serve(graded)
    listed = {a["name"]: a for a in server.json("formgrader/api/assignments")}
    assert sorted(listed) == sorted(ASSIGNMENTS)
    for name in ASSIGNMENTS:
        assert listed[name]["num_submissions"] == 4
        assert f"{name}" in server.get(f"formgrader/gradebook/{name}/{name}")
        (submission, *_) = server.json(f"formgrader/api/submitted_notebooks/{name}/{name}")
        assert submission["score"] <= submission["max_score"]
        page = server.get(f"formgrader/submissions/{submission['id']}/")
        assert "check(" in re.sub(r"<[^>]*>", "", page)
    again = server.json("formgrader/api/submission/02-rnn/cleo-errs/autograde", "POST")
    assert again["success"], again
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book, pytest.raises(MissingEntry):
        book.find_submission("02-rnn", "nobody")
