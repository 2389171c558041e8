import itertools

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.recurrent import LSTMParameters, lstm_backward, lstm_forward
from lstm_course.sentiment.saliency import integrated_gradients, leave_one_out


@pytest.fixture
def lstm_score():
    """An LSTM of 5 units with a linear readout, in float64."""
    rng = np.random.default_rng(0)
    parameters = LSTMParameters.initialize(3, 5, rng)
    readout = 3 * rng.standard_normal((5, 1))

    def score(x):
        _, (h, _), cache = lstm_forward(x, parameters)
        d_x, *_ = lstm_backward(None, np.repeat(readout.T, len(x), axis=0), None, cache)
        return (h @ readout)[:, 0], d_x

    return score


@pytest.fixture
def sentence():
    return 2 * np.random.default_rng(1).standard_normal((7, 3))


def test_a_linear_score_needs_one_step_only(sentence):
    weights = np.random.default_rng(2).standard_normal((7, 3))

    def linear(x):
        return (x * weights).sum(axis=(1, 2)), np.broadcast_to(weights, x.shape)

    baseline = np.full(3, 0.5)
    expected = weights * (sentence - baseline)
    np.testing.assert_allclose(integrated_gradients(linear, sentence, baseline, steps=1), expected)
    np.testing.assert_allclose(leave_one_out(linear, sentence, baseline), expected.sum(axis=1))


def test_completeness_of_an_lstm_and_the_order_of_its_error(lstm_score, sentence):
    baseline = np.array([0.1, -0.2, 0.3])
    (there,), _ = lstm_score(sentence[None])
    (here,), _ = lstm_score(np.broadcast_to(baseline, sentence.shape)[None])
    errors = [
        abs(integrated_gradients(lstm_score, sentence, baseline, steps).sum() - (there - here))
        for steps in (32, 64, 128)
    ]
    assert errors[-1] < 1e-3 * abs(there - here)
    for coarse, fine in itertools.pairwise(errors):
        assert 3.5 < coarse / fine < 4.5  # the midpoint rule: half the step, a quarter of the error


def test_a_step_at_its_baseline_gets_nothing(lstm_score, sentence):
    sentence[4] = 0.25
    assert not integrated_gradients(lstm_score, sentence, np.full(3, 0.25))[4].any()
    assert leave_one_out(lstm_score, sentence, np.full(3, 0.25))[4] == pytest.approx(0, abs=1e-12)


def test_an_input_without_influence_gets_nothing_and_the_others_do(sentence):
    def last_step(x):
        gradient = np.zeros_like(x)
        gradient[:, -1] = np.cos(x[:, -1])
        return np.sin(x[:, -1]).sum(axis=1), gradient

    attributions = integrated_gradients(last_step, sentence, np.zeros(3), steps=400)
    assert not attributions[:-1].any()
    np.testing.assert_allclose(attributions[-1], np.sin(sentence[-1]), atol=1e-4)


def test_leaving_out_compares_with_the_shorter_sequence(lstm_score, sentence):
    differences = leave_one_out(lstm_score, sentence)
    (whole,), _ = lstm_score(sentence[None])
    (without_third,), _ = lstm_score(np.delete(sentence, 2, axis=0)[None])
    assert differences.shape == (7,)
    assert differences[2] == pytest.approx(whole - without_third)
    replaced = leave_one_out(lstm_score, sentence, np.zeros(3))
    assert not np.allclose(differences, replaced)  # deleting a step is not the same as blanking it


def test_neither_changes_its_input(lstm_score, sentence):
    before = sentence.copy()
    integrated_gradients(lstm_score, sentence, np.zeros(3))
    leave_one_out(lstm_score, sentence, np.zeros(3))
    np.testing.assert_array_equal(sentence, before)


def test_what_does_not_fit_is_refused(lstm_score, sentence):
    with pytest.raises(InputError, match="one input"):
        integrated_gradients(lstm_score, sentence[None], np.zeros(3))
    with pytest.raises(InputError, match="broadcasts"):
        integrated_gradients(lstm_score, sentence, np.zeros(4))
    with pytest.raises(InputError, match="at least one step"):
        integrated_gradients(lstm_score, sentence, np.zeros(3), steps=0)
    with pytest.raises(InputError, match="at least two steps"):
        leave_one_out(lstm_score, sentence[:1])
