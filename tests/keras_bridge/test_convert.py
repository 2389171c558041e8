"""Layers and weights across, both ways; what cannot be carried is refused by name."""

import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.keras_bridge import from_keras, to_keras
from lstm_course.recurrent import GRU, LSTM, Bidirectional, Dense, Dropout, Embedding, Sequential, SimpleRNN
from lstm_course.recurrent.variants import LayerNormLSTM, VariantLSTM

X = np.random.default_rng(0).standard_normal((2, 4, 3)).astype(np.float32)


def keras_layers():
    k = keras.layers
    return {
        "SimpleRNN": k.SimpleRNN(4, activation="relu", return_sequences=True),
        "LSTM": k.LSTM(4, recurrent_activation="hard_sigmoid", use_bias=False, return_state=True),
        "GRU": k.GRU(4, reset_after=False, go_backwards=True),
        "unrolled": k.LSTM(4, unroll=True, zero_output_for_mask=True),
        "unrolled backwards": k.LSTM(4, unroll=True, go_backwards=True, return_sequences=True),
        "unrolled both ways": k.Bidirectional(k.LSTM(4, unroll=True)),
        "linear": k.LSTM(4, activation=None),
        "Bidirectional": k.Bidirectional(k.GRU(4, return_sequences=True), merge_mode="ave"),
        "two kinds": k.Bidirectional(k.LSTM(4), backward_layer=k.GRU(4, go_backwards=True)),
        "Dense": k.Dense(5, activation="tanh"),
        "Dropout": k.Dropout(0.5),
    }


@pytest.mark.parametrize("name", keras_layers())
def test_there_and_back_computes_the_same(name):
    layer = keras_layers()[name]
    expected = layer(X)
    ours = from_keras(layer)
    back = to_keras(ours)
    for found in (ours.forward(X), back(X)):
        parts, wanted = (v if isinstance(v, (list, tuple)) else [v] for v in (found, expected))
        for part, want in zip(parts, wanted, strict=True):
            np.testing.assert_allclose(part, want, atol=1e-6)


def test_a_whole_model_goes_there_and_back():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(9, 3, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True)),
            keras.layers.Dropout(0.3),
            keras.layers.GRU(5),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    ids = np.array([[3, 4, 0, 0], [1, 2, 8, 5]])
    ours = from_keras(model)
    np.testing.assert_allclose(ours.forward(ids), model(ids), atol=1e-6)
    back = to_keras(ours)
    assert back.count_params() == model.count_params()
    np.testing.assert_allclose(back(ids), model(ids), atol=1e-6)
    np.testing.assert_allclose(from_keras(back).forward(ids), model(ids), atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_is_kept(dtype):
    layer = LSTM(3)
    layer.build(2, np.random.default_rng(0), np.dtype(dtype))
    twin = to_keras(layer)
    assert twin.compute_dtype == dtype
    assert from_keras(twin).weights[0].dtype == dtype


def test_a_layer_without_weights_takes_the_models_type():
    model = Sequential([LSTM(3, return_sequences=True), Dropout(0.5), Dense(2)])
    model.build(3, np.random.default_rng(0), np.float64)
    x = np.random.default_rng(1).standard_normal((2, 4, 3))
    np.testing.assert_allclose(to_keras(model)(x), model.forward(x), rtol=0, atol=1e-12)


def test_weights_are_copies():
    layer = keras.layers.LSTM(2)
    layer.build((None, None, 3))
    ours = from_keras(layer)
    before = layer.get_weights()[0]
    ours.weights[0][:] = 9.0
    np.testing.assert_array_equal(layer.get_weights()[0], before)


def test_initial_weights_follow_kerass_distributions():
    keras.utils.set_random_seed(0)
    theirs = keras.layers.LSTM(40)
    theirs.build((None, None, 30))
    ours = LSTM(40)
    ours.build(30, np.random.default_rng(0))
    kernel, recurrent, bias = (np.asarray(w) for w in theirs.get_weights())
    np.testing.assert_array_equal(ours.weights[2], bias)
    np.testing.assert_allclose(ours.weights[1] @ ours.weights[1].T, recurrent @ recurrent.T, atol=1e-5)
    assert ours.weights[0].std() == pytest.approx(kernel.std(), rel=0.03)
    assert np.abs(ours.weights[0]).max() == pytest.approx(np.abs(kernel).max(), rel=0.01)
    embedding = keras.layers.Embedding(50, 20)
    embedding.build((None,))
    mine = Embedding(50, 20)
    mine.build(1, np.random.default_rng(0))
    assert mine.weights[0].std() == pytest.approx(np.asarray(embedding.get_weights()[0]).std(), rel=0.1)


def test_initial_weights_of_the_other_cells_have_kerass_biases():
    for ours, theirs in (
        (GRU(3), keras.layers.GRU(3)),
        (GRU(3, reset_after=False), keras.layers.GRU(3, reset_after=False)),
        (SimpleRNN(3), keras.layers.SimpleRNN(3)),
        (LSTM(3, unit_forget_bias=False), keras.layers.LSTM(3, unit_forget_bias=False)),
        (Dense(3), keras.layers.Dense(3)),
    ):
        theirs.build((None, None, 2))
        ours.build(2, np.random.default_rng(0))
        np.testing.assert_array_equal(ours.weights[-1], theirs.get_weights()[-1])


def refused_layers():
    k = keras.layers
    return [
        (k.LSTM(2, dropout=0.2), r"dropout=0.0 in LSTM .*, got dropout=0.2"),
        (k.GRU(2, recurrent_dropout=0.1), r"recurrent_dropout=0.0"),
        (k.LSTM(2, kernel_regularizer="l2"), r"kernel_regularizer=None"),
        (k.LSTM(2, bias_constraint="non_neg"), r"bias_constraint=None"),
        (k.LSTM(2, trainable=False), r"trainable=True"),
        (k.LSTM(2, activation="softplus"), r"activation in LSTM .* one of tanh, .*, got 'softplus'\. The"),
        (k.GRU(2, recurrent_activation="elu"), r"recurrent_activation in GRU .*, got 'elu'\. The"),
        (k.Dropout(1.0), r"expected Dropout .*, got others \(expected a rate .*, got 1\.0\)\. Convert"),
        (k.LSTM(2, dtype="mixed_float16"), r"float32 or float64 throughout"),
        (k.Bidirectional(k.LSTM(2, dropout=0.5)), r"dropout=0.0 in LSTM"),
        (k.Bidirectional(k.LSTM(2, return_sequences=True, unroll=True)), r"unroll=False in LSTM .*backwards"),
        (k.GRU(2, go_backwards=True, zero_output_for_mask=True, unroll=True), r"unroll=False in GRU"),
        (k.Conv1D(2, 2), r"a Keras layer among .*, got Conv1D"),
        (k.RNN(k.LSTMCell(2)), r"got RNN"),
    ]


@pytest.mark.parametrize("position", range(len(refused_layers())))
def test_what_cannot_be_carried_is_named(position):
    layer, message = refused_layers()[position]
    layer.build((None, 4, 3))
    with pytest.raises(InputError, match=message):
        from_keras(layer)


def test_unbuilt_layers_are_refused():
    with pytest.raises(InputError, match=r"LSTM .* before build"):
        from_keras(keras.layers.LSTM(2))
    with pytest.raises(InputError, match="LSTM without any"):
        to_keras(LSTM(2))


class Namesake(LSTM):
    """A layer that a person made out of the package's, under the same name."""


Namesake.__name__ = "LSTM"


@pytest.mark.parametrize("wrap", ["alone", "Bidirectional", "Sequential"])
@pytest.mark.parametrize("kind", [VariantLSTM, LayerNormLSTM, Namesake], ids=["variant", "norm", "namesake"])
def test_a_layer_that_keras_does_not_have_is_named(kind, wrap):
    layer = kind(2)
    if wrap != "alone":
        layer = Bidirectional(layer) if wrap == "Bidirectional" else Sequential([layer, Dense(1)])
    layer.build(3, np.random.default_rng(0))
    message = rf"a NumPy layer among SimpleRNN, .*, got {kind.__name__} of {kind.__module__}\. Keras has no"
    with pytest.raises(InputError, match=message):
        to_keras(layer)


def test_a_stateful_layer_needs_its_batch_size():
    layer = LSTM(2, stateful=True)
    layer.build(3, np.random.default_rng(0))
    with pytest.raises(InputError, match="a batch_size for a stateful layer"):
        to_keras(layer)
    twin = to_keras(layer, batch_size=2)
    for _ in range(2):
        np.testing.assert_allclose(layer.forward(X), twin(X), atol=1e-6)
    both = Bidirectional(LSTM(2, stateful=True))
    both.build(3, np.random.default_rng(0))
    with pytest.raises(InputError, match="a batch_size for a stateful layer"):
        to_keras(both)


def test_configurations_survive():
    for layer in (
        LSTM(2, return_sequences=True, unit_forget_bias=False, recurrent_activation="tanh"),
        GRU(2, reset_after=False, use_bias=False),
        SimpleRNN(2, activation="linear", go_backwards=True),
        Dropout(0.1, seed=3),
    ):
        layer.build(3, np.random.default_rng(0))
        twin = to_keras(layer)
        if not twin.built:
            twin.build((None, 3))
        assert from_keras(twin).config() == layer.config()
    both = Bidirectional(LSTM(2), "mul")
    both.build(3, np.random.default_rng(0))
    back = from_keras(to_keras(both))
    assert back.merge_mode == "mul"
    assert back.backward_layer.config() == both.backward_layer.config()


def test_sequential_of_ours_becomes_sequential_of_keras():
    model = Sequential([Embedding(5, 2, mask_zero=True), LSTM(3), Dense(1)])
    model.build(1, np.random.default_rng(0))
    twin = to_keras(model)
    assert [type(layer).__name__ for layer in twin.layers] == ["Embedding", "LSTM", "Dense"]
    assert twin.layers[0].mask_zero
