"""``lstm-course collect``: submissions from a folder, from Canvas or from Moodle into the course."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, one_of

TIMES = ("none", "files", "stamps")


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "collect",
        help="take submissions from a folder, Canvas or Moodle",
        description="Put submissions into submitted/<student>/<assignment>. A submission that is there "
        "already is replaced by a newer one only, and kept in grading/replaced. When somebody handed in is "
        "known from --map or --times; what has no known time is never late. Exit status 1 when something "
        "was refused or is nobody's. (From nbgrader's exchange: nbgrader collect.)",
    )
    parser.add_argument("assignment", help="its name, such as 04-lstm")
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="a folder with a folder for each student, or the zip archive that Canvas or Moodle gives, "
        "as it is or unpacked",
    )
    parser.add_argument(
        "--course", type=Path, default=Path(), help="the course's folder (default: this one)", metavar="DIR"
    )
    parser.add_argument(
        "--map",
        type=Path,
        metavar="FILE.csv",
        help="who is who: columns lms (the platform's number or name) and student (the course's id), and, if "
        "you like, time (when it was handed in, UTC)",
    )
    parser.add_argument(
        "--times",
        type=one_of("kind of times", TIMES),
        default="none",
        help="what says when somebody handed in, in a folder with a folder for each student: none (nothing), "
        "files (when a file was last written: not after cp, git clone or a platform's download) or stamps "
        "(each student's timestamp.txt: not if students can write it); --map's times count more "
        "(default: none)",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace also what is not older or has another time"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Collect, and say what became of each."""
    from lstm_course.grading.collect import REFUSED, UNMATCHED, collect
    from lstm_course.grading.course import Course
    from lstm_course.grading.people import read_people
    from lstm_course.grading.tables import joined

    course = Course(options.course)
    people = read_people(options.map) if options.map else None
    counts: Counter[str] = Counter()
    for outcome in collect(
        course,
        options.assignment,
        options.source,
        people,
        times=options.times,
        force=options.force,
        dry_run=options.dry_run,
    ):
        counts[outcome.state] += 1
        wrong = outcome.state in (REFUSED, UNMATCHED)
        line = f"{outcome.state:9} {joined([outcome.who])}" + (
            f": {outcome.reason}" if outcome.reason else ""
        )
        print(line, file=sys.stderr if wrong else sys.stdout)
    summary = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing found"
    print(f"{summary}{' (nothing was written)' if options.dry_run else ''}.")
    return 1 if counts[REFUSED] or counts[UNMATCHED] or not counts else 0
