"""Checks of what students write: a verdict, where the largest difference is, and the likely mistake.

A notebook's test cell reads ``check = checker("04-lstm")``, then ``check("step-gates", lstm_step)``. The
words in quotation marks are the test's ``grade_id``.

A known mistake is a program: the reference with one thing wrong. If a function returns what such a program
returns, on random input, that is its mistake, and the hint belonging to it is shown.
"""

from lstm_course.checks.judge import CheckFailed, Finding, judge
from lstm_course.checks.probe import Case, Seen, observe
from lstm_course.checks.registry import ASSIGNMENTS, checker, find, tasks_of, verdict
from lstm_course.checks.task import Idea, Task

__all__ = [
    "ASSIGNMENTS",
    "Case",
    "CheckFailed",
    "Finding",
    "Idea",
    "Seen",
    "Task",
    "checker",
    "find",
    "judge",
    "observe",
    "tasks_of",
    "verdict",
]
