"""``lstm-course start`` and ``lstm-course check``, on a small assignment and on broken ones."""

import json

import pytest

from lstm_course.checks import notebook as notebooks

IMPORTS = 'from lstm_course.checks import checker\ncheck = checker("02-rnn")'
RIGHT = """import numpy as np
def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias)"""
STUB = "def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):\n    raise NotImplementedError"
VALUE, CONTRACT = 'check("step-value", rnn_step)', 'check("step-contract", rnn_step)'


def cell(source, grade_id="", points=0):
    own = {"grade_id": grade_id, "grade": bool(points), "points": points, "schema_version": 3}
    own |= {"solution": not points, "locked": bool(points), "task": False}
    metadata = {"nbgrader": own} if grade_id else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{abs(hash((source, grade_id)))}",
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def write(path, solution, *more):
    cells = [
        cell(IMPORTS),
        cell(solution, "rnn_step"),
        cell(VALUE, "step-value", 2),
        cell(CONTRACT, "step-contract", 1),
    ]
    content = {"cells": [*cells, *more], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with one assignment to start from, in which the commands run."""
    write(tmp_path / "given" / "small" / "small.ipynb", STUB)
    (tmp_path / "given" / "small" / "data.txt").write_text("1 2 3")
    monkeypatch.setattr(notebooks, "releases", lambda: tmp_path / "given")
    monkeypatch.setattr("lstm_course.cli.check.releases", lambda: tmp_path / "given")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_start_copies_everything_and_never_over_ones_work(command, place):
    status, out, _ = command("start", "small")
    assert status == 0
    assert "lstm-course check work/small" in out
    mine = place / "work" / "small" / "small.ipynb"
    assert (mine.parent / "data.txt").read_text() == "1 2 3"
    mine.write_text("my work")
    status, _, err = command("start", "small")
    assert status == 2
    assert "one that is there already" in err
    assert mine.read_text() == "my work"
    assert command("start", "small", "--into", "again")[0] == 0
    assert sorted(path.name for path in (place / "work").iterdir()) == ["small"]  # nothing half-made


def test_check_passes_a_right_notebook_and_leaves_it_alone(command, place):
    path = write(place / "work" / "small" / "small.ipynb", RIGHT)
    before = path.read_bytes()
    status, out, _ = command("check", "work/small")
    assert status == 0
    assert "✓ step-value: right (2 points)" in out
    assert "2 of 2 tests pass, 3 of 3 points." in out
    assert path.read_bytes() == before


def test_check_names_the_mistake(command, place):
    write(place / "work" / "small" / "small.ipynb", RIGHT.replace(" + bias", ""))
    status, out, _ = command("check", "work/small/small.ipynb")
    assert status == 1
    assert "✗ step-value" in out
    assert "bias not added" in out
    assert "✓ step-contract" in out
    assert "1 of 2 tests pass, 1 of 3 points." in out


def test_check_shows_what_the_function_printed(command, place):
    loud = RIGHT.replace(" + bias", "").replace("    return", "    print('x_t:', x_t.shape)\n    return")
    write(place / "work" / "small" / "small.ipynb", loud)
    status, out, _ = command("check", "work/small")
    assert status == 1
    assert "  Your function printed (batch 3, features 4, units 2):\n  x_t: (3, 4)\n✓ step-contract" in out


def test_check_of_an_untouched_copy(command, place):
    command("start", "small")
    status, out, _ = command("check", "work/small")
    assert status == 1
    assert "not written yet" in out
    assert "0 of 2 tests pass" in out


def test_check_reports_errors_of_other_cells(command, place):
    path = write(place / "work" / "small" / "small.ipynb", RIGHT, cell("print(1 / 0)"))
    status, out, _ = command("check", path)
    assert status == 0
    assert "! a cell failed, the one that begins with 'print(1 / 0)':" in out
    assert "ZeroDivisionError: division by zero (line 1: print(1 / 0))" in out


def test_check_tells_an_error_and_not_what_follows_from_it(command, place):
    sources = (
        "made = rnn_step(*range(5))\nmore = 1",  # not written yet
        "print(made)",
        "print(more)",
        "share = 1 / 0",
        "print(share)",
        "print(mode)",
    )
    path = write(place / "work" / "small" / "small.ipynb", STUB, *map(cell, sources))
    status, out, _ = command("check", path)
    assert status == 1
    told = [line for line in out.splitlines() if line.startswith("! a cell failed")]
    assert [line.rpartition("begins with ")[2] for line in told] == ["'share = 1 / 0':", "'print(mode)':"]
    assert "NameError: name 'mode' is not defined" in out


def test_check_puts_tests_back_for_the_run(command, place):
    path = write(place / "work" / "small" / "small.ipynb", RIGHT.replace(" + bias", ""))
    content = json.loads(path.read_text())
    content["cells"][2]["source"] = "pass"
    del content["cells"][3]
    path.write_text(json.dumps(content))
    before = path.read_bytes()
    status, out, _ = command("check", path)
    assert status == 1
    assert "The test `step-value` had been changed and has been put back." in out
    assert "The test `step-contract` was missing and has been put back." in out
    assert "bias not added" in out
    assert "1 of 2 tests pass, 1 of 3 points." in out
    assert path.read_bytes() == before


@pytest.mark.slow
def test_check_outlives_endless_loops_and_dead_kernels(command, place):
    endless = RIGHT.replace("    return", "    while True: pass\n    return")
    write(place / "work" / "small" / "small.ipynb", endless)
    status, out, _ = command("check", "work/small", "--timeout", "2")
    assert status == 1
    assert "the cell took more than 2 seconds" in out
    write(place / "work" / "small" / "small.ipynb", "import os; os._exit(3)")
    status, out, _ = command("check", "work/small")
    assert status == 1
    assert "the kernel died in this cell" in out
    assert "0 of 2 tests pass" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("start", "expected assignment, got nothing"),
        ("start 99-poetry", "expected an assignment among small, got '99-poetry'"),
        ("start small --into notes.txt", "expected a folder at notes.txt, got a file"),
        ("start small --into notes.txt/mine", "expected a folder at notes.txt, got a file"),
        ("check", "expected path, got nothing"),
        ("check nowhere", "expected a notebook at nowhere, got nothing"),
        ("check notes.txt", "expected a notebook (.ipynb), got notes.txt"),
        ("check broken.ipynb", "a file that cannot be read"),
        ("check list.ipynb", "a file without cells"),
        ("check old.ipynb", "format 3"),
        ("check plain.ipynb", "plain.ipynb without any"),
        ("check two", "expected one notebook in two, got a.ipynb, b.ipynb"),
        ("check empty", "expected one notebook in empty, got none"),
        ("check given --timeout 0", "a whole number of at least 1 for --timeout"),
    ],
)
def test_mistakes_are_answered_by_a_sentence(command, place, words, said):
    (place / "notes.txt").write_text("mine")
    (place / "broken.ipynb").write_text("{")
    (place / "list.ipynb").write_text("[]")
    (place / "old.ipynb").write_text('{"cells": [], "nbformat": 3}')
    (place / "plain.ipynb").write_text('{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
    (place / "empty").mkdir()
    (place / "two").mkdir()
    for name in "ab":
        (place / "two" / f"{name}.ipynb").write_text("{}")
    status, out, err = command(*words.split())
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
