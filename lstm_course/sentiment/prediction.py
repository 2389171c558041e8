"""Prediction from a run folder: label, probability, and the probability after each word.

The probability after a word is that of the text up to there, predicted on its own. For a network that
reads forwards only, this is what its state says at that word; for the bidirectional one and the bag of
words it is the only meaning that "after each word" can have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError
from lstm_course.json_files import read_json
from lstm_course.sentiment.learner import Learner
from lstm_course.sentiment.learners import load_learner
from lstm_course.sentiment.runs import METRICS, VOCABULARY
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary, tokenize
from lstm_course.text.corpus import LABEL_NAMES

AT_ONCE = 32  # beginnings of a text predicted together: of like length, and small enough for the cache


@dataclass(frozen=True)
class Prediction:
    """What a model says about one text.

    Parameters
    ----------
    text : str
        The text as it was given.
    probability : float
        The probability that it is positive.
    words : tuple of str
        Its tokens.
    by_word : tuple of float
        The probability after each of them; empty where it was not asked for.
    """

    text: str
    probability: float
    words: tuple[str, ...] = ()
    by_word: tuple[float, ...] = ()

    @property
    def label(self) -> str:
        """The likelier class: ``"positive"`` from 0.5 on."""
        return LABEL_NAMES[int(self.probability >= 0.5)]

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        words = [{"word": w, "probability": p} for w, p in zip(self.words, self.by_word, strict=False)]
        return {"text": self.text, "label": self.label, "probability": self.probability, "words": words}


class Predictor:
    """A trained model from its run folder.

    Parameters
    ----------
    learner : Learner
        The model.
    metrics : dict
        The run's ``metrics.json``.
    """

    def __init__(self, learner: Learner, metrics: dict[str, Any]) -> None:
        self.learner, self.metrics = learner, metrics

    @classmethod
    def load(cls, folder: str | Path) -> Predictor:
        """Read a run folder.

        Raises
        ------
        InputError
            When there is none, or a file in it is missing, damaged or does not fit the others.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise InputError("a run folder that train wrote", f"{folder}, which is no folder")
        metrics = read_json(folder / METRICS, "a run folder that train wrote")
        stored = metrics.get("settings")
        if not isinstance(stored, dict):
            raise InputError(f"settings in {folder / METRICS}", repr(stored))
        settings = TrainingSettings.from_dict(stored)
        vocabulary = Vocabulary.load(folder / VOCABULARY)
        return cls(load_learner(folder, vocabulary, settings), metrics)

    def predict(self, texts: Sequence[str], by_word: bool = True) -> list[Prediction]:
        """Predict texts.

        Parameters
        ----------
        texts : sequence of str
            One or more; an empty one is answered as a text of one unknown word.
        by_word : bool
            Also give the probability after each word, which costs one prediction per word.

        Raises
        ------
        InputError
            No text at all.
        """
        if not texts:
            raise InputError("at least one text", "none")
        tokens = [tokenize(text) for text in texts]
        whole = self.learner.probabilities(self.learner.encode(tokens))
        found = []
        for text, words, probability in zip(texts, tokens, whole, strict=True):
            after: tuple[float, ...] = ()
            if by_word and words:
                after = tuple(after_each(self.learner, words))
            found.append(Prediction(text, float(probability), tuple(words), after))
        return found


def after_each(learner: Learner, words: Sequence[str], begin: int = 0) -> list[float]:
    """Return the probability after each word from number ``begin`` on, a few at once."""
    found: list[float] = []
    for start in range(begin, len(words), AT_ONCE):
        beginnings = [words[: end + 1] for end in range(start, min(start + AT_ONCE, len(words)))]
        found += map(float, learner.probabilities(learner.encode(beginnings)))
    return found
