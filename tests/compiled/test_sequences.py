"""Compiled sequences equal those of ``recurrent``, and the gradients are those of the loss."""

import os
import signal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course import compiled, recurrent
from lstm_course.compiled import shares
from lstm_course.recurrent import LSTMParameters, gate_slot, gradient_check, sequence
from lstm_course.recurrent.sequence import Buffers
from tests.compiled.helpers import CELLS, assert_equal, draw, results

TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(list(CELLS)),
    dtype=st.sampled_from(list(TOLERANCE)),
    shape=st.tuples(st.integers(1, 21), st.integers(1, 9), st.integers(1, 6), st.integers(1, 11)),
    seed=st.integers(0, 1000),
    use_bias=st.booleans(),
    masked=st.booleans(),
    states=st.booleans(),
    rows_given=st.booleans(),
    finals_given=st.tuples(st.booleans(), st.booleans()),
    go_backwards=st.booleans(),
)
def test_equal_to_numpy_for_any_shape(kind, dtype, shape, seed, finals_given, go_backwards, **choices):
    parameters, x, options, d_outputs, d_states = draw(kind, shape, dtype, seed, **choices)
    d_states = [d if given else None for d, given in zip(d_states, finals_given, strict=False)]
    options["go_backwards"] = go_backwards
    assert_equal(kind, (parameters, x, options, d_outputs, d_states), TOLERANCE[dtype])


@pytest.mark.parametrize(
    "shape", [(0, 5, 3, 4), (1, 1, 1, 1), (33, 3, 2, 40), (2, 70, 3, 65), (17, 9, 130, 3)]
)
@pytest.mark.parametrize("kind", CELLS)
def test_equal_to_numpy_where_blocks_and_panels_end(kind, shape):
    assert_equal(kind, draw(kind, shape), 1e-12)


@pytest.mark.parametrize("rows", [4, 5, 9, 23])
@pytest.mark.parametrize("kind", CELLS)
def test_threads_share_a_batch(kind, rows, monkeypatch):
    monkeypatch.setattr(shares, "thread_count", lambda: 3)
    monkeypatch.setattr(shares, "WORTH_A_THREAD", 1)
    assert len(shares.shares_of(rows, 100, 100)) == min(3, -(-rows // 4))
    assert_equal(kind, draw(kind, (rows, 6, 2, 5)), 1e-12)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(monkeypatch):
    monkeypatch.setattr(shares, "thread_count", lambda: 2)
    monkeypatch.setattr(shares, "WORTH_A_THREAD", 1)
    problem = draw("lstm", (9, 6, 2, 5))
    results(compiled, "lstm", *problem)  # starts the threads
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # threads that are not there would be waited for without end
        results(compiled, "lstm", *problem)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_cache_of_the_one_serves_the_other():
    parameters, x, options, d_outputs, d_states = draw("lstm", (5, 7, 3, 4))
    *_, ours = compiled.lstm_forward(x, parameters, **options)
    *_, theirs = recurrent.lstm_forward(x, parameters, **options)
    for one, other in (
        (recurrent.lstm_backward(d_outputs, *d_states, ours), recurrent.lstm_backward),
        (compiled.lstm_backward(d_outputs, *d_states, theirs), compiled.lstm_backward),
    ):
        expected = recurrent.lstm_backward(d_outputs, *d_states, theirs)
        for a, b in zip([*one[:3], *one[3].arrays()], [*expected[:3], *expected[3].arrays()], strict=True):
            np.testing.assert_allclose(a, b, atol=1e-12, err_msg=other.__module__)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_gradients_are_those_of_the_loss(kind, masked):
    problem = draw(kind, (3, 4, 2, 3), masked=masked)
    parameters, x, options, d_outputs, d_states = problem
    forward = getattr(compiled, f"{kind}_forward")

    def loss():
        outputs, finals, _ = forward(x, parameters, **options)
        finals = finals if kind == "lstm" else (finals,)
        return float((d_outputs * outputs).sum()) + sum(
            float((d * state).sum()) for d, state in zip(d_states, finals, strict=True)
        )

    found = results(compiled, kind, *problem)
    names = [name for name in ("h_0", "c_0") if name in options]
    values = dict(zip(["kernel", "recurrent_kernel", "bias"], parameters.arrays(), strict=True))
    values |= {"x": x, **{name: options[name] for name in names}}
    report = gradient_check(loss, values, {name: found[f"d_{name}"] for name in values})
    assert report.passed, report


@pytest.mark.parametrize(("one", "other"), list(combinations("ifgo", 2)))
def test_no_two_gates_can_be_swapped(one, other):
    problem = draw("lstm", (3, 4, 2, 3))
    parameters = problem[0]
    swapped = [array.copy() for array in parameters.arrays()]
    for array, original in zip(swapped, parameters.arrays(), strict=True):
        array[..., gate_slot(one, 3)] = original[..., gate_slot(other, 3)]
        array[..., gate_slot(other, 3)] = original[..., gate_slot(one, 3)]
    expected = results(recurrent, "lstm", *problem)
    found = results(compiled, "lstm", LSTMParameters.from_arrays(swapped), *problem[1:])
    assert np.abs(found["outputs"] - expected["outputs"]).max() > 1e-2
    assert np.abs(found["d_kernel"] - expected["d_kernel"]).max() > 1e-2


@pytest.mark.parametrize("kind", CELLS)
def test_nothing_is_mutated_and_backward_repeats(kind):
    parameters, x, options, d_outputs, d_states = draw(kind, (3, 4, 2, 5))
    arrays = [x, d_outputs, *d_states, *options.values(), *parameters.arrays()]
    before = [array.copy() for array in arrays]
    outputs, _, cache = getattr(compiled, f"{kind}_forward")(x, parameters, **options)
    backward = getattr(compiled, f"{kind}_backward")
    *first, d_parameters = backward(d_outputs, *d_states, cache)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    outputs[:] = np.nan  # the outputs and x are the caller's: spoiling them must not spoil the cache
    x[:] = np.nan
    *second, again = backward(d_outputs, *d_states, cache)
    for one, two in zip([*first, *d_parameters.arrays()], [*second, *again.arrays()], strict=True):
        np.testing.assert_array_equal(one, two)


def test_buffers_are_used_again_and_change_nothing():
    buffers, fresh = Buffers(), None
    for shape in ((3, 7, 2, 5), (2, 9, 2, 5), (5, 2, 2, 5), (1, 1, 2, 5)):
        parameters, x, options, d_outputs, d_states = draw("lstm", shape)
        outputs, _, cache = compiled.lstm_forward(x, parameters, **options, buffers=buffers)
        d_x, *_ = compiled.lstm_backward(d_outputs, *d_states, cache, buffers=buffers)
        expected = results(recurrent, "lstm", parameters, x, options, d_outputs, d_states)
        np.testing.assert_allclose(outputs, expected["outputs"], atol=1e-13)
        np.testing.assert_allclose(d_x, expected["d_x"], atol=1e-12)
        fresh = cache.gates
    assert np.shares_memory(fresh, buffers.take("gates", (1,), fresh.dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", CELLS)
def test_vanishing_gradients_end_as_zeros_not_as_subnormals(kind, dtype, monkeypatch):
    rng = np.random.default_rng(0)
    width = 8 * CELLS[kind].slots
    arrays = [(0.05 * rng.standard_normal(s)).astype(dtype) for s in ((3, width), (8, width), (width,))]
    parameters = CELLS[kind].from_arrays(arrays)
    x = rng.standard_normal((2, 1500 if dtype is np.float64 else 250, 3)).astype(dtype)
    forward, backward = getattr(compiled, f"{kind}_forward"), getattr(compiled, f"{kind}_backward")
    nothing = [None] if kind == "lstm" else []
    *_, cache = forward(x, parameters)
    d_x, *_ = backward(None, np.ones((2, 8), dtype), *nothing, cache)
    tiny = np.finfo(dtype).tiny
    assert not ((d_x != 0) & (np.abs(d_x) < tiny)).any()
    assert not d_x[:, 0].any()
    assert d_x[:, -1].any()
    monkeypatch.setattr(f"lstm_course.compiled.{kind}.flusher", lambda dtype: 0.0)
    unflushed, *_ = backward(None, np.ones((2, 8), dtype), *nothing, cache)
    assert ((unflushed != 0) & (np.abs(unflushed) < tiny)).any(), "the problem is no longer hard enough"
    assert sequence.flusher(dtype) > 0


def test_nan_is_not_hidden():
    parameters, x, options, *_ = draw("lstm", (2, 3, 2, 4), masked=False)
    x[0, 1, 0] = np.nan
    outputs, *_ = compiled.lstm_forward(x, parameters, **options)
    assert np.isnan(outputs[0, 1:]).all()
    assert np.isfinite(outputs[0, 0]).all()
    assert np.isfinite(outputs[1]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((3, 4, 5))}, r"expected x of shape \(batch, time, 2\), got \(3, 4, 5\)"),
        ({"mask": np.ones((4, 3), bool)}, r"mask of shape \(batch, time\) = \(3, 4\), got \(4, 3\)"),
        ({"h_0": np.zeros((3, 2))}, r"h_0 of shape \(batch, units\) = \(3, 5\), got \(3, 2\)"),
        ({"activation": "relu"}, "which (are|is) the compiled ones?, got 'relu'"),
    ],
)
@pytest.mark.parametrize("kind", CELLS)
def test_bad_arguments_are_named(kind, arguments, message):
    parameters = draw(kind, (3, 4, 2, 5))[0]
    with pytest.raises(ValueError, match=message):
        getattr(compiled, f"{kind}_forward")(
            **{"x": np.zeros((3, 4, 2)), "parameters": parameters, **arguments}
        )


def test_a_gradient_of_the_wrong_shape_and_a_foreign_cache_are_named():
    parameters, x, *_ = draw("lstm", (2, 3, 2, 4))
    *_, cache = compiled.lstm_forward(x, parameters)
    with pytest.raises(ValueError, match=r"expected d_outputs of shape \(2, 3, 4\), got \(2, 4\)"):
        compiled.lstm_backward(np.zeros((2, 4)), None, None, cache)
    *_, cache = recurrent.lstm_forward(x, parameters, recurrent_activation="hard_sigmoid")
    with pytest.raises(ValueError, match="got 'tanh' and 'hard_sigmoid'"):
        compiled.lstm_backward(None, None, None, cache)


@pytest.mark.parametrize("kind", CELLS)
def test_numbers_of_half_precision_are_refused_by_name(kind):
    with pytest.raises(ValueError, match=r"float32 or float64, got float16"):
        results(compiled, kind, *draw(kind, (2, 3, 2, 2), np.float16))
