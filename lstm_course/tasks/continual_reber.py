"""The continual embedded Reber problem: endless strings, and nobody says where one ends.

A sequence is a stream of embedded Reber strings, one directly after the other. After a string's last E comes
the next one's B. A network without a way to forget carries every string's remains into the next.

A step is right where the symbols that may come next are the most active outputs; a stream, where every step
is. ``steps_before_first_mistake`` in ``judging`` counts how far a network came.

Source: Gers, Schmidhuber & Cummins (2000), where a stream has up to a million symbols, training on
it stops at the first mistake, ten test streams follow, and a perfect solution makes no mistake in them. That
paper calls a prediction right by a bound on every output's error; here the rule is that of the 1997 paper,
which asks the same of the ranking.
"""

from dataclasses import dataclass

import numpy as np

from lstm_course.tasks.batch import Batch, padding_mask
from lstm_course.tasks.criteria import HeldOut
from lstm_course.tasks.reber import PredictNext, next_symbol_batch
from lstm_course.tasks.reber_grammar import SYMBOLS, draw_strings
from lstm_course.tasks.task import check_size


@dataclass(frozen=True)
class ContinualReber(PredictNext):
    """Streams of embedded Reber strings.

    Attributes
    ----------
    strings : int
        How many in a stream; the mean length of one is 12 symbols. A million symbols are about 83,000.

    Examples
    --------
    >>> from lstm_course.tasks.reber_grammar import written
    >>> batch = ContinualReber(strings=2).draw(1, np.random.default_rng(0))
    >>> written(batch.symbols[0])
    'BPBTSXSEPEBTBTXSETE'
    """

    strings: int = 100

    def __post_init__(self) -> None:
        check_size("strings", self.strings, 1)

    @property
    def success(self) -> HeldOut:
        """Ten test streams without a mistake."""
        return HeldOut(size=10)

    @property
    def baseline(self) -> float:
        """Streams that are right by luck where the second symbols are forgotten: one half per string."""
        return 0.5**self.strings

    def draw(self, count: int, rng: np.random.Generator) -> Batch:
        """Draw streams.

        Parameters
        ----------
        count : int
            How many, at least 1.
        rng : numpy.random.Generator
            Source of the randomness.
        """
        check_size("count", count, 1)
        strings = draw_strings(count * self.strings, rng)
        lengths = strings.lengths.reshape(count, self.strings).sum(axis=1)
        # Both masks run through the symbols in the same order: row by row, left to right.
        from_strings, to_streams = strings.symbols >= 0, padding_mask(lengths)
        symbols = np.full(to_streams.shape, -1)
        symbols[to_streams] = strings.symbols[from_strings]
        allowed = np.zeros((*to_streams.shape, len(SYMBOLS)), dtype=bool)
        allowed[to_streams] = strings.allowed[from_strings]
        return next_symbol_batch(symbols, lengths, allowed)
