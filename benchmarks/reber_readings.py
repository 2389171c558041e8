"""Measure what the embedded Reber grammar's network owes to each choice that the text of 1997 leaves open.

    python benchmarks/reber_readings.py [--out results/reber-readings.json] [--trials 20] [--workers 2]

Five choices with two answers each make 32 readings. Each is tried on the paper's two networks, three blocks
of two cells and four blocks of one, at the paper's rate of 0.5, where it reports success within 8,440 and
9,500 sequences. A trial is that of ``lstm-course experiment run reber``: the same criterion, the same budget,
initial weights from the same range. The first reading, all first answers, is that of the course's rows; the
first three answers are those that give the printed number of weights.
"""

import argparse
import itertools
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

os.environ |= dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import numpy as np

from lstm_course.experiments.rows import choose
from lstm_course.experiments.trial import run_trial
from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine, versions
from lstm_course.tasks import Reber

NETWORKS = ("reber-3x2-rate0.5", "reber-4x1-rate0.5")

#: The choices and their answers; the first answer is that of ``lstm_course/experiments/rows.py``.
CHOICES = {
    "output_biases": (False, True),  # whether output units have a bias
    "direct": (False, True),  # whether output units read the input too
    "reads": ("all", "cells"),  # which hidden units the hidden units read
    "update": ("symbol", "string"),  # after what the weights change
    "target": ("next", "allowed"),  # the symbol that came, or all that might have come
}


@dataclass(frozen=True)
class AllowedTargets(Reber):
    """The Reber problem with a target of 1 for every symbol that may follow."""

    def draw_sets(self, rng):
        sets = super().draw_sets(rng)
        return tuple(replace(batch, targets=batch.allowed.astype(float)) for batch in sets)


def read(row, reading):
    """Return the row as the reading has it."""
    design = replace(
        row.design,
        biased="iov" if reading["output_biases"] else "io",
        shortcut=reading["direct"],
        reads=reading["reads"],
    )
    task = AllowedTargets() if reading["target"] == "allowed" else row.task
    return replace(row, design=design, task=task, every_step=reading["update"] == "symbol")


def one_trial(name, reading, seed):
    """Run one trial of a row under a reading; a process does this."""
    (row,) = choose(name, {})
    return run_trial(read(row, reading), "1997", seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("results/reber-readings.json"))
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()

    readings = [dict(zip(CHOICES, answers, strict=True)) for answers in itertools.product(*CHOICES.values())]
    rows = []
    with ProcessPoolExecutor(options.workers) as pool:
        started = [
            (name, reading, [pool.submit(one_trial, name, reading, seed) for seed in range(options.trials)])
            for name in NETWORKS
            for reading in readings
        ]
        for name, reading, running in started:
            trials = [each.result() for each in running]
            solved = [trial["sequences"] for trial in trials if trial["solved"]]
            mean = float(np.mean(solved)) if solved else None
            row = {"row": name, **reading, "weights": trials[0]["weights"], "trials": len(trials)}
            rows.append(row | {"solved": len(solved), "sequences": mean})
            answers = " ".join(f"{answer!s:>7}" for answer in reading.values())
            print(f"{name} {answers}  {len(solved):>2} of {len(trials)}  {mean or 0:>7,.0f}", flush=True)

    write_json(
        options.out,
        {
            "what": "Trials of the embedded Reber grammar under 32 readings of the text of 1997",
            "command": f"python benchmarks/reber_readings.py --trials {options.trials}"
            f" --workers {options.workers}",
            "machine": describe_machine(),
            "versions": versions(),
            "rows": rows,
        },
    )


if __name__ == "__main__":
    main()
