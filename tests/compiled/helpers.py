"""Random problems, and what both implementations make of them."""

import numpy as np

from lstm_course import compiled, recurrent
from lstm_course.recurrent import LSTMParameters, SimpleRNNParameters

CELLS = {"lstm": LSTMParameters, "rnn": SimpleRNNParameters}


def draw(kind, shape, dtype=np.float64, seed=0, *, use_bias=True, masked=True, states=True, rows_given=True):
    """Return parameters, x, options of the forward pass, and gradients of outputs and final states."""
    batch, time, features, units = shape
    rng = np.random.default_rng(seed)
    drawn = CELLS[kind].initialize(features, units, rng, use_bias=use_bias)
    scale = 0.6 / max(1, units / 9) ** 0.5  # larger weights make a large RNN chaotic, and rounding visible
    parameters = CELLS[kind].from_arrays(
        [(scale * rng.standard_normal(array.shape)).astype(dtype) for array in drawn.arrays()]
    )
    names = ["h_0", "c_0"][: 2 if kind == "lstm" else 1]
    options = {name: rng.standard_normal((batch, units)).astype(dtype) for name in names if states}
    if masked:
        mask = rng.random((batch, time)) < 0.6
        mask[:1] = batch == 1  # with several rows one is fully masked
        options["mask"] = mask
    d_outputs = rng.standard_normal((batch, time, units)).astype(dtype) if rows_given else None
    d_states = [rng.standard_normal((batch, units)).astype(dtype) for _ in names]
    x = rng.standard_normal((batch, time, features)).astype(dtype)
    return parameters, x, options, d_outputs, d_states


def results(package, kind, parameters, x, options, d_outputs, d_states):
    """Run forward and backward; return everything that comes out, by name."""
    forward, backward = getattr(package, f"{kind}_forward"), getattr(package, f"{kind}_backward")
    outputs, finals, cache = forward(x, parameters, **options)
    *d_first, d_parameters = backward(d_outputs, *d_states, cache)
    finals = finals if isinstance(finals, tuple) else (finals,)
    kept = cache[:4] if kind == "lstm" else cache[:3]
    arrays = [outputs, *finals, *kept, *d_first, *d_parameters.arrays()]
    names = ["outputs", *["h_T", "c_T"][: len(finals)]]
    names += [f"cache.{name}" for name in cache._fields[: len(kept)]]
    names += ["d_x", *["d_h_0", "d_c_0"][: len(finals)], "d_kernel", "d_recurrent_kernel", "d_bias"]
    return dict(zip(names, arrays, strict=False))


def assert_equal(kind, problem, tolerance):
    """Compare both implementations, relative to the largest number of each array."""
    expected = results(recurrent, kind, *problem)
    found = results(compiled, kind, *problem)
    assert found.keys() == expected.keys()
    for name, array in found.items():
        assert array.dtype == expected[name].dtype, name
        size = max(1.0, float(np.abs(expected[name]).max(initial=0)))
        np.testing.assert_allclose(
            array, expected[name], rtol=tolerance, atol=tolerance * size, err_msg=f"{kind}: {name}"
        )
