"""Verdicts on a small task: what is right, what is wrong, and which mistake it was."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from lstm_course.checks import Case, CheckFailed, Finding, Idea, Task, judge, observe, tasks_of
from lstm_course.checks.judge import GENERIC, outputs_of
from lstm_course.checks.task import follow, names_of
from tests.bug_zoo.zoo import cells_of


def reference(x, n, *, seen, wrong):
    """Return y = n x + 1 and z = the sums of y² along the rows."""
    y = n * x + (0 if wrong == "one forgotten" else 1)
    if wrong == "product of the wrong shapes":
        y = x @ x
    if wrong == "logarithm":
        y = np.log(x)
    z = (follow(seen, "y", y) ** 2).sum(axis=1)
    return {"y": y, "z": z / len(x) if wrong == "mean" else z}


Y = Idea(
    "y-value",
    ("y",),
    {"one forgotten": "Add it.", "product of the wrong shapes": "No.", "logarithm": "No."},
)
Z = Idea("z-value", ("z",), {"mean": "A sum."})
CONTRACT = Idea("contract")


def cases(rng):
    shapes = (((3, 4), False), ((2, 5), False), ((1, 3), True), ((4, 1), True))
    return [Case({"x": rng.normal(size=s) + 3, "n": 2.0}, f"shape {s}", edge) for s, edge in shapes]


TASK = Task("function", ("y", "z"), cases, reference, (Y, Z, CONTRACT))


def verdicts(function, task=TASK):
    """Return the finding of each idea of a task."""
    drawn = task.cases(np.random.default_rng(0))
    seen = observe(function, drawn, task.drive)
    return [judge(task, idea, drawn, seen) for idea in task.ideas]


def named(function, task=TASK):
    """Return the mistake that each idea of a task names; None where it is right."""
    return [finding and finding.mistake for finding in verdicts(function, task)]


def right(x, n):
    y = n * x + 1
    return y, (y**2).sum(axis=1)


def test_right():
    assert verdicts(right) == [None, None, None]
    assert verdicts(lambda x, n: [a.astype(np.float32) for a in right(x, n)]) == [None, None, None]


def test_known_mistake_is_named_with_its_hint():
    finding, *others = verdicts(lambda x, n: (n * x, ((n * x) ** 2).sum(axis=1)))
    assert (finding.mistake, finding.hint) == ("one forgotten", "Add it.")
    assert finding.message.startswith("shape (3, 4): y differs by up to 1")
    assert others == [None, None]  # what follows is judged from the wrong y


def test_unknown_mistake_is_not_named():
    assert named(lambda x, n: (n * x + 7, ((n * x + 7) ** 2).sum(axis=1))) == ["", None, None]


def test_mistake_must_explain_every_case():
    assert named(lambda x, n: (n * x + (x.shape != (3, 4)), right(x, n)[1]))[0] == ""


def test_later_output_alone():
    assert named(lambda x, n: (right(x, n)[0], right(x, n)[1] / len(x))) == [None, "mean", None]


def test_mistakes_that_raise_are_known_by_their_error():
    def multiply(x, n):
        return x @ x, None

    assert named(multiply) == ["product of the wrong shapes", "", ""]

    def other(x, n):
        raise ValueError("something else")

    assert named(other) == ["", "", ""]


def test_zeros_do_not_make_right_what_follows():
    nothing = verdicts(lambda x, n: (0 * x, 0 * x[:, 0]))
    assert nothing[0]
    assert nothing[1]


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda y, z: (y.squeeze(), z), "dropped axes"),
        (lambda y, z: (y, np.round(z).astype(int) if len(z) == 1 else z), "integers"),
    ],
)
def test_contract_of_shapes(change, mistake):
    assert named(lambda x, n: change(*right(x, n))) == [None, None, mistake]


def test_shape_without_a_name():
    finding = verdicts(lambda x, n: (right(x, n)[0], right(x, n)[1][:, None]))[2]
    assert finding == Finding("shape (3, 4): z: expected the shape (3,), got (3, 1)")


def test_error_on_an_edge_costs_the_contract_only():
    def fails(x, n):
        if 1 in x.shape:
            raise IndexError("too small")
        return right(x, n)

    first, second, contract = verdicts(fails)
    assert first is None
    assert second is None
    assert contract.message == "shape (1, 3): IndexError: too small"


def test_wrong_value_on_an_edge_costs_the_contract_only():
    found = verdicts(lambda x, n: right(x, n) if len(x) > 1 else right(x, 3 * n))
    assert found[:2] == [None, None]
    assert "shape (1, 3): y differs" in found[2].message


def test_contract_is_kept_by_whoever_is_wrong_everywhere():
    assert verdicts(lambda x, n: (x**3, x[:, 0] * 5.0))[2] is None


def test_values_of_edges_are_judged_only_where_all_is_right():
    # y is wrong, z follows from it: nothing of that may count on an edge, where nothing follows
    assert named(lambda x, n: (x + 0, (x**2).sum(axis=1))) == ["", None, None]


def test_argument_changed():
    def spoil(x, n):
        made = right(x, n)
        x += 1
        return made

    assert named(spoil) == [None, None, "argument changed"]
    assert "the argument x was changed" in verdicts(spoil)[2].message


def test_messages_have_the_name_that_the_student_knows():
    task = replace(TASK, parameters={"x": "features"})

    def spoil(x, n):
        made = right(x, n)
        x += 1
        return made

    assert "the argument features was changed" in verdicts(spoil, task)[2].message
    back = replace(task, returns=("x",), reference=lambda x, n, *, seen, wrong: {"x": x}, ideas=(CONTRACT,))
    assert "the memory of the argument features" in verdicts(lambda x, n: x, back)[0].message


@pytest.mark.parametrize("function", ["build_vocabulary", "encode", "pad"])
def test_arguments_of_further_calls_have_a_name_in_the_notebook(function):
    (task,) = (task for task in tasks_of("01-text") if task.function == function)
    (given,) = (
        c.source for c in cells_of("solutions", "01-text") if (c.kind, c.id) == ("solution", function)
    )
    for argument in next(iter(task.cases(np.random.default_rng(0)))).args:
        if argument != "small":  # a number, which nobody can change
            assert f"{task.parameters.get(argument, argument)} :" in given


def test_memory_between_calls():
    calls = []

    def remember(x, n):
        calls.append(1)
        return right(x, n + (len(calls) > 4))

    assert named(remember) == [None, None, "memory between calls"]


def test_result_overwritten():
    room = {}

    def reuse(x, n):
        out = room.setdefault(x.shape, np.empty(x.shape))
        out[:] = n * x + 1
        return out, right(x, n)[1]

    assert named(reuse) == [None, None, "result overwritten"]


def test_argument_handed_back():
    task = Task("same", ("x",), cases, lambda x, n, *, seen, wrong: {"x": x}, (Idea("v", ("x",)), CONTRACT))
    assert named(lambda x, n: x, task) == [None, "argument handed back"]
    may = Task("same", ("x",), cases, task.reference, task.ideas, may_share=True)
    assert named(lambda x, n: x, may) == [None, None]


def test_mistake_of_the_contract():
    def reference_of_one(x, n, *, seen, wrong):
        return {"s": x.sum() if wrong and len(x) == 1 else x.sum(axis=0)}

    contract = Idea("contract", (), {"row of one": "Think of a batch of one."})
    task = Task("f", ("s",), cases, reference_of_one, (contract,))
    assert named(lambda x, n: x.sum(axis=0), task) == [None]
    assert named(lambda x, n: x.sum() if len(x) == 1 else x.sum(axis=0), task) == ["row of one"]
    assert named(lambda x, n: x.sum(axis=0) * (len(x) > 1), task) == [""]


@pytest.mark.parametrize(
    ("function", "mistake", "words"),
    [
        (lambda x, n: None, "nothing returned", "expected y, z, got None"),
        (lambda x, n: right(x, n)[0], "", "expected 2 values (y, z), got an array of shape (3, 4)"),
        (lambda x, n: (*right(x, n), 1), "", "expected 2 values (y, z), got a tuple of 3"),
        (lambda x, n: {}, "", "expected 2 values (y, z), got a dict of 0"),
        (lambda x: 1, "", "TypeError"),
    ],
)
def test_nothing_to_judge(function, mistake, words):
    for finding in verdicts(function):
        assert finding.mistake == mistake
        assert words in finding.message


def test_not_written_yet():
    def empty(x, n):
        raise NotImplementedError

    assert named(empty) == ["not written yet"] * 3
    assert verdicts(empty)[0].hint == GENERIC["not written yet"]


def test_ragged_and_strange_results_are_judged():
    assert all(verdicts(lambda x, n: ([[1.0], [2.0, 3.0]], "z")))
    assert all(verdicts(lambda x, n: (object(), {})))


def test_drive():
    task = Task("f", ("y", "z"), cases, reference, (Y, Z), drive=lambda f, x, n: (f(x, n), f(x, n) ** 2))
    finding, _ = verdicts(lambda x, n: n * x, task)
    assert finding.mistake == "one forgotten"


def test_judging_is_silent_whatever_the_student_has_set():
    def loud(x, n, *, seen, wrong):
        warnings.warn("a mistake makes strange numbers", stacklevel=1)
        return {"y": np.log(x) if wrong else x}

    idea = Idea("y", ("y",), {"logarithm": "No."})
    task = Task("f", ("y",), lambda rng: [Case({"x": -np.ones((2, 3)), "n": 1.0}, "")], loud, (idea,))
    with warnings.catch_warnings(record=True) as heard, np.errstate(all="raise"):
        warnings.simplefilter("always")
        assert named(lambda x, n: np.log(x), task) == ["logarithm"]
    assert heard == []


def test_dict_of_outputs():
    task = Task("f", ("h", "values{i f}", "_cache"), cases, reference, ())
    assert task.outputs == ("h", "i", "f")
    assert outputs_of(task, (1, {"i": 2, "f": 3, "more": 4}, object())) == {"h": 1, "i": 2, "f": 3}
    assert "values: expected a dict with the key 'f'" in outputs_of(task, (1, {"i": 2}, None)).message
    assert "values: expected a dict with the key 'i'" in outputs_of(task, (1, 2, None)).message
    assert "(h, values{i f}, cache)" in outputs_of(task, 1).message


def test_names():
    assert names_of("_hidden{a b}") == ()
    assert TASK.idea("z-value") is Z


@pytest.mark.parametrize(
    ("own", "followed"),
    [
        ([3.0, -1.0, 2.0], True),
        ([[3, -1, 2]], True),
        ([0.0, 0.0, 0.0], False),
        ([1e-5, -1e-5, 0.0], False),
        ([4.0, 4.0, 4.0], False),
        ([np.nan, 1.0, 2.0], False),
        ([np.inf, 1.0, 2.0], False),
        ([1.0, 2.0], False),
        (["a", "b", "c"], False),
        (None, False),
        ([[1], [2, 3]], False),
    ],
)
def test_follow(own, followed):
    wanted = np.array([1.0, 2.0, 5.0])
    found = follow({"y": own}, "y", wanted)
    np.testing.assert_array_equal(found, np.ravel(own) if followed else wanted)
    assert found.shape == (3,)


def test_follow_without_a_student():
    wanted = np.ones(3)
    assert follow({}, "y", wanted) is wanted


def test_failure_is_shown_without_a_traceback():
    error = CheckFailed("y-value", Finding("wrong"), "one\ntwo")
    assert error._render_traceback_() == ["one", "two"]
    assert (error.grade_id, error.finding.message) == ("y-value", "wrong")
