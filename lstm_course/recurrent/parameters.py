"""The weights of the three recurrent cells, in Keras's layout, and the one statement of the gates' order.

A fused weight holds all gates side by side along its last axis, one slot of ``units`` columns per gate.
``GATE_ORDER`` says which slot is whose; nothing else in the package repeats it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lstm_course.recurrent.initializers import glorot_uniform, orthogonal

#: The slots of an LSTM's fused weights: input gate, forget gate, candidate, output gate.
#: Keras writes the candidate as c; here c is always the cell state.
GATE_ORDER = ("i", "f", "g", "o")

#: The slots of a GRU's fused weights: update gate (Keras's z), reset gate, candidate (Keras's h).
GRU_GATE_ORDER = ("u", "r", "g")


def gate_slot(gate: str, units: int, order: tuple[str, ...] = GATE_ORDER) -> slice:
    """Return the columns of a fused weight that belong to one gate.

    Examples
    --------
    >>> gate_slot("g", units=100)
    slice(200, 300, None)
    """
    start = order.index(gate) * units
    return slice(start, start + units)


@dataclass(frozen=True)
class _Parameters:
    """What the three cells' parameters share: a kernel, a recurrent kernel and perhaps a bias.

    Attributes
    ----------
    kernel : ndarray of shape (features, slots * units)
        Acts on the input.
    recurrent_kernel : ndarray of shape (units, slots * units)
        Acts on the previous hidden state.
    bias : ndarray of shape (slots * units,), or None
        ``None`` where the layer has ``use_bias=False``.
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None

    #: How many gates stand side by side.
    slots = 1

    def __post_init__(self) -> None:
        units = self.recurrent_kernel.shape[0]
        width = self.slots * units
        for name, array, shape in (
            ("kernel", self.kernel, (self.kernel.shape[0], width)),
            ("recurrent_kernel", self.recurrent_kernel, (units, width)),
            ("bias", self.bias, self._bias_shape(width)),
        ):
            if array is not None and array.shape != shape:
                raise ValueError(
                    f"expected {name} of shape {shape}, got {array.shape}. "
                    f"With {units} units the last axis holds {self.slots} slot(s) of {units} columns."
                )

    def _bias_shape(self, width: int) -> tuple[int, ...]:
        return (width,)

    @property
    def features(self) -> int:
        """Number of input features."""
        return self.kernel.shape[0]

    @property
    def units(self) -> int:
        """Number of units, the size of the hidden state."""
        return self.recurrent_kernel.shape[0]

    @property
    def dtype(self) -> np.dtype:
        """Floating-point type of the weights."""
        return self.kernel.dtype

    def arrays(self) -> list[np.ndarray]:
        """Return the weights in the order of Keras's ``trainable_weights``."""
        return [a for a in (self.kernel, self.recurrent_kernel, self.bias) if a is not None]

    @classmethod
    def from_arrays(cls, arrays: list[np.ndarray], **options: bool) -> Self:
        """Make parameters of ``[kernel, recurrent_kernel]`` or ``[kernel, recurrent_kernel, bias]``."""
        kernel, recurrent_kernel, *bias = arrays
        return cls(kernel, recurrent_kernel, bias[0] if bias else None, **options)


@dataclass(frozen=True)
class SimpleRNNParameters(_Parameters):
    """Weights of the simple RNN: kernel (features, units), recurrent kernel (units, units), bias (units,)."""

    @classmethod
    def initialize(
        cls,
        features: int,
        units: int,
        rng: np.random.Generator,
        *,
        use_bias: bool = True,
        dtype: np.typing.DTypeLike = np.float64,
    ) -> Self:
        """Draw initial weights as Keras does: Glorot uniform, orthogonal, zero bias."""
        return cls(
            glorot_uniform((features, units), rng, dtype),
            orthogonal((units, units), rng, dtype),
            np.zeros(units, dtype) if use_bias else None,
        )


@dataclass(frozen=True)
class LSTMParameters(_Parameters):
    """Weights of the LSTM, gates side by side in ``GATE_ORDER``.

    Attributes
    ----------
    kernel : ndarray of shape (features, 4 * units)
        Acts on the input x_t.
    recurrent_kernel : ndarray of shape (units, 4 * units)
        Acts on the previous hidden state.
    bias : ndarray of shape (4 * units,), or None
        Added to the pre-activations.

    Examples
    --------
    >>> parameters = LSTMParameters.initialize(features=3, units=2, rng=np.random.default_rng(0))
    >>> [array.shape for array in parameters.arrays()]
    [(3, 8), (2, 8), (8,)]
    >>> parameters.bias[gate_slot("f", units=2)].tolist()
    [1.0, 1.0]
    """

    slots = len(GATE_ORDER)

    @classmethod
    def initialize(
        cls,
        features: int,
        units: int,
        rng: np.random.Generator,
        *,
        unit_forget_bias: bool = True,
        use_bias: bool = True,
        dtype: np.typing.DTypeLike = np.float64,
    ) -> Self:
        """Draw initial weights as Keras does: Glorot uniform, orthogonal, zero bias, forget bias 1.

        Parameters
        ----------
        features, units : int
            Sizes of the input and of the state.
        rng : numpy.random.Generator
            Source of the randomness.
        unit_forget_bias : bool
            Start the forget gate's bias at 1, so that the cell remembers before it has learnt anything
            [1]_. With ``False`` it starts at 0.
        use_bias : bool
            With ``False`` there is no bias at all.
        dtype : data type
            Floating-point type of the weights.

        References
        ----------
        .. [1] Gers, Schmidhuber & Cummins (2000); Jozefowicz, Zaremba & Sutskever (2015).
        """
        bias = np.zeros(cls.slots * units, dtype)
        if unit_forget_bias:
            bias[gate_slot("f", units)] = 1
        return cls(
            glorot_uniform((features, cls.slots * units), rng, dtype),
            orthogonal((units, cls.slots * units), rng, dtype),
            bias if use_bias else None,
        )


@dataclass(frozen=True)
class GRUParameters(_Parameters):
    """Weights of the GRU, gates side by side in ``GRU_GATE_ORDER``.

    Attributes
    ----------
    kernel : ndarray of shape (features, 3 * units)
        Acts on the input.
    recurrent_kernel : ndarray of shape (units, 3 * units)
        Acts on the previous hidden state.
    bias : ndarray, or None
        Of shape (3 * units,) with ``reset_after=False``; of shape (2, 3 * units) with
        ``reset_after=True``: the input's bias, then the recurrent one.
    reset_after : bool
        Whether the reset gate acts after the recurrent product (Keras's default, and cuDNN's) or before
        it (Cho et al. 2014).
    """

    reset_after: bool = True

    slots = len(GRU_GATE_ORDER)

    def _bias_shape(self, width: int) -> tuple[int, ...]:
        return (2, width) if self.reset_after else (width,)

    @classmethod
    def initialize(
        cls,
        features: int,
        units: int,
        rng: np.random.Generator,
        *,
        reset_after: bool = True,
        use_bias: bool = True,
        dtype: np.typing.DTypeLike = np.float64,
    ) -> Self:
        """Draw initial weights as Keras does: Glorot uniform, orthogonal, zero bias."""
        width = cls.slots * units
        return cls(
            glorot_uniform((features, width), rng, dtype),
            orthogonal((units, width), rng, dtype),
            np.zeros((2, width) if reset_after else width, dtype) if use_bias else None,
            reset_after=reset_after,
        )
