"""The devices that Keras's backend computes on."""

from __future__ import annotations

import importlib

import keras


def gpu_devices() -> list[str]:
    """Return the GPUs that the backend sees.

    Examples
    --------
    >>> isinstance(gpu_devices(), list)
    True
    """
    if keras.backend.backend() == "torch":  # Keras does not list its devices
        torch = importlib.import_module("torch")
        return [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    try:
        return [str(device) for device in keras.distribution.list_devices("gpu")]
    except (NotImplementedError, RuntimeError, ValueError, AttributeError):
        return []  # the backend has none, or none that it can list
