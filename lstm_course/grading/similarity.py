"""Which submissions look alike, once the given skeleton and what everybody writes are taken away.

Fingerprints are those of winnowing with a window of 1, made and compared by copydetect: names, strings and
comments are levelled, so that a copy with other names is still one. Not compared is what the release and the
model solution contain, and what more than a tenth of the class has written (as MOSS leaves out what is in too
many submissions). A high value is a reason to look, and no proof.

References
----------
Saul Schleimer, Daniel S. Wilkerson and Alex Aiken, "Winnowing: Local Algorithms for Document Fingerprinting",
SIGMOD 2003, https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf.
"""

from __future__ import annotations

import functools
import io
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lstm_course.checks.mending import source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.errors import InputError
from lstm_course.grading.safe_html import plain
from lstm_course.grading.verdict import Verdict

GRAM = 25
"""Characters of a fingerprint, after levelling: copydetect's own default."""

THRESHOLD = 0.6
SHORTEST = 100
COMMON = 0.1
FEWEST = 3
MOST_SUBMISSIONS = 5000
MOST_COMPARED = 500
LONGEST_CELL = 20_000  # characters that are compared; what is longer is not what was asked for
BLANKS = re.compile(r"(\s{50})\s+(?=\s{50})")  # such runs take Pygments the square of their length
BETWEEN = "\n\n"


class Piece(NamedTuple):
    """Some code, and whether the other has it too."""

    text: str
    shared: bool


@dataclass(frozen=True)
class SideBySide:
    """A solution cell of two students, in pieces."""

    grade_id: str
    one: tuple[Piece, ...]
    other: tuple[Piece, ...]


@dataclass(frozen=True)
class Pair:
    """Two students whose code looks alike.

    Attributes
    ----------
    one, other : str
    shares : (float, float)
        Of each one's own code, how much the other has too.
    length : int
        Characters in common, after levelling.
    cells : tuple of SideBySide
        Where they have something in common.
    """

    one: str
    other: str
    shares: tuple[float, float]
    length: int
    cells: tuple[SideBySide, ...]

    @property
    def similarity(self) -> float:
        """The larger share: who has copied a part of another's work has it all from there."""
        return max(self.shares)


@dataclass(frozen=True)
class Similarity:
    """All pairs above the threshold, the most similar first, and how many submissions were compared."""

    pairs: tuple[Pair, ...]
    count: int
    threshold: float
    common: int


def compare(
    verdicts: Iterable[Verdict], given: Iterable[Mapping[str, Any]], threshold: float = THRESHOLD
) -> Similarity:
    """Compare the solution cells of all submissions that ran, each with each.

    Parameters
    ----------
    verdicts : iterable of Verdict
        Of one assignment.
    given : iterable of dict
        Notebooks whose code everybody has or needs: the release, the model solution.
    threshold : float
        The least similarity of a pair.

    Raises
    ------
    InputError
        There are more than ``MOST_SUBMISSIONS``.
    """
    whole = {verdict.student: cells_of(verdict.notebook) for verdict in verdicts if verdict.notebook}
    cells = {
        student: {name: text[:LONGEST_CELL] for name, text in own.items()} for student, own in whole.items()
    }
    if len(cells) > MOST_SUBMISSIONS:
        raise InputError(f"at most {MOST_SUBMISSIONS} submissions to compare", str(len(cells)))
    students = list(cells)
    grams = [grams_of(joined(cells[student])) for student in students]
    most = max(FEWEST, math.ceil(COMMON * len(students)))
    # Once with and once without the cells between them, as fingerprints reach from one cell into the next.
    known = [grams_of(joined(code(notebook))) for notebook in given for code in (all_code, cells_of)]
    forced = np.unique(np.concatenate([common(grams, most), *known]))
    own = [np.setdiff1d(one, forced, assume_unique=True) for one in grams]

    @functools.lru_cache(256)
    def fingerprint(student: str) -> Any:
        return fingerprint_of(joined(cells[student]), forced)

    pairs = []
    for k, m in candidates(own, threshold):
        one, other = students[k], students[m]
        length, shares, slices = compare_files(fingerprint(one), fingerprint(other))
        if max(shares) >= threshold and length >= SHORTEST:
            marked = [
                with_rest(in_pieces(cells[s], found), whole[s])
                for s, found in zip((one, other), slices, strict=True)
            ]
            pairs.append(Pair(one, other, shares, length, side_by_side(*marked)))
    pairs.sort(key=lambda pair: (-pair.similarity, -pair.length))
    return Similarity(tuple(pairs), len(students), threshold, most)


def cells_of(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the solution cells of a notebook by their ``grade_id``, long runs of blanks shortened."""
    return {
        str(graded_as(cell)["grade_id"]): BLANKS.sub(r"\1", plain(source_of(cell)))
        for cell in notebook.get("cells", ())
        if graded_as(cell).get("solution") and cell.get("cell_type") == "code"
    }


def all_code(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return all code cells of a notebook by their position."""
    cells = enumerate(notebook["cells"])
    return {str(k): source_of(cell) for k, cell in cells if cell.get("cell_type") == "code"}


def joined(cells: Mapping[str, str]) -> str:
    """Return cells as one text."""
    return BETWEEN.join(cells.values())


def fingerprint_of(code: str, forced: np.ndarray | None = None) -> Any:
    """Return copydetect's fingerprint of some Python.

    Parameters
    ----------
    code : str
    forced : ndarray of int, optional
        Hashes that do not count.
    """
    from copydetect import CodeFingerprint

    return CodeFingerprint("cells.py", GRAM, 1, boilerplate=forced, language="python", fp=io.StringIO(code))


def compare_files(one: Any, other: Any) -> tuple[int, tuple[float, float], tuple[np.ndarray, np.ndarray]]:
    """Return characters in common, each one's share of them, and where they are; as copydetect has it."""
    from copydetect import compare_files

    length, shares, slices = compare_files(one, other)
    return int(length), (float(shares[0]), float(shares[1])), slices


def grams_of(code: str) -> np.ndarray:
    """Return the different hashes of some code, in order."""
    hashes = fingerprint_of(code).hashes
    return np.unique(np.fromiter(hashes, dtype=np.int64, count=len(hashes)))


def common(grams: list[np.ndarray], most: int) -> np.ndarray:
    """Return the hashes that more than ``most`` submissions have.

    Examples
    --------
    >>> common([np.array([1, 2]), np.array([2, 3]), np.array([2])], 2)
    array([2])
    """
    hashes, counts = np.unique(np.concatenate([np.empty(0, np.int64), *grams]), return_counts=True)
    return hashes[counts > most]


def candidates(own: list[np.ndarray], threshold: float) -> list[tuple[int, int]]:
    """Return the pairs worth comparing in full, the likeliest first, at most ``MOST_COMPARED``.

    What two have in common is counted for all pairs at once: in the sorted list of all hashes those that are
    equal are neighbours.

    Parameters
    ----------
    own : list of ndarray of int
        The hashes of each submission that count.
    threshold : float

    Examples
    --------
    >>> candidates([np.array([1, 2, 3]), np.array([7, 8]), np.array([2, 3, 4])], 0.5)
    [(0, 2)]
    """
    count = len(own)
    sizes = np.array([len(one) for one in own], dtype=np.int64)
    hashes, owners = np.concatenate([np.empty(0, np.int64), *own]), np.repeat(np.arange(count), sizes)
    order = np.argsort(hashes, kind="stable")  # so that of two owners the first comes first
    hashes, owners = hashes[order], owners[order]
    shared = np.zeros(count * count, dtype=np.int64)
    for shift in range(1, count):
        equal = hashes[:-shift] == hashes[shift:]
        if not equal.any():
            break
        pairs, times = np.unique(owners[:-shift][equal] * count + owners[shift:][equal], return_counts=True)
        shared[pairs] += times
    found = np.flatnonzero(shared)
    ones, others = np.divmod(found, count)
    likely = shared[found] / np.minimum(sizes[ones], sizes[others])
    # One gram more in common covers up to 25 characters more, so the share of grams is the lower one.
    best = np.argsort(-likely, kind="stable")[:MOST_COMPARED]
    return [(int(ones[k]), int(others[k])) for k in best if likely[k] >= threshold / 2]


def in_pieces(cells: Mapping[str, str], slices: np.ndarray) -> dict[str, tuple[Piece, ...]]:
    """Return each cell in pieces that are shared or not.

    Parameters
    ----------
    cells : dict of str to str
    slices : ndarray of shape (2, count)
        Starts and ends of what is shared, in ``joined(cells)``.

    Examples
    --------
    >>> in_pieces({"f": "a = 1", "g": "b = 2"}, np.array([[4], [8]]))["g"]
    (Piece(text='b', shared=True), Piece(text=' = 2', shared=False))
    """
    shared = np.zeros(len(joined(cells)) + 1, dtype=bool)
    for start, end in np.asarray(slices, dtype=int).reshape(2, -1).T:
        shared[start:end] = True
    pieces, start = {}, 0
    for name, text in cells.items():
        here = shared[start : start + len(text)]
        cuts = [0, *(np.flatnonzero(np.diff(here)) + 1), len(text)]
        pieces[name] = tuple(Piece(text[a:b], bool(here[a])) for a, b in itertools.pairwise(cuts) if b > a)
        start += len(text) + len(BETWEEN)
    return pieces


def with_rest(
    pieces: Mapping[str, tuple[Piece, ...]], whole: Mapping[str, str]
) -> dict[str, tuple[Piece, ...]]:
    """Return the pieces of each cell, and behind them what was too long to be compared."""
    rests = {name: text[LONGEST_CELL:] for name, text in whole.items()}
    return {
        name: (*found, Piece(rests[name], False)) if rests[name] else found for name, found in pieces.items()
    }


def side_by_side(
    one: Mapping[str, tuple[Piece, ...]], other: Mapping[str, tuple[Piece, ...]]
) -> tuple[SideBySide, ...]:
    """Return the cells of which something is shared on either side."""
    return tuple(
        SideBySide(name, pieces, other.get(name, ()))
        for name, pieces in one.items()
        if any(piece.shared for piece in (*pieces, *other.get(name, ())))
    )
