"""What a row of the paper's tables consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lstm_course.recurrent.lstm_1997 import Design1997
from lstm_course.tasks.task import Task


@dataclass(frozen=True)
class Printed:
    """What the paper's table says.

    Attributes
    ----------
    sequences : int
        Mean number of training sequences until the criterion held.
    trials : int
        Over so many trials.
    solved : float
        Share of the trials that came to it. Where the paper counts no failures, 1.
    wrong : str
        What it reports of the test after success.
    """

    sequences: int
    trials: int
    solved: float = 1.0
    wrong: str = ""


@dataclass(frozen=True)
class Row:
    """One row: what is learnt, by which network, and the figure to stand beside.

    Attributes
    ----------
    name : str
        Experiment and sizes, as ``adding-T500``.
    experiment : str
        A key of ``EXPERIMENTS``.
    sizes : mapping
        What tells the row from its neighbours, as {"T": 500}.
    task : Task
    design : Design1997
        The paper's network.
    rate, spread : float
        The paper's learning rate; initial weights are uniform in ± spread.
    input_gate_biases, output_gate_biases : tuple of float
        Initial biases, one for each block; empty where they are drawn like the rest.
    printed : Printed
    every_step : bool
        Whether the weights of 1997 change after each step, as they do where there is a target at each.
    late_memory : bool
        Whether the memory joins in once the error without it has stopped falling, in 1997 and today.
    units, batch_size : int
        Units of the networks of today, and how many sequences they take at a time.
    adam_rate : float
        Learning rate of today's LSTM.
    rate_falls : bool
        Whether that rate falls to 0 at the end of the budget (``experiments.modern``).
    """

    name: str
    experiment: str
    sizes: Mapping[str, float]
    task: Task
    design: Design1997
    rate: float
    spread: float
    printed: Printed
    input_gate_biases: tuple[float, ...] = ()
    output_gate_biases: tuple[float, ...] = ()
    every_step: bool = False
    late_memory: bool = False
    units: int = 16
    batch_size: int = 32
    adam_rate: float = 0.01
    rate_falls: bool = False

    @property
    def budget(self) -> int:
        """Sequences after which a trial has failed: five times the paper's mean, at least 50,000."""
        return max(5 * self.printed.sequences, 50_000)
