"""The models by name: what each is, what it is made with, and the settings that suit it.

They are the rungs of a ladder: each changes something about one below it. Where it changes more than one
thing, its summary says so.
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
    made_with : {"scikit-learn", "numpy", "keras", "several"}
        Which library it needs; "several" models take Keras and scikit-learn.
    suits : dict
        Settings in which it departs from ``USUAL``.
    """

    summary: str
    made_with: Literal["scikit-learn", "numpy", "keras", "several"]
    suits: dict[str, Any] = field(default_factory=dict)

    @property
    def takes_keras(self) -> bool:
        """Whether Keras is needed."""
        return self.made_with in ("keras", "several")

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
    "lstm-pooled": Configuration(
        "LSTM(128), forwards only, mean and maximum over all words", "keras", {"max_tokens": 400}
    ),
    "lm-lstm": Configuration(
        "lstm-pooled that has first learnt to predict the next word",
        "keras",
        {"max_tokens": 400},
    ),
    "sa-lstm": Configuration(
        "lstm-pooled that has first learnt to repeat what it has read",
        "keras",
        {"max_tokens": 400},
    ),
    "bilstm-adversarial": Configuration(
        "bilstm, trained also where its loss is worst near the words' vectors",
        "keras",
    ),
    "bilstm-virtual": Configuration(
        "bilstm, trained also to change its mind least near the words' vectors",
        "keras",
    ),
    "bilstm-distilled": Configuration(
        "bilstm-pairs, half of its target what an nbsvm says that has not seen the review",
        "keras",
        {"max_tokens": 400, "epochs": 5},
    ),
    "bilstm-combined": Configuration(
        "bilstm-distilled that begins with the word vectors of bilstm-vectors",
        "keras",
        {"max_tokens": 400, "epochs": 5},
    ),
    "ensemble": Configuration(
        "nbsvm and bilstm-pairs, their log-odds averaged", "several", {"max_tokens": 400}
    ),
}
MODELS = tuple(CONFIGURATIONS)


def draws_nothing(model: str) -> bool:
    """Return whether a solver finds the model in one go, the same one for every seed.

    Examples
    --------
    >>> draws_nothing("bag-of-words"), draws_nothing("bilstm")
    (True, False)
    """
    return model in CONFIGURATIONS and CONFIGURATIONS[model].made_with == "scikit-learn"


ADVERSARIES: dict[str, Literal["adversarial", "virtual"]] = {
    "bilstm-adversarial": "adversarial",
    "bilstm-virtual": "virtual",
}
"""Which adversary a model is trained against."""

TEACHERS = {"bilstm-distilled": "nbsvm", "bilstm-combined": "nbsvm"}
"""Whose probabilities a model learns from, beside the labels."""

MEMBERS = {"ensemble": ("nbsvm", "bilstm-pairs")}
"""The models whose log-odds are averaged."""

READS_PAIRS = ("bilstm-pairs", "bilstm-vectors", "bilstm-distilled", "bilstm-combined", "ensemble")
LARGEST_PAIRED_VOCABULARY = 46_340
"""Which models read word pairs, and the most words V that they know: a pair's code, below V², has 31 bits."""

READS_UNLABELLED = ("bilstm-vectors", "lm-lstm", "sa-lstm", "bilstm-combined")
"""Which models take texts without labels, where the corpus has any."""
