"""Where a trained model comes from: a run folder of ``train``, or a file of ``convert --to npz``."""

from __future__ import annotations

from pathlib import Path

from lstm_course.sentiment.plain_arrays import read_plain
from lstm_course.sentiment.prediction import Predictor
from lstm_course.sentiment.runs import KERAS_FILE, METRICS


def load_predictor(source: str | Path) -> Predictor:
    """Read a trained model.

    Raises
    ------
    InputError
        When there is none, or it is damaged.
    """
    return Predictor(*read_plain(source)) if is_file(source) else Predictor.load(source)


def needs_keras(source: str | Path) -> bool:
    """Tell whether reading this model will load Keras: a run of it, or of an ensemble with a member of it."""
    run = Path(source)
    return (run / METRICS).is_file() and any(any(run.glob(place + KERAS_FILE)) for place in ("", "*/"))


def is_file(source: str | Path) -> bool:
    """Tell a converted file from a run folder, by its name.

    Examples
    --------
    >>> is_file("runs/first.npz"), is_file("runs/first")
    (True, False)
    """
    return Path(source).suffix == ".npz" and not Path(source).is_dir()
