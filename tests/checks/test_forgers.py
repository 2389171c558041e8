"""Whoever owns the process that the drives run in cannot earn points by what was right for other inputs."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from lstm_course.checks import ASSIGNMENTS, Case, Idea, Task, find, judge, observe, tasks_of
from lstm_course.checks.probe import call
from lstm_course.checks.tasks.sentiment_labels import LABELS
from tests.bug_zoo.zoo import cells_of, run

NETWORKS = "06-sentiment"  # to load Keras takes seconds
TASKS = [
    pytest.param(name, task, id=f"{name} {task.ideas[0].id}", marks=[pytest.mark.slow] * (name == NETWORKS))
    for name in ASSIGNMENTS
    for task in tasks_of(name)
    if task.drive is not call or task.digest
]
PLAIN = (type(None), bool, int, float, str, np.ndarray, np.generic)


@cache
def solutions(assignment):
    """Return the names that a solved notebook defines."""
    names = {"__name__": "__main__"}
    for cell in cells_of("solutions", assignment):
        if cell.kind in ("given", "solution"):
            assert run(cell.source, names, cell.id) is None, cell.id
    return names


@cache
def observed(assignment, grade_id):
    """Return the cases of a test's task, and what is seen of its solution."""
    task, _ = find(assignment, grade_id)
    source = next(c.source for c in cells_of("solutions", assignment) if c.id == grade_id)
    function = eval(expression(source), solutions(assignment))
    cases = task.cases(np.random.default_rng(1))
    return cases, observe(function, cases, task.drive)


def expression(source):
    """Return the function in a test cell: ``check("id", FUNCTION)``."""
    first = source.splitlines()[0]
    return first[first.index(",") + 1 : first.rindex(")")].strip()


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_what_was_right_for_other_inputs_is_wrong(name, task):
    cases, seen = observed(name, task.ideas[0].id)
    assert not [idea.id for idea in task.ideas if judge(task, idea, cases, seen)]
    for seed in (2, 3):
        others = task.cases(np.random.default_rng(seed))
        assert not [idea.id for idea in task.ideas if idea.outputs and not judge(task, idea, others, seen)]


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_drives_hand_on_plain_data(name, task):
    for one in observed(name, task.ideas[0].id)[1]:
        assert plain(one.value), one.value
        assert one.error is None


def plain(value):
    """Return whether a value can leave a process without pickle."""
    if isinstance(value, (list, tuple, set)):
        return all(map(plain, value))
    if isinstance(value, dict):
        return all(plain(key) and plain(item) for key, item in value.items())
    return isinstance(value, PLAIN) and getattr(value, "dtype", np.dtype(int)).kind in "biufU"


RUBBISH = (
    0,
    "right",
    [],
    [[]],
    (),
    ("a", "b"),
    {},
    np.zeros(3),
    np.array(np.nan),
    [None] * 5,
    (1e300, -1, 2, 3),
)


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_rubbish_from_a_drive_is_the_functions_own_fault(name, task):
    cases, seen = observed(name, task.ideas[0].id)
    for rubbish in RUBBISH:
        forged = [type(one)(value=rubbish, again=rubbish) for one in seen]
        assert all(judge(task, idea, cases, forged) for idea in task.ideas if idea.outputs)


def halves(value, x):
    """Return half of a number, and refuse what is none."""
    if not isinstance(value, float):
        raise TypeError(f"expected a number, got {value!r}")
    return value / 2


HALF = Task(
    "half",
    ("y",),
    lambda rng: [Case({"x": rng.random()}, "a number")],
    lambda x, *, seen, wrong: {"y": x},
    (Idea("y-value", ("y",)), Idea("y-contract")),
    digest=halves,
)


def findings(function):
    """Return what is found for each idea of the small task."""
    cases = HALF.cases(np.random.default_rng(0))
    seen = observe(function, cases)
    return [judge(HALF, idea, cases, seen) for idea in HALF.ideas]


def test_digest_makes_the_outputs():
    assert findings(lambda x: 2 * x) == [None, None]
    assert findings(lambda x: x)[0].message.startswith("a number: y differs by up to")


def test_what_a_digest_raises_is_what_the_function_raised():
    assert [one.message for one in findings(lambda x: "two")] == [
        "a number: TypeError: expected a number, got 'two'"
    ] * 2
    assert findings(lambda x: None)[0].mistake == "nothing returned"


def test_second_call_is_digested_too():
    calls = []

    def once(x):
        calls.append(x)
        return 2 * x if len(calls) == 1 else "two"

    assert findings(once)[1].mistake == "memory between calls"


def test_results_far_too_large_are_not_gone_on_from():
    def reference(x, *, seen, wrong):
        return {"y": x, "z": seen.get("y", x)}

    task = Task("f", ("y", "z"), HALF.cases, reference, (Idea("z-value", ("z",)),))
    cases = task.cases(np.random.default_rng(0))
    small, large = (observe(lambda x, n=n: (np.ones(n), np.ones(n)), cases) for n in (900, 90_000))
    assert judge(task, task.ideas[0], cases, small) is None
    assert judge(task, task.ideas[0], cases, large) is not None


def test_labels_are_those_of_the_reviews_in_the_notebook():
    from lstm_course.text import load_corpus
    from lstm_course.text.split import fingerprint

    corpus = load_corpus("imdb")
    marks = [fingerprint(text) for text in corpus.texts]
    copies = Counter(marks)
    rows = zip(marks, corpus.texts, corpus.labels, strict=True)
    short = sorted((mark, label) for mark, text, label in rows if len(text) < 700 and copies[mark] == 1)
    assert LABELS.tolist() == [label for _, label in short[: len(LABELS)]]


@pytest.mark.slow
def test_the_notebook_and_the_labels_mean_the_same_reviews():
    assert [label for _, label in solutions(NETWORKS)["reviews"]()["test"]] == LABELS.tolist()


@pytest.mark.slow
def test_a_trial_needs_no_label_of_a_test_review(monkeypatch):
    names = solutions(NETWORKS)
    parts = names["reviews"]()
    blank = parts | {"test": [(text, 0) for text, _ in parts["test"]]}
    which, asked = np.array([3, 1, 2]), []

    def train(model, ids, labels, validation, epochs, patience):
        asked.append((labels.tolist(), validation[1].tolist()))

    monkeypatch.setitem(names, "reviews", lambda: blank)
    assert names["on_reviews"](train)(1, which).shape == (3,)
    assert asked == [([y for _, y in parts["train"]], [y for _, y in parts["validation"]])]
