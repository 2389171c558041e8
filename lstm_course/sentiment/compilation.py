"""Whether Keras compiles a model's steps, by what, and which rule decides.

The rules are those of Keras 3.15, ``keras/src/trainers/trainer.py`` (``_resolve_auto_jit_compile``,
``model_supports_jit``) and, for TensorFlow's recurrent layers, ``keras/src/layers/rnn/{lstm,gru}.py``: what
cuDNN could run, XLA must not compile, and one such layer keeps the whole model from XLA. ``Bidirectional``
(``bidirectional.py``) makes its two layers anew, without their ``use_cudnn``, and hands it on only when that
has been decided: ``use_cudnn=False`` keeps them from cuDNN, and XLA from them all the same.
"""

from __future__ import annotations

import importlib
import platform
from dataclasses import dataclass
from typing import Any, Literal

import keras

from lstm_course.sentiment.devices import gpu_devices
from lstm_course.sentiment.kernels import RIGHT_PADDED, activation_rules, directions

Jit = Literal["auto", "on", "off"]
COMPILERS = {"tensorflow": "XLA", "jax": "XLA", "torch": "torch.compile"}
#: they make the layers within; what those say of use_cudnn came after, or holds for this machine's GPU
MAKERS = (keras.layers.Bidirectional, *RIGHT_PADDED)


@dataclass(frozen=True)
class Compilation:
    """What compiles a model's steps ("" for nothing), and the rule that decides."""

    by: str
    rule: str


def compilation(model: Any, *, jit: Jit = "auto", gpu: bool | None = None) -> Compilation:
    """Say what will compile the steps of a model on the backend in use.

    Parameters
    ----------
    model : keras.Model
        The model.
    jit : {"auto", "on", "off"}
        What ``compile`` was told: ``jit_compile="auto"``, True or False.
    gpu : bool, optional
        Whether there is a GPU; without it the backend is asked.

    Examples
    --------
    >>> import keras
    >>> compilation(keras.Sequential([keras.layers.Dense(1)]), jit="off")
    Compilation(by='', rule='compilation was turned off')
    """
    backend = keras.backend.backend()
    has_gpu = bool(gpu_devices()) if gpu is None else gpu
    if jit == "off":
        return Compilation("", "compilation was turned off")
    if jit == "auto" and backend == "torch":
        return Compilation("", "on PyTorch Keras compiles only when told to")
    if jit == "auto" and backend == "tensorflow" and not has_gpu:
        return Compilation("", "on TensorFlow without a GPU Keras compiles only when told to")
    if backend == "tensorflow" and has_gpu and _apple_silicon():
        return Compilation("", "XLA knows no Apple GPU on TensorFlow")
    layers = list(model._flatten_layers(include_self=False))
    within = {id(inner) for outer in layers if isinstance(outer, MAKERS) for inner in directions(outer)}
    for layer in layers:
        if not _supports_jit(layer, id(layer) in within, has_gpu):
            return Compilation("", f"the layer {layer.name} does not let XLA compile the model")
    if backend == "tensorflow" and _deterministic():
        return Compilation("", "TensorFlow was told to be deterministic")
    told = "compilation was turned on" if jit == "on" else f"on {_NAMES[backend]} Keras compiles unasked"
    return Compilation(COMPILERS[backend], told)


_NAMES = {"tensorflow": "TensorFlow with a GPU", "jax": "JAX", "torch": "PyTorch"}


def _supports_jit(layer: Any, within: bool, gpu: bool) -> bool:
    """Say what ``layer.supports_jit`` is, or would be with a GPU or without one.

    A layer within one of ``MAKERS`` was made with ``use_cudnn="auto"``, or would be with a GPU.
    """
    if not isinstance(layer, (keras.layers.LSTM, keras.layers.GRU)):
        return bool(layer.supports_jit)
    wants_cudnn = within or layer.use_cudnn in (True, "auto")
    fits = wants_cudnn and all(rule.holds for rule in activation_rules(layer))
    return not (keras.backend.backend() == "tensorflow" and gpu and fits)


def _apple_silicon() -> bool:
    return platform.system() == "Darwin" and "arm" in platform.processor().lower()


def _deterministic() -> bool:
    """Tell whether ``tf.config.experimental.enable_op_determinism`` was called."""
    config = importlib.import_module("tensorflow.python.framework.config")  # there is no public question
    return bool(config.is_op_determinism_enabled())
