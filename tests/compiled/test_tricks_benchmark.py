"""``benchmarks/recurrent_tricks.py`` without its clock: what a row says of the seconds that were measured."""

import os
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from lstm_course import compiled, recurrent
from lstm_course.compiled import elementary
from lstm_course.json_files import read_json
from lstm_course.recurrent import sequence
from tests.loading import load_script

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def script():
    """The script; it sets the threads of all that is loaded after it."""
    with patch.dict(os.environ):
        return load_script(ROOT / "benchmarks" / "recurrent_tricks.py")


@pytest.fixture
def taken(script, monkeypatch):
    """The ways of each comparison; nobody runs them, and each takes a second less than the one before."""
    comparisons = []

    def take_turns(ways, repeats):
        comparisons.append(ways)
        return [[float(len(ways) - n)] * repeats for n in range(len(ways))]

    monkeypatch.setattr(script, "take_turns", take_turns)
    return comparisons


def test_a_ratio_is_the_middle_one_of_the_turns_ratios(script, monkeypatch):
    turns = [[4.0, 9.0, 2.0], [1.0, 3.0, 2.0]]  # ratios of 4, 3 and 1; the medians' is 2
    monkeypatch.setattr(script, "take_turns", lambda ways, repeats: turns)
    table = script.Table(repeats=3)
    table.compare("a trick", "memory", "here", "ms", [("key", "slow", None), (None, "fast", None)], parts=10)
    [row] = table.rows
    assert row["ratio"] == pytest.approx(3)
    assert row["quartiles"] == pytest.approx([2, 3.5])
    assert (row["before"], row["after"]) == pytest.approx((400, 200))
    assert row["compared"] == "slow → fast"


def test_all_that_is_said_of_our_tanh_is_against_one_time_of_it(script, taken):
    table = script.Table(repeats=3)
    script.tanh_as_arithmetic(table, "float32", elementary._tanh_32, script.TANH_OPTIONS)
    assert [row["key"] for row in table.rows] == ["tanh-libm-32", "tanh-numpy-32", "errors", "contraction"]
    assert [row["ratio"] for row in table.rows] == pytest.approx([5, 4, 3, 2])
    assert [row["compared"].partition(" → ")[0] for row in table.rows[2:]] == ["Python's rule", "two"]
    [ways] = taken
    assert len({tuple(map(id, way.args)) for way in ways}) == 1, "not on the same pair of arrays"


def test_kept_and_flushed_differ_by_what_is_added_alone(script, taken, monkeypatch):
    chosen = []
    monkeypatch.setattr(script, "with_flusher", lambda backward, flusher: chosen.append(flusher))
    script.flush_of_the_vanishing(script.Table(repeats=3), "NumPy", recurrent, 2, 5, 3, 4)
    single = np.dtype(np.float32)
    kept, flushed = (flusher(single) for flusher in chosen)
    assert kept == 0 < flushed == sequence.flusher(single)


def test_a_flusher_is_chosen_for_a_call_alone(script):
    def chosen(dtype):
        return 0.0

    usual, seen = sequence.flusher, []
    script.with_flusher(lambda: seen.extend((sequence.flusher, compiled.lstm.flusher)), chosen)()
    assert seen == [chosen, chosen]
    assert sequence.flusher is compiled.lstm.flusher is usual


def test_the_record_is_of_this_script(script, taken):
    table = script.Table(repeats=3)
    for measure, sizes in script.TRICKS:
        measure(table, *sizes)
    rows = read_json(ROOT / "results" / "recurrent-tricks.json")["rows"]
    told = ("key", "trick", "cost", "where", "compared", "unit")
    assert [[row[name] for name in told] for row in rows] == [
        [row[name] for name in told] for row in table.rows
    ]
    for row in rows:
        low, high = row["quartiles"]
        assert low <= row["ratio"] <= high, row["key"]
