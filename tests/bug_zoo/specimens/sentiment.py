"""Specimens for assignment 06-sentiment."""

from tests.bug_zoo.specimens import (
    sentiment_accuracy,
    sentiment_confusion,
    sentiment_errors,
    sentiment_model,
    sentiment_text,
    sentiment_training,
)

SPECIMENS = (
    *sentiment_text.SPECIMENS,
    *sentiment_model.SPECIMENS,
    *sentiment_training.SPECIMENS,
    *sentiment_confusion.SPECIMENS,
    *sentiment_errors.SPECIMENS,
    *sentiment_accuracy.SPECIMENS,
)
