"""One loss under four names: nats, bits, perplexity per character, perplexity per word."""

from __future__ import annotations

import math


def bits(nats: float) -> float:
    """Convert nats to bits: divide by log 2.

    Examples
    --------
    >>> bits(math.log(8))
    3.0
    """
    return nats / math.log(2)


def perplexity(nats: float) -> float:
    """Return the number of equally likely choices that would cost as much.

    Examples
    --------
    >>> round(perplexity(math.log(40)), 6)
    40.0
    """
    return math.exp(nats)


def word_perplexity(nats: float, characters: int, words: int) -> float:
    """Return the perplexity per word of a model of characters.

    The probability of a text is the same number however it is cut up, so its logarithm, ``nats *
    characters``, is shared out among the words instead. The blank after a word counts as its last character.

    Parameters
    ----------
    nats : float
        Loss per character.
    characters, words : int
        How many the text has of each.

    Examples
    --------
    >>> round(word_perplexity(math.log(2), characters=50, words=10), 6)
    32.0
    """
    return math.exp(nats * characters / words)
