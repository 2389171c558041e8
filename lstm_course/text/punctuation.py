"""Words and the mark that follows each of them: one label for every token of a text.

Punctuation is a label that real text brings along for nothing. ``tag_words`` takes the marks out of a text
and keeps them as tags; ``restore`` puts tags back as marks, with a capital letter after the end of a
sentence. ``passages`` cuts tagged texts into pieces that begin and end anywhere, so that the end of a piece
says nothing about the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from lstm_course.errors import InputError
from lstm_course.text.vocabulary import pattern, plain

TAGS = ("none", "comma", "stop", "question")
"""What follows a word: nothing; a comma (or ; or :); a full stop (or exclamation mark); a question mark.

Where several marks follow, the later tag counts."""

MARKS = ("", ",", ".", "?")
"""What ``restore`` writes for each tag."""

_KINDS = (("?", 3), (".!", 2), (",;:", 1))


def tag_words(text: str) -> tuple[list[str], list[int]]:
    """Cut a text into lower-case words and say which mark follows each.

    The words are those of ``tokenize``, without its exclamation and question marks.

    Returns
    -------
    words : list of str
        Lower case.
    tags : list of int
        For each word its place in ``TAGS``.

    Examples
    --------
    >>> tag_words('Well, "not bad at all!" he said... Was it?')
    (['well', 'not', 'bad', 'at', 'all', 'he', 'said', 'was', 'it'], [1, 0, 0, 0, 2, 0, 2, 0, 3])
    """
    cleaned = plain(text)
    found = list(pattern().finditer(cleaned))
    ends = [*(word.start() for word in found), len(cleaned)][1:]
    gaps = [cleaned[word.end() : end] for word, end in zip(found, ends, strict=True)]
    return [word.group() for word in found], [_tag(gap) for gap in gaps]


def _tag(gap: str) -> int:
    return next((tag for marks, tag in _KINDS if any(mark in gap for mark in marks)), 0)


def restore(words: Sequence[str], tags: Sequence[int]) -> str:
    """Write words with the marks of their tags, and a capital letter after each end of a sentence.

    Raises
    ------
    InputError
        Not one tag per word.

    Examples
    --------
    >>> restore(["was", "it", "bad", "no", "not", "really"], [0, 0, 3, 1, 0, 2])
    'Was it bad? No, not really.'
    """
    if len(words) != len(tags):
        raise InputError("one tag per word", f"{len(words)} words and {len(tags)} tags")
    shown, begins = [], True
    for word, tag in zip(words, tags, strict=True):
        shown.append((word[:1].upper() + word[1:] if begins else word) + MARKS[tag])
        begins = TAGS[tag] in ("stop", "question")
    return " ".join(shown)


def passages(
    texts: Iterable[str], rng: np.random.Generator, *, shortest: int = 10, longest: int = 60
) -> list[tuple[list[str], list[int]]]:
    """Cut texts into tagged passages of random length that begin and end anywhere.

    Parameters
    ----------
    texts : iterable of str
        With their punctuation.
    rng : numpy.random.Generator
        Draws where each text's first passage begins and how long each one is.
    shortest, longest : int
        Bounds of a passage's length in words, both included.

    Returns
    -------
    list of (words, tags)
        As ``tag_words`` gives them. No word is in two passages; a last piece that the text cannot fill is
        left out.

    Raises
    ------
    InputError
        Bounds that leave no length.

    Examples
    --------
    >>> pieces = passages(["One, two. Three four?"], np.random.default_rng(0), shortest=1, longest=2)
    >>> [words for words, _ in pieces]
    [['two', 'three']]
    """
    if not 1 <= shortest <= longest:
        raise InputError("1 ≤ shortest ≤ longest", f"shortest={shortest}, longest={longest}")
    pieces = []
    for text in texts:
        words, tags = tag_words(text)
        start = int(rng.integers(longest))
        while start + shortest <= len(words):
            end = start + int(rng.integers(shortest, longest + 1))
            if end <= len(words):
                pieces.append((words[start:end], tags[start:end]))
            start = end
    return pieces
