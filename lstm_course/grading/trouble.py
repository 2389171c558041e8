"""What is wrong with a course's settings, ledger or gradebook, in a sentence that says which file it is."""

from __future__ import annotations

import contextlib
import sqlite3
import traceback
import zlib
from collections.abc import Iterator
from pathlib import Path

from lstm_course.errors import InputError

DUPLICATE_TABLE = "42P07"  # PostgreSQL's code; its sentence may be in any language
DAMAGED = (
    "If it is damaged, put a backup in its place, or move it away and fill a new one: lstm-course grade "
    "with --again. Marks that were given by hand are in the backup only."
)


class GradebookFailed(InputError):
    """The gradebook cannot be used.

    Attributes
    ----------
    busy : bool
        Whether others are in the way, so that it can be tried again.
    away : bool
        Whether its server does not answer: no longer, not yet, or not at this address.
    """

    busy = away = False


@contextlib.contextmanager
def settings_read(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while settings are read, or obeyed, into an InputError that names the file."""
    try:
        yield
    except InputError:
        raise  # it is said already
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)[1:] if _is(frame, path)]
        at = f"line {lines[-1]}: " if lines else ""
        raise InputError(
            f"settings that hold in {path}", f"{at}{type(error).__name__}: {_said(error)}", "Mend that file."
        ) from None


def _is(frame: traceback.FrameSummary, path: Path) -> bool:
    return Path(frame.filename).name == path.name


@contextlib.contextmanager
def ledger_used(path: Path) -> Iterator[None]:
    """Turn an error of the ledger's database into an InputError."""
    try:
        yield
    except (sqlite3.Error, zlib.error) as error:
        hint = (
            f"If it is damaged, move it away with all files whose names begin with {path.name}, and grade "
            "again: marks that were given by hand are in the gradebook and stay."
        )
        raise InputError(f"a ledger that can be used at {path}", _said(error), hint) from None


@contextlib.contextmanager
def gradebook_used(url: str) -> Iterator[None]:
    """Turn an error of the gradebook's database into a GradebookFailed."""
    from nbgrader.api import InvalidEntry
    from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError

    try:
        yield
    except (ArgumentError, ImportError) as error:
        hint = "Is db_url in nbgrader_config.py right, and is the database's driver installed?"
        raise GradebookFailed("a gradebook that can be used", _said(error), hint) from None
    except (DBAPIError, InvalidEntry) as error:
        cause = getattr(error, "orig", error)
        file, said = isinstance(cause, sqlite3.Error), str(cause)
        hint = (
            DAMAGED if file else "Is the database server running, and is db_url in nbgrader_config.py right?"
        )
        failed = GradebookFailed(f"a gradebook that can be used at {shown(url)}", _said(cause), hint)
        # Two who make the same tables or students at the same time: one of them has to try again.
        made = "already exists" in said or getattr(cause, "pgcode", None) == DUPLICATE_TABLE
        failed.busy = made or isinstance(error, (IntegrityError, InvalidEntry)) or (file and "locked" in said)
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        failed.away = not file and (lost or isinstance(error, (OperationalError, InterfaceError)))
        raise failed from None


def shown(url: str) -> str:
    """Return where a database is, without the password.

    Examples
    --------
    >>> shown("sqlite:////course/gradebook.db"), shown("postgresql://grader:secret@host/gradebook")
    ('/course/gradebook.db', 'postgresql://grader:***@host/gradebook')
    """
    from sqlalchemy import make_url

    place = make_url(url)
    return place.database or "memory" if place.get_backend_name() == "sqlite" else str(place)


def _said(error: BaseException) -> str:
    return str(error).rstrip(". \n") or type(error).__name__
