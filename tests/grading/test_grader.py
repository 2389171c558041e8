"""A submission that runs in a sandbox and is judged outside of it gets what it gets in its own notebook."""

import json
import shutil
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.utils import determine_grade

from lstm_course.checks import ASSIGNMENTS
from lstm_course.grading import environment, grader
from lstm_course.grading.environment import CONTENTS
from lstm_course.grading.grader import grade, key_of
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.submission import Packed
from lstm_course.grading.verdict import GRADED
from tests.bug_zoo.test_zoo import ZOO
from tests.bug_zoo.zoo import ROOT, Right, Wrong, cells_of, source_of

SECRET, OTHER = b"s" * 32, b"o" * 32
SLOW = ("05-keras", "06-sentiment")
SAMPLE = [(name, specimen) for name, specimen in ZOO if name not in SLOW][::9]
SAMPLE += [one for name in SLOW for one in [z for z in ZOO if z[0] == name][::40]]


def packed(assignment, replaced=None, before=(), files=None, solved=True):
    """A student's notebook: the release with the solutions in it, some replaced, and cells of their own."""
    solutions = {
        cell.id: cell.source for cell in cells_of("solutions", assignment) if cell.kind == "solution"
    }
    path = ROOT / "exercises" / assignment / f"{assignment}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("solution") and solved:
            cell["source"] = (replaced or {}).get(own["grade_id"], solutions[own["grade_id"]])
    own_cells = [
        {"cell_type": "code", "id": f"mine-{k}", "metadata": {}, "source": source, "outputs": []}
        for k, source in enumerate(before)
    ]
    notebook["cells"] = notebook["cells"][:2] + own_cells + notebook["cells"][2:]
    return Packed({path.name: json.dumps(notebook).encode(), **(files or {})})


def by_id(verdict):
    return {mark.grade_id: mark for mark in verdict.marks}


@pytest.mark.parametrize(
    "assignment",
    [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in ASSIGNMENTS],
)
def test_solution_gets_everything_and_release_nothing(assignment):
    whole = grade(packed(assignment), assignment, "ana", SECRET)
    assert [mark for mark in whole.marks if mark.points < mark.most] == []
    assert (whole.state, whole.repairs) == (GRADED, ())
    assert whole.most == sum(cell.points for cell in cells_of("exercises", assignment))
    assert grade(packed(assignment, solved=False), assignment, "ben", SECRET).score == 0


def title(value):
    return (
        value
        if isinstance(value, str)
        else f"{value.function}: {getattr(value, 'what', None) or value.style}"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("assignment", "specimen"), SAMPLE, ids=title)
def test_specimens_lose_what_they_lose_in_their_notebook(assignment, specimen):
    replaced = {specimen.function: source_of(assignment, specimen)}
    verdict = grade(packed(assignment, replaced), assignment, "ana", SECRET)
    lost = {mark.grade_id for mark in verdict.marks if mark.points < mark.most}
    if isinstance(specimen, Right):
        assert not lost, verdict.marks
        return
    assert isinstance(specimen, Wrong)
    assert lost == set(specimen.loses)
    named = {specimen.named} if isinstance(specimen.named, str) else set(specimen.named)
    assert {by_id(verdict)[name].mistake for name in lost} - {""} == named - {""}


def test_the_same_inputs_give_the_same_verdict_and_others_another_key():
    submission = packed("02-rnn", {"rnn_step": "def rnn_step(*args):\n    return args[1]"})
    one, two = (grade(submission, "02-rnn", "ana", SECRET) for _ in range(2))
    assert (one.key, one.marks, one.notebook) == (two.key, two.marks, two.notebook)
    keys = {
        key_of(submission, "02-rnn", SECRET),
        key_of(submission, "02-rnn", OTHER),
        key_of(submission, "03-vanishing", SECRET),
        key_of(packed("02-rnn"), "02-rnn", SECRET),
    }
    assert len(keys) == 4


def test_secrets_change_the_inputs():
    record = (
        "calls = []\ndef rnn_step(x_t, *rest):\n    calls.append(x_t)\n    raise ValueError(float(x_t.sum()))"
    )
    messages = {
        by_id(grade(packed("02-rnn", {"rnn_step": record}), "02-rnn", "ana", secret))["step-value"].message
        for secret in (SECRET, OTHER)
    }
    assert len(messages) == 2


def test_what_one_submission_has_seen_is_of_no_use_to_the_next():
    tells = "def rnn_step(x_t, *rest):\n    raise ValueError(float(x_t.sum()))"
    messages = {
        by_id(grade(packed("02-rnn", {"rnn_step": source}), "02-rnn", "ana", SECRET))["step-value"].message
        for source in (tells, tells + "\n")
    }
    assert len(messages) == 2


def test_the_graded_notebook_is_one_that_nbgrader_reads_the_same_marks_from():
    wrong = {"rnn_step": "def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):\n    return h_prev"}
    verdict = grade(packed("02-rnn", wrong, ["print('hello')", "1 / 0"]), "02-rnn", "ana", SECRET)
    notebook = nbformat.from_dict(verdict.notebook)
    notebook = nbformat.reads(json.dumps(notebook), as_version=4)
    nbformat.validate(notebook)
    found = {
        cell.metadata.nbgrader.grade_id: determine_grade(cell)[0]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert found == {mark.grade_id: mark.points for mark in verdict.marks}
    assert 0 < verdict.score < verdict.most
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any(output.get("text") == "hello\n\n" for output in outputs)
    assert any(output.get("ename") == "ZeroDivisionError" for output in outputs)


def test_helpers_files_and_magic_are_there_for_who_needs_them():
    solved = {cell.id: cell.source for cell in cells_of("solutions", "02-rnn")}["rnn_step"]
    helped = {"rnn_step": "%time squash = helper.squash\n" + solved.replace("np.tanh", "squash")}
    files = {"helper.py": b"import numpy as np\n\ndef squash(a):\n    return np.tanh(a)\n"}
    verdict = grade(packed("02-rnn", helped, ["import helper"], files), "02-rnn", "ana", SECRET)
    assert verdict.score == verdict.most, verdict.marks


def test_what_a_cell_to_look_at_defines_may_be_used():
    look = next(cell.source for cell in cells_of("exercises", "02-rnn") if "NOT, GOOD =" in cell.source)
    assert "pencil" in look
    solved = {cell.id: cell.source for cell in cells_of("solutions", "02-rnn")}["rnn_sequence"]
    uses = f"{solved}\n\nassert pencil  # from the cell above\n"
    verdict = grade(packed("02-rnn", {"rnn_sequence": uses}), "02-rnn", "ana", SECRET)
    assert verdict.score == verdict.most, verdict.marks


def test_one_function_out_of_bounds_costs_itself_only():
    wrong = {
        "rnn_step": "def rnn_step(*args):\n    while True: pass",
        "relative_error": "import os\ndef relative_error(*args):\n    os._exit(0)",
    }
    limits = Limits(seconds=1, total=10)
    verdict = grade(packed("02-rnn", wrong), "02-rnn", "ana", SECRET, limits=limits)
    marks = by_id(verdict)
    lost = {name: mark.stopped for name, mark in marks.items() if mark.points < mark.most}
    assert set(lost.values()) == {"time", "died"}
    assert {name for name, why in lost.items() if why == "time"} == {"step-value", "step-contract"}
    assert all(name.startswith("error") for name, why in lost.items() if why == "died")
    assert marks["step-value"].message == limits.sentence("time")


def test_the_whole_has_a_bound_too():
    loops = {name: f"def {name}(*args):\n    while True: pass" for name in ("rnn_step", "rnn_sequence")}
    limits = Limits(seconds=2, total=3, memory=512 * MIB)
    verdict = grade(packed("02-rnn", loops), "02-rnn", "ana", SECRET, limits=limits)
    assert verdict.score == 0
    assert {mark.stopped for mark in verdict.marks} == {"time", "total"}


def test_without_a_sandbox_the_marks_are_the_same():
    submission = packed("02-rnn", {"rnn_step": "def rnn_step(*args):\n    return args[1]"})
    kept, trusted = (grade(submission, "02-rnn", "ana", SECRET, trusted=t) for t in (False, True))
    assert kept.marks == trusted.marks


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the course's modules that the grader takes for the course itself."""
    own = shutil.copytree(
        environment.PACKAGE, tmp_path / "lstm_course", ignore=shutil.ignore_patterns("*.pyc")
    )
    for module in (environment, grader):
        monkeypatch.setattr(module, "PACKAGE", own)
    return own


def digest(assignment):
    """Return the hash anew."""
    return grader.assignment_digest.__wrapped__(assignment)


def test_a_verdict_follows_from_every_module_in_its_sandbox(package):
    name, before = "06-sentiment", digest("06-sentiment")
    assert before == digest(name)
    shown = set(environment.modules_of(CONTENTS[name].modules))
    assert {package / "sentiment" / "models.py", package / "text" / "__init__.py"} < shown
    for path in shown:
        source = path.read_bytes()
        path.write_bytes(source + b"#")
        assert digest(name) != before, path
        path.write_bytes(source)
    elsewhere, keys = package / "sentiment" / "models.py", digest("02-rnn")
    elsewhere.write_bytes(b"")
    (package / "cli" / "grade.py").write_bytes(b"")
    assert digest("02-rnn") == keys


def test_a_verdict_follows_from_the_libraries_of_libraries_and_python(monkeypatch):
    before, found = digest("02-rnn"), grader.closure(CONTENTS["02-rnn"].distributions)
    assert "contourpy" not in CONTENTS["02-rnn"].distributions
    newer = found | {"contourpy": SimpleNamespace(version="99")}
    with monkeypatch.context() as patch:
        patch.setattr(grader, "closure", lambda names: newer)
        assert digest("02-rnn") != before
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert digest("02-rnn") != before
