"""Specimens of what students write, and the grading of one: the solution with some of its cells replaced."""

import contextlib
import io
import json
import linecache
import os
import re
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

from lstm_course.checks import CheckFailed, Finding, find, observe, registry
from lstm_course.checks.probe import same

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong implementation.

    function: the grade_id of the solution cell that it replaces, which is the function's name.
    what: what the student did, in words.
    loses: the tests, by grade_id, that it must fail; it must pass all others.
    named: the known mistake, or mistakes, that the failures must name; empty where the check is not expected
        to know.
    code: the cell; or change: replacements in the solution's cell, each of which must fit exactly once.
    remembers: what a call returns depends on the calls before, so that no test may look at another's calls.
    """

    function: str
    what: str
    loses: tuple[str, ...]
    named: str | tuple[str, ...] = ""
    code: str = ""
    change: dict[str, str] = field(default_factory=dict)
    remembers: bool = False


@dataclass(frozen=True)
class Right:
    """A correct implementation in another style."""

    function: str
    style: str
    code: str = ""
    change: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """A code cell of a notebook: ``kind`` is given, look, solution or test."""

    kind: str
    id: str
    source: str
    points: float = 0.0


@dataclass(frozen=True)
class Mark:
    """What one test gave, and why not more."""

    earned: float
    points: float
    finding: Finding | None = None
    error: str = ""


@cache
def cells_of(folder: str, assignment: str) -> tuple[Cell, ...]:
    """Return the code cells of ``solutions/`` or ``exercises/``."""
    path = ROOT / folder / assignment / f"{assignment}.ipynb"
    cells = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        own = cell["metadata"].get("nbgrader", {})
        kind = "solution" if own.get("solution") else "test" if own.get("grade") else "given"
        if "look" in cell["metadata"].get("tags", ()):
            kind = "look"
        cells.append(Cell(kind, own.get("grade_id", ""), "".join(cell["source"]), own.get("points", 0.0)))
    return tuple(cells)


def source_of(assignment, specimen):
    """Return the cell that a specimen puts in the place of the solution's."""
    if specimen.code:
        return specimen.code
    (source,) = (
        c.source
        for c in cells_of("solutions", assignment)
        if (c.kind, c.id) == ("solution", specimen.function)
    )
    for old, new in specimen.change.items():
        assert source.count(old) == 1, f"{specimen}: {old!r} is there {source.count(old)} times"
        source = source.replace(old, new)
    return source


def grade(assignment, function="", source="", folder="solutions", sharing=True):
    """Run a notebook with the cell of one function replaced; return its marks by grade_id.

    As nbgrader does: a cell that fails stops nothing but itself, and a test earns all its points or none.
    Tests that the replaced cell cannot touch are not run again for each specimen.
    """
    shell = InteractiveShell.instance()
    shell.enable_gui = lambda gui=None: None  # for %matplotlib, which a notebook's shell knows
    names = {"__name__": "__main__", "get_ipython": lambda: shell}
    marks, once = {}, sparingly() if sharing else observe
    reached, alone = not function, False
    for cell in cells_of(folder, assignment):
        if cell.kind == "look":
            continue
        about = find(assignment, cell.id)[0].function if cell.kind == "test" else ""
        if about and (not reached or (alone and about != function)):
            marks[cell.id] = untouched(assignment)[cell.id]
            continue
        before, here = dict(names), (cell.kind, cell.id) == ("solution", function)
        with patch.object(registry, "observe", once):
            error = run(source if here else cell.source, names, cell.id)
        if here:
            bound = {name for name in names if names[name] is not before.get(name)} - {function}
            reached, alone = True, not bound & words_elsewhere(assignment, function)
        if about:
            finding = error.finding if isinstance(error, CheckFailed) else None
            earned = 0.0 if error else cell.points
            marks[cell.id] = Mark(earned, cell.points, finding, repr(error) if error else "")
    return marks


@cache
def words_elsewhere(assignment, function):
    """Return every word of the other cells: whoever binds none of them cannot touch their functions."""
    others = (c.source for c in cells_of("solutions", assignment) if c.id != function and c.kind != "look")
    return frozenset(re.findall(r"\w+", "\n".join(others)))


def sparingly():
    """Return ``observe`` with a memory: the tests of one function look at the same calls of it."""
    known = []

    def observe_sparingly(function, cases, drive):
        args = [case.args for case in cases]
        for other, driven, before, seen in known:
            if other is function and driven is drive and same(args, before):
                return seen
        known.append((function, drive, args, observe(function, cases, drive)))
        return known[-1][3]

    return observe_sparingly


@cache
def untouched(assignment):
    """Return the marks of the solution."""
    return grade(assignment)


@contextlib.contextmanager
def kept_environment():
    """Undo what a cell sets in the environment: the tests that come later would obey it."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update({name: value for name, value in before.items() if os.environ.get(name) != value})


def run(source, names, name):
    """Execute one cell in ``names``; return the exception it ended with, or None."""
    text = TransformerManager().transform_cell(source)
    file = f"<{name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
            kept_environment(),
        ):
            warnings.simplefilter("ignore")
            exec(compile(text, file, "exec"), names)
    except (Exception, SystemExit) as error:
        return error
    return None
