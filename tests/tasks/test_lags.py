import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import LagsLong, LagsNoiseFree, LagsRandomFiller
from tests.tasks.helpers import perfect

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=25)
@given(lag=st.integers(2, 30), seed=seeds, kind=st.sampled_from([LagsNoiseFree, LagsRandomFiller]))
def test_the_last_target_is_the_first_symbol(lag, seed, kind):
    batch = kind(lag=lag).draw(6, np.random.default_rng(seed))
    x, y = lag - 1, lag
    assert batch.symbols.shape == (6, lag)
    assert batch.scored.all()
    assert set(batch.symbols[:, 0]) <= {x, y}
    predicted = batch.targets.argmax(axis=-1)
    np.testing.assert_array_equal(batch.targets.sum(axis=-1), 1)
    np.testing.assert_array_equal(predicted[:, -1], batch.symbols[:, 0])
    np.testing.assert_array_equal(predicted[:, :-1], batch.symbols[:, 1:])
    between = batch.symbols[:, 1:]
    if kind is LagsNoiseFree:
        np.testing.assert_array_equal(between, np.tile(np.arange(lag - 1), (6, 1)))
    else:
        assert between.max() < lag - 1


def test_random_filler_is_uniform_and_changes():
    batch = LagsRandomFiller(lag=11).draw(2000, np.random.default_rng(0))
    shares = np.bincount(batch.symbols[:, 1:].ravel(), minlength=12) / 20_000
    np.testing.assert_allclose(shares[:10], 0.1, atol=0.01)
    assert len(np.unique(batch.symbols[:, 1:], axis=0)) > 1990


@pytest.mark.parametrize("kind", [LagsNoiseFree, LagsRandomFiller, LagsLong])
def test_classes_are_balanced(kind):
    batch = kind(lag=5).draw(4000, np.random.default_rng(0))
    last = batch.targets[np.arange(4000), batch.lengths - 1]
    assert last[:, -1].mean() == pytest.approx(0.5, abs=0.04)
    assert last[:, -2].mean() == pytest.approx(0.5, abs=0.04)


def test_2a_looks_at_every_step_and_2b_at_the_last_only():
    for kind, early_counts in ((LagsNoiseFree, True), (LagsRandomFiller, False)):
        task = kind(lag=5)
        batch = task.draw(3, np.random.default_rng(0))
        for step in range(5):
            outputs = perfect(batch)
            outputs[1, step] += 0.3
            wrong = not task.right(outputs, batch)[1]
            assert wrong == (early_counts or step == 4)


@settings(max_examples=25)
@given(lag=st.integers(1, 20), distractors=st.integers(1, 9), seed=seeds)
def test_2c_follows_the_definition(lag, distractors, seed):
    batch = LagsLong(lag=lag, distractors=distractors).draw(5, np.random.default_rng(seed))
    e, b, x, y = range(distractors, distractors + 4)
    for row, length in enumerate(batch.lengths):
        sequence = batch.symbols[row, :length].tolist()
        assert length >= lag + 3
        assert sequence[0] == b
        assert sequence[1] in (x, y)
        assert sequence[-1] == e
        assert all(symbol < distractors for symbol in sequence[2:-1])
        np.testing.assert_array_equal(batch.targets[row, length - 1], [sequence[1] == x, sequence[1] == y])
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [length - 1])


def test_2c_lengths_are_geometric_and_distractors_uniform():
    batch = LagsLong(lag=20, distractors=4).draw(20_000, np.random.default_rng(0))
    extra = batch.lengths - 23
    assert extra.min() == 0
    for k in range(4):
        assert (extra == k).mean() == pytest.approx(0.1 * 0.9**k, abs=0.01)
    assert extra.mean() == pytest.approx(9, rel=0.03)  # with the last element, the length is q + 13
    distractors = batch.symbols[(batch.symbols >= 0) & (batch.symbols < 4)]
    np.testing.assert_allclose(np.bincount(distractors) / len(distractors), 0.25, atol=0.005)


def test_2c_is_light_in_memory():
    batch = LagsLong(lag=1000, distractors=1000).draw(100, np.random.default_rng(0))
    assert batch.symbols.nbytes + batch.targets.nbytes < 4e6  # the one-hot inputs would be 850 MB
