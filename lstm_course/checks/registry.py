"""All tasks by assignment, and the function that a notebook's test cells call."""

from __future__ import annotations

import importlib
import os
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_course.checks.compare import described
from lstm_course.checks.judge import GENERIC, CheckFailed, Finding, judge
from lstm_course.checks.probe import Case, Seen, observe
from lstm_course.checks.task import Idea, Task
from lstm_course.errors import InputError

ASSIGNMENTS = {
    "01-text": "text",
    "02-rnn": "rnn",
    "03-vanishing": "vanishing",
    "04-lstm": "lstm",
    "05-keras": "keras_layers",
    "06-sentiment": "sentiment",
    "07-language-model": "language_model",
}
LONGEST_PRINT = 400
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def tasks_of(assignment: str) -> tuple[Task, ...]:
    """Return the tasks of an assignment.

    Raises
    ------
    InputError
        There is no such assignment.
    """
    if assignment not in ASSIGNMENTS:
        raise InputError(f"one of {', '.join(ASSIGNMENTS)}", repr(assignment))
    module = importlib.import_module(f"lstm_course.checks.tasks.{ASSIGNMENTS[assignment]}")
    tasks: tuple[Task, ...] = module.TASKS
    return tasks


def find(assignment: str, grade_id: str) -> tuple[Task, Idea]:
    """Return the task and the idea that a test cell judges.

    Raises
    ------
    InputError
        There is no such assignment, or no such test in it.
    """
    ideas = {idea.id: (task, idea) for task in tasks_of(assignment) for idea in task.ideas}
    if grade_id not in ideas:
        raise InputError(f"a test of {assignment}: one of {', '.join(ideas)}", repr(grade_id))
    return ideas[grade_id]


def checker(assignment: str) -> Callable[..., None]:
    """Return the function ``check(grade_id, function)`` for the test cells of one assignment.

    It prints a line if the check passes and raises ``CheckFailed`` if not.

    Examples
    --------
    >>> check = checker("02-rnn")
    >>> check("no-such-test", max)
    Traceback (most recent call last):
    lstm_course.errors.InputError: expected a test of 02-rnn: ...
    """
    tasks_of(assignment)

    def check(grade_id: str, function: Any, seed: int = 0) -> None:
        task, idea = find(assignment, grade_id)
        finding = verdict(task, idea, function, seed)
        if finding is None:
            print(coloured(f"✓ {grade_id}: right", "32"))
            return
        lines = [coloured(f"✗ {grade_id}: {task.function} is not right yet", "31;1")]
        lines += [wrapped(line) for line in finding.message.splitlines()]
        if finding.mistake in GENERIC:
            lines.append(wrapped(finding.hint))
        elif finding.mistake:
            cause = f"Likely: {finding.mistake}."
            lines.append(wrapped(f"{cause} {finding.hint}").replace(cause, coloured(cause, "33;1"), 1))
        lines += [wrapped(line) for line in finding.printed.splitlines()]
        raise CheckFailed(grade_id, finding, "\n".join(lines))

    return check


def verdict(task: Task, idea: Idea, function: Any, seed: int = 0) -> Finding | None:
    """Draw the cases from ``seed``, observe ``function`` on them and judge one idea.

    What the function printed is told for seed 0 alone: other seeds are those of hidden tests.
    """
    if not callable(function):
        return Finding(f"expected the function {task.function}, got {described(function)}")
    cases = task.cases(np.random.default_rng([seed, *map(ord, task.function)]))
    seen = observe(function, cases, task.drive)
    finding = judge(task, idea, cases, seen)
    if finding is None or seed:
        return finding
    return replace(finding, printed=printed_for(finding, cases, seen))


def printed_for(finding: Finding, cases: Sequence[Case], seen: Sequence[Seen]) -> str:
    """Return what the function printed in the case that a finding is about, or else in the first of all."""
    told = [(c.sizes, text) for c, one in zip(cases, seen, strict=True) if (text := legible(one.printed))]
    if not told:
        return ""
    about = [pair for pair in told if finding.message.startswith(f"{pair[0]}:")]
    sizes, text = (about or told)[0]
    return f"Your function printed ({sizes}):\n{text}"


def legible(text: str) -> str:
    r"""Return the beginning of a text, without what a terminal would obey.

    Examples
    --------
    >>> legible("\x1b[31m(3, 4)\x1b[0m\r\nred\x07\n"), len(legible(1000 * "x"))
    ('(3, 4)\nred', 400)
    """
    lines = ESCAPE.sub("", text).expandtabs(4).splitlines()
    plain = "\n".join("".join(filter(str.isprintable, line)) for line in lines).strip()
    return plain if len(plain) <= LONGEST_PRINT else plain[: LONGEST_PRINT - 1] + "…"


def wrapped(text: str) -> str:
    """Return ``text`` in lines that fit nbgrader's window."""
    return textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False)


def coloured(text: str, code: str) -> str:
    """Return ``text`` in colour for a terminal or notebook, unless ``NO_COLOR`` is set."""
    return text if os.environ.get("NO_COLOR") else f"\x1b[{code}m{text}\x1b[0m"
