"""``lstm-course convert``: a trained model as one file for use elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, one_of
from lstm_course.sentiment.conversion import FORMATS

EPILOG = """formats:
  npz   plain arrays, vocabulary and description; the course's NumPy layers read it without Keras:
        lstm-course predict --run FILE and lstm-course serve --run FILE take it too
  onnx  Keras's own ONNX export of ids (batch, time) to probabilities, vocabulary in its metadata;
        it needs: python -m pip install "lstm-course[keras,onnx]"

The file is read back and compared with the run on random reviews before it is put in its place.
"""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "convert",
        help="write a trained model as plain arrays or ONNX",
        description="Write the model of a run folder as one file for use elsewhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", required=True, metavar="FOLDER", dest="folder", help="a run folder of train")
    parser.add_argument(
        "--to",
        type=one_of("format", tuple(FORMATS)),
        default="npz",
        help=f"{' or '.join(FORMATS)} (default: npz)",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Convert."""
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.sentiment.conversion import check_output, convert
    from lstm_course.sentiment.sources import needs_keras

    check_output(options.out, options.to, options.force)
    if needs_keras(options.folder):
        load_keras_quietly()
    difference = convert(options.folder, options.out, options.to, options.force)
    size = options.out.stat().st_size / 1e6
    print(f"{options.out}: {size:.1f} MB, within {difference:.1g} of the run's probabilities")
    return 0
