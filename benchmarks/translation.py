"""Train translators of numbers on several seeds, with attention and without, and print one table.

    python benchmarks/translation.py [--models attention plain ...] [--seeds 1 2 3]
        [--runs runs/translation] [--out results/translation.json]

Each run draws its numbers and its weights from its seed, trains as the chapter on translation does, and
translates 250 new numbers each of 3, 4, 5 and 6 digits greedily, and the numbers with the pairs that were
held out. Runs that are on record under --runs are not repeated, so the script can be stopped at any time
and called again; without --models and --seeds it also writes the record. Each run keeps a fingerprint of its
model's options and of its numbers and their names; runs and records that were made of others are refused,
not mixed with. Seed 0 was used to choose the sizes, so it is not among the seeds.
"""

import argparse
import hashlib
import json
import platform
import statistics
import sys
import time
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from lstm_course.errors import InputError
from lstm_course.json_files import read_json, write_json
from lstm_course.machine import describe_machine, joined, versions
from lstm_course.translation.bleu import bleu, exact_match
from lstm_course.translation.data import HELD_OUT, Languages, french, german, pairs, pieces, split_numbers

DIGITS = (3, 4, 5, 6)


class Reversed(Languages):
    """Languages whose German is read from its end, as Sutskever et al. (2014) did."""

    def read(self, texts, width=None):
        return super().read([text[::-1] for text in texts], width)


MODELS = {
    "attention": {},
    "plain": {"attention": False},
    "attention, 4 times as long": {"epochs": 20},
    "plain, 4 times as long": {"attention": False, "epochs": 20},
    "forwards": {"attention": False, "bidirectional": False, "epochs": 10},
    "backwards": {"attention": False, "bidirectional": False, "epochs": 10, "languages": Reversed},
    "attention, up to 5 digits": {"digits": (1, 2, 3, 4, 5)},
}
SEEDS = {"attention": (1, 2, 3, 4, 5), "plain": (1, 2, 3, 4, 5)}


def draw(name, seed):
    """Return the lengths that a run trains on, and its numbers."""
    digits = MODELS[name].get("digits", (1, 2, 3, 4, 5, 6))
    return digits, split_numbers(np.random.default_rng(seed), digits=digits)


@cache  # drawing and naming all these numbers takes seconds
def fingerprint(name, seed):
    """Return a hash of what a run is made of: the model's options, its numbers and their names."""
    options = {key: getattr(value, "__name__", value) for key, value in MODELS[name].items()}
    _, numbers = draw(name, seed)
    named = [
        [(n, german(n), french(n)) for n in part]
        for part in (numbers.train, numbers.test, numbers.unseen_pairs)
    ]
    return hashlib.sha256(json.dumps([options, named]).encode()).hexdigest()[:16]


def up_to_date(one):
    """Whether a run's record is of the options, numbers and names that a run would have now."""
    if one.get("model") not in MODELS or not one.get("fingerprint"):
        return False
    return one["fingerprint"] == fingerprint(one["model"], one["seed"])


def measure(name, seed):
    """Train one model and return its record."""
    import keras

    from lstm_course.translation.model import Translator
    from lstm_course.translation.training import train
    from lstm_course.translation.translating import translate

    options = {key: value for key, value in MODELS[name].items() if key != "digits"}
    epochs, kind = options.pop("epochs", 5), options.pop("languages", Languages)
    digits, numbers = draw(name, seed)
    languages = kind.build(numbers.train)
    keras.utils.set_random_seed(seed)
    model = Translator(len(languages.source), len(languages.target), **{"units": 48, **options})
    start = time.perf_counter()
    losses = train(model, numbers.train, languages, epochs=epochs, seed=seed)
    seconds = time.perf_counter() - start

    def answers(chosen):
        return translate(model, languages, [german(n) for n in chosen])

    by_digits, candidates, references = {}, [], []
    for length in DIGITS:
        chosen = [n for n in numbers.test if len(str(n)) == length]
        found, wanted = answers(chosen), [french(n) for n in chosen]
        by_digits[length] = exact_match(found, wanted)
        candidates += [pieces(text) for text in found]
        references += [[pieces(text)] for text in wanted]
    by_pair = {}
    for pair in HELD_OUT:
        chosen = [n for n in numbers.unseen_pairs if pair in pairs(n)]
        by_pair[pair] = exact_match(answers(chosen), [french(n) for n in chosen])
    unseen_length = [n for n in numbers.test if len(str(n)) not in digits][:3]
    return {
        "model": name,
        "seed": seed,
        "fingerprint": fingerprint(name, seed),
        "machine": describe_machine(),
        "backend": keras.backend.backend(),
        "train": len(numbers.train),
        "epochs": epochs,
        "parameters": model.count_params(),
        "seconds": round(seconds, 1),
        "loss": statistics.mean(losses[-100:]),
        "exact": by_digits,
        "bleu": bleu(candidates, references).score,
        "exact_unseen_pairs": by_pair,
        "unseen_pairs_alone": dict(zip(HELD_OUT, answers(HELD_OUT), strict=True)),
        "unseen_length": [
            {"number": n, "answer": answer}
            for n, answer in zip(unseen_length, answers(unseen_length) if unseen_length else [], strict=True)
        ],
    }


def run(name, seed, folder):
    """Return a run's record, from disk if it is there."""
    path = folder / f"{name.replace(',', '').replace(' ', '-')}-{seed}.json"
    if not path.exists():
        print(f"{name}, seed {seed}", file=sys.stderr, flush=True)
        write_json(path, measure(name, seed))
    kept = read_json(path)
    if not up_to_date(kept):
        raise InputError(
            "a run of this script's options, numbers and names",
            f"one of others, {path}",
            "Choose another --runs, or delete the file.",
        )
    return kept


def check_replaceable(out):
    """Refuse to write over a record of other options, numbers or names."""
    if out.exists() and not all(map(up_to_date, read_json(out).get("runs", []))):
        raise InputError(
            "a record of this script's options, numbers and names",
            f"one of others, {out}",
            "Choose another --out, or delete the file.",
        )


def spread(values):
    return {
        "mean": statistics.mean(values),
        "deviation": statistics.stdev(values) if len(values) > 1 else 0.0,
    }


def summarise(name, runs):
    """Return mean and standard deviation over the seeds of one model."""
    return {
        "model": name,
        "seeds": [one["seed"] for one in runs],
        "epochs": runs[0]["epochs"],
        "parameters": runs[0]["parameters"],
        "seconds": spread([one["seconds"] for one in runs]),
        "exact": {str(d): spread([one["exact"][str(d)] for one in runs]) for d in DIGITS},
        "bleu": spread([one["bleu"] for one in runs]),
        "exact_unseen_pairs": {
            str(p): spread([one["exact_unseen_pairs"][str(p)] for one in runs]) for p in HELD_OUT
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", choices=MODELS, metavar="MODEL")
    parser.add_argument("--seeds", nargs="+", type=int)
    parser.add_argument("--runs", type=Path, default=Path("runs/translation"))
    parser.add_argument("--out", type=Path, default=Path("results/translation.json"))
    parser.add_argument("--note", default="", help="a remark on how the runs were made, for the record")
    options = parser.parse_args()
    whole = not (options.models or options.seeds)
    runs = []
    try:
        if whole:
            check_replaceable(options.out)
        for name in options.models or MODELS:
            runs += [run(name, seed, options.runs) for seed in options.seeds or SEEDS.get(name, (1, 2, 3))]
    except InputError as error:
        print(f"translation.py: {error}", file=sys.stderr)
        return 2
    found = {name: [one for one in runs if one["model"] == name] for name in MODELS}
    summaries = [summarise(name, ones) for name, ones in found.items() if ones]
    print(f"{'model':<27} seeds  epochs  parameters  seconds  exact match by digits 3, 4, 5, 6    BLEU")
    for row in summaries:
        exact = "  ".join(f"{row['exact'][str(d)]['mean']:6.1%}" for d in DIGITS)
        print(
            f"{row['model']:<27} {len(row['seeds']):5} {row['epochs']:7} {row['parameters']:11,}"
            f" {row['seconds']['mean']:8.0f}  {exact}  {row['bleu']['mean']:8.4f}"
        )
    if not whole:
        return 0
    record = {
        "what": "exact match and BLEU on new numbers, German to French, 250 each of 3, 4, 5 and 6 digits",
        "command": "python benchmarks/translation.py",
        "date": date.today().isoformat(),
        "machine": joined(runs, "machine"),
        "note": options.note,
        "system": f"{platform.system()} {platform.release()}",
        "backend": joined(runs, "backend"),
        "versions": versions() | {"num2words": version("num2words")},
        "summaries": summaries,
        "runs": runs,
    }
    write_json(options.out, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
