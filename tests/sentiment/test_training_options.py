"""Precision, compilation, clipping, devices; ``tests/backends`` runs this file on JAX and PyTorch too."""

import dataclasses

import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.keras_learner import KerasLearner
from lstm_course.sentiment.optimizer import DenseAdam
from lstm_course.sentiment.reviews import Reviews
from lstm_course.sentiment.settings import PRECISIONS, TrainingSettings
from lstm_course.sentiment.training_options import data_parallel, with_options
from lstm_course.text import Vocabulary

BACKEND = keras.backend.backend()
IDS, LABELS = np.array([[1, 1, 1, 2], [3, 1, 0, 0]]), np.array([[1.0], [0.0]], "float32")
USUAL = TrainingSettings(model="lstm")


def small_model(optimizer):
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(6, 4, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(3)),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.set_weights([np.random.default_rng(0).normal(size=w.shape) for w in model.get_weights()])
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def norm(arrays):
    return np.sqrt(sum((np.asarray(array, "float64") ** 2).sum() for array in arrays))


def test_the_usual_settings_leave_a_model_alone():
    model = small_model(DenseAdam())
    optimizer = model.optimizer
    assert with_options(model, USUAL) is model
    assert model.optimizer is optimizer


@pytest.mark.parametrize("limit", [1e-3, 1e3])
def test_a_gradient_is_clipped_to_its_norm_with_repeated_words_summed(limit):
    free, clipped = (
        with_options(small_model(DenseAdam(0.5)), dataclasses.replace(USUAL, clip_norm=clip))
        for clip in (None, limit)
    )
    moments = []
    for model in (free, clipped):
        model.train_on_batch(IDS, LABELS)  # after which Adam's first moment is a tenth of the gradient
        names = {weight.path: weight for weight in model.optimizer.variables if "momentum" in weight.path}
        moments.append(norm(keras.ops.convert_to_numpy(weight) for weight in names.values()) * 10)
    assert moments[1] == pytest.approx(min(limit, moments[0]), rel=1e-4)


@pytest.mark.parametrize("policy", PRECISIONS[1:])
def test_half_precision_computes_in_half_and_says_probabilities_in_full(policy):
    full, half = (
        with_options(small_model(DenseAdam(1e-2)), dataclasses.replace(USUAL, precision=precision))
        for precision in ("float32", policy)
    )
    *hidden, last = half.layers
    bidirectional = hidden[-1]
    for layer in (*hidden, bidirectional.forward_layer, bidirectional.backward_layer.cell):
        assert layer.compute_dtype == policy.removeprefix("mixed_")
        assert layer.variable_dtype == "float32"
    assert last.compute_dtype == "float32"
    assert isinstance(half.optimizer, keras.optimizers.LossScaleOptimizer) == (policy == "mixed_float16")
    assert keras.config.dtype_policy().name == "float32"  # as it was
    expected, found = (model.predict_on_batch(IDS) for model in (full, half))
    assert found.dtype == np.float32
    assert 0 < abs(found - expected).max() < 0.02
    before = half.get_weights()
    for model in (full, half):
        model.train_on_batch(IDS, LABELS)
    for start, ours, theirs in zip(before, half.get_weights(), full.get_weights(), strict=True):
        # Adam's first step is the rate times the sign of each gradient; where that is 0, signs may differ.
        same = abs(ours - theirs) < 1e-3
        assert same.mean() > 0.8
        assert abs(ours - start).max() == pytest.approx(1e-2, rel=0.05)


@pytest.mark.parametrize(("jit", "compiled"), [("on", True), ("off", False)])
def test_compilation_is_turned_on_and_off(jit, compiled):
    model = with_options(small_model(DenseAdam()), dataclasses.replace(USUAL, jit=jit))
    assert model.jit_compile is compiled


def test_what_cannot_be_compiled_says_so():
    model = small_model(DenseAdam())
    model.layers[0].supports_jit = False
    with pytest.raises(InputError, match="--jit on, got this one: the layer embedding"):
        with_options(model, dataclasses.replace(USUAL, jit="on"))


def test_devices_are_jaxs_and_not_more_than_there_are():
    assert data_parallel(1) is None
    message = "at most" if BACKEND == "jax" else "JAX backend for several devices, got " + BACKEND
    with pytest.raises(InputError, match=message):
        data_parallel(1024)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "precision"), [("lstm", "float32"), ("lstm", "mixed_float16"), ("bilstm", "float32")]
)
def test_a_learner_goes_on_from_its_checkpoint(tmp_path, model, precision):
    settings = dataclasses.replace(
        USUAL, model=model, precision=precision, clip_norm=1.0, batch_size=2, vocabulary_size=9
    )
    tokens = [["a", "b"], ["b"] * 30, ["c", "a", "b"], ["c"]]
    labels = np.array([0, 1, 0, 1])
    vocabulary = Vocabulary.build(tokens, 9, 1)

    def learner():
        return KerasLearner.create(vocabulary, tokens, settings)

    def epoch(one, number):
        return one.train_epoch(number, one.encode(tokens), labels, lambda *progress: False)

    whole = learner()
    undisturbed = [epoch(whole, 0), epoch(whole, 1)]
    first = learner()
    assert epoch(first, 0) == undisturbed[0]
    first.save_checkpoint(tmp_path)
    second = learner()  # with it, all that draws random numbers stands at its beginning again
    second.load_checkpoint(tmp_path)
    assert epoch(second, 1) == undisturbed[1]
    for expected, found in zip(whole.weights(), second.weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


SEQUENCES = [[2] * length for length in (3, 30, 1, 60, 5)]
BATCHES = [np.array([0, 2, 4]), np.array([1, 3])]


def test_batches_come_in_order_and_again():
    data = Reviews(SEQUENCES, np.arange(5), BATCHES)
    for _ in range(2):  # Keras looks at the first ones before it begins
        for index, batch in enumerate(BATCHES):
            ids, labels = data[index]
            assert labels[:, 0].tolist() == batch.tolist()
            assert (ids != 0).sum(axis=1).tolist() == [len(SEQUENCES[i]) for i in batch]


@pytest.mark.parametrize(("step", "width"), [(25, 75), (50, 100)])
def test_widths_are_multiples_of_the_step(step, width):
    assert Reviews(SEQUENCES, np.arange(5), BATCHES, step)[1][0].shape == (2, width)


def test_shares_are_even_and_added_rows_count_for_nothing():
    values = np.array([0.1, 0.9, 0.4, 0.3, 0.7])
    data = Reviews(SEQUENCES, values, BATCHES, devices=4)
    for index, batch in enumerate(BATCHES):
        ids, labels, weights = data[index]
        assert len(ids) == len(labels) == len(weights) == 4
        assert np.mean(labels[:, 0] * weights) == pytest.approx(values[batch].mean())
        assert (weights[len(batch) :] == 0).all()
