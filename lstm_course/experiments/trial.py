"""One trial: a new network learns new sequences until the paper's criterion holds or the budget is spent.

A criterion on the stream looks at what the network said of each sequence before it learnt from it. One on
held-out sequences is asked after every chunk whose last sequences give reason to: it is a set of its own,
on which nothing is learnt. What the paper leaves open is settled here: the mean training error is that of
the sequences in the window; criteria are looked at after every chunk of sequences, so the number of
sequences is a multiple of the chunk; the embedded Reber grammar is learnt from 256 strings in random order.
"""

from __future__ import annotations

import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from lstm_course.experiments.learners import Learner, Track, make_learner
from lstm_course.experiments.row import Row
from lstm_course.tasks.batch import Batch
from lstm_course.tasks.criteria import HeldOut, Stream
from lstm_course.tasks.reber import Reber
from lstm_course.tasks.task import Task

#: Fresh sequences on which a network that has come to the criterion is tested.
TEST = 2560

#: Sequences drawn at a time when many are looked at.
PART = 256

#: How many more wrong ones than the criterion allows, as a share, a chunk may have to be promising.
SLACK = 0.02

#: Points of a learning curve that are kept.
POINTS = 60


def budget(row: Row, track: Track) -> int:
    """Return after how many sequences a trial counts as failed; the plain RNN gets the paper's mean."""
    return max(row.printed.sequences, 20_000) if track == "rnn" else row.budget


def run_trial(row: Row, track: Track, seed: int, limit: int | None = None) -> dict[str, Any]:
    """Run one trial.

    Parameters
    ----------
    row : Row
    track : {"1997", "today", "rnn"}
    seed : int
        Of everything that is drawn, together with the row and the track.
    limit : int, optional
        A smaller budget, in sequences.

    Returns
    -------
    dict
        ``solved``, ``sequences`` seen, ``wrong`` of 2,560 fresh sequences and their mean ``error``,
        ``curve``: [sequences, mean absolute error, share of wrong ones] over a chunk; ``weights``,
        ``seconds``, ``seed``.
    """
    began = time.perf_counter()
    spawn_key = (zlib.crc32(f"{row.name} {track}".encode()),)
    for_weights, for_data, for_test, for_held_out = np.random.SeedSequence(seed, spawn_key=spawn_key).spawn(4)
    learner = make_learner(track, row, np.random.default_rng(for_weights))
    training, held_out = _sources(row, chunk_size(row), np.random.default_rng(for_data), for_held_out)
    most = min(limit or budget(row, track), budget(row, track))

    criterion = row.task.success
    rights, errors = np.zeros(0, bool), np.zeros(0)
    curve: list[list[float]] = []
    seen, solved = 0, False
    while seen < most and not solved:
        batch = next(training)
        outputs = learner.learn(batch)
        right, error = row.task.right(outputs, batch), row.task.error(outputs, batch)
        seen += len(batch)
        curve.append([seen, float(error.mean()), float(1 - right.mean())])
        if isinstance(criterion, HeldOut):
            if promising(right, criterion):
                looked = judged(row.task, learner, held_out(), criterion.wrong_allowed)
                solved = looked is not None and criterion.met(*looked)
        elif isinstance(criterion, Stream):
            rights = np.append(rights, right)[-criterion.window :]
            errors = np.append(errors, error)[-criterion.window :]
            solved = criterion.met(rights, errors)

    test_right, test_error = judged(row.task, learner, _fresh(row.task, TEST, for_test)) or (rights, errors)
    return {
        "seed": seed,
        "solved": solved,
        "sequences": seen,
        "wrong": int(np.count_nonzero(~test_right)),
        "error": float(test_error.mean()),
        "weights": learner.weights,
        "seconds": round(time.perf_counter() - began, 2),
        "curve": thinned(curve),
    }


def chunk_size(row: Row) -> int:
    """Return how many sequences are learnt from between two looks at the criterion.

    Examples
    --------
    >>> from lstm_course.experiments.rows import choose
    >>> chunk_size(choose("adding", {"T": 100})[0])
    512
    """
    return int(np.clip(32 * (row.printed.sequences // 3_200), 64, 512))


def _sources(
    row: Row, chunk: int, rng: np.random.Generator, for_held_out: np.random.SeedSequence
) -> tuple[Iterator[Batch], Callable[[], Iterator[Batch]]]:
    """Return the chunks to learn from, without end, and a function that gives the held-out sequences."""
    task, criterion = row.task, row.task.success
    if isinstance(task, Reber):
        learnt, tested = task.draw_sets(rng)
        chunks = (learnt.take(rng.integers(0, len(learnt), chunk)) for _ in itertools.count())
        return chunks, lambda: iter((learnt, tested))
    size = criterion.size if isinstance(criterion, HeldOut) else 0
    return (task.draw(chunk, rng) for _ in itertools.count()), lambda: _fresh(task, size, for_held_out)


def _fresh(task: Task, count: int, seed: np.random.SeedSequence) -> Iterator[Batch]:
    """Draw so many sequences in parts, the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    for start in range(0, count, PART):
        yield task.draw(min(PART, count - start), rng)


def promising(right: np.ndarray, criterion: HeldOut) -> bool:
    """Return whether the chunk just learnt gives reason to look at the held-out sequences.

    Examples
    --------
    >>> promising(np.array([True, True, False]), HeldOut(256))
    False
    """
    return bool(1 - right.mean() <= criterion.wrong_allowed / criterion.size + SLACK)


def judged(
    task: Task, learner: Learner, batches: Iterable[Batch], wrong_allowed: int | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return of each sequence whether it is right and its error; None as soon as too many are wrong."""
    rights, errors, wrong = [], [], 0
    for batch in batches:
        outputs = learner.look(batch)
        rights.append(task.right(outputs, batch))
        errors.append(task.error(outputs, batch))
        wrong += int(np.count_nonzero(~rights[-1]))
        if wrong_allowed is not None and wrong > wrong_allowed:
            return None
    return np.concatenate(rights), np.concatenate(errors)


def thinned(curve: list[list[float]]) -> list[list[float]]:
    """Return at most ``POINTS`` points of a curve, its last one among them, rounded.

    Examples
    --------
    >>> thinned([[100, 0.123456789, 0.5], [200, 0.1, 0.25]])
    [[100, 0.12346, 0.5], [200, 0.1, 0.25]]
    """
    kept = np.unique(np.linspace(0, len(curve) - 1, POINTS).round().astype(int))
    return [[int(curve[n][0]), round(curve[n][1], 5), round(curve[n][2], 5)] for n in kept]
