"""Training of assignment 06-sentiment whose losses are drawn in advance: what is right, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case

MOST_ROWS = 200_000  # that are looked at; a right function trains on a few hundred
ROWS = {
    "labels and reviews are shuffled apart": "reviews with the labels of others",
    "the validation reviews are trained on": "the validation reviews as well",
    "the wrong reviews are trained on": "the validation reviews",
    "some reviews are held back": "only some of the reviews",
    "nothing is trained": "nothing",
}
NEW, SAME = "a new one each time", "the same each time"
KEEPING = (
    "the last epoch is kept",
    "the first epoch is kept",
    "the best epoch by training loss",
    "the largest loss is kept",
    "the best epoch by validation accuracy",
    "the epoch after the best",
    "the epoch before the best",
)
STOPPING = (
    "the training never stops early",
    "the training stops at the first bad epoch",
    "one epoch too many",
    "bad epochs add up",
    "compared with the epoch before",
    "the training loss is watched",
)


def stop_after(losses: list[float], epochs: int, patience: int, wrong: str) -> int:
    """Return how many epochs are run."""
    best, waited, before = np.inf, 0, np.inf
    for epoch, value in enumerate(losses[:epochs], start=1):
        better = value < (before if wrong == "compared with the epoch before" else best)
        before, best = value, min(best, value)
        if better:
            waited = waited if wrong == "bad epochs add up" else 0
        else:
            waited += 1
        if waited >= patience + (wrong == "one epoch too many"):
            return epoch
    return min(epochs, len(losses))


def training(
    script: Any, ids: Any, labels: Any, validation: Any, epochs: int, patience: int, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Say what is trained on, for how long, which weights are kept, what comes back."""
    losses, other = script["val_loss"], script["loss"]
    watched = other if wrong == "the training loss is watched" else losses
    if wrong == "the training stops at the first bad epoch":
        patience = 1
    run = stop_after(watched, epochs, patience, wrong)
    run = epochs if wrong == "the training never stops early" else run
    n = int(seen.get("epochs run", run))
    best = {
        "the last epoch is kept": n,
        "the first epoch is kept": 1,
        "the best epoch by training loss": int(np.argmin(other[:n])) + 1,
        "the largest loss is kept": int(np.argmax(losses[:n])) + 1,
        "the best epoch by validation accuracy": int(np.argmax(script["val_accuracy"][:n])) + 1,
        "the epoch after the best": min(int(np.argmin(losses[:n])) + 2, n),
        "the epoch before the best": int(np.argmin(losses[:n])),
    }.get(wrong, int(np.argmin(losses[:n])) + 1 if n else 0)
    returned: dict[str, Any] = {
        "the training losses are returned": other[:n],
        "the validation accuracies are returned": script["val_accuracy"][:n],
        "the smallest loss alone is returned": min(losses[:n], default=0.0),
        "the losses after the best epoch are left out": losses[: int(np.argmin(losses[:n])) + 1],
        "only the last loss is returned": losses[n - 1 : n],
    }
    return {
        "trained on": ROWS.get(wrong, "every review with its label"),
        "order of the reviews": SAME if wrong == "the same order in every epoch" else NEW,
        "epochs run": run,
        "epoch that is kept": best,
        "losses": returned.get(wrong, losses[:n]),
    }


def what_was_done(
    value: Any, script: Any, ids: Any, labels: Any, validation: Any, epochs: int, patience: int
) -> Any:
    """Say on what was trained, how long, which epoch's weights the model has and what was returned."""
    record, weight, returned = value
    if sum(len(rows) for rows in record) > MOST_ROWS:
        raise ValueError(f"the model has been trained on more than {MOST_ROWS:,} reviews")
    passes = [[(int(row), int(label)) for row, label in rows.tolist()] for rows in record]
    if isinstance(returned, np.ndarray) and returned.ndim == 1:
        returned = returned.tolist()
    numbers = isinstance(returned, (list, tuple)) and all(np.ndim(item) == 0 for item in returned)
    return (
        trained_on(passes, *(known(*part) for part in ((ids, labels), validation))),
        SAME if len(passes) > 1 and passes[0] == passes[1] else NEW,
        len(passes),
        script["weights"].index(weight) if weight in script["weights"] else "that of no epoch",
        [float(item) for item in returned] if numbers else returned,
    )


def known(ids: Any, labels: Any) -> dict[int, int]:
    """Return the label of each review by the number in its first column."""
    return {int(row[0]): int(label) for row, label in zip(ids, labels, strict=True)}


def trained_on(passes: list[list[tuple[int, int]]], own: dict[int, int], held: dict[int, int]) -> str:
    """Say which rows were trained on, with which labels."""
    rows = [row for part in passes for row, _ in part]
    inside = [row for row in rows if row in own]
    truth = own | held
    if not rows:
        return "nothing"
    if any(row not in truth for row in rows):
        return "rows that are no reviews"
    if any(truth[row] != label for part in passes for row, label in part):
        return "reviews with the labels of others"
    if not inside:
        return "the validation reviews"
    if len(inside) < len(rows):
        return "the validation reviews as well"
    if any(len({row for row, _ in part}) < len(own) for part in passes):
        return "only some of the reviews"
    return "every review with its label"


def told_apart(rng: np.random.Generator) -> list[Case]:
    """Draw three trainings until every mistake shows in one of them, and no two do alike."""
    while True:
        settings = zip(rng.integers(7, 10, 3).tolist(), rng.permutation((1, 2, 3)).tolist(), strict=True)
        drawn = [(curves(rng, epochs), epochs, patience) for epochs, patience in settings]
        if all(len(set(shown)) == len(shown) for shown in (kept(drawn), stopped(drawn))):
            return [trained(rng, *one) for one in drawn]


def odd_trainings(rng: np.random.Generator) -> list[Case]:
    """Draw a training of one epoch, and one whose patience never runs out."""
    sizes = ((1, 2), (3, 9))
    return [trained(rng, curves(rng, epochs), epochs, patience, edge=True) for epochs, patience in sizes]


def curves(rng: np.random.Generator, epochs: int) -> dict[str, list[float]]:
    """Draw losses and accuracies after each epoch, better and worse ones; and weights to tell epochs by."""
    script = {"val_loss": curve(rng, epochs, 0.65, 0.45), "loss": curve(rng, epochs, 0.7, 0.3)}
    script["val_accuracy"] = [round(1 - error, 4) for error in curve(rng, epochs, 0.3, 0.5)]
    script["accuracy"] = [round(1 - loss / 2, 4) for loss in script["loss"]]
    script["weights"] = rng.permutation(np.arange(1.0, 1000.0))[: 4 * epochs + 20].tolist()
    return script


def curve(rng: np.random.Generator, epochs: int, start: float, rises: float) -> list[float]:
    """Draw positive numbers that rise with a given probability, and fall otherwise."""
    steps = rng.uniform(0.02, 0.1, epochs) * np.where(rng.random(epochs) < rises, 1, -1)
    found: list[float] = np.round(start * np.exp(np.cumsum(steps)), 4).tolist()
    return found


def kept(drawn: Sequence[Any]) -> list[Any]:
    """Return which epochs are kept by rule and by mistake."""
    return [tuple(outcome(one, wrong)["epoch that is kept"] for one in drawn) for wrong in ("", *KEEPING)]


def stopped(drawn: Sequence[Any]) -> list[Any]:
    """Return how many epochs are run by rule and by mistake, that of watching the accuracy among them."""
    shown = [tuple(outcome(one, wrong)["epochs run"] for one in drawn) for wrong in ("", *STOPPING)]
    by_accuracy = (
        stop_after([-accuracy for accuracy in script["val_accuracy"]], epochs, patience, "")
        for script, epochs, patience in drawn
    )
    return [*shown, tuple(by_accuracy)]


def outcome(one: tuple[Any, int, int], wrong: str) -> dict[str, Any]:
    """Return what a mistake does with a script."""
    script, epochs, patience = one
    return training(script, None, None, None, epochs, patience, seen={}, wrong=wrong)


def trained(rng: np.random.Generator, script: Any, epochs: int, patience: int, edge: bool = False) -> Case:
    """Return a training with a script: reviews by their numbers, labels, and others to validate on."""
    rows, others = int(rng.integers(40, 50)), int(rng.integers(9, 14))
    ids = np.column_stack([2 + rng.permutation(90), rng.integers(2, 30, (90, 3))])
    labels = rng.permutation(np.arange(90) % 2)
    args = {
        "script": script,
        "ids": ids[:rows],
        "labels": labels[:rows],
        "validation": (ids[rows : rows + others], labels[rows : rows + others]),
        "epochs": epochs,
        "patience": patience,
    }
    words = f"epochs {epochs}, patience {patience}, validation losses "
    return Case(args, words + ", ".join(f"{x:.2f}" for x in script["val_loss"]), edge)
