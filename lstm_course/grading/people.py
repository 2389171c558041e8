"""Who is who: what a learning platform calls a person, and what the course does."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.course import student_id
from lstm_course.grading.tables import column, read_table


@dataclass(frozen=True)
class People:
    """A list of people.

    Parameters
    ----------
    students : dict of str to str
        Students' ids by the platform's number or name, folded.
    times : dict of str to float
        When somebody handed in, by student: seconds since 1970.
    """

    students: dict[str, str]
    times: dict[str, float]

    def student(self, *calls: str) -> str | None:
        """Return the id of whoever is called so; the first call that is listed counts."""
        return next((self.students[key] for call in calls if (key := folded(call)) in self.students), None)


def folded(text: str) -> str:
    """Return what is compared: composed, without blanks around it, small letters.

    Examples
    --------
    >>> folded(" Mu\u0308ller ") == folded("MÜLLER")
    True
    """
    return unicodedata.normalize("NFC", text).strip().casefold()


def moment(text: str) -> float:
    """Return a time in seconds since 1970, read as nbgrader reads one: UTC unless it says otherwise.

    Raises
    ------
    ValueError
        It is none.

    Examples
    --------
    >>> moment("1970-01-02 00:00:00 UTC")
    86400.0
    """
    from nbgrader.utils import parse_utc

    try:
        return float(parse_utc(text).replace(tzinfo=UTC).timestamp())
    except (OverflowError, TypeError) as error:
        raise ValueError(str(error)) from None


def stamped(seconds: float) -> str:
    """Return a time as nbgrader's exchange writes it into ``timestamp.txt``.

    Examples
    --------
    >>> stamped(86400)
    '1970-01-02 00:00:00.000000 UTC'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def read_people(path: Path) -> People:
    """Return the list in a CSV file with the columns ``lms``, ``student`` and, if it has one, ``time``.

    Raises
    ------
    InputError
        A column is missing, somebody is listed as two students, an id or a time is none.
    """
    table = read_table(path)
    calls, ids = column(table, "lms", path), column(table, "student", path)
    times = column(table, "time", path) if "time" in table.header else None
    people = People({}, {})
    for row in table.rows:
        if not any(row):
            continue
        key, student = folded(row[calls]), student_id(unicodedata.normalize("NFC", row[ids].strip()))
        if not key or people.students.get(key, student) != student:
            raise InputError(f"each name or number once in the column 'lms' of {path}", repr(row[calls]))
        people.students[key] = student
        if times is not None and row[times].strip():
            try:
                people.times[student] = moment(row[times].strip())
            except ValueError:
                raise InputError(f"a time in the column 'time' of {path}", repr(row[times])) from None
    return people
