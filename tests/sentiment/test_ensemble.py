import dataclasses

import numpy as np
import pytest

from lstm_course.sentiment.ensemble import Ensemble
from lstm_course.sentiment.learners import create_learner, load_learner


def go_on(reviews, loss, accuracy):
    return False


class Says:
    """A member that says what it is told."""

    vocabulary, fixed_epochs = None, None

    def __init__(self, *probabilities):
        self.said = np.array(probabilities)

    def probabilities(self, features):
        return self.said


def test_odds_are_averaged_geometrically():
    p, q = np.array([0.9, 0.2, 1.0, 0.5]), np.array([0.6, 0.2, 0.0, 0.5])
    found = Ensemble({"one": Says(*p), "other": Says(*q)}).probabilities([None, None])
    odds = np.sqrt((0.9 / 0.1) * (0.6 / 0.4))
    np.testing.assert_allclose(found, [odds / (1 + odds), 0.2, 0.5, 0.5], rtol=1e-9)


@pytest.mark.slow
def test_members_learn_what_they_learn_alone_and_are_found_again(tmp_path, small, data):
    settings = dataclasses.replace(small, model="ensemble")
    both = create_learner(data.train.tokens, settings)
    features = both.encode(data.train.tokens)
    results = [both.train_epoch(epoch, features, data.train.labels, go_on) for epoch in range(2)]
    alone = {}
    for name in both.members:
        learner = create_learner(data.train.tokens, dataclasses.replace(small, model=name))
        own = learner.encode(data.train.tokens)
        for epoch in range(learner.fixed_epochs or 2):
            result = learner.train_epoch(epoch, own, data.train.labels, go_on)
        alone[name] = learner.probabilities(learner.encode(data.validation.tokens))
        np.testing.assert_allclose(
            both.members[name].probabilities(both.members[name].encode(data.validation.tokens)),
            alone[name],
            atol=1e-6,
        )
    assert results[-1] == result  # the network is the last member
    validation = both.encode(data.validation.tokens)
    before = both.probabilities(validation)
    assert (before > np.minimum(*alone.values()) - 1e-9).all()
    assert (before < np.maximum(*alone.values()) + 1e-9).all()

    both.save(tmp_path)
    loaded = load_learner(tmp_path, both.vocabulary, settings)
    np.testing.assert_allclose(loaded.probabilities(loaded.encode(data.validation.tokens)), before, atol=1e-6)
    assert loaded.parameters == both.parameters

    kept = both.weights()
    both.train_epoch(2, features, data.train.labels, go_on)
    assert np.abs(both.probabilities(validation) - before).max() > 1e-4
    both.set_weights(kept)
    np.testing.assert_allclose(both.probabilities(validation), before, atol=1e-6)
