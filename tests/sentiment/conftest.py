import dataclasses

import pytest

from lstm_course.sentiment.data import RunData
from lstm_course.sentiment.settings import TrainingSettings


@pytest.fixture(scope="session")
def small():
    """Settings under which real reviews train in seconds."""
    return TrainingSettings(
        model="lstm", epochs=3, limit=192, max_tokens=40, vocabulary_size=500, batch_size=32, seed=5
    )


@pytest.fixture(scope="session")
def data(small):
    """The real reviews of ``small``, read and tokenised once."""
    return RunData.load(small)


@pytest.fixture(autouse=True)
def reviews_read_once(monkeypatch, data, small):
    """Training on the same reviews takes them from memory instead of splitting 25,000 again."""
    load = RunData.load

    def remembered(settings):
        same = dataclasses.replace(
            settings,
            **{name: getattr(small, name) for name in ("model", "epochs", "max_tokens", "vocabulary_size")},
        )  # what has no say in which reviews there are
        same = dataclasses.replace(same, batch_size=small.batch_size, seed=small.seed, learning_rate=1e-3)
        return data if same == small else load(settings)

    monkeypatch.setattr(RunData, "load", staticmethod(remembered))
