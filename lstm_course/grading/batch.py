"""Grade all submissions of an assignment: Dask carries them to workers, one process writes the ledger."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import itertools
import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lstm_course.checks.notebook import tests_of
from lstm_course.errors import InputError
from lstm_course.grading.course import Course
from lstm_course.grading.grader import grade, key_of, release_notebook
from lstm_course.grading.limits import Limits
from lstm_course.grading.submission import Packed, pack
from lstm_course.grading.verdict import PERSON, Mark, Verdict

Grade = Callable[..., Verdict]
AHEAD = 3  # submissions that wait for each worker: enough to keep it busy, few enough to keep memory flat
SETTINGS = {
    # A submission that ends its worker is tried once more, and a worker holds only what it is at work on, so
    # that no other submission is blamed.
    "distributed.scheduler.allowed-failures": 1,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.worker.daemon": True,
    "distributed.comm.timeouts.connect": "60s",
}
KILLED = "it ended the grader's own process, twice: look at it before it is run again (--again)"


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
    """

    graded: int = 0
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


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
    wanted = list(course.students(assignment))
    if students is not None:
        unknown = sorted(set(students) - set(wanted))
        if unknown:
            raise InputError(f"students who submitted {assignment}", ", ".join(unknown))
        wanted = sorted(set(students))
    outcome, secret = Outcome(), course.secret
    with alone(course.folder / f"{assignment}.lock"), course.ledger() as ledger:
        before = ledger.keys(assignment)
        counts = Counter(ledger.counts(assignment))
        progress(0, len(wanted), counts)

        def jobs() -> Iterator[tuple[str, Packed, str]]:
            for student in wanted:
                packed = pack(course.place("submitted", student, assignment))
                key = key_of(packed, assignment, secret)
                if before.get(student) == key and not again:
                    outcome.kept += 1
                    progress(outcome.kept + outcome.graded, len(wanted), counts)
                    continue
                yield student, packed, key

        for verdict in carried_out(jobs(), assignment, secret, workers, scheduler, trusted, grader):
            old = ledger.verdict(assignment, verdict.student)
            ledger.record(verdict)
            outcome.graded += 1
            counts[verdict.state] += 1
            if old is not None:
                counts[old.state] -= 1
            if old is not None and (old.state, old.reason, old.marks) != (
                verdict.state,
                verdict.reason,
                verdict.marks,
            ):
                outcome.changes.append(Change(verdict.student, slim(old), slim(verdict)))
            progress(outcome.kept + outcome.graded, len(wanted), counts)
        outcome.counts = ledger.counts(assignment)
    outcome.changes.sort(key=lambda change: change.student)
    return outcome


def slim(verdict: Verdict) -> Verdict:
    """Return a verdict without its notebook."""
    return dataclasses.replace(verdict, notebook={})


def carried_out(
    jobs: Iterator[tuple[str, Packed, str]],
    assignment: str,
    secret: bytes,
    workers: int | None,
    scheduler: str | None,
    trusted: bool,
    grader: Grade,
) -> Iterator[Verdict]:
    """Yield verdicts as they come in; never more than a few submissions are on their way."""
    first = next(jobs, None)
    if first is None:
        return
    from distributed import KilledWorker, as_completed

    with client_of(workers, scheduler) as client:
        count = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        on_the_way: dict[Any, tuple[str, str]] = {}
        results = as_completed(loop=client.loop)

        def send(job: tuple[str, Packed, str]) -> None:
            student, packed, key = job
            future = client.submit(
                graded_in_time, grader, packed, assignment, student, secret, trusted,
                key=f"grade-{student}-{uuid.uuid4().hex}", pure=False,
            )  # fmt: skip
            on_the_way[future] = student, key
            results.add(future)

        send(first)
        for job in itertools.islice(jobs, AHEAD * count - 1):
            send(job)
        for future in results:
            student, key = on_the_way.pop(future)
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, KilledWorker):
                yield needs_a_person(student, assignment, key, KILLED)
            else:  # no key: the next run tries it again
                reason = f"the grader failed: {type(error).__name__}: {error}"
                yield needs_a_person(student, assignment, "", reason)
            future.release()
            following = next(jobs, None)
            if following is not None:
                send(following)


def graded_in_time(
    grader: Grade, packed: Packed, assignment: str, student: str, secret: bytes, trusted: bool
) -> Verdict:
    """Grade one submission; end the worker if that does not come to an end, so that others get their turn."""
    watchdog = threading.Timer(2 * Limits().longest + 3600, os._exit, [70])
    watchdog.daemon = True
    watchdog.start()
    try:
        return grader(packed, assignment, student, secret, trusted)
    finally:
        watchdog.cancel()


def needs_a_person(student: str, assignment: str, key: str, reason: str) -> Verdict:
    """Return the verdict on a submission that has none."""
    marks = tuple(Mark(test.grade_id, 0.0, test.points) for test in tests_of(release_notebook(assignment)))
    return Verdict(student, assignment, key, PERSON, reason, marks)


@contextlib.contextmanager
def client_of(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    """Yield a client of the cluster that is named, or of one of this machine's own."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set(SETTINGS):
        if scheduler is not None:
            try:
                client = Client(scheduler, timeout=20, set_as_default=False)
            except (OSError, ValueError) as error:
                hint = "Start one: dask scheduler, then dask worker tcp://…"
                raise InputError(f"a Dask scheduler at {scheduler}", f"none ({error})", hint) from None
            with client:
                yield client
            return
        with (
            LocalCluster(
                n_workers=workers or os.cpu_count(),
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=50,
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client


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
