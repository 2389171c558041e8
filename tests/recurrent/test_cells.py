"""One step of each cell: by hand, against finite differences, and without touching its arguments."""

import numpy as np
import pytest

from lstm_course.recurrent import (
    GRUParameters,
    LSTMParameters,
    SimpleRNNParameters,
    gradient_check,
    gru_step,
    gru_step_backward,
    lstm_step,
    lstm_step_backward,
    rnn_step,
    rnn_step_backward,
)
from tests.recurrent.helpers import KINDS, SHAPES, random_parameters


def test_lstm_step_by_hand():
    """Pre-activations log 3, −log 3, 1, log 3 give gates 3/4, 1/4, tanh 1 and 3/4."""
    odds = np.log(3.0)
    parameters = LSTMParameters(
        kernel=np.array([[odds, -odds, 1.0, 0.0]]),
        recurrent_kernel=np.array([[0.0, 0.0, 0.0, odds]]),
        bias=np.zeros(4),
    )
    h_t, c_t, _ = lstm_step(np.array([[1.0]]), np.array([[1.0]]), np.array([[0.8]]), parameters)
    c_expected = 0.25 * 0.8 + 0.75 * np.tanh(1.0)
    np.testing.assert_allclose(c_t, [[c_expected]])
    np.testing.assert_allclose(h_t, [[0.75 * np.tanh(c_expected)]])


def test_lstm_second_step_uses_both_states_of_the_first():
    parameters = LSTMParameters(np.zeros((1, 4)), np.array([[0.0, 0.0, 2.0, 0.0]]), np.zeros(4))
    x = np.zeros((1, 1))
    h_1, c_1, _ = lstm_step(x, np.zeros((1, 1)), np.ones((1, 1)), parameters)
    h_2, c_2, _ = lstm_step(x, h_1, c_1, parameters)
    h_1_expected = 0.5 * np.tanh(0.5)
    c_2_expected = 0.5 * 0.5 + 0.5 * np.tanh(2 * h_1_expected)
    np.testing.assert_allclose([h_1.item(), c_2.item()], [h_1_expected, c_2_expected])
    np.testing.assert_allclose(h_2, 0.5 * np.tanh(c_2_expected))


@pytest.mark.parametrize(("reset_after", "candidate"), [(True, 0.25 * (0.5 + 0.3)), (False, 0.25 * 0.5)])
def test_gru_step_by_hand(reset_after, candidate):
    """With r = 1/4 and u = 3/4, and a recurrent bias that only the one variant has."""
    odds = np.log(3.0)
    bias = np.array([[0, 0, 0], [0, 0, 0.3]]) if reset_after else np.zeros(3)
    parameters = GRUParameters(
        np.array([[odds, -odds, 0.0]]), np.array([[0.0, 0.0, 1.0]]), bias, reset_after=reset_after
    )
    h_t, _ = gru_step(np.array([[1.0]]), np.array([[0.5]]), parameters)
    np.testing.assert_allclose(h_t, [[0.75 * 0.5 + 0.25 * np.tanh(candidate)]])


def test_rnn_two_steps_by_hand():
    parameters = SimpleRNNParameters(np.array([[0.5]]), np.array([[-1.0]]), np.array([0.1]))
    h_1, _ = rnn_step(np.array([[2.0]]), np.zeros((1, 1)), parameters)
    h_2, _ = rnn_step(np.array([[0.0]]), h_1, parameters)
    np.testing.assert_allclose(h_1, np.tanh(1.1))
    np.testing.assert_allclose(h_2, np.tanh(0.1 - np.tanh(1.1)))


def run_step(kind, x_t, states, parameters, **options):
    """Run any cell; return its states and its cache."""
    if kind == "lstm":
        h_t, c_t, cache = lstm_step(x_t, *states, parameters, **options)
        return [h_t, c_t], cache
    step = rnn_step if kind == "rnn" else gru_step
    h_t, cache = step(x_t, *states, parameters, **options)
    return [h_t], cache


BACKWARD = {"rnn": rnn_step_backward, "gru": gru_step_backward, "gru before": gru_step_backward}


def run_step_backward(kind, d_states, cache):
    """Return the gradients of x, of the states and of the weights as one list."""
    d_x, *d_states, d_parameters = (
        lstm_step_backward(*d_states, cache) if kind == "lstm" else BACKWARD[kind](*d_states, cache)
    )
    return [d_x, *d_states, *d_parameters.arrays()]


@pytest.mark.parametrize("activations", [{}, {"activation": "sigmoid"}, {"activation": "linear"}])
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_step_gradients(kind, shape, use_bias, activations):
    batch, _, features, units = shape
    cell, options = KINDS[kind]
    parameters = random_parameters(cell, features, units, use_bias=use_bias, **options)
    rng = np.random.default_rng(1)
    x_t = rng.standard_normal((batch, features))
    states = [rng.standard_normal((batch, units)) for _ in range(2 if kind == "lstm" else 1)]
    d_states = [rng.standard_normal((batch, units)) for _ in states]

    def loss():
        found, _ = run_step(kind, x_t, states, parameters, **activations)
        return float(sum((d * state).sum() for d, state in zip(d_states, found, strict=True)))

    names = [*["x", "h", "c"][: 1 + len(states)], "kernel", "recurrent_kernel", "bias"]
    arrays = [x_t, *states, *parameters.arrays()]
    _, cache = run_step(kind, x_t, states, parameters, **activations)
    gradients = run_step_backward(kind, d_states, cache)
    report = gradient_check(
        loss, dict(zip(names, arrays, strict=False)), dict(zip(names, gradients, strict=False))
    )
    assert report.passed, report


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_left_alone(kind):
    cell, options = KINDS[kind]
    parameters = random_parameters(cell, 2, 3, **options)
    rng = np.random.default_rng(1)
    arrays = [rng.standard_normal((2, 2)), *(rng.standard_normal((2, 3)) for _ in range(4))]
    states = arrays[1:3] if kind == "lstm" else arrays[1:2]
    d_states = arrays[3:] if kind == "lstm" else arrays[3:4]
    before = [array.copy() for array in arrays + parameters.arrays()]
    _, cache = run_step(kind, arrays[0], states, parameters)
    run_step_backward(kind, d_states, cache)
    for array, copy in zip(arrays + parameters.arrays(), before, strict=True):
        np.testing.assert_array_equal(array, copy)
