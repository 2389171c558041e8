"""Specimens for assignment 02-rnn, a module for each function."""

from tests.bug_zoo.specimens import (
    rnn_numerical_gradient,
    rnn_relative_error,
    rnn_sequence,
    rnn_sequence_backward,
    rnn_step,
    rnn_step_backward,
)

SPECIMENS = (
    *rnn_step.SPECIMENS,
    *rnn_sequence.SPECIMENS,
    *rnn_step_backward.SPECIMENS,
    *rnn_sequence_backward.SPECIMENS,
    *rnn_numerical_gradient.SPECIMENS,
    *rnn_relative_error.SPECIMENS,
)
