"""Whole sequences: equal to a loop of steps, gradients right under every mask, nothing tiny left over."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.recurrent import (
    gradient_check,
    gru_backward,
    gru_forward,
    lstm_backward,
    lstm_forward,
    rnn_backward,
    rnn_forward,
    sequence,
)
from tests.recurrent.helpers import KINDS, SHAPES, random_mask, random_parameters
from tests.recurrent.test_cells import run_step, run_step_backward


def forward(kind, x, parameters, states=None, **options):
    """Run any sequence function; return outputs, list of final states, cache."""
    states = states or [None, None]
    if kind == "lstm":
        return lstm_forward(x, parameters, h_0=states[0], c_0=states[1], **options)
    run = rnn_forward if kind == "rnn" else gru_forward
    outputs, h_T, cache = run(x, parameters, h_0=states[0], **options)
    return outputs, [h_T], cache


def backward(kind, d_outputs, d_states, cache):
    """Return the gradients of x, of the initial states and of the weights as one list."""
    run = {"lstm": lstm_backward, "rnn": rnn_backward}.get(kind, gru_backward)
    *d_first, d_parameters = run(d_outputs, *d_states, cache)
    return [*d_first, *d_parameters.arrays()]


def problem(kind, shape, seed=0, use_bias=True):
    """Return parameters, x, initial states and gradients at the outputs and the final states."""
    batch, time, features, units = shape
    cell, options = KINDS[kind]
    rng = np.random.default_rng(seed)
    count = 2 if kind == "lstm" else 1
    return (
        random_parameters(cell, features, units, seed, use_bias, **options),
        rng.standard_normal((batch, time, features)),
        [rng.standard_normal((batch, units)) for _ in range(count)],
        rng.standard_normal((batch, time, units)),
        [rng.standard_normal((batch, units)) for _ in range(count)],
    )


def looped(kind, x, states, parameters, mask, go_backwards, d_outputs, d_states, **options):
    """The definition: one step after the other, a masked row carrying its states both ways."""
    order = list(range(x.shape[1]))[:: -1 if go_backwards else 1]
    outputs, caches = [], []
    for t in order:
        stepped, cache = run_step(kind, x[:, t], states, parameters, **options)
        states = [np.where(mask[:, [t]], new, old) for new, old in zip(stepped, states, strict=True)]
        outputs.append(states[0])
        caches.append(cache)
    totals, d_x = None, np.empty_like(x)
    d_states = [d.copy() for d in d_states]
    for position, t in reversed(list(enumerate(order))):
        d_states[0] = d_states[0] + d_outputs[:, position]
        used = [d * mask[:, [t]] for d in d_states]
        passed = [d * ~mask[:, [t]] for d in d_states]
        d_x[:, t], *rest = run_step_backward(kind, used, caches[position])
        d_states = [new + old for new, old in zip(rest[: len(d_states)], passed, strict=True)]
        shares = rest[len(d_states) :]
        totals = shares if totals is None else [a + b for a, b in zip(totals, shares, strict=True)]
    return np.stack(outputs, axis=1), states, [d_x, *d_states, *totals]


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_sequence_equals_a_loop_of_steps(kind, shape, masked, go_backwards):
    parameters, x, states, d_outputs, d_states = problem(kind, shape)
    mask = random_mask(*shape[:2]) if masked else np.ones(shape[:2], bool)
    outputs, finals, gradients = looped(kind, x, states, parameters, mask, go_backwards, d_outputs, d_states)
    found, found_finals, cache = forward(
        kind, x, parameters, states, mask=mask if masked else None, go_backwards=go_backwards
    )
    np.testing.assert_allclose(found, outputs, atol=1e-13)
    for one, other in zip(found_finals, finals, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-13)
    for one, other in zip(backward(kind, d_outputs, d_states, cache), gradients, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    shape=st.tuples(*[st.integers(1, 5)] * 4),
    seed=st.integers(0, 1000),
    activation=st.sampled_from(["tanh", "sigmoid", "linear", "hard_sigmoid"]),
)
def test_sequence_equals_a_loop_for_any_shape_and_activation(kind, shape, seed, activation):
    parameters, x, states, d_outputs, d_states = problem(kind, shape, seed)
    mask = random_mask(*shape[:2], seed)
    options = {"activation": activation}
    outputs, _, gradients = looped(kind, x, states, parameters, mask, False, d_outputs, d_states, **options)
    found, _, cache = forward(kind, x, parameters, states, mask=mask, **options)
    np.testing.assert_allclose(found, outputs, rtol=1e-9, atol=1e-11)
    for one, other in zip(backward(kind, d_outputs, d_states, cache), gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", [(2, 4, 3, 2), (1, 1, 2, 3)])
@pytest.mark.parametrize("kind", KINDS)
def test_sequence_gradients(kind, shape, masked, use_bias):
    parameters, x, states, d_outputs, d_states = problem(kind, shape, use_bias=use_bias)
    mask = random_mask(*shape[:2]) if masked else None

    def loss():
        outputs, finals, _ = forward(kind, x, parameters, states, mask=mask)
        return float((d_outputs * outputs).sum()) + sum(
            float((d * state).sum()) for d, state in zip(d_states, finals, strict=True)
        )

    _, _, cache = forward(kind, x, parameters, states, mask=mask)
    names = ["x", *["h_0", "c_0"][: len(states)], "kernel", "recurrent_kernel", "bias"]
    report = gradient_check(
        loss,
        dict(zip(names, [x, *states, *parameters.arrays()], strict=False)),
        dict(zip(names, backward(kind, d_outputs, d_states, cache), strict=False)),
    )
    assert report.passed, report


@pytest.mark.parametrize("shape", [(3, 4, 2, 5), (1, 4, 2, 5), (3, 1, 2, 5)])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_mutated_and_backward_repeats(kind, shape):
    parameters, x, states, d_outputs, d_states = problem(kind, shape)
    mask = random_mask(*shape[:2])
    arrays = [x, *states, d_outputs, *d_states, mask, *parameters.arrays()]
    before = [array.copy() for array in arrays]
    outputs, _, cache = forward(kind, x, parameters, states, mask=mask)
    first = backward(kind, d_outputs, d_states, cache)
    outputs[:] = np.nan  # the outputs are the caller's: spoiling them must not spoil the cache
    second = backward(kind, d_outputs, d_states, cache)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_gradients_are_zero(kind):
    parameters, x, states, d_outputs, d_states = problem(kind, (2, 3, 2, 3))
    _, _, cache = forward(kind, x, parameters, states)
    nothing = [np.zeros_like(d) for d in d_states]
    for one, other in zip(
        backward(kind, None, d_states, cache),
        backward(kind, np.zeros_like(d_outputs), d_states, cache),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(
        backward(kind, d_outputs, [None] * len(d_states), cache),
        backward(kind, d_outputs, nothing, cache),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def subnormal_share(array):
    tiny = np.finfo(array.dtype).tiny
    return float(((array != 0) & (np.abs(array) < tiny)).mean())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_vanishing_gradients_end_as_zeros_not_as_subnormals(dtype, monkeypatch):
    rng = np.random.default_rng(0)
    cell, _ = KINDS["lstm"]
    parameters = cell.from_arrays(
        [(0.05 * rng.standard_normal(s)).astype(dtype) for s in ((3, 32), (8, 32), (32,))]
    )
    time = 1500 if dtype is np.float64 else 250
    x = rng.standard_normal((2, time, 3)).astype(dtype)
    d_h_T = np.ones((2, 8), dtype)
    _, _, cache = lstm_forward(x, parameters)
    d_x, *_ = lstm_backward(None, d_h_T, None, cache)
    assert subnormal_share(d_x) == 0
    assert not d_x[:, 0].any()
    assert d_x[:, -1].any()
    monkeypatch.setattr(sequence, "flusher", lambda dtype: 0.0)
    unflushed, *_ = lstm_backward(None, d_h_T, None, cache)
    assert subnormal_share(unflushed) > 0, "the problem no longer reaches the subnormal numbers"
    np.testing.assert_allclose(d_x, unflushed, atol=1e-20)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_flush_spares_what_matters(dtype):
    k = dtype(sequence.flusher(dtype))
    larger = np.array([1.0, -1e-3, 1e-12, 7 * k / 3, -4 * k / 3], dtype)
    np.testing.assert_allclose((larger + k) - k, larger, rtol=2 * float(np.finfo(dtype).eps))
    smaller = np.array([0.1 * k, 1e-5 * k], dtype)
    np.testing.assert_allclose((smaller + k) - k, smaller, rtol=0.02)
    assert (dtype(np.finfo(dtype).tiny) + k) - k == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((3, 2))}, r"expected x of shape \(batch, time, 2\), got \(3, 2\)"),
        ({"x": np.zeros((3, 4, 5))}, r"expected x of shape \(batch, time, 2\), got \(3, 4, 5\)"),
        ({"x": np.zeros((3, 0, 2))}, "at least one time step"),
        ({"mask": np.ones((4, 3), bool)}, r"mask of shape \(batch, time\) = \(3, 4\), got \(4, 3\)"),
        ({"h_0": np.zeros((3, 2))}, r"h_0 of shape \(batch, units\) = \(3, 5\), got \(3, 2\)"),
        ({"activation": "softmax"}, "got 'softmax'"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_bad_arguments_are_named(kind, arguments, message):
    cell, options = KINDS[kind]
    parameters = random_parameters(cell, 2, 5, **options)
    run = {"lstm": lstm_forward, "rnn": rnn_forward}.get(kind, gru_forward)
    with pytest.raises(ValueError, match=message):
        run(**{"x": np.zeros((3, 4, 2)), "parameters": parameters, **arguments})


def test_a_gradient_of_the_wrong_shape_is_named():
    parameters, x, states, _, _ = problem("lstm", (2, 3, 2, 4))
    _, _, cache = forward("lstm", x, parameters, states)
    with pytest.raises(ValueError, match=r"expected d_outputs of shape \(2, 3, 4\), got \(2, 4\)"):
        lstm_backward(np.zeros((2, 4)), None, None, cache)
