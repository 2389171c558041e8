import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment import teaching
from lstm_course.sentiment.data import Part
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.teaching import MIXED_IN, taught_targets

SETTINGS = TrainingSettings(model="bilstm-distilled", seed=3)


class Heard(Progress):
    def note(self, line):
        self.line = line


def taught(tokens, labels):
    heard = Heard()
    return taught_targets("nbsvm", Part(tokens, np.array(labels)), SETTINGS, heard), heard.line


def test_no_review_is_judged_by_a_teacher_that_has_seen_it():
    """Each text has a word of its own, beside noise: who has seen it knows its label by that word."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    tokens = [[f"own{i}", f"own{i}", *(f"noise{n}" for n in rng.integers(0, 30, 8))] for i in range(200)]
    targets, line = taught(tokens, labels)
    said = (targets - (1 - MIXED_IN) * labels) / MIXED_IN
    right = ((said >= 0.5) == labels).mean()
    assert 0.35 < right < 0.65
    assert f"{right:.2%}" in line


def test_a_target_is_on_its_labels_side_and_mixed_reviews_are_nearer_the_middle():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 300)
    plain = rng.random(300) < 0.7
    tokens = [
        [("good" if label else "bad") if clear else "good", "film"] if clear else ["good", "bad", "film"]
        for label, clear in zip(labels, plain, strict=True)
    ]
    targets, _ = taught(tokens, labels)
    assert ((targets >= 0.5) == labels).all()
    sure = np.abs(targets - 0.5)
    assert sure[plain].min() > sure[~plain].max() + 0.1


def test_a_teacher_that_would_see_one_label_alone_is_refused():
    with pytest.raises(InputError, match=r"both labels for the teacher, nbsvm, .* got one label in 8 of 10"):
        taught([["good", "film"]] * 10, [1] * 10)


def test_the_whole_of_the_training_part_is_judged(monkeypatch):
    judged = []
    monkeypatch.setattr(
        teaching.BagOfWords, "probabilities", lambda self, features: judged.append(features.shape[0]) or 0.5
    )
    monkeypatch.setattr(teaching.BagOfWords, "train_epoch", lambda *_: None)
    targets, _ = taught([["good", "film"], ["bad", "film"]] * 11, [1, 0] * 11)
    assert sum(judged) == 22
    assert max(judged) - min(judged) <= 1
    np.testing.assert_allclose(targets, [0.75, 0.25] * 11)
