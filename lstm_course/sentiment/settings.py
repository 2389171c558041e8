"""What a training run is: everything that decides its result, in one frozen record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lstm_course.errors import InputError
from lstm_course.text.corpora import CORPORA

MODELS = ("seed", "lstm", "bilstm", "numpy-lstm", "bag-of-words")
PLAIN_UNITS = 64  # embedding and LSTM of `lstm` and of `numpy-lstm`: the two have the same shape
_BATCH_SIZES = {"seed": 32}  # the blog post's; the others take 64


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of one run.

    Parameters
    ----------
    corpus, corpus_path : str
        Which reviews, and where they lie if the corpus is named by path.
    model : str
        One of ``MODELS``.
    epochs : int
        How many times to go through the training reviews.
    limit : int, optional
        Train on only so many reviews.
    max_tokens : int
        Read at most so many words of a review; a longer one loses its middle.
    vocabulary_size : int
        The most word ids, padding and unknown among them.
    batch_size : int, optional
        Reviews per step; without it what suits the model.
    learning_rate : float
        Adam's.
    seed : int
        Fixes initial weights, order of the reviews and dropout.

    Raises
    ------
    InputError
        A name that is not there, a number out of range.

    Examples
    --------
    >>> TrainingSettings(model="seed").batch
    32
    """

    corpus: str = "imdb"
    corpus_path: str | None = None
    model: str = "bilstm"
    epochs: int = 3
    limit: int | None = None
    max_tokens: int = 300
    vocabulary_size: int = 20_000
    batch_size: int | None = None
    learning_rate: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.corpus not in CORPORA:
            raise InputError(f"a corpus among {', '.join(CORPORA)}", repr(self.corpus))
        if self.model not in MODELS:
            raise InputError(f"a model among {', '.join(MODELS)}", repr(self.model))
        least = {"epochs": 1, "limit": 2, "max_tokens": 1, "vocabulary_size": 3, "batch_size": 1, "seed": 0}
        for name, smallest in least.items():
            value = getattr(self, name)
            if value is None and name in ("limit", "batch_size"):
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < smallest:
                raise InputError(f"{name.replace('_', ' ')} of at least {smallest}", repr(value))
        if self.seed >= 2**32:
            raise InputError("seed below 4294967296", str(self.seed))
        if not 0 < self.learning_rate < 1:
            raise InputError("learning rate between 0 and 1", repr(self.learning_rate))

    @property
    def batch(self) -> int:
        """The batch size in use."""
        return self.batch_size or _BATCH_SIZES.get(self.model, 64)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingSettings:
        """Read what ``to_dict`` gave."""
        try:
            return cls(**values)
        except TypeError as error:
            raise InputError("the settings of a training run", repr(values)) from error
