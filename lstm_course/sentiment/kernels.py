"""Which kernel will run a recurrent Keras layer: cuDNN's fused one, or the generic loop, and why.

Keras decides silently. A layer that misses one condition runs the generic loop, several times slower on a
GPU, without a word. The conditions are those of Keras 3.15: ``keras/src/layers/rnn/{lstm,gru}.py``
(``use_cudnn``, ``recurrent_dropout``) and ``keras/src/backend/<backend>/rnn.py`` (the rest).

What a mask does differs. TensorFlow hands it to cuDNN if it is padded on the right and no row is wholly
masked; if it is not, a compiled model does not fall back but stops with an assertion. JAX and PyTorch
take no mask to cuDNN at all: with one they run the loop.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

CUDNN_BACKENDS = ("tensorflow", "jax", "torch")


@dataclass(frozen=True)
class Rule:
    """One condition: what it wants, what was found, and whether that is enough."""

    wanted: str
    found: str
    holds: bool


@dataclass(frozen=True)
class KernelReport:
    """What was found out about one layer.

    Parameters
    ----------
    layer : str
        The layer's name; a bidirectional layer has a report for each direction.
    rules : tuple of Rule
        All conditions, those that hold too.
    """

    layer: str
    rules: tuple[Rule, ...]

    @property
    def uses_cudnn(self) -> bool:
        """Whether cuDNN will run the layer."""
        return all(rule.holds for rule in self.rules)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What stands against it, in words."""
        return tuple(f"{rule.wanted}; here {rule.found}" for rule in self.rules if not rule.holds)


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


def cudnn_report(
    layer: Any, *, masked: bool = False, mask: np.ndarray | None = None, gpu: bool | None = None
) -> list[KernelReport]:
    """Say whether cuDNN will run a recurrent layer, and if not, which conditions decide.

    Parameters
    ----------
    layer : keras.layers.Layer
        An LSTM, a GRU, a SimpleRNN, an RNN of cells, or a Bidirectional of one of them.
    masked : bool
        Whether a mask will reach the layer, as after ``Embedding(mask_zero=True)``.
    mask : ndarray of shape (batch, time), optional
        The very mask; it is looked at row by row.
    gpu : bool, optional
        Whether there is a GPU; without it the backend is asked.

    Returns
    -------
    list of KernelReport
        One, or one per direction.

    Examples
    --------
    >>> import keras
    >>> [report] = cudnn_report(keras.layers.LSTM(4, activation="relu", name="fast"), gpu=True)
    >>> report.uses_cudnn, report.reasons
    (False, ("activation='tanh'; here activation='relu'",))
    """
    if isinstance(layer, keras.layers.Bidirectional):
        return [
            report
            for direction in (layer.forward_layer, layer.backward_layer)
            for report in cudnn_report(direction, masked=masked, mask=mask, gpu=gpu)
        ]
    has_gpu = bool(gpu_devices()) if gpu is None else gpu
    rules = [*_layer_rules(layer), *_mask_rules(masked, mask), _gpu_rule(has_gpu)]
    return [KernelReport(layer.name, tuple(rules))]


def _layer_rules(layer: Any) -> Iterator[Rule]:
    """Yield the conditions on the layer's own options."""
    kind = type(layer).__name__
    fused = isinstance(layer, (keras.layers.LSTM, keras.layers.GRU))
    yield Rule("keras.layers.LSTM or GRU", kind, fused)
    if not fused:
        return
    backend = keras.backend.backend()
    yield Rule("a backend with cuDNN kernels", backend, backend in CUDNN_BACKENDS)
    yield _option(layer, "use_cudnn", "auto", holds=layer.use_cudnn in (True, "auto"))
    yield _activation(layer, "activation", "tanh")
    yield _activation(layer, "recurrent_activation", "sigmoid")
    yield _option(layer, "recurrent_dropout", 0, holds=not layer.recurrent_dropout)
    yield _option(layer, "unroll", False, holds=not layer.unroll)
    yield _option(layer, "use_bias", True, holds=layer.use_bias)
    if isinstance(layer, keras.layers.GRU):
        yield _option(layer, "reset_after", True, holds=layer.reset_after)
        yield Rule("a backend that fuses the GRU", backend, backend != "jax")


def _option(layer: Any, name: str, wanted: Any, *, holds: bool) -> Rule:
    return Rule(f"{name}={wanted!r}", f"{name}={getattr(layer, name)!r}", bool(holds))


def _activation(layer: Any, name: str, wanted: str) -> Rule:
    """Compare functions, as Keras does: a lambda that computes tanh is not Keras's tanh."""
    function = getattr(layer, name)
    accepted = [getattr(keras.activations, wanted), getattr(keras.ops, wanted)]
    if keras.backend.backend() == "tensorflow" and "tensorflow" in sys.modules:
        accepted.append(getattr(sys.modules["tensorflow"], wanted))
    found = getattr(function, "__name__", type(function).__name__)
    return Rule(f"{name}={wanted!r}", f"{name}={found!r}", any(function is known for known in accepted))


def _mask_rules(masked: bool, mask: np.ndarray | None) -> Iterator[Rule]:
    """Yield the conditions on the mask."""
    if not masked and mask is None:
        return
    if keras.backend.backend() != "tensorflow":
        yield Rule("no mask (this backend takes none to cuDNN)", "a mask", False)
        return
    if mask is None:
        return
    mask = np.asarray(mask, dtype=bool)
    lengths = mask.sum(axis=1)
    wanted = np.arange(mask.shape[1]) < lengths[:, None]
    crooked = int((mask != wanted).any(axis=1).sum())
    empty = int((lengths == 0).sum())
    yield Rule("a mask padded on the right", f"{crooked} of {len(mask)} rows that are not", crooked == 0)
    yield Rule("no row wholly masked", f"{empty} of {len(mask)} rows that are", empty == 0)


def _gpu_rule(gpu: bool) -> Rule:
    return Rule("a GPU that the backend sees", "one" if gpu else "none", gpu)


def recurrent_layers(model: Any) -> list[tuple[Any, bool]]:
    """Return the recurrent layers of a Sequential model, each with whether a mask reaches it."""
    found, masked = [], False
    for layer in model.layers:
        if isinstance(layer, (keras.layers.RNN, keras.layers.Bidirectional)):
            found.append((layer, masked))
        if getattr(layer, "mask_zero", False) or isinstance(layer, keras.layers.Masking):
            masked = True
        elif not layer.supports_masking or getattr(layer, "return_sequences", True) is False:
            masked = False
    return found
