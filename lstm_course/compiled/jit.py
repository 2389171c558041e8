"""Numba's compiler as this package uses it: cached on disk where that is possible, and asked for by name.

Three options make the loops fast. ``error_model="numpy"`` lets a division by zero give infinity, as NumPy
does: a test before each division would keep the compiler from using vector instructions. ``fastmath`` is
limited to contracting a · b + c into one instruction and to ignoring the sign of a zero; sums keep their
order, so results repeat and the flush of tiny numbers survives. ``nogil`` lets threads run side by side.
"""

import importlib.util
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from lstm_course.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Any = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "nogil": True}


@cache
def load(module: str) -> Any:
    """Import a module of loops, which needs Numba, at its first use.

    Raises
    ------
    InputError
        If Numba is not installed.
    """
    if importlib.util.find_spec("numba") is None:
        raise InputError(
            "Numba, which compiles the loops of lstm_course.compiled",
            "an installation without it",
            'Install it: python -m pip install "lstm-course[fast]". '
            "lstm_course.recurrent computes the same numbers with NumPy alone.",
        )
    return import_module(f"lstm_course.compiled.{module}")


def compiled(function: F) -> F:
    """Compile a function at its first call for each combination of types, and keep the result on disk.

    Where neither the package's own folder nor the user's cache can be written to, it is compiled anew in
    every process.
    """
    numba = import_module("numba")
    try:
        dispatcher = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # "no locator available": nowhere to write
        return numba.njit(**OPTIONS)(function)
    _forget_stale(Path(dispatcher.stats.cache_path), function)
    return dispatcher


def _forget_stale(folder: Path, function: Callable[..., Any]) -> None:
    """Remove a function's cached code if any module of this package is newer than it.

    Numba compares the file of the function alone; a change in a function that it calls would go unnoticed.
    """
    newest = max(source.stat().st_mtime for source in Path(__file__).parent.glob("*.py"))
    name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}-"
    for index in folder.glob(f"{name}*.nbi"):
        try:
            if index.stat().st_mtime < newest:
                index.unlink()
        except OSError:  # another process was faster, or the folder is read-only
            continue
