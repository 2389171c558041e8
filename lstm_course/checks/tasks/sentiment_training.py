"""Tasks of assignment 06-sentiment: training that knows when to stop."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.sentiment import accuracy_of
from lstm_course.checks.toys.sentiment_scripted import scripted_training

ENOUGH = 0.72
ROWS = {
    "labels and reviews are shuffled apart": "reviews with the labels of others",
    "the validation reviews are trained on": "the validation reviews as well",
    "the wrong reviews are trained on": "the validation reviews",
    "some reviews are held back": "only some of the reviews",
    "nothing is trained": "nothing",
}
NEW, SAME = "a new one each time", "the same each time"


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


SCRIPTS: tuple[dict[str, Any], ...] = (
    {
        "epochs": 9,
        "patience": 2,
        "val_loss": [0.62, 0.55, 0.57, 0.53, 0.56, 0.54, 0.58, 0.60, 0.61],
        "loss": [0.66, 0.50, 0.40, 0.35, 0.30, 0.31, 0.33, 0.20, 0.10],
        "val_accuracy": [0.61, 0.74, 0.70, 0.72, 0.73, 0.71, 0.69, 0.68, 0.67],
    },
    {
        "epochs": 7,
        "patience": 1,
        "val_loss": [0.65, 0.50, 0.45, 0.47, 0.40, 0.41, 0.39],
        "loss": [0.70, 0.60, 0.50, 0.42, 0.36, 0.30, 0.25],
        "val_accuracy": [0.60, 0.70, 0.71, 0.75, 0.74, 0.73, 0.72],
    },
    {
        "epochs": 8,
        "patience": 3,
        "val_loss": [0.50, 0.55, 0.53, 0.52, 0.51, 0.48, 0.47, 0.46],
        "loss": [0.55, 0.45, 0.41, 0.44, 0.30, 0.25, 0.20, 0.15],
        "val_accuracy": [0.70, 0.71, 0.74, 0.73, 0.72, 0.75, 0.76, 0.77],
    },
)
ODD: tuple[dict[str, Any], ...] = (
    {"epochs": 1, "patience": 2, "val_loss": [0.6], "loss": [0.65], "val_accuracy": [0.6]},
    {
        "epochs": 3,
        "patience": 9,
        "val_loss": [0.6, 0.5, 0.55],
        "loss": [0.6, 0.5, 0.4],
        "val_accuracy": [0.6, 0.7, 0.65],
    },
)


def scripted(rng: np.random.Generator, scripts: Any = SCRIPTS, edge: bool = False) -> list[Case]:
    """Return trainings whose losses are known in advance."""
    cases = []
    for script in scripts:
        factor = float(rng.uniform(0.9, 1.1))
        curves = {
            name: [round(factor * value, 4) for value in script[name]]
            for name in ("loss", "val_loss", "val_accuracy")
        }
        curves["accuracy"] = [round(1 - value, 4) for value in curves["loss"]]
        names = 2 + rng.permutation(90)
        rows, others = int(rng.integers(40, 50)), int(rng.integers(9, 14))
        ids = np.column_stack([names, rng.integers(2, 30, (90, 3))])
        labels = rng.permutation(np.arange(90) % 2)
        validation = (ids[rows : rows + others], labels[rows : rows + others])
        args = {
            "script": curves,
            "ids": ids[:rows],
            "labels": labels[:rows],
            "validation": validation,
            "epochs": script["epochs"],
            "patience": script["patience"],
        }
        words = f"epochs {script['epochs']}, patience {script['patience']}, validation losses "
        cases.append(Case(args, words + ", ".join(f"{x:.2f}" for x in curves["val_loss"]), edge))
    return cases


def real(seed: int, enough: float, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the accuracy on unseen reviews; a mistake is known by the range that it lies in."""
    ranges = {"nothing is learnt": (0.0, 0.56), "too little is learnt": (0.56, enough - 0.005)}
    if wrong in ranges:
        low, high = ranges[wrong]
        return {"accuracy": float(np.clip(seen.get("accuracy", low), low, high))}
    return {"accuracy": enough}


SCRIPTED = Task(
    function="train",
    returns=("trained on", "order of the reviews", "epochs run", "epoch that is kept", "losses"),
    cases=lambda rng: scripted(rng) + scripted(rng, ODD, edge=True),
    reference=training,
    drive=scripted_training,
    ideas=(
        Idea(
            "train-reviews",
            ("trained on", "order of the reviews"),
            {
                "labels and reviews are shuffled apart": "A review has come to another's label. Whatever "
                "you do to the order of the one must be done to the other.",
                "the validation reviews are trained on": "The validation reviews can no longer tell when to "
                "stop, once the model has been trained on them.",
                "the wrong reviews are trained on": "The model never gets to see the reviews in the "
                "arguments ids and labels.",
                "some reviews are held back": "Not all reviews are trained on. The reviews to validate on "
                "are handed in already; none need be put aside.",
                "nothing is trained": "No review has reached the model.",
                "the same order in every epoch": "The batches are the same in each epoch.",
            },
        ),
        Idea(
            "train-best",
            ("epoch that is kept",),
            {
                "the last epoch is kept": "The weights are those of the last epoch, which is not the best. "
                "Who remembers the others, and puts them back?",
                "the first epoch is kept": "The weights are those of the first epoch.",
                "the best epoch by training loss": "On the reviews that it trains on, a network gets better "
                "nearly always. Which reviews should decide?",
                "the largest loss is kept": "The epoch with the largest validation loss is kept. For some "
                "measures more is better, for others less.",
                "the best epoch by validation accuracy": "The accuracy decides here, and it should be the "
                "loss.",
                "the epoch after the best": "The weights are those of the epoch after the best one. When do "
                "you keep them, before or after the next epoch?",
                "the epoch before the best": "The weights are those from before the best epoch. When do you "
                "keep them, before or after training?",
            },
        ),
        Idea(
            "train-stop",
            ("epochs run", "losses"),
            {
                "the training never stops early": "All epochs are run, whatever the validation loss does.",
                "the training stops at the first bad epoch": "One bad epoch is enough to stop it. How "
                "patient should it be?",
                "one epoch too many": "It goes on for one epoch after its patience has run out.",
                "bad epochs add up": "A new smallest loss should make it patient again from the start.",
                "compared with the epoch before": "A loss that is smaller than the one before it need not be "
                "a new smallest one.",
                "the training loss is watched": "It stops by what it sees on the reviews that it trains on.",
                "the training losses are returned": "These are the losses on the reviews that it trains on.",
                "the validation accuracies are returned": "These are accuracies, and losses are asked for.",
                "the smallest loss alone is returned": "One number comes back where a list is asked for, one "
                "entry for each epoch.",
                "the losses after the best epoch are left out": "The list ends at the best epoch. Those run "
                "in vain belong to it too.",
                "only the last loss is returned": "The list has one entry: the earlier ones have been lost.",
            },
        ),
        Idea("train-contract"),
    ),
)

REAL = Task(
    function="train",
    returns=("accuracy",),
    cases=lambda rng: [Case({"seed": 1, "enough": ENOUGH}, "2,000 real reviews")],
    reference=real,
    drive=accuracy_of,
    ideas=(
        Idea(
            "train-accuracy",
            ("accuracy",),
            {
                "nothing is learnt": "The model knows no more than a coin. Has it been trained, on reviews "
                "with their own labels, and has it kept what it learnt?",
                "too little is learnt": "The model has learnt something, but stopped too early, went on for "
                "too long, or had too few updates.",
            },
        ),
    ),
)

TRAINING = (SCRIPTED, REAL)
