"""Tasks of assignment 02-rnn: the step; the others stand in the modules beside this one."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.rnn_numerical_gradient import NUMERIC
from lstm_course.checks.tasks.rnn_relative_error import ERROR
from lstm_course.checks.tasks.rnn_sequence import SEQUENCE
from lstm_course.checks.tasks.rnn_sequence_backward import SEQUENCE_BACKWARD
from lstm_course.checks.tasks.rnn_step_backward import STEP_BACKWARD


def step(
    x_t: Any, h_prev: Any, kernel: Any, recurrent_kernel: Any, bias: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """h_t = tanh(x_t W + h_{t-1} U + b)."""
    if wrong == "kernels exchanged":
        return {"h_t": np.tanh(x_t @ recurrent_kernel + h_prev @ kernel + bias)}
    z_t = x_t @ (kernel.T if wrong == "kernel transposed" else kernel)
    if wrong == "tanh of the input's part only":
        return {"h_t": np.tanh(z_t) + h_prev @ recurrent_kernel + bias}
    if wrong == "state multiplied element by element":
        z_t = z_t + h_prev * recurrent_kernel
    elif wrong != "state not used":
        z_t = z_t + h_prev @ (
            recurrent_kernel.T if wrong == "recurrent kernel transposed" else recurrent_kernel
        )
    if wrong == "bias outside the tanh":
        return {"h_t": np.tanh(z_t) + bias}
    if wrong == "bias subtracted":
        z_t = z_t - bias
    elif wrong != "bias not added":
        z_t = z_t + bias
    if wrong == "tanh missing":
        return {"h_t": z_t}
    if wrong == "sigmoid in place of tanh":
        return {"h_t": 1 / (1 + np.exp(-z_t))}
    if wrong == "ReLU in place of tanh":
        return {"h_t": np.maximum(z_t, 0)}
    if wrong == "old state kept":
        return {"h_t": np.tanh(z_t) + h_prev}
    return {"h_t": np.tanh(z_t)}


STEP = Task(
    function="rnn_step",
    returns=("h_t",),
    cases=lambda rng: arrays(
        rng, "BDN", x_t="B D", h_prev="B N", kernel="D N", recurrent_kernel="N N", bias="N"
    ),
    reference=step,
    ideas=(
        Idea(
            "step-value",
            ("h_t",),
            {
                "bias not added": "Every unit has a number of its own that is there whatever the input is.",
                "bias subtracted": "Look at the sign in front of the last term of the pre-activation.",
                "bias outside the tanh": "States can be larger than 1 here, because something is added "
                "after the squashing.",
                "state not used": "The result does not depend on the state before: a network like that has "
                "no memory.",
                "tanh missing": "States can be larger than 1 here. What keeps them between −1 and 1?",
                "tanh of the input's part only": "All three terms belong inside the squashing function. "
                "Count the brackets.",
                "sigmoid in place of tanh": "No state is ever negative here. Which function squashes to the "
                "numbers between −1 and 1?",
                "ReLU in place of tanh": "States can be larger than 1 here, and none is negative. The "
                "chapter's network squashes with another function.",
                "old state kept": "The new state replaces the old one, it is not added to it.",
                "recurrent kernel transposed": "Which axis of the recurrent kernel belongs to the state "
                "before, and which to the new one? The notation page says.",
                "kernel transposed": "The features are the kernel's first axis, and rows stand on the left.",
                "kernels exchanged": "One kernel belongs to the input and the other to the state. Their "
                "shapes tell you which is which.",
                "state multiplied element by element": "Every unit listens to every unit of the state "
                "before, not to itself alone. That takes a matrix product.",
            },
        ),
        Idea("step-contract"),
    ),
)


TASKS = (STEP, *SEQUENCE, STEP_BACKWARD, *SEQUENCE_BACKWARD, NUMERIC, ERROR)
