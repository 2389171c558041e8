import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.models import KERAS_MODELS, accuracy, build_model


def test_the_posts_model_is_the_posts_model_plus_an_embedding():
    model = build_model("seed", vocabulary_size=50)
    embedding, lstm, dense = model.layers
    assert isinstance(embedding, keras.layers.Embedding)
    assert embedding.mask_zero
    assert (lstm.units, lstm.return_sequences, lstm.dropout) == (100, False, 0)
    assert (dense.units, dense.activation) == (1, keras.activations.sigmoid)
    assert type(model.optimizer) is keras.optimizers.Adam


@pytest.mark.parametrize("name", KERAS_MODELS)
def test_padding_never_changes_a_probability(name):
    model = build_model(name, vocabulary_size=20, seed=1)
    ids = np.array([[3, 7, 9, 2]])
    padded = np.pad(ids, ((0, 0), (0, 5)))
    probability = model.predict_on_batch(ids)
    np.testing.assert_allclose(model.predict_on_batch(padded), probability, atol=1e-6)
    assert probability.shape == (1, 1)
    assert 0 < probability[0, 0] < 1


@pytest.mark.parametrize("name", KERAS_MODELS)
def test_the_seed_fixes_the_weights(name):
    first, same, other = (build_model(name, 20, seed=seed).get_weights() for seed in (3, 3, 4))
    assert all((a == b).all() for a, b in zip(first, same, strict=True))
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


def test_unknown_models_are_refused():
    with pytest.raises(InputError, match="seed, lstm, bilstm"):
        build_model("numpy-lstm", 20)


@pytest.mark.parametrize("kind", ["int64", "float32"])
def test_accuracy_asks_for_the_side_of_a_label_whatever_its_type(kind):
    labels = np.array([[1], [0], [1], [0]], dtype=kind)
    probabilities = np.array([[0.9], [0.2], [0.4], [0.6]], dtype="float32")
    assert np.array(accuracy(labels, probabilities)).tolist() == [1, 1, 0, 0]


def test_a_label_that_is_a_probability_has_a_side_too():
    labels = np.array([[0.8], [0.3], [0.55]], dtype="float32")
    probabilities = np.array([[0.6], [0.1], [0.4]], dtype="float32")
    assert np.array(accuracy(labels, probabilities)).tolist() == [1, 1, 0]
