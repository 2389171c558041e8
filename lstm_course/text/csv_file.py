"""Reviews from a CSV file with the columns ``text`` and ``label``, each error naming row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.text.corpus import Corpus

LONGEST_FIELD = 10_000_000  # characters; a person's own texts may be longer than Python's limit of 131,072


@contextmanager
def long_fields() -> Iterator[None]:
    """Let the csv module read long fields for a while: its limit belongs to the whole process."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def read_csv(path: str | Path, name: str = "csv", only: dict[str, str] | None = None) -> Corpus:
    """Read labelled texts from a CSV file.

    Parameters
    ----------
    path : str or Path
        A UTF-8 file, with a byte order mark or without, whose first row names the columns.
        ``text`` and ``label`` must be among them; further columns are left alone.
    name : str
        The corpus's name.
    only : dict of str to str, optional
        Keep only the rows in which each named column has exactly this value.

    Raises
    ------
    InputError
        A file that is missing, unreadable, not UTF-8 or empty, a column that is missing or named
        twice, a row with too few or too many fields or a quote that is not closed, a label that is not 0
        or 1. Rows are counted as a spreadsheet counts them: the header is row 1.
    """
    path = Path(path)
    texts: list[str] = []
    labels: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file, long_fields():
            numbered = _numbered(csv.reader(file, strict=True), path)
            for row_number, row in _rows(numbered, path, ("text", "label", *(only or {}))):
                if only and any(row[column] != value for column, value in only.items()):
                    continue
                texts.append(row["text"])
                labels.append(_label(row["label"], path, row_number))
    except OSError as error:
        raise InputError("a CSV file that can be read", f"{path} ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(
            "a CSV file in UTF-8", f"other bytes in {path}", "Save it again with the encoding UTF-8."
        ) from error
    if not texts:
        raise InputError("at least one row below the header", f"none in {path}")
    return Corpus(name, tuple(texts), tuple(labels))


def _numbered(reader: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, fields), and name the row that is no CSV."""
    number = 0
    try:
        for number, fields in enumerate(reader, start=1):
            yield number, fields
    except csv.Error as error:
        raise InputError(
            f"well-formed CSV in row {number + 1} of {path}",
            str(error),
            "See that each double quote that opens a text is closed, and that one within it is doubled.",
        ) from error


def _rows(
    numbered: Iterator[tuple[int, list[str]]], path: Path, wanted: tuple[str, ...]
) -> Iterator[tuple[int, dict]]:
    """Yield (row number, fields by column) for every row that is not blank."""
    _, first = next(numbered, (1, []))
    header = [column.strip() for column in first]
    for column in dict.fromkeys(wanted):
        if header.count(column) != 1:
            found = ", ".join(header) if any(header) else "no header"
            raise InputError(f"one column named {column!r} in row 1 of {path}", found)
    for number, fields in numbered:
        if not fields:
            continue
        if len(fields) != len(header):
            raise InputError(
                f"{len(header)} fields in row {number} of {path}",
                str(len(fields)),
                "A text that holds a comma or a line break must stand in double quotes.",
            )
        yield number, dict(zip(header, fields, strict=True))


def _label(value: str, path: Path, row_number: int) -> int:
    """Read one label."""
    if value.strip() not in {"0", "1"}:
        raise InputError(f"0 or 1 in column label, row {row_number} of {path}", repr(value))
    return int(value)
