"""Questions to a trained model: how far back it looks, and whether it knows that a bracket is open."""

from __future__ import annotations

import numpy as np

from lstm_course.errors import InputError
from lstm_course.language_model.character_model import CharacterModel, State, log_softmax
from lstm_course.language_model.characters import encode
from lstm_course.language_model.chunks import chunks


def loss_by_context(
    model: CharacterModel,
    ids: np.ndarray,
    targets: np.ndarray,
    length: int,
    state: State | None = None,
) -> np.ndarray:
    """Return the loss of each target when the model has read only the ``length`` characters before it.

    Parameters
    ----------
    model : CharacterModel
        Reads.
    ids : ndarray of int of shape (characters,)
        The text.
    targets : ndarray of int of shape (count,)
        Places of the characters to predict, none below ``length``.
    length : int
        Characters of true context, at least 1.
    state : (h, c), each of shape (count, units), optional
        What the model has in mind before; zeros by default.

    Returns
    -------
    ndarray of shape (count,)
        In nats.

    Raises
    ------
    InputError
        A length below 1, or a target that has not so much text before it.
    """
    first = targets.min(initial=length)
    if length < 1 or first < length:
        what = "a length of at least 1, and no target below it"
        raise InputError(what, f"length {length}, targets from {first}")
    windows = ids[targets[:, None] + np.arange(-length, 1)].astype(np.int64)
    logits, _ = model.forward(windows[:, :-1], state)
    return -np.take_along_axis(log_softmax(logits[:, -1]), windows[:, -1:], axis=1)[:, 0]


def probability_of(
    model: CharacterModel, ids: np.ndarray, character: str, *, batch: int = 20, steps: int = 100
) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability that the model gives one character at every place, and which places those are.

    Parameters
    ----------
    model : CharacterModel
        Reads the text in streams, its state carried.
    ids : ndarray of int of shape (characters,)
        The text.
    character : str
        The one to ask for.
    batch, steps : int
        See ``chunks``.

    Returns
    -------
    probabilities, places : ndarray of shape (count,)
        ``probabilities[k]`` is that of finding the character at ``places[k]``.
    """
    (wanted,) = encode(character)
    places = np.arange(len(ids))
    state, found, where = None, [], []
    for (inputs, _), (_, targets) in zip(
        chunks(ids, batch, steps), chunks(places, batch, steps), strict=True
    ):
        logits, state = model.forward(inputs, state)
        found.append(np.exp(log_softmax(logits)[:, :, wanted]))
        where.append(targets)
    return np.concatenate(found, axis=None), np.concatenate(where, axis=None)


def open_since(ids: np.ndarray) -> np.ndarray:
    """Return for each character how many stand between it and the bracket that is open, -1 where none is.

    A closing bracket or the end of a review closes; a second opening bracket starts the count anew.

    Examples
    --------
    >>> open_since(encode("a (be) c")).tolist()
    [-1, -1, -1, 0, 1, 2, -1, -1]
    """
    opening, *closing = encode("()\n")
    since, found = -1, np.empty(len(ids), np.int64)
    for place, character in enumerate(ids.tolist()):
        found[place] = since
        if character == opening:
            since = 0
        elif character in closing:
            since = -1
        elif since >= 0:
            since += 1
    return found


def letters_so_far(ids: np.ndarray) -> np.ndarray:
    """Return for each character how many stand between it and the last blank or line break before it.

    Examples
    --------
    >>> letters_so_far(encode("so it is")).tolist()
    [0, 1, 2, 0, 1, 2, 0, 1]
    """
    breaks = set(encode(" \n").tolist())
    count, found = 0, np.empty(len(ids), np.int64)
    for place, character in enumerate(ids.tolist()):
        found[place] = count
        count = 0 if character in breaks else count + 1
    return found
