"""Temperature, restriction and the writing loop; the probes."""

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.language_model import CharacterModel, encode, keep_nucleus, keep_top, sample, temper
from lstm_course.language_model.probes import loss_by_context, open_since, probability_of

P = np.array([[0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])


def test_temperature_is_a_power_of_the_probabilities():
    for temperature in (0.5, 1.0, 2.0):
        expected = P ** (1 / temperature)
        expected /= expected.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(temper(np.log(P) + 7, temperature), expected)
    assert temper(np.log(P), 0).tolist() == [[0, 1, 0], [0, 0, 1]]
    for temperature in (-1, np.nan, np.inf):
        with pytest.raises(InputError):
            temper(P, temperature)


def test_restrictions():
    np.testing.assert_allclose(keep_top(P, 1), [[0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(keep_top(P, 2), [[0, 2 / 3, 1 / 3], [0.25, 0, 0.75]])
    np.testing.assert_allclose(keep_nucleus(P, 0.59), [[0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(keep_nucleus(P, 0.61), [[0, 2 / 3, 1 / 3], [0.25, 0, 0.75]])
    np.testing.assert_allclose(keep_nucleus(P, 1.0), P)
    with pytest.raises(InputError, match="k of at least 1, got 0"):
        keep_top(P, 0)
    for mass in (0, 1.1, np.nan):
        with pytest.raises(InputError, match="a mass above 0 and at most 1"):
            keep_nucleus(P, mass)


class Parrot(CharacterModel):
    """A model whose next character is drawn from a fixed row, whatever it reads."""

    vocabulary = 3

    def __init__(self):
        self.read = []

    def forward(self, ids, state=None):
        self.read.append(ids.copy())
        return np.log(np.broadcast_to(P[0], (*ids.shape, 3))), None


def test_drawn_characters_have_the_models_frequencies_and_are_read_back():
    parrot = Parrot()
    ids, entropies = sample(parrot, np.zeros((500, 4), int), 40, np.random.default_rng(0))
    frequencies = np.bincount(ids.ravel(), minlength=3) / ids.size
    np.testing.assert_allclose(frequencies, P[0], atol=0.012)  # three standard errors
    np.testing.assert_allclose(entropies, -(P[0] * np.log(P[0])).sum())
    assert len(parrot.read) == 41
    np.testing.assert_array_equal(np.concatenate(parrot.read[1:], axis=1), ids)


def test_writing_is_reading_once_more():
    model = CharacterModel(4, 6, np.random.default_rng(0), vocabulary=5)
    start = np.array([[1, 2, 3]])
    ids, _ = sample(model, start, 12, np.random.default_rng(1), temperature=0)
    logits, _ = model.forward(np.concatenate([start, ids], axis=1))
    np.testing.assert_array_equal(logits[0, 2:-1].argmax(axis=1), ids[0])


def test_restricted_sampling_never_leaves_the_best_two():
    ids, _ = sample(
        Parrot(), np.zeros((50, 1), int), 30, np.random.default_rng(0), restrict=lambda p: keep_top(p, 2)
    )
    assert set(ids.ravel().tolist()) == {1, 2}


def test_a_context_must_be_there():
    model = Parrot()
    for length, first in ((0, 3), (5, 4)):
        with pytest.raises(InputError, match="no target below it"):
            loss_by_context(model, np.zeros(9, int), np.array([first, 8]), length)
    assert model.read == []


def test_loss_by_context_reads_exactly_so_much():
    model = CharacterModel(4, 6, np.random.default_rng(0), vocabulary=5)
    text = np.random.default_rng(2).integers(0, 5, 60)
    targets = np.array([20, 40])
    logits, _ = model.forward(text[None, 17:20])
    p = temper(logits[:, -1], 1.0)[0, text[20]]
    assert loss_by_context(model, text, targets, 3)[0] == pytest.approx(-np.log(p), rel=1e-5)
    changed = text.copy()
    changed[16] = (changed[16] + 1) % 5
    np.testing.assert_array_equal(
        loss_by_context(model, changed, targets, 3), loss_by_context(model, text, targets, 3)
    )
    assert loss_by_context(model, changed, targets, 4)[0] != loss_by_context(model, text, targets, 4)[0]


def test_open_since():
    found = open_since(encode("(a) (b\nc ((d"))
    assert found.tolist() == [-1, 0, 1, -1, -1, 0, 1, -1, -1, -1, 0, 0]


def test_probability_of_a_character_at_its_place():
    model = CharacterModel(4, 6, np.random.default_rng(0))
    text = np.random.default_rng(2).integers(0, 40, 200).astype(np.uint8)
    found, places = probability_of(model, text, "e", batch=2, steps=10)
    logits, _ = model.forward(text[None, 100:150])
    expected = temper(logits[0], 1.0)[:, encode("e")[0]]
    for place in (101, 120, 150):
        (k,) = np.flatnonzero(places == place)
        assert found[k] == pytest.approx(expected[place - 101], rel=1e-5)
    assert len(places) == len(set(places.tolist())) == 180
