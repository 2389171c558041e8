"""The reviews of a run, tokenised once: training, validation, and the official test part if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Corpus, load_corpus, split_corpus, tokenize


@dataclass(frozen=True)
class Part:
    """Tokens and labels of one part."""

    tokens: Sequence[Sequence[str]]
    labels: np.ndarray

    @classmethod
    def of(cls, corpus: Corpus) -> Part:
        """Tokenise a corpus."""
        return cls([tokenize(text) for text in corpus.texts], np.array(corpus.labels))

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class RunData:
    """All reviews of one run."""

    train: Part
    validation: Part
    test: Part | None

    @classmethod
    def load(cls, settings: TrainingSettings) -> RunData:
        """Read and split the corpus that the settings name."""
        split = split_corpus(load_corpus(settings.corpus, settings.corpus_path), settings.limit)
        test = Part.of(split.test) if split.test is not None else None
        return cls(Part.of(split.train), Part.of(split.validation), test)
