"""Each condition is broken in turn, and the verdict compared with what Keras itself then does."""

import importlib

import keras
import numpy as np
import pytest

from lstm_course.sentiment.kernels import cudnn_report, gpu_devices, recurrent_layers
from lstm_course.sentiment.models import KERAS_MODELS

KERAS_RULES = "keras.src.backend.tensorflow.rnn"
LSTM, GRU = keras.layers.LSTM, keras.layers.GRU
on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="asks Keras's TensorFlow backend"
)

BREAKERS = [
    (LSTM, {}, None),
    (GRU, {}, None),
    (LSTM, {"activation": "relu"}, "activation='tanh'; here activation='relu'"),
    (GRU, {"activation": "sigmoid"}, "activation='tanh'; here activation='sigmoid'"),
    (LSTM, {"recurrent_activation": "hard_sigmoid"}, "recurrent_activation='sigmoid'; here"),
    (GRU, {"recurrent_activation": "hard_sigmoid"}, "recurrent_activation='sigmoid'; here"),
    (LSTM, {"activation": lambda x: keras.ops.tanh(x)}, "activation='tanh'; here activation='<lambda>'"),
    (LSTM, {"activation": keras.ops.tanh}, None),
    (LSTM, {"recurrent_dropout": 0.1}, "recurrent_dropout=0; here recurrent_dropout=0.1"),
    (GRU, {"recurrent_dropout": 0.1}, "recurrent_dropout=0; here recurrent_dropout=0.1"),
    (LSTM, {"dropout": 0.1}, None),
    (LSTM, {"unroll": True}, "unroll=False; here unroll=True"),
    (GRU, {"unroll": True}, "unroll=False; here unroll=True"),
    (LSTM, {"use_bias": False}, "use_bias=True; here use_bias=False"),
    (GRU, {"use_bias": False}, "use_bias=True; here use_bias=False"),
    (GRU, {"reset_after": False}, "reset_after=True; here reset_after=False"),
    (LSTM, {"use_cudnn": False}, "use_cudnn='auto'; here use_cudnn=False"),
    (LSTM, {"return_sequences": True, "go_backwards": True}, None),
]


class TookCudnn(Exception):
    """Raised where Keras would launch the cuDNN kernel."""


@pytest.fixture
def pretended_gpu(monkeypatch):
    """Let Keras believe in a GPU, and see whether it goes for the kernel."""
    rnn = importlib.import_module(KERAS_RULES)

    def launch(*arguments, **options):
        raise TookCudnn

    monkeypatch.setattr(rnn, "_is_gpu_available", lambda: True)
    monkeypatch.setattr(rnn, "_cudnn_lstm", launch)
    monkeypatch.setattr(rnn, "_cudnn_gru", launch)


@on_tensorflow
@pytest.mark.parametrize(("kind", "options", "reason"), BREAKERS)
def test_the_verdict_is_what_keras_does(pretended_gpu, kind, options, reason):
    layer = kind(3, **options)
    [report] = cudnn_report(layer, gpu=True)
    x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")
    try:
        layer(x)
        took = False
    except TookCudnn:
        took = True
    assert report.uses_cudnn == took
    if reason is None:
        assert report.reasons == ()
    else:
        assert len(report.reasons) == 1
        assert report.reasons[0].startswith(reason)


MASKS = [
    ([[1, 1, 0], [1, 1, 1]], None),
    ([[0, 1, 1], [1, 1, 1]], "a mask padded on the right; here 1 of 2 rows that are not"),
    ([[1, 0, 1], [1, 0, 1]], "a mask padded on the right; here 2 of 2 rows that are not"),
    ([[0, 0, 0], [1, 1, 0]], "no row wholly masked; here 1 of 2 rows that are"),
]


@on_tensorflow
@pytest.mark.parametrize(("mask", "reason"), MASKS)
def test_the_verdict_on_a_mask_is_keras_own_assertion(mask, reason):
    import tensorflow as tf

    rnn = importlib.import_module(KERAS_RULES)
    [report] = cudnn_report(LSTM(2), mask=np.array(mask), gpu=True)
    try:
        rnn._assert_valid_mask(tf.constant(np.array(mask, dtype=bool)))
        valid = True
    except tf.errors.InvalidArgumentError:
        valid = False
    assert report.uses_cudnn == valid
    assert report.reasons == (() if reason is None else (reason,))


def test_a_gpu_is_a_condition_too():
    [report] = cudnn_report(LSTM(2), gpu=False)
    assert report.reasons == ("a GPU that the backend sees; here none",)
    [asked] = cudnn_report(LSTM(2))
    assert asked.uses_cudnn == bool(gpu_devices())


@pytest.mark.parametrize("layer", [keras.layers.SimpleRNN(2), keras.layers.RNN(keras.layers.LSTMCell(2))])
def test_other_recurrent_layers_never_run_on_cudnn(layer):
    [report] = cudnn_report(layer, gpu=True)
    assert report.reasons == (f"keras.layers.LSTM or GRU; here {type(layer).__name__}",)


def test_both_directions_are_looked_at():
    layer = keras.layers.Bidirectional(LSTM(2), backward_layer=LSTM(2, activation="relu", go_backwards=True))
    forward, backward = cudnn_report(layer, gpu=True)
    assert forward.uses_cudnn
    assert len(backward.reasons) == 1


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends_take_no_mask_to_cudnn(monkeypatch, backend):
    monkeypatch.setattr(keras.backend, "backend", lambda: backend)
    [masked] = cudnn_report(LSTM(2), masked=True, gpu=True)
    assert masked.reasons == ("no mask (this backend takes none to cuDNN); here a mask",)
    [plain] = cudnn_report(LSTM(2), gpu=True)
    assert plain.uses_cudnn
    [gru] = cudnn_report(GRU(2), gpu=True)
    assert gru.uses_cudnn == (backend == "torch")


def test_the_mask_is_followed_through_a_model():
    found = {name: recurrent_layers(build(10)) for name, build in KERAS_MODELS.items()}
    assert all(len(layers) == 1 and layers[0][1] for layers in found.values())
    unmasked = keras.Sequential(
        [
            keras.layers.Embedding(9, 4, mask_zero=True),
            LSTM(3, return_sequences=True),
            LSTM(3),  # its output has no time, so nothing is left to mask
            keras.layers.RepeatVector(2),
            LSTM(3),
        ]
    )
    assert [masked for _, masked in recurrent_layers(unmasked)] == [True, True, False]


@on_tensorflow
def test_the_courses_models_meet_every_condition_but_the_gpu():
    for build in KERAS_MODELS.values():
        for layer, masked in recurrent_layers(build(10)):
            assert all(report.uses_cudnn for report in cudnn_report(layer, masked=masked, gpu=True))
