"""What ``course.py`` does: make ``.venv`` with the locked versions once, then run a tool of it.

Nothing but the standard library, since nothing else is installed yet.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements" / "course.txt"
BACKENDS = ROOT / "requirements" / "backends.txt"
STAMP = VENV / "installed.txt"

LOCKS = {"course.txt": ["--extra", "dev"], "gpu.txt": ["--extra", "keras", "--extra", "gpu"]}
BUILT = ["_build", "book/_generated", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache"]


def fingerprint():
    """Return what decides whether the installed packages are the wanted ones."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install():
    """Make ``.venv`` with the locked versions and the course itself, unless it is already there."""
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    print("course.py: installing the locked packages into .venv (once; a few minutes)", flush=True)
    STAMP.unlink(missing_ok=True)
    if not usable():
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(VENV)])
    pip("--require-hashes", "-r", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(fingerprint())


def pip(*arguments):
    """Install into ``.venv``."""
    run([str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments])


def usable():
    """Return whether the environment's Python runs and is the version of this one."""
    code = f"import sys; raise SystemExit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        return subprocess.run([str(BIN / "python"), "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def run(command, **more):
    """Run one command in the repository; its failure is ours."""
    result = subprocess.run(command, cwd=ROOT, **more)
    if result.returncode:
        raise SystemExit(result.returncode)


def tool(name, *arguments, **environment):
    """Run a program of ``.venv``, with ``.venv`` first on PATH as its kernels and plug-ins expect.

    Files are UTF-8 for it wherever it runs; on Windows they would not be.
    """
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    suffix = ".exe" if os.name == "nt" else ""
    run(
        [str(BIN / (name + suffix)), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", "PATH": path, "VIRTUAL_ENV": str(VENV), **environment},
    )


def setup(arguments):
    """Make .venv and install the locked versions."""
    print(f"course.py: ready; activate it with: {activation()}")


def backends(arguments):
    """Install Keras's other backends, JAX and PyTorch, into .venv, for the tests."""
    pip("-r", str(BACKENDS))


def activation():
    """Return the command that activates ``.venv`` in a shell."""
    return r".venv\Scripts\activate" if os.name == "nt" else "source .venv/bin/activate"


def book(arguments):
    """Build the book strictly and say where it is."""
    tool("python", "-m", "tools.build_book", *arguments)


def pdf(arguments):
    """Print the book as one PDF (needs Chromium)."""
    tool("python", "-m", "tools.build_pdf", *arguments)


def test(arguments):
    """Run every test, a file on each core; or those that the arguments name, one after the other."""
    if not arguments:
        arguments = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
        arguments += ["--max-worker-restart", "0"]  # or a test that kills its process is tried eight times
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            os.environ.setdefault(name, "1")  # or each file would want all cores
    tool("python", "-m", "pytest", *arguments)


def lint(arguments):
    """Check style, types and the direction of imports."""
    tool("ruff", "check", ".")
    tool("ruff", "format", "--check", ".")
    tool("mypy")
    tool("lint-imports")


def lab(arguments):
    """Open JupyterLab."""
    tool("jupyter", "lab", *arguments)


def train(arguments):
    """Train a sentiment model; arguments go to lstm-course train."""
    tool("lstm-course", "train", *(arguments or ["--model", "bilstm", "--out", "runs/bilstm"]))


def release(arguments):
    """Renew exercises/ from solutions/ (or only the named assignments)."""
    tool("python", "-m", "tools.release", *arguments)


def lock(arguments):
    """Renew requirements/course.txt and gpu.txt (versions and hashes, Python 3.11 to 3.13)."""
    for name, extras in LOCKS.items():
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
        options += ["--no-header", "--no-emit-index-url", "--quiet"]
        tool("uv", "pip", "compile", "pyproject.toml", *options, *extras, "-o", f"requirements/{name}")


def clean(arguments):
    """Remove what was built (and with --all, .venv too)."""
    for name in BUILT + ([".venv"] if "--all" in arguments else []):
        shutil.rmtree(ROOT / name, ignore_errors=True)


COMMANDS = {f.__name__: f for f in (book, pdf, test, lab, train, release, lint, lock, setup, clean, backends)}


def main():
    """Read the command line; with no command, list them."""
    parser = argparse.ArgumentParser(
        prog="python course.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Set the course up and run its parts.",
        epilog="commands:\n" + "\n".join(f"  {name:9}{f.__doc__}" for name, f in COMMANDS.items()),
    )
    parser.add_argument("command", nargs="?", choices=COMMANDS, metavar="command")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to the tool")
    given = parser.parse_args()
    if given.command is None:
        parser.print_help()
        return
    if given.command != "clean":
        install()
    COMMANDS[given.command](given.arguments)
