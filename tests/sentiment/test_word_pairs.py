import keras
import numpy as np
import pytest

from lstm_course.sentiment.word_pairs import WordAndPairEmbedding, frequent_pairs

VOCABULARY, TEXTS = 9, [[2, 3, 4, 2, 3], [2, 3, 4], [8, 7], [3, 4]]


def layer_of(codes):
    layer = WordAndPairEmbedding(VOCABULARY, 3, 2, len(codes))
    layer.build((None, None))
    layer.know(codes)
    return layer


def test_a_step_is_its_word_and_its_pair():
    codes = frequent_pairs(TEXTS, VOCABULARY, at_least=2)
    assert codes.tolist() == [2 * VOCABULARY + 3, 3 * VOCABULARY + 4]
    layer = layer_of(codes)
    words, pairs, _ = layer.get_weights()
    ids = np.array([[2, 3, 4, 0], [3, 4, 2, 3], [4, 4, 4, 4]])
    rows = np.array([[1, 2, 0, 0], [2, 0, 1, 0], [0, 0, 0, 0]])  # the last word of a text has no pair
    expected = np.concatenate([words[ids], pairs[rows]], axis=-1)
    np.testing.assert_array_equal(layer(ids), expected)
    np.testing.assert_array_equal(layer.compute_mask(ids), ids != 0)


def test_no_pairs_is_words_alone():
    layer = layer_of(frequent_pairs([], VOCABULARY))
    ids = np.array([[2, 3]])
    words, pairs, _ = layer.get_weights()
    np.testing.assert_array_equal(layer(ids)[0], np.concatenate([words[ids[0]], pairs[[0, 0]]], axis=-1))


def test_pairs_are_saved_with_the_model_and_never_trained(tmp_path):
    codes = frequent_pairs(TEXTS, VOCABULARY, at_least=2)
    layer = layer_of(codes)
    assert [weight.name for weight in layer.trainable_weights] == ["words", "pairs"]
    ids = np.array([[2, 3, 4]])
    model = keras.Sequential([keras.Input((None,), dtype="int32"), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(ids), model(ids))
    np.testing.assert_array_equal(loaded.layers[0].codes, codes)


def test_every_code_of_the_largest_vocabulary_fits():
    size = 46_340
    codes = frequent_pairs([[size - 1, size - 1]], size, at_least=1)
    assert codes.tolist() == [(size - 1) * size + size - 1]
    layer = WordAndPairEmbedding(size, 1, 1, 1)
    layer.build((None, None))
    layer.know(codes)
    _, pairs, _ = layer.get_weights()
    np.testing.assert_array_equal(layer(np.array([[size - 1, size - 1]]))[0, :, 1], pairs[[1, 0], 0])
    with pytest.raises(ValueError, match="at most 46,340 words, got 46,341"):
        WordAndPairEmbedding(size + 1, 1, 1, 1)
