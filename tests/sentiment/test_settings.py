import dataclasses

import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.settings import MODELS, TrainingSettings


def test_the_dictionary_round_trip():
    settings = TrainingSettings(corpus="csv", corpus_path="mine.csv", model="seed", limit=7)
    assert TrainingSettings.from_dict(settings.to_dict()) == settings
    with pytest.raises(InputError, match="settings of a training run"):
        TrainingSettings.from_dict({**settings.to_dict(), "momentum": 0.9})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "epochs of at least 1, got 0"),
        ({"epochs": -2}, "got -2"),
        ({"epochs": 1.5}, "got 1.5"),
        ({"epochs": True}, "got True"),
        ({"limit": 1}, "limit of at least 2"),
        ({"max_tokens": 0}, "max tokens of at least 1"),
        ({"vocabulary_size": 2}, "vocabulary size of at least 3"),
        ({"batch_size": 0}, "batch size of at least 1"),
        ({"seed": -1}, "seed of at least 0"),
        ({"seed": 2**32}, "seed below"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"model": "transformer"}, "a model among"),
        ({"corpus": "yelp"}, "a corpus among"),
    ],
)
def test_numbers_out_of_range_and_unknown_names_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        TrainingSettings(**wrong)


def test_the_posts_model_keeps_the_posts_batch_size():
    sizes = {model: TrainingSettings(model=model).batch_size for model in MODELS}
    assert sizes.pop("seed") == 32
    assert set(sizes.values()) == {64}
    assert dataclasses.replace(TrainingSettings(model="seed"), batch_size=8).batch_size == 8
