"""A lock beside a run folder: two trainings in it would delete each other's checkpoints."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lstm_course.errors import InputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold ``<out>.lock`` while the block runs; the system lets go of it however the process ends.

    Parameters
    ----------
    out : Path
        The run folder, which need not be there. Folders on the way to it are made, and those that are still
        empty at the end are removed.

    Raises
    ------
    InputError
        Another process holds it, or nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with alone(Path(folder, "runs", "first")):
    ...         held = os.listdir(Path(folder, "runs"))
    ...     held, os.listdir(folder)
    (['first.lock'], [])
    """
    path = out.with_name(f"{out.name}.lock")
    try:
        made = [place for place in path.parents if not place.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _taken(path)
    except OSError as error:
        raise InputError("a place that can be written", f"{path.parent} ({error.strerror})") from error
    if file is None:
        raise InputError(
            "a run folder in which no training is at work",
            f"{out}, in which one is",
            "Wait until it has ended, or choose another --out.",
        )
    try:
        yield
    finally:
        _let_go(path, file)
        for place in made:
            with suppress(OSError):
                place.rmdir()


def _taken(path: Path) -> int | None:
    """Return the locked file's descriptor, or None where another process has it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _locked(file):
            os.close(file)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), os.stat(path)):
                return file
        os.close(file)  # of a file that its last holder removed meanwhile


def _locked(file: int) -> bool:
    """Lock an open file, and tell whether that was possible; a file system without locks says yes to all."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def _let_go(path: Path, file: int) -> None:
    """Remove the file: elsewhere while it is locked, on Windows after, where no open file can be removed."""
    if sys.platform != "win32":
        path.unlink(missing_ok=True)
    os.close(file)
    if sys.platform == "win32":
        with suppress(OSError):
            path.unlink()
