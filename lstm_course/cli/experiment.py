"""``lstm-course experiment``: the experiments of 1997, run to the paper's own criteria."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from lstm_course.cli.parser import CourseParser, insist_on_file, insist_on_folder, one_of, whole_number
from lstm_course.errors import InputError

#: The sizes by which rows can be chosen, as the paper writes them.
SIZES = {"T": "shortest length", "N": "numbers that carry the class", "q": "shortest lag", "p": "symbols"}
SIZES |= {"n": "wrong ones allowed", "blocks": "memory blocks"}


def add_parser(subparsers: Any) -> None:
    """Add the subcommand and its own: list, run, report."""
    parser: CourseParser = subparsers.add_parser(
        "experiment",
        help="run the experiments of 1997 and compare",
        description="The experiments with which Hochreiter and Schmidhuber introduced the LSTM, at the "
        "paper's own lags and to its own criteria, as in 1997 and with what is usual today.",
    )
    actions = parser.add_subparsers(dest="action", metavar="list|run|report", required=True)

    listed = actions.add_parser("list", help="what there is, with the paper's figures")
    listed.set_defaults(run=show)

    running = actions.add_parser(
        "run",
        help="run trials",
        description="Run trials of an experiment. What is on record is not run again; stop at any time and "
        "call it again.",
    )
    running.add_argument("experiment", help="an experiment, one row of it, or all (without sizes)")
    for size, meaning in SIZES.items():
        running.add_argument(
            f"--{size}", type=whole_number(1), metavar="K", help=f"only the rows with this {size}: {meaning}"
        )
    running.add_argument(
        "--tracks",
        nargs="+",
        type=one_of("track", ("1997", "today", "rnn")),
        default=["1997", "today", "rnn"],
        metavar="TRACK",
        help="1997, today, rnn (default: all three)",
    )
    running.add_argument("--trials", type=whole_number(1), default=10, metavar="K", help="default: 10")
    running.add_argument(
        "--workers", type=whole_number(1), default=1, metavar="K", help="processes side by side (default: 1)"
    )
    running.add_argument(
        "--limit",
        type=whole_number(1),
        metavar="K",
        help="stop a trial at the first look after K sequences; report leaves such trials out",
    )
    _add_runs(running)
    running.set_defaults(run=run)

    reported = actions.add_parser("report", help="one table of what is on record, beside the paper's")
    reported.add_argument("--out", type=Path, metavar="FILE", help="write the record here too")
    _add_runs(reported)
    reported.set_defaults(run=report)


def _add_runs(parser: CourseParser) -> None:
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs/experiments"),
        metavar="FOLDER",
        help="default: runs/experiments",
    )


def show(options: argparse.Namespace) -> int:
    """List the experiments and their rows."""
    from lstm_course.experiments.rows import EXPERIMENTS, ROWS

    for experiment, what in EXPERIMENTS.items():
        print(f"{experiment:28} {what}")
        for row in ROWS:
            if row.experiment == experiment:
                printed = row.printed
                print(
                    f"  {row.name:34} {row.design.weights:6,} weights; in the paper {printed.solved:.0%} of "
                    f"{printed.trials} trials, {printed.sequences:,} sequences"
                )
    return 0


def run(options: argparse.Namespace) -> int:
    """Run what is not on record."""
    from lstm_course.experiments.rows import ROWS, choose
    from lstm_course.experiments.runner import plan, run_planned
    from lstm_course.machine import as_typed

    sizes = {size: getattr(options, size) for size in SIZES if getattr(options, size) is not None}
    if options.experiment == "all" and sizes:
        given = f"all with {' and '.join(f'--{size}' for size in sizes)}"
        raise InputError("all without sizes", given, "Name one experiment to choose its rows by size.")
    rows = list(ROWS) if options.experiment == "all" else choose(options.experiment, sizes)
    tracks = list(dict.fromkeys(options.tracks))
    trials = plan(rows, tracks, options.trials, options.limit)
    insist_on_folder(options.runs, "Choose another --runs.")

    from tqdm import tqdm

    solved = 0
    with tqdm(total=len(trials), unit="trial", file=sys.stderr) as bar:

        def say(trial: Any, record: dict[str, Any], known: bool) -> None:
            nonlocal solved
            solved += record["solved"]
            bar.update()
            bar.set_postfix_str(f"{solved} solved")
            if not known:
                outcome = "solved" if record["solved"] else "not solved"
                bar.write(
                    f"{trial.row.name} {trial.track} trial {trial.seed}: {outcome} after "
                    f"{record['sequences']:,} sequences, {record['wrong']:,} of 2,560 fresh ones wrong "
                    f"({record['seconds']:.0f} s)",
                    file=sys.stderr,
                )

        command = as_typed(["lstm-course", *options.words])
        run_planned(trials, options.runs, options.workers, say, command)
    print(f"{solved} of {len(trials)} trials solved; on record in {options.runs}")
    return 0


def report(options: argparse.Namespace) -> int:
    """Print the table and, if asked, write the record."""
    from lstm_course.experiments.report import gather, table
    from lstm_course.json_files import write_json

    if options.out is not None:
        insist_on_file(options.out, "--out")
    record = gather(options.runs)
    print(table(record))
    if options.out is not None:
        write_json(options.out, record)
        print(f"record: {options.out}")
    return 0
