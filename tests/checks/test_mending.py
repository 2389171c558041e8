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
    assert repairs == [
        "The cell for `rnn_step` was there more than once; the last that defines it counts, "
        "the others are kept beside it."
    ]
    first = copy.deepcopy(work["cells"][at])
    assert [source for source in sources(mended) if "def rnn_step(" in source] == sources(
        {"cells": [first, second]}
    )


PARTS = {
    "a trial behind it": (["def rnn_step():\n    return 1", "rnn_step()"], 0),
    "a helper in front of it": (["def aid():\n    return 1", "def rnn_step():\n    return aid()"], 1),
    "three": (["SCALE = 2", "def rnn_step(scale=SCALE):\n    return 1", "rnn_step()"], 1),
    "by assignment": (["def aid():\n    return 1", "rnn_step = aid", "rnn_step()"], 1),
    "a part that is not done": (["if x:\n    raise NotImplementedError", "rnn_step = len"], 1),
}


@pytest.mark.parametrize(("parts", "solution"), PARTS.values(), ids=PARTS)
def test_a_solution_that_was_split_is_kept_whole_and_in_order(work, release, parts, solution):
    at = position(work, "rnn_step")
    cells = [copy.deepcopy(work["cells"][at]) | {"id": f"half-{k}", "source": p} for k, p in enumerate(parts)]
    work["cells"][at : at + 1] = cells
    mended, repairs = mend(work, release)
    assert sources(mended) == sources(work)
    assert position(mended, "rnn_step") == at + solution
    assert repairs == [
        "The cell for `rnn_step` was there more than once; the one that defines it counts, "
        "the others are kept beside it."
    ]
    assert mend(mended, release) == (mended, [])


def test_parts_of_a_solution_that_define_nothing_are_kept_too(work, release):
    at = position(work, "rnn_step")
    parts = ["if True:", "    def rnn_step(): return 1", "rnn_step()"]
    work["cells"][at : at + 1] = [copy.deepcopy(work["cells"][at]) | {"source": part} for part in parts]
    mended, repairs = mend(work, release)
    assert sources(mended) == sources(work)
    assert ["more than once; the last counts" in repair for repair in repairs] == [True]


def test_a_stub_undoes_no_solution(work, release):
    at = position(work, "rnn_step")
    stub = copy.deepcopy(work["cells"][at])
    stub["source"] = "def rnn_step():\n    # still to do\n    raise NotImplementedError"
    untouched = copy.deepcopy(release["cells"][position(release, "rnn_step")])
    work["cells"][at + 1 : at + 1] = [stub, untouched, work["cells"][at]]
    work["cells"].insert(at, untouched)
    mended, repairs = mend(work, release)
    assert source_of(mended["cells"][position(mended, "rnn_step")]) == work["cells"][at + 1]["source"]
    assert sum("def rnn_step(" in source for source in sources(mended)) == 1
    assert repairs == []


@pytest.mark.parametrize("name", ["look-05", "text-03"])
def test_what_was_changed_in_a_given_cell_is_kept_behind_it(work, release, name):
    ids = [cell.get("id") for cell in work["cells"]]
    work["cells"][ids.index(name)]["source"] = "def aid():\n    return 1"
    mended, repairs = mend(work, release)
    ids = [cell["id"] for cell in mended["cells"]]
    given, own = mended["cells"][ids.index(name) :][:2]
    assert given in release["cells"]
    assert own["cell_type"] == given["cell_type"]
    assert (own["source"], own["metadata"]) == ("def aid():\n    return 1", {})
    assert repairs == [f"The given cell `{name}` had been changed; the change is in a cell behind it."]
    assert mend(mended, release) == (mended, [])


def test_a_given_cell_that_was_emptied_or_only_saved_anew_is_as_given(work, release):
    for cell in work["cells"]:
        if cell["id"] in ("look-05", "text-03"):
            cell["source"] = source_of(cell) + "\n" if cell["id"] == "look-05" else ""
    mended, repairs = mend(work, release)
    assert len(mended["cells"]) == len(work["cells"])
    assert repairs == []


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
