"""Build the book strictly: every cell runs, every warning fails, nothing stale is shown.

``python -m tools.build_book`` (``make book`` calls this). Extra arguments go to ``jupyter-book build``.

Executed chapters are kept in ``_build/.jupyter_cache`` under the text of their cells alone. The package
that those cells call is not part of that key, so this tool empties the cache whenever anything else that
decides every output has changed: the package, the locked versions, the configuration, or Python. A
record or a quiz belongs to the chapters that name it, and only these run again when it changes.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
DOCTREES = BUILD / ".doctrees"
STAMP = BUILD / "cache-keys.json"
CLEAN = BUILD / "built-without-a-warning"
INDEX = BUILD / "html" / "index.html"

INPUTS = ("lstm_course/**/*", "requirements/course.txt", "_config.yml")
"""What every chapter's output depends on beside its own text."""

APART = ("lstm_course/checks/", "lstm_course/cli/", "lstm_course/grading/")
"""Parts of the package that no chapter runs or shows (a test sees to it)."""

CELL_SECONDS = 600
"""What one cell may take, as in ``_config.yml``."""

PAGES = ("book/_ext/*.py", "book/references.bib", "_toc.yml")
"""What every page depends on, beside its own text and what its cells put out."""

JUPYTER_BOOK = """\
import gc, sys
gc.disable()  # pages are millions of small objects that stay: looking for rubbish among them takes seconds
sys.modules["rfc3987_syntax"] = None  # or jsonschema builds grammars of addresses, and needs none of them
from jupyter_book.cli.main import main
main()"""
"""jupyter-book without what makes it slow: a quarter of the time of a change of text."""

NAMED = re.compile(r"(?:\.\./)*(?:results|quizzes)/[\w./-]+\.json")
"""A file that one chapter reads: a record or its quiz, named by its whole path."""

ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # the small matrices of one step: threads that wait for each other cost more
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this .venv, not one from the home directory
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(ROOT),  # the package beside the book, wherever the book is built
    "PYTHONUTF8": "1",  # or jupyterquiz, which names no encoding, cannot read a quiz on Windows
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""What kernels see: the same on every machine, and quiet."""


def fingerprint(patterns: tuple[str, ...]) -> str:
    """Return a fingerprint of Python's version and of all files that fit the patterns."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and "__pycache__" not in path.parts and not name.startswith(APART):
                digest.update(name.encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def chapter_keys() -> dict[str, str]:
    """Return a fingerprint, for each chapter, of the records and the quiz that it names."""
    keys = {}
    for chapter in sorted(ROOT.glob("book/**/*.md")):
        text, digest = chapter.read_text(encoding="utf-8"), hashlib.sha256()
        if "_toc.yml" in text:  # a page about the others
            others = ("_toc.yml", "book/**/*.md", "book/quizzes/*.json", "exercises/*/*.ipynb")
            digest.update(fingerprint(others).encode())
        for name in sorted(set(NAMED.findall(text))):
            path = chapter.parent / name
            digest.update(name.encode() + (path.read_bytes() if path.exists() else b"missing"))
        keys[chapter.relative_to(ROOT).as_posix()] = digest.hexdigest()
    return keys


def renew_cache() -> list[str]:
    """Forget the executed chapters that were made from anything else than what is here now; return them."""
    changed: list[str] = []
    old = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    new = {"outputs": fingerprint(INPUTS), "pages": fingerprint(PAGES), "chapters": chapter_keys()}
    if old.get("pages") != new["pages"]:
        CLEAN.unlink(missing_ok=True)
    if old.get("outputs") != new["outputs"]:
        if CACHE.exists():
            print("build_book: the package or its versions changed, so every chapter runs again", flush=True)
        shutil.rmtree(CACHE, ignore_errors=True)
        CLEAN.unlink(missing_ok=True)
    else:
        before = old["chapters"]
        changed = [name for name, key in new["chapters"].items() if before.get(name, key) != key]
        forget(changed)
    BUILD.mkdir(exist_ok=True)
    STAMP.write_text(json.dumps(new, indent=1))
    return changed


def forget(chapters: list[str]) -> None:
    """Drop what is kept of some chapters: their executed cells and their parsed text."""
    if not chapters or not CACHE.exists():
        return
    from jupyter_cache import get_cache

    cache = get_cache(CACHE)
    for record in cache.list_cache_records():
        if any(Path(record.uri) == ROOT / chapter for chapter in chapters):
            cache.remove_cache(record.pk)
    for chapter in chapters:
        print(f"build_book: what {chapter} reads changed, so it runs again", flush=True)
        (DOCTREES / chapter).with_suffix(".doctree").unlink(missing_ok=True)


def to_look_at(forgotten: list[str]) -> list[str]:
    """Return the chapters that may have to run: those changed since the last clean build, or else all."""
    chapters = sorted(ROOT.glob("book/**/*.md"))
    if CLEAN.exists():
        last = CLEAN.stat().st_mtime
        chapters = [
            p for p in chapters if p.stat().st_mtime >= last or p.relative_to(ROOT).as_posix() in forgotten
        ]
    return [path.relative_to(ROOT).as_posix() for path in chapters]


def run_jupyter_book(arguments: list[str]) -> int:
    """Forget what is stale, run jupyter-book strictly and return its exit status."""
    chapters = to_look_at(renew_cache())
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(ROOT)]
    strict = ["-W", "-n", "--keep-going"]
    # Pages that did not change need not be read again, if reading them last time gave no warning that
    # would now stay unsaid. Every page is written again: that is when links and references are resolved.
    if not CLEAN.exists():
        strict.append("--all")
    CLEAN.unlink(missing_ok=True)
    environment = {**os.environ, **ENVIRONMENT}
    if chapters:
        ahead = [
            sys.executable,
            "-m",
            "tools.run_chapters",
            str(ROOT),
            str(CACHE),
            str(CELL_SECONDS),
            *chapters,
        ]
        subprocess.run(ahead, cwd=ROOT, env=environment, check=True)
    status = subprocess.run([*command, *strict, *arguments], cwd=ROOT, env=environment).returncode
    if status == 0:
        CLEAN.touch()
    return status


def main() -> int:
    """Build the book; say where it is, or that there is none."""
    shutil.rmtree(INDEX.parent, ignore_errors=True)  # so that every page is written, and none stays behind
    status = run_jupyter_book(sys.argv[1:])
    if status:
        print("build_book: the book was not built; the cause is above", file=sys.stderr)
    else:
        print(f"build_book: open {INDEX.as_uri()}")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
