import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.errors import InputError
from lstm_course.text import pad
from lstm_course.text.padding import CUTS, SIDES, shorten

sequences = st.lists(st.lists(st.integers(1, 99), max_size=12), min_size=1, max_size=6)


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(sequences, st.integers(1, 15), st.sampled_from(SIDES), st.sampled_from(CUTS))
def test_the_mask_marks_exactly_the_tokens(rows, max_tokens, side, cut):
    ids, mask = pad(rows, max_tokens, side=side, cut=cut)
    assert ids.dtype == np.int32
    assert ids.shape == mask.shape == (len(rows), min(max_tokens, max(1, *map(len, rows), 1)))
    assert mask.any(axis=1).all()  # no row is fully masked
    for row, row_ids, row_mask in zip(rows, ids, mask, strict=True):
        assert row_ids[row_mask].tolist() == shorten(row, max_tokens, cut)
        assert not row_ids[~row_mask].any()
        steps = row_mask if side == "right" else row_mask[::-1]
        assert (np.diff(steps.astype(int)) <= 0).all()  # tokens first, then padding


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(st.lists(st.integers(1, 99), min_size=1, max_size=12), st.integers(1, 15))
def test_what_is_cut_away(row, max_tokens):
    kept = min(len(row), max_tokens)
    assert shorten(row, max_tokens, "end") == row[:kept]
    assert shorten(row, max_tokens, "start") == row[len(row) - kept :]
    middle = shorten(row, max_tokens, "middle")
    head = kept - kept // 2 if kept < len(row) else kept
    assert middle == row[:head] + row[len(row) - (kept - head) :] if head < kept else row[:head]


def test_the_empty_review_is_one_unknown_word():
    ids, mask = pad([[], [7, 8]])
    assert ids.tolist() == [[1, 0], [7, 8]]
    assert mask.tolist() == [[True, False], [True, True]]
    assert pad([[]])[0].tolist() == [[1]]


def test_width_only_ever_widens():
    assert pad([[1, 2, 3]], width=5)[0].shape == (1, 5)
    assert pad([[1, 2, 3]], width=2)[0].shape == (1, 3)


@pytest.mark.parametrize(
    "options", [{"side": "top"}, {"cut": "tail"}, {"max_tokens": 0}, {"max_tokens": -3}, {"width": 0}]
)
def test_bad_options_are_refused(options):
    with pytest.raises(InputError):
        pad([[1, 2]], **options)


def test_ids_are_whole_numbers():
    with pytest.raises(InputError, match="whole numbers, got float64 in sequence 1"):
        pad([[1, 2], [1.7]])


def test_nothing_to_pad_is_refused():
    with pytest.raises(InputError, match="at least one sequence"):
        pad([])
