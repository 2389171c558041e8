"""The grader draws other inputs for every submission: whatever it draws, a specimen loses the same tests."""

import contextlib
import io

import numpy as np
import pytest

from lstm_course.checks import judge, observe, tasks_of
from tests.bug_zoo.test_zoo import ZOO
from tests.bug_zoo.zoo import Right, Wrong, cells_of, run, source_of

SEEDS = (101, 102)
NUMPY = ("01-text", "02-rnn", "03-vanishing", "04-lstm", "07-language-model")
SPECIMENS = [(name, one) for name, one in ZOO if name in NUMPY and not getattr(one, "remembers", False)]


def names_of(assignment, specimen):
    """Run the solution's cells with one of them replaced; return what they define."""
    names = {"__name__": "__main__"}
    for cell in cells_of("solutions", assignment):
        if cell.kind in ("given", "solution"):
            here = (cell.kind, cell.id) == ("solution", specimen.function)
            run(source_of(assignment, specimen) if here else cell.source, names, cell.id)
    return names


@pytest.mark.slow
@pytest.mark.parametrize("assignment", NUMPY)
def test_marks_do_not_hang_on_the_draw(assignment):
    odd = []
    for specimen in (one for name, one in SPECIMENS if name == assignment):
        function = names_of(assignment, specimen).get(specimen.function)
        for task in tasks_of(assignment):
            if task.function != specimen.function or function is None:
                continue
            for seed in SEEDS:
                cases = task.cases(np.random.default_rng(seed))
                with contextlib.redirect_stdout(io.StringIO()):
                    seen = observe(function, cases, task.drive)
                for idea in task.ideas:
                    lost = judge(task, idea, cases, seen) is not None
                    if lost != (isinstance(specimen, Wrong) and idea.id in specimen.loses):
                        odd.append((specimen, seed, idea.id))
    assert odd == []


def test_both_kinds_are_drawn_for():
    assert {type(one) for _, one in SPECIMENS} == {Wrong, Right}
