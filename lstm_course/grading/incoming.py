"""What lies in a folder or a zip archive, under names that cannot lead anywhere else.

An archive's own word on names, sizes and kinds is never trusted: a name is taken apart, a size is counted
while reading, and what is not a plain file is not opened.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lstm_course.errors import InputError
from lstm_course.grading.limits import MIB
from lstm_course.grading.submission import LARGEST_FILES, LARGEST_NOTEBOOK, NOT_HANDED_IN

LARGEST = LARGEST_NOTEBOOK + LARGEST_FILES
MOST_FILES = 1_000
MOST_ENTRIES = 200_000
LATEST = 253_402_214_400.0  # the last day that a date can have
JUNK = {*NOT_HANDED_IN, "Thumbs.db", "desktop.ini"} - {"timestamp.txt"}
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
ENCRYPTED, UTF8 = 0x1, 0x800


class Refused(Exception):
    """A submission cannot be taken; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A file that can be read.

    Parameters
    ----------
    path : str
        Relative, with slashes, in Unicode's composed form.
    time : float
        When it was changed, or put into the archive: seconds since 1970.
    open : callable
        Returns the content as a stream.
    problem : str
        Why it must not be opened; empty where it may.
    """

    path: str
    time: float
    open: Callable[[], IO[bytes]]
    problem: str = ""


@dataclass
class Contents:
    """All that was found.

    Attributes
    ----------
    entries : list of Entry
    strays : list of (str, str)
        Names that are not safe, and why.
    """

    entries: list[Entry] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, entry: Callable[[str], Entry]) -> None:
        """Sort a file in by its name; leave out what no person has handed in."""
        try:
            path = safe_path(name)
        except Refused as reason:
            self.strays.append((name, str(reason)))
            return
        parts = path.split("/")
        if JUNK.isdisjoint(parts) and not parts[-1].startswith("._"):
            self.entries.append(entry(path))


def safe_path(name: str) -> str:
    """Return a relative path in composed form.

    Raises
    ------
    Refused
        It could lead elsewhere, or cannot be written everywhere.

    Examples
    --------
    >>> safe_path("ana/04-lstm.ipynb")
    'ana/04-lstm.ipynb'
    >>> safe_path("../secret")
    Traceback (most recent call last):
    lstm_course.grading.incoming.Refused: its name leads out of the folder
    """
    path = unicodedata.normalize("NFC", name)
    if "\\" in path or path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise Refused("its name is not relative, or has backslashes")
    parts = path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        raise Refused("its name leads out of the folder")
    if not path.isprintable() or any(part != part.strip() for part in parts):
        raise Refused("its name has characters that do not show")
    if any(len(part.encode()) > 255 for part in parts) or len(parts) > 20:
        raise Refused("its name is too long")
    return path


@contextlib.contextmanager
def opened(source: Path) -> Iterator[Contents]:
    """Yield what a folder or an archive holds.

    Raises
    ------
    InputError
        It is neither, or it is damaged, encrypted or too large.
    """
    if source.is_dir():
        yield _limited(in_folder(source), source)
        return
    if not source.is_file():
        raise InputError(f"a folder or a zip archive at {source}", "nothing")
    with source.open("rb") as file:
        try:
            contents = in_archive(file)
        except Refused as reason:
            raise InputError(f"a zip archive at {source}", f"a file that {reason}") from None
        yield _limited(contents, source)


def _limited(contents: Contents, source: Path) -> Contents:
    if len(contents.entries) > MOST_ENTRIES:
        raise InputError(
            f"at most {MOST_ENTRIES} files in {source}", str(len(contents.entries)), "Divide it."
        )
    return contents


def in_folder(folder: Path) -> Contents:
    """Return the files in a folder; links are listed, and followed nowhere."""
    contents = Contents()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in JUNK)
        for name in sorted([*names, *(f for f in folders if Path(place, f).is_symlink())]):
            path = Path(place, name)
            kind = path.lstat()
            problem = "" if stat.S_ISREG(kind.st_mode) else "is not a file but a link or the like"
            contents.add(
                path.relative_to(folder).as_posix(),
                lambda shown, path=path, kind=kind, problem=problem: Entry(  # type: ignore[misc]
                    shown, min(max(kind.st_mtime, 0.0), LATEST), lambda: _plain(path), problem
                ),
            )
    return contents


def _plain(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    return os.fdopen(descriptor, "rb")


def in_archive(file: IO[bytes]) -> Contents:
    """Return the files in a zip archive.

    Raises
    ------
    Refused
        It is damaged or encrypted.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (*BROKEN, ValueError, OSError) as error:
        raise Refused(f"is no zip archive, or a damaged one ({error})") from None
    contents = Contents()
    for info in archive.infolist():
        if info.flag_bits & ENCRYPTED:
            raise Refused("is encrypted")
        if not info.is_dir():
            contents.add(
                _name_of(info),
                lambda path, info=info: Entry(  # type: ignore[misc]
                    path, _time_of(info), lambda: archive.open(info), _problem_of(info)
                ),
            )
    return contents


def unpacked(content: bytes) -> list[Entry]:
    """Return the files of an archive that a student has handed in.

    Raises
    ------
    Refused
        It is damaged, encrypted, has too many files or a name that is not safe.
    """
    # Counted before they are read: an entry of 47 bytes becomes an object of half a kilobyte.
    if content.count(b"PK\x01\x02") > MOST_FILES:
        raise Refused(f"has more than {MOST_FILES} files")
    contents = in_archive(io.BytesIO(content))
    for name, reason in contents.strays:
        raise Refused(f"has a file {name!r}: {reason}")
    return contents.entries


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; macOS and Canvas write UTF-8 without saying so."""
    if not info.flag_bits & UTF8:
        with contextlib.suppress(UnicodeError):
            return info.orig_filename.encode("cp437").decode()
    return info.orig_filename


def _time_of(info: zipfile.ZipInfo) -> float:
    """Return an entry's time: an archive has local time, and does not say whose."""
    with contextlib.suppress(ValueError, OverflowError):
        return max(0.0, time.mktime((*info.date_time, 0, 0, -1)))
    return 0.0


def _problem_of(info: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is not a file but a link or the like"
    # The other methods may ask for gigabytes of memory before the first byte.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in an unusual way"
    return ""


def pieces(entry: Entry, most: int) -> Iterator[bytes]:
    """Yield an entry's content, at most so much of it.

    Raises
    ------
    Refused
        There is more, or it cannot be read.
    """
    if entry.problem:
        raise Refused(f"{entry.path!r} {entry.problem}")
    left = most
    try:
        with entry.open() as stream:
            while piece := stream.read(min(MIB, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise Refused(f"it has more than {LARGEST // MIB} MiB, {entry.path!r} included")
                yield piece
    except (*BROKEN, OSError) as error:
        raise Refused(f"{entry.path!r} cannot be read ({error})") from None
