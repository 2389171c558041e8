"""Batches of reviews of like length: each is padded to its own longest, so little padding is computed.

The order is random all the same: reviews are shuffled, sorted by length only within pools of some fifty
batches, and the batches are shuffled again. It depends on (seed, epoch) alone, so a run that is taken up
again after its second epoch goes on exactly as it would have.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_course.text import pad

POOL = 50  # batches sorted together
WIDTH_STEP = 25  # widths are multiples of this: TensorFlow meets a dozen shapes instead of hundreds
COMPILED_WIDTH_STEP = 50  # half as many programs to compile on real reviews, for 5 % more steps to run
COMPILED_ROWS = 32  # in prediction their number is a multiple of this: one program for a word and for thirty


def word_counts(sequences: Sequence[Sequence[int]], vocabulary_size: int) -> np.ndarray:
    """Return how often each id occurs in texts, some of which may be empty, shape (vocabulary_size,).

    Examples
    --------
    >>> word_counts([[2, 2, 3], []], 4).tolist()
    [0, 0, 2, 1]
    """
    ids = np.concatenate([np.asarray(sequence, np.int64) for sequence in sequences])
    return np.bincount(ids, minlength=vocabulary_size)


def training_batches(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """Return the batches of one epoch.

    Parameters
    ----------
    lengths : sequence of int
        The number of tokens of each review.
    batch_size : int
        Reviews per batch; the last batch of a pool may be smaller.
    seed, epoch : int
        What the order depends on; epochs count from 0.

    Returns
    -------
    list of ndarray of int
        The indices of each batch's reviews; every review is in exactly one.

    Examples
    --------
    >>> batches = training_batches([3, 9, 4, 8], batch_size=2, seed=0, epoch=0)
    >>> sorted(sorted(batch.tolist()) for batch in batches)
    [[0, 2], [1, 3]]
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    sizes = np.asarray(lengths)
    batches: list[np.ndarray] = []
    for start in range(0, len(order), POOL * batch_size):
        pool = order[start : start + POOL * batch_size]
        pool = pool[np.argsort(sizes[pool], kind="stable")]
        batches += [pool[i : i + batch_size] for i in range(0, len(pool), batch_size)]
    return _two_widths_first([batches[i] for i in rng.permutation(len(batches))], sizes)


def _two_widths_first(batches: list[np.ndarray], lengths: np.ndarray) -> list[np.ndarray]:
    """Exchange the second batch for one of another width than the first.

    On the TensorFlow backend, Keras's ``fit`` learns from the first two batches which dimensions vary; were
    these two equally wide by chance, it would refuse the first one that is not.
    """
    widths = [_width(lengths[batch].max(), WIDTH_STEP) for batch in batches]
    other = next((i for i, width in enumerate(widths) if width != widths[0]), 0)
    if other > 1:
        batches[1], batches[other] = batches[other], batches[1]
    return batches


def _width(longest: int, step: int) -> int:
    """Round up to a multiple of ``step``."""
    return -(-int(longest) // step) * step


def evaluation_batches(lengths: Sequence[int], batch_size: int = 256) -> list[np.ndarray]:
    """Return batches in order of length, which need the least padding of all."""
    order = np.argsort(np.asarray(lengths), kind="stable")
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def rectangle(
    sequences: Sequence[Sequence[int]], batch: np.ndarray, step: int = WIDTH_STEP
) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and mask of one batch, its width rounded up to a multiple of ``step``.

    Examples
    --------
    >>> ids, mask = rectangle([[2] * 30, [3] * 9], np.array([0, 1]))
    >>> ids.shape, mask.sum(axis=1).tolist()
    ((2, 50), [30, 9])
    """
    rows = [sequences[i] for i in batch]
    return pad(rows, width=_width(max(len(row) for row in rows), step))
