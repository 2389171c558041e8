"""What models begin with, seen on real reviews and, for texts without labels, on a stand-in archive."""

import dataclasses

import numpy as np
import pytest

from lstm_course.sentiment.configurations import CONFIGURATIONS
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.learners import create_learner
from lstm_course.sentiment.models import KERAS_MODELS
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages
from lstm_course.sentiment.starts import STARTS
from lstm_course.sentiment.word_vectors import word_vectors


def archive(folder, unlabelled):
    for part in ("train", "test"):
        for name, word in (("pos", "good"), ("neg", "bad")):
            place = folder / "aclImdb" / part / name
            place.mkdir(parents=True)
            for number in range(40):
                (place / f"{number}_5.txt").write_text(f"A {word} film of the year {number} by {part}")
    place = folder / "aclImdb" / "train" / "unsup"
    place.mkdir()
    for number, text in enumerate(unlabelled):
        (place / f"{number}_0.txt").write_text(text)
    return folder / "aclImdb"


def test_texts_without_labels_come_with_the_archive_for_models_that_take_them(tmp_path):
    path = archive(tmp_path, ["Nobody has said what this is", "nor this"])
    settings = TrainingSettings(model="lm-lstm", corpus="aclimdb", corpus_path=str(path))
    assert RunData.load(settings).unlabelled == [
        ["nobody", "has", "said", "what", "this", "is"],
        ["nor", "this"],
    ]
    assert RunData.load(dataclasses.replace(settings, model="bilstm")).unlabelled == ()


def test_vectors_are_those_of_all_texts(small, data):
    settings = dataclasses.replace(small, model="bilstm-vectors")
    more = dataclasses.replace(data, unlabelled=data.validation.tokens)
    learner = create_learner(data.train.tokens, settings)
    learner.prepare(more, Progress(), Stages())
    texts = [learner.vocabulary.encode(t) for t in (*data.train.tokens, *data.validation.tokens)]
    expected = word_vectors(texts, len(learner.vocabulary), 128, settings.seed)
    np.testing.assert_array_equal(learner.model.layers[0].words, expected)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["lm-lstm", "sa-lstm"])
def test_embedding_and_lstm_are_those_of_pretraining(small, data, model, monkeypatch):
    from lstm_course.sentiment import pretraining

    made = []
    real = pretraining.pretrain
    monkeypatch.setattr(pretraining, "EPOCHS", 1)
    monkeypatch.setattr(
        pretraining,
        "pretrain",
        lambda texts, kind, *rest: made.append((kind, real(texts, kind, *rest))) or made[-1][1],
    )
    learner = create_learner(data.train.tokens, dataclasses.replace(small, model=model))
    before = [np.array(weight) for weight in learner.model.get_weights()]
    learner.prepare(data, Progress(), Stages())
    [(kind, taught)] = made
    assert kind == model[:2]
    embedding, lstm = learner.model.layers[0], learner.model.get_layer("lstm")
    np.testing.assert_array_equal(embedding.get_weights()[0], taught.vectors())
    for ours, theirs in zip(lstm.get_weights(), taught.lstm.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    changed = [
        not np.array_equal(old, new) for old, new in zip(before, learner.model.get_weights(), strict=True)
    ]
    assert changed == [True] * 4 + [False] * 2  # all but the layer that decides


@pytest.mark.parametrize("model", ["lm-lstm", "sa-lstm"])
def test_the_control_of_pretraining_differs_from_it_in_the_start_alone(model):
    assert KERAS_MODELS[model] is KERAS_MODELS["lstm-pooled"]
    assert CONFIGURATIONS[model].suits == CONFIGURATIONS["lstm-pooled"].suits
    assert model in STARTS
    assert "lstm-pooled" not in STARTS


def test_every_start_belongs_to_a_model(small):
    for model in STARTS:
        assert dataclasses.replace(small, model=model).model == model
