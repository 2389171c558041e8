"""The copying problem: repeat ten symbols after a long pause.

With 8 symbols, a blank and a delimiter, n = 10 symbols to copy and a delay T, a sequence has T + 2n steps:

    input     s_1 … s_n   T − 1 blanks   delimiter   n blanks                           (1)
    target    T + n blanks                           s_1 … s_n                          (2)

Every step has a target. Without memory the best is blank at the first T + n steps and a guess at the last n:

    cross-entropy per step = n ln 8 / (T + 2n)                                            (3)

Source: Arjovsky, Shah & Bengio (2016), after Hochreiter & Schmidhuber (1997). The paper plots
the cross-entropy and names no criterion; the one here, 256 fresh sequences without a mistake, is ours.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch
from lstm_course.tasks.criteria import HeldOut
from lstm_course.tasks.judging import most_active_is_target
from lstm_course.tasks.task import Task, check_size


@dataclass(frozen=True)
class Copying(Task):
    """Copy symbols across a delay.

    The symbols have the indices 0 to ``alphabet`` − 1, then come the blank and the delimiter; the outputs
    have no delimiter. A sequence is right where the most active output is the target's at every step.

    Attributes
    ----------
    delay : int
        T, the steps from the end of the symbols to the end of the delimiter. The paper: 100 to 500.
    items : int
        n, how many symbols to copy.
    alphabet : int
        How many symbols there are.

    Examples
    --------
    >>> batch = Copying(delay=3, items=2).draw(1, np.random.default_rng(0))
    >>> batch.symbols.tolist(), batch.targets.argmax(-1).tolist()
    ([[6, 5, 8, 8, 9, 8, 8]], [[8, 8, 8, 8, 8, 6, 5]])
    """

    delay: int = 100
    items: int = 10
    alphabet: int = 8
    baseline_measure = "cross-entropy"

    def __post_init__(self) -> None:
        check_size("delay", self.delay, 1)
        check_size("items", self.items, 1)
        check_size("alphabet", self.alphabet, 2, "With one symbol there is nothing to remember.")

    @property
    def features(self) -> int:
        """The symbols, the blank and the delimiter."""
        return self.alphabet + 2

    @property
    def outputs(self) -> int:
        """The symbols and the blank."""
        return self.alphabet + 1

    @property
    def success(self) -> HeldOut:
        """256 fresh sequences without a mistake."""
        return HeldOut(size=256)

    @property
    def baseline(self) -> float:
        """Cross-entropy per step, in nats, of a network without memory, equation (3)."""
        return float(self.items * np.log(self.alphabet) / (self.delay + 2 * self.items))

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
        time, blank, delimiter = self.delay + 2 * self.items, self.alphabet, self.alphabet + 1
        items = rng.integers(0, self.alphabet, (count, self.items))
        symbols = np.full((count, time), blank)
        symbols[:, : self.items] = items
        symbols[:, self.items + self.delay - 1] = delimiter
        wanted = np.full((count, time), blank)
        wanted[:, -self.items :] = items
        targets = np.zeros((count, time, self.outputs))
        np.put_along_axis(targets, wanted[:, :, np.newaxis], 1, axis=2)
        scored = np.ones((count, time), dtype=bool)
        return Batch(np.full(count, time), targets, scored, self.features, symbols)

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """Which sequences were copied without a mistake, bool of shape (batch,).

        Parameters
        ----------
        outputs : ndarray of shape (batch, time, outputs)
            What the network put out: probabilities or logits.
        batch : Batch
            The sequences.
        """
        return most_active_is_target(outputs, batch)
