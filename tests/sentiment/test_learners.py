"""The three kinds of learner, on real reviews: they learn, they save, and NumPy's curve is Keras's."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment import keras_learner
from lstm_course.sentiment import learners as learners_module
from lstm_course.sentiment.batches import COMPILED_ROWS
from lstm_course.sentiment.compilation import Compilation
from lstm_course.sentiment.evaluation import evaluate
from lstm_course.sentiment.learner import load_arrays
from lstm_course.sentiment.learners import create_learner, load_learner
from lstm_course.text import Vocabulary

KINDS = ("lstm", "numpy-lstm", "bag-of-words", "nbsvm", "bilstm-pairs", "bilstm-virtual")


def go_on(reviews, loss, accuracy):
    return False


def trained(model, small, data, epochs=1):
    settings = dataclasses.replace(small, model=model)
    learner = create_learner(data.train.tokens, settings)
    features = learner.encode(data.train.tokens)
    results = [learner.train_epoch(e, features, data.train.labels, go_on) for e in range(epochs)]
    return learner, settings, results


def test_numpy_and_keras_train_along_the_same_curve(small, data):
    numpy_learner, _, numpy_results = trained("numpy-lstm", small, data, epochs=3)
    keras_learner, _, keras_results = trained("lstm", small, data, epochs=3)
    for ours, theirs in zip(numpy_results, keras_results, strict=True):
        assert ours.loss == pytest.approx(theirs.loss, abs=1e-4)
        assert ours.accuracy == pytest.approx(theirs.accuracy, abs=1e-6)
    assert numpy_results[-1].loss < numpy_results[0].loss - 0.001
    for ours, theirs in zip(numpy_learner.weights(), keras_learner.weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)
    features = numpy_learner.encode(data.validation.tokens)
    assert features == keras_learner.encode(data.validation.tokens)
    np.testing.assert_allclose(
        numpy_learner.probabilities(features), keras_learner.probabilities(features), atol=1e-3
    )


@pytest.mark.parametrize("model", KINDS)
def test_a_saved_model_predicts_what_it_did(tmp_path, small, data, model):
    learner, settings, _ = trained(model, small, data)
    tokens = [*data.validation.tokens[:40], []]  # the empty review too
    before = learner.probabilities(learner.encode(tokens))
    assert before.shape == (41,)
    assert ((before >= 0) & (before <= 1)).all()
    learner.save(tmp_path)
    learner.vocabulary.save(tmp_path / "vocabulary.txt")
    loaded = load_learner(tmp_path, Vocabulary.load(tmp_path / "vocabulary.txt"), settings)
    np.testing.assert_allclose(loaded.probabilities(loaded.encode(tokens)), before, atol=1e-6)
    assert loaded.parameters == learner.parameters


@pytest.mark.parametrize("model", KINDS)
def test_damaged_models_are_refused(tmp_path, small, data, model):
    learner, settings, _ = trained(model, small, data, epochs=0)
    learner.save(tmp_path)
    path = tmp_path / learner.model_file
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"not a model at all"):
        path.write_bytes(damaged)
        with pytest.raises(InputError):
            load_learner(tmp_path, learner.vocabulary, settings)
    path.unlink()
    with pytest.raises(InputError):
        load_learner(tmp_path, learner.vocabulary, settings)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_with_any_byte_damaged_are_refused_or_read(tmp_path, save):
    path = tmp_path / "model.npz"
    save(path, weight=np.arange(40.0))
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            load_arrays(path)
        except InputError:
            refused += 1
    assert refused > len(whole) / 2
    with path.open("wb") as file:
        np.save(file, np.arange(3.0))  # one array, under the name of several
    with pytest.raises(InputError, match=r"a whole \.npz file of arrays"):
        load_arrays(path)


@pytest.mark.parametrize("model", ["numpy-lstm", "bag-of-words"])
def test_a_pickle_in_place_of_the_arrays_is_never_run(tmp_path, small, data, model):
    class Bomb:
        def __reduce__(self):
            return (exec, ("raise SystemError('unpickled')",))

    learner, settings, _ = trained(model, small, data, epochs=0)
    bomb = np.empty(1, dtype=object)
    bomb[0] = Bomb()
    np.savez(tmp_path / learner.model_file, weight_0=bomb, coefficients=bomb)
    with pytest.raises(InputError, match=r"whole \.npz file of arrays"):
        load_learner(tmp_path, learner.vocabulary, settings)


@pytest.mark.parametrize("model", KINDS)
def test_a_model_and_a_vocabulary_of_different_runs_are_refused(tmp_path, small, data, model):
    learner, settings, _ = trained(model, small, data, epochs=0)
    learner.save(tmp_path)
    with pytest.raises(InputError, match=r"shapes|a vocabulary of \d+ ids for .*, got one of 4\."):
        load_learner(tmp_path, Vocabulary(["other", "words"]), settings)


def test_where_each_shape_is_compiled_few_are_asked_for(small, data, monkeypatch):
    learner, settings, _ = trained("lstm", small, data, epochs=0)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(keras_learner.keras.backend, "backend", lambda: "jax")
        elsewhere.setattr(keras_learner, "compilation", lambda model, jit: Compilation("XLA", ""))
        compiled = keras_learner.KerasLearner(learner.model, learner.vocabulary, settings)
    predict, rows = learner.model.predict_on_batch, []
    monkeypatch.setattr(learner.model, "predict_on_batch", lambda ids: rows.append(len(ids)) or predict(ids))
    counts = [1, COMPILED_ROWS - 1, COMPILED_ROWS + 1]
    for count in counts:
        features = learner.encode(data.validation.tokens[:count])
        found, expected = compiled.probabilities(features), learner.probabilities(features)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    assert rows[::2] == [COMPILED_ROWS, COMPILED_ROWS, 2 * COMPILED_ROWS]
    assert rows[1::2] == counts  # where nothing is compiled, or TensorFlow takes any number


def test_the_bag_of_words_is_scikit_learns_pipeline(small, data):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from lstm_course.sentiment.bag_of_words import BAGS

    learner, _, _ = trained("bag-of-words", small, data)
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer=lambda t: [*t, *map(" ".join, pairwise(t))], sublinear_tf=True, min_df=2),
        LogisticRegression(C=BAGS["bag-of-words"].inverse_penalty, max_iter=1000),
    ).fit(data.train.tokens, data.train.labels)
    expected = pipeline.predict_proba(data.validation.tokens)[:, 1]
    found = learner.probabilities(learner.encode(data.validation.tokens))
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert evaluate(found, data.validation.labels)["accuracy"] > 0.7


def test_texts_without_a_word_in_common_have_no_bag(small):
    settings = dataclasses.replace(small, model="bag-of-words")
    with pytest.raises(InputError, match="words in common"):
        create_learner([["one"], ["two"]], settings)


@pytest.mark.parametrize(("model", "package"), [("lstm", "keras"), ("bag-of-words", "scikit-learn")])
def test_a_missing_package_is_named(monkeypatch, small, model, package):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=f"package {package} .*pip install"):
        create_learner([["a"]], dataclasses.replace(small, model=model))
    assert learners_module.RARELY == 2
