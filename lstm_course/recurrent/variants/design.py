"""What a variant of the LSTM keeps, ties or adds, and the weights that it needs for it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lstm_course.recurrent.parameters import GATE_ORDER, LSTMParameters, gate_slot

#: What can be left out or given a peephole: every slot but the candidate.
GATES = tuple(name for name in GATE_ORDER if name != "g")


@dataclass(frozen=True)
class Design:
    """How a cell differs from the LSTM; the default differs in nothing.

    Attributes
    ----------
    without : tuple of str
        Gates that are left out, among i, f and o: such a gate is 1 at every step and has no weights.
    coupled : bool
        Tie the input gate to the forget gate, i_t = 1 − f_t; the input gate then has no weights [1]_.
    peepholes : bool
        Let the gates look at the cell state: i_t and f_t at c_{t−1}, o_t at c_t [2]_.

    Raises
    ------
    ValueError
        If the three do not fit together, or something is to be left out that is no gate.

    References
    ----------
    .. [1] Greff et al. (2017), the variant CIFG (written there as f = 1 − i).
    .. [2] Gers, Schraudolph & Schmidhuber (2002).

    Examples
    --------
    >>> Design().slots
    ('i', 'f', 'g', 'o')
    >>> Design(without=("o",), coupled=True).slots
    ('f', 'g')
    """

    without: tuple[str, ...] = ()
    coupled: bool = False
    peepholes: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.without if name not in GATES]
        if unknown:
            raise ValueError(
                f"expected gates among {', '.join(GATES)} to leave out, got {unknown}. "
                "The candidate cannot be left out: without it nothing is written."
            )
        if self.coupled and {"i", "f"} & set(self.without):
            raise ValueError(
                "expected coupled gates or a cell without one of them, got both. "
                "Coupling needs the forget gate, and takes the input gate's place."
            )
        if self.peepholes and not self.gates:
            raise ValueError(
                "expected a gate that can look through a peephole, got a cell without gates. "
                "Leave the peepholes out."
            )

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots that have weights, in the order of ``GATE_ORDER``."""
        absent = (*self.without, "i") if self.coupled else self.without
        return tuple(name for name in GATE_ORDER if name not in absent)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that have weights: the rows of the peepholes."""
        return tuple(name for name in self.slots if name != "g")


@dataclass(frozen=True)
class VariantParameters:
    """Weights of a variant: those of the LSTM, as far as it has them, and its peepholes.

    Attributes
    ----------
    kernel : ndarray of shape (features, slots * units)
        Acts on the input.
    recurrent_kernel : ndarray of shape (units, slots * units)
        Acts on the previous hidden state.
    bias : ndarray of shape (slots * units,), or None
        Added to the pre-activations.
    peepholes : ndarray of shape (gates, units), or None
        One number per gate and unit, rows as in ``design.gates``; ``None`` without peepholes.
    design : Design
        What the cell keeps, ties and adds.

    Raises
    ------
    ValueError
        If a shape does not fit the design.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None
    peepholes: np.ndarray | None
    design: Design

    def __post_init__(self) -> None:
        width = len(self.design.slots) * self.units
        shapes = {
            "kernel": (self.features, width),
            "recurrent_kernel": (self.units, width),
            "bias": (width,),
            "peepholes": (len(self.design.gates), self.units),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(
                    f"expected {name} of shape {shape}, got {array.shape}. "
                    f"This design has the slots {', '.join(self.design.slots)} of {self.units} columns each."
                )
        if (self.peepholes is None) == self.design.peepholes:
            raise ValueError("expected peepholes if and only if the design has them. Change one of the two.")

    @property
    def features(self) -> int:
        """Number of input features."""
        return self.kernel.shape[0]

    @property
    def units(self) -> int:
        """Number of units."""
        return self.recurrent_kernel.shape[0]

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the weights."""
        return self.kernel.dtype

    def slot(self, name: str) -> slice:
        """Return the columns of a slot that has weights."""
        return gate_slot(name, self.units, self.design.slots)

    def peephole(self, gate: str) -> np.ndarray:
        """Return the peephole weights of a gate, (units,)."""
        assert self.peepholes is not None
        return self.peepholes[self.design.gates.index(gate)]

    def arrays(self) -> list[np.ndarray]:
        """Return the weights that there are, in the order kernel, recurrent_kernel, bias, peepholes."""
        arrays = (self.kernel, self.recurrent_kernel, self.bias, self.peepholes)
        return [array for array in arrays if array is not None]

    @classmethod
    def from_arrays(cls, arrays: list[np.ndarray], design: Design) -> Self:
        """Make parameters of the arrays that ``arrays`` returns."""
        kernel, recurrent_kernel, *rest = arrays
        peepholes = rest.pop() if design.peepholes else None
        return cls(kernel, recurrent_kernel, rest[0] if rest else None, peepholes, design)

    @classmethod
    def initialize(
        cls,
        features: int,
        units: int,
        rng: np.random.Generator,
        design: Design,
        *,
        forget_bias: float = 1.0,
        use_bias: bool = True,
        dtype: np.typing.DTypeLike = np.float64,
    ) -> Self:
        """Draw an LSTM's initial weights and keep the slots of the design; peepholes start at 0.

        So all variants of one size start, for the same seed, from the same numbers, and a cell with
        peepholes starts as the cell without them.
        """
        whole = LSTMParameters.initialize(features, units, rng, use_bias=use_bias, dtype=dtype)
        if whole.bias is not None:
            whole.bias[gate_slot("f", units)] = forget_bias
        columns = np.concatenate([np.r_[gate_slot(name, units)] for name in design.slots])
        kept = [array[..., columns] for array in whole.arrays()]
        if design.peepholes:
            kept.append(np.zeros((len(design.gates), units), dtype))
        return cls.from_arrays(kept, design)
