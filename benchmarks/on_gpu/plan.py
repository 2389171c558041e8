"""What ``gpu.py`` measures: its parts and the cells of each, in the order of what matters most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

BACKENDS = ("jax", "torch", "tensorflow")
#: each part in its turn, and its share of the time; for each backend it is a process of its own
PARTS = {"layers": 80, "cpu": 12, "target-right-padded": 80, "training": 60, "target": 60}
FLOAT32, MIXED = "float32", "mixed_bfloat16"
#: the reference of each pair comes first
PLAIN, PADDED = ("loop", "fused"), ("masked", "right-padded")


@dataclass(frozen=True)
class Plan:
    """Sizes; a layer's shape is (batch, time, features, units).

    The ends of a sweep come first: where time is over, points in between are missing.
    """

    batch: int = 64
    units: int = 128
    lengths: tuple[int, ...] = (200, 1600, 50, 800, 400, 100)
    widths: tuple[int, ...] = (64, 1024, 256, 512, 128)
    length: int = 200  # of the widths
    padded: tuple[int, ...] = (400, 100, 1600)  # lengths, of the layers that take a mask
    sample: float = 0.2  # seconds spent on each pass of each cell, after the warm-up
    corpus: str = "imdb"
    limit: int | None = None
    max_tokens: int | None = None
    vocabulary_size: int = 20_000
    batches: tuple[int, ...] = (64, 512)
    reviews: int = 2048  # different ones, in the part training
    training_sample: float = 2.0  # seconds of an epoch of the part training, about
    epochs: int = 5  # at most, to the target

    def by_length(self, lengths: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [(self.batch, length, self.units, self.units) for length in lengths]

    def by_width(self) -> list[tuple[int, ...]]:
        return [(self.batch, self.length, width, width) for width in self.widths]


FULL = Plan()
QUICK = Plan(
    batch=3,
    units=4,
    lengths=(5,),
    widths=(6,),
    length=5,
    padded=(5,),
    sample=0.0,
    corpus="rotten-tomatoes",
    limit=400,
    max_tokens=12,
    vocabulary_size=300,
    batches=(8,),
    reviews=24,
    training_sample=0.0,
    epochs=2,
)


@dataclass(frozen=True)
class LayerCell:
    """A layer of one shape: which LSTM, in which numbers."""

    kernel: str
    precision: str
    shape: tuple[int, ...]

    @property
    def pair(self) -> tuple[Any, ...]:
        """What the two cells that are to give the same have in common."""
        return self.kernel in PLAIN, self.precision, self.shape


@dataclass(frozen=True)
class TrainingCell:
    """The model ``bilstm`` in training, its LSTMs those of Keras or those of ``right_padded``."""

    lstm: str
    precision: str
    batch_size: int


@dataclass(frozen=True)
class TargetCell:
    """The model ``bilstm-pairs`` until its validation accuracy is high enough."""

    lstm: str


Cell = LayerCell | TrainingCell | TargetCell


def cells_of(part: str, plan: Plan) -> list[Cell]:
    """Return the cells of a part, the most important first."""
    if part == "layers":
        return list(_layers(plan))
    if part == "cpu":
        return [LayerCell("loop", FLOAT32, (plan.batch, plan.length, plan.units, plan.units))]
    if part == "training":
        return [
            TrainingCell(lstm, precision, size)
            for lstm, precision in (("right-padded", FLOAT32), ("right-padded", MIXED), ("keras", FLOAT32))
            for size in plan.batches
        ]
    return [TargetCell("right-padded" if part.endswith("right-padded") else "keras")]


def _layers(plan: Plan) -> Iterator[LayerCell]:
    """Yield both sweeps and the padded pairs in turns, then bfloat16; the two of a pair together."""
    sweeps = (
        [(shape, FLOAT32, PLAIN) for shape in plan.by_length(plan.lengths)],
        [(shape, FLOAT32, PLAIN) for shape in plan.by_width()],
        [(shape, FLOAT32, PADDED) for shape in plan.by_length(plan.padded)],
    )
    in_turns = [pair for turn in zip_longest(*sweeps) for pair in turn if pair is not None]
    mixed = [(shape, MIXED, PLAIN) for shape in plan.by_width()]
    for shape, precision, kernels in dict.fromkeys([*in_turns, *mixed]):
        yield from (LayerCell(kernel, precision, shape) for kernel in kernels)


def refusal(backend: str, cell: Cell) -> str:
    """Return why a cell is not measured on a backend; nothing where it is."""
    if isinstance(cell, LayerCell) and (cell.kernel, cell.precision) == ("fused", MIXED):
        return "JAX's LSTM of cuDNN is written for float32" if backend == "jax" else ""
    if cell == TargetCell("keras") and backend == "torch":
        return "masked it runs in a plain loop there: an epoch takes longer than there is time"
    return ""


def refusal_of_all(backend: str, part: str, plan: Plan) -> str:
    """Return why no cell of a part is measured on a backend; nothing where one is."""
    reasons = [refusal(backend, cell) for cell in cells_of(part, plan)]
    return reasons[0] if all(reasons) else ""


def name_of(cell: Cell) -> str:
    """Return a cell's name, such as ``loop float32 64×200×128×128``."""
    values = asdict(cell).values()
    return " ".join("×".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in values)
