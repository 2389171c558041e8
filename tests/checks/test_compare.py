"""Values that count as equal, values that do not, and what is said about them."""

import numpy as np
import pytest

from lstm_course.checks.compare import described, difference, is_number, plain, shape_difference, shortened

GRID = np.arange(6.0).reshape(2, 3)


def kind(expected, received, tolerance=1e-4):
    found = difference("a", expected, received, tolerance)
    return found and found.kind


class NoArray:
    """What a tensor is that cannot be turned into an array."""

    def __array__(self, *args, **options):
        raise RuntimeError("still symbolic")


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        (GRID, GRID.astype(np.float32)),
        (GRID, GRID.tolist()),
        (GRID, GRID.astype(int)),
        (GRID, GRID[:, :, None]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (1000 * GRID, 1000 * GRID + 0.4),  # the tolerance grows with the largest value
        (0.5, np.float32(0.5)),
        (0.5, np.array(0.5)),
        (3, np.int64(3)),
        (np.array([True, False]), [1, 0]),
        (np.array([-np.inf, 1.0, np.nan]), np.array([-np.inf, 1.0, np.nan])),
        (True, np.True_),
        (np.True_, True),
        ("word", np.str_("word")),
        (["a", "b"], ("a", "b")),
        ([[1, 2], [3]], [np.array([1, 2]), (3,)]),
        ({"a": 1}, {"a": np.int64(1)}),
        ({"a": 1 / 3}, {"a": np.float32(1 / 3)}),
        ({"a": [0.5, "x"]}, {"a": (0.5 + 1e-7, "x")}),
        (np.array(["a", "b"]), ["a", "b"]),
        ({1, 2}, frozenset({2, 1})),
        (None, None),
    ],
)
def test_equal(expected, received):
    assert kind(expected, received) is None


@pytest.mark.parametrize(
    ("expected", "received", "wanted"),
    [
        (GRID, GRID + 0.01, "value"),
        (GRID, GRID + 6e-4, "value"),
        (GRID, GRID.T, "value"),
        (GRID, GRID[:, :2], "size"),
        (GRID, 0.0, "size"),
        (GRID, None, "type"),
        (GRID, "text", "type"),
        (GRID, GRID + 0j, "type"),
        (GRID, [[1, 2, 3], [4, 5]], "type"),
        (GRID, NoArray(), "type"),
        (GRID, np.full_like(GRID, np.nan), "not finite"),
        (GRID, np.where(GRID == 2, np.inf, GRID), "not finite"),
        (np.array([-np.inf, 1.0]), np.array([-1e9, 1.0]), "value"),
        (np.array([-np.inf, 1.0]), np.array([np.inf, 1.0]), "value"),
        (np.array([np.nan, 1.0]), np.array([0.0, 1.0]), "value"),
        (3, 4, "value"),
        (True, False, "value"),
        (True, 1, "type"),
        (None, 0, "type"),
        ("word", ["word"], "type"),
        ("word", "Word", "value"),
        (["a"], ["a", "b"], "value"),
        (["a", "b"], ["a"], "value"),
        ([1, 2], [1, 3], "value"),
        ([1, 2], [np.array([1, 2]), np.array([3, 4])], "value"),  # a comparison that is an array
        ({"a": 1}, {"a": 2}, "value"),
        ({"a": 1}, {"a": np.ones(3)}, "value"),
        ({"a": 0.5}, {"a": 0.6}, "value"),
        ({"a": 0.5}, {"a": float("nan")}, "value"),
        ({"a": 1}, {"b": 1}, "value"),
        ({"a": 1}, [("a", 1)], "type"),
        ({1, 2}, {1, 2, 3}, "value"),
    ],
)
def test_different(expected, received, wanted):
    assert kind(expected, received) == wanted


@pytest.mark.parametrize(
    ("expected", "received", "words"),
    [
        (GRID, GRID + 10 * (GRID == 5), "differs by up to 10, at [1, 2]: expected 5, got 15"),
        (GRID, GRID.T, "expected the shape (2, 3), got (3, 2)"),
        (0.5, 0.25, "a differs by up to 0.25: expected 0.5, got 0.25"),
        (GRID, np.full_like(GRID, np.nan), "a contains nan"),
        (GRID, np.where(GRID == 2, -np.inf, GRID), "a contains inf"),
        (GRID, (1, 2), "expected the shape (2, 3), got (2,)"),
        (GRID, None, "expected an array of shape (2, 3), got None"),
        (["a", "b", "c"], ["a", "x", "c"], "a[1]: expected 'b', got 'x'"),
        (["a", "b"], ["a"], "expected 2 entries, got 1"),
        ([[1], [2, 3]], [[1], [2, 4]], "a[1][1]: expected 3, got 4"),
        ({"a": 1}, {}, "lacks the key 'a'"),
        ({}, {"a": 1}, "has the key 'a', which does not belong there"),
        ({"a": 1}, {"a": 2}, "a['a']: expected 1, got 2"),
        ("word", 3, "expected 'word', got the number 3"),
    ],
)
def test_message_says_where(expected, received, words):
    assert words in difference("a", expected, received, 1e-4).text


def test_tolerance_is_the_largest_difference_allowed():
    assert kind(1.0, 1.09, 0.1) is None
    assert kind(1.0, 1.11, 0.1) == "value"
    assert kind(0.0, 0.09, 0.1) is None  # small values are not asked for more digits
    assert kind(100.0, 109.0, 0.1) is None


def test_huge_numbers_do_not_warn():
    assert kind(np.array([1e308]), np.array([-1e308])) == "value"


@pytest.mark.parametrize(
    ("expected", "received", "wanted"),
    [
        (GRID, GRID, None),
        (GRID, GRID.tolist(), None),
        (GRID, GRID + 1, None),  # values are another matter
        (GRID, GRID.T, "shape"),
        (GRID[:1], GRID[0], "dropped axes"),
        (GRID[0], GRID[:1], "shape"),
        (GRID, GRID.astype(int), "integers"),
        (GRID, GRID > 1, "integers"),
        (GRID, GRID + 0j, "type"),
        (GRID.astype(int), GRID, None),
        (GRID, [[1, 2, 3], [4, 5]], "shape"),
        (GRID, NoArray(), "shape"),
        (0.5, 1, "integers"),
        (0.5, np.array([0.5]), "shape"),
        ("word", 3, None),
    ],
)
def test_shapes(expected, received, wanted):
    found = shape_difference("a", expected, received)
    assert (found and found.kind) == wanted


def test_numbers_are_told_from_other_values():
    numbers = [0, 1.5, np.float32(1), np.zeros(2), np.array([True])]
    others = [True, np.True_, "1", None, [1], np.array(["a"]), np.array([None])]
    assert all(map(is_number, numbers))
    assert not any(map(is_number, others))


def test_plain_values():
    made = plain({"ids": (np.int64(1), np.array([2, 3])), "set": frozenset({1})})
    assert made == {"ids": [1, [2, 3]], "set": {1}}
    assert type(made["ids"][0]) is int


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        (np.array(["a"]), "an array of type <U1 of shape (1,)"),
        (np.array(1.0), "a number"),
        ([1, 2], "a list of 2"),
        ({}, "a dict of 0"),
        (None, "None"),
        (True, "True"),
        (np.float32(0.5), "the number 0.5"),
        (range(3), "a range"),
    ],
)
def test_described(value, words):
    assert described(value) == words


def test_long_values_are_cut():
    assert len(shortened("x" * 1000)) == 60
    assert shortened("abc") == "'abc'"
