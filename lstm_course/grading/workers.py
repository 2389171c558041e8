"""Carry submissions to Dask's workers and bring verdicts back; one that ends its worker harms no other."""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import math
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from typing import Any

from lstm_course.checks.notebook import tests_of
from lstm_course.errors import InputError
from lstm_course.grading.finishing import cleaned
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.limits import Limits
from lstm_course.grading.submission import Packed
from lstm_course.grading.verdict import PERSON, Mark, Verdict
from lstm_course.machine import environment_kept

Grade = Callable[..., Verdict]
Job = tuple[str, Packed, str]  # whose, what, and what its verdict follows from
ANSWERS = 20.0  # seconds within which a scheduler has to answer
LOOK = 5.0  # seconds after which the workers are counted anew: a cluster may grow
SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a submission may be large
    "distributed.comm.timeouts.connect": "60s",
    "distributed.scheduler.http.routes": [],  # nobody else on this machine shall look in
    "distributed.worker.http.routes": [],
}
KILLED = "it ended the grader's own process, twice: look at it before it is run again (--again)"
LOST = "the Dask scheduler has gone; what it graded is kept, and the next run goes on"
OTHER_VERSION = "the worker has another version of the course, or of a library that it runs with"


def carried_out(
    jobs: Iterator[Job],
    assignment: str,
    secret: bytes,
    workers: int | None,
    scheduler: str | None,
    trusted: bool,
    grader: Grade,
) -> Iterator[Verdict]:
    """Yield verdicts as they come in.

    Whatever was on a worker that ended is a suspect, innocent neighbours among them. Suspects are tried once
    more, one at a time when nothing else is at work: there it shows who it was.

    Parameters
    ----------
    jobs : iterator of (student, Packed, key)
    assignment : str
    secret : bytes
    workers : int, optional
        Processes on this machine; as many as cores by default.
    scheduler : str, optional
        The address of a Dask cluster to use in place of processes here.
    trusted : bool
    grader : callable
    """
    first = next(jobs, None)
    if first is None:
        return
    from distributed import KilledWorker

    suspects: list[Job] = []
    with client_of(workers, scheduler) as client:
        for alone, queue in ((False, itertools.chain([first], jobs)), (True, iter(suspects))):
            for job, answer in answers(client, queue, alone, assignment, secret, trusted, grader):
                student, _, key = job
                if isinstance(answer, KilledWorker) and not alone:
                    suspects.append(job)
                elif isinstance(answer, KilledWorker):
                    yield needs_a_person(student, assignment, key, KILLED)
                # No key in what follows: the next run tries it again.
                elif isinstance(answer, Exception):
                    reason = cleaned(f"the grader failed: {type(answer).__name__}: {answer}")
                    yield needs_a_person(student, assignment, "", reason)
                elif answer.key != key:
                    yield needs_a_person(student, assignment, "", f"the grader failed: {OTHER_VERSION}")
                else:
                    yield answer


def answers(
    client: Any, jobs: Iterator[Job], alone: bool, *how: Any
) -> Iterator[tuple[Job, Verdict | Exception]]:
    """Yield each job with its verdict or with what went wrong.

    No job waits at a worker, where another could end it: there are no more on their way than can run.

    Raises
    ------
    ConnectionError
        The scheduler has gone.
    """
    from concurrent.futures import CancelledError

    from distributed import as_completed

    on_the_way: dict[Any, Job] = {}
    results, most, looked = as_completed(loop=client.loop), 1, -math.inf

    def send() -> None:
        for job in itertools.islice(jobs, max(0, most - len(on_the_way))):
            future = client.submit(graded_in_time, *job, *how, key=f"grade-{uuid.uuid4().hex}", pure=False)
            on_the_way[future] = job
            results.add(future)

    while True:
        if not alone and time.monotonic() > looked + LOOK:
            most, looked = max(1, sum(client.nthreads().values())), time.monotonic()
        send()
        if not on_the_way:
            return
        future = next(results)
        job = on_the_way.pop(future)
        send()  # already now: a worker need not wait until its answer has been fetched
        try:
            answer = future.result()
        except CancelledError:  # by nobody here
            raise ConnectionError(LOST) from None
        except Exception as error:
            # The grader's own errors make the future one of status "error"; otherwise its answer is not to be
            # had, because the scheduler went while it was fetched.
            if isinstance(error, OSError) and future.status != "error":
                raise ConnectionError(LOST) from None
            answer = error
        future.release()
        yield job, answer


def graded_in_time(
    student: str, packed: Packed, key: str, assignment: str, secret: bytes, trusted: bool, grader: Grade
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
    from dask.system import CPU_COUNT
    from distributed import Client, LocalCluster
    from distributed.utils import silence_logging_cmgr

    def accuse_at_once(dask_scheduler: Any) -> None:
        dask_scheduler.allowed_failures = 0

    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        where: Any = scheduler
        if scheduler is None:
            count = workers or CPU_COUNT
            stack.enter_context(environment_kept())  # Dask sets variables here for its workers to inherit
            with deaf_to_ctrl_c():
                cluster = LocalCluster(
                    count,
                    threads_per_worker=1,
                    # Whoever reaches a scheduler has its workers run what he likes, and students may have
                    # accounts on this machine: certificates made for this run keep them out.
                    security=True,
                    # A port that is free: with none given Dask insists on 8787, which another may have.
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    silence_logs=logging.CRITICAL,
                )
            where = stack.enter_context(cluster)
            cluster.adapt(minimum=count, maximum=count)  # one that ends while it starts is replaced too
        failed = None
        try:
            client = stack.enter_context(Client(where, timeout=ANSWERS, set_as_default=False))
        except (OSError, TypeError, ValueError) as error:  # a TypeError: tls://, and no certificates
            failed = f"none ({error})"
        if failed:
            # Half a client closes itself when its memory is freed. Where that is while another one starts,
            # it waits for ever (distributed 2026.8); so let it be now.
            gc.collect()
            if scheduler is None:
                raise TimeoutError(f"of this machine's own Dask scheduler there is {failed}")
            hint = "Start one: dask scheduler, then dask worker tcp://…"
            raise InputError(f"a Dask scheduler at {scheduler}", failed, hint)
        client.run_on_scheduler(accuse_at_once)
        yield client


@contextlib.contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Start threads, and by them processes, that Ctrl-C does not reach: the main thread ends them."""
    resource_tracker.ensure_running()  # it would hear again, if it were started in between
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
