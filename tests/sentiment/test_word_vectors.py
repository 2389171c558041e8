import numpy as np
import pytest

from lstm_course.sentiment.word_vectors import cooccurrences, ppmi, word_vectors

SIZE = 12


@pytest.fixture
def texts():
    """Cats and dogs do the same things, and stars others."""
    cat, dog, star, animal, sky = 2, 3, 4, [5, 6, 7], [8, 9, 10]
    rng = np.random.default_rng(0)
    made = []
    for _ in range(300):
        word, things = [(cat, animal), (dog, animal), (star, sky)][rng.integers(3)]
        made.append([int(rng.choice(things)), word, int(rng.choice(things))])
    return made


@pytest.mark.parametrize("window", [1, 2, 5])
def test_counts_are_those_of_counting(texts, window):
    expected = np.zeros((SIZE, SIZE))
    for ids in [*texts[:40], [2, 1, 3]]:
        for i, word in enumerate(ids):
            for j in range(max(0, i - window), min(len(ids), i + window + 1)):
                if i != j and word > 1 and ids[j] > 1:
                    expected[word, ids[j]] += 1
    np.testing.assert_array_equal(cooccurrences([*texts[:40], [2, 1, 3]], SIZE, window).toarray(), expected)


def test_ppmi_by_hand():
    # counts n(2,3) = n(3,2) = 3 and n(3,4) = n(4,3) = 1: n(2) = 3, n(3) = 4, n(4) = 1
    texts = [[2, 3]] * 3 + [[3, 4]]
    found = ppmi(cooccurrences(texts, 5, window=1), alpha=0.5).toarray()
    roots = {2: 3**0.5, 3: 4**0.5, 4: 1.0}
    share = {word: root / sum(roots.values()) for word, root in roots.items()}
    for word, context, count, of_word in [(2, 3, 3, 3), (3, 2, 3, 4), (3, 4, 1, 4), (4, 3, 1, 1)]:
        assert found[word, context] == pytest.approx(
            max(0, np.log(count / of_word / share[context])), rel=1e-6
        )


def test_words_that_keep_the_same_company_are_alike(texts):
    vectors = word_vectors(texts, SIZE, 4)
    assert vectors.shape == (SIZE, 4)
    assert vectors.dtype == np.float32

    def alike(one, other):
        return vectors[one] @ vectors[other] / np.linalg.norm(vectors[one]) / np.linalg.norm(vectors[other])

    assert alike(2, 3) > 0.9
    assert alike(2, 4) < 0.3
    assert not vectors[[0, 1, 11]].any()  # padding, unknown, and a word that never occurs
    np.testing.assert_array_equal(vectors, word_vectors(texts, SIZE, 4))


def test_more_features_than_words(texts):
    vectors = word_vectors(texts, SIZE, 20)
    assert vectors.shape == (SIZE, 20)
    assert vectors[:, :SIZE].any()
    assert not vectors[:, SIZE:].any()
