"""The compiled network of 1997 against the readable one, sequence by sequence and weight by weight."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_course.compiled.lstm_1997 import learn_stream
from lstm_course.recurrent.lstm_1997 import Weights1997, run_1997, truncated_gradient
from lstm_course.tasks.batch import Batch
from tests.recurrent.test_lstm_1997 import DESIGNS

RATE = 0.7


def batch_for(design, symbols, at_end, count=4, time=9):
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, time + 1, count)
    lengths[0] = time
    inside = np.arange(time) < lengths[:, None]
    scored = inside & (np.arange(time) == lengths[:, None] - 1 if at_end else rng.random((count, time)) < 0.6)
    given = {"symbols": np.where(inside, rng.integers(0, design.features, (count, time)), -1)}
    if not symbols:
        given = {"dense": rng.standard_normal((count, time, design.features)) * inside[:, :, None]}
    targets = rng.uniform(size=(count, time, design.outputs)) * scored[:, :, None]
    return Batch(lengths, targets, scored, design.features, **given)


def copies(weights):
    return Weights1997(*(array.copy() for array in weights))


def learn_readably(batch, weights, design):
    outputs = np.zeros_like(batch.targets)
    for n, steps in enumerate(batch.lengths):
        trace = run_1997(batch.inputs[n, :steps], weights, design)
        outputs[n, :steps] = trace.outputs * batch.scored[n, :steps, None]
        gradient = truncated_gradient(
            trace, batch.targets[n, :steps], batch.scored[n, :steps], weights, design
        )
        for array, part in zip(weights, gradient, strict=True):
            array -= RATE * part
    return outputs


@pytest.mark.parametrize("symbols", [False, True], ids=["dense", "symbols"])
@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_learning_after_each_sequence_is_the_readable_networks(design, symbols):
    batch = batch_for(design, symbols, at_end=False)
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    readable = copies(weights)
    outputs = learn_stream(batch, weights, design, RATE)
    np.testing.assert_allclose(outputs, learn_readably(batch, readable, design), rtol=0, atol=1e-13)
    for found, expected in zip(weights, readable, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("symbols", [False, True], ids=["dense", "symbols"])
@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_with_one_target_at_the_end_each_step_and_each_sequence_are_the_same(design, symbols):
    batch = batch_for(design, symbols, at_end=True)
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    by_step = copies(weights)
    outputs = learn_stream(batch, weights, design, RATE)
    np.testing.assert_allclose(
        learn_stream(batch, by_step, design, RATE, every_step=True), outputs, rtol=0, atol=1e-13
    )
    for found, expected in zip(by_step, weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_a_small_rate_makes_steps_and_sequences_agree(design):
    # Traces carried forwards and errors carried backwards are one gradient; only the moment differs.
    batch = batch_for(design, symbols=False, at_end=False, count=1)
    start = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    by_step, by_sequence, rate = copies(start), copies(start), 1e-8
    learn_stream(batch, by_step, design, rate, every_step=True)
    learn_stream(batch, by_sequence, design, rate)
    for found, expected, before in zip(by_step, by_sequence, start, strict=True):
        np.testing.assert_allclose((found - before) / rate, (expected - before) / rate, rtol=0, atol=1e-5)


def test_a_large_rate_tells_them_apart():
    design = DESIGNS["plain"]
    batch = batch_for(design, symbols=False, at_end=False)
    by_step = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    by_sequence = copies(by_step)
    learn_stream(batch, by_step, design, RATE, every_step=True)
    learn_stream(batch, by_sequence, design, RATE)
    assert np.abs(by_step.output_kernel - by_sequence.output_kernel).max() > 1e-3


def test_rate_0_only_looks():
    design = DESIGNS["plain"]
    batch = batch_for(design, symbols=True, at_end=False)
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    before = copies(weights)
    outputs = learn_stream(batch, weights, design, 0.0, every_step=True)
    assert outputs[batch.scored].min() > 0
    for found, expected in zip(weights, before, strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("symbols", [False, True], ids=["dense", "symbols"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"features": 2}, r"kernel of shape \(2, \d+\) for this design, got \(3, \d+\)"),
        ({"outputs": 5}, r"output_kernel of shape \(\d+, 5\) for this design"),
    ],
    ids=["features", "outputs"],
)
def test_weights_of_another_design_are_refused_before_anything_is_written(symbols, wrong, message):
    design = DESIGNS["plain"]
    batch = batch_for(design, symbols, at_end=False)
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    before = copies(weights)
    with pytest.raises(ValueError, match=message):
        learn_stream(batch, weights, replace(design, **wrong), RATE)
    assert all((a == b).all() for a, b in zip(weights, before, strict=True))


@pytest.mark.parametrize("symbols", [False, True], ids=["dense", "symbols"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"features": 2}, r"from 0 to 1, the design's inputs|expected 2 inputs, got 3"),
        ({"outputs": 5}, "5 outputs"),
    ],
    ids=["features", "outputs"],
)
def test_a_stream_for_another_design_is_refused(symbols, wrong, message):
    batch, other = batch_for(DESIGNS["plain"], symbols, at_end=False), replace(DESIGNS["plain"], **wrong)
    weights = Weights1997.initialize(other, np.random.default_rng(6), 1.0)
    with pytest.raises(ValueError, match=message):
        learn_stream(batch, weights, other, RATE)


@pytest.mark.parametrize("lengths", [[9, 10, 3, 4], [9, -1, 3, 4], [-1, 10, 3, 4]])
def test_lengths_outside_the_steps_are_refused(lengths):
    design = DESIGNS["plain"]
    batch = batch_for(design, True, at_end=False)
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    message = f"lengths from 0 to 9, the steps of the targets, got {min(lengths)} to {max(lengths)}"
    with pytest.raises(ValueError, match=message):
        learn_stream(replace(batch, lengths=np.array(lengths)), weights, design, RATE)


def test_no_sequences_are_nothing_to_learn_from():
    design = DESIGNS["plain"]
    weights = Weights1997.initialize(design, np.random.default_rng(6), 1.0)
    before = copies(weights)
    none = batch_for(design, True, at_end=False).take(slice(0, 0))
    assert learn_stream(none, weights, design, RATE).shape == (0, 9, design.outputs)
    assert all((a == b).all() for a, b in zip(weights, before, strict=True))
