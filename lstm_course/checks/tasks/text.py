"""Tasks of assignment 01-text, one module for each function."""

from __future__ import annotations

from lstm_course.checks.tasks.text_bag import BAG
from lstm_course.checks.tasks.text_bayes import BAYES
from lstm_course.checks.tasks.text_encoding import ENCODE
from lstm_course.checks.tasks.text_padding import PAD
from lstm_course.checks.tasks.text_verdict import MAJORITY, PREDICT
from lstm_course.checks.tasks.text_vocabulary import VOCABULARY

TASKS = (VOCABULARY, ENCODE, PAD, BAG, BAYES, PREDICT, MAJORITY)
