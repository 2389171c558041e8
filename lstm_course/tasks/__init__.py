"""Sequence problems from the literature on long memory, drawn at will from a generator.

NumPy alone. ``TASKS`` names them; a name's class, called without arguments, has the paper's sizes.

Examples
--------
>>> import numpy as np
>>> task = TASKS["adding"]()
>>> batch = task.draw(3, np.random.default_rng(0))
>>> batch.inputs.shape[2], batch.targets.shape[2], task.success
(2, 1, Stream(window=2000, wrong_allowed=0, mean_error=0.01))
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lstm_course.tasks.adding import Adding, Multiplication
from lstm_course.tasks.batch import Batch
from lstm_course.tasks.continual_reber import ContinualReber
from lstm_course.tasks.copying import Copying
from lstm_course.tasks.criteria import Criterion, HeldOut, Stream
from lstm_course.tasks.lags import LagsLong, LagsNoiseFree, LagsRandomFiller
from lstm_course.tasks.pathological import PascanuOrder, RandomPermutation
from lstm_course.tasks.reber import Reber
from lstm_course.tasks.task import Task
from lstm_course.tasks.temporal_order import TemporalOrder, TemporalOrder3
from lstm_course.tasks.two_sequence import TwoSequence, TwoSequenceNoisy, TwoSequenceNoisyTargets

#: The problems by name, those of Hochreiter & Schmidhuber (1997) first, in the order of the paper.
TASKS: Mapping[str, Callable[..., Task]] = MappingProxyType(
    {
        "reber": Reber,
        "lags-noise-free": LagsNoiseFree,
        "lags-random-filler": LagsRandomFiller,
        "lags-long": LagsLong,
        "two-sequence": TwoSequence,
        "two-sequence-noisy": TwoSequenceNoisy,
        "two-sequence-noisy-targets": TwoSequenceNoisyTargets,
        "adding": Adding,
        "multiplication": Multiplication,
        "temporal-order": TemporalOrder,
        "temporal-order-3": TemporalOrder3,
        "continual-reber": ContinualReber,
        "copy": Copying,
        "pascanu-order": PascanuOrder,
        "random-permutation": RandomPermutation,
    }
)

__all__ = [
    "TASKS",
    "Adding",
    "Batch",
    "ContinualReber",
    "Copying",
    "Criterion",
    "HeldOut",
    "LagsLong",
    "LagsNoiseFree",
    "LagsRandomFiller",
    "Multiplication",
    "PascanuOrder",
    "RandomPermutation",
    "Reber",
    "Stream",
    "Task",
    "TemporalOrder",
    "TemporalOrder3",
    "TwoSequence",
    "TwoSequenceNoisy",
    "TwoSequenceNoisyTargets",
]
