"""The baseline that a recurrent network has to beat: TF-IDF of words and word pairs, logistic regression.

A text is the vector of tf-idf weights of its words and of its pairs of neighbouring words, of length 1;
order beyond the pair is lost. What is stored is plain: the words and pairs in ``vocabulary.txt``, their
weights in ``model.npz``; nothing is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.errors import InputError
from lstm_course.sentiment.learner import EpochResult, Report, load_arrays
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary
from lstm_course.text.vocabulary import RESERVED

RARELY = 2  # a word or pair of a single review says nothing about another
INVERSE_PENALTY = 30.0  # scikit-learn's C, chosen by cross-validation on the training reviews


def _tokens_as_they_are(tokens: Sequence[str]) -> Sequence[str]:
    return tokens


def _vectorizer(words: Sequence[str] | None) -> Any:
    """Return a TF-IDF vectoriser over token lists that are cut already."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        tokenizer=_tokens_as_they_are,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=RARELY if words is None else 1,
        vocabulary=words,
        dtype=np.float32,
    )


class BagOfWords:
    """TF-IDF and logistic regression.

    Parameters
    ----------
    vectorizer : TfidfVectorizer
        A fitted vectoriser.
    coefficients : ndarray of shape (features,)
        One weight per word or pair; zeros before training.
    intercept : float
        The score of the empty text.
    """

    model_file = "model.npz"
    fixed_epochs = 1  # a convex problem: the solver runs to its end

    def __init__(self, vectorizer: Any, coefficients: np.ndarray, intercept: float) -> None:
        self.vectorizer, self.coefficients, self.intercept = vectorizer, coefficients, intercept
        self.vocabulary = Vocabulary([str(word) for word in vectorizer.get_feature_names_out()])

    @classmethod
    def create(cls, token_lists: Sequence[Sequence[str]], settings: TrainingSettings) -> BagOfWords:
        """Count the words and pairs of the training texts.

        Raises
        ------
        InputError
            Texts too few or too different to have a word in common.
        """
        vectorizer = _vectorizer(None)
        try:
            vectorizer.fit(token_lists)
        except ValueError as error:
            raise InputError("training texts with words in common", "none that two of them share") from error
        return cls(vectorizer, np.zeros(len(vectorizer.vocabulary_)), 0.0)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> BagOfWords:
        """Read a saved model.

        Raises
        ------
        InputError
            A file that is missing, damaged, or does not fit the vocabulary.
        """
        arrays = load_arrays(folder / cls.model_file)
        features = len(vocabulary) - len(RESERVED)
        shapes = {"idf": (features,), "coefficients": (features,), "intercept": ()}
        found = {name: array.shape for name, array in arrays.items()}
        if found != shapes:
            raise InputError(f"arrays of shapes {shapes} in {folder / cls.model_file}", str(found))
        vectorizer = _vectorizer(vocabulary.words)
        vectorizer.idf_ = arrays["idf"]
        return cls(vectorizer, arrays["coefficients"], float(arrays["intercept"]))

    @property
    def parameters(self) -> int:
        """The number of trained numbers: one per word or pair, and the intercept."""
        return self.coefficients.size + 1

    def encode(self, token_lists: Sequence[Sequence[str]]) -> Any:
        """Turn tokens into a sparse matrix of shape (texts, features)."""
        return self.vectorizer.transform(token_lists)

    def train_epoch(self, epoch: int, features: Any, labels: np.ndarray, report: Report) -> EpochResult:
        """Solve the whole problem."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=INVERSE_PENALTY, solver="lbfgs", max_iter=1000).fit(features, labels)
        self.coefficients, self.intercept = model.coef_[0].astype(np.float64), float(model.intercept_[0])
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
        """Take weights back."""
        self.coefficients, self.intercept = weights[0].copy(), float(weights[1])

    def save(self, folder: Path) -> None:
        """Write ``model.npz``."""
        np.savez_compressed(
            folder / self.model_file,
            idf=self.vectorizer.idf_,
            coefficients=self.coefficients,
            intercept=np.array(self.intercept),
        )

    def save_checkpoint(self, folder: Path) -> None:
        """Write the weights."""
        self.save(folder)

    def load_checkpoint(self, folder: Path) -> None:
        """Read the weights back."""
        arrays = load_arrays(folder / self.model_file)
        self.set_weights([arrays["coefficients"], arrays["intercept"]])
