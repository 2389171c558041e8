"""The embedded Reber problem: predict the next symbol, and remember the second one for the one before last.

One string per sequence, in the 7 symbols of ``reber_grammar``. At every step t but the last

    target      the symbol that comes next, one-hot                                     (1)
    allowed     the symbols that may come next: one or two                              (2)

A string is right where at every step the symbols of (2) are the most active outputs. The paper draws 256
training strings and 256 test strings, none of which is among the training strings; solved, all 512 are right.

Source: Hochreiter & Schmidhuber (1997), experiment 1. The figures 4 and 3 there give the grammar.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch
from lstm_course.tasks.criteria import HeldOut
from lstm_course.tasks.judging import most_active_are_allowed
from lstm_course.tasks.reber_grammar import SYMBOLS, draw_strings, written
from lstm_course.tasks.task import Task, check_size


@dataclass(frozen=True)
class PredictNext(Task):
    """What the Reber problems share: 7 symbols in, 7 out, judged by equation (2)."""

    baseline_measure = "accuracy"

    @property
    def features(self) -> int:
        """The symbols: 7."""
        return len(SYMBOLS)

    @property
    def outputs(self) -> int:
        """One per symbol: 7."""
        return len(SYMBOLS)

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Which sequences were predicted without a mistake, bool of shape (batch,).

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What the network put out.
        batch : Batch
            The sequences, with ``allowed``.
        """
        return most_active_are_allowed(outputs, batch)


@dataclass(frozen=True)
class Reber(PredictNext):
    """Experiment 1: one embedded Reber string per sequence.

    Attributes
    ----------
    training, test : int
        Sizes of the two sets of ``draw_sets``. The paper: 256 each.

    Examples
    --------
    >>> batch = Reber().draw(2, np.random.default_rng(2))
    >>> written(batch.symbols[0]), int(batch.lengths[0]), int(batch.scored[0].sum())
    ('BTBTSXSETE', 10, 9)
    """

    training: int = 256
    test: int = 256

    def __post_init__(self) -> None:
        check_size("training", self.training, 1)
        check_size("test", self.test, 1)

    @property
    def success(self) -> HeldOut:
        """All strings of both sets right."""
        return HeldOut(size=self.training + self.test)

    @property
    def baseline(self) -> float:
        """Strings that are right by luck where only the second symbol is forgotten: 1/2."""
        return 0.5

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw strings.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """
        check_size("count", count, 1)
        return next_symbol_batch(*draw_strings(count, rng))

    def draw_sets(self, rng: np.random.Generator) -> tuple[Batch, Batch]:
        """Draw the training set and the test set.

        Within a set a string may occur more than once, as one drawn at random does.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of the randomness.

        Returns
        -------
        training, test : Batch
            No string of the test set is in the training set.

        Examples
        --------
        >>> training, test = Reber(training=5, test=4).draw_sets(np.random.default_rng(0))
        >>> len(training), len(test)
        (5, 4)
        """
        training = draw_strings(self.training, rng)
        known = {written(row) for row in training.symbols}
        tried, fresh = self.test, np.array([], dtype=int)
        while len(fresh) < self.test:
            tried *= 4
            candidates = draw_strings(tried, rng)
            fresh = np.flatnonzero([written(row) not in known for row in candidates.symbols])
        test = (array[fresh[: self.test]] for array in candidates)
        return next_symbol_batch(*training), next_symbol_batch(*test)


def next_symbol_batch(symbols: np.ndarray, lengths: np.ndarray, allowed: np.ndarray) -> Batch:
    """Make next-symbol prediction, equations (1) and (2), of padded sequences of symbols.

    Parameters
    ----------
    symbols : ndarray of int64, shape (batch, time)
        Indices; −1 in padding.
    lengths : ndarray of int64, shape (batch,)
        Number of steps of each sequence.
    allowed : ndarray of bool, shape (batch, time, 7)
        What may follow each symbol.

    Returns
    -------
    Batch
        Scored at every step that has a successor.
    """
    time = symbols.shape[1]
    scored = np.arange(time) < lengths[:, np.newaxis] - 1
    rows, steps = np.nonzero(scored)
    targets = np.zeros(allowed.shape)
    targets[rows, steps, symbols[rows, steps + 1]] = 1
    return Batch(lengths, targets, scored, len(SYMBOLS), symbols, allowed=allowed & scored[:, :, np.newaxis])
