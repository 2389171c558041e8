"""``lstm-course report``: pages on a graded assignment, for its instructor and for the students."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, insist_on_folder


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "report",
        help="write pages on a graded assignment (for instructors)",
        description="Write a page on how an assignment went: scores, each test's difficulty and "
        "discrimination, the commonest mistakes, who waits for a person. With --feedback also a page for "
        "each student, where nbgrader release_feedback finds it; with --similarity also which submissions "
        "look alike. The pages need no network. All but the students' name people: keep them to yourself.",
    )
    parser.add_argument("assignment", help="such as 04-lstm")
    parser.add_argument(
        "--course", type=Path, default=Path(), help="folder with nbgrader_config.py (default: .)"
    )
    parser.add_argument(
        "--out", type=Path, help="folder for the pages (default: grading/reports in the course)"
    )
    parser.add_argument("--feedback", action="store_true", help="write the students' pages as well")
    parser.add_argument("--similarity", action="store_true", help="compare the submissions' code as well")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the pages and say where they are."""
    from lstm_course.checks.notebook import release_of
    from lstm_course.grading.course import Course
    from lstm_course.grading.report import write_report

    release_of(options.assignment)
    course = Course(options.course)
    folder = options.out or course.folder / "reports"
    insist_on_folder(folder, "Choose another with --out.")
    print(f"report: {write_report(course, options.assignment, folder)}")
    if options.similarity:
        from lstm_course.grading.similarity_page import write_similarity

        print(f"similar submissions: {write_similarity(course, options.assignment, folder)}")
    if options.feedback:
        from lstm_course.grading.feedback import write_feedback

        done = write_feedback(course, options.assignment)
        where = course.place("feedback", "<student>", options.assignment) / f"{options.assignment}.html"
        print(f"feedback for {len(done.written)}: {where}")
        for student, reason in done.waiting:
            print(f"no feedback yet for {student}: {reason}")
    return 0
