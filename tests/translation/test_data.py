"""The numbers, their names, and the arrays made from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_course.errors import InputError
from lstm_course.translation.data import (
    HELD_OUT,
    LARGEST,
    Languages,
    draw,
    french,
    german,
    join,
    pairs,
    pieces,
    split_numbers,
)


@pytest.fixture(scope="module")
def numbers():
    return split_numbers(np.random.default_rng(0), train=200, test=40)


@given(st.integers(0, LARGEST))
def test_pieces_join_to_the_name_again(number):
    assert join(pieces(french(number))) == french(number)


@given(st.integers(0, LARGEST))
def test_german_is_one_word(number):
    assert german(number).isalpha()


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (0, ("null", "zéro")),
        (97, ("siebenundneunzig", "quatre-vingt-dix-sept")),
        (101_000, ("einhunderteintausend", "cent un mille")),
        (901_001, ("neunhunderteintausendeins", "neuf cent un mille un")),
        (80_000, ("achtzigtausend", "quatre-vingt mille")),
        (200_200, ("zweihunderttausendzweihundert", "deux cent mille deux cents")),
    ],
)
def test_names(number, names):
    assert (german(number), french(number)) == names


@pytest.mark.parametrize("number", [-1, LARGEST + 1, 1.5, "12"])
def test_only_whole_numbers_below_a_million_have_names(number):
    with pytest.raises(InputError, match="a whole number from 0 to 999,999"):
        german(number)


def test_numpy_integers_have_names():
    assert german(np.int64(12)) == "zwölf"


def test_no_number_is_in_two_lists(numbers):
    lists = [numbers.train, numbers.test, numbers.unseen_pairs]
    together = [n for some in lists for n in some]
    assert len(set(together)) == len(together)


def test_held_out_pairs_are_held_out(numbers):
    for n in numbers.train + numbers.test:
        assert not set(pairs(n)) & set(HELD_OUT)
    for n in numbers.unseen_pairs:
        assert set(pairs(n)) & set(HELD_OUT)


def test_every_short_number_is_learnt_from(numbers):
    assert {n for n in range(100) if n not in HELD_OUT} <= set(numbers.train)


def test_lengths_are_as_asked():
    split = split_numbers(np.random.default_rng(1), train=100, test=30, digits=(3, 5))
    assert sorted({len(str(n)) for n in split.train}) == [3, 5]
    counts = [sum(len(str(n)) == digits for n in split.test) for digits in range(1, 7)]
    assert counts == [0, 0, 30, 30, 30, 30]


def test_a_split_comes_from_its_generator_alone():
    first, again, other = (split_numbers(np.random.default_rng(s), train=50, test=5) for s in (3, 3, 4))
    assert first == again != other


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"train": 0}, "at least one number"),
        ({"test": 0}, "at least one number"),
        ({"held_out": (7,)}, "from 10 to 99"),
        ({"digits": (7,)}, "lengths"),
        ({"digits": ()}, "lengths"),
        ({"digits": (3,), "test": 1000}, "a number to train on, got none of 3 digits"),
    ],
)
def test_splits_that_make_no_sense(options, match):
    with pytest.raises(InputError, match=match):
        split_numbers(np.random.default_rng(0), **options)


def test_draw_gives_all_there_are():
    assert sorted(draw(50, 1, np.random.default_rng(0))) == list(range(10))
    with pytest.raises(InputError, match="1 to 6 digits"):
        draw(1, 7, np.random.default_rng(0))


def test_target_out_is_one_place_ahead(numbers):
    languages = Languages.build(numbers.train)
    chosen = numbers.train[:20]
    batch = languages.encode(chosen, source_width=70, target_width=20)
    assert batch.source.shape == (20, 70)
    assert batch.target_in.shape == batch.target_out.shape == (20, 20)
    for row, n in enumerate(chosen):
        length = len(pieces(french(n)))
        assert batch.target_in[row, 0] == languages.start
        np.testing.assert_array_equal(batch.target_in[row, 1 : length + 1], batch.target_out[row, :length])
        assert batch.target_out[row, length] == languages.end
        assert not batch.target_out[row, length + 1 :].any()
        assert languages.write(batch.target_out[row]) == french(n)
        assert "".join(languages.source.decode(batch.source[row])) == german(n)


def test_characters_that_training_lacked_are_unknown(numbers):
    languages = Languages.build(numbers.train)
    assert languages.read(["million"])[0].tolist().count(1) == 2  # m and o occur in no smaller number


@pytest.mark.parametrize("texts", ["elf", [""], [7]])
def test_only_lists_of_texts_are_read(numbers, texts):
    with pytest.raises(InputError, match="a list of texts"):
        Languages.build(numbers.train).read(texts)


def test_languages_need_numbers():
    with pytest.raises(InputError, match="at least one training number"):
        Languages.build([])
