"""The gradient of a function of one tensor, on whichever backend Keras runs."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import keras
from keras import ops


def gradient(function: Callable[[Any], Any], x: Any) -> Any:
    """Return d function(x) / dx, of ``x``'s shape, as a constant: nothing is differentiated through it.

    Parameters
    ----------
    function : callable
        Maps a tensor to a scalar; it may call Keras layers.
    x : tensor
        Where.

    Examples
    --------
    >>> [float(g) for g in gradient(lambda x: ops.sum(x**2), ops.convert_to_tensor([1.0, 3.0]))]
    [2.0, 6.0]
    """
    backend = keras.backend.backend()
    x = ops.stop_gradient(x)
    if backend == "tensorflow":
        tensorflow = importlib.import_module("tensorflow")
        with tensorflow.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = function(x)
        found = tape.gradient(y, x)
    elif backend == "jax":
        found = importlib.import_module("jax").grad(function)(x)
    else:
        torch = importlib.import_module("torch")
        with torch.enable_grad():
            x = x.detach().requires_grad_(True)
            (found,) = torch.autograd.grad(function(x), x)
    return ops.stop_gradient(found)
