import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import PascanuOrder, RandomPermutation

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=25)
@given(shortest=st.integers(10, 60), more=st.integers(0, 40), seed=seeds)
def test_order_follows_the_definition(shortest, more, seed):
    batch = PascanuOrder(shortest, shortest + more).draw(5, np.random.default_rng(seed))
    for row, length in enumerate(batch.lengths):
        assert shortest <= length <= shortest + more
        sequence = batch.symbols[row, :length]
        first, second = np.flatnonzero(sequence < 2)
        assert length // 10 <= first < 2 * (length // 10)
        assert length // 2 <= second < length // 2 + length // 10
        order = "".join("AB"[sequence[step]] for step in (first, second))
        assert batch.targets[row, length - 1].argmax() == ["AA", "AB", "BA", "BB"].index(order)
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [length - 1])


def test_order_reaches_all_places_lengths_classes_and_fillers():
    batch = PascanuOrder(40, 42).draw(6000, np.random.default_rng(0))
    np.testing.assert_array_equal(np.unique(batch.lengths), [40, 41, 42])
    places = np.flatnonzero(((batch.symbols == 0) | (batch.symbols == 1)).any(axis=0))
    np.testing.assert_array_equal(places, [4, 5, 6, 7, 20, 21, 22, 23, 24])  # 42 // 2 is 21
    np.testing.assert_allclose(batch.targets.sum(axis=(0, 1)) / 6000, 0.25, atol=0.03)
    fillers = np.bincount(batch.symbols[batch.symbols >= 2])
    np.testing.assert_allclose(fillers[2:] / fillers.sum(), 0.25, atol=0.01)


@settings(max_examples=25)
@given(shortest=st.integers(2, 30), more=st.integers(0, 20), alphabet=st.integers(3, 12), seed=seeds)
def test_permutation_recalls_the_first_symbol(shortest, more, alphabet, seed):
    batch = RandomPermutation(shortest, shortest + more, alphabet).draw(5, np.random.default_rng(seed))
    for row, length in enumerate(batch.lengths):
        assert shortest <= length <= shortest + more
        sequence = batch.symbols[row, :length]
        assert sequence[0] in (0, 1)
        assert (sequence[1:] >= 2).all()
        target = np.zeros(alphabet)
        target[sequence[0]] = 1
        np.testing.assert_array_equal(batch.targets[row, length - 1], target)
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [length - 1])


def test_permutation_is_balanced_and_its_filler_uniform():
    batch = RandomPermutation(20, 20, alphabet=6).draw(4000, np.random.default_rng(0))
    assert batch.symbols[:, 0].mean() == pytest.approx(0.5, abs=0.04)
    np.testing.assert_allclose(np.bincount(batch.symbols[:, 1:].ravel())[2:] / 76_000, 0.25, atol=0.01)


@pytest.mark.parametrize("task", [PascanuOrder(10, 12), RandomPermutation(5, 7, 4)])
def test_the_most_active_output_decides(task):
    batch = task.draw(6, np.random.default_rng(0))
    outputs = 0.1 * batch.targets - 3  # barely ahead, as logits may be
    assert task.right(outputs, batch).all()
    last = batch.lengths[3] - 1
    outputs[3, last, -1 - batch.targets[3, last].argmax()] = 0
    np.testing.assert_array_equal(task.right(outputs, batch), np.arange(6) != 3)


def test_order_needs_windows():
    with pytest.raises(ValueError, match=r"at least 10, got 9\. The windows are tenths"):
        PascanuOrder(shortest=9)
