"""``lstm-course train``: train a model of sentiment on real reviews and write its run folder."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import Any

from lstm_course.cli.parser import CourseParser, fraction, one_of, whole_number
from lstm_course.sentiment.configurations import CONFIGURATIONS, MODELS, draws_nothing
from lstm_course.sentiment.settings import JIT, PRECISIONS, TrainingSettings
from lstm_course.text.corpora import CORPORA

EPILOG = """models:
{models}

Ctrl-C ends the training in good order: the best weights so far are kept, and --resume goes on.
So does a pretraining (lm-lstm, sa-lstm), from the last time that it was through with the texts. What
else comes before the first epoch is not kept.
"""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    models = "\n".join(f"  {name:20}{about.summary}" for name, about in CONFIGURATIONS.items())
    parser: CourseParser = subparsers.add_parser(
        "train",
        help="train a model on real reviews",
        description="Train a model of sentiment on real reviews and write its run folder: the model, its "
        "vocabulary, its figures, its history and pictures of them.",
        epilog=EPILOG.format(models=models),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    usual = TrainingSettings()
    parser.add_argument("--out", required=True, metavar="FOLDER", help="the run folder to write")
    parser.add_argument(
        "--corpus", type=one_of("corpus", CORPORA), help=f"{', '.join(CORPORA)} (default: {usual.corpus})"
    )
    parser.add_argument(
        "--corpus-path", metavar="PATH", help="where the corpus lies, for aclimdb and for csv (text,label)"
    )
    parser.add_argument(
        "--model", type=one_of("model", MODELS), help=f"{', '.join(MODELS)} (default: {usual.model})"
    )
    parser.add_argument(
        "--epochs",
        type=whole_number(1),
        metavar="N",
        help=f"times to go through the reviews (default: {usual.epochs}, or what suits the model)",
    )
    parser.add_argument(
        "--limit", type=whole_number(2), metavar="N", help="train on only N reviews (default: all)"
    )
    parser.add_argument(
        "--max-tokens",
        type=whole_number(1),
        metavar="N",
        help="words read of a review; a longer one loses its middle "
        f"(default: {usual.max_tokens}, or what suits the model)",
    )
    parser.add_argument(
        "--vocabulary-size",
        type=whole_number(3),
        metavar="N",
        help=f"words the model knows (default: {usual.vocabulary_size})",
    )
    parser.add_argument(
        "--batch-size", type=whole_number(1), metavar="N", help="reviews per step (default: 64; seed: 32)"
    )
    parser.add_argument(
        "--learning-rate", type=fraction, metavar="R", help=f"Adam's (default: {usual.learning_rate})"
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        metavar="N",
        help=f"fixes weights, order and dropout (default: {usual.seed})",
    )
    _add_keras_options(parser)
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--force", action="store_true", help="replace a run that is there already")
    again.add_argument(
        "--resume", action="store_true", help="go on from the last finished epoch, with the run's settings"
    )
    parser.set_defaults(run=run)


def _add_keras_options(parser: CourseParser) -> None:
    """Add how Keras is to train; KERAS_BACKEND chooses what it runs on."""
    usual = TrainingSettings()
    group = parser.add_argument_group(
        "Keras models", "A pretraining (lm-lstm, sa-lstm) takes none of these: it computes in float32."
    )
    group.add_argument(
        "--precision",
        type=one_of("precision", PRECISIONS),
        help=f"numbers to compute in: {', '.join(PRECISIONS)} (default: {usual.precision})",
    )
    group.add_argument(
        "--jit",
        type=one_of("choice", JIT),
        help="whether the backend compiles the model: auto, on, off (default: auto, Keras's choice; "
        "see lstm-course kernels)",
    )
    group.add_argument(
        "--clip-norm",
        type=positive,
        metavar="R",
        help="scale a gradient down to this norm where it is longer (default: as it is)",
    )
    group.add_argument(
        "--devices",
        type=count_or_all,
        metavar="N",
        help="share each batch among N devices, or all (JAX only; default: 1)",
    )


def positive(text: str) -> float:
    """Read a number above 0.

    Examples
    --------
    >>> positive("2.5")
    2.5
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return value


def count_or_all(text: str) -> int | str:
    """Read a whole number of at least 1, or "all".

    Examples
    --------
    >>> count_or_all("4"), count_or_all("all")
    (4, 'all')
    """
    return text if text == "all" else whole_number(1)(text)


def run(options: argparse.Namespace) -> int:
    """Train."""
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.machine import as_typed
    from lstm_course.sentiment.learners import need

    need("tqdm", "tqdm", "the bar that says how far it is")
    given = {
        name: getattr(options, name)
        for name in TrainingSettings.__dataclass_fields__
        if getattr(options, name) is not None
    }
    if given.get("devices", 1) != 1:
        load_keras_quietly()
        from lstm_course.sentiment.training_options import parallel_devices

        found = len(parallel_devices())  # refuses at once where there can be none
        given["devices"] = found if given["devices"] == "all" else given["devices"]
    settings = _settings(options, given)
    if CONFIGURATIONS[settings.model].takes_keras or settings.corpus == "imdb-keras":
        load_keras_quietly()
    from lstm_course.sentiment.progress import BarProgress
    from lstm_course.sentiment.runs import RunFolder
    from lstm_course.sentiment.training import train

    if "epochs" in given and draws_nothing(settings.model):
        note = f"{settings.model} is solved in one go: --epochs {options.epochs} changes nothing"
        print(f"lstm-course: {note}.", file=sys.stderr)
    command = as_typed(["lstm-course", *options.words])
    again = as_typed(["lstm-course", "train", "--resume", "--out", options.out])
    try:
        done = train(
            settings,
            options.out,
            force=options.force,
            resume=options.resume,
            command=command,
            progress=BarProgress(),
        )
    except KeyboardInterrupt:
        if options.resume or RunFolder(options.out).is_begun():
            kept = f"; what was finished is kept. Go on with: {again}"
        else:
            kept = " before the first epoch had begun: nothing of this run is kept."
        print(f"lstm-course: stopped by Ctrl-C{kept}", file=sys.stderr)
        return 130
    _print_figures(done.metrics)
    print(f"run folder: {done.folder}")
    if done.interrupted:
        finished = done.metrics["epochs_finished"]
        kept = (
            f"kept the weights of epoch {done.metrics['best_epoch']}, the best of {finished} finished"
            if finished
            else "kept the weights of the first epoch as far as it went"
        )
        print(
            f"lstm-course: interrupted; {kept}. Go on with: {again}",
            file=sys.stderr,
        )
        return 130
    return 0


def _settings(options: argparse.Namespace, given: dict[str, Any]) -> TrainingSettings:
    """Return the settings: those given on top of the usual ones, or of the run's own on ``--resume``."""
    if not options.resume:
        return TrainingSettings(**given)
    from lstm_course.sentiment.runs import RunFolder
    from lstm_course.sentiment.state import stored_settings

    return replace(stored_settings(RunFolder(options.out).find_checkpoint()), **given)


def _print_figures(metrics: dict[str, Any]) -> None:
    """Print what was reached."""
    sizes = metrics["sizes"]
    rows = [("validation", sizes["validation"], metrics)]
    if metrics["test"] is not None:
        rows.append(("official test", sizes["test"], metrics["test"]))
    print(
        f"{metrics['model']} on {sizes['train']:,} reviews of {metrics['corpus']}, {metrics['seconds']:.0f} s"
    )
    for name, count, measured in rows:
        print(
            f"{name} ({count:,} reviews): accuracy {measured['accuracy']:.2%}, "
            f"loss {measured['loss']:.4f} nats per review, F1 {measured['f1']:.4f}, "
            f"calibration error {measured['calibration_error']:.4f}"
        )
