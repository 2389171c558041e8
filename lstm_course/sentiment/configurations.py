"""The models by name: what each is, what it is made with, and the settings that suit it.

They are the rungs of a ladder: each differs from one below it in one respect, which is what it is there
to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

USUAL = {"epochs": 3, "max_tokens": 300, "batch_size": 64, "learning_rate": 1e-3}


@dataclass(frozen=True)
class Configuration:
    """A model with what suits it.

    Parameters
    ----------
    summary : str
        One line for those who choose.
    made_with : {"scikit-learn", "numpy", "keras"}
        Which library it needs.
    suits : dict
        Settings in which it departs from ``USUAL``.
    """

    summary: str
    made_with: Literal["scikit-learn", "numpy", "keras"]
    suits: dict[str, Any] = field(default_factory=dict)

    def usual(self, name: str) -> Any:
        """Return what a setting is where nobody says otherwise."""
        return self.suits.get(name, USUAL[name])


CONFIGURATIONS = {
    "seed": Configuration(
        "the blog post's LSTM(100), mended with an Embedding and a mask", "keras", {"batch_size": 32}
    ),
    "lstm": Configuration("Embedding(64), LSTM(64)", "keras"),
    "bilstm": Configuration(
        "Embedding(128), bidirectional LSTM(64), mean and maximum over all words, dropout", "keras"
    ),
    "numpy-lstm": Configuration(
        "the model lstm in NumPy, from the course's own layers, on the same batches", "numpy"
    ),
    "bag-of-unigrams": Configuration("TF-IDF of words, logistic regression", "scikit-learn"),
    "bag-of-words": Configuration("TF-IDF of words and word pairs, logistic regression", "scikit-learn"),
    "nbsvm": Configuration(
        "words and pairs scaled by naive Bayes' log-count ratios, logistic regression", "scikit-learn"
    ),
    "bilstm-last": Configuration("bilstm without pooling and dropout: the last states alone", "keras"),
    "bilstm-pairs": Configuration(
        "bilstm that reads frequent word pairs beside the words, of longer texts, words dropped whole",
        "keras",
        {"max_tokens": 400},
    ),
    "bilstm-vectors": Configuration(
        "bilstm-pairs, its words' vectors factorised out of the training texts' co-occurrences",
        "keras",
        {"max_tokens": 400},
    ),
}
MODELS = tuple(CONFIGURATIONS)
