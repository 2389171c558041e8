"""One long text as batches for truncated backpropagation: parallel streams, cut into chunks in order.

Row b of every batch goes on where row b of the batch before it stopped, so a state that is carried from
batch to batch belongs to the text it has read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_course.errors import InputError


def streams(ids: np.ndarray, batch: int) -> np.ndarray:
    """Cut a text into ``batch`` streams of equal length, one below the other; the rest at the end is dropped.

    Examples
    --------
    >>> streams(np.arange(7), 2)
    array([[0, 1, 2],
           [3, 4, 5]])

    Raises
    ------
    InputError
        If a stream would have fewer than two characters.
    """
    ids = np.asarray(ids)
    length = len(ids) // batch if batch > 0 else 0
    if length < 2:
        raise InputError(
            f"at least {2 * max(batch, 1)} characters and a positive batch", f"{len(ids)}, {batch}"
        )
    return ids[: batch * length].reshape(batch, length)


def chunks(ids: np.ndarray, batch: int, steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (inputs, targets) chunk by chunk, both of shape (batch, steps).

    The targets are the inputs one character later. The last chunk, if it would be shorter, is dropped.

    Parameters
    ----------
    ids : ndarray of shape (characters,)
        The text.
    batch : int
        Streams that are read side by side.
    steps : int
        Characters of a chunk: how far the gradient goes back.

    Raises
    ------
    InputError
        If the text is too short for one chunk.

    Examples
    --------
    >>> for inputs, targets in chunks(np.arange(10), batch=2, steps=2):
    ...     print(inputs.tolist(), targets.tolist())
    [[0, 1], [5, 6]] [[1, 2], [6, 7]]
    [[2, 3], [7, 8]] [[3, 4], [8, 9]]
    """
    rows = streams(ids, batch)
    if steps < 1 or rows.shape[1] <= steps:
        hint = "Take fewer streams or shorter chunks."
        raise InputError(f"streams of more than {steps} characters", f"streams of {rows.shape[1]}", hint)
    for start in range(0, rows.shape[1] - steps, steps):
        yield rows[:, start : start + steps], rows[:, start + 1 : start + steps + 1]
