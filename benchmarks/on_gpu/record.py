"""The record of ``gpu.py``: what was measured, what is missing and why; on disk as a whole at any time.

A run adds to the record that is there: what it was not asked for stays, if both were made alike.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError
from lstm_course.json_files import read_json, write_json
from lstm_course.machine import describe_machine, memory_gibibytes, versions
from on_gpu.plan import PARTS, Plan, cells_of, name_of

WHAT = "LSTMs on a GPU: layers, training, time to the target, by backend; seconds and MiB"
#: what the runs of one record have in common; with --any-device a run may have no GPU
COMMON = ("machine", "driver", "versions", "plan", "seed", "any_device")
LIBRARIES = ("jaxlib", "jax-cuda", "nvidia-cublas", "nvidia-cuda-runtime", "nvidia-cudnn", "triton")
AND = " && "  # between the commands of a record
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

    Raises
    ------
    InputError
        Where ``--out`` is a file that this run cannot add to.
    """

    def __init__(self, options: argparse.Namespace, plan: Plan) -> None:
        self.plan, self.out = plan, options.out
        turns = [(backend, part) for part in PARTS if part in options.parts for backend in options.backends]
        self.turns = list(dict.fromkeys(turns))
        self.shares: dict[tuple[str, str], dict[str, Any]] = {}
        self.reasons = dict.fromkeys(self.turns, "not begun")
        self.head = {
            "what": WHAT,
            "command": shlex.join(["python", "benchmarks/gpu.py", *sys.argv[1:]]),
            "date": datetime.now(UTC).date().isoformat(),
            "machine": describe_machine(),
            "memory_gibibytes": memory_gibibytes(),
            "driver": driver(),
            "versions": versions() | libraries(),
            "seed": options.seed,
            "minutes": options.minutes,
            "any_device": options.any_device,
            "plan": asdict(plan),
            "memory": MEMORY,
        }
        self.earlier = earlier(options.out, self.head)
        if any(self._kept(kind) for kind in (*PARTS, "missing")):
            commands = [*self.earlier["command"].split(AND), self.head["command"]]
            self.head["command"] = AND.join(dict.fromkeys(commands))
        self.write()

    def take(self, turn: tuple[str, str], share: dict[str, Any], reason: str) -> None:
        """Take a part's share so far; the reason is why cells that it lacks are not there."""
        if share != self.shares.get(turn) or reason != self.reasons[turn]:
            self.shares[turn], self.reasons[turn] = share, reason
            self.write()

    def content(self) -> dict[str, Any]:
        """Return the whole record; its rows are by part."""
        devices = {backend: dict(seen) for backend, seen in self.earlier.get("devices", {}).items()}
        rows = {part: self._kept(part) for part in PARTS}
        missing = self._kept("missing")
        for turn in self.turns:
            backend, part = turn
            share = self.shares.get(turn, {})
            if device := share.get("device"):
                seen, kind = devices.setdefault(backend, {}), "processor" if part == "cpu" else "device"
                if share.get("rows") or kind not in seen:
                    seen[kind] = device
            rows[part] += [{"backend": backend, **row} for row in share.get("rows", [])]
            missing += self._missing(turn, share)
        return {**self.head, "devices": devices, **rows, "missing": missing}

    def _kept(self, kind: str) -> list[dict[str, Any]]:
        """Return what an earlier run left of a part, or as missing, in turns that this run does not take."""
        return [
            one
            for one in self.earlier.get(kind, [])
            if (one["backend"], one["part"] if kind == "missing" else kind) not in self.turns
        ]

    def measured(self) -> bool:
        """Tell whether this run has a row."""
        return any(share.get("rows") for share in self.shares.values())

    def write(self) -> None:
        """Write the record whole or not at all; over one that has rows only when there is a row to add."""
        if self.measured() or not self.earlier:
            write_json(self.out, self.content())

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


def earlier(out: Path, head: dict[str, Any]) -> dict[str, Any]:
    """Return the record that is there and has rows; an empty one where there is none.

    Raises
    ------
    InputError
        It is no record of ``gpu.py``, or was made elsewhere or in another way than ``head`` says.
    """
    if not out.exists():
        return {}
    hint = "Choose another --out."
    found = read_json(out)
    if found.get("what") != WHAT:
        raise InputError(f"a record of gpu.py in {out}", "another file", hint)
    if not any(found.get(part) for part in PARTS):
        return {}
    own = json.loads(json.dumps(head))
    others = [name.replace("_", "-") for name in COMMON if found.get(name) != own[name]]
    if others:
        wanted = f"a record in {out} that this run can add to"
        raise InputError(wanted, f"one with another {' and another '.join(others)}", hint)
    return found


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
