import numpy as np
import pytest
from scipy.sparse import csr_array

from lstm_course.sentiment.bag_of_words import BAGS, BagOfWords, log_count_ratios
from lstm_course.sentiment.settings import TrainingSettings

TOKENS = [["a", "good", "film"], ["not", "good"], ["good", "film"], ["not", "a", "film"]]
LABELS = np.array([1, 0, 1, 0])


def test_ratios_by_hand():
    features = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]])
    labels = np.array([1, 1, 0])
    positive, negative = np.array([2, 3, 2]) / 7, np.array([1, 1, 2]) / 4  # one added to each count
    expected = np.log(positive / negative)
    np.testing.assert_allclose(log_count_ratios(features, labels), expected)
    np.testing.assert_allclose(log_count_ratios(csr_array(features), labels), expected)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("bag-of-unigrams", {"a", "film", "good", "not"}),
        ("nbsvm", {"a", "film", "good", "good film", "not"}),
    ],
)
def test_what_counts(model, expected):
    learner = BagOfWords.create(TOKENS, TrainingSettings(model=model))
    assert set(learner.vocabulary.words) == expected


def test_nbsvm_is_a_linear_model_of_scaled_presence():
    """Its stored coefficients act on presence; those learnt acted on presence times ratio."""
    from sklearn.linear_model import LogisticRegression

    learner = BagOfWords.create(TOKENS, TrainingSettings(model="nbsvm"))
    features = learner.encode([*TOKENS, ["good", "good", "good"]])
    assert set(features.data) == {1.0}
    learner.train_epoch(0, features[:4], LABELS, lambda *_: False)
    scaled = features[:4].toarray() * log_count_ratios(features[:4], LABELS)
    model = LogisticRegression(C=BAGS["nbsvm"].inverse_penalty, max_iter=1000).fit(scaled, LABELS)
    np.testing.assert_allclose(
        learner.probabilities(features[:4]), model.predict_proba(scaled)[:, 1], atol=1e-4
    )
    once, thrice = learner.probabilities(learner.encode([["good"], ["good"] * 3]))
    assert once == thrice
