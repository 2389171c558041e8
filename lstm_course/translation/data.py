"""Numbers in words, from German into French: real language of which every answer can be checked.

German is read character by character, because it writes a number as one word (siebenundvierzig: seven
and forty). French is written in pieces, one per word; a piece after a hyphen keeps the hyphen
(quarante -sept), so that the pieces join to the word again in one way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lstm_course.errors import InputError
from lstm_course.text import Vocabulary, pad

LARGEST = 999_999
START, END = "<start>", "<end>"
HELD_OUT = (38, 64, 71, 76, 94)
"""Pairs of tens and units that no training number holds, neither before nor after the thousands."""


@lru_cache(maxsize=200_000)
def german(number: int) -> str:
    """Return a number's German name.

    Raises
    ------
    InputError
        If the number is not a whole one from 0 to 999,999.

    Examples
    --------
    >>> german(97), german(101_000)
    ('siebenundneunzig', 'einhunderteintausend')
    """
    return _name(number, "de").replace("einstausend", "eintausend")  # where num2words 0.5 forgets to


@lru_cache(maxsize=200_000)
def french(number: int) -> str:
    """Return a number's French name; raises as `german` does.

    Examples
    --------
    >>> french(97), french(80), french(71)
    ('quatre-vingt-dix-sept', 'quatre-vingts', 'soixante et onze')
    """
    return _name(number, "fr")


def _name(number: int, language: str) -> str:
    if not isinstance(number, int | np.integer) or not 0 <= number <= LARGEST:
        raise InputError(f"a whole number from 0 to {LARGEST:,}", repr(number))
    from num2words import num2words

    return num2words(int(number), lang=language)


def pieces(text: str) -> list[str]:
    """Cut a French name at its spaces and before its hyphens.

    Examples
    --------
    >>> pieces("quatre-vingt-dix-sept mille deux")
    ['quatre', '-vingt', '-dix', '-sept', 'mille', 'deux']
    """
    return re.findall(r"-?[^\s-]+", text)


def join(tokens: Iterable[str]) -> str:
    """Put pieces together again: the inverse of `pieces`.

    Examples
    --------
    >>> join(["soixante", "-dix", "-neuf", "mille"])
    'soixante-dix-neuf mille'
    """
    return " ".join(tokens).replace(" -", "-")


def pairs(number: int) -> tuple[int, int]:
    """Return the two last digits before and after the thousands: what the two languages say differently.

    Examples
    --------
    >>> pairs(347_921)
    (47, 21)
    """
    return number // 1000 % 100, number % 100


@dataclass(frozen=True)
class Batch:
    """Examples as arrays, padded on the right with id 0.

    Attributes
    ----------
    source : ndarray of shape (batch, source_time), int32
        German characters.
    target_in : ndarray of shape (batch, target_time), int32
        START and the French pieces: what the decoder reads when it is taught.
    target_out : ndarray of shape (batch, target_time), int32
        The French pieces and END: what it should write, one place ahead of what it reads.
    """

    source: np.ndarray
    target_in: np.ndarray
    target_out: np.ndarray


@dataclass(frozen=True)
class Languages:
    """The two vocabularies: characters in, pieces out."""

    source: Vocabulary
    target: Vocabulary

    @classmethod
    def build(cls, numbers: Sequence[int]) -> Languages:
        """Collect the characters and the pieces of the training numbers."""
        if len(numbers) == 0:
            raise InputError("at least one training number", "none")
        target = Vocabulary.build(pieces(french(n)) for n in numbers)
        return cls(
            Vocabulary.build(list(german(n)) for n in numbers), Vocabulary([START, END, *target.words])
        )

    @property
    def start(self) -> int:
        """The id that the decoder reads first."""
        return self.target.encode([START])[0]

    @property
    def end(self) -> int:
        """The id with which it stops."""
        return self.target.encode([END])[0]

    def read(self, texts: Sequence[str], width: int | None = None) -> np.ndarray:
        """Return texts as source ids of shape (batch, source_time), at least ``width`` wide."""
        if isinstance(texts, str) or not all(isinstance(text, str) and text for text in texts):
            raise InputError("a list of texts, none of them empty", repr(texts))
        return pad([self.source.encode(list(text)) for text in texts], width=width)[0]

    def encode(self, numbers: Sequence[int], source_width: int = 1, target_width: int = 1) -> Batch:
        """Return numbers as the arrays that a model is trained on."""
        source = self.read([german(n) for n in numbers], source_width)
        return Batch(source, *self.targets([pieces(french(n)) for n in numbers], target_width))

    def targets(self, answers: Sequence[Sequence[str]], width: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return ``target_in`` and ``target_out`` of a `Batch` for answers in pieces."""
        rows = [self.target.encode(answer) for answer in answers]
        target_in = pad([[self.start, *row] for row in rows], width=width)[0]
        return target_in, pad([[*row, self.end] for row in rows], width=width)[0]

    def write(self, ids: Iterable[int]) -> str:
        """Return the French text of ids, up to the first END.

        Examples
        --------
        >>> languages = Languages.build([47, 97])
        >>> languages.write(languages.encode([97]).target_out[0])
        'quatre-vingt-dix-sept'
        """
        words = self.target.decode(ids)
        return join(words[: words.index(END)] if END in words else words)


@dataclass(frozen=True)
class Numbers:
    """Numbers to learn from, new ones to test on, and new ones with a pair that was held out."""

    train: tuple[int, ...]
    test: tuple[int, ...]
    unseen_pairs: tuple[int, ...]


def draw(count: int, digits: int, rng: np.random.Generator) -> list[int]:
    """Return ``count`` different numbers of so many digits, or all of them if there are no more."""
    low, high = (0 if digits == 1 else 10 ** (digits - 1)), 10**digits
    if not 1 <= digits <= len(str(LARGEST)):
        raise InputError(f"1 to {len(str(LARGEST))} digits", str(digits))
    return (low + rng.permutation(high - low)[:count]).tolist()


def split_numbers(
    rng: np.random.Generator,
    *,
    train: int = 3000,
    test: int = 250,
    held_out: Sequence[int] = HELD_OUT,
    digits: Sequence[int] = (1, 2, 3, 4, 5, 6),
) -> Numbers:
    """Draw numbers for training and for testing; none is in two lists.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the draw comes from.
    train, test : int
        Numbers of each length. Of one and two digits there are few: all serve for training. Of three
        digits, those that are not for testing do.
    held_out : sequence of int
        Pairs of tens and units (10 to 99) that training must not see.
    digits : sequence of int
        Lengths to train on. The test has 3 to 6 digits whatever they are.

    Raises
    ------
    InputError
        A held-out pair that is not of two digits, or no number left to train on.
    """
    if train < 1 or test < 1:
        raise InputError("at least one number of each length", f"train={train}, test={test}")
    if not all(10 <= pair <= 99 for pair in held_out):
        raise InputError("held-out pairs from 10 to 99", str(tuple(held_out)))
    if len(digits) == 0 or not all(1 <= length <= len(str(LARGEST)) for length in digits):
        raise InputError(f"lengths from 1 to {len(str(LARGEST))} digits", str(tuple(digits)))
    seen: list[int] = []
    new: list[int] = []
    unseen: list[int] = []
    for length in range(1, len(str(LARGEST)) + 1):
        drawn = draw(LARGEST, length, rng)
        bad = [n for n in drawn if set(pairs(n)) & set(held_out)]
        good = [n for n in drawn if not set(pairs(n)) & set(held_out)]
        if length > 2:
            new += good[:test]
            unseen += bad[:test]
            good = good[test:]
        if length in digits:
            seen += good[:train]
    if not seen:
        lengths = ", ".join(map(str, digits))
        raise InputError("a number to train on", f"none of {lengths} digits beside the {test:,} for testing")
    return Numbers(tuple(seen), tuple(new), tuple(unseen))
