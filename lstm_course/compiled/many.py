"""Many small LSTMs in one call: independent weights, each network with a batch of its own.

An experiment trains the same little network from many starting points. One after the other, every call costs
more in Python than the loops of a tiny network take; here all networks are one call, and threads share them.
The network's number is the first axis of every array.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from lstm_course.compiled.jit import load
from lstm_course.compiled.shares import run, shares_of
from lstm_course.recurrent import LSTMParameters, gate_slot
from lstm_course.recurrent.sequence import FLUSH_EVERY, flusher


@dataclass(frozen=True)
class ManyParameters:
    """Weights of several LSTMs of one size.

    Attributes
    ----------
    kernel : ndarray of shape (networks, features, 4 * units)
        Act on the inputs.
    recurrent_kernel : ndarray of shape (networks, units, 4 * units)
        Act on the previous hidden states.
    bias : ndarray of shape (networks, 4 * units), or None
        Added to the pre-activations.

    Examples
    --------
    >>> one = LSTMParameters.initialize(features=3, units=2, rng=np.random.default_rng(0))
    >>> ManyParameters.stack([one, one]).kernel.shape
    (2, 3, 8)
    """

    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None

    def __post_init__(self) -> None:
        for n in range(len(self.kernel)):
            self.network(n)  # checks the shapes

    @classmethod
    def stack(cls, networks: Sequence[LSTMParameters]) -> Self:
        """Put the weights of several networks into one object; they are copied.

        Raises
        ------
        ValueError
            If there is no network, or if the networks differ in size.
        """
        if not networks:
            raise ValueError("expected at least one network, got none. Give the weights of each.")
        kernels, recurrent_kernels, *biases = (
            np.stack(arrays) for arrays in zip(*(network.arrays() for network in networks), strict=True)
        )
        return cls(kernels, recurrent_kernels, biases[0] if biases else None)

    def network(self, n: int) -> LSTMParameters:
        """Return the weights of network n: views."""
        bias = None if self.bias is None else self.bias[n]
        return LSTMParameters(self.kernel[n], self.recurrent_kernel[n], bias)

    def arrays(self) -> list[np.ndarray]:
        """Return kernel, recurrent kernel and, if there is one, bias: what an optimiser changes."""
        return [a for a in (self.kernel, self.recurrent_kernel, self.bias) if a is not None]


class ManyCache(NamedTuple):
    """What ``lstm_forward_many`` leaves for ``lstm_backward_many``; compare ``LSTMSequenceCache``."""

    inputs: np.ndarray  # (networks, time, batch, features)
    gates: np.ndarray  # (networks, time, batch, 4 * units)
    cells: np.ndarray  # (networks, time + 1, batch, units)
    hiddens: np.ndarray  # (networks, time + 1, batch, units)
    mask: np.ndarray  # (networks, time, batch); (networks, 0, 0) where nothing is masked
    parameters: ManyParameters


def lstm_forward_many(
    x: np.ndarray,
    parameters: ManyParameters,
    *,
    h_0: np.ndarray | None = None,
    c_0: np.ndarray | None = None,
    mask: np.ndarray | None = None,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], ManyCache]:
    """Run each LSTM over its own batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (networks, batch, time, features)
        The sequences of every network.
    parameters : ManyParameters
        The weights; the computation has their dtype.
    h_0, c_0 : ndarray of shape (networks, batch, units), optional
        Initial states, zeros by default.
    mask : ndarray of bool of shape (networks, batch, time), optional
        True where a step counts.

    Returns
    -------
    outputs : ndarray of shape (networks, batch, time, units)
        Hidden state after each step.
    (h_T, c_T) : tuple of ndarray of shape (networks, batch, units)
        States after the last step.
    cache : ManyCache
        For ``lstm_backward_many``.

    Raises
    ------
    ValueError
        If a shape does not fit, or for weights in another type than float32 and float64.
    InputError
        If Numba is not installed.
    """
    loops, products = load("many_loops"), load("products")
    networks, features, width = parameters.kernel.shape
    units, dtype = width // 4, parameters.kernel.dtype
    x = np.asarray(x)
    if x.ndim != 4 or (x.shape[0], x.shape[3]) != (networks, features) or x.shape[2] == 0:
        raise ValueError(
            f"expected x of shape ({networks}, batch, time, {features}) with at least one step, "
            f"got {x.shape}. Each network reads a batch of its own."
        )
    batch, time = x.shape[1:3]
    inputs = np.ascontiguousarray(x.swapaxes(1, 2), dtype)
    inputs = inputs.copy() if np.shares_memory(inputs, x) else inputs  # the cache is not the caller's
    gates = np.empty((networks, time, batch, width), dtype)
    cells = np.empty((networks, time + 1, batch, units), dtype)
    hiddens = np.empty((networks, time + 1, batch, units), dtype)
    cells[:, 0] = 0 if c_0 is None else _checked(c_0, (networks, batch, units), "c_0")
    hiddens[:, 0] = 0 if h_0 is None else _checked(h_0, (networks, batch, units), "h_0")
    outputs = np.empty((networks, batch, time, units), dtype)
    if mask is None:
        steps_mask = np.empty((networks, 0, 0), bool)
    else:
        steps_mask = np.array(_checked(mask, (networks, batch, time), "mask").swapaxes(1, 2), bool, order="C")
    half = np.full(width, 0.5, dtype)
    half[gate_slot("g", units)] = 1
    run(
        loops.forward_networks,
        shares_of(networks, networks * batch * time, (features + units) * width, together=1),
        inputs.reshape(networks, time * batch, features),
        products.panels_of(parameters.kernel, dtype),
        products.panels_of(parameters.recurrent_kernel, dtype),
        np.zeros((networks, width), dtype) if parameters.bias is None else parameters.bias,
        half,
        gates.reshape(networks, time * batch, 4, units),
        cells.reshape(networks, -1, units),
        hiddens.reshape(networks, -1, units),
        outputs,
        steps_mask,
    )
    cache = ManyCache(inputs, gates, cells, hiddens, steps_mask, parameters)
    return outputs, (hiddens[:, -1].copy(), cells[:, -1].copy()), cache


def _checked(array, shape, name):
    array = np.asarray(array)
    if array.shape != shape:
        raise ValueError(
            f"expected {name} of shape {shape}, got {array.shape}. "
            "The number of the network is the first axis."
        )
    return array


def lstm_backward_many(
    d_outputs: np.ndarray | None,
    d_h_T: np.ndarray | None,
    d_c_T: np.ndarray | None,
    cache: ManyCache,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, ManyParameters]:
    """Backpropagate through time in each network.

    Parameters
    ----------
    d_outputs : ndarray of shape (networks, batch, time, units), or None
        ∂L/∂outputs; ``None`` is zero.
    d_h_T, d_c_T : ndarray of shape (networks, batch, units), or None
        ∂L/∂h_T and ∂L/∂c_T beyond what arrives through ``outputs``; ``None`` is zero.
    cache : ManyCache
        What ``lstm_forward_many`` left; it is not changed.

    Returns
    -------
    d_x : ndarray of shape (networks, batch, time, features)
        ∂L/∂x.
    d_h_0, d_c_0 : ndarray of shape (networks, batch, units)
        Gradients of the initial states.
    d_parameters : ManyParameters
        Gradients of every network's weights.

    Raises
    ------
    ValueError
        If a shape does not fit.
    """
    loops, products = load("many_loops"), load("products")
    parameters = cache.parameters
    networks, time, batch, features = cache.inputs.shape
    units, dtype = cache.cells.shape[3], cache.gates.dtype
    if d_outputs is None:
        d_out = np.empty((networks, 0, 0, 0), dtype)
    else:
        d_out = np.ascontiguousarray(_checked(d_outputs, (networks, batch, time, units), "d_outputs"), dtype)
    d_h, d_c = (
        np.zeros((networks, batch, units), dtype)
        if gradient is None
        else np.array(_checked(gradient, (networks, batch, units), name), dtype)
        for gradient, name in ((d_h_T, "d_h_T"), (d_c_T, "d_c_T"))
    )
    kernel_panels_t = products.panels_of(parameters.kernel.swapaxes(1, 2), dtype)
    width = kernel_panels_t.shape[3]
    d_x = np.empty((networks, batch, time, features), dtype)
    d_weights = np.zeros((networks, features + units + 1, -(-4 * units // width) * width), dtype)
    run(
        loops.backward_networks,
        shares_of(networks, networks * batch * time, 2 * (features + units) * 4 * units, together=1),
        cache.inputs.reshape(networks, time * batch, features),
        cache.gates.reshape(networks, time * batch, 4, units),
        cache.cells.reshape(networks, -1, units),
        cache.hiddens.reshape(networks, -1, units),
        cache.mask,
        kernel_panels_t,
        products.panels_of(parameters.recurrent_kernel.swapaxes(1, 2), dtype),
        d_out,
        d_h,
        d_c,
        d_x,
        d_weights,
        dtype.type(flusher(dtype)),
        FLUSH_EVERY,
    )
    d_parameters = ManyParameters(
        d_weights[:, :features, : 4 * units].copy(),
        d_weights[:, features:-1, : 4 * units].copy(),
        None if parameters.bias is None else d_weights[:, -1, : 4 * units].copy(),
    )
    return d_x, d_h, d_c, d_parameters
