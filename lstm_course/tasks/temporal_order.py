"""The temporal order problem: tell in which order the symbols X and Y came.

Eight symbols: E, B, a, b, c, d, X, Y. A sequence starts with E, ends with B, and is made of random a, b, c
and d but for two steps (6a) or three (6b), each drawn from its own window, at which X or Y stands. With steps
counted from 1:

    6a    t₁ in 10..20,  t₂ in 50..60                        4 classes:  XX, XY, YX, YY
    6b    t₁ in 10..20,  t₂ in 33..43,  t₃ in 66..76         8 classes:  XXX, XXY, …, YYY

The lengths are uniform in 100 to 110. At the last step, and only there, the target is the class, one-hot.

Source: Hochreiter & Schmidhuber (1997), experiments 6a and 6b.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.errors import InputError
from lstm_course.tasks.batch import Batch, at_the_end, padding_mask
from lstm_course.tasks.criteria import Stream
from lstm_course.tasks.task import Task, check_range, check_size

#: The symbols in the order of their indices.
SYMBOLS = ("E", "B", "a", "b", "c", "d", "X", "Y")


@dataclass(frozen=True)
class TemporalOrder(Task):
    """Experiment 6a: two symbols, four classes.

    Solved when the last 2,000 sequences were right, that is, every output within 0.3 of its target, and
    their mean absolute error is below 0.1.

    Attributes
    ----------
    shortest, longest : int
        The lengths are uniform from one to the other, both included.
    windows : tuple of (int, int)
        First and last step, counted from 1, at which each X or Y may stand.

    Examples
    --------
    >>> batch = TemporalOrder().draw(1, np.random.default_rng(1))
    >>> [SYMBOLS[s] for s in batch.symbols[0] if s >= 6], int(batch.targets[0, -1].argmax())
    (['Y', 'X'], 2)
    """

    shortest: int = 100
    longest: int = 110
    windows: tuple[tuple[int, int], ...] = ((10, 20), (50, 60))
    tolerance = 0.3
    baseline_measure = "accuracy"

    def __post_init__(self) -> None:
        check_range(self.shortest, self.longest, 3)
        steps = [1, *(step for window in self.windows for step in window), self.shortest]
        gaps_fine = all(end < start for end, start in zip(steps[::2], steps[1::2], strict=True))
        if not self.windows or not gaps_fine or any(first > last for first, last in self.windows):
            raise InputError(
                f"windows that follow one another between step 2 and step {self.shortest - 1}",
                str(self.windows),
                "Step 1 is E, and the last step of the shortest sequence is B.",
            )

    @property
    def features(self) -> int:
        """The symbols: 8."""
        return len(SYMBOLS)

    @property
    def outputs(self) -> int:
        """The classes: two to the power of the number of windows."""
        return 2 ** len(self.windows)

    @property
    def success(self) -> Stream:
        """All of the last 2,000 sequences right, mean error below 0.1."""
        return Stream(window=2000, mean_error=0.1)

    @property
    def baseline(self) -> float:
        """Accuracy of guessing the class."""
        return 1 / self.outputs

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
        lengths = rng.integers(self.shortest, self.longest + 1, count)
        everyone = np.arange(count)
        symbols = rng.integers(SYMBOLS.index("a"), SYMBOLS.index("d") + 1, (count, lengths.max()))
        symbols[:, 0] = SYMBOLS.index("E")
        symbols[everyone, lengths - 1] = SYMBOLS.index("B")
        symbols[~padding_mask(lengths)] = -1

        classes = np.zeros(count, dtype=np.int64)
        for first, last in self.windows:
            is_y = rng.integers(0, 2, count)
            symbols[everyone, rng.integers(first - 1, last, count)] = SYMBOLS.index("X") + is_y
            classes = 2 * classes + is_y  # XX is 0, XY is 1, YX is 2, YY is 3

        targets, scored = at_the_end(lengths, np.eye(self.outputs)[classes])
        return Batch(lengths, targets, scored, self.features, symbols)


@dataclass(frozen=True)
class TemporalOrder3(TemporalOrder):
    """Experiment 6b: three symbols, eight classes.

    Examples
    --------
    >>> TemporalOrder3().outputs, TemporalOrder3().baseline
    (8, 0.125)
    """

    windows: tuple[tuple[int, int], ...] = ((10, 20), (33, 43), (66, 76))
