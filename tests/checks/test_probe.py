"""What is seen of a function: results, errors, changed arguments, memory, and nothing on the screen."""

import linecache
import sys
import warnings

import numpy as np
import pytest

from lstm_course.checks.probe import Case, observe, same


class Box:
    """An object without equality."""

    def __init__(self, value):
        self.value = value


def cases(*arrays):
    return [Case({"x": array}, f"case {k}") for k, array in enumerate(arrays)]


@pytest.fixture
def two():
    return cases(np.arange(3.0), np.ones((2, 2)))


def test_values_and_order(two):
    first, second = observe(lambda x: 2 * x, two)
    np.testing.assert_array_equal(first.value, [0, 2, 4])
    np.testing.assert_array_equal(second.value, np.full((2, 2), 2.0))
    np.testing.assert_array_equal(first.again, first.value)
    assert first.error is None
    assert (first.changed, first.shared, first.overwritten) == ((), (), False)


def test_every_call_gets_its_own_copy(two):
    def spoil(x):
        x[:] = -1
        return x.copy()

    first, _ = observe(spoil, two)
    assert first.changed == ("x",)
    np.testing.assert_array_equal(two[0].args["x"], np.arange(3.0))
    np.testing.assert_array_equal(observe(lambda x: x.copy(), two)[0].value, np.arange(3.0))


def test_only_the_changed_argument_is_named():
    case = Case({"x": np.zeros(2), "words": ["a"], "n": 3}, "")

    def append(x, words, n):
        words.append("b")

    assert observe(append, [case])[0].changed == ("words",)


@pytest.mark.parametrize("make", [lambda x: x, lambda x: x[:1], lambda x: (1, [x.T]), lambda x: {"a": x}])
def test_shared_memory(two, make):
    assert observe(make, two)[0].shared == ("x",)


def test_copies_do_not_share(two):
    assert observe(lambda x: (x.copy(), x + 0), two)[0].shared == ()


def test_memory_between_calls(two):
    calls = []

    def count(x):
        calls.append(x)
        return float(len(calls))

    seen = observe(count, two)
    assert [one.value for one in seen] == [1.0, 2.0]
    assert [one.again for one in seen] == [4.0, 3.0]  # the other way round, so that the first is last


def test_overwritten_results():
    room = np.zeros(3)

    def reuse(x):
        room[:] = x
        return room

    first, _ = observe(reuse, cases(np.arange(3.0), np.ones(3)))
    assert first.overwritten
    np.testing.assert_array_equal(first.value, [0, 1, 2])  # as it was returned, not as it became


def cell(source, name):
    """Run a cell as a notebook does, its lines known to tracebacks."""
    scope = {"np": np}
    exec(compile(source, name, "exec"), scope)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return scope["broken"]


def test_error_and_its_line(two):
    broken = cell("def broken(x):\n    y = x + 1\n    return y @ np.zeros(7)\n", "<cell>")
    first, _ = observe(broken, two)
    assert isinstance(first.error, ValueError)
    assert first.where == "line 3: return y @ np.zeros(7)"
    assert first.value is None
    assert first.again is None


@pytest.mark.parametrize("name", ["<cell>", "/tmp/ipykernel_7/12.py"])
def test_line_is_the_students_and_not_the_librarys(two, name):
    broken = cell("def broken(x):\n    return np.linalg.inv(np.zeros((2, 2)))\n", name)
    assert observe(broken, two)[0].where == "line 2: return np.linalg.inv(np.zeros((2, 2)))"


def test_no_line_where_no_cell_is_to_blame(two):
    assert observe(np.linalg.inv, two)[0].where == ""


def test_errors_of_every_kind_are_kept(two):
    def leave(x):
        sys.exit(3)

    def descend(x):
        return descend(x)

    assert isinstance(observe(leave, two)[0].error, SystemExit)
    assert isinstance(observe(descend, two)[0].error, RecursionError)


def test_interrupt_is_let_through(two):
    def interrupt(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe(interrupt, two)


def test_nothing_reaches_the_screen(two, capfd):
    def talk(x):
        print("hello")
        print("trouble", file=sys.stderr)
        warnings.warn("slow", stacklevel=1)
        return np.log(0 * x) + x / 0

    first, _ = observe(talk, two)
    assert first.error is None
    assert first.printed == "hello\ntrouble\n"
    assert capfd.readouterr() == ("", "")


def test_settings_are_put_back(two):
    before, filters = np.geterr(), list(warnings.filters)

    def meddle(x):
        np.seterr(all="raise")
        warnings.simplefilter("error")
        return x + 1

    observe(meddle, two)
    assert np.geterr() == before
    assert warnings.filters == filters


def test_drive_calls_in_the_place_of_one_call(two):
    seen = observe(lambda x: x.sum(), two, lambda function, x: [function(x), function(x + 1)])
    assert seen[0].value == [3.0, 6.0]


def test_generators_start_alike_in_every_call():
    case = Case({"rng": np.random.default_rng(3)}, "")
    (one,) = observe(lambda rng: rng.random(4), [case])
    np.testing.assert_array_equal(one.value, one.again)
    assert one.changed == ()


def test_objects_without_equality():
    case = Case({"box": Box(np.zeros(2))}, "")

    def open_it(box):
        box.value += 1

    assert observe(lambda box: None, [case])[0].changed == ()
    assert observe(open_it, [case])[0].changed == ("box",)


def test_results_that_cannot_be_copied(two):
    first, _ = observe(lambda x: (x + 1, (n for n in range(3))), two)
    assert first.error is None
    np.testing.assert_array_equal(first.value[0], [1, 2, 3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array([np.nan, 1]), np.array([np.nan, 1])),
        (np.array(["a"]), np.array(["a"])),
        ({"a": [np.zeros(2)]}, {"a": [np.zeros(2)]}),
        (float("nan"), float("nan")),
        (len, max),
        (Box(np.ones(2)), Box(np.ones(2))),
    ],
)
def test_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros(2), np.zeros(3)),
        (np.zeros(2), np.array([0, 1e-300])),
        (np.zeros(2), np.zeros(2, np.float32)),
        ([1, 2], [1, 2, 3]),
        ({"a": 1}, {"b": 1}),
        ({"a": np.zeros(1)}, {"a": np.ones(1)}),
        (1.0, 2.0),
        (float("nan"), 1.0),
        ("a", "b"),
        (Box(1), Box(2)),
    ],
)
def test_not_same(one, other):
    assert not same(one, other)
