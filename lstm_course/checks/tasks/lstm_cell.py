"""Tasks of assignment 04-lstm: parameters, pre-activations and gates."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import described
from lstm_course.checks.draw import arrays, sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def sigmoid(a: Any) -> Any:
    """σ(a) = 1 / (1 + e^−a), in a form that does not overflow."""
    return (1 + np.tanh(np.asarray(a) / 2)) / 2


def count(features: Any, units: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """4 (D N + N² + N)."""
    kernel, recurrent_kernel, bias, slots = features * units, units * units, units, 4
    if wrong == "one slot in place of four":
        slots = 1
    if wrong == "three slots":
        slots = 3
    if wrong == "biases not counted":
        bias = 0
    if wrong == "two biases for each slot":
        bias = 2 * units
    if wrong == "recurrent kernel not counted":
        recurrent_kernel = 0
    if wrong == "recurrent kernel with features for rows":
        recurrent_kernel = features * units
    if wrong == "one number for each slot's bias":
        bias = 1
    total = slots * (kernel + recurrent_kernel + bias)
    return {"count": total - 3 * units if wrong == "one bias for all four slots" else total}


COUNT = Task(
    function="count_parameters",
    returns=("count",),
    cases=lambda rng: [
        *(Case({"features": s["D"], "units": s["N"]}, words, edge) for s, words, edge in sizes("DN")),
        Case({"features": 128, "units": 64}, "features 128, units 64"),
    ],
    reference=count,
    ideas=(
        Idea(
            "parameter-count",
            ("count",),
            {
                "one slot in place of four": "That is the number for a simple network. How many slots read "
                "the input here?",
                "three slots": "There are three gates, and something else that has weights of its own.",
                "biases not counted": "One of the three arrays is missing from the sum.",
                "two biases for each slot": "Some libraries keep two biases for each slot; the cell of "
                "this course and Keras's LSTM have one.",
                "recurrent kernel not counted": "The hidden state before the step is read by every slot too.",
                "recurrent kernel with features for rows": "What is multiplied by the recurrent kernel, "
                "and how many numbers has it?",
                "one bias for all four slots": "The four slots share nothing, and so no bias either.",
                "one number for each slot's bias": "Every unit has a bias of its own in each slot.",
            },
        ),
    ),
)


def listed(value: Any, units: Any, forget: Any) -> Any:
    """Return an array as nested lists, so that its shape is compared along with it."""
    if not isinstance(value, np.ndarray) or not value.ndim:
        raise TypeError(f"expected an array of shape ({4 * units},), got {described(value)}")
    return value.tolist()


def first_bias(units: Any, forget: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Zeros but for the forget slot, the second of four."""
    b = np.zeros(4 * units)
    places = {
        "forget value in the input gate's slot": slice(0, units),
        "forget value in the candidate's slot": slice(2 * units, 3 * units),
        "forget value in the output gate's slot": slice(3 * units, None),
        "forget value in every slot": slice(None),
        "slots interleaved": slice(1, None, 4),
        "only one unit's bias set": slice(units, units + 1),
    }
    b[places.get(wrong, slice(units, 2 * units))] = 1.0 if wrong == "always 1" else forget
    if wrong == "one number for each slot":
        b = np.array([0.0, forget, 0.0, 0.0])
    if wrong == "one row for each slot":
        b = b.reshape(4, units)
    if wrong == "a row in place of a vector":
        b = b[None]
    return {"bias": b.tolist()}


BIAS = Task(
    function="initial_bias",
    returns=("bias",),
    cases=lambda rng: [
        Case({"units": n, "forget": forget}, f"units {n}, forget {forget}")
        for n, forget in zip(
            (*rng.choice([2, 3, 4, 5], 3, replace=False).tolist(), 1),
            (1.0, *np.round(rng.uniform((1.5, -2, 2), (4, -0.5, 5)), 2).tolist()),
            strict=True,
        )
    ],
    reference=first_bias,
    digest=listed,
    ideas=(
        Idea(
            "forget-bias",
            ("bias",),
            {
                "forget value in the input gate's slot": "Which slot comes second? Look at the figure of "
                "the notation page.",
                "forget value in the candidate's slot": "Keras writes the slots i, f, c, o, and its c is "
                "the candidate.",
                "forget value in the output gate's slot": "The output gate comes last; where does the "
                "forget gate come?",
                "forget value in every slot": "The biases of the three other slots start at zero.",
                "slots interleaved": "The columns of a slot lie side by side, one for each unit.",
                "only one unit's bias set": "A slot is as many numbers wide as there are units.",
                "always 1": "What does the second argument say?",
                "one number for each slot": "Every unit has a bias of its own in each slot.",
                "one row for each slot": "The slots lie side by side in one array with one axis.",
                "a row in place of a vector": "The bias has one axis only; this array has two.",
            },
        ),
    ),
)


def preactivation(
    x_t: Any, h_prev: Any, kernel: Any, recurrent_kernel: Any, bias: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """z_t = x_t W + h_{t−1} U + b, equation (1)."""
    if wrong == "recurrent kernel reshaped in place of transposed":
        recurrent_kernel = recurrent_kernel.T.reshape(recurrent_kernel.shape)
    from_input, from_state = x_t @ kernel, h_prev @ recurrent_kernel
    if wrong == "input not used":
        from_input = 0
    if wrong == "state not used":
        from_state = 0
    if wrong == "state subtracted":
        from_state = -from_state
    if wrong == "bias not added":
        bias = 0
    if wrong == "bias added twice":
        bias = 2 * bias
    if wrong == "bias of the first slot used for all":
        bias = np.tile(bias[: len(bias) // 4], 4)
    z_t = from_input + from_state + bias
    if wrong == "sigmoid applied already":
        z_t = sigmoid(z_t)
    if wrong == "tanh applied already":
        z_t = np.tanh(z_t)
    return {"z_t": z_t}


PREACTIVATION = Task(
    function="preactivation",
    returns=("z_t",),
    cases=lambda rng: arrays(
        rng, "BDN", x_t="B D", h_prev="B N", kernel="D 4N", recurrent_kernel="N 4N", bias="4N"
    ),
    reference=preactivation,
    ideas=(
        Idea(
            "preactivation-value",
            ("z_t",),
            {
                "bias not added": "With an input of zero and a state of zero this result is zero. Should "
                "it be?",
                "bias added twice": "One bias for each column; Keras and this course have no second one.",
                "bias of the first slot used for all": "The bias has as many numbers as the result has "
                "columns, and none is used twice.",
                "state not used": "The result does not depend on the hidden state before the step.",
                "input not used": "The result does not depend on the input.",
                "state subtracted": "What comes from the input and what comes from the state are added.",
                "recurrent kernel reshaped in place of transposed": "The recurrent kernel fits as it is; "
                "turning it over mixes up its slots.",
                "sigmoid applied already": "The sigmoid comes one function later.",
                "tanh applied already": "Activations come one function later, and only one of the four is "
                "a tanh.",
            },
        ),
        Idea("preactivation-contract"),
    ),
)


def gates(z_t: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Equations (2) to (5)."""
    units = z_t.shape[1] // 4
    columns = {name: slice(k * units, (k + 1) * units) for k, name in enumerate("ifgo")}
    if wrong == "every fourth column":
        columns = {name: slice(k, None, 4) for k, name in enumerate("ifgo")}
    taken = SLOT_TAKEN.get(wrong)
    return {f"{name}_t": _gate(name, z_t[:, columns[taken or name]], wrong) for name in "ifgo"}


def _gate(name: str, a: Any, wrong: str) -> Any:
    """Squash one slot."""
    if wrong in ("sigmoid missing", "tanh missing"):
        return a
    if wrong == "sign in the exponent":
        return sigmoid(-a)
    if wrong == "softmax over the units":
        return np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
    if wrong == "hard sigmoid":
        return np.clip(0.2 * a + 0.5, 0, 1)
    if wrong == "relu in place of tanh":
        return np.maximum(a, 0)
    swapped = wrong in ("tanh in place of the sigmoid", "sigmoid in place of tanh")
    return np.tanh(a) if (name == "g") != swapped else sigmoid(a)


SLOT_TAKEN = {
    "slot of the input gate": "i",
    "slot of the forget gate": "f",
    "slot of the candidate": "g",
    "slot of the output gate": "o",
}

OTHER_SLOT = "The activation is right, and the columns are another slot's. The notation page has the order."
GATE_HINTS = {
    "sigmoid missing": "These values are not between 0 and 1.",
    "tanh in place of the sigmoid": "A gate says how much, from nothing to all; it is never negative.",
    "sign in the exponent": "This gate is nearly shut where it should be nearly open.",
    "softmax over the units": "Gates do not compete with each other: all units may be open at once.",
    "hard sigmoid": "Older versions of Keras drew straight lines here. The sigmoid of the chapter is smooth.",
    "every fourth column": "The columns of a slot lie side by side.",
}
CANDIDATE_HINTS = {
    "tanh missing": "A candidate lies between −1 and 1.",
    "sigmoid in place of tanh": "The candidate is never negative here, so the cell could only ever count up.",
    "relu in place of tanh": "The candidate is never negative here, and it has no upper limit.",
    "every fourth column": "The columns of a slot lie side by side.",
}
STANFORD = (
    "The activation is right. The order of the last two slots is the one of CS231n, not of this course."
)


def _hints(own: str, shared: dict[str, str]) -> dict[str, str]:
    """Return a gate's mistakes: the shared ones, and the slots of the others."""
    return shared | {mistake: OTHER_SLOT for mistake, slot in SLOT_TAKEN.items() if slot != own}


GATES = Task(
    function="lstm_gates",
    returns=("gates{i_t f_t g_t o_t}",),
    cases=lambda rng: arrays(rng, "BN", 1.5, z_t="B 4N"),
    reference=gates,
    ideas=(
        Idea("gates-input", ("i_t",), _hints("i", GATE_HINTS)),
        Idea("gates-forget", ("f_t",), _hints("f", GATE_HINTS)),
        Idea(
            "gates-candidate", ("g_t",), _hints("g", CANDIDATE_HINTS) | {"slot of the output gate": STANFORD}
        ),
        Idea("gates-output", ("o_t",), _hints("o", GATE_HINTS) | {"slot of the candidate": STANFORD}),
        Idea("gates-contract"),
    ),
)
