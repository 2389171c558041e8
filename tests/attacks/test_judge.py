"""Whatever a function returns, or pretends to have returned, is judged: no test fails to cope with it."""

from functools import cache

import numpy as np
import pytest

from lstm_course.checks.registry import ASSIGNMENTS, tasks_of
from lstm_course.checks.task import names_of
from lstm_course.grading.grader import DISTURBED, finding_of
from lstm_course.grading.running import FIELDS, Probe
from lstm_course.grading.wire import WireError, decode, encode


class Thing:
    pass


HOSTILE = {
    "nothing": None,
    "a number": 0,
    "minus one": -1,
    "a large number": 2**62,
    "a number of 400 digits": 10**400,
    "a number of 5000 digits, negative": -(10**5000),
    "infinite": float("inf"),
    "not a number": float("nan"),
    "true": True,
    "text": "text",
    "no text": "",
    "half a character": "\ud800",
    "a zero in text": "\0" * 100,
    "complex": 1j,
    "an empty list": [],
    "a list of lists": [[1, 2], [3]],
    "a list of all sorts": [1, "a", None, [2.0], {"a": 1}, Thing()],
    "an empty dict": {},
    "a dict by numbers": {0: 1, 1.5: 2, True: 3},
    "a dict by nothing": {None: None, (): (), (1, (2,)): {}},
    "a dict of text": {"a": "b", "<pad>": -(10**30), "<unk>": 2**63, "the": float("nan")},
    "a set": {1, "a", (2, 3)},
    "an object": Thing(),
    "a class": Thing,
    "a function": len,
    "an error": ValueError("x", 10**400),
    "no numbers": np.zeros((0, 3)),
    "a number as an array": np.array(3.0),
    "one number": np.array([3]),
    "many numbers": np.zeros(10**5, np.int8),
    "many axes": np.zeros((1,) * 30),
    "numbers that are not": np.full((2, 3), np.nan),
    "numbers beyond all": np.full((3, 2), np.inf),
    "the largest numbers": np.full(4, np.iinfo(np.int64).max),
    "the smallest numbers": np.full(4, np.iinfo(np.int64).min),
    "unsigned numbers": np.full((2, 2), 2**64 - 1, np.uint64),
    "complex numbers": np.full((2, 2), 1j),
    "long numbers": np.full(3, np.longdouble("1e4000")),
    "half numbers": np.full(3, np.inf, np.float16),
    "truths": np.array([[True, False]]),
    "words": np.array([["a", "b"]]),
    "objects": np.array([[1], "a", Thing()], dtype=object),
    "records": np.zeros(2, dtype=[("a", "f8"), ("b", "O")]),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "bytes": np.array([b"a"]),
    "a long list": list(range(5000)),
}


@cache
def probes_of(assignment):
    """Return a probe for each task."""
    rng = np.random.default_rng(0)
    return [Probe(task.function, task, task.cases(rng)) for task in tasks_of(assignment)]


def forms(task, value):
    """Yield a value as it is, and in the place of each of the outputs."""
    yield value
    parts = [dict.fromkeys(names_of(item), value) if item.endswith("}") else value for item in task.returns]
    if len(parts) > 1 or parts[0] is not value:
        yield tuple(parts) if len(parts) > 1 else parts[0]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("name", HOSTILE)
def test_everything_is_judged(assignment, name):
    for probe in probes_of(assignment):
        for value in forms(probe.task, HOSTILE[name]):
            row = dict.fromkeys(FIELDS) | {
                "value": value,
                "again": value,
                "where": "",
                "changed": (),
                "shared": (),
                "overwritten": False,
            }
            try:
                answer = decode(encode({"seen": [row] * len(probe.cases)}))
            except WireError:
                continue
            for idea in probe.task.ideas:
                finding_of(probe, idea, answer)


HONEST = {"value": None, "error": None, "where": "", "changed": (), "shared": (), "again": None}
HONEST |= {"overwritten": False}
FORGED = [
    {field: value}
    for field in FIELDS
    if field not in ("value", "again")  # these may be anything
    for value in HOSTILE.values()
    if type(value) is not type(HONEST[field]) and not (field == "error" and isinstance(value, Exception))
]


@pytest.mark.parametrize("field", sorted({field for forged in FORGED for field in forged}))
def test_a_row_that_no_probe_sends_disturbed_the_channel(field):
    probe = probes_of("02-rnn")[0]
    for forged in (one for one in FORGED if field in one):
        try:
            answer = decode(encode({"seen": [HONEST | forged] * len(probe.cases)}))
        except WireError:
            continue
        for idea in probe.task.ideas:
            assert finding_of(probe, idea, answer).message == DISTURBED, forged
    answer = decode(encode({"seen": [HONEST] * len(probe.cases)}))
    assert finding_of(probe, probe.task.ideas[0], answer).message != DISTURBED
