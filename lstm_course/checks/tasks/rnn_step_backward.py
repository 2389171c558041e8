"""Tasks of assignment 02-rnn: the step backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow


def step_cases(rng: np.random.Generator) -> list[Case]:
    """Draw states between −1 and 1, and everything else from the normal distribution."""
    cases = arrays(
        rng, "BDN", d_h_t="B N", x_t="B D", h_prev="B N", h_t="B N", kernel="D N", recurrent_kernel="N N"
    )
    squashed = ("h_prev", "h_t")
    return [
        Case({k: np.tanh(v) if k in squashed else v for k, v in case.args.items()}, case.sizes, case.edge)
        for case in cases
    ]


def slope(h_prev: Any, h_t: Any, wrong: str) -> Any:
    """Slope of tanh, 1 − h²."""
    made: dict[str, Any] = {
        "slope of tanh missing": np.ones_like(h_t),
        "tanh applied to the state again": 1 - np.tanh(h_t) ** 2,
        "square forgotten": 1 - h_t,
        "slope of the sigmoid": h_t * (1 - h_t),
        "slope at the state before": 1 - h_prev**2,
        "tanh in place of its slope": np.tanh(h_t),
        "sign of the square": 1 + h_t**2,
        "square of the bracket": (1 - h_t) ** 2,
        "divided by the slope": 1 / (1 - h_t**2),
    }
    return made.get(wrong, 1 - h_t**2)


def step_backward(
    d_h_t: Any, x_t: Any, h_prev: Any, h_t: Any, kernel: Any, recurrent_kernel: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Return the shares of one step; everything behind d_z_t is judged from the student's own d_z_t."""
    d_z_t = d_h_t * slope(h_prev, h_t, wrong)
    own = follow(seen, "d_z_t", d_z_t)
    # What a mistake puts in the place of the pre-activation's gradient, of the state or of a kernel.
    behind = d_h_t if wrong.startswith("slope skipped") else own
    state = h_t if wrong == "state after for state before" else h_prev
    state = d_h_t if wrong == "gradient taken for the state" else state
    d_x_t = behind @ kernel.T
    if wrong == "reshaped where a transpose belongs":
        d_x_t = own @ kernel.reshape(kernel.shape[::-1])
    elif wrong == "kernel not transposed":
        d_x_t = own @ kernel
    elif wrong == "sign of the input's gradient":
        d_x_t = -d_x_t
    elif wrong == "input multiplied in":
        d_x_t = d_x_t * x_t
    elif wrong == "mean over the units":
        d_x_t = d_x_t / kernel.shape[1]
    d_h_prev = behind @ (
        recurrent_kernel if wrong == "recurrent kernel not transposed" else recurrent_kernel.T
    )
    if wrong == "gradient handed back as it came":
        d_h_prev = d_h_t
    elif wrong == "old gradient added":
        d_h_prev = d_h_prev + d_h_t
    elif wrong == "slope at the state before, too":
        d_h_prev = d_h_prev * (1 - h_prev**2)
    elif wrong == "element by element":
        d_h_prev = own * np.diag(recurrent_kernel)
    d_kernel, d_recurrent_kernel = x_t.T @ behind, state.T @ behind
    d_bias = behind.sum(axis=0)
    batch, units = h_t.shape
    if wrong == "mean over the batch":
        d_kernel, d_recurrent_kernel, d_bias = d_kernel / batch, d_recurrent_kernel / batch, d_bias / batch
    elif wrong == "factors exchanged in the recurrent kernel":
        d_recurrent_kernel = d_recurrent_kernel.T
    elif wrong == "factors exchanged":
        d_kernel, d_recurrent_kernel = d_kernel.T, d_recurrent_kernel.T
    elif wrong == "first example only":
        d_kernel = np.outer(x_t[0], own[0])
        d_recurrent_kernel, d_bias = np.outer(h_prev[0], own[0]), own[0]
    elif wrong == "weight multiplied in":
        d_kernel, d_recurrent_kernel = d_kernel * kernel, d_recurrent_kernel * recurrent_kernel
    elif wrong == "not summed over the batch":
        d_bias = own
    elif wrong == "sum over the units":
        d_bias = own.sum(axis=1)
    elif wrong == "sum over everything":
        d_bias = own.sum()
    elif wrong == "ones":
        d_bias = np.ones(units)
    return {
        "d_z_t": d_z_t,
        "d_x_t": d_x_t,
        "d_h_prev": d_h_prev,
        "d_kernel": d_kernel,
        "d_recurrent_kernel": d_recurrent_kernel,
        "d_bias": d_bias,
    }


MEAN = "All examples of the batch use the same weight. Are their shares added up or averaged?"
SKIPPED = (
    "This follows the new state's gradient. There is one more function between the state and the weights."
)

STEP_BACKWARD = Task(
    function="rnn_step_backward",
    returns=("d_z_t", "d_x_t", "d_h_prev", "d_kernel", "d_recurrent_kernel", "d_bias"),
    cases=step_cases,
    reference=step_backward,
    ideas=(
        Idea(
            "back-z",
            ("d_z_t",),
            {
                "slope of tanh missing": "The gradient has come through the squashing function unchanged. "
                "How steep is that function?",
                "tanh applied to the state again": "The state has been through the squashing function "
                "already. Once is enough.",
                "square forgotten": "The slope is written with the state, but not with its first power.",
                "slope of the sigmoid": "This is how steep another squashing function is.",
                "slope at the state before": "The slope belongs to the state that this step produced.",
                "tanh in place of its slope": "The chain rule asks for the derivative of the squashing "
                "function, not for its value.",
                "sign of the square": "A squashing function is never steeper than at zero; this slope grows "
                "with the state.",
                "square of the bracket": "What is squared here, the state or the whole bracket?",
                "divided by the slope": "The chain rule multiplies by the slope on the way back too.",
            },
        ),
        Idea(
            "back-x",
            ("d_x_t",),
            {
                "slope skipped on the way to the input": SKIPPED,
                "kernel not transposed": "Write one index out: over which axis of the kernel does the sum "
                "run?",
                "reshaped where a transpose belongs": "The shape fits, the order of the numbers does not: "
                "turning rows into columns is not the same as cutting the rows anew.",
                "sign of the input's gradient": "Nothing in the step forwards has a minus sign.",
                "input multiplied in": "The derivative of a product with respect to one factor does not "
                "contain that factor.",
                "mean over the units": "The ways through the units are added up, not averaged.",
            },
        ),
        Idea(
            "back-h",
            ("d_h_prev",),
            {
                "slope skipped on the way to the state": SKIPPED,
                "recurrent kernel not transposed": "A square matrix hides it: over which of its axes does "
                "the sum run on the way back?",
                "gradient handed back as it came": "The state before reaches the new one only through the "
                "recurrent kernel.",
                "old gradient added": "Within one step there is a single way from the state before to the "
                "new one. The other way is added by whoever calls this function.",
                "slope at the state before, too": "The slope of the step before is its own matter: this "
                "step ends at the state that it received.",
                "element by element": "Every unit of the state before is heard by every unit. That takes a "
                "matrix product.",
            },
        ),
        Idea(
            "back-weights",
            ("d_kernel", "d_recurrent_kernel"),
            {
                "slope skipped on the way to the kernels": SKIPPED,
                "state after for state before": "The recurrent kernel was multiplied by the state that the "
                "step began with.",
                "mean over the batch": MEAN,
                "factors exchanged in the recurrent kernel": "The result is transposed, and its square "
                "shape hides it. Row says from, column says to.",
                "factors exchanged": "Both results are transposed. A gradient has the shape of its array.",
                "first example only": "Only the first row of the batch has left a trace here.",
                "weight multiplied in": "The derivative of a product with respect to one factor does not "
                "contain that factor.",
                "gradient taken for the state": "The recurrent kernel was multiplied by the state before, "
                "not by a gradient.",
            },
        ),
        Idea(
            "back-bias",
            ("d_bias",),
            {
                "slope skipped on the way to the bias": SKIPPED,
                "mean over the batch": MEAN,
                "not summed over the batch": "The bias has one number for each unit, and every example uses "
                "it.",
                "sum over the units": "The sum runs over the wrong axis: the bias has one number for each "
                "unit.",
                "sum over everything": "One number is left, but each unit has a bias of its own.",
                "first example only": "Only the first row of the batch has left a trace here.",
                "ones": "The bias is added with the factor 1, but what arrives there is not 1.",
            },
        ),
        Idea("back-contract"),
    ),
    may_share=True,  # who forgets the slope hands d_h_t back, and has lost enough for that
)
