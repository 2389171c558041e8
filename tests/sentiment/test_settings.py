import dataclasses

import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.settings import KERAS_OPTIONS, MODELS, TrainingSettings


def test_the_dictionary_round_trip():
    settings = TrainingSettings(corpus="csv", corpus_path="mine.csv", model="seed", limit=7)
    settings = dataclasses.replace(settings, precision="mixed_bfloat16", jit="off", clip_norm=2.5, devices=4)
    assert TrainingSettings.from_dict(settings.to_dict()) == settings
    with pytest.raises(InputError, match="settings of a training run"):
        TrainingSettings.from_dict({**settings.to_dict(), "momentum": 0.9})


def test_runs_from_before_a_setting_are_read_with_what_was_done_then():
    before = TrainingSettings(model="lstm").to_dict()
    for name in KERAS_OPTIONS:
        del before[name]
    read = TrainingSettings.from_dict(before)
    assert (read.precision, read.jit, read.clip_norm, read.devices) == ("float32", "auto", None, 1)


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
        ({"model": "bilstm-vectors", "vocabulary_size": 46_341}, "at most 46340 for bilstm-vectors"),
        ({"batch_size": 0}, "batch size of at least 1"),
        ({"seed": -1}, "seed of at least 0"),
        ({"seed": 2**32}, "seed below"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"precision": "float16"}, "a precision among float32, mixed_float16"),
        ({"jit": "maybe"}, "jit among auto, on, off"),
        ({"jit": True}, "jit among"),
        ({"clip_norm": 0.0}, "a clip norm above 0, got 0.0"),
        ({"clip_norm": float("nan")}, "a clip norm above 0, got nan"),
        ({"devices": 0}, "devices of at least 1"),
        ({"devices": 3}, "a batch size that 3 devices can share evenly, got 64"),
        ({"model": "numpy-lstm", "jit": "on"}, "a Keras model for jit 'on', got 'numpy-lstm'"),
        ({"model": "bag-of-words", "precision": "mixed_float16"}, "a Keras model for precision"),
        ({"model": "nbsvm", "clip_norm": 1.0}, "a Keras model for clip norm 1.0"),
        ({"model": "numpy-lstm", "devices": 2}, "a Keras model for devices 2"),
        ({"model": "transformer"}, "a model among"),
        ({"corpus": "yelp"}, "a corpus among"),
        ({"corpus": "csv", "corpus_path": "caf\udce9.csv"}, r"a corpus path in UTF-8, got 'caf\\udce9.csv'"),
    ],
)
def test_numbers_out_of_range_and_unknown_names_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        TrainingSettings(**wrong)


def test_the_largest_vocabulary_of_pairs_and_any_where_there_are_none():
    assert TrainingSettings(model="bilstm-pairs", vocabulary_size=46_340).vocabulary_size == 46_340
    assert TrainingSettings(model="bilstm", vocabulary_size=60_000).vocabulary_size == 60_000


def test_the_posts_model_keeps_the_posts_batch_size():
    sizes = {model: TrainingSettings(model=model).batch_size for model in MODELS}
    assert sizes.pop("seed") == 32
    assert set(sizes.values()) == {64}
    assert dataclasses.replace(TrainingSettings(model="seed"), batch_size=8).batch_size == 8
