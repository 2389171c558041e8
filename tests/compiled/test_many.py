"""Many networks in one call are each what they are alone."""

import numpy as np
import pytest

from lstm_course import recurrent
from lstm_course.compiled import ManyParameters, lstm_backward_many, lstm_forward_many, shares
from tests.compiled.helpers import draw


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_each_network_is_what_it_is_alone(threads, masked, use_bias, monkeypatch):
    monkeypatch.setattr(shares, "thread_count", lambda: threads)
    monkeypatch.setattr(shares, "WORTH_A_THREAD", 1)
    problems = [draw("lstm", (3, 5, 2, 4), seed=n, masked=masked, use_bias=use_bias) for n in range(5)]
    stacked = {name: np.stack([p[2][name] for p in problems]) for name in problems[0][2]}
    x, d_outputs = (np.stack([p[i] for p in problems]) for i in (1, 3))
    d_states = np.stack([p[4] for p in problems], axis=1)
    parameters = ManyParameters.stack([p[0] for p in problems])
    outputs, finals, cache = lstm_forward_many(x, parameters, **stacked)
    x_before, x[:] = x.copy(), np.nan  # the cache is not the caller's
    d_x, d_h_0, d_c_0, d_parameters = lstm_backward_many(d_outputs, *d_states, cache)
    for n, (alone, _, options, d_out, d_finals) in enumerate(problems):
        expected, states, alone_cache = recurrent.lstm_forward(x_before[n], alone, **options)
        *d_first, d_alone = recurrent.lstm_backward(d_out, *d_finals, alone_cache)
        found = [outputs[n], *(s[n] for s in finals), d_x[n], d_h_0[n], d_c_0[n]]
        found += d_parameters.network(n).arrays()
        for one, other in zip(found, [expected, *states, *d_first, *d_alone.arrays()], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_the_cache_of_single_sequences_is_not_the_callers():
    """With a batch of one the inputs need no other order, but a copy all the same."""
    parameters, x, _, d_outputs, _ = draw("lstm", (1, 5, 2, 4))
    *_, cache = lstm_forward_many(x[None], ManyParameters.stack([parameters]))
    *_, alone = recurrent.lstm_forward(x, parameters)
    x[:] = np.nan
    found = lstm_backward_many(d_outputs[None], None, None, cache)[3].network(0)
    expected = recurrent.lstm_backward(d_outputs, None, None, alone)[3]
    np.testing.assert_allclose(found.kernel, expected.kernel, atol=1e-12)


def test_missing_gradients_are_zero():
    parameters, x, *_, d_states = draw("lstm", (3, 5, 2, 4))
    *_, cache = lstm_forward_many(x[None], ManyParameters.stack([parameters]))
    found = lstm_backward_many(None, d_states[0][None], None, cache)
    *_, alone = recurrent.lstm_forward(x, parameters)
    expected = recurrent.lstm_backward(None, d_states[0], None, alone)
    np.testing.assert_allclose(found[0][0], expected[0], atol=1e-13)
    np.testing.assert_allclose(found[3].network(0).kernel, expected[3].kernel, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((2, 3, 4, 5))}, r"x of shape \(2, batch, time, 3\) .*, got \(2, 3, 4, 5\)"),
        ({"x": np.zeros((3, 4, 3))}, r"got \(3, 4, 3\)"),
        ({"h_0": np.zeros((2, 4))}, r"h_0 of shape \(2, 6, 4\), got \(2, 4\)"),
        ({"mask": np.ones((2, 5, 6), bool)}, r"mask of shape \(2, 6, 5\), got \(2, 5, 6\)"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    parameters = ManyParameters.stack([draw("lstm", (6, 5, 3, 4), seed=n)[0] for n in range(2)])
    with pytest.raises(ValueError, match=message):
        lstm_forward_many(**{"x": np.zeros((2, 6, 5, 3)), "parameters": parameters, **arguments})


def test_no_networks_are_refused():
    with pytest.raises(ValueError, match="at least one network, got none"):
        ManyParameters.stack([])


def test_weights_of_half_precision_are_refused_by_name():
    parameters = ManyParameters.stack([draw("lstm", (2, 3, 2, 2), np.float16)[0]])
    with pytest.raises(ValueError, match="float32 or float64, got float16"):
        lstm_forward_many(np.zeros((1, 2, 3, 2)), parameters)


def test_weights_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"expected recurrent_kernel|expected kernel"):
        ManyParameters(np.zeros((2, 3, 8)), np.zeros((2, 3, 8)), None)
