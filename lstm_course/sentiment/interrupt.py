"""Ctrl-C as a question instead of an explosion: the first one is noted, the second one ends the program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed; call it to ask.

    Examples
    --------
    >>> interrupted = Interrupt()
    >>> interrupted()
    False
    """

    def __init__(self) -> None:
        self.pressed = False

    def __call__(self) -> bool:
        """Tell whether Ctrl-C was pressed."""
        return self.pressed


@contextmanager
def noting_interrupt() -> Iterator[Interrupt]:
    """Note the first SIGINT while the block runs; after it, SIGINT is again what it was before.

    Nothing is noted outside the main thread, where Python takes no signal handlers; nor where SIGINT is
    ignored, as in a job that a script has started by ``&``; nor where its handler is not Python's.
    """
    interrupt = Interrupt()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before in (signal.SIG_IGN, None):
        yield interrupt
        return

    def note(number: int, frame: FrameType | None) -> None:
        interrupt.pressed = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
