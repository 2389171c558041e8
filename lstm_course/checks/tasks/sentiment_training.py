"""Tasks of assignment 06-sentiment: training that knows when to stop."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import described
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.sentiment_labels import LABELS
from lstm_course.checks.tasks.sentiment_scripts import odd_trainings, told_apart, training, what_was_done
from lstm_course.checks.toys.sentiment import judged_by
from lstm_course.checks.toys.sentiment_scripted import scripted_training

ENOUGH = 0.72


def real(seed: int, which: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the accuracy on unseen reviews; a mistake is known by the range that it lies in."""
    ranges = {"nothing is learnt": (0.0, 0.56), "too little is learnt": (0.56, ENOUGH - 0.005)}
    if wrong in ranges:
        low, high = ranges[wrong]
        return {"accuracy": float(np.clip(seen.get("accuracy", low), low, high))}
    return {"accuracy": ENOUGH}


def accuracy(value: Any, seed: int, which: Any) -> float:
    """Return which fraction of the test reviews is judged rightly; more than enough is enough."""
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or value.shape != which.shape:
        raise TypeError(f"expected {len(which)} probabilities, got {described(value)}")
    return min(float(np.mean((value >= 0.5) == (LABELS[which] == 1))), ENOUGH)


def unseen_reviews(rng: np.random.Generator) -> list[Case]:
    """Return test reviews in random order, half of them positive."""
    few = min(np.bincount(LABELS))
    which = np.concatenate([np.flatnonzero(label == LABELS)[:few] for label in (0, 1)])
    return [Case({"seed": 1, "which": rng.permutation(which)}, "2,000 real reviews")]


SCRIPTED = Task(
    function="train",
    returns=("trained on", "order of the reviews", "epochs run", "epoch that is kept", "losses"),
    cases=lambda rng: told_apart(rng) + odd_trainings(rng),
    reference=training,
    drive=scripted_training,
    digest=what_was_done,
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
    cases=unseen_reviews,
    reference=real,
    drive=judged_by,
    digest=accuracy,
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
