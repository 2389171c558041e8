"""``lstm-course doctor``: what this Python and this machine have, and which kernels will run."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from lstm_course.cli.parser import CourseParser


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "doctor",
        help="look at this Python and this machine",
        description="Show versions, Keras's backend, devices, cores and memory, whether the recurrent layers "
        "of the course's models will run on cuDNN and which condition decides, and what is missing. "
        "Exit status 1 when something is.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--grading",
        action="store_true",
        help="instead, try whether submissions can be kept apart (instructors)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look and tell."""
    if options.grading:
        return examine_grading(options.json)
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.sentiment.doctor import examine, render

    with suppress(Exception):  # examine() meets the same error and reports it
        load_keras_quietly()
    found = examine()
    print(json.dumps(asdict(found), indent=2) if options.json else render(found))
    return 0 if found.healthy else 1


def examine_grading(as_json: bool) -> int:
    """Try the sandbox and tell."""
    from lstm_course.checks.registry import coloured
    from lstm_course.grading.examination import advice, examine

    trials = examine()
    if as_json:
        print(json.dumps([asdict(trial) for trial in trials], indent=2, ensure_ascii=False))
    else:
        for trial in trials:
            mark = coloured("✓", "32") if trial.holds else coloured("✗", "31;1")
            print(f"{mark} {trial.claim}" + ("" if trial.holds else f": {trial.came}"))
        if not all(trial.holds for trial in trials):
            print(f"\n{advice(trials)}")
    return 0 if all(trial.holds for trial in trials) else 1
