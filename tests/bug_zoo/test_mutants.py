"""Change each solution in every small way: each change must cost points, or be known to change nothing."""

import contextlib
import io
import signal
import warnings

import pytest

from lstm_course.checks import ASSIGNMENTS, tasks_of, verdict
from tests.bug_zoo.equivalent import EQUIVALENT, TOO_SLOW
from tests.bug_zoo.mutants import mutants
from tests.bug_zoo.zoo import ROOT, cells_of, run

FUNCTIONS = [
    (name, task)
    for name in ASSIGNMENTS
    if (ROOT / "solutions" / name).exists()
    for task in tasks_of(name)
    if task.function not in TOO_SLOW
]


@contextlib.contextmanager
def at_most(seconds):
    """Break off what does not end."""

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def lost(name, task, function):
    """Return the tests that a function fails, in all tasks that are about it."""
    failed = []
    tasks = [other for other in tasks_of(name) if other.function == task.function]
    for one, idea in ((other, idea) for other in tasks for idea in other.ideas):
        try:
            with at_most(10):
                finding = verdict(one, idea, function, seed=5)
        except TimeoutError:
            finding = True
        failed += [idea.id] if finding else []
    return failed


@pytest.mark.parametrize(("name", "task"), FUNCTIONS, ids=lambda v: v if isinstance(v, str) else v.function)
def test_every_small_change_costs_points(name, task):
    names, own = {"__name__": "__main__"}, ""
    for cell in cells_of("solutions", name):
        if cell.kind in ("given", "solution"):
            assert run(cell.source, names, cell.id) is None, cell.id
        own = cell.source if (cell.kind, cell.id) == ("solution", task.function) else own
    assert not lost(name, task, names[task.function])
    survivors, count = [], 0
    for what, source in mutants(own):
        count += 1
        changed = dict(names)
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            error = run(source, changed, task.function)
        if error is None and not lost(name, task, changed[task.function]):
            survivors.append(what)
    known = EQUIVALENT.get(task.function, ())
    assert count >= 3
    assert set(survivors) <= set(known), f"{len(survivors)} of {count} changes cost nothing"
    assert set(known) <= set(survivors), "listed as changing nothing, but it costs points now"
