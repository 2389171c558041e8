"""An assignment's verdicts taken together: worked by hand, and for a class of sixty."""

import math

import numpy as np
import pytest

from lstm_course.grading.statistics import normalised, summarise
from lstm_course.grading.summary import FEW, Item
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict
from tests.grading.made_up import made_up_class


def graded(student, *points, most=(2, 1, 1), **fields):
    marks = tuple(Mark(f"test-{k}", p, m) for k, (p, m) in enumerate(zip(points, most, strict=True)))
    return Verdict(student, "04-lstm", "", GRADED, "", marks, **fields)


@pytest.fixture
def four():
    """Four that were graded, and one each of the others."""
    return [
        graded("ana", 2, 1, 1, seconds=1.0, memory=100),
        Verdict("ben", "04-lstm", "", ZERO, "nothing was submitted", graded("ben", 0, 0, 0).marks),
        graded("chiara", 2, 0, 1, seconds=2.0, memory=100, repairs=("A test was put back.",)),
        graded("dũng", 1, 0, 1, seconds=3.0, memory=400),
        Verdict("eva", "04-lstm", "", PERSON, "too large", graded("eva", 0, 0, 0).marks),
        graded("fatma", 0, 0, 1, seconds=4.0, memory=100),
    ]


def test_the_numbers_are_those_worked_by_hand(four):
    found = summarise(four)
    assert found.states == {GRADED: 4, ZERO: 1, PERSON: 1}
    assert (found.count, found.most) == (6, 4)
    assert found.scores.tolist() == [4, 3, 2, 1]
    assert found.quantiles[0.5] == 2.5
    assert [item.n for item in found.items] == [4, 4, 4]
    assert [item.difficulty for item in found.items] == [5 / 8, 1 / 4, 1]
    # test-0: points 2 2 1 0, rest 2 1 1 1, both with the mean 5/4. Deviations 3/4 3/4 -1/4 -5/4 and
    # 3/4 -1/4 -1/4 -1/4; sum of products 9/16 - 3/16 + 1/16 + 5/16 = 3/4, sums of squares 11/4 and 3/4.
    assert found.items[0].discrimination == pytest.approx(0.75 / math.sqrt(11 / 4 * 3 / 4))
    # test-1: points 1 0 0 0, rest 3 3 2 1: deviations 3/4 -1/4 -1/4 -1/4 and 3/4 3/4 -1/4 -5/4.
    assert found.items[1].discrimination == pytest.approx(0.75 / math.sqrt(3 / 4 * 11 / 4))
    assert math.isnan(found.items[2].discrimination)
    assert (found.seconds.median, found.seconds.largest) == (2.5, 4.0)
    assert (found.memory.median, found.memory.largest) == (100, 400)


def test_who_needs_a_person_or_got_nothing_is_named_with_the_reason(four):
    found = summarise(four)
    assert found.persons == (("eva", ("too large",)),)
    assert found.zeros == (("ben", ("nothing was submitted",)),)
    assert found.repairs == (("chiara", ("A test was put back.",)),)


def test_a_test_is_not_correlated_with_itself():
    # One test alone has all of the score: without the correction its discrimination would be 1.
    found = summarise(graded(f"s{k}", k % 2, most=(1,)) for k in range(10))
    assert math.isnan(found.items[0].discrimination)


def test_mistakes_messages_and_limits_are_counted_by_test():
    def lost(student, *marks):
        return Verdict(student, "04-lstm", "", GRADED, "", marks)

    far, near = "units 5: h_t differs by up to 0.3", "units 7: h_t differs by up to 1e-05"
    named = Mark("b", 0, 1, "no", "mask not used", "Look at the padding.")
    found = summarise(
        [
            lost("ana", Mark("a", 0, 1, far), named),
            lost("ben", Mark("a", 0, 1, near), named),
            lost(
                "eva",
                Mark("a", 0, 1, "too long", stopped="time"),
                Mark("b", 0, 1, "too long", stopped="time"),
            ),
        ]
    )
    assert found.messages == (("h_t differs by up to …", "a", 2),)
    assert found.mistakes == (("mask not used", "Look at the padding.", "b", 2),)
    assert [item.stopped for item in found.items] == [1, 1]
    assert found.stopped == {"time": 1}


def test_nothing_graded_gives_no_numbers_and_no_warning():
    found = summarise([Verdict("ben", "04-lstm", "", ZERO, "nothing was submitted", (Mark("a", 0, 1),))])
    assert found.quantiles == {}
    assert (found.items[0].n, found.most) == (0, 1)
    assert math.isnan(found.items[0].difficulty)
    assert math.isnan(found.seconds.median)
    assert summarise([]).count == 0


@pytest.mark.parametrize(
    ("n", "difficulty", "discrimination", "doubts"),
    [(FEW, 0.19, 0.5, 1), (FEW, 0.2, 0.1, 0), (FEW, 0.9, 0.09, 1), (FEW, 0.1, -1, 2), (FEW - 1, 0, -1, 0)],
)
def test_a_test_is_doubted_only_with_enough_behind_it(n, difficulty, discrimination, doubts):
    assert len(Item("a", 1, n, difficulty, discrimination).doubts) == doubts


def test_a_test_that_all_pass_is_not_doubted():
    assert Item("a", 1, 100, 1.0, math.nan).doubts == ()


def test_against_numpy_on_a_class_in_one_pass():
    verdicts = list(made_up_class())
    found = summarise(iter(verdicts))
    marks = np.array([[m.points for m in v.marks] for v in verdicts if v.state == GRADED])
    for k, item in enumerate(found.items):
        assert item.difficulty == pytest.approx(marks[:, k].mean())
        if np.ptp(marks[:, k]):
            rest = np.delete(marks, k, axis=1).sum(axis=1)
            assert item.discrimination == pytest.approx(np.corrcoef(marks[:, k], rest)[0, 1])
    assert sum(m.times for m in found.mistakes) == sum(
        bool(m.mistake) and not m.stopped for v in verdicts for m in v.marks if v.state == GRADED
    )


def test_verdicts_are_not_kept():
    alive = []

    class Counted(Verdict):
        def __del__(self):
            alive.remove(id(self))

    def many():
        for k in range(50):
            verdict = Counted(f"s{k}", "04-lstm", "", GRADED, "", (Mark("a", 1, 1),), notebook={"cells": []})
            alive.append(id(verdict))
            assert len(alive) <= 2
            yield verdict

    assert len(summarise(many()).scores) == 50


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("\x1b[31mbatch 2, time 3: x\nline 4: y", "x"),
        ("h_0: expected the shape (2, 3), got (3,)", "h_0: expected the shape (…, …), got (…,)"),
        ("c_t contains nan", "c_t contains …"),
        ("x" * 500, "x" * 159 + "…"),
    ],
)
def test_like_messages_become_one(message, text):
    assert normalised(message) == text
