"""What leaves a sandbox arrives as it was, or not at all."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_course.checks.probe import same
from lstm_course.grading import wire
from lstm_course.grading.wire import WireError, decode, encode, error_like

texts = st.text(st.characters(codec="utf-8"), max_size=20)
whole = st.integers(1 - 2**63, 2**63 - 1)
plain = st.none() | st.booleans() | whole | st.floats() | texts
arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int32, np.uint8, np.bool_, np.complex128, np.dtype("U3")]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0),
)
values = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(texts | whole, inner, max_size=3)
    ),
    max_leaves=8,
)


def alike(one, other):
    """Types included, as far down as lists, tuples and dicts go."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    return same(one, other) or (isinstance(one, np.ndarray) and np.array_equal(one, other))


@given(values)
def test_values_arrive_as_they_were(value):
    assert alike(decode(encode(value)), value)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (np.float32(1.5), np.float32(1.5)),
        (np.arange(6).reshape(2, 3).T, np.arange(6).reshape(2, 3).T),
        (np.arange(3, dtype=">i4"), np.arange(3, dtype="i4")),
        ({"a", "b"}, {"a", "b"}),
        (2**63, 2.0**63),
        pytest.param(-(10**400), -np.inf, id="huge"),
        ("x" * 30_000, "x" * 20_000),
    ],
)
def test_odd_values(value, arrives):
    got = decode(encode(value))
    assert alike(got, arrives)
    assert not isinstance(got, np.ndarray) or got.dtype == arrives.dtype


def test_what_is_no_data_arrives_empty():
    class Model:
        weights = (1, 2)

    got = decode(encode([Model(), lambda: 1, np.array([object()], dtype=object)]))
    assert type(got[0]).__name__ == "Model"
    assert not hasattr(got[0], "weights")
    assert type(got[1]).__name__ == "function"
    assert got[2].dtype == object
    assert got[2].tolist() == [None]


@pytest.mark.parametrize(
    "error",
    [
        KeyError("h"),
        ValueError("shapes", 3),
        ZeroDivisionError("division by zero"),
        OSError(28, "No space left on device"),
        NotImplementedError(),
        np.linalg.LinAlgError("Singular matrix"),
    ],
)
def test_python_s_own_errors_keep_type_and_text(error):
    got = decode(encode(error))
    assert (type(got), str(got)) == (type(error), str(error))


def test_other_errors_keep_name_and_text():
    class OwnError(Exception):
        def __str__(self):
            return "mine"

    got = decode(encode(OwnError(1, 2)))
    assert (type(got).__name__, str(got)) == ("OwnError", "mine")
    assert type(error_like("SystemExit", [0], "0")) is not SystemExit  # nobody may end the grader
    assert type(error_like("not a name", [], "x")).__name__ == "object"


@given(st.binary(max_size=200))
def test_garbage_is_refused(content):
    try:
        decode(content)
    except WireError:
        return
    size = int.from_bytes(content[:8], "big")  # what is accepted is JSON of the right length
    json.loads(content[8 : 8 + size])


def frame(tree, blob=b""):
    text = json.dumps(tree).encode()
    return struct.pack(">Q", len(text)) + text + blob


@pytest.mark.parametrize(
    "content",
    [
        b"",
        struct.pack(">Q", 2**63) + b"{}",
        frame([1, 2]),
        frame({"n": ["<f8", [2**40], False]}),
        frame({"n": ["<f8", [2**62, 2**62], False]}),
        frame({"n": ["<f8", [-1], False]}),
        frame({"n": ["|O", [1], False]}, b"\0" * 8),
        frame({"n": ["<f8", [3], False]}, b"\0" * 16),
        frame({"n": [[["a", "<f8"]], [1], False]}, b"\0" * 8),
        frame({"x": [2**40]}),
        frame({"l": [], "t": []}),
        frame({"q": []}),
        frame({"d": [[{"l": []}, 1]]}),
        frame({"s": [{"d": []}]}),
        struct.pack(">Q", 200_000) + b"[" * 200_000,
        frame(json.loads('{"l":[' * 40 + "]}" * 40)),
    ],
)
def test_hostile_frames_are_refused(content):
    with pytest.raises(WireError):
        decode(content)


def test_too_large_and_too_deep_values_are_refused(monkeypatch):
    monkeypatch.setattr(wire, "LARGEST_FRAME", 1000)
    with pytest.raises(WireError, match="larger"):
        encode(np.zeros(1000))
    nested = []
    for _ in range(40):
        nested = [nested]
    with pytest.raises(WireError, match="deep"):
        encode(nested)
