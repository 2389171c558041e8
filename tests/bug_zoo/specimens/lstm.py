"""Specimens for assignment 04-lstm."""

from tests.bug_zoo.specimens import (
    lstm_backward,
    lstm_backward_right,
    lstm_bptt,
    lstm_cell,
    lstm_gates,
    lstm_sequence,
    lstm_step,
)

SPECIMENS = (
    *lstm_cell.SPECIMENS,
    *lstm_gates.SPECIMENS,
    *lstm_step.SPECIMENS,
    *lstm_sequence.SPECIMENS,
    *lstm_backward.SPECIMENS,
    *lstm_backward_right.SPECIMENS,
    *lstm_bptt.SPECIMENS,
)
