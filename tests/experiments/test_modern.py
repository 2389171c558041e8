from dataclasses import replace

import numpy as np
import pytest

from lstm_course.experiments.late import WINDOW
from lstm_course.experiments.learners import make_learner
from lstm_course.experiments.modern import ALONE_RATE
from lstm_course.experiments.rows import choose
from lstm_course.recurrent import gate_slot
from lstm_course.recurrent.activations import sigmoid
from lstm_course.tasks import LagsNoiseFree, TemporalOrder
from lstm_course.tasks.batch import Batch

(ORDER,) = choose("temporal-order", {})
ROW = replace(ORDER, task=TemporalOrder(shortest=12, longest=14, windows=((2, 3), (6, 7))), units=5)
(NOISE_FREE,) = choose("lags-noise-free", {})
LATE = replace(NOISE_FREE, task=LagsNoiseFree(6), units=5, batch_size=32)
ROWS = {"today": ROW, "rnn": ROW, "late": LATE}
learners = pytest.mark.parametrize("kind", ["today", "rnn", "late"])


def make(kind):
    """A network of the track, or one of today whose LSTM has joined in late."""
    if kind != "late":
        return make_learner(kind, ROW, np.random.default_rng(1))
    learner = make_learner("today", LATE, np.random.default_rng(1))
    learner.joined = True
    return learner


def dense(batch):
    return Batch(batch.lengths, batch.targets, batch.scored, batch.features, dense=batch.inputs)


@learners
def test_symbols_and_their_vectors_are_the_same_input(kind):
    batch = ROWS[kind].task.draw(70, np.random.default_rng(0))  # three mini-batches, the last a small one
    one, other = make(kind), make(kind)
    np.testing.assert_allclose(one.learn(batch), other.learn(dense(batch)), rtol=0, atol=1e-5)
    for mine, yours in zip(one.arrays, other.arrays, strict=True):
        np.testing.assert_allclose(mine, yours, rtol=0, atol=1e-4)


@learners
def test_the_gradient_is_that_of_the_cross_entropy(kind):
    batch = ROWS[kind].task.draw(6, np.random.default_rng(0))
    learner = make(kind)
    for place, array in enumerate(learner.arrays):
        learner.arrays[place] = array.astype(np.float64)
    caught = []
    learner.optimizer.update = lambda arrays, gradients: caught.extend(gradients)
    learner.learn(dense(batch))

    def loss():
        p = learner.look(dense(batch))[batch.scored]
        t = batch.targets[batch.scored]
        return -(t * np.log(p) + (1 - t) * np.log1p(-p)).sum() / len(batch)

    rng, step = np.random.default_rng(2), 1e-4
    for array, gradient in zip(learner.arrays, caught, strict=True):
        for _ in range(4):
            place = tuple(rng.integers(0, size) for size in array.shape)
            kept, sides = array[place], []
            for moved in (kept + step, kept - step):
                array[place] = moved
                sides.append(loss())
            array[place] = kept
            assert gradient[place] == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-2, abs=1e-4)


@learners
def test_looking_changes_nothing_and_learning_does(kind):
    batch = ROWS[kind].task.draw(40, np.random.default_rng(0))
    learner = make(kind)
    before = [array.copy() for array in learner.arrays]
    looked = learner.look(batch)
    assert all((a == b).all() for a, b in zip(learner.arrays, before, strict=True))
    learned = learner.learn(batch)
    np.testing.assert_array_equal(looked[:32], learned[:32])  # the first mini-batch, before its update
    assert all((a != b).any() for a, b in zip(learner.arrays, before, strict=True))


def test_the_gates_start_by_keeping_for_up_to_the_longest_sequence():
    learner = make_learner("today", replace(ROW, units=500), np.random.default_rng(1))
    bias = learner.arrays[2].astype(float)
    forget, write = bias[gate_slot("f", 500)], bias[gate_slot("i", 500)]
    np.testing.assert_array_equal(write, -forget)
    constants = 1 / (1 - sigmoid(forget)) - 1  # u of equation (2)
    assert 1 <= constants.min() < 1.5
    assert 12.5 < constants.max() <= 13.01


def test_the_direct_connections_learn_alone_until_their_error_has_stopped_falling():
    rng, units = np.random.default_rng(0), LATE.units
    learner = make_learner("today", LATE, np.random.default_rng(1))
    before = [array.copy() for array in learner.arrays]
    for _ in range(2 * WINDOW // 64 - 1):
        learner.learn(LATE.task.draw(64, rng))
    *memory, output_kernel, output_bias = learner.arrays
    assert not learner.joined
    assert all((a == b).all() for a, b in zip(memory, before, strict=False))
    assert (output_kernel[:units] == before[-2][:units]).all()
    assert (output_kernel[units:] != before[-2][units:]).any()
    assert (output_bias != before[-1]).all()

    for _ in range(100):  # nothing but the last symbol is left to learn
        learner.learn(LATE.task.draw(64, rng))
        if learner.joined:
            break
    assert learner.joined
    held = [array.copy() for array in learner.arrays]
    learner.learn(LATE.task.draw(64, rng))
    assert all((a != b).any() for a, b in zip(learner.arrays, held, strict=True))


@pytest.mark.parametrize(("track", "rate"), [("today", 0.02), ("rnn", 0.001)])
def test_the_first_step_is_as_long_as_the_learning_rate(track, rate):
    """Adam's first step moves each weight by its rate, whatever the gradient; a row sets the LSTM's."""
    batch = ROW.task.draw(30, np.random.default_rng(0))
    learner = make_learner(track, replace(ROW, adam_rate=0.02), np.random.default_rng(1))
    before = learner.arrays[-1].copy()
    learner.learn(batch)
    np.testing.assert_allclose(np.abs(learner.arrays[-1] - before), rate, rtol=1e-3)


@pytest.mark.parametrize(
    ("row", "spent", "rate"),
    [(ROW, 0.0, 0.02), (ROW, 0.5, 0.005), (ROW, 0.9, 0.0002), (LATE, 0.9, ALONE_RATE)],
    ids=["beginning", "half", "near the end", "direct connections alone"],
)
def test_a_rate_that_falls_is_the_square_of_the_budget_left(row, spent, rate):
    batch = row.task.draw(30, np.random.default_rng(0))
    falling = replace(row, adam_rate=0.02, rate_falls=True)
    learner = make_learner("today", falling, np.random.default_rng(1))
    learner.seen = round(spent * row.budget)
    before = learner.arrays[-1].copy()
    learner.learn(batch)
    np.testing.assert_allclose(np.abs(learner.arrays[-1] - before), rate, rtol=1e-3)
