"""An instructor's course on disk: nbgrader's folders and settings, and the grader's own beside them."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_course.checks.notebook import release_of
from lstm_course.errors import InputError
from lstm_course.grading.ledger import Ledger
from lstm_course.grading.trouble import gradebook_used, ledger_used, settings_read

CONFIG = "nbgrader_config.py"
OWN = "grading"  # the grader's own folder
LENGTH_OF_SECRET = 32  # bytes
# Or jsonschema, which nbgrader loads, builds grammars of addresses for two seconds, and needs none of them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Course:
    """The folder with ``nbgrader_config.py``.

    Parameters
    ----------
    root : Path

    Raises
    ------
    InputError
        There is no such file in it.
    """

    root: Path

    def __post_init__(self) -> None:
        if not (self.root / CONFIG).is_file():
            hint = "Run the command in the course's folder, or name it: --course FOLDER."
            raise InputError(f"a course with its {CONFIG} at {self.root.resolve()}", "none", hint)

    @functools.cached_property
    def config(self) -> Any:
        """What ``nbgrader_config.py`` sets, as traitlets have it; InputError where that cannot be read."""
        from traitlets.config import PyFileConfigLoader

        with settings_read(self.root / CONFIG):
            return PyFileConfigLoader(CONFIG, path=str(self.root.resolve())).load_config()

    @functools.cached_property
    def directory(self) -> Any:
        """The folders, as nbgrader's own code sees them."""
        from nbgrader.coursedir import CourseDirectory

        with settings_read(self.root / CONFIG):
            return CourseDirectory(config=self.config, root=str(self.root.resolve()))

    @property
    def db_url(self) -> str:
        """Where the gradebook is."""
        return str(self.directory.db_url)

    @contextlib.contextmanager
    def gradebook(self) -> Iterator[Any]:
        """Yield nbgrader's gradebook, opened.

        Raises
        ------
        GradebookFailed
            It, or what is done with it, fails in the database.
        """
        # nbgrader looks for alembic on PATH: it is beside this Python.
        beside, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
        if not path.startswith(beside + os.pathsep):
            os.environ["PATH"] = beside + os.pathsep + path
        from nbgrader.api import Gradebook

        with gradebook_used(self.db_url), Gradebook(self.db_url, self.directory.course_id) as gradebook:
            yield gradebook

    @property
    def folder(self) -> Path:
        """The grader's own folder; nobody else may look into it."""
        folder = self.root / OWN
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Yield the ledger, opened.

        Raises
        ------
        InputError
            It is damaged, or cannot be written to.
        """
        path = self.folder / "ledger.sqlite"
        with ledger_used(path), Ledger(path) as ledger:
            yield ledger

    @property
    def secret(self) -> bytes:
        """What random inputs are drawn from; made when it is first asked for, then kept.

        Raises
        ------
        InputError
            What is there is none.
        """
        path = self.folder / "secret"
        if not path.exists():
            make_secret(path)
        secret = path.read_bytes()
        if len(secret) != LENGTH_OF_SECRET:
            hint = (
                "Put a backup in its place, or move it away: then a new one is made, and all is graded anew."
            )
            raise InputError(f"a secret of {LENGTH_OF_SECRET} bytes at {path}", f"{len(secret)} bytes", hint)
        return secret

    def folder_of_all(self, kind: str) -> Path:
        """Return the folder that holds all students': ``kind`` is submitted, autograded or feedback."""
        return self.root.resolve() / getattr(self.directory, f"{kind}_directory")

    def place(self, kind: str, student: str, assignment: str) -> Path:
        """Return a folder of a student's: ``kind`` is submitted, autograded or feedback."""
        directory = getattr(self.directory, f"{kind}_directory")
        return Path(self.directory.format_path(directory, student, assignment))

    def students(self, assignment: str) -> Iterator[str]:
        """Yield those who have a folder for this assignment among the submissions, in order."""
        release_of(assignment)
        found = self.folder_of_all("submitted")
        names = sorted(os.listdir(found)) if found.is_dir() else []
        yield from (name for name in names if os.path.lexists(self.place("submitted", name, assignment)))


def make_secret(path: Path) -> None:
    """Write a new secret, whole or not at all; one that somebody else has written meanwhile stays."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(LENGTH_OF_SECRET))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def student_id(text: str) -> str:
    """Return a student's id that can be the name of a folder.

    Raises
    ------
    InputError
        It cannot.

    Examples
    --------
    >>> student_id("anna.müller@uni.example")
    'anna.müller@uni.example'
    """
    if not text or text in (".", "..") or text != text.strip() or re.search(r"[/\\\x00-\x1f:*?\"<>|]", text):
        raise InputError("a student's id without slashes and the like", repr(text))
    return text
