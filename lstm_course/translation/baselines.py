"""Translation without a model: find the most similar number that is known, and give its answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_course.errors import InputError


def edit_distances(text: str, others: Sequence[str]) -> np.ndarray:
    """Return the edit distance of a text to each of the others, side by side.

    The edit distance is the least number of insertions, deletions and substitutions of one character that
    turn one text into the other. Row i of the usual table is computed for all others at once.

    Parameters
    ----------
    text : str
        The text to compare.
    others : sequence of str
        The texts to compare it with.

    Returns
    -------
    ndarray of shape (len(others),), int

    Examples
    --------
    >>> edit_distances("elf", ["elf", "zwölf", "acht"]).tolist()
    [0, 3, 4]
    """
    if len(others) == 0:
        raise InputError("at least one text to compare with", "none")
    lengths = np.array([len(other) for other in others])
    width = lengths.max()
    codes = np.zeros((len(others), width), np.int32)
    for place, other in enumerate(others):
        codes[place, : len(other)] = [ord(character) for character in other]
    columns = np.arange(width + 1, dtype=np.int16)
    table = np.tile(columns, (len(others), 1))  # (others, width + 1): the row of the empty text
    for i, character in enumerate(text, start=1):
        replaced = table[:, :-1] + (codes != ord(character))
        deleted = table[:, 1:] + 1
        here = np.empty_like(table)
        here[:, 0] = i
        here[:, 1:] = np.minimum(replaced, deleted)
        table = np.minimum.accumulate(here - columns, axis=1) + columns  # an insertion costs 1 per place
    return table[np.arange(len(others)), lengths].astype(int)


def nearest(text: str, known: Sequence[str]) -> int:
    """Return the place of the known text with the smallest edit distance, the first of several.

    Only texts whose length differs by at most the distance need to be compared: an edit changes the length by
    at most one.

    Examples
    --------
    >>> nearest("einhundertelf", ["elf", "zwölftausend", "einhundertzwei"])
    2
    """
    if len(known) == 0:
        raise InputError("at least one known text", "none")
    difference = np.abs(np.array([len(other) for other in known]) - len(text))
    reach = 2
    while True:
        near = np.flatnonzero(difference <= reach)
        if len(near):
            distances = edit_distances(text, [known[int(i)] for i in near])
            if distances.min() <= reach or len(near) == len(known):
                return int(near[distances.argmin()])
        reach *= 2
