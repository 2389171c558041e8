"""Questions to a trained model: how far back it looks, and whether it knows that a bracket is open."""

from __future__ import annotations

import numpy as np

from lstm_course.language_model.character_model import CharacterModel, State, log_softmax
from lstm_course.language_model.characters import encode


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
    """
    windows = ids[targets[:, None] + np.arange(-length, 1)].astype(np.int64)
    logits, _ = model.forward(windows[:, :-1], state)
    return -np.take_along_axis(log_softmax(logits[:, -1]), windows[:, -1:], axis=1)[:, 0]


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
