"""The variants over whole sequences and as layers: masks, states, stacks, training, and Keras as a judge."""

import numpy as np
import pytest

from lstm_course.recurrent import (
    LSTM,
    Adam,
    Dense,
    Embedding,
    LSTMParameters,
    Sequential,
    gradient_check,
    lstm_backward,
    lstm_forward,
)
from lstm_course.recurrent.losses import binary_crossentropy_from_logits
from lstm_course.recurrent.variants import (
    Design,
    LayerNormLSTM,
    LayerNormParameters,
    VariantLSTM,
    VariantParameters,
    layer_norm_step,
    layer_norm_step_backward,
    loop_backward,
    loop_forward,
    variant_step,
    variant_step_backward,
)
from tests.recurrent.helpers import SHAPES, random_mask, random_parameters
from tests.recurrent.test_variants_cells import DESIGNS, random_layer_norm, random_variant

LAYERS = {
    **{
        name: lambda units, design=design, **options: VariantLSTM(
            units,
            without=design.without,
            coupled=design.coupled,
            peepholes=design.peepholes,
            **options,
        )
        for name, design in DESIGNS.items()
    },
    "layer normalisation": LayerNormLSTM,
}


def sequence_problem(shape, seed=1):
    """Return x, h_0, c_0 and the gradients at the outputs and the final states."""
    batch, time, features, units = shape
    rng = np.random.default_rng(seed)
    states = rng.standard_normal((4, batch, units))
    return rng.standard_normal((batch, time, features)), *states, rng.standard_normal((batch, time, units))


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_loop_over_the_plain_design_is_the_package_lstm(shape, masked, go_backwards):
    lstm = random_parameters(LSTMParameters, shape[2], shape[3])
    variant = VariantParameters.from_arrays(lstm.arrays(), Design())
    x, h_0, c_0, d_h, d_c, d_outputs = sequence_problem(shape)
    options = {"h_0": h_0, "c_0": c_0, "go_backwards": go_backwards}
    options["mask"] = random_mask(*shape[:2]) if masked else None
    outputs, finals, cache = lstm_forward(x, lstm, **options)
    found, found_finals, loop_cache = loop_forward(variant_step, x, variant, **options)
    np.testing.assert_allclose(found, outputs, atol=1e-13)
    np.testing.assert_allclose(found_finals, finals, atol=1e-13)
    *d_first, d_lstm = lstm_backward(d_outputs, d_h, d_c, cache)
    *d_found, d_variant = loop_backward(variant_step_backward, d_outputs, d_h, d_c, loop_cache)
    for one, other in zip([*d_found, *d_variant.arrays()], [*d_first, *d_lstm.arrays()], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", [(2, 4, 3, 2), (1, 3, 2, 3), (2, 1, 2, 3)])
@pytest.mark.parametrize("name", [*DESIGNS, "layer normalisation"])
def test_sequence_gradients(name, shape, masked):
    if name in DESIGNS:
        step, back = variant_step, variant_step_backward
        parameters = random_variant(DESIGNS[name], shape[2], shape[3])
    else:
        step, back = layer_norm_step, layer_norm_step_backward
        parameters = random_layer_norm(shape[2], shape[3])
    x, h_0, c_0, d_h, d_c, d_outputs = sequence_problem(shape)
    mask = random_mask(*shape[:2]) if masked else None

    def run():
        return loop_forward(step, x, parameters, h_0=h_0, c_0=c_0, mask=mask)

    def loss():
        outputs, (h, c), _ = run()
        return float((d_outputs * outputs).sum() + (d_h * h).sum() + (d_c * c).sum())

    *d_first, d_parameters = loop_backward(back, d_outputs, d_h, d_c, run()[2])
    arrays = [x, h_0, c_0, *parameters.arrays()]
    names = [str(position) for position in range(len(arrays))]
    report = gradient_check(
        loss,
        dict(zip(names, arrays, strict=True)),
        dict(zip(names, [*d_first, *d_parameters.arrays()], strict=True)),
    )
    assert report.passed, report


@pytest.mark.parametrize("name", LAYERS)
def test_a_stack_with_padding_has_the_right_gradients(name):
    model = Sequential(
        [Embedding(6, 3, mask_zero=True), LAYERS[name](3, return_sequences=True), LAYERS[name](2), Dense(1)]
    )
    rng = np.random.default_rng(0)
    model.build(1, rng, np.float64)
    model.set_weights([0.7 * rng.standard_normal(weight.shape) for weight in model.weights])
    ids, labels = np.array([[1, 2, 3, 0], [4, 4, 0, 0], [5, 1, 2, 2]]), np.array([[1.0], [0.0], [1.0]])

    def loss():
        return binary_crossentropy_from_logits(labels, model.forward(ids))[0]

    model.backward(binary_crossentropy_from_logits(labels, model.forward(ids))[1])
    report = gradient_check(
        loss,
        dict(zip(model.weight_names, model.weights, strict=True)),
        dict(zip(model.weight_names, model.gradients, strict=True)),
        tolerance=1e-5,  # without any gate the loss curves, and the smallest gradients feel it
    )
    assert report.passed, report


@pytest.mark.parametrize("name", LAYERS)
def test_config_makes_a_twin_and_stateful_halves_equal_the_whole(name):
    x = np.random.default_rng(1).standard_normal((2, 8, 3))
    layer = LAYERS[name](4, return_sequences=True, stateful=True, forget_bias=0.5)
    layer.build(3, np.random.default_rng(0), np.float64)
    twin = type(layer)(**{**layer.config(), "stateful": False})
    twin.set_weights(layer.weights)
    halves = [layer.forward(x[:, :4]), layer.forward(x[:, 4:])]
    np.testing.assert_allclose(np.concatenate(halves, axis=1), twin.forward(x), atol=1e-14)


def test_the_plain_layer_trains_as_the_lstm_does():
    """Twenty steps of Adam from the same seed: the same losses, in float64."""
    losses = []
    for kind in (LSTM, VariantLSTM):
        rng = np.random.default_rng(3)
        model, adam, curve = Sequential([kind(5), Dense(1)]), Adam(0.05), []
        model.build(2, rng, np.float64)
        for _ in range(20):
            x = rng.standard_normal((8, 6, 2))
            labels = (x[:, :1, 0] > 0).astype(float)
            loss, d_logits = binary_crossentropy_from_logits(labels, model.forward(x))
            model.backward(d_logits)
            adam.update(model.weights, model.gradients)
            curve.append(loss)
        losses.append(curve)
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-10)
    assert losses[0][-1] < losses[0][0]


@pytest.mark.parametrize("name", LAYERS)
def test_every_variant_learns_which_token_came_first(name):
    rng = np.random.default_rng(0)
    model, adam = Sequential([Embedding(6, 8), LAYERS[name](12), Dense(1)]), Adam(0.02)
    model.build(1, rng)
    for _ in range(200):
        ids = rng.integers(1, 6, (32, 5))
        labels = (ids[:, :1] <= 2).astype(np.float32)
        model.backward(binary_crossentropy_from_logits(labels, model.forward(ids))[1])
        adam.update(model.weights, model.gradients)
    ids = rng.integers(1, 6, (500, 5))
    assert ((model.forward(ids) > 0) == (ids[:, :1] <= 2)).mean() > 0.9


@pytest.mark.slow
def test_layer_normalisation_equals_a_composition_of_keras_layers():
    """The cell from keras.layers.LayerNormalization, with its gradients from TensorFlow's tape."""
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    shape = (3, 5, 2, 4)
    parameters = random_layer_norm(*shape[2:])
    x, h_0, c_0, _, _, d_outputs = sequence_problem(shape)
    kernel, recurrent_kernel, bias, gains, state_norm = map(tf.Variable, parameters.arrays())
    norms = [keras.layers.LayerNormalization(center=False, scale=False, dtype="float64") for _ in range(3)]
    h, c, shown = tf.constant(h_0), tf.constant(c_0), []
    with tf.GradientTape() as tape:
        for t in range(shape[1]):
            z = gains[0] * norms[0](x[:, t] @ kernel) + gains[1] * norms[1](h @ recurrent_kernel) + bias
            i, f, g, o = tf.split(z, 4, axis=1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(state_norm[0] * norms[2](c) + state_norm[1])
            shown.append(h)
        theirs = tf.stack(shown, axis=1)
        loss = tf.reduce_sum(d_outputs * theirs)
    d_theirs = tape.gradient(loss, [kernel, recurrent_kernel, bias, gains, state_norm])
    outputs, _, cache = loop_forward(layer_norm_step, x, parameters, h_0=h_0, c_0=c_0)
    np.testing.assert_allclose(outputs, theirs.numpy(), rtol=0, atol=1e-13)
    d_ours = loop_backward(layer_norm_step_backward, d_outputs, None, None, cache)[3].arrays()
    for one, other in zip(d_ours, d_theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=0, atol=1e-12)


def test_what_a_variant_layer_cannot_do_it_refuses():
    with pytest.raises(ValueError, match="expected the activation tanh"):
        VariantLSTM(3, activation="relu")
    with pytest.raises(ValueError, match="expected a bias"):
        LayerNormLSTM(3, use_bias=False)
    with pytest.raises(ValueError, match="expected at least 2 units"):
        LayerNormLSTM(1)
    with pytest.raises(ValueError, match="expected 5 weights"):
        LayerNormLSTM(3).set_weights(
            LayerNormParameters.initialize(2, 3, np.random.default_rng(0)).arrays()[:3]
        )
