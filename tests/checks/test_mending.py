"""What happens to a notebook on its way to the grader is put right; the student's work stays."""

import copy
import json

import pytest

from lstm_course.checks.mending import mend, source_of
from tests.bug_zoo.zoo import ROOT


@pytest.fixture
def release():
    return json.loads((ROOT / "exercises/02-rnn/02-rnn.ipynb").read_text(encoding="utf-8"))


@pytest.fixture
def work(release):
    """A student's notebook: one function written, a helper cell before it, outputs."""
    notebook = copy.deepcopy(release)
    at = position(notebook, "rnn_step")
    notebook["cells"][at]["source"] = "def rnn_step(*arrays):\n    return helper(*arrays)"
    notebook["cells"].insert(at, code("def helper(*arrays):\n    return 1", id="mine"))
    notebook["cells"][at]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hello"}]
    return notebook


def code(source, **more):
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": 3}
    return cell | more


def position(notebook, grade_id):
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    return ids.index(grade_id)


def sources(notebook):
    return [source_of(cell) for cell in notebook["cells"]]


def test_honest_work_is_kept_in_its_place_and_nothing_else_changes(work, release):
    before = copy.deepcopy(work)
    mended, repairs = mend(work, release)
    assert repairs == []
    assert sources(mended) == sources(work)
    assert all(cell.get("outputs", []) == [] for cell in mended["cells"])
    assert work == before
    assert mend(mended, release) == (mended, [])


def test_untouched_release_comes_back_as_it_is(release):
    assert mend(release, release) == (release, [])


@pytest.mark.parametrize("kind", ["changed", "deleted", "emptied", "points", "flags", "markdown"])
def test_tests_are_the_releases(work, release, kind):
    at = position(work, "step-value")
    cell = work["cells"][at]
    if kind == "changed":
        cell["source"] = "check = print"
    elif kind == "emptied":
        cell["source"] = []
    elif kind == "points":
        cell["metadata"]["nbgrader"]["points"] = 100
    elif kind == "flags":
        cell["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "locked": False}
    elif kind == "markdown":
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    else:
        del work["cells"][at]
    mended, repairs = mend(work, release)
    own = position(release, "step-value")
    assert mended["cells"][position(mended, "step-value")] == release["cells"][own]
    assert ["`step-value`" in repair for repair in repairs] == [True] * (kind not in ("points", "flags"))


def test_a_solution_that_is_lost_is_said_to_be_lost(work, release):
    del work["cells"][position(work, "rnn_step")]
    mended, repairs = mend(work, release)
    assert "raise NotImplementedError" in source_of(mended["cells"][position(mended, "rnn_step")])
    assert repairs == ["The cell for `rnn_step` was missing, so there is no solution for it."]


def test_of_two_solutions_the_last_with_code_counts(work, release):
    at = position(work, "rnn_step")
    second = copy.deepcopy(work["cells"][at]) | {"source": "def rnn_step(*arrays):\n    return 2"}
    stub = copy.deepcopy(release["cells"][position(release, "rnn_step")])
    work["cells"][at + 1 : at + 1] = [second, stub]
    mended, repairs = mend(work, release)
    assert source_of(mended["cells"][position(mended, "rnn_step")]) == second["source"]
    assert repairs == ["The cell for `rnn_step` was there more than once; the last one with code counts."]
    assert sum("def rnn_step(" in source for source in sources(mended)) == 1


def test_a_cell_copied_with_its_metadata_is_nothing_but_a_cell(work, release):
    copied = copy.deepcopy(work["cells"][position(work, "step-value")])
    copied["metadata"]["nbgrader"]["grade_id"] = "step-value-2"
    work["cells"].append(copied)
    mended, _ = mend(work, release)
    assert mended["cells"][-1]["metadata"] == {}


def test_line_ends_and_rubbish(work, release):
    at = position(work, "rnn_step")
    work["cells"][at]["source"] = work["cells"][at]["source"].replace("\n", "\r\n")
    work["cells"] += ["no cell", {"cell_type": "poem", "metadata": None, "source": None}]
    mended, repairs = mend(work, release)
    assert "\r" not in "".join(sources(mended))
    assert repairs == ["Something that is not a cell was left out."]
    assert mended["cells"][-1]["cell_type"] == "raw"
