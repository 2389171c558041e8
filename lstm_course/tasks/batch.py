"""Batches of sequences of unequal length: the inputs, the targets, and where the targets count.

A sequence of length l stands in the first l of ``time`` steps; the rest is padding, at the end. An input is
either one of ``features`` symbols, of which only the index is kept, or a vector of real numbers:

    x_t = e_{s_t}, the unit vector of symbol s_t        (0 in padding)

Most problems of the literature give a target at a few steps only, often at the last one; ``scored`` says
where. The symbols' indices take ``features`` times less memory than the vectors, which ``inputs`` makes when
they are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Batch:
    """Sequences with their targets; batch first, padded at the end.

    Attributes
    ----------
    lengths : ndarray of int64, shape (batch,)
        Number of steps of each sequence.
    targets : ndarray of float64, shape (batch, time, outputs)
        What a network should put out; 0 where ``scored`` is false.
    scored : ndarray of bool, shape (batch, time)
        Where the problem gives a target.
    features : int
        Size of one input vector.
    symbols : ndarray of int64, shape (batch, time), optional
        Index of the one input that is 1, −1 in padding.
    dense : ndarray of float64, shape (batch, time, features), optional
        The inputs, where they are not symbols; 0 in padding.
    allowed : ndarray of bool, shape (batch, time, outputs), optional
        In problems with a grammar: the symbols that may come next.
    clean_targets : ndarray of float64, shape (batch, time, outputs), optional
        Where the targets are noisy: the targets without their noise, by which an output is judged.

    Raises
    ------
    ValueError
        If not exactly one of ``symbols`` and ``dense`` is given, or if the shapes do not agree.

    Examples
    --------
    Two sequences over three symbols, of lengths 2 and 1, each with one target at its end:

    >>> batch = Batch(
    ...     lengths=np.array([2, 1]),
    ...     targets=np.array([[[0.0], [1.0]], [[0.5], [0.0]]]),
    ...     scored=np.array([[False, True], [True, False]]),
    ...     features=3,
    ...     symbols=np.array([[2, 0], [1, -1]]),
    ... )
    >>> batch.inputs.tolist()
    [[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]]
    >>> batch.mask.tolist()
    [[True, True], [True, False]]
    """

    lengths: np.ndarray
    targets: np.ndarray
    scored: np.ndarray
    features: int
    symbols: np.ndarray | None = None
    dense: np.ndarray | None = None
    allowed: np.ndarray | None = None
    clean_targets: np.ndarray | None = None

    def __post_init__(self) -> None:
        if (self.symbols is None) == (self.dense is None):
            given = "neither" if self.symbols is None else "both"
            raise ValueError(f"expected either symbols or dense, got {given}. An input is one or the other.")
        batch, time, outputs = self.targets.shape
        for name, array, shape in (
            ("lengths", self.lengths, (batch,)),
            ("scored", self.scored, (batch, time)),
            ("symbols", self.symbols, (batch, time)),
            ("dense", self.dense, (batch, time, self.features)),
            ("allowed", self.allowed, (batch, time, outputs)),
            ("clean_targets", self.clean_targets, (batch, time, outputs)),
        ):
            if array is not None and array.shape != shape:
                raise ValueError(
                    f"expected {name} of shape {shape}, got {array.shape}. "
                    f"The targets say that there are {batch} sequences of up to {time} steps."
                )

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def mask(self) -> np.ndarray:
        """True on the sequences and false in their padding, bool of shape (batch, time)."""
        return np.arange(self.targets.shape[1]) < self.lengths[:, np.newaxis]

    @property
    def inputs(self) -> np.ndarray:
        """The input vectors, (batch, time, features) in float64; made from the symbols at each call."""
        if self.symbols is None:
            assert self.dense is not None
            return self.dense
        inputs = np.zeros((*self.symbols.shape, self.features))
        rows, steps = np.nonzero(self.mask)
        inputs[rows, steps, self.symbols[rows, steps]] = 1
        return inputs

    @property
    def expected(self) -> np.ndarray:
        """What an output is judged by, shape (batch, time, outputs): the targets without noise."""
        return self.targets if self.clean_targets is None else self.clean_targets

    def take(self, indices: np.ndarray | Sequence[int] | slice) -> Self:
        """Return some of the sequences, as padded as they are here.

        Parameters
        ----------
        indices : ndarray of int, ndarray of bool, sequence of int, or slice
            Which ones, in the order wanted.

        Examples
        --------
        >>> one = Batch(np.array([1, 1]), np.zeros((2, 1, 1)), np.ones((2, 1), bool), 2, np.array([[0], [1]]))
        >>> one.take([1]).symbols.tolist()
        [[1]]
        """
        chosen = indices if isinstance(indices, slice) else np.asarray(indices)

        def some(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array[chosen]

        return type(self)(
            self.lengths[chosen],
            self.targets[chosen],
            self.scored[chosen],
            self.features,
            some(self.symbols),
            some(self.dense),
            some(self.allowed),
            some(self.clean_targets),
        )


def padding_mask(lengths: np.ndarray) -> np.ndarray:
    """Mark the steps of sequences padded to the longest, bool of shape (batch, time).

    Examples
    --------
    >>> padding_mask(np.array([1, 3])).tolist()
    [[True, False, False], [True, True, True]]
    """
    return np.arange(lengths.max()) < lengths[:, np.newaxis]


def at_the_end(lengths: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place one target per sequence at its last step.

    Parameters
    ----------
    lengths : ndarray of int, shape (batch,)
        Number of steps of each sequence.
    values : ndarray of shape (batch, outputs)
        The target of each.

    Returns
    -------
    targets : ndarray of float64, shape (batch, time, outputs)
        The values at the last steps, else 0.
    scored : ndarray of bool, shape (batch, time)
        True at the last steps.

    Examples
    --------
    >>> targets, scored = at_the_end(np.array([1, 2]), np.array([[0.5], [0.7]]))
    >>> targets[:, :, 0].tolist(), scored.tolist()
    ([[0.5, 0.0], [0.0, 0.7]], [[True, False], [False, True]])
    """
    everyone = np.arange(len(lengths))
    targets = np.zeros((len(lengths), lengths.max(), values.shape[1]))
    targets[everyone, lengths - 1] = values
    scored = np.zeros(targets.shape[:2], dtype=bool)
    scored[everyone, lengths - 1] = True
    return targets, scored
