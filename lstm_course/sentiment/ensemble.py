"""Several models as one: the mean of their log-odds.

Models that err on different reviews correct each other. With probabilities p_k of K models,

    ln( p / (1 − p) ) = (1/K) Σ_k ln( p_k / (1 − p_k) ),                                   (1)

which is the geometric mean of the odds: who is certain counts for more than in the mean of probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_course.sentiment.configurations import MEMBERS
from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.learner import EpochResult, Learner, Report
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.runs import VOCABULARY
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages
from lstm_course.text import Vocabulary

CERTAIN = 1e-6  # no model is taken to be surer than this


class Ensemble:
    """Learners that are trained side by side and asked together (equation 1).

    Parameters
    ----------
    members : dict of str to Learner
        By the names of their models; the last one is a network, and its loss is the one reported.
    """

    model_file = ""  # each member has its own, in a folder of its name
    fixed_epochs = None

    def __init__(self, members: dict[str, Learner]) -> None:
        self.members = members
        self.network = list(members.values())[-1]
        self.vocabulary = self.network.vocabulary

    @classmethod
    def create(cls, token_lists: Sequence[Sequence[str]], settings: TrainingSettings) -> Ensemble:
        """Build the members that the settings name."""
        from lstm_course.sentiment.learners import create_learner

        return cls(
            {
                name: create_learner(token_lists, replace(settings, model=name))
                for name in MEMBERS[settings.model]
            }
        )

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, settings: TrainingSettings) -> Ensemble:
        """Read the members.

        Raises
        ------
        InputError
            A file that is missing, damaged or does not fit.
        """
        from lstm_course.sentiment.learners import load_learner

        return cls(
            {
                name: load_learner(
                    folder / name, Vocabulary.load(folder / name / VOCABULARY), replace(settings, model=name)
                )
                for name in MEMBERS[settings.model]
            }
        )

    @property
    def parameters(self) -> int:
        """The number of trained numbers of all members."""
        return sum(member.parameters for member in self.members.values())

    def prepare(self, data: RunData, progress: Progress, stages: Stages) -> None:
        """Prepare each member."""
        for member in self.members.values():
            member.prepare(data, progress, Stages())  # none of them takes long

    def encode(self, token_lists: Sequence[Sequence[str]]) -> list[Any]:
        """Turn tokens into each member's features."""
        return [member.encode(token_lists) for member in self.members.values()]

    def train_epoch(self, epoch: int, features: list[Any], labels: np.ndarray, report: Report) -> EpochResult:
        """Train each member for an epoch, but those whose solver has run to its end."""
        for member, own in zip(self.members.values(), features, strict=True):
            if member.fixed_epochs is not None:
                if epoch < member.fixed_epochs:
                    member.train_epoch(epoch, own, labels, lambda *_: False)
                continue
            result = member.train_epoch(epoch, own, labels, report)
        return result

    def probabilities(self, features: list[Any]) -> np.ndarray:
        """Return the probability of "positive" for each text, shape (n,)."""
        found = []
        for member, own in zip(self.members.values(), features, strict=True):
            p = np.clip(member.probabilities(own), CERTAIN, 1 - CERTAIN)
            found.append(np.log(p / (1 - p)))
        return np.asarray(0.5 * (1 + np.tanh(np.mean(found, axis=0) / 2)))

    def weights(self) -> list[np.ndarray]:
        """Return copies of all members' weights."""
        return [weight for member in self.members.values() for weight in member.weights()]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take weights back."""
        for member in self.members.values():
            count = len(member.weights())
            member.set_weights(weights[:count])
            weights = weights[count:]

    def save(self, folder: Path) -> None:
        """Write each member and its vocabulary."""
        for name, member in self.members.items():
            (folder / name).mkdir()
            member.save(folder / name)
            member.vocabulary.save(folder / name / VOCABULARY)

    def save_checkpoint(self, folder: Path) -> None:
        """Write each member's weights and optimiser's state."""
        for name, member in self.members.items():
            (folder / name).mkdir()
            member.save_checkpoint(folder / name)

    def load_checkpoint(self, folder: Path) -> None:
        """Read them back."""
        for name, member in self.members.items():
            member.load_checkpoint(folder / name)
