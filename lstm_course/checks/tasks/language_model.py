"""Tasks of assignment 07-language-model."""

from __future__ import annotations

from lstm_course.checks.tasks.language_model_bigrams import BIGRAMS
from lstm_course.checks.tasks.language_model_chunks import CHUNKS
from lstm_course.checks.tasks.language_model_losses import CROSS_ENTROPY
from lstm_course.checks.tasks.language_model_measures import MEASURES
from lstm_course.checks.tasks.language_model_sampling import SAMPLE
from lstm_course.checks.tasks.language_model_softmax import SOFTMAX
from lstm_course.checks.tasks.language_model_training import TRAINING

TASKS = (CHUNKS, SOFTMAX, CROSS_ENTROPY, MEASURES, BIGRAMS, TRAINING, SAMPLE)
