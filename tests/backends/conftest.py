"""Processes of their own for Keras's backends: one is chosen when Keras is imported, and not again."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_python(backend, *words, **environment):
    """Run Python with a backend, quietly and on one core; return what it printed."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"no {backend}: install it with python course.py backends")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **quiet, "KERAS_BACKEND": backend, **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


@pytest.fixture(scope="session")
def on_backend():
    """Run a command of ``tests/backends/work.py`` on a backend."""

    def run(backend, *words, **environment):
        return run_python(backend, "-m", "tests.backends.work", *map(str, words), **environment)

    return run


@pytest.fixture(scope="session")
def tests_on():
    """Run pytest on a backend."""

    def run(backend, *words):
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        return run_python(backend, "-m", "pytest", *options, *words)

    return run
