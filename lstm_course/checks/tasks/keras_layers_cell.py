"""Tasks of assignment 05-keras: planted bugs 1 and 2, the gates and the bias at the start."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task

PLANTED = "the planted bug is still there"


def cell_states(z_t: Any, c_prev: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Compute equations (2) to (7) of the cell, with the sigmoid at the gates."""
    a_i, a_f, a_g, a_o = np.split(z_t, 4, axis=1)
    if wrong == "the slots put into another order":
        a_g, a_o = a_o, a_g
    i_t, f_t, o_t = (gate(a, wrong) for a in (a_i, a_f, a_o))
    if wrong == "the output gate not repaired":
        o_t = gate(a_o, PLANTED)
    g_t = gate(a_g, "") if wrong == "the candidate changed as well" else np.tanh(a_g)
    c_t = f_t * c_prev + i_t * g_t
    return {"h_t": o_t * (c_t if wrong == "the last tanh lost" else np.tanh(c_t)), "c_t": c_t}


def gate(a: Any, wrong: str) -> Any:
    """Return σ(a)."""
    if wrong == PLANTED:
        return np.clip(0.2 * a + 0.5, 0, 1)
    if wrong == "another straight line":
        return np.clip(a / 6 + 0.5, 0, 1)
    if wrong == "tanh at the gates":
        return np.tanh(a)
    return 1 / (1 + np.exp(a if wrong == "the sign in the exponent" else -a))


GATES = Task(
    function="cell_states",
    returns=("h_t", "c_t"),
    cases=lambda rng: arrays(rng, "BN", 2.0, z_t="B 4N", c_prev="B N"),
    reference=cell_states,
    ideas=(
        Idea(
            "bug-gates",
            ("h_t", "c_t"),
            {
                PLANTED: "Work out one gate by hand, for a pre-activation of 3, with the formula of the "
                "chapter and with the code.",
                "another straight line": "That is the hard sigmoid of today's Keras. It is still a "
                "straight line with two corners, and the layer's default is a curve.",
                "the output gate not repaired": "The cell state is right now. Something in the last two "
                "lines is not.",
                "the candidate changed as well": "All that was wrong were the gates. Which values may a "
                "candidate take?",
                "tanh at the gates": "A gate is a share, between 0 and 1. These can be negative.",
                "the sign in the exponent": "A large pre-activation should open a gate, and here it shuts "
                "it.",
                "the last tanh lost": "A hidden state here can be larger than 1.",
                "the slots put into another order": "The order of the four slots was right in the given "
                "code.",
            },
        ),
    ),
)


def starting_bias(units: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Put ones into the forget gate's slot, the second of four."""
    bias = np.zeros((4, units))
    slots = {PLANTED: 2, "the ones in the input gate's slot": 0, "the ones in the output gate's slot": 3}
    if wrong == "ones everywhere":
        bias[:] = 1
    elif wrong == "a single one":
        bias[1, 0] = 1
    elif wrong == "the slots interleaved":
        return {"bias": np.tile([0.0, 1.0, 0.0, 0.0], units)}
    elif wrong != "zeros everywhere":
        bias[slots.get(wrong, 1)] = 2 if wrong == "2 in the place of 1" else 1
    return {"bias": bias.reshape(-1)}


BIAS = Task(
    function="starting_bias",
    returns=("bias",),
    cases=lambda rng: [Case({"units": n}, f"units {n}") for n in (3, 2, *rng.integers(4, 9, 2).tolist())],
    reference=starting_bias,
    ideas=(
        Idea(
            "bug-bias",
            ("bias",),
            {
                PLANTED: "In TensorFlow 1 the candidate came second. Which slot do these columns belong to "
                "in Keras?",
                "the ones in the input gate's slot": "This opens the gate that writes. Which one keeps?",
                "the ones in the output gate's slot": "This opens the gate that shows. Which one keeps?",
                "ones everywhere": "Only one of the four slots starts above zero.",
                "zeros everywhere": "This is how the bias looks with unit_forget_bias set to False.",
                "a single one": "Every unit has a forget gate of its own, so one number is too few.",
                "the slots interleaved": "The numbers of one gate lie next to each other, not in every "
                "fourth place.",
                "2 in the place of 1": "PyTorch has two biases, so a 1 in both makes 2. Keras has one.",
            },
        ),
    ),
)
