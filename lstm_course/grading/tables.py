"""CSV tables of learning platforms: read as they are, written back alike, with nothing a spreadsheet runs.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, and where that reads
another delimiter than the file has, so is what follows a delimiter inside a cell. An apostrophe in front
makes it text.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lstm_course.errors import InputError
from lstm_course.text.csv_file import long_fields

BOM = "\ufeff"
NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?%?")
# What spreadsheets skip or fold: blanks, controls, invisible characters, full-width signs.
SKIPPED = '[\\s"\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]*'
SIGN = "[=+@\\-\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
FORMULA = re.compile(f"[\t\r]|{SKIPPED}{SIGN}")
INNER_FORMULA = re.compile(f"([;,|\t\r\n])(?={SKIPPED}{SIGN})")


@dataclass
class Table:
    """Rows of cells, and how they were written.

    Attributes
    ----------
    header : list of str
    rows : list of list of str
        Each as long as the header at least, or empty.
    delimiter, line_end : str
    quoting : int
        One of the csv module's.
    bom : bool
        Whether the file began with a byte order mark.
    """

    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    line_end: str = "\r\n"
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
    bom: bool = False

    def text(self) -> str:
        """Return the table as CSV (RFC 4180, but for delimiter and line ends that were found)."""
        lines = (self.line(row) + self.line_end for row in (self.header, *self.rows))
        return (BOM if self.bom else "") + "".join(lines)

    def line(self, row: list[str]) -> str:
        """Return one row, without its end."""
        # The csv module quotes only what is in its own line end, and either character ends a line.
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=self.delimiter, lineterminator="\r\n", quoting=self.quoting).writerow(
            row
        )
        return written.getvalue().removesuffix("\r\n")


def neutral(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers, and a dash alone, stay as they are.

    Examples
    --------
    >>> neutral("=1+2"), neutral("-2.5"), neutral("-"), neutral("Ana; @SUM(1)")
    ("'=1+2", '-2.5', '-', "Ana;' @SUM(1)")
    """
    if text == "-" or NUMBER.fullmatch(text):
        return text
    return ("'" if FORMULA.match(text) else "") + INNER_FORMULA.sub(r"\1'", text)


def read_table(path: Path) -> Table:
    """Return a CSV file's table.

    Raises
    ------
    InputError
        There is no such file, or it is no table in UTF-8.
    """
    hint = "Save it as CSV in UTF-8, as the platform gives it."
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"a CSV file at {path}", str(error.strerror)) from None
    except UnicodeDecodeError as error:
        raise InputError(f"a CSV file in UTF-8 at {path}", f"other bytes ({error.reason})", hint) from None
    bom, text = text.startswith(BOM), text.removeprefix(BOM)
    first = text.splitlines()[0] if text.strip() else ""
    try:
        with long_fields():  # Moodle puts whole texts of students into a cell
            delimiter = max(",;\t", key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"a CSV file at {path}", f"one that cannot be read ({error})", hint) from None
    if not lines or not any(lines[0]):
        raise InputError(f"a table with a header at {path}", "an empty file")
    header, *rows = lines
    for row in filter(None, rows):  # an empty line stays one
        row += [""] * (len(header) - len(row))
    line_end = match[0] if (match := re.search("\r\n|\n|\r", text)) else "\r\n"
    table = Table(header, rows, delimiter, line_end, csv.QUOTE_ALL, bom)
    if not text.startswith(table.line(header)):
        table.quoting = csv.QUOTE_MINIMAL
    return table


def column(table: Table, name: str, path: Path) -> int:
    """Return where a column is.

    Raises
    ------
    InputError
        It is not there, or there are several.
    """
    found = [index for index, title in enumerate(table.header) if title.strip() == name]
    if len(found) != 1:
        titles = ", ".join(map(repr, table.header[:12]))
        raise InputError(f"one column {name!r} in {path}", f"{len(found)} among {titles}")
    return found[0]


def write_whole(path: Path, text: str) -> None:
    """Write a file that appears whole or not at all; only its owner may read it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def joined(values: Iterable[str], most: int = 10) -> str:
    """Return a list in words, cut where it gets long.

    Examples
    --------
    >>> joined(["ana", "bo"]), joined(["ana", "bo", "chen"], most=2)
    ('ana, bo', 'ana, bo and 1 more')
    """
    names = [value if value.isprintable() else repr(value) for value in values]
    shown, rest = ", ".join(names[:most]), len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown
