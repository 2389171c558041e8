"""The layers against Keras's own under a mask; ``tests/backends`` runs this file on JAX and PyTorch too."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from lstm_course.sentiment.right_padded import RightPaddedBidirectional, RightPaddedLSTM

FEATURES, UNITS = 4, 3
RAGGED = [4, 1, 6, 0, 3]  # one step, no padding, no step at all among them


def keras_layer(both, return_sequences):
    lstm = layers.LSTM(UNITS, return_sequences=return_sequences)
    return layers.Bidirectional(lstm) if both else lstm


def our_layer(both, return_sequences):
    kind = RightPaddedBidirectional if both else RightPaddedLSTM
    return kind(UNITS, return_sequences=return_sequences)


def batch_of(lengths):
    """Ids that are all different, so that each step has an embedding, and so a gradient, of its own."""
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    ids = np.zeros(mask.shape, "int32")
    ids[mask] = 1 + np.arange(mask.sum())
    return ids, mask


def model_with(layer, ids):
    words = int(ids.max()) + 1
    return keras.Sequential(
        [keras.Input((None,), dtype="int32"), layers.Embedding(words, FEATURES, mask_zero=True), layer]
    )


def linear(coefficients, y):
    """A loss whose gradient with respect to ``y`` is given."""
    return ops.sum(coefficients * y)


@pytest.mark.parametrize(
    ("both", "return_sequences", "lengths"),
    [
        pytest.param(True, True, RAGGED, id="both-steps"),
        pytest.param(True, False, RAGGED, id="both-last"),
        pytest.param(False, True, RAGGED, id="forward-steps"),
        pytest.param(False, False, RAGGED, id="forward-last"),
        pytest.param(True, True, [1], id="a single step"),
    ],
)
def test_outputs_and_gradients_are_those_of_the_masked_layer(both, return_sequences, lengths):
    rng = np.random.default_rng(0)
    ids, mask = batch_of(lengths)
    theirs, ours = (model_with(make(both, return_sequences), ids) for make in (keras_layer, our_layer))
    weights = [rng.normal(size=weight.shape) for weight in theirs.get_weights()]
    results = []
    for model in (theirs, ours):
        model.compile(keras.optimizers.SGD(1.0), linear)  # whose step is the gradient
        model.set_weights(weights)
        results.append(model.predict_on_batch(ids))
    if return_sequences:
        if both:
            np.testing.assert_array_equal(results[1][~mask], 0)
        real = mask[:, :, None] * np.ones_like(results[0])  # the masked LSTM repeats its last step after it
    else:
        real = np.ones_like(results[0])
    np.testing.assert_allclose(results[1] * real, results[0] * real, atol=1e-6)
    coefficients = rng.normal(size=real.shape).astype("float32") * real
    for model in (theirs, ours):
        model.train_on_batch(ids, coefficients)
    trained = zip(weights, theirs.get_weights(), ours.get_weights(), strict=True)
    for before, expected, found in trained:
        assert abs(expected - before).max() > 1e-3 or mask.shape[1] == 1  # no state comes before one step
        np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("both", [True, False], ids=["both", "forward"])
def test_a_row_with_no_real_step_gives_zeros_as_in_keras(both):
    x, mask = np.ones((2, 3, FEATURES), "float32"), np.array([[True] * 3, [False] * 3])
    for make in (keras_layer, our_layer):
        for return_sequences in (True, False):
            y = ops.convert_to_numpy(make(both, return_sequences)(x, mask=mask))
            assert (y[0] != 0).all()
            assert (y[1] == 0).all()


def test_without_a_mask_every_step_counts():
    x = np.random.default_rng(1).normal(size=(2, 5, FEATURES)).astype("float32")
    theirs, ours = keras_layer(True, True), our_layer(True, True)
    for layer in (theirs, ours):
        layer.build(x.shape)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(ops.convert_to_numpy(ours(x)), ops.convert_to_numpy(theirs(x)), atol=1e-6)


@pytest.mark.parametrize("make", [keras_layer, our_layer])
def test_no_mask_reaches_the_lstm_inside(monkeypatch, make):
    masks = []
    run = layers.LSTM.inner_loop

    def recording(self, sequences, initial_state, mask, **options):
        masks.append(mask)
        return run(self, sequences, initial_state, mask, **options)

    monkeypatch.setattr(layers.LSTM, "inner_loop", recording)
    ids, _ = batch_of([2, 3])
    model_with(make(True, True), ids).predict_on_batch(ids)
    assert len(masks) >= 2
    assert all((mask is None) == (make is our_layer) for mask in masks)


@pytest.mark.parametrize("return_sequences", [True, False])
def test_the_mask_goes_on_while_there_is_time(return_sequences):
    mask = ops.ones((2, 3), "bool")
    passed = our_layer(True, return_sequences).compute_mask(None, mask)
    assert (passed is mask) if return_sequences else (passed is None)


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("return_sequences", [True, False])
def test_a_saved_model_comes_back(tmp_path, both, return_sequences):
    ids, _ = batch_of([2, 4, 1])
    model = model_with(our_layer(both, return_sequences), ids)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False)
    assert loaded.layers[1].return_sequences is return_sequences
    np.testing.assert_array_equal(loaded.predict_on_batch(ids), model.predict_on_batch(ids))
    assert loaded.output_shape == model.output_shape


def test_half_precision_stays_half():
    layer = RightPaddedBidirectional(UNITS, dtype="mixed_bfloat16")
    y = layer(np.ones((1, 3, FEATURES), "float32"))
    assert keras.backend.standardize_dtype(y.dtype) == "bfloat16"
    assert all(keras.backend.standardize_dtype(weight.dtype) == "float32" for weight in layer.weights)
