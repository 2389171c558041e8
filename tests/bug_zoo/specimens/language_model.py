"""Specimens for assignment 07-language-model."""

from tests.bug_zoo.specimens import (
    language_model_bigrams,
    language_model_chunks,
    language_model_losses,
    language_model_measures,
    language_model_sampling,
    language_model_softmax,
    language_model_training,
)

SPECIMENS = (
    *language_model_chunks.SPECIMENS,
    *language_model_softmax.SPECIMENS,
    *language_model_losses.SPECIMENS,
    *language_model_measures.SPECIMENS,
    *language_model_bigrams.SPECIMENS,
    *language_model_training.SPECIMENS,
    *language_model_sampling.SPECIMENS,
)
