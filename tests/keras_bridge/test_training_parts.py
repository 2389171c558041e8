"""Losses, optimisers and clipping are Keras's, number for number."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lstm_course.recurrent import SGD, Adam, RMSprop, losses

# Keras passes these through float32 even in float64, so powers of two and short sums of them.
RATE, RHO = 2.0**-5, 0.875
OPTIMIZERS = {
    "SGD": (SGD, {"learning_rate": RATE}),
    "SGD with momentum": (SGD, {"learning_rate": RATE, "momentum": RHO}),
    "SGD, Nesterov": (SGD, {"learning_rate": RATE, "momentum": RHO, "nesterov": True}),
    "RMSprop": (RMSprop, {"learning_rate": RATE, "rho": RHO, "epsilon": 2.0**-20}),
    "Adam": (Adam, {"learning_rate": RATE, "beta_1": RHO, "beta_2": 1 - 2.0**-9, "epsilon": 2.0**-20}),
}
CLIPPING = [{}, {"clipvalue": 0.25}, {"clipnorm": 0.5}, {"global_clipnorm": 0.75}]


@pytest.mark.parametrize("clipping", CLIPPING, ids=lambda c: next(iter(c), "unclipped"))
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_steps_are_equal(name, clipping):
    ours, settings = OPTIMIZERS[name]
    theirs = getattr(keras.optimizers, ours.__name__)
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in ((3, 2), (4,))]
    variables = [keras.Variable(weight, dtype="float64") for weight in weights]
    optimizer, peer = ours(**settings, **clipping), theirs(**settings, **clipping)
    for scale in (1.0, 0.01, 5.0, 1.0, 0.3):
        gradients = [scale * rng.standard_normal(weight.shape) for weight in weights]
        optimizer.update(weights, gradients)
        peer.apply([tf.constant(gradient) for gradient in gradients], variables)
    for weight, variable in zip(weights, variables, strict=True):
        np.testing.assert_allclose(weight, variable.numpy(), rtol=0, atol=1e-12)


def test_default_settings_are_kerass():
    for ours in (SGD, RMSprop, Adam):
        config = getattr(keras.optimizers, ours.__name__)().get_config()
        optimizer = ours()
        for name in ("learning_rate", "momentum", "nesterov", "rho", "epsilon", "beta_1", "beta_2"):
            if hasattr(optimizer, name):
                assert getattr(optimizer, name) == pytest.approx(config[name], rel=1e-6), name


def keras_loss(function, targets, outputs, **options):
    variable = tf.Variable(outputs)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(function(targets, variable, **options))
    return float(loss), tape.gradient(loss, variable).numpy()


def test_losses_are_equal():
    rng = np.random.default_rng(0)
    logits = 3 * rng.standard_normal((6, 4))
    binary = rng.integers(0, 2, (6, 4)).astype(float)
    one_hot = np.eye(4)[rng.integers(0, 4, 6)]
    for ours, theirs, targets, options in (
        (
            losses.binary_crossentropy_from_logits,
            keras.losses.binary_crossentropy,
            binary,
            {"from_logits": True},
        ),
        (
            losses.categorical_crossentropy_from_logits,
            keras.losses.categorical_crossentropy,
            one_hot,
            {"from_logits": True},
        ),
        (losses.squared_error, keras.losses.mean_squared_error, binary, {}),
    ):
        loss, gradient = ours(targets, logits)
        expected, expected_gradient = keras_loss(theirs, targets, logits, **options)
        assert loss == pytest.approx(expected, abs=1e-12)
        np.testing.assert_allclose(gradient, expected_gradient, atol=1e-12)
