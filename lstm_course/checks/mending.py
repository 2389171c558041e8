"""Put a student's work into a fresh copy of the release, so that what is tested is what was given out.

Of a submitted notebook two things count: the sources of the solution cells, and the cells that the student
has added. Everything else, tests above all, is the release's, whatever has become of it on the way.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from lstm_course.checks.notebook import graded_as

OWN = "own-"  # with a number, the id of a cell that the student has added
STUB = "raise NotImplementedError"


def mend(notebook: Mapping[str, Any], release: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the release with the student's solutions and own cells in it, and what had to be put right.

    Parameters
    ----------
    notebook, release : dict
        Notebooks of format 4, as JSON has them.

    Returns
    -------
    mended : dict
        No outputs; the release's cells in the release's order, own cells behind the cell that they followed.
    repairs : list of str
        A sentence for each thing that was not as it had been given out.
    """
    given = {id_of(cell): cell for cell in release["cells"]}
    found, own, repairs = _sorted_out(notebook, given)
    for name, cell in given.items():
        if _is(cell, "solution") and name not in found:
            _find_by_function(name, found, own, repairs)
    mended = {key: copy.deepcopy(value) for key, value in release.items() if key != "cells"}
    cells: list[dict[str, Any]] = [_as_given(cell) for cell in own.get("", [])]
    for name, cell in given.items():
        fresh = _as_given(cell)
        if _is(cell, "solution"):
            if name not in found:
                repairs.append(f"The cell for `{name}` was missing, so there is no solution for it.")
            elif found[name] != source_of(cell):
                fresh["source"] = found[name]
        elif _is(cell, "grade") or _is(cell, "locked"):
            kind = "test" if _is(cell, "grade") else "given cell"
            if name not in found:
                repairs.append(f"The {kind} `{name}` was missing and has been put back.")
            elif found[name].rstrip() != source_of(cell).rstrip():
                repairs.append(f"The {kind} `{name}` had been changed and has been put back.")
        cells.append(fresh)
        cells += [_as_given(cell) for cell in own.get(name, [])]
    mended["cells"] = cells
    return mended, repairs


def _sorted_out(
    notebook: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, list[dict[str, Any]]], list[str]]:
    """Return the sources by the release's cells, own cells by the cell that they follow, and complaints."""
    found: dict[str, str] = {}
    own: dict[str, list[dict[str, Any]]] = {}
    repairs, last = [], ""
    by_id = {str(cell["id"]): name for name, cell in given.items() if cell.get("id")}
    for cell in notebook["cells"]:
        if not isinstance(cell, Mapping):
            repairs.append("Something that is not a cell was left out.")
            continue
        name = id_of(cell)
        if name not in given:
            name = by_id.get(str(cell.get("id")), name)
        if name not in given:
            count = sum(map(len, own.values())) + 1
            own.setdefault(last, []).append(_own(cell, f"{OWN}{count}"))
            continue
        graded = _is(given[name], "solution") or _is(given[name], "grade") or _is(given[name], "locked")
        if name in found and graded:
            twice = found[name].rstrip() != source_of(cell).rstrip() and STUB not in source_of(cell)
            if _is(given[name], "solution") and twice:
                repairs.append(
                    f"The cell for `{name}` was there more than once; the last one with code counts."
                )
                found[name] = source_of(cell)
            continue
        if cell.get("cell_type") != given[name]["cell_type"] and graded:
            repairs.append(
                f"The cell `{name}` had become a {cell.get('cell_type')!a:.20} cell and is code again."
            )
        found[name] = source_of(cell)
        last = name
    return found, own, repairs


def _find_by_function(
    name: str, found: dict[str, str], own: dict[str, list[dict[str, Any]]], repairs: list[str]
) -> None:
    """Take the last of the student's own cells that defines a function as the solution that is missing."""
    start = re.compile(rf"^(?:def\s+{re.escape(name)}\s*\(|{re.escape(name)}\s*=[^=])", re.MULTILINE)
    for cells in own.values():
        for cell in [cell for cell in cells if start.search(cell["source"]) and STUB not in cell["source"]]:
            if name not in found:
                repairs.append(f"The cell for `{name}` was known by the function in it alone.")
            found[name] = cell["source"]
            cells.remove(cell)


def id_of(cell: Mapping[str, Any]) -> str:
    """Return what a cell is known by: its ``grade_id``, or the notebook's own id of it."""
    return str(graded_as(cell).get("grade_id") or cell.get("id") or "")


def source_of(cell: Mapping[str, Any]) -> str:
    """Return a cell's text, with line feeds for line ends.

    Examples
    --------
    >>> source_of({"source": ["a = 1", "; b = 2"]})
    'a = 1; b = 2'
    """
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    text = text.encode("utf-8", "replace").decode()  # JSON can hold halves of characters, a file cannot
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is(cell: Mapping[str, Any], kind: str) -> bool:
    return bool(graded_as(cell).get(kind))


def _own(cell: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a cell that the student has added, without any claim to be more."""
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    fresh: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": source_of(cell)}
    return fresh | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _as_given(cell: Mapping[str, Any]) -> dict[str, Any]:
    fresh = copy.deepcopy(dict(cell))
    if fresh["cell_type"] == "code":
        fresh |= {"outputs": [], "execution_count": None}
    return fresh
