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
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.export import Result, by_student, number
from lstm_course.grading.people import folded
from lstm_course.grading.tables import Table, column, joined, neutral, read_table

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
        It is none, a student or a column is in it twice, or the points to be had differ.
    """
    table = read_table(path)
    column(table, "ID", path)
    points = [row for row in table.rows if row and "Points Possible" in row[0]]
    if len(points) != 1:
        raise InputError(
            f"one row 'Points Possible' in {path}", str(len(points)), "Export the gradebook from Canvas."
        )
    marks = list(marks)
    keys = [table.header.index(name) for name in CANVAS_KEYS if name in table.header]
    people = [row for row in table.rows if row and row is not points[0]]
    rows = _rows_by_student(people, lambda row: [row[key] for key in keys], marks, path)
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
        It is none, a student is in it twice, or the points to be had differ.
    """
    table, marks = read_table(path), list(marks)
    identifier, grade = column(table, "Identifier", path), column(table, "Grade", path)
    modified = column(table, MODIFIED, path)
    keys = [table.header.index(name) for name in MOODLE_KEYS[1:] if name in table.header]
    people = [row for row in table.rows if row]

    def calls(row: list[str]) -> list[str]:
        return [*(row[key] for key in keys), *re.findall(r"\d+$", row[identifier])]

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


def _rows_by_student(
    people: list[list[str]], calls: Callable[[list[str]], list[str]], marks: list[Result], path: Path
) -> dict[str, list[str]]:
    """Return whose row is whose."""
    students = {folded(mark.student): mark.student for mark in marks}
    rows: dict[str, list[str]] = {}
    for row in people:
        own = {students[key] for call in calls(row) if (key := folded(call)) in students}
        if len(own) > 1:
            raise InputError(f"one student in each row of {path}", f"{joined(sorted(own))} in one")
        for student in own:
            if student in rows:
                raise InputError(f"one row for each student in {path}", f"two that fit {student!r}")
            rows[student] = row
    return rows


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
