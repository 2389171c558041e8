"""Tasks of assignment 05-keras: weights between two orders of the slots."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task

ORDERS = {
    "the order of the slots left as it was": "ifog",
    "the order of TensorFlow 1": "igfo",
    "the order of ONNX": "iofg",
    "the gates put in the wrong order, the candidate right": "figo",
}


def to_keras(Wx: Any, Wh: Any, b: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Put the slots i, f, o, g into the order i, f, g, o."""
    bias = reordered(b, "ifog", ORDERS.get(wrong, "ifgo"), wrong)
    if wrong == "1 added to the forget bias":
        bias = bias + np.repeat([0, 1, 0, 0], len(b) // 4)
    if wrong == "the bias halved":
        bias = bias / 2
    if wrong == "the bias left at zero":
        bias = np.zeros_like(b)
    return {
        "kernel": reordered(Wx, "ifog", ORDERS.get(wrong, "ifgo"), wrong),
        "recurrent_kernel": reordered(Wh, "ifog", ORDERS.get(wrong, "ifgo"), wrong),
        "bias": bias,
    }


def from_keras(weights: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Put the slots i, f, g, o into the order i, f, o, g; without a bias, return zeros."""
    if wrong == "three arrays unpacked":
        kernel, recurrent_kernel, bias = weights
    elif wrong == "the third array taken for granted":
        bias = weights[2]
    kernel, recurrent_kernel = weights[:2]
    bias = weights[2] if len(weights) == 3 else np.zeros(kernel.shape[1])
    # "ifog" names what is found where: Keras's third slot is the candidate, whatever we call it
    new = {
        "the order of the slots left as it was": "ifgo",
        "the order of TensorFlow 1": "igfo",
        "the order of ONNX": "iofg",
        "the gates put in the wrong order, the candidate right": "fiog",
    }.get(wrong, "ifog")
    b = reordered(bias, "ifgo", new, wrong)
    if wrong == "1 taken from the forget bias":
        b = b - np.repeat([0, 1, 0, 0], len(b) // 4)
    if wrong == "the bias doubled":
        b = 2 * b
    return {
        "Wx": reordered(kernel, "ifgo", new, wrong),
        "Wh": reordered(recurrent_kernel, "ifgo", new, wrong),
        "b": b,
    }


def reordered(array: Any, old: str, new: str, wrong: str = "") -> Any:
    """Put the slots, the last axis in four parts, from one order into another."""
    if wrong == "the slots interleaved":
        units = array.shape[-1] // 4
        by_unit = array.reshape(*array.shape[:-1], units, 4)
        return by_unit[..., [old.index(slot) for slot in new]].reshape(array.shape)
    slots = dict(zip(old, np.split(array, 4, axis=-1), strict=True))
    together = np.concatenate([slots[slot] for slot in new], axis=-1)
    return together.T if wrong == "transposed" else together


SAME = "The result is laid out like the argument. Write both orders below each other and compare."
SLOTS = {
    "the order of the slots left as it was": SAME,
    "the order of TensorFlow 1": "The candidate stands second here, as in TensorFlow 1. Where has Keras it?",
    "the order of ONNX": "The slots are in the order i, o, f, c, which is ONNX's. Look at the notation "
    "page again.",
    "the gates put in the wrong order, the candidate right": "The candidate is where it belongs, and two "
    "gates have changed places.",
    "the slots interleaved": "A slot is a block of neighbouring columns, all units of one gate. Here every "
    "fourth column has been taken for a slot.",
}
BACK = SLOTS | {
    "the order of TensorFlow 1": "The candidate stands second here, as in TensorFlow 1. Where has the order "
    "that is asked for?",
    "the order of ONNX": "The slots are in the order i, o, f, c, which is ONNX's. Look once more at "
    "the order that is asked for.",
}
TURNED = {
    "transposed": "Keras keeps the inputs on the first axis, as the argument does. PyTorch is the one that "
    "turns it."
}


def weight_lists(rng: np.random.Generator) -> list[Case]:
    """Draw what get_weights returns, of layers with a bias and, as edges, without."""
    cases = []
    for case in arrays(rng, "DN", kernel="D 4N", recurrent_kernel="N 4N", bias="4N"):
        cases.append(Case({"weights": list(case.args.values())}, case.sizes, case.edge))
    for case in arrays(rng, "DN", kernel="D 4N", recurrent_kernel="N 4N")[:2]:
        cases.append(Case({"weights": list(case.args.values())}, f"{case.sizes}, no bias", True))
    return cases


TO = Task(
    function="to_keras",
    returns=("kernel", "recurrent_kernel", "bias"),
    cases=lambda rng: arrays(rng, "DN", Wx="D 4N", Wh="N 4N", b="4N"),
    reference=to_keras,
    ideas=(
        Idea("to-kernel", ("kernel",), SLOTS | TURNED),
        Idea("to-recurrent", ("recurrent_kernel",), SLOTS | TURNED),
        Idea(
            "to-bias",
            ("bias",),
            SLOTS
            | {
                "1 added to the forget bias": "That is where the bias of an untrained layer starts. These "
                "weights are what a training has made of it.",
                "the bias halved": "Two biases that are added are PyTorch's. Keras's LSTM has one.",
                "the bias left at zero": "The bias takes part in every pre-activation, so it has to be "
                "carried over.",
            },
        ),
        Idea("to-contract"),
    ),
)

FROM = Task(
    function="from_keras",
    returns=("Wx", "Wh", "b"),
    cases=weight_lists,
    reference=from_keras,
    ideas=(
        Idea("from-kernel", ("Wx",), BACK | TURNED),
        Idea("from-recurrent", ("Wh",), BACK | TURNED),
        Idea(
            "from-bias",
            ("b",),
            BACK
            | {
                "1 taken from the forget bias": "The bias that Keras returns is the whole one; the 1 from "
                "which it started is long part of it.",
                "the bias doubled": "Keras's LSTM has one bias, and it goes over as it is.",
            },
        ),
        Idea(
            "from-contract",
            mistakes={
                "three arrays unpacked": "How many arrays does the list of a layer with use_bias set to "
                "False have?",
                "the third array taken for granted": "Not every layer has a bias, and then the list is "
                "shorter.",
            },
        ),
    ),
)
