"""Parts of ``gpu.py`` one after another, each in a process of its own, within the time that there is."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lstm_course.json_files import read_json
from on_gpu.plan import PARTS, refusal_of_all
from on_gpu.record import Record

ROOT = Path(__file__).resolve().parents[2]
GRACE = 15.0  # seconds between the end of a process's time and its being killed: one cell's
OFTEN = 0.5  # seconds between looks at what there is
STUCK = 10.0  # seconds that a process killed may take to end; one stuck in the driver never does
NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}


def take_turns(record: Record, options: argparse.Namespace) -> None:
    """Give each part its share of what time is left; a backend that cannot compute loses its turns."""
    end = time.time() + 60 * options.minutes
    grace = min(GRACE, 15 * options.minutes)  # a quarter of the whole at most
    turns = list(record.turns)
    for backend in dict.fromkeys(backend for backend, _ in turns):
        if importlib.util.find_spec(backend) is None:
            turns = without(record, turns, backend, f"{backend} is not installed")
    for turn in list(turns):
        if why := refusal_of_all(*turn, record.plan):
            record.take(turn, {}, why)
            turns.remove(turn)
    while turns:
        turn, *turns = turns
        left = end - grace - time.time()
        if left <= 0:
            record.take(turn, {}, "no time was left")
            continue
        weights = [PARTS[part] for _, part in (turn, *turns)]
        until = time.time() + left * weights[0] / sum(weights)
        print(f"{' '.join(turn)}: {until - time.time():.0f} s", file=sys.stderr, flush=True)
        work(record, turn, until, grace, options)
        device = record.shares[turn].get("device", {})
        if turn[1] != "cpu" and device and not (device["gpu"] or options.any_device):
            turns = without(record, [turn, *turns], turn[0], f"{turn[0]} sees no GPU, only {device['name']}")


def without(record: Record, turns: list[tuple[str, str]], backend: str, why: str) -> list[tuple[str, str]]:
    """Return the turns of the other backends; those of this one are on record as missing."""
    for turn in turns:
        if turn[0] == backend:
            record.take(turn, record.shares.get(turn, {}), why)
    return [turn for turn in turns if turn[0] != backend]


def work(
    record: Record, turn: tuple[str, str], until: float, grace: float, options: argparse.Namespace
) -> None:
    """Run one part, and put its share on record while it runs."""
    backend, part = turn
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        share = Path(folder, "share.json")
        words = [part, "--share", share, "--seed", options.seed, "--target", options.target]
        words += ["--began", began, "--until", until]
        words += [f"--{name.replace('_', '-')}" for name in ("any_device", "quick") if getattr(options, name)]
        places = [str(ROOT / "benchmarks"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(places)}
        environment = os.environ | own | (NO_GPU if part == "cpu" else {})
        with open(Path(folder, "log"), "w+", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "on_gpu.work", *map(str, words)],
                env=environment,
                stdout=log,
                stderr=log,
            )
            try:
                while process.poll() is None and time.time() < until + grace:
                    time.sleep(min(OFTEN, grace / 4))
                    record.take(turn, read_share(share), "not yet measured")
            finally:
                process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STUCK)
                status = process.poll()
            seconds = f"after {time.time() - began:.0f} s"
            log.seek(0)
            last = (log.read().strip().splitlines() or ["without a word"])[-1][-500:]
        reason = f"the time was over {seconds}"
        if status and time.time() < until + grace:
            reason = f"the process ended with status {status} {seconds}: {last}"
        record.take(turn, read_share(share), reason)


def read_share(path: Path) -> dict[str, Any]:
    """Return what a part has written so far."""
    return read_json(path) if path.exists() else {}
