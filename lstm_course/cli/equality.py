"""``lstm-course equality``: the NumPy layers beside Keras's, option by option."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from typing import Any

from lstm_course.cli.parser import CourseParser, whole_number


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "equality",
        help="compare the NumPy layers with Keras's",
        description="Print the largest differences of outputs, final states and gradients between the NumPy "
        "layers and Keras's, for every option that both have, in float64 and float32, and of twenty steps "
        "of training. Exit status 1 when one is too large. Keras has to run on TensorFlow, and does so on "
        "the CPU.",
    )
    parser.add_argument("--seed", type=whole_number(0), default=0, help="seeds weights and inputs")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a row; null where there is no finite number"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, print each row as it is found, and say whether all passed."""
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.errors import InputError

    try:
        load_keras_quietly()
        from lstm_course.keras_bridge.equality import Row, equality_rows, format_rows, require_tensorflow
    except ModuleNotFoundError as error:
        hint = "Install what it compares with: pip install 'lstm-course[keras]'."
        raise InputError("Keras beside NumPy", f"no module {error.name}", hint) from error
    require_tensorflow()
    rows: list[Row] = []

    def kept() -> Any:
        for row in equality_rows(options.seed):
            rows.append(row)
            yield row

    if options.json:
        for row in kept():
            figures = {
                name: None if isinstance(value, float) and not math.isfinite(value) else value
                for name, value in asdict(row).items()
            }
            print(json.dumps({**figures, "passed": row.passed}), flush=True)
    else:
        for line in format_rows(kept()):
            print(line, flush=True)
    return 0 if all(row.passed for row in rows) else 1
