"""What a run's settings ask of Keras: precision, compilation, clipping, several devices.

None of it changes what a model is; it is applied to one that is already made and compiled.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras

from lstm_course.errors import InputError
from lstm_course.sentiment.compilation import compilation
from lstm_course.sentiment.models import accuracy
from lstm_course.sentiment.settings import KERAS_OPTIONS, TrainingSettings

JIT_COMPILE = {"auto": "auto", "on": True, "off": False}


def with_options(model: Any, settings: TrainingSettings) -> Any:
    """Return a compiled model in the precision, compilation and clipping that the settings ask for.

    Parameters
    ----------
    model : keras.Sequential
        A compiled model in float32, its optimiser not yet used.
    settings : TrainingSettings
        What to apply.

    Returns
    -------
    keras.Sequential
        The model itself, or its copy in another precision with the same weights; compiled.

    Raises
    ------
    InputError
        When compilation is turned on for a model that the backend cannot compile.
    """
    if all(getattr(settings, name) == getattr(TrainingSettings(), name) for name in KERAS_OPTIONS):
        return model
    optimizer, loss = model.optimizer, model.loss
    if settings.clip_norm is not None:
        optimizer = type(optimizer).from_config(
            {**optimizer.get_config(), "global_clipnorm": settings.clip_norm}
        )
    if settings.precision != "float32":
        model = in_precision(model, settings.precision)
    if settings.precision == "mixed_float16":  # small gradients would be zero in it
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    if settings.jit == "on" and not (found := compilation(model, jit="on")).by:
        raise InputError("a model that the backend can compile, for --jit on", f"this one: {found.rule}")
    return compiled(model, optimizer, loss, settings)


def compiled(model: Any, optimizer: Any, loss: Any, settings: TrainingSettings) -> Any:
    """Compile a model as the settings ask, and return it."""
    weighted = settings.devices > 1  # then rows may be added that count for nothing
    model.compile(
        optimizer,
        loss,
        **{"weighted_metrics" if weighted else "metrics": [accuracy]},
        jit_compile=JIT_COMPILE[settings.jit],
        auto_scale_loss=False,
    )
    return model


def in_precision(model: Any, policy: str) -> Any:
    """Return a copy of a model that computes under a dtype policy, but for its last layer.

    The last layer puts out probabilities; in half precision none lies between 0.9995 and 1.
    """

    def copy(layer: Any) -> Any:
        return type(layer).from_config(
            layer.get_config() if layer is model.layers[-1] else _with_policy(layer.get_config(), policy)
        )

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)  # for layers that others make inside of them
    try:
        converted = keras.models.clone_model(model, clone_function=copy)
    finally:
        keras.config.set_dtype_policy(before)
    converted.set_weights(model.get_weights())
    return converted


def _with_policy(config: Any, policy: str) -> Any:
    """Return a layer's configuration with another dtype policy, in the layers within it too."""
    if isinstance(config, list):
        return [_with_policy(part, policy) for part in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return {**config, "config": {"name": policy}}
    return {name: _with_policy(part, policy) for name, part in config.items()}


def data_parallel(devices: int) -> Any:
    """Return what shares each batch among several devices; None for a single one.

    Raises
    ------
    InputError
        When Keras cannot do it on this backend, or there are not so many devices.
    """
    if devices == 1:
        return None
    found = parallel_devices()
    if devices > len(found):
        raise InputError(f"at most {len(found)} devices, which is what JAX sees here", str(devices))
    return keras.distribution.DataParallel(devices=found[:devices])


def parallel_devices() -> list[str]:
    """Return the devices among which Keras can share a batch.

    Raises
    ------
    InputError
        On a backend for which Keras's distribution API is not made.
    """
    backend = keras.backend.backend()
    if backend != "jax":  # Keras 3.15: none for PyTorch, and no data are distributed on TensorFlow
        raise InputError("the JAX backend for several devices", backend, "Set KERAS_BACKEND=jax.")
    return keras.distribution.list_devices()


def on_devices(distribution: Any) -> AbstractContextManager[Any]:
    """Return the block in which variables and batches go to the devices of ``data_parallel``."""
    return nullcontext() if distribution is None else distribution.scope()
