"""The record of a run: its figures with everything they depend on, its history, its pictures."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine, versions
from lstm_course.plots.training import confusion_matrix, learning_curves, reliability_diagram
from lstm_course.sentiment.configurations import CONFIGURATIONS
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.evaluation import confusion_counts, evaluate
from lstm_course.sentiment.learner import Learner
from lstm_course.sentiment.runs import (
    CONFUSION,
    CURVES,
    HELD_OUT,
    HISTORY,
    METRICS,
    RELIABILITY,
    VOCABULARY,
    RunFolder,
    write_held_out,
    write_history,
)
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.state import TrainingState

DPI = 150


def _backend(settings: TrainingSettings) -> str | None:
    """Return what Keras ran on, if the model takes Keras."""
    if not CONFIGURATIONS[settings.model].takes_keras:
        return None
    return str(importlib.import_module("keras").backend.backend())


def write_run(
    folder: RunFolder,
    learner: Learner,
    settings: TrainingSettings,
    data: RunData,
    validation: Any,
    state: TrainingState,
    *,
    interrupted: bool,
    command: str,
) -> dict[str, Any]:
    """Measure the learner, which has the best weights, and write the run folder.

    Returns
    -------
    dict
        What ``metrics.json`` holds: ``accuracy``, ``loss``, ``f1`` and ``calibration_error`` on the
        validation part; the same of ``last_epoch`` and of the official ``test`` part, if there is one;
        epochs, sizes, seconds, seed, settings, versions, backend, machine, command.
    """
    probabilities = learner.probabilities(validation)
    counts = confusion_counts(probabilities, data.validation.labels)
    test = None
    if data.test is not None:
        test = evaluate(learner.probabilities(learner.encode(data.test.tokens)), data.test.labels)
    metrics: dict[str, Any] = {
        "model": settings.model,
        "corpus": settings.corpus,
        **evaluate(probabilities, data.validation.labels),
        "measured_on": "validation part, with the weights of the epoch that has its lowest loss",
        "best_epoch": state.best_epoch,
        "epochs_finished": state.finished,
        "interrupted": interrupted,
        "last_epoch": state.last,
        "test": test,
        "confusion": counts.tolist(),
        "sizes": {
            "train": len(data.train),
            "validation": len(data.validation),
            "test": len(data.test) if data.test is not None else 0,
            "vocabulary": len(learner.vocabulary),
        },
        "parameters": learner.parameters,
        "seconds": round(state.seconds, 1),
        "seed": settings.seed,
        "settings": settings.to_dict(),
        "versions": versions(),
        "backend": _backend(settings),
        "machine": describe_machine(),
        "command": command,
    }

    def write(place: Path) -> None:
        learner.save(place)
        learner.vocabulary.save(place / VOCABULARY)
        write_history(place / HISTORY, state.history)
        write_held_out(place / HELD_OUT, data.validation.labels.tolist(), probabilities.tolist())
        columns = {name: [row[name] for row in state.history] for name in state.history[0]}
        learning_curves(columns).savefig(place / CURVES, dpi=DPI)
        confusion_matrix(counts).savefig(place / CONFUSION, dpi=DPI)
        reliability_diagram(probabilities, data.validation.labels).savefig(place / RELIABILITY, dpi=DPI)
        write_json(place / METRICS, metrics)

    folder.finish(write)
    return metrics
