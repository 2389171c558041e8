"""The adding and the multiplication problem: keep two real numbers for hundreds of steps.

An input is a pair (v_t, m_t): a random number and a marker. The lengths are uniform in T to T + T/10. One of
the first ten pairs is marked (m = 1), then another one of the first T/2 − 1; the first and the last pair have
m = −1, all others 0. At the last step, and only there, the target is, with M the marked steps,

    adding            v_t uniform on [−1, 1],   target  0.5 + Σ_{t∈M} v_t / 4           (1)
    multiplication    v_t uniform on [0, 1],    target  Π_{t∈M} v_t                     (2)

Where the first pair is drawn it keeps its −1, so it is not marked for the network and its number counts as 0
in (1) and as 1 in (2). The second marked pair lies at least T/2 steps before the end.

Source: Hochreiter & Schmidhuber (1997), experiments 4 and 5. The paper sets X₁, the number of the pair drawn
first, to 0 (or 1) "in the rare case where the first pair of the sequence gets marked"; here the same holds
for X₂. Where T/2 − 1 is below ten, the first mark stays among those pairs too.
"""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch, at_the_end, padding_mask
from lstm_course.tasks.criteria import Stream
from lstm_course.tasks.task import Task, check_size, lengths_from


@dataclass(frozen=True)
class MarkedNumbers(Task):
    """What the two problems share: the pairs and their markers.

    Attributes
    ----------
    length : int
        T, the smallest length, at least 6. The paper: 100, 500 and 1,000.
    """

    length: int = 100
    tolerance = 0.04
    baseline_measure = "mean squared error"

    #: The numbers are uniform from here to 1.
    lowest = 0.0

    def __post_init__(self) -> None:
        check_size("length", self.length, 6, "Two pairs of the first length/2 - 1 are marked.")

    @property
    def features(self) -> int:
        """The number and the marker: 2."""
        return 2

    @property
    def outputs(self) -> int:
        """The sum or the product: 1."""
        return 1

    @property
    def _early(self) -> int:
        """Pairs among which the first mark is drawn."""
        return min(10, self._markable)

    @property
    def _markable(self) -> int:
        """Pairs among which the second mark is drawn."""
        return self.length // 2 - 1

    @property
    def _one_number(self) -> float:
        """Probability that the first pair is drawn, so that only one number counts."""
        return 1 / self._early + (1 - 1 / self._early) / (self._markable - 1)

    @abstractmethod
    def _target(self, numbers: np.ndarray, marked: np.ndarray) -> np.ndarray:
        """Equation (1) or (2), shape (batch,), from two arrays of shape (batch, time)."""

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.

        Examples
        --------
        >>> batch = Adding(length=100).draw(1, np.random.default_rng(0))
        >>> number, marker = batch.dense[0].T
        >>> bool(np.isclose(batch.targets[0, -1, 0], 0.5 + number[marker == 1].sum() / 4))
        True
        """
        check_size("count", count, 1)
        lengths = lengths_from(self.length, count, rng)
        everyone = np.arange(count)
        first = rng.integers(0, self._early, count)
        second = rng.integers(0, self._markable - 1, count)
        second += second >= first  # skips the pair that is already marked

        dense = np.zeros((count, lengths.max(), 2))
        dense[:, :, 0] = rng.uniform(self.lowest, 1.0, dense.shape[:2]) * padding_mask(lengths)
        dense[everyone, first, 1] = 1
        dense[everyone, second, 1] = 1
        dense[everyone, 0, 1] = -1
        dense[everyone, lengths - 1, 1] = -1

        values = self._target(dense[:, :, 0], dense[:, :, 1] == 1)
        return Batch(lengths, *at_the_end(lengths, values[:, np.newaxis]), features=2, dense=dense)


@dataclass(frozen=True)
class Adding(MarkedNumbers):
    """Experiment 4: the sum of two marked numbers, equation (1).

    Solved when the last 2,000 sequences were right, that is, within 0.04 of the target, and their mean
    absolute error is below 0.01.

    Examples
    --------
    >>> task = Adding(length=1000)
    >>> round(task.baseline, 4)
    0.0395
    """

    lowest = -1.0

    @property
    def success(self) -> Stream:
        """All of the last 2,000 sequences right, mean error below 0.01."""
        return Stream(window=2000, mean_error=0.01)

    @property
    def baseline(self) -> float:
        """Mean squared error of always answering 0.5: the target's variance, (2 − p)/48.

        Each number has variance 1/3 and is divided by 4; p is the probability that only one counts.
        """
        return (2 - self._one_number) / 48

    def _target(self, numbers: np.ndarray, marked: np.ndarray) -> np.ndarray:
        return 0.5 + np.where(marked, numbers, 0).sum(axis=1) / 4


@dataclass(frozen=True)
class Multiplication(MarkedNumbers):
    """Experiment 5: the product of two marked numbers, equation (2).

    Solved when fewer than ``wrong`` of the last 2,000 sequences miss the target by 0.04 or more.

    Attributes
    ----------
    length : int
        T, the smallest length, at least 6. The paper: 100.
    wrong : int
        The paper's n_seq: 140, which is enough to have learnt to store both numbers, or 13.

    Examples
    --------
    >>> round(Multiplication(length=100).baseline, 4)
    0.0593
    """

    wrong: int = 13

    def __post_init__(self) -> None:
        super().__post_init__()
        check_size("wrong", self.wrong, 1, "Solved means fewer wrong ones than this.")

    @property
    def success(self) -> Stream:
        """Fewer than ``wrong`` of the last 2,000 sequences wrong."""
        return Stream(window=2000, wrong_allowed=self.wrong - 1)

    @property
    def baseline(self) -> float:
        """Mean squared error of always answering the mean: the target's variance.

        A product of two numbers has mean 1/4 and mean square 1/9; one number alone, 1/2 and 1/3.
        """
        p = self._one_number
        mean, mean_square = (1 - p) / 4 + p / 2, (1 - p) / 9 + p / 3
        return mean_square - mean**2

    def _target(self, numbers: np.ndarray, marked: np.ndarray) -> np.ndarray:
        return np.where(marked, numbers, 1).prod(axis=1)
