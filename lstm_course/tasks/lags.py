"""Symbol sequences whose last element repeats an early one: experiments 2a, 2b and 2c.

With x or y chosen with probability 1/2 and written s, and a_i the other symbols:

    2a    (s, a_1, a_2, …, a_{p−1}, s)                    p + 1 symbols, deterministic between          (1)
    2b    (s, a_i, a_j, …, a_k, s)                        p + 1 symbols, p − 1 random ones between      (2)
    2c    (b, s, a_i, …, a_k, e, s)                       p + 4 symbols, q + k random ones between      (3)

In 2a and 2b a network predicts the next symbol at each of p steps. In 2c it predicts at the trigger e only,
and only x or y; k is how often a die of probability 9/10 goes on, so the mean of k is 9 and the lag is at
least q + 1 steps.

Source: Hochreiter & Schmidhuber (1997), experiments 2a to 2c. The paper's formula for 2c lets the random
symbols run up to a_q; its text, its table and the number of inputs say a_p. It gives the mean length as
q + 14; its own sum comes to q + 13.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch, at_the_end, padding_mask
from lstm_course.tasks.criteria import HeldOut, Stream
from lstm_course.tasks.judging import within
from lstm_course.tasks.task import Task, check_size

#: Probability that 2c's random symbols go on.
GOES_ON = 0.9


@dataclass(frozen=True)
class LagsNoiseFree(Task):
    """Experiment 2a: two sequences, alike but for their ends, equation (1).

    The symbols a_1 … a_{p−1} have the indices 0 … p − 2; x has p − 1, y has p. A sequence is right where
    every output at every step is within 0.25 of its target; solved, 10,000 in a row.

    Attributes
    ----------
    lag : int
        p, the steps between the first element and its repetition. The paper: 100.

    Examples
    --------
    >>> batch = LagsNoiseFree(lag=4).draw(2, np.random.default_rng(0))
    >>> batch.symbols.tolist()
    [[4, 0, 1, 2], [4, 0, 1, 2]]
    >>> batch.targets.argmax(-1).tolist()
    [[0, 1, 2, 4], [0, 1, 2, 4]]
    """

    lag: int = 100
    tolerance = 0.25
    baseline_measure = "accuracy"

    def __post_init__(self) -> None:
        check_size("lag", self.lag, 2)

    @property
    def features(self) -> int:
        """The symbols: p + 1."""
        return self.lag + 1

    @property
    def outputs(self) -> int:
        """One per symbol: p + 1."""
        return self.lag + 1

    @property
    def success(self) -> HeldOut:
        """10,000 sequences in a row right."""
        return HeldOut(size=10_000)

    @property
    def baseline(self) -> float:
        """Accuracy of guessing the last symbol: 1/2."""
        return 0.5

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """
        check_size("count", count, 1)
        ends = rng.integers(self.lag - 1, self.lag + 1, (count, 1))  # x or y
        sequence = np.concatenate([ends, self._between(count, rng), ends], axis=1)  # (count, p + 1)
        targets = np.zeros((count, self.lag, self.outputs))
        np.put_along_axis(targets, sequence[:, 1:, np.newaxis], 1, axis=2)
        return Batch(
            lengths=np.full(count, self.lag),
            targets=targets,
            scored=np.ones((count, self.lag), dtype=bool),
            features=self.features,
            symbols=sequence[:, :-1],
        )

    def _between(self, count: int, rng: np.random.Generator) -> np.ndarray:
        return np.tile(np.arange(self.lag - 1), (count, 1))


@dataclass(frozen=True)
class LagsRandomFiller(LagsNoiseFree):
    """Experiment 2b: random symbols between the ends, equation (2).

    They are targets too, but nobody can predict them, so only the last prediction decides: every output
    within 0.25 of its target. Solved, 10,000 in a row.
    """

    def _between(self, count: int, rng: np.random.Generator) -> np.ndarray:
        return rng.integers(0, self.lag - 1, (count, self.lag - 1))

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Which sequences' last symbol was predicted, bool of shape (batch,).

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What the network put out. Only the last step is looked at.
        batch : Batch
            The sequences.
        """
        last = np.arange(batch.targets.shape[1]) == batch.lengths[:, np.newaxis] - 1
        return within(outputs, batch, self.tolerance, last)


@dataclass(frozen=True)
class LagsLong(Task):
    """Experiment 2c: very long lags and many distractors, equation (3).

    The distractors have the indices 0 … p − 1, then come e, b, x and y. Of the two outputs the first stands
    for x. A sequence is right where both are within 0.2 of their targets; solved, 10,000 in a row.

    Attributes
    ----------
    lag : int
        q, the fewest distractors in a sequence. The paper: 50 to 1,000.
    distractors : int
        p, how many different distractors there are. The paper: 50 to 1,000.

    Examples
    --------
    >>> batch = LagsLong(lag=3, distractors=5).draw(1, np.random.default_rng(3))
    >>> batch.symbols.tolist(), batch.targets[0, -1].tolist()
    ([[6, 7, 4, 4, 2, 0, 5]], [1.0, 0.0])
    """

    lag: int = 50
    distractors: int = 50
    tolerance = 0.2
    baseline_measure = "accuracy"

    def __post_init__(self) -> None:
        check_size("lag", self.lag, 1)
        check_size("distractors", self.distractors, 1)

    @property
    def features(self) -> int:
        """The symbols: p + 4."""
        return self.distractors + 4

    @property
    def outputs(self) -> int:
        """One for x, one for y."""
        return 2

    @property
    def success(self) -> Stream:
        """10,000 sequences in a row right."""
        return Stream(window=10_000)

    @property
    def baseline(self) -> float:
        """Accuracy of guessing: 1/2."""
        return 0.5

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """
        check_size("count", count, 1)
        trigger, start, x = self.distractors, self.distractors + 1, self.distractors + 2
        extra = rng.geometric(1 - GOES_ON, count) - 1  # k
        lengths = self.lag + extra + 3  # b, s and e
        is_y = rng.integers(0, 2, count)

        symbols = rng.integers(0, self.distractors, (count, lengths.max()))
        symbols[:, 0] = start
        symbols[:, 1] = x + is_y
        symbols[np.arange(count), lengths - 1] = trigger
        symbols[~padding_mask(lengths)] = -1
        return Batch(lengths, *at_the_end(lengths, np.eye(2)[is_y]), self.features, symbols)
