"""The rules by hand, on two sequences of lengths 3 and 2 with two outputs."""

import numpy as np
import pytest

from lstm_course.tasks.batch import Batch
from lstm_course.tasks.judging import (
    mean_absolute_error,
    most_active_are_allowed,
    most_active_is_target,
    steps_before_first_mistake,
    within,
)

SCORED = np.array([[True, False, True], [False, True, False]])
TARGETS = np.array([[[1.0, 0.0], [0, 0], [0.0, 1.0]], [[0, 0], [1.0, 0.0], [0, 0]]])
ALLOWED = np.array([[[1, 1, 0], [0, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 1, 0], [0, 0, 0]]], dtype=bool)


def batch(targets=TARGETS, scored=SCORED, **more):
    return Batch(np.array([3, 2]), targets, scored, 1, np.array([[0, 0, 0], [0, 0, -1]]), **more)


def test_error_is_the_mean_over_scored_steps_and_outputs():
    outputs = TARGETS.copy()
    outputs[0, 0] += [0.1, -0.3]
    outputs[0, 2] += [0.0, 0.4]
    outputs[1, 1, 1] = -0.5
    np.testing.assert_allclose(mean_absolute_error(outputs, batch()), [0.2, 0.25])


def test_error_without_a_scored_step_is_zero():
    nowhere = batch(scored=np.zeros((2, 3), bool))
    np.testing.assert_array_equal(mean_absolute_error(TARGETS + 1, nowhere), [0, 0])


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("row", "step", "output"), [(0, 0, 0), (0, 0, 1), (0, 2, 0), (1, 1, 1)])
def test_within_flips_where_one_output_reaches_the_tolerance(row, step, output, sign):
    outputs = TARGETS.copy()
    outputs[row, step, output] += sign * 0.2499
    assert within(outputs, batch(), 0.25).all()
    outputs[row, step, output] = TARGETS[row, step, output] + sign * 0.25
    np.testing.assert_array_equal(within(outputs, batch(), 0.25), np.arange(2) != row)


def test_within_looks_where_it_is_told():
    outputs = TARGETS.copy()
    outputs[0, 0] += 1
    last = np.array([[False, False, True], [False, True, False]])
    assert not within(outputs, batch(), 0.5)[0]
    assert within(outputs, batch(), 0.5, last).all()


def test_most_active_is_target():
    outputs = np.where(TARGETS == 1, -1.0, -2.0)
    assert most_active_is_target(outputs, batch()).all()
    outputs[0, 2] = [-1.0, -1.5]
    np.testing.assert_array_equal(most_active_is_target(outputs, batch()), [False, True])


def test_allowed_symbols_have_to_be_the_most_active():
    targets = np.zeros((2, 3, 3))
    outputs = np.array(
        [[[0.3, 0.4, 0.2], [9, 0, 0], [0.1, 0.1, 0.2]], [[9, 0, 0], [0.0, 0.1, -1], [0, 0, 0]]]
    )
    grammar = batch(targets, allowed=ALLOWED)
    assert most_active_are_allowed(outputs, grammar).all()
    np.testing.assert_array_equal(steps_before_first_mistake(outputs, grammar), [2, 1])

    tie = outputs.copy()
    tie[0, 0, 2] = 0.3  # as strong as the weaker of the two that may come
    np.testing.assert_array_equal(most_active_are_allowed(tie, grammar), [False, True])
    np.testing.assert_array_equal(steps_before_first_mistake(tie, grammar), [0, 1])

    late = outputs.copy()
    late[0, 2, 0] = 0.3
    np.testing.assert_array_equal(most_active_are_allowed(late, grammar), [False, True])
    np.testing.assert_array_equal(steps_before_first_mistake(late, grammar), [1, 1])


def test_rules_of_a_grammar_need_one():
    with pytest.raises(ValueError, match="a batch with allowed"):
        most_active_are_allowed(TARGETS, batch())


@pytest.mark.parametrize("rule", [mean_absolute_error, most_active_is_target, lambda y, b: within(y, b, 0.1)])
def test_outputs_of_another_shape_are_refused(rule):
    with pytest.raises(ValueError, match=r"shape \(2, 3, 2\), got \(2, 3, 1\)"):
        rule(TARGETS[:, :, :1], batch())


@pytest.mark.parametrize("rule", [mean_absolute_error, most_active_is_target, lambda y, b: within(y, b, 0.1)])
def test_clean_targets_are_what_counts(rule):
    noisy = batch(1 - TARGETS, clean_targets=TARGETS)
    np.testing.assert_array_equal(rule(TARGETS, noisy), rule(TARGETS, batch()))
