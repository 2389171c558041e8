"""Whose a file is: what Canvas, Moodle and a plain folder say by a file's name.

After the platforms' own sources: Canvas (``lib/content_zipper.rb``) writes loose files
``name[_LATE]_<user>_<upload>_<file>``; Moodle (``mod/assign/classes/downloader.php``) a folder
``Full Name_<participant>_assignsubmission_file`` for each, in older ones with one more ``_``, or, if folders
are switched off, that as the beginning of each file's name. Both stamp a file with the moment of the
download: it says which download is newer, but not when anybody handed in. In a plain folder the times may be
the students', a copy's or nobody's, which whoever collects has to say.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lstm_course.errors import InputError
from lstm_course.grading.course import student_id
from lstm_course.grading.gradebook import TIMESTAMP
from lstm_course.grading.incoming import Entry, Refused, pieces
from lstm_course.grading.people import People, folded, moment
from lstm_course.grading.tables import joined

# Moodle leaves no underscore in a name, so that the first number is the person's, whatever a file is called.
MOODLE = re.compile(r"(?P<name>[^/_]+)_(?P<owner>[0-9]+)_assignsubmission_[a-z]+(?:_?/|_)(?P<file>.+)")
CANVAS = re.compile(r"(?P<name>[^/]*?)(?:_LATE)?_(?P<owner>[0-9]+)_(?P<upload>[0-9]+)_(?P<file>[^/]+)")
FOLDERS = re.compile(r"(?P<name>(?P<owner>[^/]+))/(?P<file>.+)")

Pairs = list[tuple[str, Entry]]
Found = dict[str, list[tuple[re.Match[str], Entry]]]


@dataclass
class Attempt:
    """What one person has handed in.

    Attributes
    ----------
    files : dict of str to Entry
        By the names that they have in the submission.
    order : float
        The later of two attempts of a student has the higher one.
    stamp : float
        When it was handed in or, where that is not known, when its last file was written: seconds since 1970.
    known : bool
        Whether it is the former.
    notes : list of str
        What the instructor should know.
    """

    files: dict[str, Entry]
    order: float
    stamp: float
    known: bool
    notes: list[str] = field(default_factory=list)


def matched(entries: Iterable[Entry]) -> tuple[Found, list[str]]:
    """Return the files by whose they are, in the form that most names follow, and the names that do not."""
    pairs = [(entry.path, entry) for entry in entries]
    pattern, pairs = _form_of(pairs)
    found: Found = defaultdict(list)
    nobodys = []
    for path, entry in pairs:
        if match := pattern.fullmatch(path):
            found[match["owner"]].append((match, entry))
        else:
            nobodys.append(path)
    return found, nobodys


def _form_of(pairs: Pairs) -> tuple[re.Pattern[str], Pairs]:
    for candidates in (pairs, unwrapped(pairs)):
        for pattern in (MOODLE, CANVAS):
            if 2 * sum(bool(pattern.fullmatch(path)) for path, _ in candidates) > len(candidates):
                return pattern, candidates
    return FOLDERS, pairs


def unwrapped(pairs: Pairs) -> Pairs:
    """Return files without the folder that all of them are in, if there is one."""
    split = [path.partition("/") for path, _ in pairs]
    if len({top for top, _, _ in split}) == 1 and all(inner for _, _, inner in split):
        return [(inner, entry) for (_, _, inner), (_, entry) in zip(split, pairs, strict=True)]
    return pairs


def attempts_in(
    found: Found, assignment: str, people: People | None, times: str = "none"
) -> tuple[dict[str, list[Attempt]], list[tuple[str, str]]]:
    """Return the attempts by student, and (who, why) for those whose student cannot be told.

    Parameters
    ----------
    found : dict
    assignment : str
    people : People, optional
        Their times count more than ``times``.
    times : str
        What says in a plain folder when somebody handed in: ``"none"`` nothing, ``"files"`` the files' own
        times, ``"stamps"`` the student's ``timestamp.txt``.
    """
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    refused = []
    names = {owner: {folded(match["name"]) for match, _ in files} for owner, files in found.items()}
    shared = Counter(name for several in names.values() for name in several)
    for owner, files in sorted(found.items()):
        try:
            if len(names[owner]) > 1:  # somebody has put another's number into a name, or into a file's
                raise Refused(f"several people have this number: {joined(sorted(names[owner]))}")
            (name,) = names[owner]
            student = _student(owner, name if shared[name] == 1 else owner, people)
            known = people.times.get(student) if people else None
            attempts[student].append(_attempt(files, assignment, known, times))
        except Refused as reason:
            refused.append((owner, str(reason)))
    alike = Counter(map(folded, attempts))
    for student in [student for student in attempts if alike[folded(student)] > 1]:
        del attempts[student]
        refused.append((student, "another student's id differs from it in capitals only"))
    return attempts, refused


def _student(owner: str, name: str, people: People | None) -> str:
    student = owner if people is None else people.student(owner, name)
    if student is None:
        raise Refused("neither the number nor a name that is nobody else's is in the list of people")
    try:
        return student_id(student)
    except InputError as error:
        raise Refused(str(error)) from None


def _attempt(
    files: list[tuple[re.Match[str], Entry]], assignment: str, known: float | None, times: str
) -> Attempt:
    """Return one person's files; of several with one name, the latest upload counts."""
    # What Canvas and browsers make of the name when something is uploaded once more.
    again = re.compile(rf"{re.escape(assignment)}(-\d+| ?\(\d+\))\.ipynb")
    best: dict[str, tuple[tuple[int, float, int], Entry]] = {}
    notes = []
    for position, (match, entry) in enumerate(files):
        upload = match.groupdict().get("upload")
        name = f"{assignment}.ipynb" if upload and again.fullmatch(match["file"]) else match["file"]
        rank = (int(upload or 0), entry.time, position)
        if name in best:
            notes.append(f"of several files {name!r} the latest counts")
        if name not in best or rank > best[name][0]:
            best[name] = (rank, entry)
    inside = dict(unwrapped([(name, entry) for name, (_, entry) in best.items()]))
    stamp, changed = inside.pop(TIMESTAMP, None), max(entry.time for _, entry in best.values())
    order: float = max(upload for (upload, _, _), _ in best.values())
    if files[0][0].re is FOLDERS:
        if known is None and times != "none":
            known = changed if times == "files" else _moment_in(stamp)
        order = known or 0.0
    return Attempt(inside, order, changed if known is None else known, known is not None, notes)


def _moment_in(stamp: Entry | None) -> float | None:
    with contextlib.suppress(ValueError):
        return moment(b"".join(pieces(stamp, 100)).decode().strip()) if stamp else None
    return None


def latest(attempts: list[Attempt]) -> Attempt:
    """Return the attempt that counts.

    Raises
    ------
    Refused
        None is later than the others.
    """
    *earlier, last = sorted(attempts, key=lambda attempt: attempt.order)
    if earlier and earlier[-1].order == last.order:
        raise Refused(f"{len(attempts)} attempts, and which is the latest cannot be told")
    if earlier:
        last.notes.append(f"the latest of {len(attempts)} attempts")
    return last
