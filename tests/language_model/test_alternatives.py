"""The four mixers: the scan is the loop, none sees the future, all have as many parameters."""

import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.language_model.alternatives import (
    MIXERS,
    LinearRecurrence,
    Positions,
    linear_recurrence,
    mix,
    sequence_model,
)
from lstm_course.recurrent.activations import sigmoid


def by_loop(a, b):
    c, states = np.zeros_like(b[:, 0]), []
    for t in range(b.shape[1]):
        c = a[:, t] * c + b[:, t]
        states.append(c)
    return np.stack(states, axis=1)


@pytest.mark.parametrize("time", [1, 2, 3, 8, 37])
def test_the_scan_is_the_loop(time):
    rng = np.random.default_rng(time)
    a, b = rng.uniform(-1, 1, (2, 3, time, 5))
    scanned = keras.ops.convert_to_numpy(linear_recurrence(keras.ops.array(a), keras.ops.array(b)))
    np.testing.assert_allclose(scanned, by_loop(a, b), atol=1e-6)


def test_the_layer_is_its_equations():
    layer = LinearRecurrence(4)
    layer.build((None, 6, 3))
    rng = np.random.default_rng(0)
    kernel, bias = rng.standard_normal((3, 12)), rng.standard_normal(12)
    layer.projection.set_weights([kernel, bias])
    x = rng.standard_normal((2, 6, 3))
    f, g, o = np.split(x @ kernel + bias, 3, axis=-1)
    f, o = sigmoid(f), sigmoid(o)
    expected = o * by_loop(f, (1 - f) * g)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(x)), expected, atol=1e-5)


def test_its_forget_gates_start_spread():
    layer = LinearRecurrence(5)
    layer.build((None, 6, 3))
    _, bias = layer.projection.get_weights()
    assert bias.tolist() == [0, 1, 2, 3, 4] + [0] * 10


def test_positions():
    x = np.zeros((1, 50, 8), np.float32)
    added = keras.ops.convert_to_numpy(Positions()(x))[0]
    np.testing.assert_allclose(added[:, 0], np.sin(np.arange(50)), atol=1e-5)
    np.testing.assert_allclose(added[:, 7], np.cos(np.arange(50) / 1000), atol=1e-5)


@pytest.mark.parametrize("kind", MIXERS)
def test_no_step_sees_a_later_one_and_every_step_the_earlier_ones(kind):
    keras.utils.set_random_seed(0)
    model = sequence_model(kind, 12, 7, 3, width=16)
    ids = np.random.default_rng(0).integers(0, 7, (1, 12))
    changed = ids.copy()
    changed[0, 6] = (changed[0, 6] + 1) % 7
    difference = np.abs(keras.ops.convert_to_numpy(model(ids)) - keras.ops.convert_to_numpy(model(changed)))[
        0
    ]
    assert difference[:6].max() == 0
    assert (difference[6:].max(axis=1) > 1e-6).all()


@pytest.mark.parametrize("width", [32, 64])
def test_parameters_are_equal_to_within_two_in_a_hundred(width):
    counts = [sequence_model(kind, 8, 40, 40, width=width).count_params() for kind in MIXERS]
    assert max(counts) < 1.02 * min(counts)


@pytest.mark.parametrize("kind", MIXERS)
def test_weights_serve_every_length(kind):
    keras.utils.set_random_seed(1)
    short, long = (sequence_model(kind, time, 5, 2, width=16) for time in (9, 20))
    long.set_weights(short.get_weights())
    ids = np.random.default_rng(0).integers(0, 5, (2, 20))
    np.testing.assert_allclose(long(ids)[:, :9], short(ids[:, :9]), atol=1e-5)


def test_an_unknown_mixer_is_named():
    with pytest.raises(InputError, match="LSTM, GRU, attention, linear"):
        sequence_model("mamba", 4, 2, 2)
    with pytest.raises(InputError, match="got 'lstm'"):
        mix("lstm", np.zeros((1, 2, 16), "float32"), 16)
