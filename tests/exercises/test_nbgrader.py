"""nbgrader's own commands, from the source to the feedback and the formgrader, for every assignment."""

import html
import json
import re
import shutil
import subprocess

import pytest
from nbgrader.api import Gradebook, MissingEntry

from lstm_course.checks import ASSIGNMENTS
from tests.bug_zoo.zoo import Right, Wrong, cells_of, source_of

from .conftest import BIN, environment, fill, nbgrader, specimen

pytestmark = pytest.mark.slow


HOSTILE = """\
<script>alert(1)</script><img src=x onerror="alert(2)"> [click](javascript:alert(3))
<iframe src="https://example.org"></iframe>
"""


def spiteful(notebook, course):
    """Add cells to an unsolved release that reach for the gradebook, and for whoever reads it."""
    book = str(course / "gradebook.db")
    code = f"import os\nprint('gradebook' if os.path.exists({book!r}) else 'nothing', HOSTILE)"
    cells = [
        {"cell_type": "markdown", "id": "spite-1", "metadata": {}, "source": HOSTILE},
        {
            "cell_type": "code",
            "id": "spite-2",
            "metadata": {},
            "source": f"HOSTILE = {HOSTILE!r}\n{code}",
            "outputs": [],
            "execution_count": None,
        },
    ]
    notebook["cells"][2:2] = cells
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
        folder = course / "submitted" / "ben-forgot" / name
        folder.mkdir(parents=True)
        notebook = spiteful(json.loads(released.read_text("utf-8")), course)
        (folder / released.name).write_text(json.dumps(notebook), encoding="utf-8")
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


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_nothing_hidden_is_shown_and_nothing_hostile_lives(graded, name):
    source = json.loads((graded / "solutions" / name / f"{name}.ipynb").read_text("utf-8"))
    hidden = {
        line.strip()
        for cell in source["cells"]
        for line in cell["source"]
        if cell["metadata"].get("nbgrader", {}).get("grade") and "seed=" in line
    }
    assert hidden
    for student in ("ada-solves", "ben-forgot", "cleo-errs"):
        page = (graded / "feedback" / student / name / f"{name}.html").read_text("utf-8")
        text = html.unescape(re.sub(r"<[^>]*>", "", page))
        notebook = (graded / "autograded" / student / name / f"{name}.ipynb").read_text("utf-8")
        assert not [line for line in hidden if line in text or json.dumps(line)[1:-1] in notebook]
    page = (graded / "feedback" / "ben-forgot" / name / f"{name}.html").read_text("utf-8")
    assert_dead(page)
    assert "nothing &lt;script&gt;" in page  # what it printed, as text


def assert_dead(page):
    """Assert that nothing of HOSTILE acts on a page."""
    assert "<script>alert" not in page
    assert not re.search(r"<[^>]*onerror", page)
    assert not re.search(r"<[^>]*javascript:alert", page)
    assert "<iframe" not in page


def test_the_course_s_own_command_gives_the_same_marks(graded, tmp_path):
    """In a course of its own, that is with other random inputs."""
    shutil.copytree(graded / "submitted", tmp_path / "submitted")
    shutil.copy(graded / "nbgrader_config.py", tmp_path)
    command = [str(BIN / "lstm-course"), "grade", "02-rnn", "--workers", "1"]
    subprocess.run(command, cwd=tmp_path, env=environment(), check=True, capture_output=True, timeout=300)
    marks = []
    for course in (graded, tmp_path):
        with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
            found = book.assignment_submissions("02-rnn")
            marks.append(
                {(s.student.id, g.name): g.score for s in found for n in s.notebooks for g in n.grades}
            )
    assert marks[0] == marks[1]


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
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book:
        (notebook,) = book.find_submission("02-rnn", "ben-forgot").notebooks
    assert_dead(server.get(f"formgrader/submissions/{notebook.id}/"))
    again = server.json("formgrader/api/submission/02-rnn/cleo-errs/autograde", "POST")
    assert again["success"], again
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book, pytest.raises(MissingEntry):
        book.find_submission("02-rnn", "nobody")
