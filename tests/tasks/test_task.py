"""What holds for every task alike."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import TASKS, HeldOut, Stream, Task
from lstm_course.tasks.task import lengths_from
from tests.tasks.helpers import SMALL, perfect, small

everyone = pytest.mark.parametrize("name", TASKS)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15)


def test_small_instances_cover_all():
    assert list(SMALL) == list(TASKS)


@everyone
@few
@given(count=st.integers(1, 6), seed=seeds)
def test_arrays_have_the_promised_shapes_and_types(name, count, seed):
    task = small(name)
    batch = task.draw(count, np.random.default_rng(seed))
    time = batch.lengths.max()
    assert len(batch) == count
    assert batch.targets.shape == (count, time, task.outputs)
    assert batch.scored.shape == batch.mask.shape == (count, time)
    assert batch.inputs.shape == (count, time, task.features)
    assert batch.features == task.features
    assert batch.lengths.dtype == np.int64
    assert batch.targets.dtype == np.float64
    assert batch.scored.dtype == bool
    if batch.symbols is not None:
        assert batch.symbols.dtype == np.int64


@everyone
@few
@given(count=st.integers(1, 6), seed=seeds)
def test_padding_is_empty_and_unscored(name, count, seed):
    batch = small(name).draw(count, np.random.default_rng(seed))
    padding = ~batch.mask
    assert not batch.scored[padding].any()
    assert not batch.targets[~batch.scored].any()
    if batch.symbols is None:
        assert not batch.dense[padding].any()
    else:
        assert (batch.symbols[padding] == -1).all()
        assert ((batch.symbols >= 0) == batch.mask).all()
        assert batch.symbols.max() < batch.features


@everyone
@few
@given(seed=seeds)
def test_equal_generators_give_equal_sequences_and_others_do_not(name, seed):
    def drawn(seed):
        batch = small(name).draw(40, np.random.default_rng(seed))
        return np.concatenate([batch.lengths, batch.inputs.ravel(), batch.targets.ravel()])

    np.testing.assert_array_equal(drawn(seed), drawn(seed))
    assert not np.array_equal(drawn(seed), drawn(seed + 1))


@everyone
@few
@given(count=st.integers(1, 6), seed=seeds)
def test_perfect_outputs_are_right_whatever_stands_elsewhere(name, count, seed):
    task = small(name)
    batch = task.draw(count, np.random.default_rng(seed))
    outputs = perfect(batch)
    outputs[~batch.scored] = np.nan
    right, error = task.right(outputs, batch), task.error(outputs, batch)
    assert right.dtype == bool
    assert right.shape == error.shape == (count,)
    assert right.all()
    if batch.allowed is None:
        np.testing.assert_array_equal(error, 0)
    np.testing.assert_array_equal(task.right(outputs[:1], batch.take([0])), [True])


@pytest.mark.parametrize("name", [name for name in TASKS if hasattr(TASKS[name], "tolerance")])
@few
@given(seed=seeds, sign=st.sampled_from([-1, 1]), data=st.data())
def test_one_output_beyond_the_tolerance_makes_its_sequence_wrong(name, seed, sign, data):
    task = small(name)
    batch = task.draw(5, np.random.default_rng(seed))
    row = data.draw(st.integers(0, 4))
    step = np.flatnonzero(batch.scored[row])[-1]  # the last one counts in all tasks
    output = data.draw(st.integers(0, task.outputs - 1))
    outputs = perfect(batch)
    outputs[row, step, output] += sign * (task.tolerance - 1e-9)
    assert task.right(outputs, batch).all()
    outputs[row, step, output] += sign * 2e-9
    np.testing.assert_array_equal(task.right(outputs, batch), np.arange(5) != row)


@everyone
@few
@given(seed=seeds, data=st.data())
def test_error_grows_by_its_share(name, seed, data):
    task = small(name)
    batch = task.draw(3, np.random.default_rng(seed))
    row, output = data.draw(st.integers(0, 2)), data.draw(st.integers(0, task.outputs - 1))
    steps = np.flatnonzero(batch.scored[row])
    outputs = batch.expected.copy()
    outputs[row, data.draw(st.sampled_from(list(steps))), output] += 0.5
    expected = np.zeros(3)
    expected[row] = 0.5 / (len(steps) * task.outputs)
    np.testing.assert_allclose(task.error(outputs, batch), expected, atol=1e-15)


@everyone
@pytest.mark.parametrize("count", [0, -1, 2.0, True])
def test_bad_counts_are_refused(name, count):
    with pytest.raises(ValueError, match="count to be a whole number of at least 1, got"):
        small(name).draw(count, np.random.default_rng(0))


@everyone
def test_bad_sizes_are_refused(name):
    for field in fields(TASKS[name]()):
        if field.name != "windows":
            with pytest.raises(ValueError, match=rf"{field.name}.* got "):
                TASKS[name](**{field.name: 0})
            with pytest.raises(ValueError, match=rf"{field.name}.* got "):
                TASKS[name](**{field.name: 99.5})


@everyone
def test_a_task_is_its_sizes(name):
    task = TASKS[name]()
    assert isinstance(task, Task)
    assert task == TASKS[name]()
    assert task != small(name)
    with pytest.raises(FrozenInstanceError):
        task.length = 7


@everyone
def test_success_is_a_criterion_and_the_baseline_a_number(name):
    task = TASKS[name]()
    assert isinstance(task.success, Stream | HeldOut)
    assert task.baseline_measure in ("mean squared error", "accuracy", "cross-entropy")
    assert type(task.baseline) is float
    assert 0 <= task.baseline < 1


PAPER = {
    "reber": HeldOut(512),
    "lags-noise-free": HeldOut(10_000),
    "lags-random-filler": HeldOut(10_000),
    "lags-long": Stream(10_000),
    "two-sequence": HeldOut(256, 0, 0.01),
    "two-sequence-noisy": HeldOut(256, 5, 0.04),
    "two-sequence-noisy-targets": HeldOut(256, 0, 0.015),
    "adding": Stream(2000, 0, 0.01),
    "multiplication": Stream(2000, 12),
    "temporal-order": Stream(2000, 0, 0.1),
    "temporal-order-3": Stream(2000, 0, 0.1),
    "continual-reber": HeldOut(10),
    "copy": HeldOut(256),
    "pascanu-order": HeldOut(10_000, 99),
    "random-permutation": HeldOut(10_000, 99),
}
UNITS = {  # inputs and outputs
    "reber": (7, 7),
    "lags-noise-free": (101, 101),
    "lags-random-filler": (101, 101),
    "lags-long": (54, 2),
    "two-sequence": (1, 1),
    "two-sequence-noisy": (1, 1),
    "two-sequence-noisy-targets": (1, 1),
    "adding": (2, 1),
    "multiplication": (2, 1),
    "temporal-order": (8, 4),
    "temporal-order-3": (8, 8),
    "continual-reber": (7, 7),
    "copy": (10, 9),
    "pascanu-order": (6, 4),
    "random-permutation": (100, 100),
}
TOLERANCES = {
    "lags-noise-free": 0.25,
    "lags-random-filler": 0.25,
    "lags-long": 0.2,
    "two-sequence": 0.2,
    "two-sequence-noisy": 0.2,
    "two-sequence-noisy-targets": 0.1,
    "adding": 0.04,
    "multiplication": 0.04,
    "temporal-order": 0.3,
    "temporal-order-3": 0.3,
}


@everyone
def test_figures_are_the_papers(name):
    task = TASKS[name]()
    assert task.success == PAPER[name]
    assert (task.features, task.outputs) == UNITS[name]
    assert getattr(task, "tolerance", None) == TOLERANCES.get(name)


def test_lengths_reach_both_ends():
    lengths = lengths_from(50, 2000, np.random.default_rng(0))
    np.testing.assert_array_equal(np.unique(lengths), np.arange(50, 56))
    assert np.bincount(lengths - 50).min() > 250
