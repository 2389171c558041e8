"""The page of submissions that look alike, with the code of each pair side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lstm_course.checks.notebook import read_notebook, release_of
from lstm_course.grading.course import Course
from lstm_course.grading.pages import render, write
from lstm_course.grading.similarity import THRESHOLD, Similarity, compare

MOST_SHOWN = 50


def write_similarity(course: Course, assignment: str, folder: Path, threshold: float = THRESHOLD) -> Path:
    """Compare an assignment's submissions, write ``<assignment>-similarity.html`` and return its path.

    Parameters
    ----------
    course : Course
    assignment : str
    folder : Path
    threshold : float
        The least similarity of a pair.

    Raises
    ------
    InputError
        There are more submissions than can be compared.
    """
    with course.ledger() as ledger:
        found = compare(ledger.verdicts(assignment), given(course, assignment), threshold)
    path = folder / f"{assignment}-similarity.html"
    write(path, similarity_page(assignment, found))
    return path


def given(course: Course, assignment: str) -> Iterator[dict[str, Any]]:
    """Yield the notebooks whose code does not count: the release, and the model solution if there is one."""
    yield read_notebook(release_of(assignment) / f"{assignment}.ipynb")
    source = course.root / course.directory.source_directory / assignment / f"{assignment}.ipynb"
    if source.is_file():
        yield json.loads(source.read_text(encoding="utf-8"))


def similarity_page(assignment: str, found: Similarity) -> str:
    """Return the page as HTML that needs nothing else.

    Parameters
    ----------
    assignment : str
    found : Similarity
    """
    return render("similarity.html", sortable=True, assignment=assignment, s=found, shown=MOST_SHOWN)
