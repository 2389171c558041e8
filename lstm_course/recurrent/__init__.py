"""Recurrent networks from scratch: the cells, their backward passes, layers, losses and optimisers.

NumPy alone. Arrays are batch first, (batch, time, features); weights are laid out as Keras lays them out.
"""

from lstm_course.recurrent.gradient_check import GradientReport, gradient_check
from lstm_course.recurrent.gru_cell import gru_step, gru_step_backward
from lstm_course.recurrent.gru_sequence import gru_backward, gru_forward
from lstm_course.recurrent.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Layer,
    Sequential,
    SimpleRNN,
)
from lstm_course.recurrent.lstm_cell import lstm_step, lstm_step_backward
from lstm_course.recurrent.lstm_sequence import lstm_backward, lstm_forward
from lstm_course.recurrent.optimizers import SGD, Adam, RMSprop
from lstm_course.recurrent.parameters import (
    GATE_ORDER,
    GRU_GATE_ORDER,
    GRUParameters,
    LSTMParameters,
    SimpleRNNParameters,
    gate_slot,
)
from lstm_course.recurrent.rnn_cell import rnn_step, rnn_step_backward
from lstm_course.recurrent.rnn_sequence import rnn_backward, rnn_forward

__all__ = [
    "GATE_ORDER",
    "GRU",
    "GRU_GATE_ORDER",
    "LSTM",
    "SGD",
    "Adam",
    "Bidirectional",
    "Dense",
    "Dropout",
    "Embedding",
    "GRUParameters",
    "GradientReport",
    "LSTMParameters",
    "Layer",
    "RMSprop",
    "Sequential",
    "SimpleRNN",
    "SimpleRNNParameters",
    "gate_slot",
    "gradient_check",
    "gru_backward",
    "gru_forward",
    "gru_step",
    "gru_step_backward",
    "lstm_backward",
    "lstm_forward",
    "lstm_step",
    "lstm_step_backward",
    "rnn_backward",
    "rnn_forward",
    "rnn_step",
    "rnn_step_backward",
]
