"""The command ``lstm-course``: a module per subcommand, with ``add_parser(subparsers)`` and ``run(options)``.

Exit status: 0 done; 1 the machine failed (a full disk, something missing), or what was looked at is not all
right (a test that fails, a file that is nobody's); 2 the input was wrong; 130 Ctrl-C; 141 who read the output
has gone.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from lstm_course import __version__
from lstm_course.cli import (
    check,
    collect,
    convert,
    doctor,
    equality,
    experiment,
    export,
    grade,
    kernels,
    ladder,
    predict,
    report,
    serve,
    start,
    train,
)
from lstm_course.cli.parser import CourseParser
from lstm_course.errors import InputError

COMMANDS = (
    train,
    predict,
    convert,
    serve,
    start,
    check,
    collect,
    grade,
    report,
    export,
    equality,
    experiment,
    kernels,
    ladder,
    doctor,
)


def build_parser() -> CourseParser:
    """Return the parser of the whole command."""
    parser = CourseParser(
        prog="lstm-course",
        description="Train the course's models of sentiment, question, convert and serve them, start and "
        "check assignments, grade them, prove the NumPy layers equal to Keras's, and look at this machine.",
    )
    parser.add_argument("--version", action="version", version=f"lstm-course {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; bad input is one sentence on standard error.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``lstm-course``; without it those of the command line.

    Examples
    --------
    >>> import contextlib, sys
    >>> with contextlib.redirect_stderr(sys.stdout):
    ...     status = main(["train", "--epochs", "-1", "--out", "runs/first"])
    lstm-course: expected a whole number of at least 1 for --epochs, got '-1'.
    >>> status
    2
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter gets the rest
    try:
        options = build_parser().parse_args(words)
        options.words = words
        status = options.run(options)
        sys.stdout.flush()  # here, so that a closed pipe is noticed while it can be caught
        return status
    except InputError as error:
        print(f"lstm-course: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except SystemExit as leaving:  # argparse: --help and --version
        return leaving.code if isinstance(leaving.code, int) else 2
    except BrokenPipeError:
        # The reader has gone (`| head`). Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("lstm-course: stopped by Ctrl-C.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"lstm-course: the machine failed: {error}.", file=sys.stderr)
        return 1
