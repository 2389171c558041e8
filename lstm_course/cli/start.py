"""``lstm-course start``: copy an assignment to a folder of one's own, never over one's work."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from lstm_course.checks.notebook import release_of
from lstm_course.cli.parser import CourseParser, insist_on_folder
from lstm_course.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "start",
        help="copy an assignment to work/",
        description="Copy an assignment to a folder of your own, where you write your solution. What is "
        "there already is never written over.",
    )
    parser.add_argument("assignment", help="its name, such as 04-lstm")
    parser.add_argument(
        "--into", type=Path, default=Path("work"), help="folder to copy it to (default: work)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copy and say how to go on."""
    source = release_of(options.assignment)
    target = options.into / options.assignment
    if os.path.lexists(target):
        raise InputError(
            f"no {target} yet",
            "one that is there already",
            "Your work is not written over: rename that folder, or choose another with --into.",
        )
    insist_on_folder(options.into, "Choose another with --into.")
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.into, prefix=".") as scratch:
        shutil.copytree(source, Path(scratch) / "copy")
        os.rename(Path(scratch) / "copy", target)  # appears whole or not at all
    print(f"{target / (options.assignment + '.ipynb')} is yours. Open it in JupyterLab, and")
    print(f"check it with: lstm-course check {target}")
    return 0
