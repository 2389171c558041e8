"""The record of ``gpu.py``: what was measured, what is missing and why; on disk as a whole at any time."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine, memory_gibibytes, versions
from on_gpu.plan import PARTS, Plan, cells_of, name_of

LIBRARIES = ("jaxlib", "jax-cuda", "nvidia-cublas", "nvidia-cuda-runtime", "nvidia-cudnn", "triton")
MEMORY = {
    "jax": "layers: arguments, outputs and temporaries of the compiled program; else the process's peak, "
    "null where it is not above the one before",
    "torch": "the most that tensors held",
    "tensorflow": "the most that tensors held",
}


class Record:
    """Collects the shares of the parts.

    Parameters
    ----------
    options : argparse.Namespace
        Those of ``gpu.py run``.
    plan : Plan
    """

    def __init__(self, options: argparse.Namespace, plan: Plan) -> None:
        self.plan, self.out = plan, options.out
        turns = [(backend, part) for part in PARTS if part in options.parts for backend in options.backends]
        self.turns = list(dict.fromkeys(turns))
        self.shares: dict[tuple[str, str], dict[str, Any]] = {}
        self.reasons = dict.fromkeys(self.turns, "not begun")
        self.head = {
            "what": "LSTMs on a GPU: layers, training, time to the target, by backend; seconds and MiB",
            "command": shlex.join(["python", "benchmarks/gpu.py", *sys.argv[1:]]),
            "date": datetime.now(UTC).date().isoformat(),
            "machine": describe_machine(),
            "memory_gibibytes": memory_gibibytes(),
            "driver": driver(),
            "versions": versions() | libraries(),
            "seed": options.seed,
            "minutes": options.minutes,
            "plan": asdict(plan),
            "memory": MEMORY,
        }
        self.write()

    def take(self, turn: tuple[str, str], share: dict[str, Any], reason: str) -> None:
        """Take a part's share so far; the reason is why cells that it lacks are not there."""
        if share != self.shares.get(turn) or reason != self.reasons[turn]:
            self.shares[turn], self.reasons[turn] = share, reason
            self.write()

    def content(self) -> dict[str, Any]:
        """Return the whole record; its rows are by part."""
        devices: dict[str, Any] = {}
        rows: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
        missing: list[dict[str, str]] = []
        for turn in self.turns:
            backend, part = turn
            share = self.shares.get(turn, {})
            if device := share.get("device"):
                devices.setdefault(backend, {})["processor" if part == "cpu" else "device"] = device
            rows[part] += [{"backend": backend, **row} for row in share.get("rows", [])]
            missing += self._missing(turn, share)
        return {**self.head, "devices": devices, **rows, "missing": missing}

    def _missing(self, turn: tuple[str, str], share: dict[str, Any]) -> list[dict[str, str]]:
        """Return what a part was asked for and lacks."""
        backend, part = turn
        errors = share.get("errors", {})
        there = {row["cell"]: row.get("why_not", "") for row in share.get("rows", [])}
        cells = [name_of(cell) for cell in cells_of(part, self.plan)]
        reasons = {cell: errors.get(cell) or there.get(cell, self.reasons[turn]) for cell in cells}
        if not there and len(set(reasons.values())) == 1:
            reasons = {"all": reasons[cells[0]]}
        return [
            {"backend": backend, "part": part, "cell": cell, "why": why}
            for cell, why in reasons.items()
            if why
        ]

    def write(self) -> None:
        """Write the record whole or not at all."""
        write_json(self.out, self.content())


def libraries() -> dict[str, str]:
    """Return the versions of what the backends compute with."""
    found = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
    return {name: found[name] for name in sorted(found) if name.lower().startswith(LIBRARIES)}


def driver() -> str | None:
    """Return what NVIDIA's tool says of GPU, driver and memory; None where it is not installed."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = [program, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return (done.stdout if done.returncode == 0 else done.stdout + done.stderr).strip()
