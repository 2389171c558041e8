"""A graded notebook as a person reads it: what was run, what came of it as plain text, and the verdicts."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lstm_course.checks.mending import is_own, source_of
from lstm_course.checks.notebook import graded_as
from lstm_course.grading.limits import Limits
from lstm_course.grading.running import Run
from lstm_course.grading.verdict import Mark

LONGEST = 10_000
MOST_RENDERED = 100_000  # characters of a notebook's own text cells; the others stay as they were typed
LINKING = re.compile(r"\](?=\s*[(:\[])")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def finished(
    notebook: Mapping[str, Any], record: Run, marks: Sequence[Mark], limits: Limits
) -> dict[str, Any]:
    """Return the notebook with outputs.

    A test cell has its verdict as output, in the form that nbgrader reads marks from: text if it passed, an
    error if not.
    """
    done = copy.deepcopy(dict(notebook))
    by_id, room = {mark.grade_id: mark for mark in marks}, MOST_RENDERED
    for position, cell in enumerate(done["cells"]):
        if cell["cell_type"] != "code":
            if is_own(cell):
                room -= len(source_of(cell))
                make_harmless(cell, rendered=room >= 0)
            continue
        mark = by_id.get(str(graded_as(cell).get("grade_id")))
        if mark is not None and graded_as(cell).get("grade"):
            cell["outputs"] = [verdict_output(mark)]
        elif position in record.stopped:
            cell["outputs"] = [error_output("Stopped", limits.sentence(record.stopped[position]))]
        elif position in record.cells:
            answer = record.cells[position]
            cell["outputs"] = outputs_of(answer.value, answer.printed)
    return done


def make_harmless(cell: dict[str, Any], rendered: bool = True) -> None:
    """Put what a student wrote as text into harmless HTML: nbgrader's pages show it unchecked.

    They read that HTML as Markdown once more, and no bracket in it shall make a link then.
    """
    from lstm_course.grading.safe_html import as_typed, markdown  # it takes long to load, and few need it

    shown = LINKING.sub("&#93;", str((markdown if rendered else as_typed)(source_of(cell))))
    cell["cell_type"], cell["source"] = "markdown", shown


def verdict_output(mark: Mark) -> dict[str, Any]:
    """Return a test's verdict as an output."""
    if mark.points:
        return stream(f"✓ {mark.grade_id}: right")
    lines = [f"✗ {mark.grade_id}: not right yet", *mark.message.splitlines()]
    if mark.mistake:
        lines.append(f"Likely: {mark.mistake}. {mark.hint}")
    return error_output("CheckFailed", mark.message, lines)


def outputs_of(answer: Mapping[str, Any], printed: str) -> list[dict[str, Any]]:
    """Return what a cell printed, what its last line was worth and how it failed."""
    outputs = [stream(printed)] if printed.strip() else []
    if isinstance(answer.get("result"), str):
        outputs.append(stream(answer["result"]))
    error = answer.get("error")
    if isinstance(error, BaseException):
        where = answer.get("where")
        lines = [f"{type(error).__name__}: {error}", *([where] if isinstance(where, str) and where else [])]
        outputs.append(error_output(type(error).__name__, str(error), lines))
    return outputs


def stream(text: str) -> dict[str, Any]:
    """Return an output of plain text."""
    return {"output_type": "stream", "name": "stdout", "text": cleaned(text) + "\n"}


def error_output(name: str, message: str, lines: Sequence[str] = ()) -> dict[str, Any]:
    """Return an output that is an error, without a traceback into anything of ours."""
    shown = [cleaned(line) for line in lines or [message]]
    return {"output_type": "error", "ename": cleaned(name), "evalue": cleaned(message), "traceback": shown}


def cleaned(text: str) -> str:
    r"""Return text without what a terminal would obey, and not too much of it.

    Examples
    --------
    >>> cleaned("\x1b[31mred\x1b[0m\x07")
    'red'
    """
    text = CONTROL.sub("", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n[…]"
