"""Kneser-Ney: a model worked by hand, normalisation, what the two kinds of shorter contexts count."""

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.language_model import NGramModel

A, B, C = 0, 1, 2
TEXT = np.array([A, B, A, B, A, C])  # bigrams ab, ba, ab, ba, ac


def bigram(continuation=True):
    return NGramModel.fit(TEXT, order=2, vocabulary=4, continuation=continuation)


def test_kneser_ney_by_hand():
    # bigrams: ab twice, ba twice, ac once, so n_1 = 1, n_2 = 2 and d_2 = 1 / (1 + 2 · 2) = 0.2
    # continuations: b after a, a after b, c after a: one each; n_2 = 0, so d_1 = 0.5
    model = bigram()
    assert model.discounts == [0.5, 0.2]
    unigram = (1 - 0.5 + 0.5 * 3 / 4) / 3  # three kinds of bigrams, three characters seen, alphabet of four
    never = (0.5 * 3 / 4) / 3
    after_a = model.probabilities(np.array([[A]]))[0]
    expected = [0.2 * 2 * unigram / 3, (2 - 0.2 + 0.2 * 2 * unigram) / 3]
    expected += [(1 - 0.2 + 0.2 * 2 * unigram) / 3, 0.2 * 2 * never / 3]
    np.testing.assert_allclose(after_a, expected, rtol=1e-12)


def test_absolute_discounting_by_hand():
    # unigrams: a three times, b twice, c once: n_1 = n_2 = 1 and d_1 = 1/3
    model = bigram(continuation=False)
    np.testing.assert_allclose(model.discounts, [1 / 3, 0.2])
    unigram_b = (2 - 1 / 3 + 1 / 3 * 3 / 4) / 6
    assert model.probabilities(np.array([[A]]))[0, B] == pytest.approx((2 - 0.2 + 0.2 * 2 * unigram_b) / 3)


def test_a_context_never_followed_hands_the_question_on():
    model = bigram()
    uniform_tail = NGramModel.fit(TEXT, order=2, vocabulary=4).probabilities(np.array([[C]]))[0]
    unigram = (1 - 0.5 + 0.5 * 3 / 4) / 3
    np.testing.assert_allclose(uniform_tail, [unigram] * 3 + [0.5 * 3 / 4 / 3])
    np.testing.assert_allclose(model.probabilities(np.array([[3]]))[0], uniform_tail)


@pytest.mark.parametrize("continuation", [True, False])
@pytest.mark.parametrize("order", [1, 2, 3, 6])
def test_probabilities_sum_to_one_and_none_is_zero(order, continuation):
    rng = np.random.default_rng(order)
    text = (rng.random(3000) ** 3 * 10).astype(np.uint8)  # ids 0 to 9 of twelve
    model = NGramModel.fit(text, order, vocabulary=12, continuation=continuation)
    seen = text[rng.integers(0, 2000, 100)[:, None] + np.arange(7)]
    for contexts in (rng.integers(0, 12, (100, 7)), seen):
        p = model.probabilities(contexts)
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
        assert p.min() > 0


def test_losses_are_those_of_the_distributions_and_line_up():
    rng = np.random.default_rng(0)
    text = rng.integers(0, 5, 400)
    model = NGramModel.fit(text[:300], 3, vocabulary=5)
    held = text[300:]
    losses = model.losses(held, skip=4)
    assert len(losses) == 96
    for place in (4, 50, 99):
        p = model.probabilities(held[None, :place])[0, held[place]]
        assert losses[place - 4] == pytest.approx(-np.log(p))


def test_keys_of_the_alphabet_of_forty_do_not_overflow():
    text = np.full(40, 39, np.uint8)  # the largest key of all
    model = NGramModel.fit(text, order=11, vocabulary=40)
    assert model.probabilities(text[None, :10])[0, 39] > 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NGramModel.fit(TEXT, 0),
        lambda: NGramModel.fit(TEXT, 12),
        lambda: NGramModel.fit(TEXT[:1], 2),
        lambda: NGramModel.fit(TEXT, 2, vocabulary=2),
        lambda: bigram().probabilities(np.zeros((3, 0), int)),
        lambda: NGramModel.fit(TEXT[None], 2),
        lambda: bigram().losses(TEXT[None]),
        lambda: bigram().losses(TEXT, skip=0),
        lambda: bigram().losses(TEXT, skip=6),
        lambda: NGramModel.fit(TEXT, 1, vocabulary=1),
        lambda: NGramModel.fit(TEXT.astype(float), 2, vocabulary=4),
        lambda: bigram().losses(TEXT + 2),
        lambda: bigram().losses(TEXT.astype(float)),
        lambda: bigram().probabilities(np.array([[4]])),
        lambda: bigram().probabilities(np.array([[-1]])),
    ],
)
def test_mistakes_are_named(wrong):
    with pytest.raises(InputError, match="expected"):
        wrong()
