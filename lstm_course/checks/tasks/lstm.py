"""Tasks of assignment 04-lstm: the cell, forwards and backwards."""

from lstm_course.checks.tasks.lstm_cell import BIAS, COUNT, GATES, PREACTIVATION
from lstm_course.checks.tasks.lstm_sequence import MASKED_SEQUENCE, SEQUENCE
from lstm_course.checks.tasks.lstm_sequence_backward import (
    MASKED_SEQUENCE_BACKWARD,
    SEQUENCE_BACKWARD,
    SEQUENCE_BACKWARD_CONTRACT,
)
from lstm_course.checks.tasks.lstm_step import STEP
from lstm_course.checks.tasks.lstm_step_backward import STEP_BACKWARD

TASKS = (
    COUNT,
    BIAS,
    PREACTIVATION,
    GATES,
    STEP,
    SEQUENCE,
    MASKED_SEQUENCE,
    STEP_BACKWARD,
    SEQUENCE_BACKWARD,
    MASKED_SEQUENCE_BACKWARD,
    SEQUENCE_BACKWARD_CONTRACT,
)
