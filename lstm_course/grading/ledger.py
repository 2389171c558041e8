"""The ledger: a row for each submission, written as soon as there is a verdict, and kept over a stop."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

from lstm_course.grading.verdict import Verdict

SCHEMA = """
CREATE TABLE IF NOT EXISTS verdicts (
    assignment TEXT NOT NULL,
    student TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    score REAL NOT NULL,
    most REAL NOT NULL,
    content BLOB NOT NULL,
    imported INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (assignment, student)
);
CREATE TABLE IF NOT EXISTS tries (
    assignment TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (assignment, student)
);
"""


class Ledger:
    """All verdicts of a course, in a SQLite file.

    Parameters
    ----------
    path : Path
        The file; it is made, with its folder, if it is not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.executescript(SCHEMA)
        path.chmod(0o600)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def record(self, verdict: Verdict) -> bool:
        """Write a verdict, in place of an earlier one. Return whether it says anything new."""
        content = zlib.compress(verdict.to_json().encode(), 1)
        old = self.verdict(verdict.assignment, verdict.student)
        same = old is not None and (old.key, old.state, old.reason, old.marks) == (
            verdict.key,
            verdict.state,
            verdict.reason,
            verdict.marks,
        )
        imported = int(same and self.is_imported(verdict.assignment, verdict.student))
        row = (verdict.assignment, verdict.student, verdict.key, verdict.state, verdict.reason)
        self.connection.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, verdict.score, verdict.most, content, imported),
        )
        self.connection.execute(
            "DELETE FROM tries WHERE assignment = ? AND student = ?", (verdict.assignment, verdict.student)
        )
        return not same

    def verdict(self, assignment: str, student: str) -> Verdict | None:
        """Return the verdict on a submission, if there is one."""
        row = self.connection.execute(
            "SELECT content FROM verdicts WHERE assignment = ? AND student = ?", (assignment, student)
        ).fetchone()
        return _read(row[0]) if row else None

    def verdicts(self, assignment: str) -> Iterator[Verdict]:
        """Yield the verdicts of an assignment by student; only one is in memory at a time."""
        rows = self.connection.execute(
            "SELECT content FROM verdicts WHERE assignment = ? ORDER BY student", (assignment,)
        )
        for (content,) in rows:
            yield _read(content)

    def keys(self, assignment: str) -> dict[str, str]:
        """Return what each student's verdict followed from."""
        rows = self.connection.execute(
            "SELECT student, key FROM verdicts WHERE assignment = ?", (assignment,)
        )
        return dict(rows.fetchall())

    def counts(self, assignment: str) -> dict[str, int]:
        """Return how many submissions ended how."""
        rows = self.connection.execute(
            "SELECT state, COUNT(*) FROM verdicts WHERE assignment = ? GROUP BY state", (assignment,)
        )
        return dict(rows.fetchall())

    def reasons(self, assignment: str) -> list[tuple[str, str, str]]:
        """Return (state, student, reason) of all that are not simply graded."""
        rows = self.connection.execute(
            "SELECT state, student, reason FROM verdicts WHERE assignment = ? AND state != 'graded' "
            "ORDER BY state, student",
            (assignment,),
        )
        return rows.fetchall()

    def waiting(self, assignment: str) -> list[str]:
        """Return the students whose verdict the gradebook does not have yet, in order."""
        rows = self.connection.execute(
            "SELECT student FROM verdicts WHERE assignment = ? AND imported = 0 ORDER BY student",
            (assignment,),
        )
        return [student for (student,) in rows]

    def is_imported(self, assignment: str, student: str) -> bool:
        """Return whether the gradebook has the verdict."""
        row = self.connection.execute(
            "SELECT imported FROM verdicts WHERE assignment = ? AND student = ?", (assignment, student)
        ).fetchone()
        return bool(row and row[0])

    def mark_imported(self, assignment: str, students: list[str]) -> None:
        """Note that the gradebook has the verdicts of these students."""
        with self.transaction():
            self.connection.executemany(
                "UPDATE verdicts SET imported = 1 WHERE assignment = ? AND student = ?",
                [(assignment, student) for student in students],
            )

    def begin(self, assignment: str, student: str, key: str) -> int:
        """Note that a submission is about to be run; return how often that has been noted without an end."""
        row = self.connection.execute(
            "SELECT count FROM tries WHERE assignment = ? AND student = ? AND key = ?",
            (assignment, student, key),
        ).fetchone()
        count = (row[0] if row else 0) + 1
        self.connection.execute(
            "INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?)", (assignment, student, key, count)
        )
        return count

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")


def _read(content: bytes) -> Verdict:
    return Verdict.from_json(zlib.decompress(content).decode())
