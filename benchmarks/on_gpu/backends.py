"""What a measurement needs of a backend: an LSTM's passes as programs, the end of the work, memory, names."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np

from lstm_course.machine import processor
from lstm_course.sentiment.devices import gpu_devices


@dataclass
class Program:
    """A pass that is ready to be called.

    Parameters
    ----------
    call : callable
        Returns [outputs], or [outputs, gradients of the weights ..., gradient of x].
    text : callable
        Returns what names the operations that ran.
    held : int, optional
        The bytes that it holds at most, where the compiler tells.
    """

    call: Callable[[], list[Any]]
    text: Callable[[], str]
    held: int | None = None

    def on_cudnn(self) -> bool:
        """Tell whether cuDNN's LSTM is among the operations: cudnn_rnn, _cudnn_rnn, CudnnRNNV3."""
        return "cudnnrnn" in self.text().lower().replace("_", "")


class Backend(Protocol):
    def device(self) -> str: ...
    def switches(self) -> dict[str, Any]:
        """Return what the library says of how it computes, beside the versions that are on record."""

    def program(self, layer: Any, x: Any, mask: Any, d_outputs: Any, backward: bool) -> Program: ...
    def wait(self, results: Any) -> None: ...
    def begin_memory(self) -> None: ...
    def peak_memory(self) -> int | None:
        """Return the most bytes held on the GPU since ``begin_memory``; None where nothing tells."""


class Jax:
    def __init__(self) -> None:
        self.jax, self.before = importlib.import_module("jax"), 0

    def device(self) -> str:
        return str(self.jax.devices()[0].device_kind) if gpu_devices() else processor()

    def switches(self) -> dict[str, Any]:
        return {}

    def program(self, layer: Any, x: Any, mask: Any, d_outputs: Any, backward: bool) -> Program:
        jax = self.jax
        rest = [variable.value for variable in layer.non_trainable_variables]

        def forward(weights, x, mask, d_outputs):
            return [layer.stateless_call(weights, rest, x, mask=mask)[0]]

        def both(weights, x, mask, d_outputs):
            def loss(weights, x):
                [y] = forward(weights, x, mask, d_outputs)
                return (y.astype("float32") * d_outputs).sum(), y

            gradients, y = jax.grad(loss, argnums=(0, 1), has_aux=True)(weights, x)
            return [y, *gradients[0], gradients[1]]

        weights = [variable.value for variable in layer.trainable_variables]
        values = (weights, *(None if v is None else jax.numpy.asarray(v) for v in (x, mask, d_outputs)))
        compiled = jax.jit(both if backward else forward).lower(*values).compile()
        size = compiled.memory_analysis()
        held = size and sum(getattr(size, f"{kind}_size_in_bytes") for kind in ("argument", "output", "temp"))
        return Program(lambda: compiled(*values), compiled.as_text, held if gpu_devices() else None)

    def wait(self, results: Any) -> None:
        self.jax.block_until_ready(results)

    def begin_memory(self) -> None:
        self.before = self._peak()

    def peak_memory(self) -> int | None:
        peak = self._peak()  # of the whole process: JAX cannot begin anew
        return peak if peak > self.before else None

    def _peak(self) -> int:
        return (self.jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)


class Torch:
    def __init__(self) -> None:
        self.torch = importlib.import_module("torch")
        if gpu_devices():  # TF32 in every product, as JAX, TensorFlow and cuDNN have it by default
            self.torch.set_float32_matmul_precision("high")

    def device(self) -> str:
        return self.torch.cuda.get_device_name(0) if gpu_devices() else processor()

    def switches(self) -> dict[str, Any]:
        return {
            "cudnn": self.torch.backends.cudnn.version(),
            "float32_products": self.torch.get_float32_matmul_precision(),
        }

    def program(self, layer: Any, x: Any, mask: Any, d_outputs: Any, backward: bool) -> Program:
        torch = self.torch
        x, mask, d_outputs = (
            None if value is None else keras.ops.convert_to_tensor(value) for value in (x, mask, d_outputs)
        )

        def forward():
            with torch.no_grad():
                return [layer(x, mask=mask)]

        def both():
            weights = [variable.value for variable in layer.trainable_variables]
            entrance = x.detach().requires_grad_()
            y = layer(entrance, mask=mask)
            gradients = torch.autograd.grad((y.float() * d_outputs).sum(), [*weights, entrance])
            return [y.detach(), *gradients]

        def text():
            with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as seen:
                forward()
            return " ".join(event.key for event in seen.key_averages())

        return Program(both if backward else forward, text)

    def wait(self, results: Any) -> None:
        if gpu_devices():
            self.torch.cuda.synchronize()

    def begin_memory(self) -> None:
        if gpu_devices():
            self.torch.cuda.reset_peak_memory_stats()

    def peak_memory(self) -> int | None:
        return self.torch.cuda.max_memory_allocated() if gpu_devices() else None


class TensorFlow:
    def __init__(self) -> None:
        self.tf = importlib.import_module("tensorflow")

    def device(self) -> str:
        gpus = self.tf.config.list_physical_devices("GPU")
        if not gpus:
            return processor()
        return str(self.tf.config.experimental.get_device_details(gpus[0]).get("device_name", gpus[0].name))

    def switches(self) -> dict[str, Any]:
        return {}

    def program(self, layer: Any, x: Any, mask: Any, d_outputs: Any, backward: bool) -> Program:
        tf = self.tf
        given = [tf.constant(value) for value in (x, mask, d_outputs) if value is not None]

        def forward(x, mask, d_outputs):
            return [layer(x, mask=mask)]

        def both(x, mask, d_outputs):
            weights = [variable.value for variable in layer.trainable_variables]
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, mask=mask)
                loss = tf.reduce_sum(tf.cast(y, "float32") * d_outputs)
            return [y, *map(tf.convert_to_tensor, tape.gradient(loss, [*weights, x]))]

        one_pass = both if backward else forward

        def unmasked(x, d_outputs):  # a parameter that is None would not bind: an exception in every call
            return one_pass(x, None, d_outputs)

        function = tf.function(unmasked if mask is None else one_pass).get_concrete_function(*given)
        return Program(lambda: function(*given), lambda: str(function.graph.as_graph_def()))

    def wait(self, results: Any) -> None:
        self.tf.test.experimental.sync_devices()

    def begin_memory(self) -> None:
        if gpu_devices():
            self.tf.config.experimental.reset_memory_stats("GPU:0")

    def peak_memory(self) -> int | None:
        return self.tf.config.experimental.get_memory_info("GPU:0")["peak"] if gpu_devices() else None


def backend_in_use() -> Backend:
    """Return what measures on the backend that Keras was loaded with."""
    kinds: dict[str, Callable[[], Backend]] = {"jax": Jax, "torch": Torch, "tensorflow": TensorFlow}
    return kinds[keras.backend.backend()]()


def mebibytes(held: int | None) -> float | None:
    return None if held is None else round(held / 2**20, 1)


def as_numpy(results: list[Any]) -> list[np.ndarray]:
    """Return results in float64 on the processor."""
    return [
        np.array(keras.ops.convert_to_numpy(keras.ops.cast(one, "float32")), np.float64) for one in results
    ]


def difference(found: list[np.ndarray], expected: list[np.ndarray]) -> float:
    """Return the largest ‖found − expected‖ / ‖expected‖ among arrays."""
    pairs = zip(found, expected, strict=True)
    return max(float(np.linalg.norm(one - other) / np.linalg.norm(other)) for one, other in pairs)
