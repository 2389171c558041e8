"""Known mistakes are told apart, show, and their hints do not give the solution away."""

import re

import numpy as np
import pytest

from lstm_course.checks import ASSIGNMENTS, tasks_of
from lstm_course.checks.compare import difference

IDEAS = [
    pytest.param(task, idea, id=f"{name} {idea.id}")
    for name in ASSIGNMENTS
    for task in tasks_of(name)
    for idea in task.ideas
]


def outcome(task, case, wrong):
    """Return the outputs of a mistake, or the text of the error that it makes."""
    try:
        return task.reference(*case.args.values(), seen={}, wrong=wrong)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def alike(task, names, one, other):
    if isinstance(one, str) or isinstance(other, str):
        return one is other or one == other
    return all(
        np.size(one[n]) == np.size(other[n]) and not difference(n, one[n], other[n], task.tolerance)
        for n in names
    )


@pytest.mark.parametrize(("task", "idea"), IDEAS)
def test_mistakes_are_told_apart(task, idea):
    cases = task.cases(np.random.default_rng(1))
    cases = [case for case in cases if not case.edge] or cases if idea.outputs else cases
    names = idea.outputs or task.outputs
    made = {wrong: [outcome(task, case, wrong) for case in cases] for wrong in ("", *idea.mistakes)}
    for a in made:
        for b in made:
            if a < b:
                same = all(alike(task, names, x, y) for x, y in zip(made[a], made[b], strict=True))
                assert not same, f"{a or 'the right answer'!r} and {b!r} cannot be told apart"


@pytest.mark.parametrize(("task", "idea"), IDEAS)
def test_hints_are_sentences_without_code(task, idea):
    for mistake, hint in idea.mistakes.items():
        assert re.search(r"[.?]$", hint), mistake
        assert not re.search(r"[\w)\]]\s*[-+*@/]?=\s*[\w(\[]|\bnp\.|\breturn\b| @ |\*\*", hint), (
            mistake,
            hint,
        )
        assert len(hint) > 30, mistake
