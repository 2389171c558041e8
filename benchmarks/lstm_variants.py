"""Train the LSTM, its relatives and its ablations on three tasks with equal parameter budgets, several seeds.

    python benchmarks/lstm_variants.py [--tasks recall latest characters] [--variants ...] [--seeds 0 1 2 3]
        [--seconds 480] [--out results/lstm-variants.json]

Tasks, in the units of the record's "score":

- recall: a stream of 40 random values, one of the first 20 marked; at the end, say which value that was
  (mean squared error; answering 0 always has 1/3);
- latest: the same with three marks, the last of which counts, so that a cell has to let go of the others;
- characters: predict the next character of film reviews (nats per character, on held-out reviews).

Every variant has about as many parameters in its recurrent layer as the LSTM, so a variant with fewer gates
has more units. All have the same optimiser and, within a task, the same learning rate, which was not tuned
for any of them; for four of them two further rates are tried on the characters, with one seed. A run that is
on record is not repeated; with --seconds the script stops in time and goes on where it was when called again.
"""

import argparse
import json
import platform
import re
import statistics
import sys
import time
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from lstm_course.json_files import write_json
from lstm_course.machine import processor
from lstm_course.recurrent import GATE_ORDER, GRU, LSTM, Adam, Dense, Embedding, Sequential, SimpleRNN
from lstm_course.recurrent.losses import categorical_crossentropy_from_logits, squared_error
from lstm_course.recurrent.parameters import GRU_GATE_ORDER, gate_slot
from lstm_course.recurrent.variants import LayerNormLSTM, VariantLSTM
from lstm_course.text import load_corpus, split_corpus

STEPS, BATCH = 40, 32  # of recall and latest
WINDOW, EMBEDDED = 64, 16  # of characters
ALPHABET = "\n abcdefghijklmnopqrstuvwxyz.,'!?-"

#: Name → (makes the layer, slots with weights, further weights per unit, bias set after building).
VARIANTS = {
    "LSTM": (LSTM, 4, 0, ("f", 1)),
    "forget bias 0": (LSTM, 4, 0, ("f", 0)),
    "forget bias 3": (LSTM, 4, 0, ("f", 3)),
    "no input gate": (lambda n, **o: VariantLSTM(n, without=("i",), **o), 3, 0, None),
    "no forget gate": (lambda n, **o: VariantLSTM(n, without=("f",), **o), 3, 0, None),
    "no output gate": (lambda n, **o: VariantLSTM(n, without=("o",), **o), 3, 0, None),
    "coupled": (lambda n, **o: VariantLSTM(n, coupled=True, **o), 3, 0, None),
    "peepholes": (lambda n, **o: VariantLSTM(n, peepholes=True, **o), 4, 3, None),
    "layer norm": (LayerNormLSTM, 4, 10, None),
    "GRU": (GRU, 3, 3, None),
    "GRU, update bias 1": (GRU, 3, 3, ("u", 1)),
    "tanh RNN": (SimpleRNN, 1, 0, None),
}

#: Task → (features of the layer's input, units of the LSTM, updates, learning rate, seeds).
TASKS = {
    "recall": (2, 12, 1000, 0.01, 4),
    "latest": (2, 12, 1000, 0.01, 4),
    "characters": (EMBEDDED, 64, 700, 0.005, 3),
}

#: A look at what an untuned learning rate hides: further rates for the characters, one seed each.
FURTHER_RATES = (0.01, 0.02)
RATED = ("LSTM", "GRU", "layer norm", "tanh RNN")


def parameter_count(slots, more, features, units):
    """Weights of a recurrent layer."""
    return slots * units * (features + units + 1) + more * units


def units_for(variant, task):
    """Return the units with which a variant comes closest to the LSTM's number of parameters."""
    features, lstm_units, *_ = TASKS[task]
    _, slots, more, _ = VARIANTS[variant]
    budget = parameter_count(4, 0, features, lstm_units)
    return min(range(2, 400), key=lambda n: abs(parameter_count(slots, more, features, n) - budget))


def make_layer(variant, units, **options):
    """Return a layer without weights, and the bias to set in it."""
    make, _, _, bias = VARIANTS[variant]
    return make(units, **options), bias


def set_bias(layer, bias):
    """Set the bias of one gate of an LSTM or a GRU to a value."""
    if bias is not None:
        gate, value = bias
        weights = layer.weights[2][0] if gate == "u" else layer.weights[2]  # a GRU has two rows
        weights[gate_slot(gate, layer.units, GRU_GATE_ORDER if gate == "u" else GATE_ORDER)] = value


def stream_batch(task, count, rng):
    """Return x (count, steps, 2), values and marks, and the value at the last mark (count, 1)."""
    x = np.zeros((count, STEPS, 2), np.float32)
    x[:, :, 0] = rng.uniform(-1, 1, (count, STEPS))
    marks = {"recall": 1, "latest": 3}[task]
    where = rng.permuted(np.tile(np.arange(STEPS // 2), (count, 1)), axis=1)[:, :marks]
    np.put_along_axis(x[:, :, 1], where, 1, axis=1)
    return x, x[np.arange(count), where.max(axis=1), :1]


@cache
def reviews():
    """Return the training and the held-out characters as ids."""

    def ids(texts):
        text = "\n".join(re.sub(r"<br\s*/?>", " ", text).lower() for text in texts)
        text = re.sub(r" +", " ", re.sub(r"[^\na-z.,'!?-]", " ", text))
        return np.array([ALPHABET.index(letter) for letter in text], np.int16)

    split = split_corpus(load_corpus("imdb"))
    return ids(split.train.texts[:3000]), ids(split.validation.texts[:300])


def windows(text, count, rng):
    """Return ids (count, WINDOW) and the ids that follow each of them."""
    start = rng.integers(0, len(text) - WINDOW, count)
    cut = text[start[:, None] + np.arange(WINDOW + 1)].astype(np.int64)
    return cut[:, :-1], cut[:, 1:]


@cache
def baselines():
    """Nats per held-out character of counts: single characters, and each given the one or two before it."""
    train, held_out = reviews()
    size, found = len(ALPHABET), {}
    for order, name in enumerate(("unigram", "bigram", "trigram")):
        counts = np.ones((size**order, size))  # add one

        def contexts(text, order=order):
            places = [text[order - 1 - k : len(text) - 1 - k].astype(int) * size**k for k in range(order)]
            return sum(places) if places else np.zeros(len(text), int)

        np.add.at(counts, (contexts(train), train[order:].astype(int)), 1)
        chances = counts / counts.sum(axis=1, keepdims=True)
        found[name] = float(-np.log(chances[contexts(held_out), held_out[order:].astype(int)]).mean())
    return found


def key(record):
    """Return what tells a run from all others."""
    return tuple(record[name] for name in ("task", "variant", "seed", "learning_rate"))


def plan(options):
    """Return the keys of the runs that are wanted, seed by seed."""
    wanted = [
        (task, variant, seed, TASKS[task][3])
        for seed in options.seeds or range(max(task[4] for task in TASKS.values()))
        for task in options.tasks
        for variant in options.variants
        if options.seeds or seed < TASKS[task][4]
    ]
    if "characters" in options.tasks:
        wanted += [
            ("characters", v, 0, rate) for rate in FURTHER_RATES for v in RATED if v in options.variants
        ]
    return wanted


def run(task, variant, seed, rate):
    """Train once; return the record."""
    begin = time.perf_counter()
    features, _, updates, _, _ = TASKS[task]
    units = units_for(variant, task)
    rng = np.random.default_rng(seed)
    layer, bias = make_layer(variant, units, return_sequences=task == "characters")
    if task == "characters":
        model = Sequential([Embedding(len(ALPHABET), EMBEDDED), layer, Dense(len(ALPHABET))])
        loss_of = categorical_crossentropy_from_logits
    else:
        model, loss_of = Sequential([layer, Dense(1)]), squared_error
    model.build(features, rng)
    set_bias(layer, bias)
    adam, curve, recent = Adam(rate, global_clipnorm=1.0), [], []
    for update in range(updates):
        if task == "characters":
            x, target = windows(reviews()[0], BATCH, rng)
        else:
            x, target = stream_batch(task, BATCH, rng)
        loss, d_output = loss_of(target, model.forward(x))
        model.backward(d_output)
        adam.update(model.weights, model.gradients)
        recent.append(loss)
        if (update + 1) % 50 == 0:
            curve.append(round(statistics.mean(recent), 5))
            recent = []
    fresh = np.random.default_rng(10_000)
    if task == "characters":
        x, target = windows(reviews()[1], 1024, fresh)
    else:
        x, target = stream_batch(task, 4000, fresh)
    return {
        "task": task,
        "variant": variant,
        "seed": seed,
        "learning_rate": rate,
        "units": units,
        "parameters": sum(weight.size for weight in layer.weights),
        "score": float(loss_of(target, model.forward(x))[0]),
        "curve": curve,
        "seconds": round(time.perf_counter() - begin, 1),
    }


def save(path, runs):
    """Write the record, replacing it in one go."""
    record = {
        "what": "LSTM, variants and ablations with equal parameter budgets: mean squared error (recall, "
        "latest; baseline 1/3) and nats per held-out character (characters)",
        "command": "python benchmarks/lstm_variants.py",
        "date": date.today().isoformat(),
        "machine": f"one core, {processor()}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "tasks": {
            name: {
                "lstm_units": lstm_units,
                "updates": updates,
                "learning_rate": rate,
                "batch": BATCH,
                "steps": WINDOW if name == "characters" else STEPS,
            }
            for name, (_, lstm_units, updates, rate, _) in TASKS.items()
        },
        "baselines": {"recall": 1 / 3, "latest": 1 / 3, "characters": baselines()},
        "deviations": "one learning rate for all variants, not tuned; peepholes start at 0; GRU with the "
        "reset after the product; layer normalisation with epsilon 0.001",
        "runs": sorted(runs, key=lambda r: (list(TASKS).index(r["task"]), *key(r)[1:])),
    }
    write_json(path, record)


def print_table(runs):
    """Print one row per task and variant."""
    for found in (r for r in runs if r["learning_rate"] != TASKS[r["task"]][3]):
        print(*key(found), f"{found['score']:.4f}")
    print(f"{'task':11} {'variant':19} {'units':>5} {'parameters':>10} {'seeds':>5}  median (lowest-highest)")
    for task in TASKS:
        for variant in VARIANTS:
            found = [r for r in runs if (key(r)[:2], key(r)[3]) == ((task, variant), TASKS[task][3])]
            if found:
                scores = [r["score"] for r in found]
                print(
                    f"{task:11} {variant:19} {found[0]['units']:5} {found[0]['parameters']:10} "
                    f"{len(found):5}  {statistics.median(scores):.4f} ({min(scores):.4f}-{max(scores):.4f})"
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--seeds", nargs="+", type=int, help="4 for the streams, 3 for the characters")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no run after so long")
    parser.add_argument("--out", default="results/lstm-variants.json")
    options = parser.parse_args()
    begin, path = time.perf_counter(), Path(options.out)
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    done = {key(record) for record in runs}
    wanted = [key for key in plan(options) if key not in done]
    while wanted and time.perf_counter() - begin < options.seconds:
        runs.append(run(*wanted.pop(0)))
        print(*(runs[-1][name] for name in ("task", "variant", "seed", "score", "seconds")), flush=True)
        save(path, runs)
    print_table(runs)
    print(f"{len(wanted)} runs are still to be done" if wanted else "all runs are done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
