"""Put a student's work into a fresh copy of the release, so that what is tested is what was given out.

Of a submitted notebook two things count: the sources of the solution cells, and the cells that the student
has added, among which is what became of a given cell that is not locked. Everything else, tests above all, is
the release's, whatever has become of it on the way.
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
    repairs: list[str] = []
    last = ""

    def keep(cell: Mapping[str, Any]) -> None:
        count = sum(map(len, own.values())) + 1
        own.setdefault(last, []).append(_own(cell, f"{OWN}{count}"))

    for name, cell in _one_for_each_solution(_named(notebook, given, repairs), given, repairs):
        if name not in given:
            keep(cell)
            continue
        graded = _is(given[name], "solution") or _is(given[name], "grade") or _is(given[name], "locked")
        if name in found and graded:
            continue
        if cell.get("cell_type") != given[name]["cell_type"] and graded:
            repairs.append(
                f"The cell `{name}` had become a {cell.get('cell_type')!a:.20} cell and is code again."
            )
        found[name], last = source_of(cell), name
        if not graded and found[name].rstrip() not in ("", source_of(given[name]).rstrip()):
            repairs.append(f"The given cell `{name}` had been changed; the change is in a cell behind it.")
            keep(cell)
    return found, own, repairs


def _named(
    notebook: Mapping[str, Any], given: Mapping[str, Any], repairs: list[str]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the cells with the names that they are known by."""
    by_id = {str(cell["id"]): name for name, cell in given.items() if cell.get("id")}
    named = []
    for cell in notebook["cells"]:
        if not isinstance(cell, Mapping):
            repairs.append("Something that is not a cell was left out.")
            continue
        name = id_of(cell)
        named.append((name if name in given else by_id.get(str(cell.get("id")), name), cell))
    return named


def _one_for_each_solution(
    named: list[tuple[str, Mapping[str, Any]]], given: Mapping[str, Any], repairs: list[str]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the cells with one of each solution's name, and without a name what else had it."""
    parts: dict[str, dict[int, str]] = {}
    for place, (name, cell) in enumerate(named):
        if name in given and _is(given[name], "solution"):
            parts.setdefault(name, {})[place] = source_of(cell).rstrip()
    own: set[int] = set()
    dropped: set[int] = set()
    for name, texts in parts.items():
        blank = source_of(given[name]).rstrip()
        code = [place for place in texts if STUB not in texts[place]]
        defining = [place for place in code if _defines(texts[place], name)]
        begun = [place for place in texts if texts[place] != blank]
        counts = texts[(defining or code or begun or list(texts))[-1]]
        solution = next(place for place in texts if texts[place] == counts)
        known = {"", blank, counts}
        for place, text in texts.items():
            if place != solution:
                undoes = place > solution and _defines(text, name)
                (dropped if text in known or undoes else own).add(place)
                known.add(text)
        if own & set(texts):
            which = ("last", "one that defines it", "last that defines it")[min(len(defining), 2)]
            repairs.append(
                f"The cell for `{name}` was there more than once; the {which} counts, "
                "the others are kept beside it."
            )
    cells = enumerate(named)
    return [("" if k in own else name, cell) for k, (name, cell) in cells if k not in dropped]


def _find_by_function(
    name: str, found: dict[str, str], own: dict[str, list[dict[str, Any]]], repairs: list[str]
) -> None:
    """Take the last of the student's own cells that defines a function as the solution that is missing."""
    for cells in own.values():
        for cell in [cell for cell in cells if _defines(cell["source"], name) and STUB not in cell["source"]]:
            if name not in found:
                repairs.append(f"The cell for `{name}` was known by the function in it alone.")
            found[name] = cell["source"]
            cells.remove(cell)


def is_own(cell: Mapping[str, Any]) -> bool:
    """Return whether the student has added a cell of a mended notebook."""
    return str(cell.get("id")).startswith(OWN)


def _defines(source: str, name: str) -> bool:
    """Return whether a source defines a function, or gives its name to one."""
    pattern = rf"^(?:def\s+{re.escape(name)}\s*\(|{re.escape(name)}\s*=[^=])"
    return re.search(pattern, source, re.MULTILINE) is not None


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
