"""What a long preparation keeps on its way, so that it can be broken off and go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Write = Callable[[Path], None]
"""Fills a folder."""


def nothing(number: int, write: Write) -> None:
    """Keep nothing."""


@dataclass(frozen=True)
class Stages:
    """Where a preparation stands; without a run folder it begins at the beginning and keeps nothing.

    Parameters
    ----------
    last : Path, optional
        The folder of the last stage that was kept.
    keep : callable
        Takes a stage's number, from 1, and what fills its folder; the stage before goes.
    """

    last: Path | None = None
    keep: Callable[[int, Write], None] = nothing
