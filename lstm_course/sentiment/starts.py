"""What a model begins with besides weights that are drawn: vectors or whole layers learnt without labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.stages import Stages

Ids = Sequence[Sequence[int]]
Start = Callable[[Any, Ids, TrainingSettings, Progress, Stages], None]


def from_cooccurrences(
    model: Any, texts: Ids, settings: TrainingSettings, progress: Progress, stages: Stages
) -> None:
    """Give the words of a ``WordAndPairEmbedding`` vectors out of the texts' co-occurrences."""
    from lstm_course.sentiment.word_vectors import word_vectors

    embedding = model.layers[0]
    vectors = word_vectors(texts, embedding.vocabulary_size, embedding.features, settings.seed)
    embedding.words.assign(vectors)


def from_language_model(
    model: Any, texts: Ids, settings: TrainingSettings, progress: Progress, stages: Stages
) -> None:
    """Give embedding and LSTM what predicting the next word has taught them."""
    _pretrained(model, texts, settings, progress, stages, "lm")


def from_autoencoder(
    model: Any, texts: Ids, settings: TrainingSettings, progress: Progress, stages: Stages
) -> None:
    """Give embedding and LSTM what repeating what they have read has taught them."""
    _pretrained(model, texts, settings, progress, stages, "sa")


def _pretrained(
    model: Any, texts: Ids, settings: TrainingSettings, progress: Progress, stages: Stages, kind: Any
) -> None:
    from lstm_course.sentiment.pretraining import pretrain

    embedding, lstm = model.layers[0], model.get_layer("lstm")
    taught = pretrain(
        texts, kind, embedding.input_dim, embedding.output_dim, lstm.units, settings.seed, progress, stages
    )
    embedding.set_weights([taught.vectors()])
    lstm.set_weights(taught.lstm.get_weights())


STARTS: dict[str, Start] = {
    "bilstm-vectors": from_cooccurrences,
    "bilstm-combined": from_cooccurrences,
    "lm-lstm": from_language_model,
    "sa-lstm": from_autoencoder,
}
