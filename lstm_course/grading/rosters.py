"""Marks written into a learning platform's own file: Canvas's gradebook, Moodle's grading worksheet.

The instructor's download is the list of people; its rows, their order and its columns stay. Only marks (and
Moodle's empty comments) are written. Formats after the platforms' own readers: Canvas's
``lib/gradebook_importer.rb``, Moodle's ``mod/assign/feedback/offline/importgradeslib.php``.

Cells that people can write about themselves, such as names, are made harmless like our own: no platform reads
them back, because it finds people by their number. What it does read back (numbers, scores, an instructor's
notes and comments) stays as it is: an apostrophe there would be taken over as a change.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.export import Result, by_student, number
from lstm_course.grading.people import folded
from lstm_course.grading.tables import Table, column, neutral, read_table

CANVAS_PEOPLE = (
    "Student",
    "LastName",
    "FirstName",
    "SIS User ID",
    "SIS Login ID",
    "Integration ID",
    "Root Account",
    "Section",
)
CANVAS_KEYS = ("ID", "SIS User ID", "SIS Login ID")
MOODLE_KEYS = ("Identifier", "ID number", "Username", "Email address")
MOODLE_READ = ("Identifier", "Grade", "Maximum Grade", "Last modified (grade)")
MODIFIED, COMMENTS = "Last modified (grade)", "Feedback comments"


def fill_canvas(path: Path, assignments: Sequence[str], marks: Iterable[Result]) -> tuple[Table, list[str]]:
    """Return a Canvas gradebook with marks in it, and the students who are not in it.

    Raises
    ------
    InputError
        It is none, a student or a column is in it twice, which column has the students' ids cannot be told,
        or the points to be had differ.
    """
    table = read_table(path)
    column(table, "ID", path)
    points = [row for row in table.rows if row and "Points Possible" in row[0]]
    if len(points) != 1:
        raise InputError(
            f"one row 'Points Possible' in {path}", str(len(points)), "Export the gradebook from Canvas."
        )
    marks = list(marks)
    people = [row for row in table.rows if row and row is not points[0]]
    rows = _rows_by_student(people, _calls(table, people, CANVAS_KEYS), marks, path)
    for assignment in assignments:
        wanted = by_student(mark for mark in marks if mark.assignment == assignment)
        most = next(iter(wanted.values())).most
        at = _canvas_column(table, assignment, path)
        if at is None:
            at = len(table.header)
            table.header.append(assignment)
            for row in filter(None, table.rows):
                row += [""] * (at + 1 - len(row))
            points[0][at] = number(most)
        _check_most([points[0][at]], most, assignment, path)
        for student, mark in wanted.items():
            # An excused student stays excused: that is the instructor's word, and a number would undo it.
            if mark.score is not None and student in rows and rows[student][at].strip().upper() != "EX":
                rows[student][at] = number(mark.score)
    shown = [index for index, name in enumerate(table.header) if name in CANVAS_PEOPLE]
    for row in people:
        for index in shown:
            row[index] = neutral(row[index])
    return table, _missing(marks, rows)


def _canvas_column(table: Table, assignment: str, path: Path) -> int | None:
    named = re.compile(rf"{re.escape(assignment)}( \(\d+\))?")
    found = [index for index, title in enumerate(table.header) if named.fullmatch(title.strip())]
    if len(found) > 1:
        raise InputError(f"one column for {assignment} in {path}", f"{len(found)} columns")
    return found[0] if found else None


def fill_moodle(path: Path, marks: Iterable[Result]) -> tuple[Table, list[str]]:
    """Return a Moodle grading worksheet with one assignment's marks, and the students who are not in it.

    Raises
    ------
    InputError
        It is none, a student is in it twice, which column has the students' ids cannot be told, or the points
        to be had differ.
    """
    table, marks = read_table(path), list(marks)
    column(table, "Identifier", path)
    grade, modified = column(table, "Grade", path), column(table, MODIFIED, path)
    people = [row for row in table.rows if row]
    calls = _calls(table, people, MOODLE_KEYS)
    calls["Identifier"] = ["".join(re.findall(r"\d+$", call)) for call in calls["Identifier"]]
    rows = _rows_by_student(people, calls, marks, path)
    if "Maximum Grade" in table.header:
        at = table.header.index("Maximum Grade")
        _check_most([row[at] for row in people], marks[0].most, marks[0].assignment, path)
    comments = table.header.index(COMMENTS) if COMMENTS in table.header else None
    for mark in marks:
        if mark.score is not None and mark.student in rows:
            row = rows[mark.student]
            row[grade] = number(mark.score)
            if comments is not None and not row[comments].strip():
                row[comments] = neutral(_comment(mark))
    for row in people:
        for index, name in enumerate(table.header[:modified]):
            if name not in MOODLE_READ:
                row[index] = neutral(row[index])
    return table, _missing(marks, rows)


def _comment(mark: Result) -> str:
    """Return a line for the student."""
    late = f" {number(mark.penalty)} lost by being late." if mark.penalty else ""
    reason = f" {mark.reason[0].upper()}{mark.reason[1:]}." if mark.reason else ""
    return f"{number(mark.score)} of {number(mark.most)} points.{late}{reason}"


def _calls(table: Table, people: list[list[str]], names: Iterable[str]) -> dict[str, list[str]]:
    """Return what people are called in each of these columns that the table has."""
    columns = {name: table.header.index(name) for name in names if name in table.header}
    return {name: [row[index] for row in people] for name, index in columns.items()}


def _rows_by_student(
    people: list[list[str]], calls: Mapping[str, list[str]], marks: list[Result], path: Path
) -> dict[str, list[str]]:
    """Return whose row is whose, by the one column in which most students are found.

    One person's number can be another's name, so that a second column would find somebody else.
    """
    students = {mark.student for mark in marks}
    found = {name: _places(column, students) for name, column in calls.items()}
    best, *others = sorted(found, key=lambda name: -len(found[name]))
    for other in others:
        if len(found[other]) == len(found[best]) and found[other] != found[best]:
            raise InputError(
                f"one column of {path} with the students' ids",
                f"as many of them, for others, in {best!r} as in {other!r}",
                "Clear the cells of the one that is not meant.",
            )
    for student, places in found[best].items():
        if len(places) > 1:
            raise InputError(f"one row for each student in {path}", f"two that fit {student!r}")
    return {student: people[place] for student, (place,) in found[best].items()}


def _places(calls: list[str], students: Iterable[str]) -> dict[str, list[int]]:
    """Return where somebody is called by a student's id, in other capitals only if nobody else is meant.

    Examples
    --------
    >>> _places(["Anna", "ANNA", "BOB"], ["anna", "Anna", "bob"])
    {'Anna': [0], 'bob': [2]}
    """
    exactly, nearly = defaultdict(list), defaultdict(list)
    for place, call in enumerate(calls):
        exactly[call.strip()].append(place)
        nearly[folded(call)].append(place)
    alike = Counter(map(folded, students))
    found = {}
    for student in students:
        key = folded(student)
        if places := exactly.get(student) or (nearly.get(key) if alike[key] == 1 else None):
            found[student] = places
    return found


def _check_most(cells: Iterable[str], most: float, assignment: str, path: Path) -> None:
    """Refuse marks on another scale: Moodle leaves out what is above its maximum without a word."""
    for cell in cells:
        try:
            same = abs(float(cell.replace(",", ".")) - most) < 0.005
        except ValueError:
            continue
        if not same:
            hint = f"Give {assignment} {number(most)} points on the platform, and download the file anew."
            raise InputError(f"{number(most)} points at most for {assignment} in {path}", repr(cell), hint)


def _missing(marks: Iterable[Result], rows: dict[str, list[str]]) -> list[str]:
    return sorted({mark.student for mark in marks if mark.score is not None and mark.student not in rows})
