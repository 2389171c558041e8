import dataclasses

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.prediction import AT_ONCE
from lstm_course.sentiment.serving.model_card import model_card
from lstm_course.sentiment.serving.reading import MOST_WORDS, Reader

from .conftest import MAX_TOKENS, expected


@pytest.fixture
def reader(predictor, monkeypatch):
    """A reader that notes how many predictions each reading cost."""
    reader = Reader(predictor)
    reader.cost = []
    encode = reader.learner.encode
    monkeypatch.setattr(
        reader.learner, "encode", lambda lists: reader.cost.append(len(lists)) or encode(lists)
    )
    return reader


def test_each_word_has_the_probability_after_it(reader):
    reading = reader.read("Good, but BAD bad film!")
    assert [word.word for word in reading.words] == ["good", "but", "bad", "bad", "film", "!"]
    after = [word.probability for word in reading.words]
    np.testing.assert_allclose(after, expected("good but bad bad film !"))
    assert reading.probability == after[-1]
    assert [word.known for word in reading.words] == [True] * 5 + [False]
    shown = reading.to_dict()
    assert (shown["label"], shown["left_out"], shown["words"][5]["known"]) == ("negative", 0, False)


def test_a_review_of_many_batches(predictor):
    predictor.learner.settings = dataclasses.replace(predictor.learner.settings, max_tokens=5 * AT_ONCE)
    text = " ".join(np.random.default_rng(0).choice(["good", "bad", "film"], 4 * AT_ONCE + 1))
    reading = Reader(predictor).read(text)
    np.testing.assert_allclose([word.probability for word in reading.words], expected(text))


def test_a_text_that_grows_costs_a_prediction_a_word(reader):
    texts = ["good", "good film", "good film but", "good film bad", "bad", "good film bad good", "bad film"]
    after = [[word.probability for word in reader.read(text).words] for text in texts]
    assert reader.cost == [1] * 7
    for text, found in zip(texts, after, strict=True):
        np.testing.assert_allclose(found, expected(text))
    reader.read("good film")  # the beginning of what was read before
    assert len(reader.cost) == 7
    reader.read("but good")
    another = [word.probability for word in reader.read("but bad").words]
    assert reader.cost[7:] == [2, 1]
    np.testing.assert_allclose(another, expected("but bad"))


@pytest.mark.parametrize("more", [1, 30])
def test_a_long_text_loses_its_middle_and_says_so(reader, more):
    words = ["good"] * 3 + ["film"] * (MAX_TOKENS + more - 6) + ["bad"] * 3
    reading = reader.read(" ".join(words))
    read = [word for word in reading.words if word.probability is not None]
    assert (len(reading.words), len(read)) == (MAX_TOKENS + more, MAX_TOKENS)
    assert reading.to_dict()["left_out"] == more
    left_out = [i for i, word in enumerate(reading.words) if word.probability is None]
    assert left_out == list(range(MAX_TOKENS // 2, MAX_TOKENS // 2 + more))
    np.testing.assert_allclose([w.probability for w in read], expected(" ".join(w.word for w in read)))
    [whole] = reader.learner.probabilities(reader.learner.encode([words]))
    assert reading.probability == pytest.approx(whole)


@pytest.mark.parametrize("text", ["", " ", "...", "\ud800"])
def test_a_text_without_words_is_one_unknown_word(reader, text):
    reading = reader.read(text)
    assert (reading.words, reading.probability) == ((), pytest.approx(0.5))


def test_a_text_has_only_so_many_words(reader):
    assert len(reader.read("film " * MOST_WORDS).words) == MOST_WORDS
    with pytest.raises(InputError, match="at most 1,000 words, got one of 1,001"):
        reader.read("film " * (MOST_WORDS + 1))


def test_the_card_says_what_it_was_measured_on(predictor):
    card = model_card(Reader(predictor))
    assert (card["accuracy"], card["reviews"], card["trained_on"]) == (0.875, 400, 1600)
    assert "best epoch was chosen" in card["measured_on"]
    assert (card["parameters"], card["vocabulary"], card["reads"]) == (12, 6, MAX_TOKENS)
    sizes = {"train": 1600, "validation": 400, "test": 900}
    predictor.metrics = {**predictor.metrics, "test": {"accuracy": 0.85}, "sizes": sizes}
    card = model_card(Reader(predictor))
    assert (card["accuracy"], card["reviews"]) == (0.85, 900)
    assert "official test part" in card["measured_on"]
    predictor.metrics = {}
    card = model_card(Reader(predictor))
    assert (card["accuracy"], card["parameters"]) == (None, 20)
