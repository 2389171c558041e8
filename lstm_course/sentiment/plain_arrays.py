"""One ``.npz`` file that holds a trained model whole: plain arrays, no pickle, read without Keras.

==================  ===========================================================================
``description``     JSON: the layers in order with their options and the names of their weights,
                    the order of the gates, the most tokens of a review, what was trained and
                    how well it does
``vocabulary``      the words; a word's index is its id
*a weight's name*   the weight, in Keras's layout: ``1.lstm.recurrent_kernel``, ...
==================  ===========================================================================

The last layer gives a logit; its sigmoid is the probability of "positive".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.recurrent.layers import Dense, Embedding, Sequential
from lstm_course.recurrent.parameters import GATE_ORDER, GRU_GATE_ORDER
from lstm_course.sentiment.learner import load_arrays, save_arrays
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.plain_layers import WordAndPairEmbedding, describe, make, weight_names
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary
from lstm_course.text.vocabulary import RESERVED, UNKNOWN

FORMAT = "lstm-course model"
VERSION = 1
DESCRIPTION, WORDS = "description", "vocabulary"

#: What of a run's ``metrics.json`` goes along: what it is and how good, nothing about whose machine.
FIGURES = ("model", "corpus", "accuracy", "loss", "f1", "measured_on", "test", "sizes", "parameters", "seed")


def write_plain(path: Path, learner: NumpyLearner, metrics: dict[str, Any]) -> None:
    """Write a NumPy model, its vocabulary and its figures into one ``.npz`` file."""
    arrays: dict[str, np.ndarray] = {}
    layers = []
    for place, layer in enumerate(learner.model.layers):
        names = weight_names(layer, place)
        arrays.update(zip(names, layer.weights, strict=True))
        layers.append({**describe(layer), "weights": names})
    description = {
        "format": FORMAT,
        "version": VERSION,
        "layers": layers,
        "output": "a logit; its sigmoid is the probability of positive",
        "gate_order": {"LSTM": GATE_ORDER, "GRU": GRU_GATE_ORDER},
        "max_tokens": learner.settings.max_tokens,
        "trained": {name: metrics[name] for name in FIGURES if name in metrics},
    }
    arrays[DESCRIPTION] = np.array(json.dumps(description, ensure_ascii=False, indent=1))
    arrays[WORDS] = np.array(RESERVED + learner.vocabulary.words)
    save_arrays(path, arrays)


def read_plain(path: str | Path) -> tuple[NumpyLearner, dict[str, Any]]:
    """Read a model that ``write_plain`` wrote.

    Returns
    -------
    learner : NumpyLearner
        The model, from the course's own layers.
    metrics : dict
        What was trained, and how well it does.

    Raises
    ------
    InputError
        No such file, another format or version, or parts that are missing or do not fit each other.
    """
    arrays = load_arrays(Path(path))
    description = _description(arrays, path)
    try:
        names = [layer.pop("weights") for layer in description["layers"]]
        model = Sequential([make(layer) for layer in description["layers"]])
        settings = TrainingSettings(model="numpy-lstm", max_tokens=description["max_tokens"])
        model.set_weights([arrays[name] for of_layer in names for name in of_layer])
        model.forward(np.full((1, 1), UNKNOWN))  # each layer's weights must fit the layer before
        words = tuple(map(str, arrays[WORDS]))
        trained = dict(description["trained"])
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise InputError(f"the parts of a model in {path}", f"{type(error).__name__}: {error}") from error
    first, last = model.layers[0], model.layers[-1]
    if (
        not isinstance(first, (Embedding, WordAndPairEmbedding))
        or not isinstance(last, Dense)
        or last.units != 1
    ):
        kinds = ", ".join(type(layer).__name__ for layer in model.layers)
        raise InputError(f"layers from an embedding to a Dense(1) in {path}", kinds)
    if words[: len(RESERVED)] != RESERVED or len(words) != first.input_dim:
        raise InputError(f"a vocabulary of {first.input_dim} ids in {path}", f"{len(words)} words")
    if not all(np.issubdtype(w.dtype, np.number) and np.isfinite(w).all() for w in model.weights):
        raise InputError(f"finite numbers in the weights of {path}", "something else")
    return NumpyLearner(model, Vocabulary(words[len(RESERVED) :]), settings), trained


def _description(arrays: dict[str, np.ndarray], path: str | Path) -> dict[str, Any]:
    """Return the description, once it is one that this version understands."""
    hint = "Write one with lstm-course convert --to npz."
    if DESCRIPTION not in arrays or WORDS not in arrays:
        raise InputError(
            f"a converted model in {path}", f"arrays named {', '.join(arrays) or 'nothing'}", hint
        )
    try:
        found = json.loads(str(arrays[DESCRIPTION]))
    except (ValueError, RecursionError) as error:
        raise InputError(f"a description in JSON in {path}", f"something else ({error})", hint) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError(f"the format {FORMAT!r} in {path}", "another", hint)
    if found.get("version") != VERSION:
        raise InputError(
            f"version {VERSION} of the format in {path}",
            repr(found.get("version")),
            "Read it with the version of lstm-course that wrote it, or convert the run again.",
        )
    return found
