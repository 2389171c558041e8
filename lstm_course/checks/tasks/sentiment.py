"""Tasks of assignment 06-sentiment."""

from lstm_course.checks.tasks.sentiment_confusion import CONFUSION
from lstm_course.checks.tasks.sentiment_errors import ERRORS
from lstm_course.checks.tasks.sentiment_model import MODEL
from lstm_course.checks.tasks.sentiment_text import TEXT
from lstm_course.checks.tasks.sentiment_training import TRAINING

TASKS = (*TEXT, *MODEL, *TRAINING, *CONFUSION, *ERRORS)
