"""A command line that answers a mistake with one sentence in the course's words: expected …, got …."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from lstm_course.errors import InputError


class CourseParser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are ``InputError``, and that takes no abbreviated options."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what is left over here, where the help that is pointed to is that of the subcommand."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to say as an InputError."""
        hint = f"See {self.prog} --help."
        if match := re.match(r"argument (\S+): (expected .*), got (.*)$", message, re.DOTALL):
            name = match[1].split("/")[0]
            raise InputError(f"{match[2].removeprefix('expected ')} for {name}", match[3])
        if match := re.match(r"argument command: invalid choice: (.*?) \(choose from (.*)\)", message):
            raise InputError(f"a command among {match[2]}".replace("'", ""), match[1])
        if match := re.match(r"the following arguments are required: (.*)", message):
            raise InputError(match[1].replace("command", "a command"), "nothing", hint)
        if match := re.match(r"unrecognized arguments: (.*)", message):
            raise InputError(f"options and arguments of {self.prog}", repr(match[1]), hint)
        if match := re.match(r"argument (\S+): expected (?:one|at least one) argument", message):
            raise InputError(f"a value after {match[1]}", "none", hint)
        if match := re.match(r"argument (\S+): not allowed with argument (\S+)", message):
            raise InputError(f"either {match[2]} or {match[1]}", "both", hint)
        raise InputError(f"a command line that {self.prog} understands", message, hint)


def add_source(parser: CourseParser) -> None:
    """Add where a trained model comes from: ``options.source``, for ``sentiment.sources``."""
    parser.add_argument(
        "--run",
        required=True,
        metavar="FOLDER",
        dest="source",
        help="a run folder of train, or an .npz file of convert",
    )


def whole_number(at_least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``at_least`` on.

    Examples
    --------
    >>> whole_number(1)("12")
    12
    """

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = at_least - 1
        if value < at_least:
            raise argparse.ArgumentTypeError(f"expected a whole number of at least {at_least}, got {text!r}")
        return value

    return read


def fraction(text: str) -> float:
    """Read a number between 0 and 1, both left out.

    Examples
    --------
    >>> fraction("0.001")
    0.001
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"expected a number between 0 and 1, got {text!r}")
    return value


def one_of(kind: str, names: Sequence[str]) -> Callable[[str], str]:
    """Return a reader of one name among several.

    Examples
    --------
    >>> one_of("model", ["lstm", "seed"])("seed")
    'seed'
    """

    def read(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"expected a {kind} among {', '.join(names)}, got {text!r}")
        return text

    return read


def insist_on_folder(path: Path, hint: str) -> None:
    """Do nothing if there is a folder at ``path``, or one can be made.

    Raises
    ------
    InputError
        A file is there, or on the way there.
    """
    for place in (path, *path.parents):
        if os.path.lexists(place):
            if not place.is_dir():
                raise InputError(f"a folder at {place}", "a file", hint)
            return


def insist_on_file(path: Path, option: str) -> None:
    """Do nothing if a file can be written at ``path``, or written anew; an option gave it.

    Raises
    ------
    InputError
        A folder is there, or a file on the way there.
    """
    if path.is_dir():
        raise InputError(f"a file to write for {option}", f"{path}, a folder", "Name a file in it.")
    insist_on_folder(path.parent, f"Choose another {option}.")
