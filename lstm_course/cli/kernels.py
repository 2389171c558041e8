"""``lstm-course kernels``: which kernel runs each recurrent layer, and which rule decides."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from lstm_course.cli.parser import CourseParser, one_of
from lstm_course.errors import InputError
from lstm_course.sentiment.configurations import CONFIGURATIONS
from lstm_course.sentiment.settings import JIT

KERAS_MADE = [name for name, about in CONFIGURATIONS.items() if about.made_with == "keras"]


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "kernels",
        help="which kernel runs each recurrent layer, and why",
        description="For each recurrent layer and direction of the course's models, with a mask and without: "
        "the kernel that will run in training and prediction (cuDNN, a loop compiled by XLA, a plain loop), "
        "and the rule that decides. KERAS_BACKEND chooses the backend: tensorflow, jax or torch.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--model", type=one_of("model", KERAS_MADE), help="one model (default: all)")
    which.add_argument("--run", metavar="FOLDER", dest="folder", help="the model of a run folder of train")
    parser.add_argument(
        "--gpu",
        action=argparse.BooleanOptionalAction,
        help="answer for a machine with an NVIDIA GPU, or without (default: this machine)",
    )
    parser.add_argument(
        "--jit",
        type=one_of("choice", JIT),
        help="answer for this choice of train (default: auto, or the run's)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the table."""
    from lstm_course.cli.quiet import load_keras_quietly
    from lstm_course.sentiment.learners import need

    need("keras", "keras")
    load_keras_quietly()
    import keras

    from lstm_course.sentiment.devices import gpu_devices
    from lstm_course.sentiment.kernel_table import kernel_choices, render_choices

    gpu = bool(gpu_devices()) if options.gpu is None else options.gpu
    models, stored_jit = _models(options)
    jit = options.jit or stored_jit
    choices = [
        choice
        for name, model in models.items()
        for choice in kernel_choices(model, name=name, gpu=gpu, jit=jit)
    ]
    backend = keras.backend.backend()
    if options.json:
        content = {"backend": backend, "keras": keras.__version__, "gpu": gpu, "jit": jit}
        print(json.dumps({**content, "layers": [asdict(choice) for choice in choices]}, indent=2))
        return 0
    print(f"Keras {keras.__version__} on {backend}, {'a GPU' if gpu else 'no GPU'}, --jit {jit}\n")
    print(render_choices(choices))
    return 0


def _models(options: argparse.Namespace) -> tuple[dict[str, Any], Any]:
    """Return the models to look at by name, and the compilation that they were or will be trained with."""
    if options.folder is None:
        from lstm_course.sentiment.models import KERAS_MODELS

        names = KERAS_MADE if options.model is None else [options.model]
        return {name: KERAS_MODELS[name](10) for name in names}, "auto"
    from lstm_course.sentiment.keras_learner import KerasLearner
    from lstm_course.sentiment.prediction import Predictor

    learner = Predictor.load(options.folder).learner
    if not isinstance(learner, KerasLearner):
        raise InputError("a run of a Keras model", f"{options.folder}, a run of another", "See train --help.")
    return {learner.settings.model: learner.model}, learner.settings.jit
