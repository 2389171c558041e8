"""Two problems of Pascanu, Mikolov & Bengio: temporal order at any length, and the first symbol of many.

    order          six symbols A, B, c, d, e, f; random c to f but for A or B at one step of each window,
                   t₁ in [⌊L/10⌋, 2⌊L/10⌋) and t₂ in [⌊L/2⌋, ⌊L/2⌋ + ⌊L/10⌋), counted from 0;
                   4 classes: AA, AB, BA, BB                                                          (1)
    permutation    a hundred symbols; the first is 0 or 1, the others are random ones from 2 on;
                   the target is the first symbol again                                               (2)

L is the length of the sequence. The target stands at its last step only, one-hot, and a sequence is right
where the most active output is the target's: these networks end in a softmax. Solved, fewer than 1 % of
10,000 fresh sequences are wrong.

Source: Pascanu, Mikolov & Bengio (2013), section 4.1, and the program published with it, from which the
windows are taken; (1) is a simpler form of Hochreiter & Schmidhuber's experiment 6a. The name of (2) is from
Martens & Sutskever (2011), where the random symbols are targets too; nothing in it is a permutation.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch, at_the_end, padding_mask
from lstm_course.tasks.criteria import HeldOut
from lstm_course.tasks.judging import most_active_is_target
from lstm_course.tasks.task import Task, check_range, check_size


@dataclass(frozen=True)
class ClassifyAtTheEnd(Task):
    """What the two problems share: lengths, the rule for right, the criterion.

    Attributes
    ----------
    shortest, longest : int
        The lengths are uniform from one to the other, both included. The paper: 50 to 200; it draws one
        length for a whole minibatch.
    """

    shortest: int = 50
    longest: int = 200
    baseline_measure = "accuracy"

    def __post_init__(self) -> None:
        check_range(self.shortest, self.longest, 10, "The windows are tenths of the length.")

    @property
    def success(self) -> HeldOut:
        """Fewer than 1 % of 10,000 fresh sequences wrong."""
        return HeldOut(size=10_000, wrong_allowed=99)

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Which sequences were classified correctly, bool of shape (batch,).

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What the network put out: probabilities or logits. Only the last step is looked at.
        batch : Batch
            The sequences.
        """
        return most_active_is_target(outputs, batch)

    def _lengths(self, count: int, rng: np.random.Generator) -> np.ndarray:
        check_size("count", count, 1)
        return rng.integers(self.shortest, self.longest + 1, count)


@dataclass(frozen=True)
class PascanuOrder(ClassifyAtTheEnd):
    """Temporal order without start and end symbols, equation (1).

    Examples
    --------
    >>> batch = PascanuOrder(shortest=10, longest=10).draw(1, np.random.default_rng(0))
    >>> "".join("ABcdef"[s] for s in batch.symbols[0]), int(batch.targets[0, -1].argmax())
    ('fBeddBcccf', 3)
    """

    @property
    def features(self) -> int:
        """The symbols: 6."""
        return 6

    @property
    def outputs(self) -> int:
        """The classes: 4."""
        return 4

    @property
    def baseline(self) -> float:
        """Accuracy of guessing: 1/4."""
        return 0.25

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """
        lengths = self._lengths(count, rng)
        symbols = rng.integers(2, 6, (count, lengths.max()))
        symbols[~padding_mask(lengths)] = -1
        classes = np.zeros(count, dtype=np.int64)
        for window in (lengths // 10, lengths // 2):
            is_b = rng.integers(0, 2, count)
            symbols[np.arange(count), window + rng.integers(0, lengths // 10)] = is_b
            classes = 2 * classes + is_b  # AA is 0, AB is 1, BA is 2, BB is 3
        return Batch(lengths, *at_the_end(lengths, np.eye(4)[classes]), features=6, symbols=symbols)


@dataclass(frozen=True)
class RandomPermutation(ClassifyAtTheEnd):
    """Recall the first symbol, equation (2).

    Attributes
    ----------
    shortest, longest : int
        The lengths are uniform from one to the other, both included.
    alphabet : int
        How many symbols there are.

    Examples
    --------
    >>> batch = RandomPermutation(shortest=10, longest=10).draw(1, np.random.default_rng(0))
    >>> int(batch.symbols[0, 0]), int(batch.targets[0, -1].argmax())
    (1, 1)
    """

    alphabet: int = 100

    def __post_init__(self) -> None:
        check_range(self.shortest, self.longest, 2)
        check_size("alphabet", self.alphabet, 3, "Symbols 0 and 1 are to be recalled; another has to follow.")

    @property
    def features(self) -> int:
        """The symbols."""
        return self.alphabet

    @property
    def outputs(self) -> int:
        """One per symbol."""
        return self.alphabet

    @property
    def baseline(self) -> float:
        """Accuracy of guessing between the two first symbols: 1/2."""
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
        lengths = self._lengths(count, rng)
        symbols = rng.integers(2, self.alphabet, (count, lengths.max()))
        symbols[:, 0] = rng.integers(0, 2, count)
        symbols[~padding_mask(lengths)] = -1
        one_hot = np.eye(2, self.alphabet)[symbols[:, 0]]
        return Batch(lengths, *at_the_end(lengths, one_hot), self.features, symbols)
