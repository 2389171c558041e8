"""``lstm-course grade``: run and judge all submissions of an assignment, and fill nbgrader's gradebook."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, whole_number
from lstm_course.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "grade",
        help="grade submissions in a sandbox (for instructors)",
        description="Grade every submission of an assignment that has no verdict yet: each runs in a sandbox "
        "of its own, is judged outside of it on random inputs, and ends in the ledger as graded, as zero "
        "with a reason, or as a case for a person. Then the gradebook is filled; marks given by hand stay. "
        "Stop it when you like and run it again: it goes on where it was.",
    )
    parser.add_argument("assignment", help="such as 04-lstm")
    parser.add_argument(
        "--course", type=Path, default=Path(), help="folder with nbgrader_config.py (default: .)"
    )
    parser.add_argument("--student", action="append", help="grade only this one (may be given several times)")
    parser.add_argument(
        "--again",
        action="store_true",
        help="grade also what has a verdict, show what changed, and see anew who was late",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=whole_number(1), help="processes here (default: one per core)")
    where.add_argument("--scheduler", help="address of a Dask cluster to use instead: tcp://host:8786")
    parser.add_argument(
        "--trust-submissions",
        action="store_true",
        help="do without a sandbox: submissions run with YOUR rights, network and files",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade, import, and say what came of it.

    Raises
    ------
    InputError
        This is Windows, where there is neither a sandbox nor what the grader's modules import.
    """
    if sys.platform == "win32":
        from lstm_course.grading.sandbox import ELSEWHERE

        raise InputError("Linux to grade on", "Windows", ELSEWHERE)
    from lstm_course.checks.notebook import release_of
    from lstm_course.grading.batch import grade_all
    from lstm_course.grading.course import Course
    from lstm_course.grading.examination import insist_on_sandbox
    from lstm_course.grading.gradebook import late_policy
    from lstm_course.grading.importing import import_all

    release_of(options.assignment)
    course = Course(options.course)
    late_policy(course)  # what is wrong with the settings is said now and not when everything is graded
    if options.trust_submissions:
        print("No sandbox: submissions run with your rights.", file=sys.stderr)
    elif options.scheduler is None:
        insist_on_sandbox()
    with Progress() as progress:
        outcome = grade_all(
            course,
            options.assignment,
            options.student,
            options.again,
            options.workers,
            options.scheduler,
            options.trust_submissions,
            progress,
        )
    imported = import_all(course, options.assignment)
    print(f"{outcome.graded} graded now, {outcome.kept} as they were; {imported} brought into the gradebook.")
    print(f"All of {options.assignment}: {in_words(outcome.counts)}.")
    show_changes(outcome.changes)
    show_open(course, options.assignment)
    for name in outcome.misnamed:
        print(f"not graded: the folder {name!a}, which no student can be called by. Rename it.")
    return 0


class Progress:
    """A bar over all submissions, with the verdicts counted behind it."""

    def __init__(self) -> None:
        self.bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, done: int, total: int, counts: dict[str, int]) -> None:
        """Show how far it is."""
        from tqdm import tqdm

        if self.bar is None:
            self.bar = tqdm(total=total, unit="submission", file=sys.stderr, dynamic_ncols=True)
        self.bar.set_postfix_str(in_words(counts), refresh=False)
        self.bar.update(done - self.bar.n)


def in_words(counts: dict[str, int]) -> str:
    """Return counts by state as a phrase.

    Examples
    --------
    >>> in_words({"graded": 3, "person": 1})
    '3 graded, 0 zero with a reason, 1 for a person'
    """
    names = {"graded": "graded", "zero": "zero with a reason", "person": "for a person"}
    return ", ".join(f"{counts.get(state, 0)} {name}" for state, name in names.items())


def show_changes(changes: list[Any]) -> None:
    """Print what a regrade has changed."""
    if not changes:
        return
    print(f"\n{'student':24} {'before':>8} {'after':>8}  tests that changed")
    for change in changes:
        old = {mark.grade_id: mark.points for mark in change.before.marks}
        new = {mark.grade_id: mark.points for mark in change.after.marks}
        tests = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        reasons = [one.reason for one in (change.before, change.after) if one.reason]
        what = ", ".join(tests) or "; then: ".join(reasons)
        print(f"{change.student:24} {change.before.score:8g} {change.after.score:8g}  {what}")


def show_open(course: Any, assignment: str) -> None:
    """Print which submissions a person has to look at, and which got nothing and why."""
    with course.ledger() as ledger:
        for state, student, reason in ledger.reasons(assignment):
            print(f"{'look at' if state == 'person' else 'zero for'} {student}: {reason}")
