import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_course.tasks.batch import Batch, at_the_end, padding_mask


def make(lengths, features, rng, symbolic):
    lengths = np.array(lengths)
    mask = padding_mask(lengths)
    shape = mask.shape
    inputs = (
        {"symbols": np.where(mask, rng.integers(0, features, shape), -1)}
        if symbolic
        else {"dense": rng.random((*shape, features)) * mask[:, :, np.newaxis]}
    )
    return Batch(lengths, rng.random((*shape, 2)), mask, features, **inputs)


batches = st.builds(
    lambda lengths, features, seed, symbolic: make(lengths, features, np.random.default_rng(seed), symbolic),
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
    st.integers(1, 4),
    st.integers(0, 1000),
    st.booleans(),
)


@given(batches)
def test_inputs_are_one_hot_on_the_sequence_and_zero_in_padding(batch):
    inputs = batch.inputs
    assert inputs.shape == (len(batch), batch.lengths.max(), batch.features)
    assert inputs.dtype == np.float64
    for row, length in enumerate(batch.lengths):
        assert not inputs[row, length:].any()
        if batch.symbols is not None:
            for step in range(length):
                unit = np.zeros(batch.features)
                unit[batch.symbols[row, step]] = 1
                np.testing.assert_array_equal(inputs[row, step], unit)


@given(batches)
def test_mask_has_as_many_steps_as_the_sequence(batch):
    np.testing.assert_array_equal(batch.mask.sum(axis=1), batch.lengths)
    assert (np.diff(batch.mask.astype(int), axis=1) <= 0).all()


@given(batches, st.data())
def test_take_takes_rows_in_the_order_asked_for(batch, data):
    indices = data.draw(st.lists(st.integers(0, len(batch) - 1), min_size=1, max_size=6))
    some = batch.take(indices)
    assert len(some) == len(indices)
    for name in ("lengths", "targets", "scored", "inputs", "mask"):
        np.testing.assert_array_equal(getattr(some, name), getattr(batch, name)[indices])


def test_take_carries_the_optional_arrays_and_knows_masks_and_slices():
    rng = np.random.default_rng(0)
    batch = Batch(
        np.array([1, 1, 1]),
        rng.random((3, 1, 2)),
        np.ones((3, 1), bool),
        4,
        symbols=np.array([[3], [0], [1]]),
        allowed=rng.random((3, 1, 2)) < 0.5,
        clean_targets=rng.random((3, 1, 2)),
    )
    for indices in (np.array([False, True, True]), slice(1, None)):
        some = batch.take(indices)
        np.testing.assert_array_equal(some.allowed, batch.allowed[1:])
        np.testing.assert_array_equal(some.expected, batch.clean_targets[1:])
        np.testing.assert_array_equal(some.symbols, [[0], [1]])


def test_expected_is_the_clean_target_where_there_is_one():
    noisy, clean = np.full((1, 1, 1), 0.7), np.full((1, 1, 1), 0.8)
    fields = (np.array([1]), noisy, np.ones((1, 1), bool), 1, np.array([[0]]))
    assert Batch(*fields).expected is noisy
    assert Batch(*fields, clean_targets=clean).expected is clean


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "got neither"),
        ({"symbols": np.zeros((2, 3), int), "dense": np.zeros((2, 3, 1))}, "got both"),
        ({"symbols": np.zeros((3, 2), int)}, r"symbols of shape \(2, 3\), got \(3, 2\)"),
        ({"dense": np.zeros((2, 3, 2))}, r"dense of shape \(2, 3, 1\), got \(2, 3, 2\)"),
        ({"symbols": np.zeros((2, 3), int), "allowed": np.zeros((2, 3, 2), bool)}, "allowed of shape"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs, message):
    with pytest.raises(ValueError, match=message):
        Batch(np.array([3, 2]), np.zeros((2, 3, 1)), np.zeros((2, 3), bool), 1, **inputs)


def test_at_the_end_scores_the_last_step_only():
    lengths = np.array([2, 4, 1])
    targets, scored = at_the_end(lengths, np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert targets.shape == (3, 4, 2)
    np.testing.assert_array_equal(np.argwhere(scored), [[0, 1], [1, 3], [2, 0]])
    np.testing.assert_array_equal(targets[scored], [[1, 2], [3, 4], [5, 6]])
    assert targets.sum() == 21
