import importlib.util

import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment import onnx_file
from lstm_course.sentiment.conversion import TOLERANCE, random_reviews
from lstm_course.sentiment.keras_learner import KerasLearner
from lstm_course.sentiment.models import build_model
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.onnx_file import run_onnx, write_onnx
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary, pad

MAX_TOKENS = 40
WORDS = [f"word{i}" for i in range(60)]


def learner_of(name):
    """A learner with random weights under which every word matters."""
    vocabulary = Vocabulary(WORDS)
    model = build_model(name, len(vocabulary))
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=0.3, size=weight.shape))
    return KerasLearner(model, vocabulary, TrainingSettings(model=name, max_tokens=MAX_TOKENS))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["seed", "lstm", "bilstm", "bilstm-last"])
def test_onnxruntime_computes_what_keras_does(tmp_path, name):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    learner, path = learner_of(name), tmp_path / "model.onnx"
    write_onnx(path, learner)
    session = onnxruntime.InferenceSession(path)
    metadata = session.get_modelmeta().custom_metadata_map
    assert metadata["vocabulary"].split("\n") == ["[PAD]", "[UNK]", *WORDS]
    assert metadata["max_tokens"] == str(MAX_TOKENS)
    rng = np.random.default_rng(0)
    for batch, time in [(1, 1), (1, 40), (7, 1), (5, 33)]:
        rows = [rng.integers(1, 62, length) for length in rng.integers(1, time + 1, batch)]
        ids, _ = pad(rows, width=time)
        [found] = session.run(None, {"ids": ids})
        np.testing.assert_allclose(found, learner.model.predict_on_batch(ids), atol=TOLERANCE, rtol=0)
    reviews = learner.encode(random_reviews(learner.vocabulary, MAX_TOKENS + 5))
    wanted = learner.probabilities(reviews)
    assert np.std(wanted) > 1000 * TOLERANCE  # else agreement would mean little
    np.testing.assert_allclose(run_onnx(path, reviews), wanted, atol=TOLERANCE, rtol=0)


@keras.saving.register_keras_serializable(package="tests")
class Search(keras.layers.Layer):
    """An operation that ONNX has not."""

    def call(self, x):
        return x + keras.ops.cast(keras.ops.searchsorted(keras.ops.arange(9), x), x.dtype)


def test_an_operation_without_translation_is_named(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    ids = keras.Input((None,), dtype="int32")
    flat = Search()(keras.ops.reshape(ids, (-1,)))
    learner = learner_of("lstm")
    learner.model = keras.Model(ids, flat)
    with pytest.raises(InputError, match=r"operations that ONNX has, got .*LowerBound"):
        write_onnx(tmp_path / "model.onnx", learner)


def test_what_cannot_be_exported_is_refused_in_words(tmp_path, monkeypatch):
    settings = TrainingSettings(model="numpy-lstm")
    with pytest.raises(InputError, match="a run of a Keras model for ONNX"):
        write_onnx(tmp_path / "model.onnx", NumpyLearner.create(Vocabulary(WORDS), settings))
    missing = {"tf2onnx"}
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(onnx_file, "find_spec", lambda name: None if name in missing else find_spec(name))
    with pytest.raises(InputError, match=r'the package tf2onnx for ONNX.*"lstm-course\[keras,onnx\]"'):
        write_onnx(tmp_path / "model.onnx", learner_of("lstm"))
    assert list(tmp_path.iterdir()) == []
