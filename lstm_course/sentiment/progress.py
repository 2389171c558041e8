"""What a person sees while a run trains: a bar on standard error, and one line per epoch."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """Silence: the base of every progress display.

    ``begin_epoch``, then ``batch`` many times, then ``end_epoch`` if the epoch was measured; ``end`` last.
    """

    def begin_epoch(self, epoch: int, epochs: int, reviews: int) -> None:
        """Begin epoch ``epoch`` of ``epochs``, over so many reviews."""

    def begin_pretraining(self, epoch: int, epochs: int, texts: int) -> None:
        """Begin to go through texts without labels, before the first epoch; ``batch`` counts them too."""

    def note(self, line: str) -> None:
        """Show what was done before the first epoch."""

    def batch(self, reviews: int, loss: float, accuracy: float | None) -> None:
        """Count one batch; loss and accuracy, if there is one, are the means of the epoch so far."""

    def end_epoch(self, row: dict[str, float]) -> None:
        """Show the row of the history."""

    def end(self) -> None:
        """Clear up."""


class BarProgress(Progress):
    """A tqdm bar with reviews per second, loss and accuracy."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._epochs = 0

    def begin_epoch(self, epoch: int, epochs: int, reviews: int) -> None:
        """Open a bar."""
        self._epochs = epochs
        self._open(f"epoch {epoch}/{epochs}", reviews, "review")

    def begin_pretraining(self, epoch: int, epochs: int, texts: int) -> None:
        """Open a bar."""
        self._open(f"pretraining {epoch}/{epochs}", texts, "text")

    def _open(self, name: str, total: int, unit: str) -> None:
        from tqdm import tqdm

        self.end()
        self._bar = tqdm(total=total, desc=name, unit=unit, leave=False, file=sys.stderr)

    def note(self, line: str) -> None:
        """Leave the line in the bar's place."""
        self.end()
        print(line, file=sys.stderr, flush=True)

    def batch(self, reviews: int, loss: float, accuracy: float | None) -> None:
        """Move the bar on."""
        if self._bar is not None:
            self._bar.update(reviews)
            self._bar.set_postfix_str(_figures(loss, accuracy), refresh=False)

    def end_epoch(self, row: dict[str, float]) -> None:
        """Close the bar and leave one line in its place."""
        self.end()
        print(
            f"epoch {row['epoch']:.0f}/{self._epochs}: "
            f"loss {row['loss']:.4f}, accuracy {row['accuracy']:.2%}; "
            f"validation loss {row['validation_loss']:.4f}, accuracy {row['validation_accuracy']:.2%} "
            f"({row['seconds']:.0f} s)",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        """Close the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _figures(loss: float, accuracy: float | None) -> str:
    return f"loss {loss:.4f}" + ("" if accuracy is None else f", accuracy {accuracy:.2%}")
