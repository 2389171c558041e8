"""``lstm-course equality``: what it says of rows that are not equal."""

import json

import pytest

from lstm_course.keras_bridge import equality
from lstm_course.keras_bridge.equality import Row

ROWS = [
    Row("fine", "float64", 1e-16, float("nan"), 2e-16),
    Row("broken", "float64", 3e-3, 0.0, float("inf")),
]


@pytest.fixture
def rows(monkeypatch):
    """Let the comparison find these; gives what was asked for."""
    seeds = []

    def found(seed):
        seeds.append(seed)
        return iter(ROWS)

    monkeypatch.setattr(equality, "equality_rows", found)
    return seeds


def test_json_has_null_where_there_is_no_finite_number(command, rows):
    status, out, _ = command("equality", "--json", "--seed", "7")
    fine, broken = (json.loads(line, parse_constant=pytest.fail) for line in out.splitlines())
    assert (status, rows) == (1, [7])
    assert fine == {
        "name": "fine",
        "dtype": "float64",
        "outputs": 1e-16,
        "states": None,
        "gradients": 2e-16,
        "passed": True,
    }
    assert (broken["outputs"], broken["gradients"], broken["passed"]) == (3e-3, None, False)


def test_the_table_marks_what_failed(command, rows, monkeypatch):
    status, out, _ = command("equality")
    assert status == 1
    assert [line.endswith("FAILED") for line in out.splitlines()[1:3]] == [False, True]
    monkeypatch.setattr(equality, "equality_rows", lambda seed: iter(ROWS[:1]))
    assert command("equality")[0] == 0
