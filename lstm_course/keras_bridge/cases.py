"""The cases of the equality table: which options, masks and states are put to both libraries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_course.recurrent import layers

BATCH, TIME, FEATURES, UNITS = 4, 6, 3, 5

#: Steps that count, (batch, time).
MASKS = {
    "right-padded": [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]],
    "left-padded": [[1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 1]],
    "gaps": [[1, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 0], [0, 1, 1, 0, 0, 1], [1, 1, 0, 0, 1, 0]],
    "a row masked": [[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0]],
}

ACTIVATIONS = ("tanh", "sigmoid", "hard_sigmoid", "relu", "linear")


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes
    ----------
    name : str
        The layer and what is particular about it.
    make : callable
        Makes the NumPy layer, without weights.
    mask : str, optional
        Key of ``MASKS``.
    initial_state : bool
        Whether the layer starts from random states rather than zeros.
    batches : int
        How many batches run; the last is compared (a stateful layer has then something to remember).
    """

    name: str
    make: Callable[[], layers.Layer]
    mask: str | None = None
    initial_state: bool = False
    batches: int = 1

    def mask_array(self) -> np.ndarray | None:
        """Return the mask as booleans (batch, time), or None."""
        return None if self.mask is None else np.array(MASKS[self.mask], bool)


def all_cases() -> list[Case]:
    """Return every case, in the order of the table."""
    cases: list[Case] = []
    cases += _cell_cases("SimpleRNN", layers.SimpleRNN)
    cases += _cell_cases("LSTM", layers.LSTM)
    cases += _cell_cases("GRU", layers.GRU)
    cases += _cell_cases("GRU reset_after=False", lambda u, **o: layers.GRU(u, reset_after=False, **o))
    cases += _bidirectional_cases()
    return cases


def _cell_cases(kind: str, layer: Callable[..., layers.RecurrentLayer]) -> Iterator[Case]:
    def case(
        label: str, *, mask: str | None = None, initial_state: bool = False, batches: int = 1, **options: Any
    ) -> Case:
        return Case(f"{kind}: {label}", lambda: layer(UNITS, **options), mask, initial_state, batches)

    yield case("defaults")
    yield case("return_sequences", return_sequences=True)
    yield case("return_state", return_state=True)
    yield case("go_backwards", go_backwards=True, return_sequences=True)
    yield case("use_bias=False", use_bias=False, return_sequences=True)
    yield case("initial state", initial_state=True, return_sequences=True, return_state=True)
    for mask in MASKS:
        yield case(f"mask {mask}", mask=mask)
        yield case(f"mask {mask}, sequences and states", mask=mask, return_sequences=True, return_state=True)
    yield case("mask gaps, go_backwards", mask="gaps", go_backwards=True, return_sequences=True)
    yield case(
        "mask left-padded, initial state",
        mask="left-padded",
        initial_state=True,
        return_sequences=True,
        return_state=True,
    )
    yield case("mask a row masked, initial state, last output", mask="a row masked", initial_state=True)
    yield case(
        "mask gaps, zero_output_for_mask",
        mask="gaps",
        zero_output_for_mask=True,
        return_sequences=True,
    )
    yield case("stateful, second batch", stateful=True, return_sequences=True, batches=2)
    yield case(
        "everything at once",
        mask="gaps",
        stateful=True,
        batches=2,
        go_backwards=True,
        return_sequences=True,
        return_state=True,
        zero_output_for_mask=True,
        use_bias=False,
    )
    for activation in ACTIVATIONS[1:]:
        yield case(f"activation={activation}", activation=activation, return_sequences=True)
    if kind != "SimpleRNN":
        for activation in (*ACTIVATIONS[2:], "tanh"):
            yield case(
                f"recurrent_activation={activation}",
                recurrent_activation=activation,
                return_sequences=True,
            )


def _bidirectional_cases() -> Iterator[Case]:
    for merge_mode in ("concat", "sum", "ave", "mul", None):
        for mask in (None, "right-padded", "gaps"):
            for sequences in (False, True):
                label = f"Bidirectional LSTM: merge_mode={merge_mode}" + (", return_sequences" * sequences)

                def make(merge_mode: str | None = merge_mode, sequences: bool = sequences) -> layers.Layer:
                    return layers.Bidirectional(layers.LSTM(UNITS, return_sequences=sequences), merge_mode)

                yield Case(label + (f", mask {mask}" if mask else ""), make, mask)
    for kind in (layers.SimpleRNN, layers.GRU, layers.LSTM):

        def make_with_states(kind: Any = kind) -> layers.Layer:
            return layers.Bidirectional(kind(UNITS, return_state=True, return_sequences=True))

        name = f"Bidirectional {kind.__name__}: return_state, initial state, mask a row masked"
        yield Case(name, make_with_states, "a row masked", initial_state=True)
