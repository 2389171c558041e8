import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import Adding, Multiplication

both = pytest.mark.parametrize("kind", [Adding, Multiplication])
LARGE = 20_000


@pytest.fixture(scope="module")
def large():
    return {kind: kind(length=40).draw(LARGE, np.random.default_rng(0)) for kind in (Adding, Multiplication)}


@both
@settings(max_examples=30)
@given(length=st.integers(6, 120), seed=st.integers(0, 2**32 - 1))
def test_a_loop_over_the_definition_agrees(kind, length, seed):
    batch = kind(length=length).draw(4, np.random.default_rng(seed))
    for row, steps in enumerate(batch.lengths):
        assert length <= steps <= length + length // 10
        numbers, markers = batch.dense[row, :steps].T
        assert numbers.max() <= 1
        assert numbers.min() >= (-1 if kind is Adding else 0)
        assert markers[0] == markers[-1] == -1
        marked = [step for step in range(1, steps - 1) if markers[step] == 1]
        assert all(markers[step] == 0 for step in range(1, steps - 1) if step not in marked)
        assert 1 <= len(marked) <= 2
        assert max(marked) < length // 2 - 1
        if len(marked) == 2:
            assert marked[0] < 10
        target = 0.5 + sum(numbers[marked]) / 4 if kind is Adding else np.prod(numbers[marked])
        assert batch.targets[row, steps - 1, 0] == pytest.approx(target)
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [steps - 1])


@both
def test_marks_reach_every_place_and_no_other(large, kind):
    marks = large[kind].dense[:, :, 1] == 1
    np.testing.assert_array_equal(np.flatnonzero(marks.any(axis=0)), np.arange(1, 19))
    # In the first ten: 1/10 by the first mark, 9/10 · 1/18 by the second. After them: 1/18 by the second.
    shares = np.array([1 / 10 + 9 / 10 / 18] * 9 + [1 / 18] * 9)
    np.testing.assert_allclose(marks.mean(axis=0)[1:19], shares, atol=0.01)


@both
def test_one_number_is_as_rare_as_computed(large, kind):
    alone = (large[kind].dense[:, :, 1] == 1).sum(axis=1) == 1
    assert alone.mean() == pytest.approx(1 / 10 + 9 / 10 / 18, abs=0.01)
    # An empty place counts as 0 in a sum and as 1 in a product, so the number stands alone.
    numbers, markers = large[kind].dense[alone][:, :, 0], large[kind].dense[alone][:, :, 1]
    number = numbers[markers == 1]
    target = large[kind].targets[alone].sum(axis=(1, 2))
    np.testing.assert_allclose(target, 0.5 + number / 4 if kind is Adding else number)


@both
def test_numbers_are_uniform(large, kind):
    numbers = large[kind].dense[:, :, 0][large[kind].mask]
    low = -1 if kind is Adding else 0
    shares, _ = np.histogram(numbers, bins=4, range=(low, 1))
    np.testing.assert_allclose(shares / len(numbers), 0.25, atol=0.005)


@both
def test_baseline_is_the_variance_of_the_target(large, kind):
    target = large[kind].targets.sum(axis=(1, 2))
    assert kind(length=40).baseline == pytest.approx(target.var(), rel=0.03)


@pytest.mark.parametrize("length", [6, 12, 21, 22, 100, 1000])
def test_baseline_of_any_length_is_that_of_its_marks(length):
    task = Adding(length=length)
    batch = task.draw(4000, np.random.default_rng(1))
    count = (batch.dense[:, :, 1] == 1).sum(axis=1)
    # Each number that counts contributes a variance of 1/3 · 1/16.
    assert task.baseline == pytest.approx(count.mean() / 48, rel=0.02)


def test_criterion_of_multiplication_follows_n_seq():
    assert Multiplication(wrong=140).success.wrong_allowed == 139


def test_too_short_for_two_marks():
    with pytest.raises(ValueError, match=r"at least 6, got 5\. Two pairs"):
        Adding(length=5)
