"""Batches of reviews as Keras takes them: padded ahead in a thread, in even shares for several devices.

Keras can prepare batches in threads itself (``workers``), but not in order: it takes the first batch to
build the metrics, and goes on behind it (measured with Keras 3.15). A run would depend on the backend.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import keras
import numpy as np

from lstm_course.sentiment.batches import WIDTH_STEP, rectangle

AHEAD = 4  # batches; on reviews one takes about 2 ms to pad


class Reviews(keras.utils.PyDataset):
    """The batches of one epoch, padded in a thread while the device computes.

    Parameters
    ----------
    sequences : sequence of sequence of int
        The ids of each review.
    labels : ndarray of shape (n,)
    batches : list of ndarray of int
        The reviews of each batch.
    step : int
        What widths are multiples of.
    devices : int
        Rows are added up to a multiple of this, with the weight 0; there are weights if it is not 1.
    """

    def __init__(
        self,
        sequences: Sequence[Sequence[int]],
        labels: np.ndarray,
        batches: list[np.ndarray],
        step: int = WIDTH_STEP,
        devices: int = 1,
    ) -> None:
        super().__init__()
        self.sequences, self.labels, self.batches = sequences, labels, batches
        self.step, self.devices = step, devices
        self._thread = ThreadPoolExecutor(1)
        self._prepared: dict[int, Future[tuple[np.ndarray, ...]]] = {}

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        """Return ids of shape (batch, time), labels of shape (batch, 1), and weights (batch,) if any."""
        for wanted in range(index, min(index + 1 + AHEAD, len(self))):
            if wanted not in self._prepared:
                self._prepared[wanted] = self._thread.submit(self._prepare, wanted)
        return self._prepared.pop(index).result()

    def _prepare(self, index: int) -> tuple[np.ndarray, ...]:
        """Pad one batch."""
        batch = self.batches[index]
        ids = rectangle(self.sequences, batch, self.step)[0]
        labels = self.labels[batch, None].astype(np.float32)
        if self.devices == 1:
            return ids, labels
        # The mean is over all rows, so the real ones weigh more where others weigh nothing.
        ids, labels = fill_up(ids, self.devices), fill_up(labels, self.devices)
        weights = np.where(np.arange(len(ids)) < len(batch), len(ids) / len(batch), 0)
        return ids, labels, weights.astype(np.float32)


def fill_up(rows: np.ndarray, multiple: int) -> np.ndarray:
    """Repeat the last row until there are a multiple of so many: of the devices that are to share them.

    Examples
    --------
    >>> fill_up(np.array([5, 6, 7]), 2)
    array([5, 6, 7, 7])
    """
    return np.pad(rows, [(0, -len(rows) % multiple)] + [(0, 0)] * (rows.ndim - 1), mode="edge")
