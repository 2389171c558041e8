"""The sources and the releases: complete, without outputs, and the one made from the other."""

import json
import re
import subprocess
import sys

import pytest

from lstm_course.checks import ASSIGNMENTS, tasks_of
from tests.bug_zoo.zoo import ROOT, cells_of

TITLES, EQUATIONS = set(), {}
for chapter in sorted((ROOT / "book").rglob("*.md")):
    text = chapter.read_text(encoding="utf-8")
    if match := re.search(r"^# (.*)$", text, re.MULTILINE):
        TITLES.add(match[1])
        labels = re.findall(r"^\$\$ \((\S+)\)$", text, re.MULTILINE)
        EQUATIONS |= {label: (number, match[1]) for number, label in enumerate(labels, start=1)}


def notebook(folder, name):
    return json.loads((ROOT / folder / name / f"{name}.ipynb").read_text(encoding="utf-8"))


def prose(name):
    cells = notebook("solutions", name)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


@pytest.mark.slow
def test_releases_are_what_the_sources_make(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from tools.release import assignments, generate

    assert assignments() == sorted(ASSIGNMENTS)
    generate(assignments(), tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = (path for path in (ROOT / "exercises").rglob("*") if path.is_file())
    there = {path.relative_to(ROOT / "exercises"): path.read_bytes() for path in kept}
    there = {path: content for path, content in there.items() if ".ipynb_checkpoints" not in path.parts}
    assert made.keys() == there.keys()
    stale = [str(path) for path in made if made[path] != there[path]]
    assert not stale, f"run `make release`: {stale}"


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_notebooks_are_committed_without_outputs(folder, name):
    for cell in notebook(folder, name)["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_release_holds_a_solution(name):
    text = (ROOT / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    for cell in cells_of("exercises", name):
        if cell.kind == "solution":
            assert cell.source.rstrip().endswith("raise NotImplementedError"), cell.id


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_idea_has_one_test_and_its_points_are_stated(name):
    ideas = [idea.id for task in tasks_of(name) for idea in task.ideas]
    tests = {cell.id: cell for cell in cells_of("solutions", name) if cell.kind == "test"}
    assert sorted(ideas) == sorted(tests)
    said = prose(name)
    for grade_id, cell in tests.items():
        assert cell.points == int(cell.points) >= 1
        visible = cell.source.split("### BEGIN HIDDEN TESTS")[0]
        assert f'check("{grade_id}"' in visible, "a visible test"
        assert "### BEGIN HIDDEN TESTS" in cell.source, "a hidden one"
        assert f"`{grade_id}`" in said, f"the points of {grade_id} are not stated"
    total = int(sum(cell.points for cell in tests.values()))
    stated = rf"\b{total} points\b|^\|[^`\n]*\| *(\*\*)?{total}(\*\*)? *\|$"
    assert re.search(stated, said, re.MULTILINE), f"the sum of {total} points is not stated"


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_equations_are_those_of_the_book(name):
    said = prose(name)
    for number, title, label in re.findall(r"\((\d+)\)(?: of \*([^*]+)\*)?<!-- (eq-\S+) -->", said):
        assert EQUATIONS[label] == (int(number), title or EQUATIONS[label][1]), label
    bare = re.findall(r"equations? \(\d+\)(?!<!-- eq-| of \*[^*]+\*<!-- eq-).{20}", said)
    assert not bare, "write: equation (6) of *The cell and its gates*<!-- eq-c -->"


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_prose_says_time_and_chapter(name):
    said = prose(name)
    assert re.search(r"\b\d+\D{1,4}\d+ minutes\b|\babout \d+ minutes\b", said)
    assert any(f"*{title}*" in said for title in TITLES)
    uses = any("keras" in cell.source for cell in cells_of("solutions", name))
    assert uses == bool(re.search(r"uses TensorFlow|TensorFlow is used", said))
    assert uses != bool(re.search(r"no\s+TensorFlow|TensorFlow is not used", said))


def test_release_of_an_unknown_assignment_is_refused():
    command = [sys.executable, "-m", "tools.release", "99-poetry"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "99-poetry" in done.stderr
