"""What a training run is: everything that decides its result, in one frozen record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lstm_course.errors import InputError
from lstm_course.sentiment.configurations import (
    CONFIGURATIONS,
    LARGEST_PAIRED_VOCABULARY,
    MODELS,
    READS_PAIRS,
    USUAL,
)
from lstm_course.text.corpora import CORPORA

PLAIN_UNITS = 64  # embedding and LSTM of `lstm` and of `numpy-lstm`: the two have the same shape
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
JIT = ("auto", "on", "off")
KERAS_OPTIONS = ("precision", "jit", "clip_norm", "devices")
SUITABLE: Any = None  # what suits the model, see configurations.py


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of one run; epochs, tokens, batch size and learning rate, if not given, suit the model.

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
        The most word ids, padding and unknown among them; at most 46,340 where a model reads word pairs.
    batch_size : int
        Reviews per step.
    learning_rate : float
        Adam's.
    seed : int
        Fixes initial weights, order of the reviews and dropout.
    precision : str
        One of ``PRECISIONS``: in what numbers a Keras model computes; weights and probabilities are float32.
    jit : {"auto", "on", "off"}
        Whether the backend compiles the model's steps; "auto" leaves it to Keras.
    clip_norm : float, optional
        The most that the gradient's global norm may be.
    devices : int
        How many devices share each batch.

    Raises
    ------
    InputError
        A name that is not there, a number out of range.

    Examples
    --------
    >>> TrainingSettings(model="seed").batch_size, TrainingSettings().batch_size
    (32, 64)
    """

    corpus: str = "imdb"
    corpus_path: str | None = None
    model: str = "bilstm"
    epochs: int = SUITABLE
    limit: int | None = None
    max_tokens: int = SUITABLE
    vocabulary_size: int = 20_000
    batch_size: int = SUITABLE
    learning_rate: float = SUITABLE
    seed: int = 0
    precision: str = "float32"
    jit: str = "auto"
    clip_norm: float | None = None
    devices: int = 1

    def __post_init__(self) -> None:
        if self.corpus not in CORPORA:
            raise InputError(f"a corpus among {', '.join(CORPORA)}", repr(self.corpus))
        try:
            str(self.corpus_path).encode()
        except UnicodeEncodeError:  # no record can hold it
            raise InputError("a corpus path in UTF-8", repr(self.corpus_path)) from None
        if self.model not in MODELS:
            raise InputError(f"a model among {', '.join(MODELS)}", repr(self.model))
        for name in USUAL:
            if getattr(self, name) is None:
                object.__setattr__(self, name, CONFIGURATIONS[self.model].usual(name))
        least = {
            "epochs": 1,
            "limit": 2,
            "max_tokens": 1,
            "vocabulary_size": 3,
            "batch_size": 1,
            "seed": 0,
            "devices": 1,
        }
        for name, smallest in least.items():
            value = getattr(self, name)
            if value is None and name == "limit":
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < smallest:
                raise InputError(f"{name.replace('_', ' ')} of at least {smallest}", repr(value))
        if self.model in READS_PAIRS and self.vocabulary_size > LARGEST_PAIRED_VOCABULARY:
            raise InputError(
                f"a vocabulary size of at most {LARGEST_PAIRED_VOCABULARY} for {self.model}",
                str(self.vocabulary_size),
            )
        if self.seed >= 2**32:
            raise InputError("seed below 4294967296", str(self.seed))
        if not 0 < self.learning_rate < 1:
            raise InputError("learning rate between 0 and 1", repr(self.learning_rate))
        self._check_keras_options()

    def _check_keras_options(self) -> None:
        """Check what only Keras models have."""
        if self.precision not in PRECISIONS:
            raise InputError(f"a precision among {', '.join(PRECISIONS)}", repr(self.precision))
        if self.jit not in JIT:
            raise InputError(f"jit among {', '.join(JIT)}", repr(self.jit))
        if self.clip_norm is not None and not 0 < self.clip_norm < float("inf"):
            raise InputError("a clip norm above 0", repr(self.clip_norm))
        if self.batch_size % self.devices:
            raise InputError(
                f"a batch size that {self.devices} devices can share evenly", str(self.batch_size)
            )
        if CONFIGURATIONS[self.model].made_with != "keras":
            for name in KERAS_OPTIONS:
                if getattr(self, name) != type(self).__dataclass_fields__[name].default:
                    raise InputError(
                        f"a Keras model for {name.replace('_', ' ')} {getattr(self, name)!r}",
                        repr(self.model),
                    )

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
