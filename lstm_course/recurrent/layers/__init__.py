"""Layers with Keras's argument names and defaults, computing with NumPy alone."""

from lstm_course.recurrent.layers.base import Layer
from lstm_course.recurrent.layers.bidirectional import Bidirectional
from lstm_course.recurrent.layers.feedforward import Dense, Dropout, Embedding
from lstm_course.recurrent.layers.recurrent import RecurrentLayer
from lstm_course.recurrent.layers.rnn import GRU, LSTM, SimpleRNN
from lstm_course.recurrent.layers.sequential import Sequential

__all__ = [
    "GRU",
    "LSTM",
    "Bidirectional",
    "Dense",
    "Dropout",
    "Embedding",
    "Layer",
    "RecurrentLayer",
    "Sequential",
    "SimpleRNN",
]
