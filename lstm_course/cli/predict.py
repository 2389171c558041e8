"""``lstm-course predict``: label, probability, and the probability after each word."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lstm_course.cli.parser import CourseParser, add_source
from lstm_course.errors import InputError

if TYPE_CHECKING:
    from lstm_course.sentiment.prediction import Prediction

BAR = 20  # characters for probability 1
AT_ONCE = 64  # lines of standard input predicted together


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "predict",
        help="predict the sentiment of texts",
        description="Predict the sentiment of texts with a trained model. Without texts, each line of "
        "standard input is one. A text that begins with a dash goes behind a lone --.",
    )
    add_source(parser)
    parser.add_argument("texts", nargs="*", metavar="text", help="the texts")
    parser.add_argument("--json", action="store_true", help="one JSON object per text and line")
    parser.add_argument(
        "--no-words", action="store_true", help="leave out the probability after each word, which is quicker"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Predict."""
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.sentiment.sources import load_predictor, needs_keras

    if needs_keras(options.source):
        load_keras_quietly()
    predictor = load_predictor(options.source)
    empty = True
    for texts in _groups(_arguments(options.texts) or _lines()):
        empty = False
        for prediction in predictor.predict(texts, by_word=not options.no_words):
            if options.json:
                print(json.dumps(prediction.to_dict()), flush=True)  # ASCII: JSON in any locale
            else:
                _print(prediction)
    if empty:
        raise InputError("a text as argument, or lines on standard input", "none")
    return 0


def _lines() -> Iterator[str]:
    """Yield the lines of standard input."""
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("a text as argument, or lines on standard input", "none")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")  # whatever the locale says
    try:
        for line in sys.stdin:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError("lines of text in UTF-8 on standard input", "other bytes") from error


def _arguments(texts: list[str]) -> list[str]:
    """Return the texts of the command line, which may hold bytes that are no text."""
    for text in texts:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError("texts in UTF-8", f"other bytes in {text!a}") from error
    return texts


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the texts in groups to be predicted together."""
    group: list[str] = []
    for text in texts:
        group.append(text)
        if len(group) == AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _print(prediction: Prediction) -> None:
    """Print one prediction for a person."""
    print(f"{prediction.label}  {prediction.probability:.4f}  {prediction.text}")
    width = max((len(word) for word in prediction.words), default=0)
    for word, probability in zip(prediction.words, prediction.by_word, strict=False):
        print(f"    {word:<{width}}  {probability:.4f}  {'#' * round(BAR * probability)}")
