"""One batch, several threads: each takes some of the rows through all steps.

The rows of a batch do not depend on each other, so a thread that has its rows never waits within a sequence.
How many threads there are is Numba's own setting, the environment variable ``NUMBA_NUM_THREADS``: by default
as many as there are cores. A small batch stays in the calling thread.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import Any

#: Multiplications for which a second thread pays for being woken.
WORTH_A_THREAD = 2**22

#: What a step of one row costs besides its products, in multiplications of the same time.
STEP = 2**12

#: The product takes rows by fours; a thread's share is a multiple of it.
ROWS = 4


@cache
def thread_count() -> int:
    """Return how many threads share a batch."""
    return int(import_module("numba").config.NUMBA_NUM_THREADS)


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Return the threads of one process: a fork inherits this table, but no threads."""
    return ThreadPoolExecutor(threads, thread_name_prefix="lstm-course")


def shares_of(
    rows: int, row_steps: int, multiplications: int, together: int = ROWS
) -> list[tuple[int, int, int]]:
    """Cut rows into shares, as many as there are threads and work for them.

    Parameters
    ----------
    rows : int
        How many rows there are.
    row_steps : int
        Steps of all rows together.
    multiplications : int
        Those of one row's step.
    together : int
        Every share but the last holds a multiple of so many rows.

    Returns
    -------
    list of (number, first, last)
        The rows from first up to last are one share.

    Examples
    --------
    >>> shares_of(rows=5, row_steps=500, multiplications=100)
    [(0, 0, 5)]
    """
    if not rows:
        return [(0, 0, 0)]
    work = row_steps * (multiplications + STEP)
    threads = min(thread_count(), 1 + work // WORTH_A_THREAD, -(-rows // together))
    size = -(-rows // (threads * together)) * together
    return [(n, start, min(start + size, rows)) for n, start in enumerate(range(0, rows, size))]


def run(function: Callable[..., Any], shares: list[tuple[int, int, int]], *arguments: Any) -> None:
    """Call ``function(*arguments, number, first, last)`` for every share, each in a thread of its own."""
    mine, *others = shares
    waiting = [_pool(len(others), os.getpid()).submit(function, *arguments, *share) for share in others]
    try:
        function(*arguments, *mine)
    finally:
        for share in waiting:
            share.result()
