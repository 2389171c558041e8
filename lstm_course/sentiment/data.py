"""The reviews of a run, tokenised once: training, validation, and the official test part if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_course.sentiment.configurations import READS_UNLABELLED
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Corpus, load_corpus, split_corpus, tokenize
from lstm_course.text.acl_imdb import read_unlabelled


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
    """All reviews of one run; ``unlabelled`` are the tokens of texts that come without a label."""

    train: Part
    validation: Part
    test: Part | None
    unlabelled: Sequence[Sequence[str]] = ()

    @classmethod
    def load(cls, settings: TrainingSettings) -> RunData:
        """Read and split the corpus that the settings name."""
        split = split_corpus(load_corpus(settings.corpus, settings.corpus_path), settings.limit)
        test = Part.of(split.test) if split.test is not None else None
        return cls(Part.of(split.train), Part.of(split.validation), test, _unlabelled(settings))


def _unlabelled(settings: TrainingSettings) -> Sequence[Sequence[str]]:
    """Tokenise the texts without labels, if there are any and the model takes them."""
    path = settings.corpus_path
    if settings.model not in READS_UNLABELLED or settings.corpus != "aclimdb" or path is None:
        return ()
    texts = read_unlabelled(path)
    return [tokenize(text) for text in texts[: settings.limit]]
