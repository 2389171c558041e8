"""Edit distances side by side, against the recursion that defines them."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_course.errors import InputError
from lstm_course.translation.baselines import edit_distances, nearest

WORDS = st.text("abc", max_size=8)


@cache
def by_definition(one, other):
    if not one or not other:
        return len(one) + len(other)
    return min(
        by_definition(one[1:], other) + 1,
        by_definition(one, other[1:]) + 1,
        by_definition(one[1:], other[1:]) + (one[0] != other[0]),
    )


@given(WORDS, st.lists(WORDS, min_size=1, max_size=6))
def test_distances_are_the_definitions(text, others):
    assert edit_distances(text, others).tolist() == [by_definition(text, other) for other in others]


@given(WORDS, st.lists(WORDS, min_size=1, max_size=12))
def test_nearest_is_nearest(text, known):
    distances = [by_definition(text, other) for other in known]
    assert distances[nearest(text, known)] == min(distances)


def test_nothing_to_compare_with():
    with pytest.raises(InputError):
        edit_distances("elf", [])
    with pytest.raises(InputError):
        nearest("elf", [])
