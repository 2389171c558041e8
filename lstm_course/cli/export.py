"""``lstm-course export``: marks as a CSV file, or in the file that Canvas or Moodle takes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, one_of
from lstm_course.errors import InputError

FORMATS = ("csv", "canvas", "moodle")


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "export",
        help="write marks for a spreadsheet, Canvas or Moodle",
        description="Write marks as the gradebook has them, changes by hand included, less what "
        "the course's settings take from them for being late. Who waits for a person, or is not in the "
        "gradebook yet, gets no mark, not 0. Exit status 1 when somebody who has a mark is not in the "
        "platform's file.",
    )
    parser.add_argument("assignments", nargs="+", metavar="assignment", help="their names, such as 04-lstm")
    parser.add_argument(
        "--format",
        type=one_of("format", FORMATS),
        default="csv",
        help="csv, canvas or moodle (default: csv)",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the gradebook as Canvas exports it, or the grading worksheet as Moodle gives it",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="write over FILE")
    parser.add_argument(
        "--course", type=Path, default=Path(), help="the course's folder (default: this one)", metavar="DIR"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the marks, and say whose are missing."""
    from lstm_course.grading.course import Course
    from lstm_course.grading.export import as_table, results_of, unfinished
    from lstm_course.grading.rosters import fill_canvas, fill_moodle
    from lstm_course.grading.tables import joined, write_whole

    _check(options)
    assignments = list(dict.fromkeys(options.assignments))
    marks = results_of(Course(options.course), assignments)
    missing: list[str] = []
    if options.format == "canvas":
        table, missing = fill_canvas(options.roster, assignments, marks)
    elif options.format == "moodle":
        table, missing = fill_moodle(options.roster, marks)
    else:
        table = as_table(marks)
    if options.out:
        write_whole(options.out, table.text())
    else:
        sys.stdout.buffer.write(table.text().encode())
    if waiting := unfinished(marks):
        print(
            f"{len(waiting)} without a mark, to be seen by a person or not in the gradebook yet: "
            + joined(f"{mark.student} ({mark.assignment})" for mark in waiting),
            file=sys.stderr,
        )
    for student in missing:
        print(f"has a mark, but is not in {options.roster}: {joined([student])}", file=sys.stderr)
    return 1 if missing else 0


def _check(options: argparse.Namespace) -> None:
    """Refuse options that do not fit together before anything is read."""
    if options.format == "csv" and options.roster:
        raise InputError("--roster with --format canvas or moodle", "it with csv")
    if options.format != "csv" and not options.roster:
        hint = "Export the gradebook from Canvas, or download the grading worksheet from Moodle."
        raise InputError(f"--roster FILE with --format {options.format}", "none", hint)
    if options.format == "moodle" and len(options.assignments) > 1:
        raise InputError("one assignment, as in a worksheet of Moodle", str(len(options.assignments)))
    if options.out and options.out.is_dir():
        hint = f"Name a file in it: --out {options.out / 'marks.csv'}"
        raise InputError(f"a file to write at {options.out}", "a folder", hint)
    if options.out and os.path.lexists(options.out) and not options.force:
        raise InputError(f"no {options.out} yet", "one that is there already", "Write over it with --force.")
    if options.out and not options.out.resolve().parent.is_dir():
        raise InputError(f"a folder for {options.out}", "none")
