"""The baselines that a recurrent network has to beat: linear models over bags of words and word pairs.

A text is the set of its words and, where pairs count too, of its pairs of neighbouring words; order beyond
the pair is lost. Two weightings:

- *tf-idf*, each text a vector of length 1, under logistic regression (``bag-of-unigrams``,
  ``bag-of-words``);
- *NBSVM* (``nbsvm``): whether a feature is there, times naive Bayes' log-count ratio

      r = ln( (p / ‖p‖₁) / (q / ‖q‖₁) ),    p = 1 + Σ_{i: y_i = 1} f_i,    q = 1 + Σ_{i: y_i = 0} f_i,     (1)

  f_i of shape (features,), zeros and ones. What the counts already say is in the scale of the features,
  and the classifier has to learn only where they mislead. Wang & Manning put a support vector machine on
  top and draw its weights towards their mean size; plain logistic regression, here, gives probabilities.

What is stored is plain: the words and pairs in ``vocabulary.txt``, their weights in ``model.npz``; nothing
is ever unpickled.

References
----------
Wang & Manning (2012), "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.learner import EpochResult, Report, load_arrays
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.runs import ARRAYS_FILE
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages
from lstm_course.text import Vocabulary
from lstm_course.text.vocabulary import RESERVED

RARELY = 2  # a word or pair of a single review says nothing about another


@dataclass(frozen=True)
class Bag:
    """What counts as a feature, and how.

    Parameters
    ----------
    longest : int
        1 for words alone, 2 for pairs too.
    naive_bayes : bool
        Presence and log-count ratios in place of tf-idf.
    inverse_penalty : float
        scikit-learn's C: for tf-idf by cross-validation on the training reviews, for NBSVM on validation.
    """

    longest: int
    naive_bayes: bool
    inverse_penalty: float

    def vectorizer(self, words: Sequence[str] | None) -> Any:
        """Return scikit-learn's vectoriser over token lists that are cut already."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

        shared = {
            "tokenizer": _tokens_as_they_are,
            "token_pattern": None,
            "lowercase": False,
            "ngram_range": (1, self.longest),
            "min_df": RARELY if words is None else 1,
            "vocabulary": words,
            "dtype": np.float32,
        }
        if self.naive_bayes:
            return CountVectorizer(binary=True, **shared)
        return TfidfVectorizer(sublinear_tf=True, **shared)


BAGS = {
    "bag-of-unigrams": Bag(1, False, 3.0),
    "bag-of-words": Bag(2, False, 30.0),
    "nbsvm": Bag(2, True, 0.1),
}


def _tokens_as_they_are(tokens: Sequence[str]) -> Sequence[str]:
    return tokens


def log_count_ratios(features: Any, labels: np.ndarray) -> np.ndarray:
    """Return naive Bayes' log-count ratio of each feature (equation 1).

    Parameters
    ----------
    features : array or sparse matrix of shape (texts, features)
        Zeros and ones.
    labels : ndarray of shape (texts,)
        0 or 1.

    Examples
    --------
    >>> log_count_ratios(np.array([[1, 0], [1, 0], [0, 1]]), np.array([1, 1, 0])).round(2).tolist()
    [0.81, -0.98]
    """
    shares = []
    for label in (1, 0):
        counts = 1.0 + np.asarray(features[labels == label].sum(axis=0), dtype=np.float64).ravel()
        shares.append(counts / counts.sum())
    return np.asarray(np.log(shares[0] / shares[1]))


class BagOfWords:
    """A linear model over a bag of words and pairs.

    Parameters
    ----------
    bag : Bag
        What counts, and how.
    vectorizer : TfidfVectorizer or CountVectorizer
        Fitted; the second counts for naive Bayes.
    coefficients : ndarray of shape (features,)
        One weight per word or pair; zeros before training.
    intercept : float
        The score of the empty text.
    """

    model_file = ARRAYS_FILE
    fixed_epochs = 1  # a convex problem: the solver runs to its end

    def __init__(self, bag: Bag, vectorizer: Any, coefficients: np.ndarray, intercept: float) -> None:
        self.bag, self.vectorizer = bag, vectorizer
        self.coefficients, self.intercept = coefficients, intercept
        self.vocabulary = Vocabulary([str(word) for word in vectorizer.get_feature_names_out()])

    @classmethod
    def create(cls, token_lists: Sequence[Sequence[str]], settings: TrainingSettings) -> BagOfWords:
        """Count the words and pairs of the training texts.

        Raises
        ------
        InputError
            Texts too few or too different to have a word in common.
        """
        bag = BAGS[settings.model]
        vectorizer = bag.vectorizer(None)
        try:
            vectorizer.fit(token_lists)
        except ValueError as error:
            raise InputError("training texts with words in common", "none that two of them share") from error
        return cls(bag, vectorizer, np.zeros(len(vectorizer.vocabulary_)), 0.0)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> BagOfWords:
        """Read a saved model.

        Raises
        ------
        InputError
            A file that is missing, damaged, or does not fit the vocabulary.
        """
        bag = BAGS[settings.model]
        arrays = load_arrays(folder / cls.model_file)
        features = len(vocabulary) - len(RESERVED)
        shapes: dict[str, tuple[int, ...]] = {"coefficients": (features,), "intercept": ()}
        if not bag.naive_bayes:
            shapes["idf"] = (features,)
        found = {name: array.shape for name, array in arrays.items()}
        if found != shapes:
            raise InputError(f"arrays of shapes {shapes} in {folder / cls.model_file}", str(found))
        vectorizer = bag.vectorizer(vocabulary.words)
        if not bag.naive_bayes:
            vectorizer.idf_ = arrays["idf"]
        return cls(bag, vectorizer, arrays["coefficients"], float(arrays["intercept"]))

    @property
    def parameters(self) -> int:
        """The number of trained numbers: one per word or pair, and the intercept."""
        return self.coefficients.size + 1

    def prepare(self, data: RunData, progress: Progress, stages: Stages) -> None:
        """Nothing comes before the first epoch."""

    def encode(self, token_lists: Sequence[Sequence[str]]) -> Any:
        """Turn tokens into a sparse matrix of shape (texts, features)."""
        return self.vectorizer.transform(token_lists)

    def train_epoch(self, epoch: int, features: Any, labels: np.ndarray, report: Report) -> EpochResult:
        """Solve the whole problem."""
        from sklearn.linear_model import LogisticRegression

        scales = log_count_ratios(features, labels) if self.bag.naive_bayes else np.ones(features.shape[1])
        scaled = features.multiply(scales.astype(np.float32)).tocsr()
        model = LogisticRegression(C=self.bag.inverse_penalty, solver="lbfgs", max_iter=1000)
        model.fit(scaled, labels)
        self.coefficients, self.intercept = model.coef_[0] * scales, float(model.intercept_[0])
        probabilities = self.probabilities(features)
        of_truth = np.where(labels == 1, probabilities, 1 - probabilities)
        result = EpochResult(
            float(-np.log(np.maximum(of_truth, 1e-7)).mean()),
            float(((probabilities >= 0.5) == (labels == 1)).mean()),
        )
        report(len(labels), result.loss, result.accuracy)
        return result

    def probabilities(self, features: Any) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""
        scores = np.asarray(features @ self.coefficients) + self.intercept
        return 0.5 * (1 + np.tanh(scores / 2))  # the sigmoid, without overflow

    def weights(self) -> list[np.ndarray]:
        """Return copies of all weights."""
        return [self.coefficients.copy(), np.array(self.intercept)]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take weights back.

        Raises
        ------
        InputError
            Another number of coefficients than of words and pairs.
        """
        coefficients, intercept = weights
        if coefficients.shape != self.coefficients.shape:
            raise InputError(f"coefficients of shape {self.coefficients.shape}", str(coefficients.shape))
        self.coefficients, self.intercept = coefficients.copy(), float(intercept)

    def save(self, folder: Path) -> None:
        """Write ``model.npz``."""
        arrays = {"coefficients": self.coefficients, "intercept": np.array(self.intercept)}
        if not self.bag.naive_bayes:
            arrays["idf"] = self.vectorizer.idf_
        np.savez_compressed(folder / self.model_file, **cast(Any, arrays))

    def save_checkpoint(self, folder: Path) -> None:
        """Write the weights."""
        self.save(folder)

    def load_checkpoint(self, folder: Path) -> None:
        """Read the weights back."""
        arrays = load_arrays(folder / self.model_file)
        self.set_weights([arrays["coefficients"], arrays["intercept"]])
