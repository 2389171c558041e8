"""Training: one loop for every model, with checkpoints, an orderly stop, and a run folder at its end.

The run keeps the weights of the epoch with the lowest validation loss. Its figures on the validation part
are therefore a little too good (one epoch among a few was chosen on it); the figures of the last epoch,
which nothing was chosen by, and of the official test part, where there is one, stand beside them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.evaluation import evaluate
from lstm_course.sentiment.interrupt import Interrupt, noting_interrupt
from lstm_course.sentiment.learner import Report, reading_checkpoint
from lstm_course.sentiment.learners import create_learner, need
from lstm_course.sentiment.lock import alone
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.records import write_run
from lstm_course.sentiment.runs import CHECKPOINT, PREPARATION, RunFolder
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages, Write
from lstm_course.sentiment.state import TrainingState


@dataclass(frozen=True)
class TrainedRun:
    """What ``train`` returns: the figures of ``metrics.json``, and whether Ctrl-C ended it early."""

    folder: Path
    metrics: dict[str, Any]
    interrupted: bool


def train(
    settings: TrainingSettings,
    out: str | Path,
    *,
    force: bool = False,
    resume: bool = False,
    command: str = "",
    progress: Progress | None = None,
) -> TrainedRun:
    """Train a model and write its run folder.

    Parameters
    ----------
    settings : TrainingSettings
        What to train. With ``resume`` they must be those of the run, but for more epochs.
    out : str or Path
        The run folder.
    force : bool
        Replace a run that is there; it stays until the new one is whole.
    resume : bool
        Go on from the last finished epoch, of pretraining too, as if there had been no pause.
    command : str
        The command to record.
    progress : Progress, optional
        Told how it goes; without it nothing is shown.

    Returns
    -------
    TrainedRun
        The folder and its figures.

    Raises
    ------
    InputError
        Settings, corpus, checkpoint or folder that will not do; another training at work in the folder; a
        missing package.

    Examples
    --------
    >>> import tempfile
    >>> settings = TrainingSettings(corpus="rotten-tomatoes", model="bag-of-words", limit=2000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = train(settings, f"{folder}/first")
    ...     pictures = sorted(path.name for path in run.folder.glob("*.png"))
    >>> pictures
    ['confusion-matrix.png', 'learning-curves.png', 'reliability.png']
    >>> run.metrics["accuracy"] > 0.65
    True
    """
    need("matplotlib", "matplotlib", "the run's pictures")
    folder = RunFolder(out)
    with alone(folder.out):
        return _train(settings, folder, force, resume, command, progress or Progress())


def _train(
    settings: TrainingSettings, folder: RunFolder, force: bool, resume: bool, command: str, progress: Progress
) -> TrainedRun:
    """Do the work of ``train``, alone in the folder."""
    began = time.perf_counter()
    checkpoint = folder.find_checkpoint() if resume else None
    state = TrainingState()
    if checkpoint is not None:
        state = TrainingState.load(checkpoint, settings, written=checkpoint.parent == folder.out)
    folder.check(force or resume)
    data = RunData.load(settings)
    learner = create_learner(data.train.tokens, settings)
    if learner.fixed_epochs is not None:
        settings = replace(settings, epochs=learner.fixed_epochs)
    if checkpoint is None:
        folder.begin()
    if checkpoint is None or checkpoint.name.startswith(PREPARATION):

        def keep(stage: int, write: Write) -> None:
            seconds = state.preparation_seconds + time.perf_counter() - began
            so_far = replace(state, preparation_seconds=seconds)
            _keep(folder, stage, write, so_far, settings, PREPARATION)

        try:
            learner.prepare(data, progress, Stages(checkpoint, keep))
            _keep(folder, state.finished, learner.save_checkpoint, state, settings)
        except BaseException:
            if not folder.is_begun():
                folder.abandon()
            raise
    else:
        with reading_checkpoint(checkpoint):
            learner.load_checkpoint(checkpoint)
        if checkpoint.parent == folder.out:  # it goes when the run is written again
            _keep(folder, state.finished, learner.save_checkpoint, state, settings)
    features, validation = learner.encode(data.train.tokens), learner.encode(data.validation.tokens)
    state.preparation_seconds += time.perf_counter() - began
    with noting_interrupt() as interrupt:
        stopped = False
        while state.finished < settings.epochs and not stopped:
            start = time.perf_counter()
            progress.begin_epoch(state.finished + 1, settings.epochs, len(data.train))
            report = _reporter(progress, interrupt)
            result = learner.train_epoch(state.finished, features, data.train.labels, report)
            if result.finished or not state.history:
                measured = evaluate(learner.probabilities(validation), data.validation.labels)
                seconds = time.perf_counter() - start
                state.take(result, measured, seconds, learner.weights())
                progress.end_epoch(state.history[-1])
            if result.finished:
                _keep(folder, state.finished, learner.save_checkpoint, state, settings)
            stopped = interrupt() and state.finished < settings.epochs
        progress.end()
        learner.set_weights(state.best_weights)
        metrics = write_run(
            folder, learner, settings, data, validation, state, interrupted=stopped, command=command
        )
    return TrainedRun(folder.out, metrics, stopped)


def _reporter(progress: Progress, interrupt: Interrupt) -> Report:
    """Pass a batch on to the progress bar, and the wish to stop back to the learner."""

    def report(reviews: int, loss: float, accuracy: float) -> bool:
        progress.batch(reviews, loss, accuracy)
        return interrupt()

    return report


def _keep(
    folder: RunFolder,
    number: int,
    write: Write,
    state: TrainingState,
    settings: TrainingSettings,
    kind: str = CHECKPOINT,
) -> None:
    """Write a checkpoint: what ``write`` puts into its folder, and the state last."""

    def fill(place: Path) -> None:
        write(place)
        state.save(place, settings)

    folder.save_checkpoint(number, fill, kind)
