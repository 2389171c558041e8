"""One review read word by word: what the model reads of it, and the probability after each of those words."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from lstm_course.errors import InputError
from lstm_course.sentiment.prediction import Prediction, Predictor, after_each
from lstm_course.text import tokenize
from lstm_course.text.padding import shorten
from lstm_course.text.vocabulary import UNKNOWN

MOST_WORDS = 1000  # of one request: each word that is read costs a prediction
REMEMBERED = 8  # readings kept, so that a text which grows by a word costs one prediction


@dataclass(frozen=True)
class Word:
    """One word of a review.

    Parameters
    ----------
    word : str
        As the model reads it.
    probability : float, optional
        That the review is positive, after this word; None where the word is left out.
    known : bool
        Whether it is in the vocabulary.
    """

    word: str
    probability: float | None
    known: bool


@dataclass(frozen=True)
class Reading:
    """What the model says about one review, word by word.

    Parameters
    ----------
    probability : float
        That the review is positive.
    words : tuple of Word
        All its words in order, those left out too.
    """

    probability: float
    words: tuple[Word, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "label": Prediction("", self.probability).label,
            "probability": self.probability,
            "words": [vars(word) for word in self.words],
            "left_out": sum(word.probability is None for word in self.words),
        }


class Reader:
    """A predictor that reads one review after another, mostly the same one with a word more.

    Parameters
    ----------
    predictor : Predictor
        The model.
    """

    def __init__(self, predictor: Predictor) -> None:
        self.learner, self.metrics = predictor.learner, predictor.metrics
        # A bag of words reads everything, alone and in an ensemble.
        settings = getattr(self.learner, "settings", None)
        self.most_words = MOST_WORDS if settings is None else min(settings.max_tokens, MOST_WORDS)
        self._readings: deque[tuple[list[str], list[float]]] = deque(maxlen=REMEMBERED)

    def read(self, text: str) -> Reading:
        """Read one review; of one that is too long the middle is left out, as in training.

        The probability after a word is that of what was read up to there, predicted on its own.

        Raises
        ------
        InputError
            More than ``MOST_WORDS`` words.
        """
        words = tokenize(text)
        if len(words) > MOST_WORDS:
            raise InputError(f"a text of at most {MOST_WORDS:,} words", f"one of {len(words):,}")
        if not words:
            [probability] = self.learner.probabilities(self.learner.encode([[]]))
            return Reading(float(probability), ())
        places = shorten(range(len(words)), self.most_words)
        after = self._after_each([words[place] for place in places])
        found = dict(zip(places, after, strict=True))
        ids = self.learner.vocabulary.encode(words)
        return Reading(
            after[-1],
            tuple(
                Word(word, found.get(place), known=ids[place] != UNKNOWN) for place, word in enumerate(words)
            ),
        )

    def _after_each(self, words: list[str]) -> list[float]:
        """Return the probability after each word; what an earlier reading began with is not read again."""
        begun: list[float] = []
        for earlier, after in self._readings:
            same = next(
                (i for i, (a, b) in enumerate(zip(earlier, words, strict=False)) if a != b),
                min(len(earlier), len(words)),
            )
            if same > len(begun):
                begun = after[:same]
        found = begun + after_each(self.learner, words, len(begun))
        self._readings.append((words, found))
        return found
