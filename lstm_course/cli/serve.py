"""``lstm-course serve``: a trained model behind a web page and a JSON endpoint."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from typing import Any

from lstm_course.cli.parser import CourseParser, add_source
from lstm_course.errors import InputError

HOST, PORT = "127.0.0.1", 8800

EPILOG = """addresses:
  /             the page: type a review and see the probability move word by word
  /api/predict  POST {"text": "…"} as application/json: label, probability, the probability after each word
  /api/model    what is served, and how often it is right

By default only this machine reaches it. There is no password: give another --host only where
everybody who can reach it may use it. Ctrl-C ends it.
"""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "serve",
        help="serve a trained model as a web page",
        description="Serve a trained model as a web page and a JSON endpoint.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_source(parser)
    parser.add_argument("--host", default=HOST, metavar="ADDRESS", help=f"address (default: {HOST})")
    parser.add_argument(
        "--port", type=port, default=PORT, metavar="N", help=f"port, 0 for any that is free (default: {PORT})"
    )
    parser.set_defaults(run=run)


def port(text: str) -> int:
    """Read a port.

    Examples
    --------
    >>> port("8080")
    8080
    """
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    if find_spec("tornado") is None:
        hint = 'Install it: python -m pip install "lstm-course[serve]"'
        raise InputError("the package tornado for serving", "a Python without it", hint)
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.sentiment.serving.reading import Reader
    from lstm_course.sentiment.serving.server import is_loopback, listen, serve
    from lstm_course.sentiment.sources import load_predictor, needs_keras

    with listen(options.host, options.port) as taken:  # first, since reading a model takes seconds
        if needs_keras(options.source):
            load_keras_quietly()
        reader = Reader(load_predictor(options.source))
        if not is_loopback(taken):
            print(
                f"lstm-course: {options.host} can be reached from other machines, and there is no password.",
                file=sys.stderr,
            )
        serve(reader, options.host, taken, lambda address: print(f"{address}  (Ctrl-C ends it)", flush=True))
    return 0
