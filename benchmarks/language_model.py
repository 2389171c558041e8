"""Train character models longer than a chapter's build can, and write one record.

    python benchmarks/language_model.py [--parts ngrams truncation long] [--seeds 0 1 2]
        [--limit SECONDS] [--runs runs/language-model]
        [--out results/language-model.json]

Three parts. ``ngrams``: held-out loss of Kneser-Ney models of order 1 to 8 on 3 million characters.
``long``: an LSTM with 256 units, twice through the same 3 million characters, its held-out loss on the
way, and what it does in the end: loss by length of context and by place in the word, brackets, samples.
``truncation``: an LSTM with 128 units, once through 1.25 million characters, with chunks of 8 or 32
characters and the state carried from chunk to chunk or not. Every run is kept under --runs and not repeated,
so the script can be stopped and called again; the record holds what has been run.
"""

import argparse
import itertools
import json
import os
import pickle
import platform
import statistics
import sys
import time
from datetime import date
from importlib import metadata
from pathlib import Path

import numpy as np

from lstm_course.json_files import write_json
from lstm_course.language_model import (
    CharacterModel,
    NGramModel,
    chunks,
    decode,
    encode,
    evaluate,
    load_characters,
    sample,
)
from lstm_course.language_model.probes import letters_so_far, loss_by_context, open_since, probability_of
from lstm_course.machine import describe_machine
from lstm_course.recurrent import Adam
from lstm_course.recurrent.losses import categorical_crossentropy_from_logits

LONG = {
    "characters": 3_000_000,
    "units": 256,
    "batch": 16,
    "steps": 64,
    "epochs": 2,
    "learning_rate": 0.004,
}
SHORT = {"characters": 1_250_000, "units": 128, "batch": 32, "epochs": 1, "learning_rate": 0.01}
FEATURES, HELDOUT, CHECKPOINTS = 32, 300_000, 24
CONTEXTS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 75, 100, 150, 200]
EDGES = [0, 5, 10, 20, 40, 80, 160]


def ngrams():
    data, rows = load_characters(LONG["characters"], HELDOUT), []
    for order in range(1, 9):
        start = time.perf_counter()
        model = NGramModel.fit(data.train, order)
        losses = model.losses(data.heldout, skip=9)
        loss, shown = float(losses.mean()), float(losses[:100_000].mean())
        seconds = round(time.perf_counter() - start, 1)
        rows.append({"order": order, "loss": loss, "curve_loss": shown, "seconds": seconds})
        print(rows[-1], file=sys.stderr, flush=True)
    return {"characters": LONG["characters"], "orders": rows}


def train_one(settings, steps, seed, carry=True, checkpoints=0, kept_at=None, limit=None):
    """Train one model as ``lstm_course.language_model.train`` does; return it, the data and the record.

    With ``kept_at``, a file, everything is kept there now and then, and a call that was broken off, or that
    ended because ``limit`` seconds were over, is taken up again by the next.
    """
    data = load_characters(settings["characters"], HELDOUT)
    model = CharacterModel(FEATURES, settings["units"], np.random.default_rng(seed))
    adam, state = Adam(settings["learning_rate"], global_clipnorm=1.0), None
    batches = list(chunks(data.train, settings["batch"], steps))
    updates = settings["epochs"] * len(batches)
    marks = {round(updates * (k / checkpoints) ** 1.5) for k in range(1, checkpoints)}
    losses, curve, seconds = [], [], 0.0
    if kept_at is not None and kept_at.exists():
        weights, adam, state, losses, curve, seconds = pickle.loads(kept_at.read_bytes())
        model.set_weights(weights)
    begun = time.perf_counter()
    while len(losses) < updates:
        start, done = time.perf_counter(), len(losses)
        inputs, targets = batches[done % len(batches)]
        adam.learning_rate = settings["learning_rate"] * (1 - done / updates)
        logits, state = model.forward(inputs, state if carry else None)
        loss, d_logits = categorical_crossentropy_from_logits(targets, logits)
        model.backward(d_logits)
        adam.update(model.weights, model.gradients)
        losses.append(loss)
        seconds += time.perf_counter() - start
        if len(losses) in marks or (checkpoints and len(losses) == updates):
            shown = float(evaluate(model, data.heldout[:100_000]).mean())
            read = len(losses) * inputs.size
            curve.append({"characters": read, "seconds": round(seconds, 1), "loss": shown})
            print(curve[-1], file=sys.stderr, flush=True)
        over = limit is not None and time.perf_counter() - begun > limit
        if kept_at is not None and (over or len(losses) % 500 == 0):
            everything = model.weights, adam, state, losses, curve, seconds
            kept_at.write_bytes(pickle.dumps(everything))
            if over:
                sys.exit(f"{len(losses)} of {updates} updates done; call again to go on")
    record = {
        "seed": seed,
        "updates": updates,
        "characters_read": updates * settings["batch"] * steps,
        "seconds": round(seconds, 1),
        "loss": float(evaluate(model, data.heldout).mean()),
        "training_loss": float(np.mean(losses[-len(batches) // 4 :])),
        "curve": curve,
    }
    return model, data, record


def truncation(steps, carry, seed):
    _, _, record = train_one(SHORT, steps, seed, carry)
    record.pop("curve")
    return {"steps": steps, "carry": carry, **record}


def binned(values, by, edges):
    """Return the mean of each array of ``values`` where ``by`` is in each bin."""
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (by >= low) & (by < high)
        means = {name: float(array[inside].mean()) for name, array in values.items()}
        rows.append({"from": low, "below": high, "count": int(inside.sum()), **means})
    return rows


def long(seed, runs, limit):
    kept_at = runs / f"long-{seed}.pickle"
    model, data, record = train_one(LONG, LONG["steps"], seed, True, CHECKPOINTS, kept_at, limit)
    targets = np.random.default_rng(0).choice(np.arange(200, len(data.heldout)), 4000, replace=False)
    context = [float(loss_by_context(model, data.heldout, targets, k).mean()) for k in CONTEXTS]
    p, where = probability_of(model, data.heldout, ")")
    values = {"model": p, "text": data.heldout[where] == encode(")")[0]}
    brackets = binned(values, open_since(data.heldout)[where], [-1, *EDGES])
    losses = evaluate(model, data.heldout)
    where = np.stack([places for _, places in chunks(np.arange(len(data.heldout)), 20, 100)], axis=1)
    first = where >= 9
    values = {"model": losses[first]}
    for order in (7, 8):
        gram = np.zeros(len(data.heldout))
        gram[9:] = NGramModel.fit(data.train, order).losses(data.heldout, skip=9)
        values[f"{order}-gram"] = gram[where[first]]
    words = binned(values, letters_so_far(data.heldout)[where[first]], [0, 1, 2, 3, 5, 8, 40])
    samples = {}
    for temperature in (0.0, 0.3, 0.7, 1.0, 1.3):
        rng = np.random.default_rng(seed)
        start = encode("\nthis film ")[None]
        written, _ = sample(model, start, 400, rng, temperature=temperature)
        samples[str(temperature)] = decode(written[0])
    return {**record, "contexts": CONTEXTS, "loss_by_context": context, "brackets": brackets,
            "by_place_in_word": words, "samples": samples}  # fmt: skip


def kept(path, make):
    """Return a run's record, from disk if it is there."""
    if not path.exists():
        load = round(os.getloadavg()[0], 2)
        record = {**make(), "load_at_start": load}
        write_json(path, record)
    return json.loads(path.read_text(encoding="utf-8"))


def spread(values):
    return {"mean": statistics.mean(values), "sd": statistics.stdev(values) if len(values) > 1 else 0.0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", nargs="+", default=["ngrams", "truncation", "long"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument(
        "--limit", type=float, help="stop a long run after so many seconds; the next call goes on"
    )
    parser.add_argument("--runs", default="runs/language-model")
    parser.add_argument("--out", default="results/language-model.json")
    options = parser.parse_args()
    runs = Path(options.runs)
    runs.mkdir(parents=True, exist_ok=True)
    arms = list(itertools.product((8, 32), (True, False)))
    if "ngrams" in options.parts:
        kept(runs / "ngrams.json", ngrams)
    for seed in options.seeds:
        if "truncation" in options.parts:
            for steps, carry in arms:
                name = f"truncation-{steps}-{'carried' if carry else 'reset'}-{seed}.json"
                kept(runs / name, lambda steps=steps, carry=carry, seed=seed: truncation(steps, carry, seed))
        if "long" in options.parts:
            kept(runs / f"long-{seed}.json", lambda seed=seed: long(seed, runs, options.limit))
    read = lambda pattern: [json.loads(p.read_text("utf-8")) for p in sorted(runs.glob(pattern))]  # noqa: E731
    short = read("truncation-*.json")
    summary = [
        {"steps": steps, "carry": carry, **spread(losses)}
        for steps, carry in arms
        if (losses := [r["loss"] for r in short if (r["steps"], r["carry"]) == (steps, carry)])
    ]
    longs = read("long-*.json")
    record = {
        "what": "character models of the film reviews: held-out loss in nats per character, on the first "
        f"{HELDOUT:,} characters of the held-out reviews (curves: on the first 100,000)",
        "command": "python benchmarks/language_model.py",
        "date": date.today().isoformat(),
        "machine": describe_machine(),
        "system": f"{platform.system()} {platform.release()}",
        "versions": {"python": platform.python_version(), "numpy": metadata.version("numpy")},
        "settings": {"long": LONG, "truncation": SHORT, "features": FEATURES},
        "ngrams": (read("ngrams.json") or [None])[0],
        "truncation": {"summary": summary, "runs": short},
        "long": {"summary": spread([r["loss"] for r in longs]) if longs else None, "runs": longs},
    }
    write_json(Path(options.out), record)
    for row in summary:
        print(f"chunks of {row['steps']:2}, carried {row['carry']!s:5}: {row['mean']:.4f} ± {row['sd']:.4f}")
    for run in longs:
        print(f"long, seed {run['seed']}: {run['loss']:.4f} nats in {run['seconds']:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
