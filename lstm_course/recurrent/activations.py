"""Activation functions and their derivatives, the derivative written in terms of the output.

Every function here is invertible enough that its slope follows from its value alone, so a backward pass
needs to keep only the outputs of the gates:

=============  ============================  ==============================
name           y = a(z)                      a'(z) in terms of y
=============  ============================  ==============================
tanh           tanh z                        1 − y²
sigmoid        1 / (1 + exp(−z))             y (1 − y)
hard_sigmoid   min(max(z/6 + 1/2, 0), 1)     1/6 where 0 < y < 1, else 0
relu           max(z, 0)                     1 where y > 0, else 0
linear         z                             1
=============  ============================  ==============================

The definitions are Keras's (``keras.activations``); note that its hard sigmoid has slope 1/6, where
Keras 1 and 2 had 1/5.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Activation:
    """An activation function with its slope.

    Attributes
    ----------
    name : str
        Keras's name for it.
    apply : callable
        ``apply(z, out=None)``: the values y, of z's shape; ``out=z`` works in place.
    slope : callable
        ``slope(y)``: the derivative at the z that gave y, of y's shape.
    """

    name: str
    apply: Callable[..., np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


def _sigmoid(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    # σ(z) = (1 + tanh(z/2)) / 2 never overflows, and tanh is the vectorised one.
    out = np.empty_like(z) if out is None else out
    np.multiply(z, z.dtype.type(0.5), out=out)
    np.tanh(out, out=out)
    out *= z.dtype.type(0.5)
    out += z.dtype.type(0.5)
    return out


def _hard_sigmoid(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    out = np.add(z, z.dtype.type(3), out=out)
    np.clip(out, 0, 6, out=out)
    out /= z.dtype.type(6)
    return out


def _linear(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    if out is None:
        return z.copy()
    if out is not z:
        np.copyto(out, z)
    return out


def _hard_sigmoid_slope(y: np.ndarray) -> np.ndarray:
    return ((y > 0) & (y < 1)) * y.dtype.type(1 / 6)


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("tanh", np.tanh, lambda y: 1 - y * y),
        Activation("sigmoid", _sigmoid, lambda y: y * (1 - y)),
        Activation("hard_sigmoid", _hard_sigmoid, _hard_sigmoid_slope),
        Activation("relu", lambda z, out=None: np.maximum(z, 0, out=out), lambda y: (y > 0).astype(y.dtype)),
        Activation("linear", _linear, np.ones_like),
    )
}


def get_activation(name: str | None) -> Activation:
    """Look an activation up by Keras's name; ``None`` means linear, as in Keras.

    Raises
    ------
    ValueError
        If there is no activation of that name.

    Examples
    --------
    >>> get_activation("sigmoid").apply(np.array([0.0, 2.0])).round(3).tolist()
    [0.5, 0.881]
    """
    name = "linear" if name is None else name
    if name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"expected an activation among {known}, got {name!r}. Check its spelling.")
    return ACTIVATIONS[name]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Logistic sigmoid σ(z) = 1 / (1 + exp(−z)), elementwise, without overflow for any z."""
    z = np.asarray(z)
    return _sigmoid(z if np.issubdtype(z.dtype, np.floating) else z.astype(np.float64))[()]
