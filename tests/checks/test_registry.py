"""The function that test cells call, and what holds for the tasks of all assignments."""

import importlib.util
import re

import numpy as np
import pytest

from lstm_course.checks import (
    ASSIGNMENTS,
    CheckFailed,
    Task,
    checker,
    find,
    judge,
    observe,
    tasks_of,
    verdict,
)
from lstm_course.checks.probe import same
from lstm_course.checks.registry import LONGEST_PRINT
from lstm_course.errors import InputError


def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias)


@pytest.fixture(autouse=True)
def _no_colour(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")


def test_right_function(capsys):
    assert checker("02-rnn")("step-value", rnn_step) is None
    assert capsys.readouterr() == ("✓ step-value: right\n", "")


def test_wrong_function_gets_place_mistake_and_hint():
    with pytest.raises(CheckFailed) as caught:
        checker("02-rnn")("step-value", lambda *arrays: rnn_step(*arrays[:4], 0))
    lines = str(caught.value).splitlines()
    assert lines[0] == "✗ step-value: rnn_step is not right yet"
    where = r"batch 3, features 4, units 2: h_t differs by up to .* at \[\d, \d\]: expected"
    assert re.match(where, " ".join(lines[1:3]))
    assert any(line.startswith("Likely: bias not added. Every unit") for line in lines)
    assert max(map(len, lines)) <= 88
    assert caught.value.grade_id == "step-value"
    assert caught.value.finding.mistake == "bias not added"


def test_no_guess_where_the_mistake_is_unknown():
    with pytest.raises(CheckFailed) as caught:
        checker("02-rnn")("step-value", lambda *arrays: rnn_step(*arrays) + 0.125)
    assert "Likely" not in str(caught.value)


def talking(change):
    """Return a function that prints a shape, and is right but for a change."""

    def talk(*arrays):
        print("x_t:", arrays[0].shape)
        return rnn_step(*arrays) + change(arrays)

    return talk


def said(function, seed=0):
    """Return what the test of a function's values says when it fails."""
    with pytest.raises(CheckFailed) as caught:
        checker("02-rnn")("step-value", function, seed)
    return str(caught.value)


def test_what_a_function_printed_is_shown_where_its_test_fails(capsys):
    always = said(talking(lambda arrays: 0.125))
    assert always.endswith("\nYour function printed (batch 3, features 4, units 2):\nx_t: (3, 4)")
    second = said(talking(lambda arrays: len(arrays[0]) == 2))
    assert second.endswith("\nYour function printed (batch 2, features 3, units 6):\nx_t: (2, 3)")
    assert capsys.readouterr().out == ""
    checker("02-rnn")("step-value", talking(lambda arrays: 0))
    assert capsys.readouterr().out == "✓ step-value: right\n"


def test_no_more_is_shown_of_a_long_print_than_its_beginning():
    def flood(*arrays):
        print("begin\x1b[31m\x07\r\n" + "x" * 100_000)
        return arrays[1]

    shown = said(flood).partition(" printed (batch 3, features 4, units 2):\n")[2]
    assert shown.startswith("begin\nxxx")
    assert len(shown) <= LONGEST_PRINT
    assert not set("\x1b\x07\r") & set(shown)


def test_nothing_printed_is_told_of_hidden_cases_or_by_the_judge():
    function = talking(lambda arrays: 0.125)
    assert "x_t:" not in said(function, seed=7)
    task, idea = find("02-rnn", "step-value")
    cases = task.cases(np.random.default_rng(0))
    finding = judge(task, idea, cases, observe(function, cases, task.drive))
    assert finding.printed == ""
    assert "x_t:" not in finding.message


def test_colours(monkeypatch, capsys):
    monkeypatch.delenv("NO_COLOR")
    checker("02-rnn")("step-value", rnn_step)
    assert capsys.readouterr().out == "\x1b[32m✓ step-value: right\x1b[0m\n"


@pytest.mark.parametrize("thing", [None, 3, np.zeros(2)])
def test_what_is_not_a_function(thing):
    with pytest.raises(CheckFailed, match="expected the function rnn_step, got"):
        checker("02-rnn")("step-value", thing)


def test_unknown_names():
    with pytest.raises(InputError, match="01-text"):
        checker("no such assignment")
    with pytest.raises(InputError, match="a test of 02-rnn: one of step-value"):
        checker("02-rnn")("no-such-test", rnn_step)
    with pytest.raises(InputError, match="a test of 02-rnn"):
        find("02-rnn", "cell-value")


def drawn(task, seed):
    """Return the cases that a check draws from a seed."""
    kept = []

    def cases(rng):
        kept.extend(task.cases(rng))
        return kept

    spy = Task(task.function, task.returns, cases, task.reference, task.ideas, task.drive)
    verdict(spy, task.ideas[0], lambda *arguments: None, seed)
    return kept


def test_seeds_draw_different_cases_and_the_same_again():
    task, _ = find("02-rnn", "step-value")
    first, again, other = drawn(task, 0), drawn(task, 0), drawn(task, 1)
    assert all(same(a.args, b.args) for a, b in zip(first, again, strict=True))
    assert not any(same(a.args, b.args) for a, b in zip(first, other, strict=True))


def test_the_hidden_seed_sees_through_a_table_of_answers():
    task, idea = find("02-rnn", "step-value")
    known = [(case.args, rnn_step(*case.args.values())) for case in drawn(task, 0)]

    def look_up(*arrays):
        return next(answer for args, answer in known if np.shape(args["x_t"]) == np.shape(arrays[0]))

    assert verdict(task, idea, look_up, seed=0) is None
    assert verdict(task, idea, look_up, seed=1) is not None


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_tests_of_an_assignment_have_different_names(name):
    ids = [idea.id for task in tasks_of(name) for idea in task.ideas]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", one) for one in ids)
    for one in ids:
        task, idea = find(name, one)
        assert idea.id == one
        assert idea in task.ideas


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_ideas_judge_outputs_that_exist(name):
    for task in tasks_of(name):
        assert task.ideas
        for idea in task.ideas:
            assert set(idea.outputs) <= set(task.outputs), idea.id


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_references_leave_the_cases_as_they_are(name):
    for task in tasks_of(name):
        judged = {name for idea in task.ideas for name in idea.outputs or task.outputs}
        mistakes = [mistake for idea in task.ideas for mistake in idea.mistakes]
        cases, untouched = (task.cases(np.random.default_rng(2)) for _ in range(2))
        for case, kept in zip(cases[:2], untouched, strict=False):
            for wrong in ("", *mistakes):
                with np.errstate(all="ignore"):
                    try:
                        made = task.reference(*case.args.values(), seen={}, wrong=wrong)
                    except Exception:
                        assert wrong
                        continue
                assert judged <= set(made), (task.function, wrong)
                assert same(case.args, kept.args), (task.function, wrong)


def test_every_assignment_has_a_module_of_its_own():
    assert len(set(ASSIGNMENTS.values())) == len(ASSIGNMENTS)
    for name in ASSIGNMENTS:
        assert importlib.util.find_spec(f"lstm_course.checks.tasks.{ASSIGNMENTS[name]}"), name
