"""Read a student's notebook as a file: which tests it has, which of the release's it lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError

MISTAKEN = "Open it in JupyterLab to see what is wrong, or start again from a fresh copy."


@dataclass(frozen=True)
class Test:
    """A test cell: its position among the cells, its ``grade_id`` and its points."""

    __test__ = False  # pytest, this is none of yours

    position: int
    grade_id: str
    points: float


def read_notebook(path: Path) -> dict[str, Any]:
    """Return a notebook as JSON has it.

    Raises
    ------
    InputError
        The file is not a notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"a notebook at {path}", f"a file that cannot be read ({error})", MISTAKEN) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise InputError(f"a notebook at {path}", "a file without cells", MISTAKEN)
    if notebook.get("nbformat") != 4:
        raise InputError(
            f"a notebook of format 4 at {path}", f"format {notebook.get('nbformat')!r}", "Save it anew."
        )
    return notebook


def tests_of(notebook: dict[str, Any]) -> list[Test]:
    """Return the test cells of a notebook, in order."""
    tests = []
    for position, cell in enumerate(notebook["cells"]):
        own = graded_as(cell)
        if own.get("grade") and cell.get("cell_type") == "code":
            tests.append(Test(position, str(own.get("grade_id")), float(own.get("points") or 0)))
    return tests


def graded_as(cell: Any) -> Mapping[str, Any]:
    """Return what nbgrader has noted about a cell; nothing for what is not one, or not one of its."""
    for key in ("metadata", "nbgrader"):
        cell = cell.get(key) if isinstance(cell, Mapping) else None
    return cell if isinstance(cell, Mapping) else {}


def releases() -> Path:
    """Return the folder of the assignments, in an installed course or in its repository.

    Raises
    ------
    InputError
        Neither has one.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "exercises", package.parent / "exercises"):
        if folder.is_dir():
            return folder
    raise InputError(
        f"the assignments at {package.parent / 'exercises'}", "no such folder", "Clone the whole repository."
    )


def release_of(assignment: str) -> Path:
    """Return the folder of one assignment as it is given to students.

    Raises
    ------
    InputError
        There is no such assignment.
    """
    names = sorted(folder.name for folder in releases().iterdir() if folder.is_dir())
    if assignment not in names:
        raise InputError(f"an assignment among {', '.join(names)}", repr(assignment))
    return releases() / assignment
