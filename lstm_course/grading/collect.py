"""Put submissions into ``submitted/<student>/<assignment>``: whole or not at all, and never losing one."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from lstm_course.checks.notebook import release_of
from lstm_course.errors import InputError
from lstm_course.grading.course import OWN, Course
from lstm_course.grading.forms import Attempt, attempts_in, latest, matched, unwrapped
from lstm_course.grading.gradebook import TIMESTAMP, timestamp_of
from lstm_course.grading.incoming import (
    LARGEST,
    MOST_FILES,
    Entry,
    Refused,
    in_folder,
    opened,
    pieces,
    unpacked,
)
from lstm_course.grading.limits import MIB
from lstm_course.grading.people import People, folded, stamped

NEW, NEWER, FORCED, SAME, REFUSED, UNMATCHED = "new", "newer", "forced", "same", "refused", "unmatched"
LARGEST_SOURCE = 16 * 1024 * MIB


@dataclass(frozen=True)
class Outcome:
    """What became of a submission, or of a file that is nobody's (``"unmatched"``)."""

    who: str
    state: str
    reason: str = ""


def collect(
    course: Course,
    assignment: str,
    source: Path,
    people: People | None = None,
    *,
    times: str = "none",
    force: bool = False,
    dry_run: bool = False,
) -> Iterator[Outcome]:
    """Put the submissions of a source in their places; yield what became of each, at once.

    Parameters
    ----------
    course : Course
    assignment : str
    source : Path
        A folder with a folder for each student, or what Canvas or Moodle gives; an archive, or unpacked.
    people : People, optional
        Who is who; without it, the platform's number or the folder's name is the student's id.
    times : str
        What says when somebody handed in, in a folder with a folder for each student; see ``attempts_in``.
    force : bool
        Replace also what is not older or has another time.
    dry_run : bool
        Only look.

    Raises
    ------
    InputError
        The source cannot be read, or holds too much, or is the course itself.
    """
    release_of(assignment)
    _check_source(course, source)
    root = course.folder_of_all("submitted")
    if not dry_run:
        root.mkdir(parents=True, exist_ok=True)
    there = {folded(name): name for name in (os.listdir(root) if root.is_dir() else [])}
    with (
        opened(source) as contents,
        tempfile.TemporaryDirectory(dir=None if dry_run else root, prefix=".collecting-") as scratch,
    ):
        yield from (Outcome(name, UNMATCHED, reason) for name, reason in contents.strays)
        found, nobodys = matched(contents.entries)
        yield from (Outcome(path, UNMATCHED, "its name does not say whose it is") for path in nobodys)
        attempts, unknown = attempts_in(found, assignment, people, times)
        yield from (Outcome(who, REFUSED, reason) for who, reason in unknown)
        taken = 0
        for student, several in sorted(attempts.items()):
            built = Path(scratch) / "built"
            try:
                if there.get(folded(student), student) != student:
                    raise Refused(f"there is {there[folded(student)]!r} already, nearly the same name")
                attempt = latest(several)
                taken += build(attempt, built)
                place = course.place("submitted", student, assignment)
                state = _state(place, built, attempt, force)
                if not dry_run and state != SAME:
                    kept = course.folder / "replaced" / student / assignment if state != NEW else None
                    _move_in(built, place, kept)
                yield Outcome(student, state, "; ".join(attempt.notes))
            except Refused as reason:
                yield Outcome(student, REFUSED, str(reason))
            shutil.rmtree(built, ignore_errors=True)
            if taken > LARGEST_SOURCE:
                raise InputError(f"at most {LARGEST_SOURCE // MIB} MiB in {source}", "more", "Divide it.")


def _check_source(course: Course, source: Path) -> None:
    """Refuse what would hand in the course's own folders, the ledger and the secret among them."""
    there, root = source.resolve(), course.root.resolve()
    own = [root / OWN, *map(course.folder_of_all, ("submitted", "autograded", "feedback"))]
    if root.is_relative_to(there) or any(there.is_relative_to(folder) for folder in own):
        raise InputError(
            "submissions from elsewhere",
            f"{source}, which is a folder of the course's own",
            "Name the folder or the archive that holds them and nothing else.",
        )


def build(attempt: Attempt, folder: Path) -> int:
    """Write an attempt's files into a new folder and return how many bytes they have.

    Raises
    ------
    Refused
        It is empty or too large, or has something that cannot be written.
    """
    files = _with_unpacked(attempt.files)
    _check_names(files)
    left = LARGEST
    folder.mkdir()
    for name, entry in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for piece in pieces(entry, left):
                left -= len(piece)
                file.write(piece)
        # One time for all, because those inside a student's own archive are the student's to choose.
        os.utime(target, (attempt.stamp, attempt.stamp))
    if attempt.known:
        (folder / TIMESTAMP).write_text(stamped(attempt.stamp), encoding="utf-8")
    return LARGEST - left


def _with_unpacked(files: dict[str, Entry]) -> dict[str, Entry]:
    """Return the files, with an archive's in its place where there is no notebook but in an archive."""
    archives = [name for name in files if name.lower().endswith(".zip")]
    if any(name.lower().endswith(".ipynb") for name in files) or not archives:
        return files
    everything = [(name, entry) for name, entry in files.items() if name not in archives]
    for name in archives:
        try:
            inside = unwrapped(
                [(entry.path, entry) for entry in unpacked(b"".join(pieces(files[name], LARGEST)))]
            )
        except Refused as reason:
            raise Refused(f"the archive {name!r} {reason}") from None
        everything += [(str(PurePosixPath(name).parent / inner), entry) for inner, entry in inside]
    everything = [(name, entry) for name, entry in everything if PurePosixPath(name).name != TIMESTAMP]
    if len(dict(everything)) < len(everything):
        raise Refused("there are two files of one name in its archives")
    return dict(everything)


def _check_names(files: dict[str, Entry]) -> None:
    """Refuse what has too few or too many files, or names that a machine without capitals takes for one."""
    if not files:
        raise Refused("there is no file in it")
    if len(files) > MOST_FILES:
        raise Refused(f"it has {len(files)} files, more than {MOST_FILES}")
    seen: dict[str, tuple[str, bool]] = {}
    for name in files:
        path = PurePosixPath(name)
        for part in (path, *list(path.parents)[:-1]):
            known = seen.setdefault(folded(str(part)), (str(part), part == path))
            if known != (str(part), part == path):
                raise Refused(f"{known[0]!r} and {name!r} cannot both be files")


def _state(place: Path, built: Path, attempt: Attempt, force: bool) -> str:
    """Return what a new submission is to the one that is there.

    Raises
    ------
    Refused
        It must not replace it.
    """
    if not os.path.lexists(place):
        return NEW
    if place.is_symlink() or not place.is_dir():
        raise Refused(f"{place} is not a folder but a link or a file")
    before = stamp_of(place)
    retimed = abs(before - attempt.stamp) > 1 or attempt.known != (timestamp_of(place) is not None)
    if digests(place) == digests(built) and not (force and retimed):
        return SAME
    if before < attempt.stamp:
        return NEWER
    if force:
        return FORCED
    raise Refused("another one is there that is not older; --force replaces it")


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a submission, without its time."""
    found = {}
    for entry in in_folder(folder).entries:
        if entry.path != TIMESTAMP:
            whole = hashlib.sha256()
            if not entry.problem:
                with entry.open() as file:
                    whole.update(file.read())
            found[entry.path] = entry.problem or whole.hexdigest()
    return found


def stamp_of(folder: Path) -> float:
    """Return the time of a submission that is there: its ``timestamp.txt``, or its latest file's."""
    known = timestamp_of(folder)
    if known is not None:
        return float(known.replace(tzinfo=UTC).timestamp())
    return max((entry.time for entry in in_folder(folder).entries), default=0.0)


def _move_in(built: Path, place: Path, kept: Path | None) -> None:
    """Move a submission to its place, and what was there out of its way."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if kept is None:
        os.rename(built, place)
        return
    kept.mkdir(parents=True, exist_ok=True)
    base = datetime.fromtimestamp(stamp_of(place), UTC).strftime("%Y-%m-%dT%H%M%SZ")
    old = next(
        path for n in range(1, 10**6) if not (path := kept / (base if n == 1 else f"{base}-{n}")).exists()
    )
    try:
        os.rename(place, old)
        os.rename(built, place)
    except BaseException:  # Ctrl-C too
        if os.path.lexists(old) and not os.path.lexists(place):
            os.rename(old, place)
        raise
