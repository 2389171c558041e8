"""Which of the files in a student's folder is the notebook, and when nobody but a person can say."""

import copy
import json

import pytest

from lstm_course.checks.notebook import read_notebook, release_of
from lstm_course.grading.submission import pack, unpack
from lstm_course.grading.verdict import GRADED, PERSON, ZERO

NAME = "02-rnn"
RELEASE = read_notebook(release_of(NAME) / f"{NAME}.ipynb")


def saved(source=None, **more):
    """Return the release as Jupyter saves it after a run, with one solution in it if there is a source."""
    notebook = copy.deepcopy(RELEASE) | more
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "text": "hello"}]}
        if source and cell["metadata"].get("nbgrader", {}).get("grade_id") == "rnn_step":
            cell["source"] = source
    return json.dumps(notebook, indent=2)


UNTOUCHED, WORK, MORE = saved(metadata={}), saved("rnn_step = len"), saved("rnn_step = max")


def submission(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return unpack(pack(folder), NAME, RELEASE)


def has_work(found):
    return any(cell["source"] == "rnn_step = len" for cell in found.notebook["cells"])


@pytest.mark.parametrize(
    "files",
    [
        {f"{NAME}.ipynb": UNTOUCHED, f"{NAME}-Copy1.ipynb": WORK},
        {f"{NAME}.ipynb": UNTOUCHED, f"sub/{NAME}.ipynb": WORK},
        {f"{NAME}.ipynb": WORK, f"{NAME}-Copy1.ipynb": UNTOUCHED},
        {"a.ipynb": UNTOUCHED, "b.IPYNB": UNTOUCHED, "c.ipynb": WORK},
    ],
)
def test_of_several_notebooks_the_only_one_with_work_in_it_counts(tmp_path, files):
    found = submission(tmp_path, files)
    assert (found.state, has_work(found)) == (GRADED, True)
    name = next(name for name, text in files.items() if text == WORK)
    assert found.repairs == (
        f"There were {len(files)} notebooks; only {name!r} was not as given out, and counts.",
    )


@pytest.mark.parametrize(
    "files",
    [
        {f"{NAME}.ipynb": WORK, f"{NAME}-Copy1.ipynb": MORE},
        {f"{NAME}.ipynb": WORK, f"{NAME}-Copy1.ipynb": WORK},
        {f"{NAME}.ipynb": UNTOUCHED, f"{NAME}-Copy1.ipynb": UNTOUCHED},
        {f"{NAME}.ipynb": WORK[:5000], f"{NAME}-Copy1.ipynb": WORK},
        {f"{NAME}.ipynb": "", f"{NAME}-Copy1.ipynb": WORK},
    ],
)
def test_of_several_that_can_be_meant_a_person_says_which(tmp_path, files):
    found = submission(tmp_path, files)
    assert found.state == PERSON
    assert found.reason == (
        f"one notebook was asked for, and here are 2: {f'{NAME}-Copy1.ipynb'!r}, {f'{NAME}.ipynb'!r}"
    )


def test_the_only_one_with_work_in_it_may_still_need_a_person(tmp_path):
    found = submission(tmp_path, {f"{NAME}.ipynb": UNTOUCHED, "copy.ipynb": WORK[:-9]})
    assert (found.state, "cut off" in found.reason) == (PERSON, True)


def test_another_assignment_beside_it_cannot_be_meant(tmp_path):
    other = (release_of("04-lstm") / "04-lstm.ipynb").read_text(encoding="utf-8")
    work = other.replace("raise NotImplementedError", "return 1")
    found = submission(tmp_path, {f"{NAME}.ipynb": WORK, "04-lstm.ipynb": work})
    assert (found.state, has_work(found), found.repairs) == (GRADED, True, ())


def test_a_suffix_in_capitals_is_one(tmp_path):
    found = submission(tmp_path, {f"{NAME}.IPYNB": WORK})
    assert (found.state, has_work(found), found.files) == (GRADED, True, {})
    assert found.repairs == (f"The notebook was called '{NAME}.IPYNB'.",)


@pytest.mark.parametrize("name", [f"{NAME}.ipynb.txt", f"{NAME}.json", f"{NAME}.zip", f"sub/{NAME}.py"])
def test_files_without_a_notebook_need_a_person(tmp_path, name):
    found = submission(tmp_path, {name: WORK})
    assert (found.state, found.reason) == (PERSON, f"no notebook was submitted, but {name!r}")


def test_the_names_of_files_are_harmless_and_few(tmp_path):
    found = submission(tmp_path, {f"\x1b[2J\n{k}{'x' * 200}.txt": "" for k in range(9)})
    assert found.state == PERSON
    assert found.reason.isprintable()
    assert found.reason.endswith(", 4 more")
    assert len(found.reason) < 600


def test_what_was_left_out_was_handed_in_all_the_same(tmp_path):
    found = submission(tmp_path, {"numpy.py": "def rnn_step(): ..."})
    assert (found.state, found.reason) == (
        PERSON,
        "no notebook was submitted, but something that was left out",
    )
    assert found.repairs == ("'numpy.py' has the name of a module and was left out.",)


def test_an_empty_folder_is_worth_nothing(tmp_path):
    found = submission(tmp_path, {"timestamp.txt": "2026-01-01", ".ipynb_checkpoints/a.ipynb": WORK})
    assert (found.state, found.reason) == (ZERO, "nothing was submitted")
