"""Change each solution in every small way: each change must cost points, or be known to change nothing."""

import contextlib
import resource
import signal
from pathlib import Path
from unittest.mock import patch

import pytest

from lstm_course.checks import ASSIGNMENTS, registry, tasks_of, verdict
from tests.bug_zoo.equivalent import EQUIVALENT, TOO_SLOW
from tests.bug_zoo.mutants import mutants
from tests.bug_zoo.zoo import cells_of, run, sparingly

FUNCTIONS = [
    (name, function)
    for name in ASSIGNMENTS
    for function in dict.fromkeys(task.function for task in tasks_of(name))
    if function not in TOO_SLOW
]


@contextlib.contextmanager
def at_most(seconds, gigabytes=4):
    """Break off what does not end, and refuse it memory without end."""

    def stop(*_):
        raise TimeoutError

    before, memory = signal.signal(signal.SIGALRM, stop), resource.getrlimit(resource.RLIMIT_AS)
    pages = Path("/proc/self/statm")
    if pages.exists():  # on Linux
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + gigabytes * 2**30, memory[1]))
    # Again every second: an exception is lost that is raised where Python ignores them, in a callback of gc.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, memory)


def passes(name, function, written):
    """Return whether what was written for a function passes all its tests."""
    ideas = [(task, idea) for task in tasks_of(name) if task.function == function for idea in task.ideas]
    with patch.object(registry, "observe", sparingly()):
        for task, idea in ideas:
            try:
                with at_most(20):
                    if verdict(task, idea, written, seed=5):
                        return False
            except (TimeoutError, MemoryError):
                return False
    return True


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of such a lost one
@pytest.mark.parametrize(("name", "function"), FUNCTIONS)
def test_every_small_change_costs_points(name, function):
    names, own = {"__name__": "__main__"}, ""
    for cell in cells_of("solutions", name):
        if cell.kind in ("given", "solution"):
            assert run(cell.source, names, cell.id) is None, cell.id
        own = cell.source if (cell.kind, cell.id) == ("solution", function) else own
    assert passes(name, function, names[function])
    survivors, count = [], 0
    for what, source in mutants(own):
        count += 1
        changed = dict(names)
        if run(source, changed, function) is None and passes(name, function, changed[function]):
            survivors.append(what)
    known = EQUIVALENT.get(function, ())
    assert count >= 3
    assert set(survivors) <= set(known), f"{len(survivors)} of {count} changes cost nothing"
    assert set(known) <= set(survivors), "listed as changing nothing, but it costs points now"
