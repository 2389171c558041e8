"""Cleaning, ids, chunks, and the measures that turn one loss into another."""

import math

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.language_model import (
    ALPHABET,
    bits,
    chunks,
    clean,
    decode,
    encode,
    load_characters,
    perplexity,
    streams,
    word_perplexity,
)


def test_the_alphabet_has_forty_different_characters():
    assert len(ALPHABET) == len(set(ALPHABET)) == 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It’s “great” — really…", 'it\'s "great" - really...'),
        ("<p>Café\t\tNOIR</p>", "cafe noir"),
        ("a < b and c > d", "a b and c d"),
        ("10/10 *****", "00 00"),
        ("well\x85 no\x96one", "well... no-one"),
        ("", ""),
    ],
)
def test_clean(text, expected):
    assert clean(text) == expected
    assert decode(encode(clean(text))) == expected


def test_encode_names_the_character_that_is_not_in_the_alphabet():
    with pytest.raises(InputError, match="'É'"):
        encode("É")


def test_chunks_go_on_where_the_one_before_stopped():
    ids = np.arange(1000)
    found = list(chunks(ids, batch=7, steps=9))
    for row, stream in enumerate(streams(ids, 7)):
        read = np.concatenate([inputs[row] for inputs, _ in found])
        wanted = np.concatenate([targets[row] for _, targets in found])
        assert read.tolist() == stream[: len(read)].tolist()
        assert wanted.tolist() == stream[1 : len(read) + 1].tolist()
    assert len(stream) - 1 - len(read) < 9


def test_one_character_more_is_needed_for_the_last_target():
    assert len(list(chunks(np.arange(9), 1, 4))) == 2
    assert len(list(chunks(np.arange(8), 1, 4))) == 1


@pytest.mark.parametrize(("length", "batch", "steps"), [(4, 1, 4), (10, 0, 2), (3, 2, 1), (10, 2, 0)])
def test_too_little_text_is_refused(length, batch, steps):
    with pytest.raises(InputError, match="expected"):
        list(chunks(np.arange(length), batch, steps))


def test_measures_agree_with_their_definitions():
    assert bits(1.0) == pytest.approx(1 / math.log(2))
    assert perplexity(bits(3.0) * math.log(2)) == pytest.approx(math.exp(3))
    # a text of 3 words and 12 characters whose probability is e^-24: 2 nats a character, 8 a word
    assert word_perplexity(2.0, characters=12, words=3) == pytest.approx(math.exp(8))


@pytest.mark.slow
def test_reviews_are_cut_to_size_and_shared_by_nobody():
    data = load_characters(50_000, 20_000)
    assert len(data.train) == 50_000
    assert len(data.heldout) == 20_000
    assert max(data.train.max(), data.heldout.max()) < 40
    train, held = decode(data.train).split("\n"), decode(data.heldout).split("\n")
    assert len(train) > 10
    assert not set(train) & set(held)
    with pytest.raises(InputError, match="fewer"):
        load_characters(train=10**9)
