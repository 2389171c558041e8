"""Grade all submissions of an assignment: Dask carries them to workers, one process writes the ledger."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.course import Course
from lstm_course.grading.grader import grade, key_of
from lstm_course.grading.submission import pack
from lstm_course.grading.verdict import Verdict
from lstm_course.grading.workers import Grade, Job, carried_out

LONGEST_NAME = 128  # nbgrader's column


@dataclass
class Change:
    """A regrade that came out differently."""

    student: str
    before: Verdict
    after: Verdict


@dataclass
class Outcome:
    """What a run of the grader did.

    Attributes
    ----------
    graded : int
        Submissions run now.
    kept : int
        Submissions whose verdict was there already.
    counts : dict of str to int
        All verdicts by state.
    changes : list of Change
    misnamed : list of str
        Folders among the submissions that no student can be called by.
    """

    graded: int = 0
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)


def grade_all(
    course: Course,
    assignment: str,
    students: Iterable[str] | None = None,
    again: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    trusted: bool = False,
    progress: Callable[[int, int, dict[str, int]], None] = lambda *_: None,
    grader: Grade = grade,
) -> Outcome:
    """Grade what has no verdict yet, and write each verdict down as soon as it is there.

    Parameters
    ----------
    course : Course
    assignment : str
    students : iterable of str, optional
        Only these.
    again : bool
        Whether to run also what has a verdict that nothing has changed about.
    workers : int, optional
        Processes on this machine; as many as cores by default.
    scheduler : str, optional
        The address of a Dask cluster to use in place of processes here.
    trusted : bool
        Whether to do without a sandbox.
    progress : callable
        Called with (how many are done, how many there are, all verdicts by state) after each.
    grader : callable
        What is called in the workers: ``grade``, or what stands in for it in a measurement.

    Raises
    ------
    InputError
        A student who has not submitted is asked for; another run is at work; the scheduler does not answer.
    """
    names = list(course.students(assignment))
    wanted = [name for name in names if nameable(name)]
    outcome, secret = Outcome(misnamed=sorted(set(names) - set(wanted))), course.secret
    if students is not None:
        unknown = sorted(set(students) - set(wanted))
        if unknown:
            raise InputError(f"students who submitted {assignment}", ", ".join(unknown))
        wanted = sorted(set(students))
    with alone(course.folder / f"{assignment}.lock"), course.ledger() as ledger:
        before = ledger.keys(assignment)
        counts = Counter(ledger.counts(assignment))
        progress(0, len(wanted), counts)

        def jobs() -> Iterator[Job]:
            for student in wanted:
                packed = pack(course.place("submitted", student, assignment))
                key = key_of(packed, assignment, secret)
                if before.get(student) == key and not again:
                    outcome.kept += 1
                    progress(outcome.kept + outcome.graded, len(wanted), counts)
                    continue
                yield student, packed, key

        for verdict in carried_out(jobs(), assignment, secret, workers, scheduler, trusted, grader):
            old = ledger.record(verdict)
            outcome.graded += 1
            counts[verdict.state] += 1
            if old is not None:
                counts[old.state] -= 1
                if (old.state, old.reason, old.marks) != (verdict.state, verdict.reason, verdict.marks):
                    outcome.changes.append(Change(verdict.student, slim(old), slim(verdict)))
            progress(outcome.kept + outcome.graded, len(wanted), counts)
        outcome.counts = ledger.counts(assignment)
    outcome.changes.sort(key=lambda change: change.student)
    return outcome


def nameable(name: str) -> bool:
    r"""Return whether ledger and gradebook can hold a name.

    Examples
    --------
    >>> [nameable(name) for name in ("anna müller", "a\nb", b"\xff".decode(errors="surrogateescape"))]
    [True, False, False]
    """
    return name.isprintable() and len(name) <= LONGEST_NAME


def slim(verdict: Verdict) -> Verdict:
    """Return a verdict without its notebook."""
    return dataclasses.replace(verdict, notebook={})


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock; two runs at the same time would do each other's work."""
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "Wait until it has ended."
            raise InputError("to be the only one who grades", f"another run at work ({path})", hint) from None
        yield
