"""Tasks of assignment 02-rnn: the loop over a sequence, without padding and with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays, sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow, followed
from lstm_course.checks.toys.rnn import toy_step


def sequence_cases(rng: np.random.Generator, padded: bool) -> list[Case]:
    """Draw sequences; where they are padded, at the end, at the start and in between."""
    cases = []
    drawn = arrays(rng, "BTDN", x="B T D", h_0="B N", kernel="D N", recurrent_kernel="N N", bias="N")
    for case, (size, words, edge) in zip(drawn, sizes("BTDN"), strict=True):
        batch, time = size["B"], size["T"]
        mask = np.ones((batch, time), bool)
        if padded:
            mask = np.arange(time) < rng.integers(1, time + 1, (batch, 1))
            mask[0] = np.arange(time) != min(2, time - 1)
            mask[-1] = np.arange(time) != 1
            if edge:
                mask[-1] = np.arange(time) >= 1  # padding at the start
            mask[:, -1] &= batch != 4  # a step at which all sequences wait
        x, *rest = case.args
        args = {x: case.args[x], "mask": mask, **{name: case.args[name] for name in rest}, "step": toy_step}
        cases.append(Case(args, words + (", padded" if padded else ""), edge))
    return cases


def sequence(
    x: Any,
    mask: Any,
    h_0: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    step: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """h_t = step(x_t, h_{t-1}) where m_t is true, and h_{t-1} where it is false."""
    states = unrolled(x, mask, h_0, (kernel, recurrent_kernel, bias), step, wrong)
    outputs: Any = np.stack(states, axis=0 if wrong == "time axis first" else 1)
    if wrong == "only the last state":
        outputs = outputs[:, -1]
    if wrong == "steps in the opposite order":
        outputs = outputs[:, ::-1]
    own = outputs if wrong else follow(seen, "outputs", outputs)
    last = own[:, -1] if wrong else followed(seen, "h_T", outputs[:, -1], own[:, -1])
    if wrong == "state after the first step":
        last = outputs[:, 0]
    elif wrong == "state before the last step":
        last = outputs[:, -2]
    elif wrong == "initial state returned":
        last = h_0
    elif wrong == "all states again":
        last = outputs
    elif wrong == "mean of the states":
        last = outputs.mean(axis=1)
    elif wrong == "last sequence taken for last step":
        last = outputs[-1]
    return {"outputs": outputs, "h_T": last}


def unrolled(x: Any, mask: Any, h_0: Any, weights: Any, step: Any, wrong: str) -> list[Any]:
    """Return the state after each step, in the order in which they were computed."""
    outputs = []
    h = np.zeros_like(h_0) if wrong == "initial state not used" else h_0
    times = range(x.shape[1])
    for t in reversed(times) if wrong in ("read backwards", "steps in the opposite order") else times:
        h_prev = h_0 if wrong == "state not carried over" else h
        now = 0 if wrong == "same input at every step" else t
        new = step(x[:, now], h_prev, *weights)
        if wrong == "initial state after the first step":
            outputs.append(h)
        m_t = mask[:, t, None]
        if wrong in ("mask not used", "initial state after the first step"):
            h = new
        elif wrong == "mask turned round":
            h = np.where(m_t, h_prev, new)
        elif wrong == "zeros in place of the state before":
            h = np.where(m_t, new, 0.0)
        elif wrong == "initial state in place of the state before":
            h = np.where(m_t, new, h_0)
        elif wrong == "mask of the step before":
            h = np.where(mask[:, t - 1, None] if t else True, new, h_prev)
        elif wrong == "whole batch stopped":
            h = new if mask[:, t].all() else h_prev
        elif wrong == "stops only where all stop":
            h = new if mask[:, t].any() else h_prev
        else:
            h = np.where(m_t, new, h_prev)
        if wrong == "input of padding zeroed":
            h = step(x[:, t] * m_t, h_prev, *weights)
        if wrong == "outputs zeroed, state carried":
            outputs.append(np.where(m_t, h, 0.0))
        elif wrong != "initial state after the first step":
            outputs.append(h)
    return outputs


def masked(*arguments: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """Judge the carry from the student's own states, so that nothing but the padded steps counts here."""
    right = sequence(*arguments, seen=seen, wrong=wrong)
    own = follow(seen, "outputs", right["outputs"])
    if wrong or own is right["outputs"]:
        return right
    _, mask, h_0, *_ = arguments
    before = np.concatenate([h_0[:, None], own[:, :-1]], axis=1)
    if (np.abs(own - before).max(axis=2)[mask] < 1e-6).any():  # it always carries: that is no mask
        return right
    return right | {"outputs": np.where(mask[:, :, None], own, before)}


OUTPUTS = Task(
    function="rnn_sequence",
    returns=("outputs", "h_T"),
    cases=lambda rng: sequence_cases(rng, padded=False),
    reference=sequence,
    ideas=(
        Idea(
            "sequence-outputs",
            ("outputs",),
            {
                "initial state not used": "The first step has a state before it too: the one that was "
                "handed over.",
                "state not carried over": "Every step starts from the same state here. Which state does the "
                "second step start from?",
                "same input at every step": "Each step reads its own slice of the input.",
                "read backwards": "The sequence is read from its end, and each state is stored when it is "
                "computed.",
                "steps in the opposite order": "The sequence is read from its end. What has the network "
                "read when it stands at the first step?",
                "initial state after the first step": "Each state stands one place too late: the first "
                "output is the state after the first step.",
                "time axis first": "The states are stacked along the wrong axis: batch comes first, then "
                "time.",
                "only the last state": "All states are asked for, one for each step.",
            },
        ),
    ),
)

MASK = Task(
    function="rnn_sequence",
    returns=("outputs", "h_T"),
    cases=lambda rng: sequence_cases(rng, padded=True),
    reference=masked,
    ideas=(
        Idea(
            "sequence-mask",
            ("outputs",),
            {
                "mask not used": "The network goes on reading where the mask says that there is nothing to "
                "read.",
                "mask turned round": "True stands for a real token, false for padding.",
                "zeros in place of the state before": "A sequence that has ended forgets everything here. "
                "What does the chapter say becomes of the state on such a step?",
                "outputs zeroed, state carried": "The state is carried, but the output of such a step is "
                "the state too.",
                "initial state in place of the state before": "A padded step goes back to the start here, "
                "although much has been read since.",
                "input of padding zeroed": "A step with an input of zeros is still a step: it changes the "
                "state.",
                "mask of the step before": "The mask is one step late. Which of its columns belongs to step "
                "t?",
                "whole batch stopped": "Each sequence has a mask of its own. The others go on while one "
                "waits.",
                "stops only where all stop": "Each sequence has a mask of its own. One can wait while "
                "others go on.",
            },
        ),
        Idea(
            "sequence-last",
            ("h_T",),
            {
                "state after the first step": "Of all states, this is the first. Which one has seen "
                "everything?",
                "state before the last step": "One step is missing from what this state has read.",
                "initial state returned": "This is the state before anything was read.",
                "all states again": "One state for each sequence is asked for, without an axis for time.",
                "mean of the states": "Not an average of the states is asked for, but one of them.",
                "last sequence taken for last step": "The first axis counts sequences, the second steps. "
                "Which of the two is cut here?",
            },
        ),
        Idea("sequence-contract"),
    ),
)

SEQUENCE = (OUTPUTS, MASK)
