"""What runs inside the sandbox: a notebook's cells, and the probe of the functions that they define.

Started as a program with the settings as its one argument (JSON). Requests come on standard input, pickled
by the grader; replies leave by a file descriptor of their own as frames (``wire``). Everything here belongs
to the student as soon as the first cell has run, so nothing here knows an answer, and the grader believes
none of it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import json
import linecache
import os
import pickle
import resource
import sys
import types
from typing import Any, BinaryIO

LONGEST_RESULT = 2000


def main() -> None:
    """Give up all rights, then answer requests until there are no more."""
    settings = json.loads(sys.argv[1])
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(settings["replies"], "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.makedirs(settings["work"], exist_ok=True)
    give_up_rights(settings)
    os.chdir(settings["work"])
    sys.path[:] = [*settings["path"], *sys.path[1:], settings["work"]]
    serve(requests, replies)


def give_up_rights(settings: dict[str, Any]) -> None:
    """Set the limits that the kernel keeps, and become nobody."""
    for name, value in settings["limits"].items():
        if value < 0:
            continue
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))
    user = settings["user"]
    if user is not None:
        os.chown(settings["work"], user, user)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests: ``(kind, *arguments)`` in, a value out."""
    from lstm_course.grading.wire import WireError, encode

    notebook = Notebook()
    while True:
        try:
            kind, *arguments = pickle.load(requests)
        except EOFError:
            return
        reply = getattr(notebook, kind)(*arguments)
        try:
            frame = encode(reply)
        except WireError as error:
            frame = encode({"unsendable": str(error)})
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # it may be the student's
                stream.flush()
        replies.write(len(frame).to_bytes(8, "big") + frame)
        replies.flush()


class Notebook:
    """The namespace of one notebook, and what may be asked of it."""

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        sys.modules["__main__"] = self.module
        self.shell: Any = None
        builtins.display = lambda *values, **options: print(*map(repr, values), sep="\n")  # type: ignore[attr-defined]
        builtins.get_ipython = self.get_ipython  # type: ignore[attr-defined]

    def get_ipython(self) -> Any:
        """Return IPython's shell on this namespace; it is made for those who ask."""
        if self.shell is None:
            from IPython.core.interactiveshell import InteractiveShell

            self.shell = InteractiveShell.instance(user_module=self.module, user_ns=self.names)
        return self.shell

    def warm(self, modules: list[str]) -> bool:
        """Import what every notebook of the assignment will."""
        for name in modules:
            __import__(name)
        return True

    def files(self, contents: dict[str, bytes]) -> bool:
        """Put files into the working folder."""
        for name, content in contents.items():
            with contextlib.suppress(OSError):  # what a file system has no room for is not there
                os.makedirs(os.path.dirname(os.path.join(".", name)), exist_ok=True)
                with open(name, "xb") as file:
                    file.write(content)
        return True

    def cell(self, number: int, source: str) -> dict[str, Any]:
        """Run a cell. Return what its last line is worth, and what went wrong."""
        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        tree, error = None, None
        try:
            tree = ast.parse(source, name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as wrong:
            error = wrong
        if tree is None:  # out here, so that what follows is not told as a consequence
            return self.magic(source) if looks_like_magic(source) else failed(error)
        end = tree.body[-1] if tree.body else None
        last = end.value if isinstance(end, ast.Expr) else None
        tree.body = tree.body[:-1] if last is not None else tree.body
        try:
            exec(compile(tree, name, "exec"), self.names)
            if last is None:
                return {}
            value = eval(compile(ast.Expression(last), name, "eval"), self.names)
            quiet = source.rstrip().endswith(";")
            return {} if value is None or quiet else {"result": repr(value)[:LONGEST_RESULT]}
        except BaseException as wrong:
            return failed(wrong)

    def magic(self, source: str) -> dict[str, Any]:
        """Run what is not Python, but may be IPython: ``%magic``, ``!command``, ``await``."""
        try:
            done = self.get_ipython().run_cell(source, store_history=False, silent=True)
            wrong = done.error_before_exec or done.error_in_exec
            return failed(wrong) if wrong is not None else {}
        except BaseException as wrong:
            return failed(wrong)

    def observe(self, expression: str, cases: Any, drive: Any) -> dict[str, Any]:
        """Run the probe on the function that an expression names."""
        from lstm_course.checks.probe import observe

        try:
            function = eval(expression, self.names)
        except BaseException as error:
            return failed(error)
        if not callable(function):
            return {"uncallable": function}
        try:
            seen = observe(function, cases, drive)
        except BaseException as error:
            return failed(error)
        fields = ("value", "error", "where", "changed", "shared", "again", "overwritten")
        return {"seen": [{field: getattr(one, field) for field in fields} for one in seen]}


def looks_like_magic(source: str) -> bool:
    """Return whether a cell that is not Python may be IPython."""
    return any(mark in source for mark in ("%", "!", "?", "await"))


def failed(error: Any) -> dict[str, Any]:
    """Return an exception, and where in the student's own code it came from."""
    from lstm_course.checks.probe import line_of

    return {"error": error, "where": line_of(error)}


if __name__ == "__main__":
    main()
