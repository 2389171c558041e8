"""Which learner a model's name stands for: made new from training data, or read from a run folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.keras_needed import EXTRA
from lstm_course.sentiment.configurations import CONFIGURATIONS
from lstm_course.sentiment.learner import Learner
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.text import Vocabulary

RARELY = 2  # a word of a single review teaches nothing; it is unknown


def create_learner(token_lists: Sequence[Sequence[str]], settings: TrainingSettings) -> Learner:
    """Return an untrained learner with the vocabulary of the training texts.

    Raises
    ------
    InputError
        When a package that the model needs is missing, or the texts share no words.
    """
    made_with = CONFIGURATIONS[settings.model].made_with
    if made_with == "scikit-learn":
        from lstm_course.sentiment.bag_of_words import BagOfWords

        need("sklearn", "scikit-learn")
        return BagOfWords.create(token_lists, settings)
    if made_with == "several":
        from lstm_course.sentiment.ensemble import Ensemble

        return Ensemble.create(token_lists, settings)
    vocabulary = Vocabulary.build(token_lists, settings.vocabulary_size, RARELY)
    if made_with == "numpy":
        from lstm_course.sentiment.numpy_learner import NumpyLearner

        return NumpyLearner.create(vocabulary, settings)
    need("keras", "keras")
    from lstm_course.sentiment.keras_learner import KerasLearner

    return KerasLearner.create(vocabulary, token_lists, settings)


def load_learner(folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> Learner:
    """Read a trained learner from a run folder.

    Raises
    ------
    InputError
        When a package is missing, or a file is missing, damaged or does not fit.
    """
    made_with = CONFIGURATIONS[settings.model].made_with
    if made_with == "scikit-learn":
        from lstm_course.sentiment.bag_of_words import BagOfWords

        need("sklearn", "scikit-learn")
        return BagOfWords.load(folder, vocabulary, settings)
    if made_with == "several":
        from lstm_course.sentiment.ensemble import Ensemble

        return Ensemble.load(folder, vocabulary, settings)
    if made_with == "numpy":
        from lstm_course.sentiment.numpy_learner import NumpyLearner

        return NumpyLearner.load(folder, vocabulary, settings)
    need("keras", "keras")
    from lstm_course.sentiment.keras_learner import KerasLearner

    return KerasLearner.load(folder, vocabulary, settings)


def need(module: str, package: str, what: str = "this model") -> None:
    """Say what to install where an import would fail, and what it is for.

    Raises
    ------
    InputError
        When the module is missing.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise InputError(
            f"the package {package} for {what}",
            "a Python without it",
            f"Install it: {EXTRA}",
        )
