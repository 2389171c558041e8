"""``lstm-course check``: run one's notebook from top to bottom and see which tests pass."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lstm_course.checks.compare import shortened
from lstm_course.checks.mending import mend, source_of
from lstm_course.checks.notebook import Test, read_notebook, releases, tests_of
from lstm_course.checks.registry import coloured
from lstm_course.cli.parser import CourseParser, whole_number
from lstm_course.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: CourseParser = subparsers.add_parser(
        "check",
        help="run your notebook and its visible tests",
        description="Run a notebook from top to bottom in a fresh kernel, as the grader does, and say which "
        "of its visible tests pass, with a hint where a mistake is known. Tests that were changed or lost "
        "are put back for the run; the notebook itself is left alone. Exit status 1 when a test fails.",
    )
    parser.add_argument("path", type=Path, help="a notebook, or the folder of an assignment: work/04-lstm")
    parser.add_argument(
        "--timeout", type=whole_number(1), default=120, help="seconds that a cell may take (default: 120)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the notebook and report."""
    path = notebook_at(options.path)
    notebook, repairs = mended(path, read_notebook(path))
    tests, passed = {test.position: test for test in tests_of(notebook)}, set()
    for repair in repairs:
        print(f"{coloured('! put right:', '33;1')} {repair}")
    stopped = ""  # the sources of the cells that ended in an error: later ones lack the names in them
    for position, problem in execute(notebook, path.parent, options.timeout):
        test = tests.get(position)
        if test is None:
            source = source_of(notebook["cells"][position])
            if problem and not follows(problem, stopped):
                first = shortened(source.strip().partition("\n")[0])
                head = f"{coloured('! a cell failed', '33;1')}, the one that begins with {first}:"
                print(f"{head}\n{indented(problem)}")
            stopped += f"\n{source}" if problem else ""
        elif problem:
            print(indented(failure(test, problem), first=""))
        else:
            passed.add(position)
            print(f"{coloured(f'✓ {test.grade_id}: right', '32')} ({points(test.points)})")
        sys.stdout.flush()
    total, earned = sum(t.points for t in tests.values()), sum(tests[k].points for k in passed)
    print(f"{len(passed)} of {len(tests)} tests pass, {earned:g} of {points(total)}.")
    return 0 if len(passed) == len(tests) else 1


def notebook_at(path: Path) -> Path:
    """Return the one notebook that is meant."""
    if path.is_dir():
        found = sorted(path.glob("*.ipynb"))
        if len(found) == 1:
            return found[0]
        named = [one for one in found if one.stem == path.resolve().name]
        if named:
            return named[0]
        names = ", ".join(one.name for one in found) or "none"
        raise InputError(f"one notebook in {path}", names, "Name the notebook itself.")
    if not path.exists():
        raise InputError(f"a notebook at {path}", "nothing", "Begin with: lstm-course start 04-lstm")
    if path.suffix != ".ipynb":
        raise InputError("a notebook (.ipynb)", str(path))
    return path


def mended(path: Path, notebook: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the notebook as the grader will see it, and what was put right in it."""
    own = {test.grade_id for test in tests_of(notebook)}
    for folder in sorted(releases().iterdir()):
        released = folder / f"{folder.name}.ipynb"
        if released.exists():
            release = read_notebook(released)
            if path.stem == folder.name or (own and own <= {test.grade_id for test in tests_of(release)}):
                return mend(notebook, release)
    if not own:
        raise InputError(
            "a notebook with tests", f"{path} without any", "Check a copy of an assignment: lstm-course start"
        )
    return notebook, []


def execute(notebook: dict[str, Any], folder: Path, timeout: int) -> Iterator[tuple[int, str]]:
    """Run all code cells in a fresh kernel; yield (position, what went wrong or "") after each."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    document = nbformat.reads(json.dumps(notebook), as_version=4)
    client = NotebookClient(
        document,
        timeout=timeout,
        kernel_name="python3",
        allow_errors=True,
        interrupt_on_timeout=True,
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(folder)}},
    )
    slow = f"the cell took more than {timeout} seconds"
    with client.setup_kernel():
        for position, cell in enumerate(document.cells):
            if cell.cell_type != "code":
                continue
            try:
                client.execute_cell(cell, position)
                yield position, error_in(cell).replace("KeyboardInterrupt: ", slow, 1)
            except CellTimeoutError:
                yield position, slow
            except DeadKernelError:
                yield position, "the kernel died in this cell, and the rest was not run"
                break


def failure(test: Test, problem: str) -> str:
    """Return what a failed test says, with its points."""
    head, *rest = problem.splitlines()
    if test.grade_id not in head:  # not a verdict, but an error in between
        head, rest = coloured(f"✗ {test.grade_id}: the test could not be run", "31;1"), [head, *rest]
    return "\n".join([f"{head} ({points(test.points)})", *rest])


def error_in(cell: Any) -> str:
    """Return what a cell's error says, or ""."""
    for output in cell.outputs:
        if output.output_type == "error":
            if output.ename == "CheckFailed":
                return "\n".join(output.traceback)
            text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
            line = re.findall(r"^-+> *(\d+) (.*)$", text, re.MULTILINE)
            where = f" (line {line[-1][0]}: {line[-1][1].strip()})" if line else ""
            return f"{output.ename}: {output.evalue}{where}"
    return ""


def follows(problem: str, stopped: str) -> bool:
    """Return whether an error comes of what is not written yet, or of cells that have stopped before.

    Examples
    --------
    >>> follows("NotImplementedError: ", ""), follows("NameError: name 'paths' is not defined", "paths = f()")
    (True, True)
    >>> follows("NameError: name 'path' is not defined", "paths = f()")
    False
    """
    lacking = re.match(r"NameError: name '(\w+)' is not defined", problem)
    return "NotImplementedError" in problem or (
        lacking is not None and re.search(rf"\b{lacking[1]}\b", stopped) is not None
    )


def indented(text: str, first: str = "  ") -> str:
    """Return ``text`` with its lines set in."""
    lines = text.splitlines()
    return "\n".join([first + lines[0], *(f"  {line}" for line in lines[1:])])


def points(value: float) -> str:
    """Return a number of points in words.

    Examples
    --------
    >>> points(1), points(2.5)
    ('1 point', '2.5 points')
    """
    return f"{value:g} point{'' if value == 1 else 's'}"
