"""The ledger keeps one verdict for each submission, and says what is still to be done."""

import dataclasses

import pytest

from lstm_course.grading.ledger import Ledger
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict

RIGHT = Verdict("ana", "02-rnn", "key", GRADED, "", (Mark("step", 1.0, 1.0), Mark("loss", 0.0, 2.0, "wrong")))


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "grading" / "ledger.sqlite") as ledger:
        yield ledger


def test_a_verdict_comes_back_as_it_was(ledger):
    verdict = dataclasses.replace(RIGHT, notebook={"cells": ["ü"]}, repairs=("put back",), seconds=1.5)
    ledger.record(verdict)
    assert ledger.verdict("02-rnn", "ana") == verdict
    assert ledger.verdict("02-rnn", "ben") is None
    assert ledger.verdict("03-vanishing", "ana") is None


def test_counts_and_reasons(ledger):
    ledger.record(RIGHT)
    ledger.record(Verdict("ben", "02-rnn", "k", ZERO, "nothing was submitted"))
    ledger.record(Verdict("eva", "02-rnn", "k", PERSON, "cut off"))
    ledger.record(Verdict("eva", "03-vanishing", "k", GRADED))
    assert ledger.counts("02-rnn") == {GRADED: 1, ZERO: 1, PERSON: 1}
    assert ledger.reasons("02-rnn") == [
        (PERSON, "eva", "cut off"),
        (ZERO, "ben", "nothing was submitted"),
    ]
    assert [verdict.student for verdict in ledger.verdicts("02-rnn")] == ["ana", "ben", "eva"]


def test_what_is_graded_anew_is_to_be_imported_anew(ledger):
    ledger.record(RIGHT)
    assert ledger.waiting("02-rnn") == ["ana"]
    ledger.mark_imported([RIGHT])
    assert ledger.waiting("02-rnn") == []
    assert ledger.record(dataclasses.replace(RIGHT, marks=(Mark("step", 0.0, 1.0, "wrong"),))) == RIGHT
    assert ledger.waiting("02-rnn") == ["ana"]


def test_a_verdict_that_has_taken_anothers_place_is_still_to_be_imported(ledger):
    ledger.record(RIGHT)
    ledger.record(dataclasses.replace(RIGHT, key="another submission"))
    ledger.mark_imported([RIGHT])
    assert ledger.waiting("02-rnn") == ["ana"]


def test_it_outlives_its_process(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as first:
        first.record(RIGHT)
    with Ledger(path) as second:
        assert second.keys("02-rnn") == {"ana": "key"}
    assert path.stat().st_mode & 0o077 == 0
