"""LSTM, GRU, causal attention and a linear gated recurrence on three tasks, with equal parameters.

    python benchmarks/sequence_models.py [--tasks characters parity recall longer-recall]
        [--kinds LSTM GRU attention linear] [--runs runs/sequence-models]
        [--out results/sequence-models.json]

All four models have the scaffold of ``lstm_course.language_model.alternatives`` and differ in the mixer
alone; their parameters agree to within a few in a hundred. Each is trained with Adam, the gradient clipped to
norm 1 and the step size rising over the first tenth of the updates and falling linearly to 0, with every one
of the rates of ``RATES`` and seed 0. The rate with the best score on the validation data is then trained with
seeds 1 and 2 as well. What is reported is measured on other data, the test data.

``characters``: the film reviews, next character, windows of 64. Score: held-out loss in nats.
``parity``: 32 random bits, after each of them the parity of all so far. Score: accuracy at the last step.
``recall``: pairs of a key and a value, then the keys in another order. Score: share of right values.
``longer-recall``: the same with ten times as many updates, but for attention, which has learnt it by then.

Every run is kept under --runs, with its machine, and not repeated; the record holds what has been run.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from datetime import date
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from lstm_course.json_files import write_json
from lstm_course.language_model import load_characters
from lstm_course.language_model.alternatives import MIXERS, sequence_model
from lstm_course.machine import describe_machine, joined, versions

RATES = (0.001, 0.003, 0.01)
KEYS, PAIRS = 16, 8
IGNORED = -1  # a target that is not scored


class Characters:
    """Windows of the training slice, in random order; tested on windows of the held-out one."""

    time, vocabulary, classes, width, batch, updates = 64, 40, 40, 64, 32, 500
    better, lengths, kinds = min, (64,), MIXERS

    def __init__(self):
        self.data = load_characters(1_250_000, 200_000)

    def draw(self, rng):
        starts = rng.integers(0, len(self.data.train) - self.time - 1, self.batch)
        rows = self.data.train[starts[:, None] + np.arange(self.time + 1)].astype(np.int32)
        return rows[:, :-1], rows[:, 1:]

    def held(self, part, length):
        half = len(self.data.heldout) // 2
        ids = self.data.heldout[:half] if part == "validation" else self.data.heldout[half:]
        count = (len(ids) - 1) // length
        rows = ids[length * np.arange(count)[:, None] + np.arange(length + 1)].astype(np.int32)
        return rows[:, :-1], rows[:, 1:]

    def score(self, log_p, targets):
        return float(-np.take_along_axis(log_p, targets[..., None], axis=2).mean())


class Parity:
    """Running parity of random bits."""

    time, vocabulary, classes, width, batch, updates = 32, 2, 2, 32, 64, 1000
    better, lengths, kinds = max, (32, 64, 128), MIXERS

    def make(self, count, length, rng):
        bits = rng.integers(0, 2, (count, length), dtype=np.int32)
        return bits, bits.cumsum(axis=1, dtype=np.int32) % 2

    def draw(self, rng):
        return self.make(self.batch, self.time, rng)

    def held(self, part, length):
        return self.make(1000, length, np.random.default_rng(1000 if part == "validation" else 2000))

    def score(self, log_p, targets):
        return float((log_p[:, -1].argmax(axis=1) == targets[:, -1]).mean())


class Recall:
    """Keys 0 to 15 with values 16 to 31, eight pairs, then the eight keys again in another order."""

    time, vocabulary, classes, width, batch, updates = 3 * PAIRS, 2 * KEYS, KEYS, 32, 64, 1000
    better, lengths, kinds = max, (3 * PAIRS,), MIXERS

    def make(self, count, rng):
        keys = rng.permuted(np.tile(np.arange(KEYS, dtype=np.int32), (count, 1)), axis=1)[:, :PAIRS]
        values = rng.integers(0, KEYS, (count, PAIRS), dtype=np.int32)
        order = rng.permuted(np.tile(np.arange(PAIRS), (count, 1)), axis=1)
        ids = np.empty((count, self.time), np.int32)
        ids[:, 0 : 2 * PAIRS : 2], ids[:, 1 : 2 * PAIRS : 2] = keys, values + KEYS
        ids[:, 2 * PAIRS :] = np.take_along_axis(keys, order, axis=1)
        targets = np.full(ids.shape, IGNORED, np.int32)
        targets[:, 2 * PAIRS :] = np.take_along_axis(values, order, axis=1)
        return ids, targets

    def draw(self, rng):
        return self.make(self.batch, rng)

    def held(self, part, length):
        return self.make(1000, np.random.default_rng(1000 if part == "validation" else 2000))

    def score(self, log_p, targets):
        asked = targets != IGNORED
        return float((log_p.argmax(axis=2) == targets)[asked].mean())


class LongerRecall(Recall):
    """The same for ten times as long, for those that have anything left to learn."""

    updates, kinds = 10_000, tuple(kind for kind in MIXERS if kind != "attention")


TASKS = {"characters": Characters, "parity": Parity, "recall": Recall, "longer-recall": LongerRecall}


def log_softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class Bench:
    """One model of one kind for one task, compiled once and trained from fresh weights for every run."""

    def __init__(self, task, kind):
        self.task, self.kind = task, kind
        self.model = self.build(task.time)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=IGNORED)
        self.model.compile(keras.optimizers.Adam(0.001, global_clipnorm=1.0), loss, jit_compile=True)
        self.others = {n: self.model if n == task.time else self.build(n) for n in task.lengths}

    def build(self, length):
        return sequence_model(
            self.kind, length, self.task.vocabulary, self.task.classes, width=self.task.width
        )

    def measure(self, part):
        scores = {}
        for length, model in self.others.items():
            model.set_weights(self.model.get_weights())
            x, y = self.task.held(part, length)
            scores[str(length)] = self.task.score(log_softmax(model.predict(x, 200, verbose=0)), y)
        return scores

    def run(self, rate, seed):
        task, optimizer = self.task, self.model.optimizer
        keras.utils.set_random_seed(seed)
        self.model.set_weights(self.build(task.time).get_weights())
        for variable in optimizer.variables:
            variable.assign(keras.ops.zeros_like(variable))
        rng, losses, start = np.random.default_rng(seed), [], time.perf_counter()
        for done in range(task.updates):
            left = (task.updates - done) / (0.9 * task.updates)
            optimizer.learning_rate = rate * min((done + 1) / (0.1 * task.updates), left)
            losses.append(float(self.model.train_on_batch(*task.draw(rng))))
        return {
            "rate": rate,
            "seed": seed,
            "parameters": self.model.count_params(),
            "seconds": round(time.perf_counter() - start, 1),
            "validation": self.measure("validation"),
            "test": self.measure("test"),
        }


def train_all(name, kind, runs):
    """Search the rate with seed 0, then run the other seeds with the best; return all runs' records."""
    task, bench, found = TASKS[name](), None, []

    def run(rate, seed):
        nonlocal bench
        path = runs / f"{name}-{kind}-{rate}-{seed}.json"
        if not path.exists():
            bench = bench or Bench(task, kind)
            where = {"machine": describe_machine(), "backend": keras.backend.backend()}
            write_json(path, {"task": name, "kind": kind, **bench.run(rate, seed), **where})
        found.append(json.loads(path.read_text(encoding="utf-8")))
        print(found[-1], file=sys.stderr, flush=True)
        return found[-1]

    first = str(task.lengths[0])
    best = task.better((run(rate, 0) for rate in RATES), key=lambda r: r["validation"][first])["rate"]
    for seed in (1, 2):
        run(best, seed)
    return found


def summarise(name, kind, found):
    task = TASKS[name]
    first = str(task.lengths[0])
    best = task.better((r for r in found if r["seed"] == 0), key=lambda r: r["validation"][first])["rate"]
    chosen = [r for r in found if r["rate"] == best]
    test = {}
    for length in map(str, task.lengths):
        values = [r["test"][length] for r in chosen]
        sd = statistics.stdev(values) if len(values) > 1 else 0.0
        test[length] = {"mean": statistics.mean(values), "sd": sd, "values": values}
    return {
        "task": name,
        "kind": kind,
        "rate": best,
        "seeds": [r["seed"] for r in chosen],
        "parameters": chosen[0]["parameters"],
        "seconds": statistics.mean(r["seconds"] for r in chosen),
        "test": test,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--kinds", nargs="+", choices=MIXERS, default=list(MIXERS))
    parser.add_argument("--runs", default="runs/sequence-models")
    parser.add_argument("--out", default="results/sequence-models.json")
    options = parser.parse_args()
    runs = Path(options.runs)
    runs.mkdir(parents=True, exist_ok=True)
    for name in options.tasks:
        for kind in options.kinds:
            if kind in TASKS[name].kinds:
                train_all(name, kind, runs)
    summaries, everything = [], []
    for name in TASKS:
        for kind in MIXERS:
            found = [json.loads(p.read_text("utf-8")) for p in sorted(runs.glob(f"{name}-{kind}-*.json"))]
            everything += found
            if len(found) >= len(RATES):
                summaries.append(summarise(name, kind, found))
    record = {
        "what": "four mixers in one scaffold, equal parameters; means over the seeds on test data: nats per "
        "character (characters), accuracy at the last step (parity), share of right values (recall)",
        "command": "python benchmarks/sequence_models.py",
        "date": date.today().isoformat(),
        "machine": joined(everything, "machine"),
        "system": f"{platform.system()} {platform.release()}",
        "backend": joined(everything, "backend"),
        "versions": versions(),
        "rates": RATES,
        "tasks": {
            name: {key: getattr(task, key) for key in ("time", "width", "batch", "updates", "lengths")}
            for name, task in TASKS.items()
        },
        "summaries": summaries,
        "runs": everything,
    }
    write_json(Path(options.out), record)
    for row in summaries:
        scores = ", ".join(f"{n}: {s['mean']:.3f} ± {s['sd']:.3f}" for n, s in row["test"].items())
        print(f"{row['task']:10} {row['kind']:9} rate {row['rate']:<5} {row['parameters']:7,}  {scores}")


if __name__ == "__main__":
    sys.exit(main())
