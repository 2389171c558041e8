"""The ledger: a row for each submission, written as soon as there is a verdict, and kept over a stop."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
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
        # Nothing is lost if the process is killed; after a power cut, the last verdicts are graded once more.
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(SCHEMA)
        path.chmod(0o600)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def record(self, verdict: Verdict) -> Verdict | None:
        """Write a verdict, which the gradebook does not have yet; return the one that was there before."""
        old = self.verdict(verdict.assignment, verdict.student)
        # A string can hold halves of characters, UTF-8 cannot.
        content = zlib.compress(verdict.to_json().encode(errors="replace"), 1)
        reason = verdict.reason.encode(errors="replace").decode()
        row = (verdict.assignment, verdict.student, verdict.key, verdict.state, reason)
        self.connection.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (*row, verdict.score, verdict.most, content),
        )
        return old

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

    def states(self, assignment: str) -> dict[str, tuple[str, str, bool, float]]:
        """Return by student: state, reason, whether the gradebook has it, and the points to be had."""
        rows = self.connection.execute(
            "SELECT student, state, reason, imported, most FROM verdicts WHERE assignment = ?", (assignment,)
        )
        return {student: (state, reason, bool(there), most) for student, state, reason, there, most in rows}

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

    def mark_imported(self, verdicts: Iterable[Verdict]) -> None:
        """Note that the gradebook has these verdicts, and not what has taken a verdict's place since."""
        with self.transaction():
            self.connection.executemany(
                "UPDATE verdicts SET imported = 1 WHERE assignment = ? AND student = ? AND key = ?",
                [(verdict.assignment, verdict.student, verdict.key) for verdict in verdicts],
            )

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
