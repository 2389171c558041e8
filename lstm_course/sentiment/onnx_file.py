"""A Keras model as an ONNX graph, by Keras's own exporter, with what reading a text needs in its metadata.

The graph maps ``ids`` (batch, time), int32 and padded on the right with 0, to probabilities (batch, 1).
Its metadata hold ``vocabulary`` (one word a line; the line's number, from 0, is the word's id) and
``max_tokens``.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.batches import evaluation_batches, rectangle
from lstm_course.sentiment.runs import KERAS_FILE
from lstm_course.text.vocabulary import RESERVED

INPUT = "ids"


def write_onnx(path: Path, learner: Any) -> None:
    """Write the graph of a Keras learner.

    Raises
    ------
    InputError
        A model that is not Keras's, or has an operation without translation; a missing package.
    """
    for module in ("tf2onnx", "onnxruntime"):
        if find_spec(module) is None:
            hint = 'Install it: python -m pip install "lstm-course[keras,onnx]"'
            raise InputError(f"the package {module} for ONNX", "a Python without it", hint)
    if learner.model_file != KERAS_FILE:
        hint = "The model lstm has the same shape as numpy-lstm. Or convert it with --to npz."
        raise InputError("a run of a Keras model for ONNX", "one of another kind", hint)
    import keras
    import onnx

    if keras.backend.backend() != "tensorflow":
        raise InputError(
            "Keras's TensorFlow backend for ONNX", keras.backend.backend(), "Unset KERAS_BACKEND."
        )
    learner.model(np.ones((1, 2), np.int32))  # the exporter wants a model that has been called
    signature = [keras.InputSpec(shape=(None, None), dtype="int32", name=INPUT)]
    with _quiet():
        learner.model.export(path, format="onnx", input_signature=signature, verbose=False)
    graph = onnx.load(path)
    try:
        onnx.checker.check_model(graph)
    except onnx.checker.ValidationError as error:  # the exporter leaves in what it cannot translate
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            "a model of operations that ONNX has", reason, "Convert it with --to npz."
        ) from error
    words = "\n".join(RESERVED + learner.vocabulary.words)
    onnx.helper.set_model_props(graph, {"vocabulary": words, "max_tokens": str(learner.settings.max_tokens)})
    onnx.save(graph, path)


def run_onnx(path: Path, reviews: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the probability of "positive" of each review, shape (n,), as onnxruntime computes it."""
    import onnxruntime  # type: ignore[import-untyped]

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    result = np.empty(len(reviews))
    for batch in evaluation_batches([len(ids) for ids in reviews]):
        [probabilities] = session.run(None, {INPUT: rectangle(reviews, batch)[0]})
        result[batch] = probabilities[:, 0]
    return result


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence what tf2onnx tells its developers; errors are raised all the same."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
