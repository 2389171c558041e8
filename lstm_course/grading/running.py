"""Run a notebook in sandboxes and bring back what its functions did; nothing is judged here.

A cell or a function that passes a limit, or ends its process, costs itself and nothing else: a new sandbox is
started, and goes on without it. What a submission uses is counted over all its sandboxes.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lstm_course.checks.mending import source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.checks.probe import Case, Seen
from lstm_course.checks.task import Task
from lstm_course.grading.environment import Environment
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.sandbox import Answer, Sandbox, Stopped, Usage

SHOWN = 2 * MIB  # of what a notebook's cells have printed, returned and raised, for the feedback
FIELDS = ("value", "error", "where", "changed", "shared", "again", "overwritten")


class SandboxFailed(RuntimeError):
    """The sandbox could not be started: the machine's fault and not the student's."""


@dataclass(frozen=True)
class Probe:
    """A task to be observed: the expression that names the function, and the cases drawn for it."""

    expression: str
    task: Task
    cases: Sequence[Case]


@dataclass(frozen=True)
class Step:
    """One thing to do: a cell to run, or (where ``probe`` is given) a function to observe."""

    position: int
    source: str = ""
    probe: Probe | None = None


@dataclass
class Run:
    """What came of a notebook.

    Attributes
    ----------
    cells : dict of int to Answer
        By position among the cells.
    observed : dict of int to Answer
        By position of the first test cell of each probe.
    stopped : dict of int to str
        The limit that was passed, by position.
    usage : Usage
    """

    cells: dict[int, Answer] = field(default_factory=dict)
    observed: dict[int, Answer] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)


def run(
    steps: Sequence[Step],
    files: Mapping[str, bytes],
    environment: Environment,
    limits: Limits,
    warm: Sequence[str] = (),
) -> Run:
    """Do the steps, in as many sandboxes as it takes.

    Raises
    ------
    SandboxFailed
        There is no sandbox to do them in.
    """
    record = Run()
    finished: set[int] = set()
    while True:
        at, room = -1, SHOWN
        try:
            with Sandbox(environment, limits, record.usage) as box:
                box.ask("warm", list(warm))
                box.ask("files", dict(files))
                for at, step in enumerate(steps):
                    if at in finished:
                        continue
                    if step.probe is None:
                        answer = box.ask("cell", step.position + 1, step.source)
                        record.cells[step.position], room = shown_of(answer, room)
                    else:
                        record.observed[step.position] = box.ask(
                            "observe", step.probe.expression, list(step.probe.cases), step.probe.task.drive
                        )
                        finished.add(at)
            return record
        except Stopped as stop:
            over = stop.what in ("total", "long")
            if at < 0 and not over:
                raise SandboxFailed(f"the sandbox did not start: {stop.what}\n{stop.printed}") from None
            if at >= 0:
                record.stopped[steps[at].position] = stop.what
                record.cells.pop(steps[at].position, None)
                finished.add(at)
            if over:
                for step in (step for k, step in enumerate(steps) if k > at and k not in finished):
                    record.stopped.setdefault(step.position, stop.what)
                return record


def shown_of(answer: Answer, room: int) -> tuple[Answer, int]:
    """Return what a person sees of a cell's answer as long as there is room for it, and the room left."""
    value = {key: answer.value.get(key) for key in ("result", "error", "where")}
    texts = [answer.printed, *(str(one) for one in value.values() if isinstance(one, (str, BaseException)))]
    left = room - sum(map(len, texts))
    if left < 0:
        error = value["error"] if isinstance(value["error"], NameError) else None
        return Answer({"error": error}, "[…]"), room
    return Answer(value, answer.printed), left


def tested_by(cell: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ``grade_id`` of a test cell, and the expression that names the function.

    Examples
    --------
    >>> tested_by({"source": 'check("step-value", rnn_step)'})
    ('step-value', 'rnn_step')
    """
    for node in ast.walk(ast.parse(source_of(cell))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
            return str(ast.literal_eval(node.args[0])), ast.unparse(node.args[1])
    raise ValueError(f"expected a test cell with a call of check, got {graded_as(cell)}")


def seen_in(answer: Mapping[str, Any], count: int) -> list[Seen] | None:
    """Return the observations in an answer, or None if they have not the form that the probe gives them."""
    rows = answer.get("seen")
    if not isinstance(rows, list) or len(rows) != count:
        return None
    found = []
    for row in rows:
        if not isinstance(row, dict) or set(row) != set(FIELDS):
            return None
        names = all(
            isinstance(row[key], tuple) and all(isinstance(name, str) for name in row[key])
            for key in ("changed", "shared")
        )
        error = row["error"] is None or isinstance(row["error"], BaseException)
        plain = isinstance(row["where"], str) and isinstance(row["overwritten"], bool)
        if not names or not error or not plain:
            return None
        found.append(Seen(**row))
    return found
