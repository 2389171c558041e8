import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.sentiment.batches import (
    POOL,
    WIDTH_STEP,
    evaluation_batches,
    rectangle,
    training_batches,
)

lengths = st.lists(st.integers(1, 300), min_size=1, max_size=200)


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(lengths, st.integers(1, 16), st.integers(0, 3), st.integers(0, 3))
def test_every_review_is_in_exactly_one_batch(sizes, batch_size, seed, epoch):
    for batches in (training_batches(sizes, batch_size, seed, epoch), evaluation_batches(sizes, batch_size)):
        assert sorted(np.concatenate(batches)) == list(range(len(sizes)))
        assert max(map(len, batches)) <= batch_size


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(lengths, st.integers(1, 16), st.integers(0, 3))
def test_the_first_two_widths_differ_if_any_do(sizes, batch_size, epoch):
    batches = training_batches(sizes, batch_size, 0, epoch)
    widths = [-(-max(sizes[i] for i in batch) // WIDTH_STEP) for batch in batches]
    assert len(set(widths)) == 1 or widths[0] != widths[1]


def test_the_order_depends_on_seed_and_epoch_alone():
    sizes = np.random.default_rng(0).integers(1, 300, 500)

    def order(seed, epoch):
        return np.concatenate(training_batches(sizes, 16, seed, epoch)).tolist()

    assert order(1, 2) == order(1, 2)
    assert len({tuple(order(seed, epoch)) for seed in range(3) for epoch in range(3)}) == 9


def test_pooling_by_length_saves_most_of_the_padding(data):
    sizes = np.array([len(words) for words in data.train.tokens])

    def padding(batches):
        return sum(len(batch) * sizes[batch].max() - sizes[batch].sum() for batch in batches)

    order = np.random.default_rng(0).permutation(len(sizes))
    unsorted = [order[i : i + 16] for i in range(0, len(order), 16)]
    assert padding(training_batches(sizes, 16, 0, 0)) < 0.4 * padding(unsorted)


def test_training_does_not_go_from_short_to_long():
    sizes = np.arange(1, 16 * POOL * 2 + 1)
    means = [sizes[batch].mean() for batch in training_batches(sizes, 16, 0, 0)]
    assert abs(np.corrcoef(means, np.arange(len(means)))[0, 1]) < 0.3


@pytest.mark.parametrize(("longest", "width"), [(1, 25), (25, 25), (26, 50)])
def test_widths_are_rounded_up(longest, width):
    ids, mask = rectangle([[3], [2] * longest], np.array([1, 0]))
    assert ids.shape == (2, width)
    assert mask.sum(axis=1).tolist() == [longest, 1]
