"""Task of assignment 04-lstm: one step of the cell."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.task import Idea, Task, follow, followed
from lstm_course.checks.tasks.lstm_cell import sigmoid

KEPT = 'values["c_t"]'
EXCHANGED = "states returned in the other order"


def kept_apart(value: Any, *arguments: Any) -> Any:
    """Give the c_t that a step keeps in ``values`` a name of its own."""
    if not isinstance(value, (tuple, list)) or len(value) != 3 or not isinstance(value[2], Mapping):
        return value
    kept = value[2]
    beside = {KEPT: kept["c_t"]} if "c_t" in kept else {}
    return value[0], value[1], ChainMap(beside, kept)  # type: ignore[arg-type]


def step(
    x_t: Any,
    h_prev: Any,
    c_prev: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Equations (1) to (7); the states are judged from the student's own gates."""
    values = _values(x_t, h_prev, c_prev, kernel, recurrent_kernel, bias, wrong)
    if seen and not any(_alike(seen[name], values[name]) for name in ("x_t", "h_prev", "c_prev")):
        seen = {}  # those are the values of another step
    i, f, g, o = (values[name] for name in ("i_t", "f_t", "g_t", "o_t"))
    i_t, f_t, g_t, o_t = (follow(seen, name, values[name]) for name in ("i_t", "f_t", "g_t", "o_t"))

    c_t = _cell_state(i_t, f_t, g_t, h_prev, c_prev, wrong)
    right_c_t = _cell_state(i, f, g, h_prev, c_prev, wrong)
    right_h_t = _hidden_state(i, f, g, o, c_prev, right_c_t, wrong)
    own_c_t = follow(seen, "c_t", c_t)
    h_t = _hidden_state(i_t, f_t, g_t, o_t, c_prev, own_c_t, wrong)
    if not wrong:
        c_t, h_t = followed(seen, "c_t", right_c_t, c_t), followed(seen, "h_t", right_h_t, h_t)
    kept = own_c_t
    if wrong == EXCHANGED:
        h_t, c_t, kept = right_c_t, right_h_t, right_c_t
    if wrong == "tanh(c_t) kept in place of c_t":
        kept = np.tanh(kept)
    if wrong == "state before the step kept in place of c_t":
        kept = c_prev
    if wrong == "new states kept in place of the old ones":
        values |= {"h_prev": right_h_t, "c_prev": right_c_t}
    return {"h_t": h_t, "c_t": c_t, KEPT: kept, **values}


def _alike(one: Any, other: Any) -> bool:
    return np.size(one) == np.size(other) and np.allclose(np.ravel(one), np.ravel(other), atol=1e-4)


def _values(
    x_t: Any, h_prev: Any, c_prev: Any, kernel: Any, recurrent_kernel: Any, bias: Any, wrong: str
) -> dict[str, Any]:
    """Equations (1) to (5), and what came in."""
    remembered = c_prev if wrong == "gates that read the cell state" else h_prev
    if wrong == "gates that read no state":
        remembered = np.zeros_like(h_prev)
    z_t = x_t @ kernel + remembered @ recurrent_kernel
    if wrong != "bias not added":
        z_t = z_t + bias
    z_i, z_f, z_g, z_o = np.split(z_t, 4, axis=1)
    if wrong == "slots in the order of CS231n":
        z_g, z_o = z_o, z_g
    if wrong == "slots in the order f, i":
        z_i, z_f = z_f, z_i
    gate: Any = sigmoid
    squash: Any = np.tanh
    if wrong == "sigmoid for the candidate too":
        squash = sigmoid
    if wrong == "tanh for the gates too":
        gate = np.tanh
    if wrong == "pre-activations kept in place of the gates":
        gate = squash = np.asarray
    came_in = {"x_t": x_t, "h_prev": h_prev, "c_prev": c_prev}
    return {**came_in, "i_t": gate(z_i), "f_t": gate(z_f), "g_t": squash(z_g), "o_t": gate(z_o)}


def _cell_state(i_t: Any, f_t: Any, g_t: Any, h_prev: Any, c_prev: Any, wrong: str) -> Any:
    """Equation (6)."""
    kept, written = f_t * c_prev, i_t * g_t
    if wrong == "input and forget gate exchanged":
        kept, written = i_t * c_prev, f_t * g_t
    if wrong == "forget gate left out":
        kept = c_prev
    if wrong == "input gate left out":
        written = g_t
    if wrong == "candidate left out":
        written = i_t
    if wrong == "old state lost":
        kept = 0
    if wrong == "hidden state in place of the old cell state":
        kept = f_t * h_prev
    if wrong == "input gate taken as the rest of the forget gate":
        written = (1 - f_t) * g_t
    if wrong == "keeping and forgetting mixed up":
        kept = (1 - f_t) * c_prev
    if wrong == "tanh put around the cell state":
        return np.tanh(kept + written)
    return kept + written


def _hidden_state(i_t: Any, f_t: Any, g_t: Any, o_t: Any, c_prev: Any, c_t: Any, wrong: str) -> Any:
    """Equation (7)."""
    squashed = np.tanh(c_t)
    if wrong == "tanh missing":
        squashed = c_t
    if wrong == "sigmoid in place of tanh":
        squashed = sigmoid(c_t)
    if wrong == "old cell state shown":
        squashed = np.tanh(c_prev)
    if wrong == "candidate shown in place of the state":
        squashed = g_t
    if wrong == "output gate left out":
        return squashed
    if wrong == "output gate inside the tanh":
        return np.tanh(o_t * c_t)
    if wrong == "input gate in place of the output gate":
        return i_t * squashed
    if wrong == "forget gate in place of the output gate":
        return f_t * squashed
    return o_t * squashed


STEP = Task(
    function="lstm_step",
    returns=("h_t", "c_t", f"values{{x_t h_prev c_prev i_t f_t g_t o_t {KEPT}}}"),
    cases=lambda rng: arrays(
        rng,
        "BDN",
        x_t="B D",
        h_prev="B N",
        c_prev="B N",
        kernel="D 4N",
        recurrent_kernel="N 4N",
        bias="4N",
    ),
    reference=step,
    digest=kept_apart,
    may_share=True,
    ideas=(
        Idea(
            "step-values",
            ("i_t", "f_t", "g_t", "o_t", "x_t", "h_prev", "c_prev"),
            {
                "bias not added": "With an input of zero and a state of zero, all gates are half open here.",
                "gates that read the cell state": "The cell state passes by. What the gates read is what "
                "the cell showed.",
                "gates that read no state": "The gates depend on the input alone.",
                "slots in the order of CS231n": "The last two slots are exchanged.",
                "slots in the order f, i": "The first two slots are exchanged.",
                "sigmoid for the candidate too": "One of the four slots has another activation.",
                "tanh for the gates too": "Three of the four slots say how much, and are never negative.",
                "pre-activations kept in place of the gates": "The way back needs the gates after their "
                "activations.",
                "new states kept in place of the old ones": "The way back needs the states as they were "
                "before the step.",
            },
        ),
        Idea(
            "step-cell-state",
            ("c_t", KEPT),
            {
                "input and forget gate exchanged": "Which gate stands at the old state, and which at what "
                "is written?",
                "forget gate left out": "Nothing is ever let go: this is the cell of 1997.",
                "input gate left out": "The candidate is written at every step, whether it is wanted or not.",
                "candidate left out": "The gate says how much is written. What is written?",
                "old state lost": "The new state does not depend on the old one.",
                "hidden state in place of the old cell state": "There are two states. Which one is carried "
                "along the top of the figure?",
                "input gate taken as the rest of the forget gate": "The two gates are independent; tying "
                "them together is a variant.",
                "keeping and forgetting mixed up": "The name is unlucky: at 1 this gate keeps.",
                "tanh put around the cell state": "The state that is carried may be any number; only what "
                "is shown is squashed.",
                "tanh(c_t) kept in place of c_t": "The returned state is right; the one in values is not "
                "the same array.",
                "state before the step kept in place of c_t": "The returned state is right; the one in "
                "values is older.",
                EXCHANGED: "Both states are right. The docstring says which is returned first.",
            },
        ),
        Idea(
            "step-hidden-state",
            ("h_t",),
            {
                "tanh missing": "A cell state of 5 must not be shown as it is.",
                "sigmoid in place of tanh": "What is shown is never negative here.",
                "old cell state shown": "Which of the two cell states is shown, the one before the step or "
                "the one after it?",
                "candidate shown in place of the state": "What is shown should depend on all that the cell "
                "remembers.",
                "output gate left out": "Everything is shown at every step.",
                "output gate inside the tanh": "What is squashed, and what is then multiplied?",
                "input gate in place of the output gate": "Each gate has one place in the equations; this "
                "one has been used before.",
                "forget gate in place of the output gate": "Each gate has one place in the equations; this "
                "one has been used before.",
                EXCHANGED: "Both states are right. The docstring says which is returned first.",
            },
        ),
        Idea("step-contract"),
    ),
)
