"""Similar submissions: a copy with other names is found, what everybody has is not, and the page says so."""

import copy
import itertools
import json
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_course.checks.notebook import graded_as
from lstm_course.errors import InputError
from lstm_course.grading import similarity
from lstm_course.grading.course import CONFIG, Course
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.similarity import Piece, candidates, cells_of, compare, in_pieces
from lstm_course.grading.similarity_page import given, similarity_page, write_similarity
from lstm_course.grading.verdict import GRADED, Verdict
from tests.grading.made_up import ASSIGNMENT, made_up_class
from tests.grading.pages import DESK, PHONE, assert_accessible, assert_harmless, opened

ROOT = Path(__file__).resolve().parents[2]


def with_solutions(student, change, notebook=None):
    """Return a verdict on a notebook with each solution cell changed: ``change(grade_id, source)``."""
    notebook = copy.deepcopy(notebook or release_notebook(ASSIGNMENT))
    for cell in notebook["cells"]:
        if graded_as(cell).get("solution"):
            cell["source"] = change(graded_as(cell)["grade_id"], "".join(cell["source"]))
    return Verdict(student, ASSIGNMENT, "", GRADED, notebook=notebook)


def disguised(_, source):
    """Return code with other names, comments and strings."""
    source = re.sub(r"\b(z_t|z|n|x_t|h_prev|c_prev|i_t|f_t|g_t|o_t|c_t|h_t|units)\b", r"my_\1", source)
    source = re.sub(r'""".*?"""', '"""Do it."""', source, flags=re.DOTALL)
    return "\n".join(f"{line}  # mine" if line.strip() else line for line in source.splitlines())


@pytest.fixture(scope="module")
def notebooks():
    """The release and the model solution."""
    path = ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return [release_notebook(ASSIGNMENT), json.loads(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def with_copy(notebooks):
    """A class in which one has copied from another and changed the names."""
    verdicts = [verdict for verdict in made_up_class(24) if verdict.state == GRADED]
    copied = replace(with_solutions("the copy", disguised, verdicts[3].notebook))
    return verdicts[3].student, compare([*verdicts, copied], notebooks)


def test_a_copy_with_other_names_and_comments_comes_first(with_copy):
    original, found = with_copy
    first, *others = found.pairs
    assert {first.one, first.other} == {original, "the copy"}
    assert min(first.shares) > 0.9
    assert all(pair.similarity < first.similarity for pair in others)
    assert found.pairs == tuple(sorted(found.pairs, key=lambda pair: -pair.similarity))
    assert all(pair.similarity >= found.threshold for pair in found.pairs)


def test_side_by_side_is_the_code_itself_with_what_both_have(with_copy):
    _, found = with_copy
    first = found.pairs[0]
    assert len(first.cells) > 1
    for cell in first.cells:
        ours, theirs = ("".join(piece.text for piece in side) for side in (cell.one, cell.other))
        assert disguised("", ours) in (theirs, disguised("", theirs)) or disguised("", theirs) == ours
    shared = sum(len(piece.text) for cell in first.cells for piece in cell.one if piece.shared)
    assert shared > sum(len(piece.text) for cell in first.cells for piece in cell.one) / 3


def test_the_given_skeleton_and_the_model_solution_count_for_nobody(notebooks):
    solutions = cells_of(notebooks[1])

    def as_solved(name, _):
        return solutions[name]

    untouched = [with_solutions(name, lambda _, source: source) for name in ("ana", "ben")]
    solved = [with_solutions(name, as_solved) for name in ("eva", "hao")]
    assert compare([*untouched, *solved], notebooks).pairs == ()
    # Only the discount makes it so:
    assert {(p.one, p.other) for p in compare([*untouched, *solved], []).pairs} == {
        ("ana", "ben"),
        ("eva", "hao"),
    }


OWN = "\n".join(f"    value = other[{k}:{k} + 7] @ weights.reshape({k}, -1) ** {k}" for k in range(30, 45))


def test_what_more_than_a_tenth_of_the_class_writes_is_common(notebooks):
    def habit(name, source):
        return f"{source}\n{OWN}" if name == "lstm_step" else source

    def shared_by(count, size):
        everyone = [with_solutions(f"s{k}", habit if k < count else lambda _, s: s) for k in range(size)]
        return len(compare(everyone, notebooks).pairs)

    assert shared_by(2, 40) == 1
    assert shared_by(4, 40) == 6
    assert shared_by(5, 40) == 0


def test_candidates_are_those_that_counting_finds():
    rng = np.random.default_rng(0)
    own = [np.unique(rng.integers(0, 60, rng.integers(1, 20))) for _ in range(25)]
    expected = {
        (k, m)
        for k, m in itertools.combinations(range(25), 2)
        if len(np.intersect1d(own[k], own[m])) / min(len(own[k]), len(own[m])) >= 0.3
    }
    assert expected
    assert set(candidates(own, 0.6)) == expected


@pytest.mark.parametrize(
    "own", [[], [np.array([1, 2])], [np.array([], int), np.array([], int)], [np.array([], int)]]
)
def test_no_candidates_where_there_is_nothing(own):
    assert candidates(own, 0.5) == []


def test_pieces_are_the_cell():
    cells = {"f": "a = 1\nb = 2", "empty": "", "g": "c = 3"}
    pieces = in_pieces(cells, np.array([[2, 16], [8, 100]]))
    assert {name: "".join(piece.text for piece in parts) for name, parts in pieces.items()} == cells
    assert [piece.text for part in pieces.values() for piece in part if piece.shared] == ["= 1\nb ", " = 3"]


def test_too_many_are_refused_and_few_are_no_trouble(notebooks, monkeypatch):
    assert compare([], notebooks).pairs == ()
    alone = with_solutions("ana", lambda _, source: f"{source}\n{OWN}")
    assert compare([alone], notebooks).pairs == ()
    monkeypatch.setattr(similarity, "MOST_SUBMISSIONS", 1)
    with pytest.raises(InputError, match="expected at most 1 submissions to compare, got 2"):
        compare([alone, replace(alone, student="ben")], notebooks)


def test_a_cell_without_end_is_shown_and_not_compared_to_its_end(notebooks):
    long = OWN + "\n# and so on" * 2000
    pair = compare([with_solutions(name, lambda *_: long) for name in ("ana", "ben")], notebooks).pairs[0]
    for pieces in (pair.cells[0].one, pair.cells[0].other):
        assert "".join(piece.text for piece in pieces) == long
        assert any(piece.shared for piece in pieces)
        assert pieces[-1] == Piece(long[similarity.LONGEST_CELL :], shared=False)
    endless = with_solutions("ana", lambda *_: "x = [1, 2]\n" * 10_000)
    assert all(text.endswith("the rest is not shown]") for text in cells_of(endless.notebook).values())


def test_blanks_without_end_cost_nothing_but_themselves(notebooks):
    blank = OWN.replace("\n", "\n" + " \n" * 1000)
    began = time.process_time()
    (pair,) = compare([with_solutions(name, lambda *_: blank) for name in ("ana", "ben")], notebooks).pairs
    assert time.process_time() - began < 5  # else some minutes
    for cell in pair.cells:
        assert "".join(piece.text for piece in cell.one).split() == OWN.split()


def test_page_shows_pairs_and_words_of_caution(with_copy):
    _, found = with_copy
    page = similarity_page(ASSIGNMENT, found)
    assert_harmless(page, scripts=1)
    assert "A high value is a reason to look, and no proof." in page
    assert page.count("<details") == len(found.pairs)
    assert "<mark>" in page


def test_page_without_pairs_says_so(notebooks):
    page = similarity_page(ASSIGNMENT, compare([], notebooks))
    assert_harmless(page, scripts=1)
    assert "No pair reaches 60 %." in page


def test_the_page_of_a_course(tmp_path):
    shutil.copy(ROOT / CONFIG, tmp_path)
    course = Course(tmp_path)
    assert len(list(given(course, ASSIGNMENT))) == 1
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, tmp_path / "solutions" / ASSIGNMENT)
    assert len(list(given(course, ASSIGNMENT))) == 2
    hostile = "mallory<img src=x onerror=alert(1)>"
    with course.ledger() as ledger:
        for student in ("ana", hostile):
            ledger.record(
                with_solutions(student, lambda _, source: f"{source}\n{OWN}\n'</code><script>f()</script>'")
            )
    path = write_similarity(course, ASSIGNMENT, tmp_path / "pages")
    page = path.read_text(encoding="utf-8")
    assert_harmless(page, scripts=1)
    assert "mallory&lt;img" in page
    assert "&lt;script&gt;" in page


@pytest.mark.slow
@pytest.mark.parametrize(("width", "mode"), [(DESK, "dark"), (PHONE, "light")])
def test_page_in_a_browser(browser, with_copy, tmp_path, width, mode):
    path = tmp_path / "page.html"
    path.write_text(similarity_page(ASSIGNMENT, with_copy[1]), encoding="utf-8")
    with opened(browser, path, width, mode) as (page, trouble):
        assert_accessible(page)
    assert trouble == []
