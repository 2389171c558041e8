"""``lstm-course ladder``: train every rung on several seeds and print what each buys."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, insist_on_file, insist_on_folder, one_of, whole_number
from lstm_course.sentiment.configurations import MODELS
from lstm_course.text.corpora import CORPORA


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "ladder",
        help="train every rung of the ladder on several seeds",
        description="Train the models of sentiment rung by rung, each on several seeds (those that draw "
        "nothing, once), and print one table: accuracy with its spread on validation and, where the corpus "
        "has one, on the official test part, seconds, parameters. What is on record is not trained again; "
        "stop at any time and call it again.",
    )
    parser.add_argument(
        "--rungs",
        nargs="+",
        type=one_of("model", MODELS),
        metavar="MODEL",
        help="only these (default: all rungs, from the bottom)",
    )
    parser.add_argument(
        "--seeds", nargs="+", type=whole_number(0), metavar="N", default=[0, 1, 2], help="default: 0 1 2"
    )
    parser.add_argument(
        "--aclimdb",
        metavar="PATH",
        help="the folder aclImdb or its archive: 25,000 official test reviews are measured too",
    )
    parser.add_argument(
        "--corpus", type=one_of("corpus", CORPORA), help=f"{', '.join(CORPORA)} (default: imdb)"
    )
    parser.add_argument(
        "--corpus-path", metavar="PATH", help="where the corpus lies, for csv (text,label) and aclimdb"
    )
    parser.add_argument(
        "--limit",
        type=whole_number(2),
        metavar="N",
        help="train on only N reviews, and validate on at most as many",
    )
    parser.add_argument(
        "--epochs", type=whole_number(1), metavar="N", help="for every rung (default: what suits it)"
    )
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/ladder"), metavar="FOLDER", help="default: runs/ladder"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/ladder/ladder.json"),
        metavar="FILE",
        help="the record to write",
    )
    parser.add_argument(
        "--untimed",
        action="store_true",
        help="the machine does other work meanwhile: leave seconds out of the record",
    )
    parser.add_argument("--no-train", action="store_true", help="only put together what is on record")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="of the record in --out, keep the runs of other rungs and seeds instead of beginning a new one",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Climb."""
    from lstm_course.errors import InputError
    from lstm_course.machine import as_typed
    from lstm_course.sentiment.ladder import RUNGS, Climb, climb, table

    corpus, path = options.corpus or "imdb", options.corpus_path
    if options.aclimdb is not None:
        if options.corpus not in (None, "aclimdb") or path is not None:
            raise InputError("either --aclimdb or --corpus and --corpus-path", "both")
        corpus, path = "aclimdb", options.aclimdb
    plan = Climb(
        rungs=tuple(options.rungs or RUNGS),
        seeds=tuple(dict.fromkeys(options.seeds)),
        corpus=corpus,
        corpus_path=path,
        limit=options.limit,
        epochs=options.epochs,
        runs=options.runs,
        timed=not options.untimed,
        train=not options.no_train,
        keep=options.keep,
    )
    insist_on_file(options.out, "--out")
    insist_on_folder(options.runs, "Choose another --runs.")
    command = as_typed(["lstm-course", *options.words])
    record = climb(plan, options.out, lambda line: print(line, file=sys.stderr), command)
    print(table(record))
    print(f"record: {options.out}")
    return 0
