"""Tasks of assignment 05-keras: Keras's layer with given weights, a mask, and both directions."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.keras_layers_weights import reordered
from lstm_course.checks.toys.keras_layers import both_ways


def keras_outputs(weights: Any, x: Any, mask: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Read forwards and backwards; take rows with padding and rows without apart."""
    outputs, h, c = lstm(weights, x, mask, False, wrong)
    back = lstm(weights, x, mask, wrong != "read forwards", wrong)
    if wrong == "h_T and c_T exchanged":
        h, c = c, h
    if wrong == "h_T in the place of c_T":
        c = h
    if wrong == "the states after the first step":
        _, h, c = lstm(weights, x[:, :1], mask[:, :1], False, wrong)
    full = mask.all(axis=1)
    return {
        "unpadded": outputs[full],
        "padded": outputs[~full],
        "h_T": h,
        "c_T": c,
        **dict(zip(("backward_outputs", "backward_h", "backward_c"), back, strict=True)),
    }


def lstm(weights: Any, x: Any, mask: Any, backwards: bool, wrong: str) -> tuple[Any, Any, Any]:
    """Read one way, by Keras's rules for masks; return outputs in the order of time and both states."""
    kernel, recurrent_kernel, bias = (
        reordered(w, "ifgo", "ifog") if wrong == REORDERED else w for w in weights
    )
    if wrong == "the bias not set":
        bias = np.repeat([0.0, 1.0, 0.0, 0.0], len(recurrent_kernel))
    if wrong == "the layer made without a bias":
        bias = 0 * bias
    if wrong == "the mask not passed on":
        mask = np.ones_like(mask)
    if wrong == "padding set to zero, and read":
        x, mask = x * mask[:, :, None], np.ones_like(mask)
    if wrong == "the mask turned inside out":
        mask = ~mask
    if wrong == "padding supposed on the right":
        mask = np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)
    if wrong == "x turned round without its mask" and backwards:
        mask = mask[:, ::-1]
    batch, time = mask.shape
    h = c = shown = np.zeros((batch, len(recurrent_kernel)))
    outputs = np.zeros((batch, time, len(recurrent_kernel)))
    for t in reversed(range(time)) if backwards else range(time):
        a_i, a_f, a_g, a_o = np.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        i_t, f_t, o_t = (gate(a, wrong) for a in (a_i, a_f, a_o))
        c_new = f_t * c + i_t * np.tanh(a_g)
        h_new = o_t * np.tanh(c_new)
        token = mask[:, t, None]
        h, c = np.where(token, h_new, h), np.where(token, c_new, c)
        shown = np.where(token, h_new, 0 if wrong == "masked outputs set to zero" else shown)
        outputs[:, t] = shown
    if wrong == "the outputs not turned round" and backwards:
        outputs = outputs[:, ::-1]
    if wrong == "the rows of the batch turned round" and backwards:
        outputs = outputs[::-1, ::-1]
    return outputs, h, c


def gate(a: Any, wrong: str) -> Any:
    """Return σ(a)."""
    if wrong == "the hard sigmoid at the gates":
        return np.clip(a / 6 + 0.5, 0, 1)
    return 1 / (1 + np.exp(-a))


REORDERED = "the slots put into another order"
SET = {
    REORDERED: "The weights that come in are in Keras's order already.",
    "the bias not set": "The bias is that of a new layer. All three arrays have to reach the layer.",
    "the layer made without a bias": "Which option of the layer decides whether there is a bias?",
    "the hard sigmoid at the gates": "The layer's gates are straight lines with corners. That was the "
    "default of old versions, and is not asked for here.",
}
MASKED = {
    "the mask not passed on": "The layer reads the padding as if it were text. It knows of the mask only "
    "what the call tells it.",
    "the mask turned inside out": "The layer skips the tokens and reads the padding. What does true mean "
    "in a mask?",
    "padding set to zero, and read": "A vector of zeros is an input like any other to a layer: the bias "
    "alone moves the states.",
    "padding supposed on the right": "Rows that are padded on the right come out as they should, others do "
    "not.",
}
SHOWN = {
    "masked outputs set to zero": "What does Keras show at a masked step by default? The second of the "
    "five rules."
}


def padded_sequences(rng: np.random.Generator) -> list[Case]:
    """Draw weights, sequences, and masks with padding on either side and in a gap."""
    cases = []
    for mask, features, units in (
        ([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [1, 0, 1, 1, 0]], 3, 2),
        ([[1, 1, 0]], 1, 1),
    ):
        rows, time = np.shape(mask)
        shapes = ((features, 4 * units), (units, 4 * units), (4 * units,))
        args = {
            "weights": [rng.standard_normal(shape) for shape in shapes],
            "x": rng.standard_normal((rows, time, features)),
            "mask": np.array(mask, bool),
        }
        cases.append(Case(args, f"batch {rows}, time {time}, features {features}, units {units}", rows == 1))
    return cases


KERAS = Task(
    function="keras_outputs",
    returns=("unpadded", "padded", "h_T", "c_T", "backward_outputs", "backward_h", "backward_c"),
    cases=padded_sequences,
    reference=keras_outputs,
    ideas=(
        Idea("keras-weights", ("unpadded",), SET),
        Idea("keras-mask", ("padded",), SET | MASKED | SHOWN),
        Idea(
            "keras-states",
            ("h_T", "c_T"),
            SET
            | MASKED
            | {
                "h_T and c_T exchanged": "Which of the two can be larger than 1, and in which order does "
                "the layer hand them out?",
                "h_T in the place of c_T": "The two returned states are the same. The layer hands out "
                "three things.",
                "the states after the first step": "These are the states with which the reading begins, "
                "not those with which it ends.",
            },
        ),
        Idea(
            "keras-backwards",
            ("backward_outputs", "backward_h", "backward_c"),
            SET
            | MASKED
            | SHOWN
            | {
                "the outputs not turned round": "A layer that reads from the end also hands out the end "
                "first. Which step does your first output belong to?",
                "read forwards": "The result is the same as without the argument: nothing is read from the "
                "end.",
                "x turned round without its mask": "If the steps change places, what says which of them "
                "are real has to change with them.",
                "the rows of the batch turned round": "The outputs of one sequence stand in the row of "
                "another. Which axis is time?",
            },
        ),
        Idea("keras-contract"),
    ),
    drive=both_ways,
)
