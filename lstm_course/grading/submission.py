"""Read what a student handed in: bounded, mended where it can be, refused where it must be."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lstm_course.checks.mending import mend
from lstm_course.checks.notebook import tests_of
from lstm_course.grading.limits import MIB
from lstm_course.grading.verdict import GRADED, PERSON, ZERO

LARGEST_NOTEBOOK = 16 * MIB  # all of a submission's together
LARGEST_FILES = 16 * MIB
MOST_FILES = 200
MOST_ENTRIES = 10_000
MOST_REPAIRS = 100
MOST_CELLS = 20_000
MOST_NAMES = 5
NOT_HANDED_IN = ("timestamp.txt", ".ipynb_checkpoints", "__pycache__", "__MACOSX", ".DS_Store")
MODULES = ("numpy", "keras", "tensorflow", "lstm_course", "matplotlib", "IPython")


@dataclass(frozen=True)
class Packed:
    """A student's folder as it goes to whoever grades it: bytes, and what was noticed while reading them.

    Attributes
    ----------
    files : dict of str to bytes
        By their paths in the folder.
    repairs : tuple of str
        A sentence for each thing that was left out.
    state, reason : str
        ``"graded"``, or how it has ended already, and why.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    state: str = GRADED
    reason: str = ""

    @property
    def digest(self) -> str:
        """Hash of everything that was read and noticed."""
        found = hashlib.sha256(repr((self.state, self.reason, self.repairs)).encode())
        for name, content in self.files.items():
            found.update(repr((name, len(content))).encode() + content)
        return found.hexdigest()


@dataclass(frozen=True)
class Submission:
    """What there is to be graded.

    Attributes
    ----------
    state, reason : str
        As in ``Packed``.
    repairs : tuple of str
        A sentence for each thing that was put right.
    notebook : dict
        The release with the student's solutions in it.
    files : dict of str to bytes
        What else was handed in and may be looked at while it runs.
    """

    state: str
    reason: str
    repairs: tuple[str, ...]
    notebook: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


class _Ended(Exception):
    """There is nothing to run."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def pack(folder: Path) -> Packed:
    """Return what lies in a student's folder, ``submitted/<student>/<assignment>``; follow no link."""
    repairs: list[str] = []
    try:
        return Packed(dict(_files(folder, repairs)), tuple(repairs))
    except _Ended as end:
        return Packed({}, tuple(repairs), end.state, end.reason)
    except OSError as error:
        return Packed({}, tuple(repairs), PERSON, f"the folder cannot be read ({error.strerror})")


def unpack(packed: Packed, assignment: str, release: Mapping[str, Any]) -> Submission:
    """Return the notebook, mended, and the files; whatever is wrong with them is said, not raised.

    Parameters
    ----------
    packed : Packed
    assignment : str
    release : dict
        The notebook as it was given out.
    """
    repairs = list(packed.repairs)
    try:
        if packed.state != GRADED:
            raise _Ended(packed.state, packed.reason)
        name = _notebook_name(packed.files, assignment, release, repairs)
        notebook, mended = mend(_parsed(packed.files[name], repairs), release)
    except _Ended as end:
        return Submission(end.state, end.reason, few(repairs))
    except RecursionError:
        return Submission(PERSON, "the notebook is nested too deeply to be read", few(repairs))
    others = {name: content for name, content in packed.files.items() if not _is_notebook(name)}
    return Submission(GRADED, "", few([*repairs, *mended]), notebook, others)


def few(repairs: Iterable[str]) -> tuple[str, ...]:
    """Return each sentence once, and not more of them than somebody will read.

    Examples
    --------
    >>> few(["One.", "One.", *map(str, range(200))])[-1]
    'And 101 more of the kind.'
    """
    found = list(dict.fromkeys(repairs))
    more = [f"And {len(found) - MOST_REPAIRS} more of the kind."] if len(found) > MOST_REPAIRS else []
    return (*found[:MOST_REPAIRS], *more)


def _files(folder: Path, repairs: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of every regular file, notebooks first; follow no link."""
    if not os.path.lexists(folder):
        raise _Ended(ZERO, "nothing was submitted")
    if folder.is_symlink() or not folder.is_dir():
        raise _Ended(ZERO, "the folder of the submission is no folder but a link or a file")
    room = {True: LARGEST_NOTEBOOK, False: LARGEST_FILES}
    count = 0
    for shown, entry in sorted(_entries(folder, repairs), key=lambda one: (not _is_notebook(one[0]), one[0])):
        notebook = _is_notebook(shown)
        try:
            kind = entry.stat(follow_symlinks=False)
        except OSError:  # its path is too long, or it has gone
            repairs.append(f"{shown!a:.100} cannot be read and was left out.")
            continue
        if not stat.S_ISREG(kind.st_mode):
            if notebook:
                raise _Ended(ZERO, f"{shown!a} is not a file but a link or the like")
            repairs.append(f"{shown!a} is not a file but a link or the like, and was left out.")
            continue
        if not notebook and _shadows(shown):
            repairs.append(f"{shown!a} has the name of a module and was left out.")
            continue
        if kind.st_size > room[notebook] and notebook:
            raise _Ended(PERSON, f"the notebook {shown!a} is larger than {LARGEST_NOTEBOOK // MIB} MiB")
        if kind.st_size > room[notebook] or count >= MOST_FILES:
            repairs.append(f"{shown!a} was left out: too many files, or too large.")
            continue
        content = _read(Path(entry.path), room[notebook])
        if content is None:
            raise _Ended(PERSON, f"{shown!a} cannot be read")
        room[notebook] -= len(content)
        count += 1
        yield shown, content


def _entries(folder: Path, repairs: list[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what there is but folders, by its path in the folder; what lies deeper comes later."""
    waiting, count = deque([folder]), 0
    while waiting:
        place = waiting.popleft()
        try:
            with os.scandir(place) as listed:
                entries = sorted(listed, key=lambda entry: (not _is_notebook(entry.name), entry.name))
        except OSError:  # no right to look into it, or a path longer than any may be
            if place == folder:
                raise
            repairs.append("A folder that cannot be read was left out.")
            continue
        for entry in entries:
            count += 1
            if count > MOST_ENTRIES:
                repairs.append(f"There are more than {MOST_ENTRIES} files; the others were left out.")
                return
            if entry.name in NOT_HANDED_IN:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            else:
                yield os.path.relpath(entry.path, folder), entry


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _read(path: Path, most: int) -> bytes | None:
    """Return a file's content, unless it has become something else since it was looked at."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(most + 1)[:most]
    except OSError:
        return None


def _shadows(name: str) -> bool:
    top = Path(name).parts[0].split(".")[0]
    return top in sys.stdlib_module_names or top in MODULES


def _notebook_name(
    found: Mapping[str, bytes], assignment: str, release: Mapping[str, Any], repairs: list[str]
) -> str:
    """Return which file is the notebook: the only one that can be meant, or the only one with work in it."""
    notebooks = [name for name in found if _is_notebook(name)]
    if not notebooks and (found or repairs):
        others = _listed(found) if found else "something that was left out"
        raise _Ended(PERSON, f"no notebook was submitted, but {others}")
    if not notebooks:
        raise _Ended(ZERO, "nothing was submitted")
    right = f"{assignment}.ipynb"
    meant = [name for name in notebooks if name == right or _is_of(found[name], release)]
    if not meant:
        raise _Ended(PERSON, f"no notebook {right}, but {_listed(notebooks)}")
    if len(meant) == 1:
        if meant[0] != right:
            repairs.append(f"The notebook was called {meant[0]!a:.100}.")
        return meant[0]
    begun = [name for name in meant if _is_begun(found[name], release)]
    if len(begun) != 1:
        raise _Ended(PERSON, f"one notebook was asked for, and here are {len(meant)}: {_listed(meant)}")
    repairs.append(
        f"There were {len(meant)} notebooks; only {begun[0]!a:.100} was not as given out, and counts."
    )
    return begun[0]


def _listed(names: Iterable[str]) -> str:
    """Return names as somebody will read them: without what a terminal would obey, and not too many."""
    shown = [f"{name!a:.100}" for name in names]
    more = [f"{len(shown) - MOST_NAMES} more"] if len(shown) > MOST_NAMES else []
    return ", ".join([*shown[:MOST_NAMES], *more])


def _is_of(content: bytes, release: Mapping[str, Any]) -> bool:
    """Return whether a file has most of the tests: some go by the same name in another assignment."""
    wanted = [test.grade_id.encode() for test in tests_of(dict(release))]
    return 2 * sum(grade_id in content for grade_id in wanted) > len(wanted)


def _is_begun(content: bytes, release: Mapping[str, Any]) -> bool:
    """Return whether there is anything of the student's in a notebook, or it cannot be read."""
    try:
        mended, _ = mend(_parsed(content, []), release)
    except (_Ended, RecursionError):
        return True
    return bool(mended["cells"] != mend(release, release)[0]["cells"])


def _parsed(content: bytes, repairs: list[str]) -> dict[str, Any]:
    """Return a notebook of format 4."""
    if not content.strip(b"\0 \r\n\t"):
        raise _Ended(PERSON, "the notebook is empty")
    encoding: str = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", content.decode("latin-1")
    if encoding != "utf-8":
        repairs.append(f"The notebook was written as {encoding.upper()} and read as such.")
    try:
        notebook = json.loads(text)
    except ValueError as error:
        raise _Ended(PERSON, f"the notebook is not JSON, perhaps cut off ({error})") from None
    if not isinstance(notebook, dict):
        raise _Ended(
            PERSON, f"the notebook is no notebook but JSON of another kind ({type(notebook).__name__})"
        )
    if "worksheets" in notebook:
        notebook = _converted(notebook, repairs)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise _Ended(PERSON, "the notebook has no cells")
    if notebook.get("nbformat") != 4:
        repairs.append(f"The notebook's format was {notebook.get('nbformat')!a:.20}; it was read as 4.")
    if len(cells) > MOST_CELLS:
        raise _Ended(PERSON, f"the notebook has {len(cells)} cells, more than {MOST_CELLS}")
    return notebook


def _converted(notebook: dict[str, Any], repairs: list[str]) -> dict[str, Any]:
    """Return a notebook of format 3 as one of format 4."""
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converted: dict[str, Any] = nbformat.convert(nbformat.from_dict(notebook), 4)
    except Exception as error:
        problem = type(error).__name__
        raise _Ended(
            PERSON, f"the notebook is of an old format and cannot be converted ({problem})"
        ) from None
    repairs.append("The notebook was of format 3 and has been converted.")
    return converted
