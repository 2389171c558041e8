"""Which kernel runs each recurrent layer of a model, and which rule decides: the table for a person.

cuDNN
    the whole sequence in one fused call;
XLA loop
    one program compiled for the loop, one launch per step or a few;
plain loop
    TensorFlow's graph or PyTorch's Python, an operation at a time;
none, stops
    an error: Keras goes for cuDNN, and there is no way back to a loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from lstm_course.sentiment.compilation import Compilation, Jit, compilation
from lstm_course.sentiment.devices import gpu_devices
from lstm_course.sentiment.kernels import KernelReport, cudnn_report, directions, recurrent_layers


@dataclass(frozen=True)
class KernelChoice:
    """The kernel of one direction of one layer.

    Parameters
    ----------
    model, layer : str
        Where it is.
    mask : bool
        Whether a mask comes to the layer.
    in_use : bool
        Whether that is so in the model as it stands.
    kernel : str
        ``"cuDNN"``, ``"XLA loop"``, ``"plain loop"``; ``"XLA steps"``, ``"plain steps"`` and
        ``"torch.compile steps"`` where it is unrolled; or ``"none, stops"``.
    rules : tuple of str
        What decides: why not cuDNN, why compiled or not.
    """

    model: str
    layer: str
    mask: bool
    in_use: bool
    kernel: str
    rules: tuple[str, ...]


def kernel_choices(
    model: Any,
    *,
    name: str | None = None,
    gpu: bool | None = None,
    jit: Jit = "auto",
    mask: np.ndarray | None = None,
) -> list[KernelChoice]:
    """Say which kernel runs each recurrent layer of a Sequential model, with a mask and without.

    Parameters
    ----------
    model : keras.Sequential
        The model, as ``fit`` and ``predict`` run it.
    name : str, optional
        What to call it, if not by its own name.
    gpu : bool, optional
        Whether there is a GPU; without it the backend is asked.
    jit : {"auto", "on", "off"}
        What ``compile`` was told.
    mask : ndarray of shape (batch, time), optional
        The very mask; without it, one padded on the right.

    Examples
    --------
    >>> import keras
    >>> model = keras.Sequential([keras.layers.LSTM(2, name="lstm")])
    >>> [choice.kernel for choice in kernel_choices(model, gpu=True)]
    ['cuDNN', 'cuDNN']
    """
    has_gpu = bool(gpu_devices()) if gpu is None else gpu
    how = compilation(model, jit=jit, gpu=has_gpu)
    found = []
    for layer, in_use in recurrent_layers(model):
        for masked in (True, False):
            reports = cudnn_report(
                layer,
                masked=masked,
                mask=mask if masked else None,
                gpu=has_gpu,
                traced=how.by == "torch.compile",
            )
            for direction, report in zip(directions(layer), reports, strict=True):
                kernel, rules = _choose(direction, report, how)
                found.append(
                    KernelChoice(name or model.name, report.layer, masked, masked == in_use, kernel, rules)
                )
    return found


def _choose(layer: Any, report: KernelReport, how: Compilation) -> tuple[str, tuple[str, ...]]:
    """Return the kernel of one direction, and what decides."""
    if report.uses_cudnn:
        masks = [f"; {rule.wanted}: {rule.found}" for rule in report.rules if rule.about_mask]
        return "cuDNN", (f"every condition of cuDNN holds{''.join(masks)}",)
    against = tuple(f"cuDNN wants {reason.replace('; here', ', has')}" for reason in report.reasons)
    backend = keras.backend.backend()
    if backend == "tensorflow" and report.only_the_mask_fails:
        return "none, stops", (*against, "TensorFlow asserts so in a compiled model, in place of a loop")
    if how.by and report.only_the_type_fails and layer.use_cudnn:  # not so within right_padded's layers
        return "none, stops", (*against, "JAX says so when it compiles the model, in place of a loop")
    if getattr(layer, "use_cudnn", None) is True and not _loops_all_the_same(layer, report):
        return "none, stops", (*against, "use_cudnn=True: Keras raises an error, in place of a loop")
    form = "steps" if layer.unroll or how.by == "torch.compile" else "loop"  # which unrolls every loop
    if how.by:
        return f"{how.by} {form}", (*against, f"{how.by}: {how.rule}")
    if backend == "jax" and not layer.unroll:
        return "XLA loop", (*against, "XLA: JAX compiles a loop even where the model is not")
    return f"plain {form}", (*against, f"not compiled: {how.rule}")


def _loops_all_the_same(layer: Any, report: KernelReport) -> bool:
    """Tell whether what Keras asks for cuDNN has a loop of its own, so that ``use_cudnn=True`` is content."""
    backend, gru = keras.backend.backend(), isinstance(layer, keras.layers.GRU)
    if backend == "tensorflow" or layer.recurrent_dropout or any(rule.about_mask for rule in report.rules):
        return False
    if backend == "torch":
        return not gru or bool(layer.reset_after)
    return gru and bool(layer.reset_after) and not layer.unroll


def render_choices(choices: list[KernelChoice]) -> str:
    """Return the table, its rules below it, each by a letter.

    Examples
    --------
    >>> print(render_choices([KernelChoice("seed", "lstm", True, True, "cuDNN", ("all holds",))]))
    model  layer  mask  kernel  because
    seed   lstm   yes*  cuDNN   a
    <BLANKLINE>
    * as the model runs
    a  all holds
    """
    rules = list(dict.fromkeys(rule for choice in choices for rule in choice.rules))
    letters = dict(zip(rules, _letters(), strict=False))
    rows = [("model", "layer", "mask", "kernel", "because")]
    for choice in choices:
        mask = ("yes" if choice.mask else "no") + ("*" if choice.in_use else "")
        because = " ".join(letters[rule] for rule in choice.rules)
        rows.append((choice.model, choice.layer, mask, choice.kernel, because))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, "", "* as the model runs", *(f"{letters[rule]}  {rule}" for rule in rules)])


def _letters() -> Iterator[str]:
    """Yield a, b, ..., z, aa, ab, ..."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    yield from alphabet
    yield from (first + second for first in alphabet for second in alphabet)
