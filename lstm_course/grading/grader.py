"""Grade one submission: a pure function of the submission, the assignment and the grader's secret."""

from __future__ import annotations

import functools
import hashlib
import hmac
import platform
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_course.checks.compare import described
from lstm_course.checks.judge import Finding, judge
from lstm_course.checks.mending import source_of
from lstm_course.checks.notebook import Test, graded_as, read_notebook, release_of, tests_of
from lstm_course.checks.registry import find
from lstm_course.grading.environment import (
    CONTENTS,
    PACKAGE,
    Environment,
    closure,
    environment_of,
    modules_of,
    open_environment_of,
)
from lstm_course.grading.finishing import cleaned, finished
from lstm_course.grading.limits import Limits
from lstm_course.grading.running import Probe, Run, Step, run, seen_in, tested_by
from lstm_course.grading.submission import Packed, Submission, unpack
from lstm_course.grading.verdict import GRADED, PERSON, Mark, Verdict

DECISIVE = (
    "blanking",
    "environment",
    "finishing",
    "grader",
    "inside",
    "limits",
    "running",
    "safe_html",
    "sandbox",
    "submission",
    "syscalls",
    "wire",
)
DISTURBED = "the function disturbed the tests' own channel"


class JudgeFailed(RuntimeError):
    """A test could not cope with what it was given: a case for a person."""


def grade(
    packed: Packed,
    assignment: str,
    student: str,
    secret: bytes,
    trusted: bool = False,
    limits: Limits | None = None,
) -> Verdict:
    """Return the verdict on a submission.

    Parameters
    ----------
    packed : Packed
        What the student's folder holds.
    assignment, student : str
    secret : bytes
        What the random inputs of the tests are drawn from.
    trusted : bool
        Whether to do without a sandbox. Someone must have said so.
    limits : Limits, optional
        The assignment's own are the default.

    Raises
    ------
    SandboxFailed
        No sandbox could be started: the machine's fault, and no verdict.
    """
    began = time.monotonic()
    release = release_notebook(assignment)
    submission = unpack(packed, assignment, release)
    tests = tests_of(release)
    verdict = functools.partial(
        Verdict, student, assignment, key_of(packed, assignment, secret), repairs=submission.repairs
    )
    nothing = tuple(Mark(test.grade_id, 0.0, test.points) for test in tests)
    if submission.state != GRADED:
        return verdict(submission.state, submission.reason, nothing)
    limits = limits or CONTENTS[assignment].limits
    try:
        environment = open_environment_of(assignment) if trusted else environment_of(assignment)
        own = seed_of(packed, secret)
        record = execute(submission, assignment, release, own, environment, limits)
        findings = judged(submission.notebook, assignment, record, own, limits)
    except JudgeFailed as failure:
        return verdict(PERSON, f"the grader failed: {failure}", nothing)
    marks = tuple(marked(test, *findings[test.grade_id]) for test in tests)
    return verdict(
        GRADED,
        "",
        marks,
        notebook=finished(submission.notebook, record, marks, limits),
        seconds=round(record.usage.seconds, 2),
        elapsed=round(time.monotonic() - began, 3),
        memory=record.usage.memory,
    )


@functools.cache
def release_notebook(assignment: str) -> dict[str, Any]:
    """Return an assignment's notebook as it was given out."""
    return read_notebook(release_of(assignment) / f"{assignment}.ipynb")


def key_of(packed: Packed, assignment: str, secret: bytes) -> str:
    """Return the hash of all that a verdict follows from."""
    parts = (packed.digest, assignment_digest(assignment), hashlib.sha256(secret).hexdigest())
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def seed_of(packed: Packed, secret: bytes) -> bytes:
    """Return what a submission's inputs are drawn from: what one has seen is of no use to the next."""
    return hmac.new(secret, packed.digest.encode(), hashlib.sha256).digest()


@functools.cache
def assignment_digest(assignment: str) -> str:
    """Return the hash of an assignment, its checks, the grader, and what is in the sandbox."""
    contents, found = CONTENTS[assignment], hashlib.sha256(platform.python_version().encode())
    found.update((release_of(assignment) / f"{assignment}.ipynb").read_bytes())
    sources = {*(PACKAGE / "checks").rglob("*.py"), *modules_of(contents.modules)}
    sources |= {PACKAGE / "grading" / f"{name}.py" for name in DECISIVE}
    for path in sorted(sources):
        found.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    for name, distribution in sorted(closure(contents.distributions).items()):
        found.update(f"{name} {distribution.version}\0".encode())
    return found.hexdigest()


def execute(
    submission: Submission,
    assignment: str,
    release: Mapping[str, Any],
    secret: bytes,
    environment: Environment,
    limits: Limits,
) -> Run:
    """Run the notebook; the cells that only show something run if it turns out that others need them."""
    contents, record = CONTENTS[assignment], Run()
    for look in (False, True):
        steps = steps_of(submission.notebook, assignment, release, secret, look)
        record = run(steps, submission.files, environment, limits, contents.warm)
        if not any(
            misses_a_name(answer.value) for answer in (*record.cells.values(), *record.observed.values())
        ):
            break
    return record


def misses_a_name(answer: Mapping[str, Any]) -> bool:
    """Return whether a NameError is among the errors in an answer."""
    rows = answer.get("seen")
    found = [answer, *(rows if isinstance(rows, list) else ())]
    return any(isinstance(one, dict) and isinstance(one.get("error"), NameError) for one in found)


def steps_of(
    notebook: Mapping[str, Any], assignment: str, release: Mapping[str, Any], secret: bytes, look: bool
) -> list[Step]:
    """Return what is to be done for a notebook: its code cells, a probe at each function's first test."""
    given = {source_of(cell) for cell in release["cells"] if is_look(cell)}
    steps, known = [], set()
    for position, cell in enumerate(notebook["cells"]):
        source = source_of(cell)
        if cell["cell_type"] != "code" or not source.strip() or (not look and source in given):
            continue
        if not graded_as(cell).get("grade"):
            steps.append(Step(position, source))
            continue
        probe = probe_of(cell, assignment, secret)
        if (probe.expression, id(probe.task)) not in known:
            known.add((probe.expression, id(probe.task)))
            steps.append(Step(position, probe=probe))
    return steps


def is_look(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell only shows something."""
    return "look" in cell.get("metadata", {}).get("tags", ())


def probe_of(cell: Mapping[str, Any], assignment: str, secret: bytes) -> Probe:
    """Return the probe of a test cell, with cases drawn from the secret."""
    grade_id, expression = tested_by(cell)
    task, _ = find(assignment, grade_id)
    drawn = hmac.new(secret, f"{assignment} {task.function} {task.ideas[0].id}".encode(), hashlib.sha256)
    return Probe(expression, task, task.cases(np.random.default_rng(list(drawn.digest()))))


def judged(
    notebook: Mapping[str, Any], assignment: str, record: Run, secret: bytes, limits: Limits
) -> dict[str, tuple[Finding | None, str]]:
    """Return for each test what is wrong, and the limit that was passed, if one was."""
    findings: dict[str, tuple[Finding | None, str]] = {}
    first: dict[tuple[str, int], tuple[int, Probe]] = {}
    for position, cell in enumerate(notebook["cells"]):
        if not graded_as(cell).get("grade"):
            continue
        grade_id, expression = tested_by(cell)
        task, idea = find(assignment, grade_id)
        at, probe = first.setdefault((expression, id(task)), (position, probe_of(cell, assignment, secret)))
        if at in record.stopped:
            findings[grade_id] = Finding(limits.sentence(record.stopped[at])), record.stopped[at]
            continue
        findings[grade_id] = finding_of(probe, idea, record.observed[at].value), ""
    return findings


def finding_of(probe: Probe, idea: Any, answer: Mapping[str, Any]) -> Finding | None:
    """Judge one idea from an answer of the sandbox."""
    error = answer.get("error")
    if isinstance(error, BaseException):
        return Finding(f"{type(error).__name__}: {' '.join(str(error).split())}")
    if "unsendable" in answer:
        return Finding(str(answer["unsendable"]))
    if "uncallable" in answer:
        return Finding(f"expected the function {probe.task.function}, got {described(answer['uncallable'])}")
    seen = seen_in(answer, len(probe.cases))
    if seen is None:
        return Finding(DISTURBED)
    try:
        return judge(probe.task, idea, probe.cases, seen)
    except Exception as failure:
        raise JudgeFailed(f"{idea.id}: {type(failure).__name__}: {failure}") from failure


def marked(test: Test, finding: Finding | None, stopped: str) -> Mark:
    """Return what a test is worth."""
    if finding is None:
        return Mark(test.grade_id, test.points, test.points)
    message = cleaned(finding.message)
    return Mark(test.grade_id, 0.0, test.points, message, finding.mistake, finding.hint, stopped)
