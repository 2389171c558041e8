"""The variants' cells: equal to the LSTM where they should be, gradients right, one step by hand."""

import numpy as np
import pytest

from lstm_course.recurrent import LSTMParameters, gate_slot, gradient_check, lstm_step, lstm_step_backward
from lstm_course.recurrent.activations import sigmoid
from lstm_course.recurrent.variants import (
    Design,
    LayerNormParameters,
    VariantParameters,
    layer_norm_step,
    layer_norm_step_backward,
    variant_step,
    variant_step_backward,
)
from lstm_course.recurrent.variants.layer_norm_cell import normalize, normalize_backward
from tests.recurrent.helpers import SHAPES, random_parameters

DESIGNS = {
    "plain": Design(),
    "no input gate": Design(without=("i",)),
    "no forget gate": Design(without=("f",)),
    "no output gate": Design(without=("o",)),
    "no gate at all": Design(without=("i", "f", "o")),
    "coupled": Design(coupled=True),
    "peepholes": Design(peepholes=True),
    "coupled, peepholes": Design(coupled=True, peepholes=True),
    "peepholes, no output gate": Design(without=("o",), peepholes=True),
}


def random_variant(design, features, units, seed=0, use_bias=True):
    """Return parameters with distinct random values everywhere, float64."""
    rng = np.random.default_rng(seed)
    drawn = VariantParameters.initialize(features, units, rng, design, use_bias=use_bias)
    arrays = [0.6 * rng.standard_normal(array.shape) for array in drawn.arrays()]
    return VariantParameters.from_arrays(arrays, design)


def random_layer_norm(features, units, seed=0):
    """Return parameters of the normalised cell with distinct random values everywhere, float64."""
    rng = np.random.default_rng(seed)
    drawn = LayerNormParameters.initialize(features, units, rng)
    return LayerNormParameters.from_arrays([0.6 * rng.standard_normal(a.shape) for a in drawn.arrays()])


def problem(batch, features, units, seed=1):
    """Return x_t, h_prev, c_prev and the gradients at h_t and c_t."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((batch, features)), *rng.standard_normal((4, batch, units))


def as_variant(parameters, design, **peepholes):
    """Take an LSTM's weights over into a variant, slot by slot."""
    columns = np.concatenate([np.r_[gate_slot(name, parameters.units)] for name in design.slots])
    arrays = [array[..., columns] for array in parameters.arrays()]
    return VariantParameters.from_arrays([*arrays, *peepholes.values()], design)


def check_step(step, step_backward, parameters, names, shape):
    batch, _, features, units = shape
    x_t, h_prev, c_prev, d_h_t, d_c_t = problem(batch, features, units)
    arrays = [x_t, h_prev, c_prev, *parameters.arrays()]
    before = [array.copy() for array in arrays]
    _, _, cache = step(x_t, h_prev, c_prev, parameters)
    d_x, d_h_prev, d_c_prev, d_parameters = step_backward(d_h_t, d_c_t, cache)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)

    def loss():
        h_t, c_t, _ = step(x_t, h_prev, c_prev, parameters)
        return float((d_h_t * h_t).sum() + (d_c_t * c_t).sum())

    gradients = [d_x, d_h_prev, d_c_prev, *d_parameters.arrays()]
    names = ["x", "h", "c", *names]
    report = gradient_check(
        loss, dict(zip(names, arrays, strict=True)), dict(zip(names, gradients, strict=True))
    )
    assert report.passed, report


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", DESIGNS)
def test_step_gradients(name, shape, use_bias):
    design = DESIGNS[name]
    parameters = random_variant(design, shape[2], shape[3], use_bias=use_bias)
    names = ["kernel", "recurrent_kernel", *["bias"] * use_bias, *["peepholes"] * design.peepholes]
    check_step(variant_step, variant_step_backward, parameters, names, shape)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[3] > 1])
def test_step_gradients_with_layer_normalisation(shape):
    names = ["kernel", "recurrent_kernel", "bias", "gains", "state_norm"]
    parameters = random_layer_norm(shape[2], shape[3])
    check_step(layer_norm_step, layer_norm_step_backward, parameters, names, shape)


@pytest.mark.parametrize("peepholes", [False, True])
def test_the_plain_design_and_peepholes_of_zero_are_the_lstm_exactly(peepholes):
    lstm = random_parameters(LSTMParameters, 3, 5)
    zeros = {"peepholes": np.zeros((3, 5))} if peepholes else {}
    variant = as_variant(lstm, Design(peepholes=peepholes), **zeros)
    x_t, h_prev, c_prev, d_h_t, d_c_t = problem(4, 3, 5)
    *states, cache = lstm_step(x_t, h_prev, c_prev, lstm)
    *found, variant_cache = variant_step(x_t, h_prev, c_prev, variant)
    for one, other in zip(found, states, strict=True):
        np.testing.assert_array_equal(one, other)
    *d_states, d_lstm = lstm_step_backward(d_h_t, d_c_t, cache)
    *d_found, d_variant = variant_step_backward(d_h_t, d_c_t, variant_cache)
    for one, other in zip([*d_found, *d_variant.arrays()[:3]], [*d_states, *d_lstm.arrays()], strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-14)


@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_a_gate_left_out_is_a_gate_that_is_always_open(gate):
    lstm = random_parameters(LSTMParameters, 3, 5)
    for array in lstm.arrays():
        array[..., gate_slot(gate, 5)] = 0
    lstm.bias[gate_slot(gate, 5)] = 40  # σ(40) rounds to 1
    variant = as_variant(lstm, Design(without=(gate,)))
    x_t, h_prev, c_prev, d_h_t, d_c_t = problem(4, 3, 5)
    *states, cache = lstm_step(x_t, h_prev, c_prev, lstm)
    *found, variant_cache = variant_step(x_t, h_prev, c_prev, variant)
    np.testing.assert_allclose(found, states, rtol=0, atol=1e-14)
    assert (getattr(variant_cache, f"{gate}_t") == 1).all()
    d_lstm = as_variant(lstm_step_backward(d_h_t, d_c_t, cache)[3], Design(without=(gate,)))
    d_variant = variant_step_backward(d_h_t, d_c_t, variant_cache)[3]
    for one, other in zip(d_variant.arrays(), d_lstm.arrays(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-13)


def test_coupled_gates_are_an_lstm_whose_input_gate_mirrors_the_forget_gate():
    """σ(−z) = 1 − σ(z): negated weights couple the gates, and the tied weights' gradients subtract."""
    lstm = random_parameters(LSTMParameters, 3, 5)
    i, f = gate_slot("i", 5), gate_slot("f", 5)
    for array in lstm.arrays():
        array[..., i] = -array[..., f]
    design = Design(coupled=True)
    variant = as_variant(lstm, design)
    x_t, h_prev, c_prev, d_h_t, d_c_t = problem(4, 3, 5)
    *states, cache = lstm_step(x_t, h_prev, c_prev, lstm)
    *found, variant_cache = variant_step(x_t, h_prev, c_prev, variant)
    np.testing.assert_allclose(found, states, rtol=0, atol=1e-14)
    d_lstm = lstm_step_backward(d_h_t, d_c_t, cache)[3]
    for array in d_lstm.arrays():
        array[..., f] -= array[..., i]
    d_variant = variant_step_backward(d_h_t, d_c_t, variant_cache)[3]
    for one, other in zip(d_variant.arrays(), as_variant(d_lstm, design).arrays(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-14)


def test_peepholes_by_hand():
    """Without input and with weights 0, only what a gate sees of the cell state moves it."""
    design = Design(peepholes=True)
    peepholes = np.array([[1.0], [-2.0], [3.0]])
    parameters = VariantParameters(
        np.zeros((1, 4)), np.zeros((1, 4)), np.array([0, 0, 0.5, 0]), peepholes, design
    )
    h_t, c_t, _ = variant_step(np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 0.4), parameters)
    c_expected = sigmoid(-0.8) * 0.4 + sigmoid(0.4) * np.tanh(0.5)  # the old state opens and shuts
    np.testing.assert_allclose(c_t, [[c_expected]])
    np.testing.assert_allclose(h_t, [[sigmoid(3 * c_expected) * np.tanh(c_expected)]])  # the new one shows


def test_normalize_and_its_gradient():
    rng = np.random.default_rng(0)
    a, d_n = rng.standard_normal((2, 3, 6))
    n, scale = normalize(a)
    np.testing.assert_allclose(n.mean(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose((n**2).mean(axis=1), 1, atol=0.01)
    d_a = normalize_backward(d_n, n, scale)
    report = gradient_check(lambda: float((d_n * normalize(a)[0]).sum()), {"a": a}, {"a": d_a})
    assert report.passed, report
    assert not normalize(np.full((2, 4), 7.0))[0].any(), "a constant row has nothing left"


def test_layer_normalisation_does_not_feel_the_scale_of_the_weights_but_feels_their_gain():
    parameters = random_layer_norm(3, 5)
    x_t, h_prev, c_prev, _, _ = problem(4, 3, 5)
    h_t, c_t, _ = layer_norm_step(100 * x_t, 100 * h_prev, c_prev, parameters)
    kernel, recurrent_kernel, bias, gains, state_norm = parameters.arrays()
    scaled = LayerNormParameters(7 * kernel, 9 * recurrent_kernel, bias, gains, state_norm)
    again = layer_norm_step(100 * x_t, 100 * h_prev, c_prev, scaled)
    np.testing.assert_allclose(again[:2], (h_t, c_t), atol=1e-5)
    louder = LayerNormParameters(kernel, recurrent_kernel, bias, 2 * gains, state_norm)
    assert np.abs(layer_norm_step(100 * x_t, 100 * h_prev, c_prev, louder)[1] - c_t).max() > 0.01


def test_variants_of_one_seed_start_from_the_same_numbers():
    plain, no_input, coupled = (
        VariantParameters.initialize(3, 4, np.random.default_rng(5), design, forget_bias=2.0)
        for design in (Design(), Design(without=("i",)), Design(coupled=True))
    )
    for name in "fgo":
        for other in (no_input, coupled):
            for one, two in zip(plain.arrays(), other.arrays(), strict=True):
                np.testing.assert_array_equal(one[..., plain.slot(name)], two[..., other.slot(name)])
    assert (coupled.bias[coupled.slot("f")] == 2).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"without": ("g",)}, "gates among i, f, o to leave out"),
        ({"without": ("i",), "coupled": True}, "coupled gates or a cell without one of them"),
        ({"without": ("i", "f", "o"), "peepholes": True}, "a gate that can look through a peephole"),
    ],
)
def test_designs_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Design(**options)


def test_weights_that_do_not_fit_the_design_are_refused():
    arrays = random_parameters(LSTMParameters, 3, 4).arrays()
    with pytest.raises(ValueError, match="slots f, g, o of 4 columns"):
        VariantParameters.from_arrays(arrays, Design(coupled=True))
    with pytest.raises(ValueError, match="if and only if"):
        VariantParameters(*arrays, None, Design(peepholes=True))
    with pytest.raises(ValueError, match="expected gains of shape"):
        LayerNormParameters(*arrays, np.ones((1, 16)), np.ones((2, 4)))
