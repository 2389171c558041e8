"""Build the book strictly: every cell runs, every warning fails, nothing stale is shown.

``python -m tools.build_book`` (``make book`` calls this). Extra arguments go to ``jupyter-book build``.

Executed chapters are kept in ``_build/.jupyter_cache`` under the text of their cells alone. The package
that those cells call is not part of that key, so this tool empties the cache whenever anything else that
decides an output has changed: the package, the committed results, the locked versions, the
configuration, or Python.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
STAMP = BUILD / "cache-key.txt"
INDEX = BUILD / "html" / "index.html"

INPUTS = ("lstm_course/**/*", "results/**/*", "requirements/course.txt", "_config.yml")
"""What a chapter's output depends on beside its own text."""

ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # the small matrices of one step: threads that wait for each other cost more
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this .venv, not one from the home directory
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(ROOT),  # the package beside the book, wherever the book is built
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""What kernels see: the same on every machine, and quiet."""


def cache_key() -> str:
    """Return a fingerprint of all that decides a cell's output, its own text aside."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def renew_cache() -> None:
    """Empty the cache of executed chapters unless it was filled by what is here now."""
    key = cache_key()
    if STAMP.exists() and STAMP.read_text() == key:
        return
    if CACHE.exists():
        print("build_book: the package or its versions changed, so every chapter runs again", flush=True)
        shutil.rmtree(CACHE)
    BUILD.mkdir(exist_ok=True)
    STAMP.write_text(key)


def build(arguments: list[str]) -> int:
    """Build into ``_build/html`` and return jupyter-book's exit status."""
    # An incremental build would hide the warnings of the pages it skips, and keep pages that are gone.
    shutil.rmtree(INDEX.parent, ignore_errors=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(ROOT)]
    strict = ["-W", "-n", "--keep-going", "--all"]
    environment = {**os.environ, **ENVIRONMENT}
    return subprocess.run([*command, *strict, *arguments], cwd=ROOT, env=environment).returncode


def main() -> int:
    """Build the book; say where it is, or that there is none."""
    renew_cache()
    status = build(sys.argv[1:])
    if status:
        print("build_book: the book was not built; the cause is above", file=sys.stderr)
    else:
        print(f"build_book: open {INDEX.as_uri()}")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
