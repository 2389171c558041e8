"""What a teacher adds to the labels: how sure another model is of each review, not having seen it.

A label says 0 or 1. A teacher's probability says which reviews are plain and which are mixed, and learning
it as well is called distillation (Hinton, Vinyals & Dean 2015). Here the target of review i is

    t_i = (1 − m) y_i + m p_i,    m = 1/2.                                                 (1)

A teacher is nearly certain of what it was trained on, so p_i must come from one that has not seen review
i: the training reviews are parted into ``FOLDS`` folds, and each fold is judged by a teacher that was
trained on the others.

References
----------
Hinton, Vinyals & Dean (2015), "Distilling the Knowledge in a Neural Network".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.bag_of_words import BagOfWords
from lstm_course.sentiment.data import Part
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.settings import TrainingSettings

FOLDS = 5
MIXED_IN = 0.5  # m


def taught_targets(teacher: str, train: Part, settings: TrainingSettings, progress: Progress) -> np.ndarray:
    """Return labels mixed with the teacher's probabilities (equation 1), shape (n,).

    Parameters
    ----------
    teacher : str
        One of the bags of words.
    train : Part
    settings : TrainingSettings
        The student's; its seed parts the folds.
    progress : Progress
        Told how good the teacher is.

    Raises
    ------
    InputError
        Too few reviews for both labels, or for words in common, among those outside each fold.
    """
    own = replace(settings, model=teacher)
    fold_of = np.random.default_rng(settings.seed).permutation(len(train)) % FOLDS
    probabilities = np.empty(len(train))
    for fold in range(FOLDS):
        judged = fold_of == fold
        labels, tokens = train.labels[~judged], _chosen(train.tokens, ~judged)
        if len(np.unique(labels)) < 2:
            raise InputError(
                f"reviews of both labels for the teacher, {teacher}, outside each of {FOLDS} folds",
                f"one label in {len(tokens)} of {len(train)} reviews",
                "Train on more reviews.",
            )
        model = BagOfWords.create(tokens, own)
        model.train_epoch(0, model.encode(tokens), labels, lambda *_: False)
        probabilities[judged] = model.probabilities(model.encode(_chosen(train.tokens, judged)))
    right = ((probabilities >= 0.5) == train.labels).mean()
    progress.note(f"the teacher, {teacher}, is right on {right:.2%} of reviews that it has not seen")
    return (1 - MIXED_IN) * train.labels + MIXED_IN * probabilities


def _chosen(tokens: Sequence[Sequence[str]], which: np.ndarray) -> list[Sequence[str]]:
    return [own for own, wanted in zip(tokens, which, strict=True) if wanted]
