"""A trained run as one file for use elsewhere: plain arrays, or ONNX."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.learner import Learner
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.plain_arrays import read_plain, write_plain
from lstm_course.sentiment.prediction import Predictor
from lstm_course.sentiment.runs import KERAS_FILE, VOCABULARY
from lstm_course.text import Vocabulary
from lstm_course.text.vocabulary import UNKNOWN

TOLERANCE = 1e-5
SAMPLES = 48


def convert(run: str | Path, out: str | Path, to: str = "npz", force: bool = False) -> float:
    """Write a run's model as one file, once the file has been read back and predicts what the run does.

    Weights are float32's, so a run that computes in half precision is converted, and asked, in float32.

    Parameters
    ----------
    run : str or Path
        A run folder of a recurrent model.
    out : str or Path
        The file; it appears whole or not at all.
    to : {"npz", "onnx"}
        Plain arrays for NumPy, or ONNX by Keras's own exporter.
    force : bool
        Write over a file that is there.

    Returns
    -------
    float
        The largest difference between a probability of the run and one of the file, over random reviews
        of lengths from 1 to the most that the model reads.

    Raises
    ------
    InputError
        A run or a file's name that will not do, a layer without counterpart, a missing package.
    """
    out = Path(out)
    check_output(out, to, force)
    predictor = Predictor.load(run)
    learner = predictor.learner
    if not isinstance(learner, NumpyLearner) and learner.model_file != KERAS_FILE:
        hint = f"Its {learner.model_file} and {VOCABULARY} are plain already."
        if not learner.model_file:
            hint = "Convert one of its members."
        raise InputError("a run of a recurrent model", f"one of {predictor.metrics.get('model')}", hint)
    settings = predictor.metrics["settings"]
    if settings.get("precision", "float32") != "float32":
        _in_full(learner)
    reviews = random_reviews(learner.vocabulary, settings["max_tokens"])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
            place = Path(folder) / out.name
            difference = _difference(FORMATS[to](place, predictor, reviews), learner, reviews)
            os.replace(place, out)
    except OSError as error:
        raise InputError("a file that can be written", f"{out} ({error.strerror or error})") from error
    return difference


def _in_full(learner: Any) -> None:
    """Let a Keras learner compute in float32."""
    from lstm_course.sentiment.training_options import in_precision

    learner.model = in_precision(learner.model, "float32")


def check_output(out: Path, to: str, force: bool) -> None:
    """Look whether a file may be written here, before anything costs time.

    Raises
    ------
    InputError
        An unknown format, a name with another ending, a folder, or a file that is there without ``force``.
    """
    if to not in FORMATS:
        raise InputError(f"a format among {', '.join(FORMATS)}", repr(to))
    if out.suffix != f".{to}":
        raise InputError(f"a file name that ends in .{to}", repr(str(out)))
    if out.is_dir():
        raise InputError("a file to write", f"{out}, which is a folder")
    if os.path.lexists(out) and not force:
        hint = "Choose another --out, or replace it by --force."
        raise InputError("a new file", f"{out}, which exists", hint)


def random_reviews(vocabulary: Vocabulary, longest: int) -> list[list[str]]:
    """Return the words of random reviews, of lengths from 1 to ``longest``; always the same ones.

    Examples
    --------
    >>> reviews = random_reviews(Vocabulary(["good", "film"]), longest=300)
    >>> min(map(len, reviews)), max(map(len, reviews)), sorted(set(reviews[-1]))
    (1, 300, ['[UNK]', 'film', 'good'])
    """
    rng = np.random.default_rng(0)
    lengths = np.linspace(1, longest, SAMPLES).astype(int)
    return [vocabulary.decode(rng.integers(UNKNOWN, len(vocabulary), length)) for length in lengths]


def _difference(found: np.ndarray, learner: Learner, reviews: list[list[str]]) -> float:
    """Return the largest difference, which is small: a file that predicts something else is never left."""
    difference = float(np.abs(found - learner.probabilities(learner.encode(reviews))).max())
    if not difference <= TOLERANCE:
        raise InputError(
            f"a file that agrees with the model to {TOLERANCE:g}",
            f"{difference:.1g} apart",
            "A GPU rounds otherwise: where there is one, set CUDA_VISIBLE_DEVICES to nothing before.",
        )
    return difference


def _plain(place: Path, predictor: Predictor, reviews: list[list[str]]) -> np.ndarray:
    """Write the arrays; return what they predict once read back."""
    learner = predictor.learner
    if not isinstance(learner, NumpyLearner):
        from lstm_course.sentiment.numpy_twin import numpy_twin

        learner = numpy_twin(learner)
    write_plain(place, learner, predictor.metrics)
    found, _ = read_plain(place)
    return found.probabilities(found.encode(reviews))


def _onnx(place: Path, predictor: Predictor, reviews: list[list[str]]) -> np.ndarray:
    """Write the graph; return what onnxruntime makes of it."""
    from lstm_course.sentiment.onnx_file import run_onnx, write_onnx

    write_onnx(place, predictor.learner)
    return run_onnx(place, predictor.learner.encode(reviews))


FORMATS: dict[str, Callable[[Path, Predictor, list[list[str]]], np.ndarray]] = {"npz": _plain, "onnx": _onnx}
"""How each format is written and tried; its name is also the file's ending."""
