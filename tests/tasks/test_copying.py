import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import Copying


@settings(max_examples=25)
@given(
    delay=st.integers(1, 20),
    items=st.integers(1, 6),
    alphabet=st.integers(2, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_sequences_follow_the_definition(delay, items, alphabet, seed):
    batch = Copying(delay, items, alphabet).draw(4, np.random.default_rng(seed))
    blank, delimiter = alphabet, alphabet + 1
    assert batch.symbols.shape == (4, delay + 2 * items)
    assert batch.scored.all()
    for sequence, target in zip(batch.symbols.tolist(), batch.targets, strict=True):
        copied = sequence[:items]
        assert max(copied) < alphabet
        assert sequence[items:] == [blank] * (delay - 1) + [delimiter] + [blank] * items
        assert target.argmax(-1).tolist() == [blank] * (delay + items) + copied
        np.testing.assert_array_equal(target.sum(axis=-1), 1)


def test_symbols_are_uniform():
    batch = Copying(delay=1).draw(2000, np.random.default_rng(0))
    shares = np.bincount(batch.symbols[:, :10].ravel(), minlength=8) / 20_000
    np.testing.assert_allclose(shares, 1 / 8, atol=0.01)


def test_one_mistake_makes_a_sequence_wrong():
    task = Copying(delay=5, items=3)
    batch = task.draw(4, np.random.default_rng(0))
    for step in (0, 7, 8, 10):
        outputs = batch.targets - 5.0  # logits
        outputs[2, step] = -outputs[2, step]
        np.testing.assert_array_equal(task.right(outputs, batch), [True, True, False, True])


def test_baseline_is_the_cross_entropy_of_blanks_and_guesses():
    task = Copying(delay=30, items=4, alphabet=5)
    batch = task.draw(50, np.random.default_rng(0))
    guess = np.zeros((38, 6))
    guess[:34, 5] = 1
    guess[34:, :5] = 1 / 5
    came = (batch.targets * guess).sum(axis=-1)
    assert task.baseline == pytest.approx(-np.log(came).mean())
    assert Copying(delay=100).baseline == pytest.approx(10 * np.log(8) / 120)
