"""Which kernel will run a recurrent Keras layer: cuDNN's fused one, or the generic loop, and why.

Keras decides silently. A layer that misses one condition runs the generic loop, several times slower on a
GPU, without a word. The conditions are those of Keras 3.15: ``keras/src/layers/rnn/{lstm,gru}.py``
(``use_cudnn``, ``recurrent_dropout``) and ``keras/src/backend/<backend>/rnn.py`` (the rest). With
``use_cudnn=True`` Keras raises an error in place of the generic loop.

What a mask does differs. TensorFlow hands it to cuDNN if it is padded on the right and no row is wholly
masked; if it is not, a compiled model does not fall back but stops with an assertion. JAX and PyTorch
take no mask to cuDNN at all: with one they run the loop. The layers of ``right_padded`` keep the mask to
themselves, and so run on cuDNN on every backend.

The type of the numbers is nothing that Keras looks at. JAX's call of cuDNN is written for float32, and with
another type a compiled model stops where the call is lowered (``jaxlib/gpu_rnn.py``). PyTorch takes bfloat16
to cuDNN from cuDNN 9.13 on, and before to a loop of its own (``aten/src/ATen/native/RNN.cpp``).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from lstm_course.sentiment.devices import gpu_devices
from lstm_course.sentiment.right_padded import RightPaddedBidirectional, RightPaddedLSTM

RIGHT_PADDED = (RightPaddedLSTM, RightPaddedBidirectional)
_NAMESPACES = {"tensorflow": "tensorflow", "jax": "jax.numpy", "torch": "torch"}
CUDNN_BACKENDS = ("tensorflow", "jax", "torch")
FLOAT32_ON_JAX = "float32 on JAX"
BFLOAT16_CUDNN = 91300  # 9.13, the first whose RNNs take bfloat16


@dataclass(frozen=True)
class Rule:
    """One condition: what it wants, what was found, and whether that is enough."""

    wanted: str
    found: str
    holds: bool
    about_mask: bool = False


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

    @property
    def only_the_mask_fails(self) -> bool:
        """Whether all but the mask is as cuDNN wants it."""
        return not self.uses_cudnn and all(rule.holds or rule.about_mask for rule in self.rules)

    @property
    def only_the_type_fails(self) -> bool:
        """Whether all but the type of the numbers is as JAX's call of cuDNN wants it."""
        return [rule.wanted for rule in self.rules if not rule.holds] == [FLOAT32_ON_JAX]


def cudnn_report(
    layer: Any,
    *,
    masked: bool = False,
    mask: np.ndarray | None = None,
    gpu: bool | None = None,
    traced: bool = False,
) -> list[KernelReport]:
    """Say whether cuDNN will run a recurrent layer, and if not, which conditions decide.

    Parameters
    ----------
    layer : keras.layers.Layer
        An LSTM, a GRU, a SimpleRNN, an RNN of cells, a Bidirectional of one of them, or a layer of
        ``right_padded``.
    masked : bool
        Whether a mask will reach the layer, as after ``Embedding(mask_zero=True)``.
    mask : ndarray of shape (batch, time), optional
        The very mask; it is looked at row by row.
    gpu : bool, optional
        Whether there is a GPU; without it the backend is asked.
    traced : bool
        Whether ``torch.compile`` will compile the layer (``compilation`` tells).

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
    has_gpu = bool(gpu_devices()) if gpu is None else gpu
    rules = [*_mask_rules(layer, masked, mask), *_session_rules(traced, has_gpu)]
    return [
        KernelReport(direction.name, (*_layer_rules(direction, layer), *rules))
        for direction in directions(layer)
    ]


def directions(layer: Any) -> list[Any]:
    """Return the layers that a recurrent layer runs: itself, or one per direction."""
    if isinstance(layer, keras.layers.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    return list(layer.inner_layers) if isinstance(layer, RIGHT_PADDED) else [layer]


def _layer_rules(layer: Any, outer: Any) -> Iterator[Rule]:
    """Yield the conditions on the layer's own options."""
    kind = type(layer).__name__
    fused = isinstance(layer, (keras.layers.LSTM, keras.layers.GRU))
    yield Rule("keras.layers.LSTM or GRU", kind, fused)
    if not fused:
        return
    backend = keras.backend.backend()
    yield Rule("a backend with cuDNN kernels", backend, backend in CUDNN_BACKENDS)
    if not isinstance(outer, RIGHT_PADDED):  # they set use_cudnn themselves, by GPU and type
        yield _option(layer, "use_cudnn", "auto", holds=layer.use_cudnn in (True, "auto"))
    yield from _type_rules(layer)
    yield _option(layer, "recurrent_dropout", 0, holds=not layer.recurrent_dropout)
    yield from activation_rules(layer)


def activation_rules(layer: Any) -> Iterator[Rule]:
    """Yield the conditions of Keras's ``cudnn_ok``, which decides about XLA on TensorFlow too."""
    yield _activation(layer, "activation", "tanh")
    yield _activation(layer, "recurrent_activation", "sigmoid")
    yield _option(layer, "unroll", False, holds=not layer.unroll)
    yield _option(layer, "use_bias", True, holds=layer.use_bias)
    if isinstance(layer, keras.layers.GRU):
        yield _option(layer, "reset_after", True, holds=layer.reset_after)
        backend = keras.backend.backend()
        yield Rule("a backend that fuses the GRU", backend, backend != "jax")


def _type_rules(layer: Any) -> Iterator[Rule]:
    """Yield the conditions on the type of the numbers."""
    backend, dtype = keras.backend.backend(), layer.compute_dtype
    if backend == "jax" and isinstance(layer, keras.layers.LSTM):
        yield Rule(FLOAT32_ON_JAX, dtype, dtype == "float32")
    if backend == "torch" and dtype == "bfloat16":
        version = importlib.import_module("torch").backends.cudnn.version()
        holds = version is None or version >= BFLOAT16_CUDNN  # none: a build without CUDA cannot tell
        yield Rule("cuDNN 9.13 or newer for bfloat16", f"version {version}", holds)


def _option(layer: Any, name: str, wanted: Any, *, holds: bool) -> Rule:
    return Rule(f"{name}={wanted!r}", f"{name}={getattr(layer, name)!r}", bool(holds))


def _activation(layer: Any, name: str, wanted: str) -> Rule:
    """Compare functions, as Keras does: a lambda that computes tanh is not Keras's tanh."""
    function = getattr(layer, name)
    accepted = [getattr(keras.activations, wanted), getattr(keras.ops, wanted)]
    namespace = sys.modules.get(_NAMESPACES.get(keras.backend.backend(), ""))
    accepted.append(getattr(namespace, wanted, accepted[0]))  # jax.numpy has no sigmoid
    found = getattr(function, "__name__", type(function).__name__)
    return Rule(f"{name}={wanted!r}", f"{name}={found!r}", any(function is known for known in accepted))


def _mask_rules(layer: Any, masked: bool, mask: np.ndarray | None) -> Iterator[Rule]:
    """Yield the conditions on the mask."""
    if isinstance(layer, RIGHT_PADDED) or (not masked and mask is None):
        return
    if keras.backend.backend() != "tensorflow":
        yield Rule("no mask (this backend takes none to cuDNN)", "a mask", False, True)
        return
    if mask is None:
        yield Rule("a mask padded on the right, no row wholly masked", "one taken to be so", True, True)
        return
    mask = np.asarray(mask, dtype=bool)
    lengths = mask.sum(axis=1)
    wanted = np.arange(mask.shape[1]) < lengths[:, None]
    crooked = int((mask != wanted).any(axis=1).sum())
    empty = int((lengths == 0).sum())
    yield Rule(
        "a mask padded on the right", f"{crooked} of {len(mask)} rows that are not", crooked == 0, True
    )
    yield Rule("no row wholly masked", f"{empty} of {len(mask)} rows that are", empty == 0, True)


def _session_rules(traced: bool, gpu: bool) -> Iterator[Rule]:
    """Yield the conditions on what is around the layer."""
    if traced:
        yield Rule("no torch.compile", "torch.compile", False)
    yield Rule("a GPU that the backend sees", "one" if gpu else "none", gpu)


def recurrent_layers(model: Any) -> list[tuple[Any, bool]]:
    """Return the recurrent layers of a Sequential model, each with whether a mask reaches it."""
    found, masked = [], False
    for layer in model.layers:
        if isinstance(layer, (keras.layers.RNN, keras.layers.Bidirectional, *RIGHT_PADDED)):
            found.append((layer, masked))
        if getattr(layer, "mask_zero", False) or isinstance(layer, keras.layers.Masking):
            masked = True
        elif not layer.supports_masking or getattr(layer, "return_sequences", True) is False:
            masked = False
    return found
