"""What every model can do, be it made of Keras, of NumPy or of scikit-learn; and what is shared by them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from lstm_course.errors import InputError
from lstm_course.text import Vocabulary
from lstm_course.text.padding import shorten

if TYPE_CHECKING:
    from lstm_course.sentiment.data import RunData
    from lstm_course.sentiment.progress import Progress
    from lstm_course.sentiment.stages import Stages

Report = Callable[[int, float, float], bool]
"""Called after each batch with (reviews, loss, accuracy so far); True asks the learner to stop there."""


@dataclass(frozen=True)
class EpochResult:
    """Means over the training reviews of one epoch; ``finished`` is False when it was stopped."""

    loss: float
    accuracy: float
    finished: bool = True


class Learner(Protocol):
    """A model with what training and prediction need of it.

    Features are what ``encode`` makes of tokens: ids for the recurrent models, a sparse matrix for the bag
    of words. Checkpoints hold all that going on needs, the optimiser's state too; a saved model holds what
    predicting needs.
    """

    model_file: str
    vocabulary: Vocabulary

    @property
    def parameters(self) -> int:
        """The number of trained numbers."""

    @property
    def fixed_epochs(self) -> int | None:
        """The epochs a model takes if it is not for a person to choose: 1 where a solver does it all."""

    def prepare(self, data: RunData, progress: Progress, stages: Stages) -> None:
        """Do what comes before the first epoch: learn from texts without labels, ask a teacher."""

    def encode(self, token_lists: Sequence[Sequence[str]]) -> Any:
        """Turn the tokens of texts into features."""

    def train_epoch(self, epoch: int, features: Any, labels: np.ndarray, report: Report) -> EpochResult:
        """Go through the training data once; epochs count from 0."""

    def probabilities(self, features: Any) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""

    def weights(self) -> list[np.ndarray]:
        """Return copies of all weights."""

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take weights back."""

    def save(self, folder: Path) -> None:
        """Write ``model_file`` into the folder."""

    def save_checkpoint(self, folder: Path) -> None:
        """Write weights and the optimiser's state."""

    def load_checkpoint(self, folder: Path) -> None:
        """Read them back."""


def encode_ids(
    vocabulary: Vocabulary, token_lists: Sequence[Sequence[str]], max_tokens: int
) -> list[list[int]]:
    """Return the ids of each text, shortened; an empty text is one unknown token."""
    return [shorten(vocabulary.encode(tokens), max_tokens) for tokens in token_lists]


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an ``.npz`` file of plain arrays."""
    np.savez(path, **cast(Any, arrays))


DAMAGE = (OSError, ValueError, EOFError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error)


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read an ``.npz`` file without ever unpickling.

    Raises
    ------
    InputError
        No such file, or not one of plain arrays.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except DAMAGE as error:
        raise InputError("a whole .npz file of arrays", f"{path} ({error})") from error


@contextmanager
def reading_checkpoint(folder: Path) -> Iterator[None]:
    """Answer what goes wrong in the block, which reads a checkpoint, in words.

    A corpus that was edited after the run began has another vocabulary, so the weights do not fit any more.

    Raises
    ------
    InputError
        A file of the checkpoint is missing or damaged, or does not fit the model.
    """
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(
            "a checkpoint of this model and these reviews",
            f"{folder} ({reason})",
            "If the corpus has changed since, start over by --force.",
        ) from error
