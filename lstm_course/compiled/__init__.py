"""The recurrent networks at a framework's speed: the loops over time compiled by Numba.

The functions have the names, arguments, results and caches of ``lstm_course.recurrent``, which is written to
be read; here are the same equations, arranged for the processor. Numba comes with the extra ``fast`` and is
imported at the first call, which compiles for some seconds; afterwards the compiled code is read from disk.
"""

from lstm_course.compiled.layers import CompiledLSTM
from lstm_course.compiled.lstm import lstm_backward, lstm_forward
from lstm_course.compiled.many import ManyParameters, lstm_backward_many, lstm_forward_many
from lstm_course.compiled.rnn import rnn_backward, rnn_forward

__all__ = [
    "CompiledLSTM",
    "ManyParameters",
    "lstm_backward",
    "lstm_backward_many",
    "lstm_forward",
    "lstm_forward_many",
    "rnn_backward",
    "rnn_forward",
]
