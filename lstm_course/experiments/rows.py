"""The rows of the paper's tables: task, network, learning rate, and what the paper reports.

Source: Hochreiter & Schmidhuber (1997), section 5, tables 1 to 11. Weights are drawn from [−0.2, 0.2] in
experiments 1 and 2, from [−0.1, 0.1] in the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lstm_course.errors import InputError
from lstm_course.experiments.row import Printed, Row
from lstm_course.recurrent.lstm_1997 import Design1997
from lstm_course.tasks import (
    Adding,
    LagsLong,
    LagsNoiseFree,
    LagsRandomFiller,
    Multiplication,
    Reber,
    TemporalOrder,
    TemporalOrder3,
    TwoSequence,
    TwoSequenceNoisy,
    TwoSequenceNoisyTargets,
)

#: The experiments: what each asks a network to remember.
EXPERIMENTS = {
    "reber": "1: predict the symbols of an embedded Reber grammar",
    "lags-noise-free": "2a: the last symbol is the first, the same hundred in between",
    "lags-random-filler": "2b: the last symbol is the first, random ones in between",
    "lags-long": "2c: the last symbol is the second, q + k random ones in between",
    "two-sequence": "3a: the first numbers carry the class, noise follows",
    "two-sequence-noisy": "3b: the first numbers are noisy too",
    "two-sequence-noisy-targets": "3c: the targets are noisy; learn their mean",
    "adding": "4: the sum of two marked numbers",
    "multiplication": "5: the product of two marked numbers",
    "temporal-order": "6a: the order of two symbols",
    "temporal-order-3": "6b: the order of three symbols",
}


def _reber(blocks: int, size: int, rate: float, printed: Printed) -> Row:
    return Row(
        name=f"reber-{blocks}x{size}-rate{rate:g}",
        experiment="reber",
        sizes={"blocks": blocks, "rate": rate},
        task=Reber(),
        design=Design1997(7, 7, blocks, size, biased="io"),
        rate=rate,
        spread=0.2,
        output_gate_biases=tuple(float(-n) for n in range(1, blocks + 1)),
        printed=printed,
        every_step=True,
        batch_size=4,
        adam_rate=0.02,
    )


def _lags(experiment: str, task: LagsNoiseFree, printed: Printed) -> Row:
    design = Design1997(
        task.features,
        task.outputs,
        1,
        output_gates=False,
        reads="nothing",
        shortcut=True,
        biased="",
    )
    return Row(
        name=f"{experiment}-p{task.lag}",
        experiment=experiment,
        sizes={"p": task.lag},
        task=task,
        design=design,
        rate=1.0,
        spread=0.2,
        printed=printed,
        every_step=True,
        late_memory=True,
        batch_size=4,
    )


def _lags_long(q: int, p: int, sequences: int) -> Row:
    task = LagsLong(lag=q, distractors=p)
    return Row(
        name=f"lags-long-q{q}-p{p}",
        experiment="lags-long",
        sizes={"q": q, "p": p},
        task=task,
        design=Design1997(task.features, 2, 2, reads="nothing", biased=""),
        rate=0.01,
        spread=0.2,
        printed=Printed(sequences, 20),
    )


def _two_sequence(experiment: str, task: TwoSequence, rate: float, sequences: int, wrong: str) -> Row:
    return Row(
        name=f"{experiment}-T{task.length}-N{task.informative}",
        experiment=experiment,
        sizes={"T": task.length, "N": task.informative},
        task=task,
        design=Design1997(1, 1, 3, biased="ioc"),
        rate=rate,
        spread=0.1,
        input_gate_biases=(-1.0, -3.0, -5.0),
        output_gate_biases=(-2.0, -4.0, -6.0),
        printed=Printed(sequences, 10, wrong=wrong),
        units=8,
    )


def _adding(length: int, sequences: int, wrong: str) -> Row:
    return Row(
        name=f"adding-T{length}",
        experiment="adding",
        sizes={"T": length},
        task=Adding(length),
        design=Design1997(2, 1, 2, 2, linear=True),
        rate=0.5,
        spread=0.1,
        input_gate_biases=(-3.0, -6.0),
        printed=Printed(sequences, 10, wrong=wrong),
    )


def _multiplication(few: int, sequences: int, wrong: str) -> Row:
    return Row(
        name=f"multiplication-n{few}",
        experiment="multiplication",
        sizes={"n": few},
        task=Multiplication(100, few),
        design=Design1997(2, 1, 2, 2, linear=True),
        rate=0.1,
        spread=0.1,
        printed=Printed(sequences, 10, wrong=wrong),
    )


def _temporal_order(experiment: str, task: TemporalOrder, blocks: int, rate: float, printed: Printed) -> Row:
    return Row(
        name=experiment,
        experiment=experiment,
        sizes={},
        task=task,
        design=Design1997(8, task.outputs, blocks, 2),
        rate=rate,
        spread=0.1,
        input_gate_biases=tuple(-2.0 * n for n in range(1, blocks + 1)),
        printed=printed,
    )


ROWS: tuple[Row, ...] = (
    _reber(4, 1, 0.1, Printed(39_740, 30)),
    _reber(3, 2, 0.1, Printed(21_730, 30)),
    _reber(3, 2, 0.2, Printed(14_060, 30, 0.97)),
    _reber(4, 1, 0.5, Printed(9_500, 30, 0.97)),
    _reber(3, 2, 0.5, Printed(8_440, 30)),
    _lags("lags-noise-free", LagsNoiseFree(100), Printed(5_040, 18)),
    replace(
        _lags("lags-random-filler", LagsRandomFiller(100), Printed(5_680, 18)),
        units=32,
        batch_size=1,
        adam_rate=0.03,
        rate_falls=True,
    ),
    _lags_long(50, 50, 30_000),
    _lags_long(100, 100, 31_000),
    _lags_long(200, 200, 33_000),
    _lags_long(500, 500, 38_000),
    _lags_long(1000, 1000, 49_000),
    _lags_long(1000, 500, 49_000),
    _lags_long(1000, 200, 75_000),
    _lags_long(1000, 100, 135_000),
    _lags_long(1000, 50, 203_000),
    _two_sequence("two-sequence", TwoSequence(100, 3), 1.0, 39_850, "0.0195 %"),
    _two_sequence("two-sequence", TwoSequence(100, 1), 1.0, 64_330, "0.0117 %"),
    _two_sequence("two-sequence", TwoSequence(1000, 3), 1.0, 452_460, "0.0078 %"),
    _two_sequence("two-sequence-noisy", TwoSequenceNoisy(100, 3), 1.0, 43_250, "0.828 %"),
    _two_sequence("two-sequence-noisy", TwoSequenceNoisy(100, 1), 1.0, 78_430, "1.500 %"),
    replace(
        _two_sequence("two-sequence-noisy", TwoSequenceNoisy(1000, 1), 1.0, 485_080, "1.207 %"),
        adam_rate=0.003,
    ),
    _two_sequence("two-sequence-noisy-targets", TwoSequenceNoisyTargets(100, 3), 0.1, 269_650, "0.558 %"),
    _two_sequence("two-sequence-noisy-targets", TwoSequenceNoisyTargets(100, 1), 0.1, 565_640, "0.441 %"),
    _adding(100, 74_000, "1 of 2,560"),
    _adding(500, 209_000, "0 of 2,560"),
    _adding(1000, 853_000, "1 of 2,560"),
    _multiplication(140, 482_000, "139 of 2,560"),
    _multiplication(13, 1_273_000, "14 of 2,560"),
    _temporal_order("temporal-order", TemporalOrder(), 2, 0.5, Printed(31_390, 20, wrong="1 of 2,560")),
    _temporal_order("temporal-order-3", TemporalOrder3(), 3, 0.1, Printed(571_100, 10, wrong="2 of 2,560")),
)


def choose(experiment: str, sizes: Mapping[str, float]) -> list[Row]:
    """Return the rows of an experiment, of those sizes only.

    Parameters
    ----------
    experiment : str
        An experiment, or one row's name.
    sizes : mapping
        Sizes to keep to, as {"T": 500}.

    Raises
    ------
    InputError
        Nothing is called that, or no row has these sizes.

    Examples
    --------
    >>> [row.name for row in choose("adding", {"T": 500})]
    ['adding-T500']
    """
    named = [row for row in ROWS if experiment in (row.experiment, row.name)]
    if not named:
        raise InputError(f"an experiment among {', '.join(EXPERIMENTS)}", repr(experiment))
    chosen = [row for row in named if all(row.sizes.get(key) == value for key, value in sizes.items())]
    if not chosen:
        wanted = " and ".join(f"{key} = {value:g}" for key, value in sizes.items())
        known = ", ".join(row.name for row in named)
        raise InputError(f"sizes of the paper's rows of {experiment} ({known})", wanted)
    return chosen
