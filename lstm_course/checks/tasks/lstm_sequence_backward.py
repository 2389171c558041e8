"""Tasks of assignment 04-lstm: back through a whole sequence, without padding and with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow, tells
from lstm_course.checks.tasks.lstm_sequence import padding
from lstm_course.checks.toys import lstm as toys

WEIGHTS = ("d_kernel", "d_recurrent_kernel", "d_bias")
STATES = ("x_t", "h_prev", "c_prev", "i_t", "f_t", "g_t", "o_t", "c_t")


def sequence_backward(
    d_outputs: Any,
    d_h_T: Any,
    d_c_T: Any,
    values: Any,
    mask: Any,
    kernel: Any,
    recurrent_kernel: Any,
    step_backward: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Go from the last step to the first; the sums are judged from the student's own d_x (``toys.share``)."""
    time, units = len(values), d_h_T.shape[1]
    d_h = np.zeros_like(d_h_T) if wrong == "d_h_T not used" else d_h_T
    d_c = np.zeros_like(d_c_T) if wrong == "d_c_T not used" else d_c_T
    d_x, shares = [], []
    order = range(time) if wrong == "from the first step to the last" else range(time - 1, -1, -1)
    for t in order:
        shown = d_outputs[:, (t - 1) % time if wrong == "outputs' gradients one step late" else t]
        if wrong == "outputs' gradients not added":
            shown = 0
        if wrong == "only the last output's gradient added" and t < time - 1:
            shown = 0
        if wrong == "an output's gradient put in place of the state's":
            d_h = 0
        if wrong == "outputs' gradients added to the cell state's too":
            d_c = d_c + shown
        d_h = d_h + shown
        if wrong == "d_h and d_c exchanged":
            d_h, d_c = d_c, d_h
        if wrong == "d_c not carried":
            d_c = np.zeros_like(d_c)
        now = values[0 if wrong == "values of the first step used at every step" else t]
        d_x_t, d_h_prev, d_c_prev, share = step_backward(d_h, d_c, now, kernel, recurrent_kernel)
        if wrong == "d_h added up on the way":
            d_h_prev = d_h_prev + d_h
        d_h, d_c = d_h_prev, d_c_prev
        d_x.append(d_x_t)
        shares.append(share)
    if wrong not in ("d_x in the order of the loop", "from the first step to the last"):
        d_x = d_x[::-1]
    stacked = np.stack(d_x, axis=0 if wrong == "time in front of the batch" else 1)
    if np.shape(seen.get("d_x", stacked)) == stacked.shape and wrong != "time in front of the batch":
        own = follow(seen, "d_x", stacked)
        shares = [toys.share(own[:, t], units) for t in reversed(range(time))]
    return {"d_x": stacked, "d_h_0": d_h, "d_c_0": d_c, **_added(shares, wrong)}


def _added(shares: Any, wrong: str) -> dict[str, Any]:
    """Add up the shares of the weights' gradients, which come in the order of the loop."""
    used = {
        "each step's share put in place of the sum": shares[-1:],
        "share of the last step left out": shares[1:],
        "share of the first step left out": shares[:-1],
        "share of the last step counted twice": [shares[0], *shares],
    }.get(wrong, shares)
    sums: dict[str, Any] = {name: sum(share[name] for share in used) for name in WEIGHTS}
    if wrong == "mean over time":
        sums = {name: value / len(shares) for name, value in sums.items()}
    if wrong == "bias's share put in place of the sum":
        sums["d_bias"] = shares[-1]["d_bias"]
    if wrong == "recurrent kernel's share put in place of the sum":
        sums["d_recurrent_kernel"] = shares[-1]["d_recurrent_kernel"]
    if wrong == "shares of all steps side by side":
        sums = {name: np.stack([share[name] for share in shares]) for name in WEIGHTS}
    return sums


def draw(rng: np.random.Generator, masked: bool) -> list[Case]:
    """Draw the values of every step, and the gradients that arrive.

    With ``masked``, two steps of each row are padding, none of them the first. Of an edge's rows the last
    one begins with padding, if there is more than one step.
    """
    shapes: Any = dict.fromkeys(STATES[1:], "B T N")
    drawn = []
    for case in arrays(
        rng,
        "BTDN",
        d_outputs="B T N",
        d_h_T="B N",
        d_c_T="B N",
        mask="B T",
        kernel="D 4N",
        recurrent_kernel="N 4N",
        x_t="B T D",
        **shapes,
    ):
        args = dict(case.args)
        over_time = {name: args.pop(name) for name in STATES}
        (batch, time), weights = (
            args["mask"].shape,
            {name: args.pop(name) for name in ("kernel", "recurrent_kernel")},
        )
        args.pop("mask")
        args["values"] = [{name: over_time[name][:, t].copy() for name in STATES} for t in range(time)]
        mask = np.ones((batch, time), bool)
        if masked and case.edge:
            mask[-1, 0] = time == 1
        elif masked:
            mask = padding(rng, batch, time)
        args["mask"] = mask
        args |= {**weights, "step_backward": toys.step_backward}
        drawn.append(Case(args, case.sizes, case.edge))
    return drawn


def without_edges(cases: list[Case]) -> list[Case]:
    """Return the cases that are not the contract's alone."""
    return [case for case in cases if not case.edge]


SEQUENCE_BACKWARD = Task(
    function="lstm_sequence_backward",
    returns=("d_x", "d_h_0", "d_c_0", f"gradients{{{' '.join(WEIGHTS)}}}"),
    cases=lambda rng: without_edges(draw(rng, masked=False)),
    reference=sequence_backward,
    ideas=(
        Idea(
            "through-time-states",
            ("d_x", "d_h_0", "d_c_0"),
            {
                "outputs' gradients not added": "Every hidden state was shown as well. What does the loss "
                "say about what was shown?",
                "only the last output's gradient added": "Every output may reach the loss, not only the "
                "last.",
                "an output's gradient put in place of the state's": "A hidden state is a fork: it was "
                "shown, and it went on. What happens to gradients at a fork?",
                "outputs' gradients one step late": "Which output was made at the step that you are at?",
                "outputs' gradients added to the cell state's too": "The outputs are hidden states, not "
                "cell states.",
                "d_h_T not used": "The loss may depend on the final states too.",
                "d_c_T not used": "The loss may depend on the final states too, and there are two of them.",
                "d_h and d_c exchanged": "Look at the order in which step_backward takes and returns the "
                "states' gradients.",
                "d_c not carried": "Two gradients travel back, and one of them is dropped at every step.",
                "d_h added up on the way": "What step_backward returns holds all that goes on to the step "
                "before.",
                "values of the first step used at every step": "Every step left values of its own.",
                "from the first step to the last": "In which direction does a gradient travel?",
                "d_x in the order of the loop": "The loop goes backwards, and time in the result goes "
                "forwards.",
                "time in front of the batch": "The result should be batch first, like the sequences.",
            },
        ),
        Idea(
            "through-time-weights",
            WEIGHTS,
            {
                "each step's share put in place of the sum": "The same weights were used at every step. "
                "What happens to gradients at a fork?",
                "bias's share put in place of the sum": "One of the three is not a sum over the steps.",
                "recurrent kernel's share put in place of the sum": "One of the three is not a sum over "
                "the steps.",
                "share of the last step left out": "The first round of the loop counts as well.",
                "share of the first step left out": "The last round of the loop counts as well.",
                "share of the last step counted twice": "From which value does the sum start?",
                "mean over time": "Where a value was used several times, its gradients add.",
                "shares of all steps side by side": "One array for each of the weights is asked for, with "
                "the shape of the weights.",
            },
        ),
    ),
)


def masked_sequence_backward(
    d_outputs: Any,
    d_h_T: Any,
    d_c_T: Any,
    values: Any,
    mask: Any,
    kernel: Any,
    recurrent_kernel: Any,
    step_backward: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Go back through padded sequences; judged from what the student's function gives without the padding."""
    real = ~mask if wrong == "mask the wrong way round" else mask
    if wrong == "mask not used":
        real = np.ones_like(mask)
    if wrong == "a step skipped for all where one row has padding":
        real = np.repeat(mask.all(axis=0, keepdims=True), len(mask), axis=0)
    d_h, d_c = d_h_T, d_c_T
    d_x: list[Any] = []
    shares: list[Any] = []
    for t in reversed(range(len(values))):
        now = real[:, t, None]
        d_h = d_h + d_outputs[:, t] * (now if wrong == "gradients of outputs at padding dropped" else 1)
        into = 1 if wrong in UNMASKED else now
        d_x_t, d_h_prev, d_c_prev, share = step_backward(
            d_h * into, d_c * into, values[t], kernel, recurrent_kernel
        )
        d_h, d_c = _passed(d_h, d_c, d_h_prev, d_c_prev, now, wrong)
        d_x.append(d_x_t if wrong != "weights told by padding" else d_x_t * now)
        shares.append(share)
    if wrong == "last result of the step handed back":
        d_h, d_c = d_h_prev, d_c_prev
    stacked = np.stack(d_x[::-1], axis=1)
    own = array_of(seen.get("d_x_bare"))
    if not wrong and tells(own, stacked):
        spread = np.zeros((*mask.shape, kernel.shape[0]))
        spread[mask] = own.reshape(-1, kernel.shape[0])
        return {"d_x": spread, **{name: seen[f"{name}_bare"] for name in ("d_h_0", "d_c_0", *WEIGHTS)}}
    return {"d_x": stacked, "d_h_0": d_h, "d_c_0": d_c, **_added(shares, wrong)}


UNMASKED = (
    "weights told by padding",
    "weights and inputs told by padding",
    "step taken and passed by at padding",
)


def _passed(d_h: Any, d_c: Any, d_h_prev: Any, d_c_prev: Any, now: Any, wrong: str) -> tuple[Any, Any]:
    """Return the two gradients that go on to the step before."""
    by_h, by_c = d_h * ~now, d_c * ~now
    if wrong == "step taken and passed by at padding":
        return d_h_prev + by_h, d_c_prev + by_c
    d_h_prev, d_c_prev = d_h_prev * now, d_c_prev * now
    if wrong in ("gradients stopped at padding", "d_h stopped at padding"):
        by_h = 0
    if wrong in ("gradients stopped at padding", "d_c stopped at padding"):
        by_c = 0
    if wrong == "gradients passed by at every step":
        by_h, by_c = d_h, d_c
    return d_h_prev + by_h, d_c_prev + by_c


MASKED_SEQUENCE_BACKWARD = Task(
    function="lstm_sequence_backward",
    returns=(
        "d_x",
        "d_h_0",
        "d_c_0",
        f"gradients{{{' '.join(WEIGHTS)}}}",
        f"bare{{d_x_bare d_h_0_bare d_c_0_bare {' '.join(f'{name}_bare' for name in WEIGHTS)}}}",
    ),
    cases=lambda rng: without_edges(draw(rng, masked=True)),
    reference=masked_sequence_backward,
    drive=toys.padded_and_bare_backward,
    ideas=(
        Idea(
            "through-time-mask",
            ("d_x", "d_h_0", "d_c_0", *WEIGHTS),
            {
                "mask not used": "The result depends on what stands in the padding.",
                "mask the wrong way round": "True means a token, false means padding.",
                "gradients stopped at padding": "A masked step did not happen. What happens to a gradient "
                "that meets a step that did not happen?",
                "d_h stopped at padding": "Two gradients travel back, and both pass a masked step by.",
                "d_c stopped at padding": "Two gradients travel back, and both pass a masked step by.",
                "step taken and passed by at padding": "At padding a gradient goes one way only.",
                "gradients passed by at every step": "At a token a gradient goes through the step and not "
                "past it.",
                "weights told by padding": "The states' gradients are right. Did padding use the weights?",
                "weights and inputs told by padding": "The states' gradients are right. Did padding use "
                "the weights, and did it read an input?",
                "gradients of outputs at padding dropped": "At padding the cell shows its hidden state "
                "once more. Whose gradient is the gradient of what it shows there?",
                "a step skipped for all where one row has padding": "Each row of the batch has its own mask.",
            },
        ),
    ),
)

SEQUENCE_BACKWARD_CONTRACT = Task(
    function="lstm_sequence_backward",
    returns=SEQUENCE_BACKWARD.returns,
    cases=lambda rng: draw(rng, masked=True),
    reference=masked_sequence_backward,
    ideas=(
        Idea(
            "through-time-contract",
            (),
            {
                "last result of the step handed back": "A row may begin with padding. Is what the last "
                "call of the step hands back all that arrives at its initial states?",
            },
        ),
    ),
)
