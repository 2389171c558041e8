"""Tasks of assignment 02-rnn: backpropagation through time."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays, sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow
from lstm_course.checks.tasks.rnn_step_backward import MEAN
from lstm_course.checks.toys.rnn import padded_and_alone, toy_shares_backward, toy_step_backward


def sequence_cases(rng: np.random.Generator, rule: Any, padded: bool) -> list[Case]:
    """Draw what a pass backwards gets. Where there is padding, it stands at the end, but for the edges."""
    cases = []
    drawn = arrays(rng, "BTDN", d="B T N", last="B N", x="B T D", h_0="B N", states="B T N", W="D N", U="N N")
    for case, (size, words, edge) in zip(drawn, sizes("BTDN"), strict=True):
        d_outputs, d_h_T, x, h_0, states, kernel, recurrent_kernel = case.args.values()
        batch, time = size["B"], size["T"]
        mask = np.ones((batch, time), bool)
        if padded:
            mask = np.arange(time) < (time - 1 - np.arange(batch) % (time - 1 or 1))[:, None]
            mask |= np.arange(time) == 0
            mask[0] |= batch > 1
        if edge and padded:
            mask[-1] = np.arange(time) >= 1  # for a single step, a sequence of nothing but padding
        args = {"d_outputs": d_outputs, "d_h_T": d_h_T, "x": x, "mask": mask, "h_0": h_0, "states": states}
        args |= {"kernel": kernel, "recurrent_kernel": recurrent_kernel, "step_backward": rule}
        cases.append(Case(args, words + (", padded" if padded else ""), edge))
    return cases


def sequence_backward(
    d_outputs: Any,
    d_h_T: Any,
    x: Any,
    mask: Any,
    h_0: Any,
    states: Any,
    kernel: Any,
    recurrent_kernel: Any,
    step_backward: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """d_h_t has two sources; what a padded step gets is handed on as it is."""
    batch, time, _ = x.shape
    before = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    if wrong == "zeros for the initial state":
        before[:, 0] = 0
    elif wrong == "state after for state before":
        before = states
    elif wrong == "last state before the first":
        before[:, 0] = states[:, -1]
    elif wrong == "initial state at every step":
        before = np.repeat(h_0[:, None], time, axis=1)
    after = before if wrong == "state before for state after" else states
    inputs = x[:, ::-1] if wrong == "inputs and states in opposite orders" else x
    d_x = np.zeros_like(x)
    sums: list[Any] = [np.zeros_like(kernel), np.zeros_like(recurrent_kernel), np.zeros(kernel.shape[1])]
    d_h = np.zeros_like(h_0) if wrong == "gradient of the last state not used" else d_h_T
    for t in range(time) if wrong == "forwards in time" else reversed(range(time)):
        source = -1 if wrong == "last output's gradient at every step" else t
        m_t = mask[:, t, None]
        arriving = d_h if wrong == "gradients of the outputs not added" else d_h + d_outputs[:, source]
        if wrong == "next step not heard":
            arriving = d_outputs[:, t] + (d_h_T if t == time - 1 else 0)
        elif wrong == "last state's gradient at every step":
            arriving = arriving + (d_h_T if t < time - 1 else 0)
        elif wrong == "outputs of padding not heard":
            arriving = d_h + m_t * d_outputs[:, t]
        here = arriving if wrong in ("mask not used", "padding in the weights") else arriving * m_t
        _, d_x_t, d_h, *shares = step_backward(
            here, inputs[:, t], before[:, t], after[:, t], kernel, recurrent_kernel
        )
        if wrong == "padding in the weights":
            d_x_t, d_h = d_x_t * m_t, np.where(m_t, d_h, arriving)
        elif wrong == "gradient doubled on real steps":
            d_h = d_h + arriving
        elif wrong not in ("mask not used", "gradient stopped by padding"):
            d_h = d_h + (1 - m_t) * arriving
        place = time - 1 - t if wrong == "gradients of the inputs in the order of the loop" else t
        d_x[:, place] = d_x_t
        keep = wrong != "= in place of +="
        sums = [keep * total + share for total, share in zip(sums, shares, strict=True)]
        if wrong == "first step left out" and t == 1:
            break
    if wrong == "last gradient of the state after the loop":
        d_h = arriving
    if wrong == "mean over the steps":
        sums = [total / time for total in sums]
    elif wrong == "mean over the batch":
        sums = [total / batch for total in sums]
    return dict(zip(("d_x", "d_h_0", *WEIGHTS), (d_x, d_h, *sums), strict=True))


WEIGHTS = ("d_kernel", "d_recurrent_kernel", "d_bias")
ALONE = tuple(f"{name}, without padding" for name in ("d_x", "d_h_0", *WEIGHTS))


def beside_alone(*arguments: Any, seen: Any, wrong: str) -> dict[str, Any]:
    """With padding there must be the same as without it: what the student's own function then gives."""
    *arguments, _ = arguments  # type: ignore[assignment]
    alone = sequence_backward(*arguments, seen={}, wrong="")
    right = sequence_backward(*arguments, seen={}, wrong=wrong)
    for name, beside in zip(alone, ALONE, strict=True):
        if not wrong:
            right[name] = follow(seen, beside, alone[name])
        right[beside] = alone[name]
    return right


def in_place(value: Any, d_outputs: Any, d_h_T: Any, x: Any, mask: Any, h_0: Any, *others: Any) -> Any:
    """Return what comes of the batch, and what comes of its sequences alone, put together like a batch."""
    padded, alone = value
    if not isinstance(padded, (tuple, list)) or len(padded) != 5:
        return padded
    try:
        d_x, d_h_0 = np.zeros(x.shape), np.zeros(h_0.shape)
        for row, found in zip(others[-1], alone, strict=True):
            d_x[row, mask[row]], d_h_0[row] = found[0][0], found[1][0]
        shares = [[np.asarray(found[k]) for found in alone] for k in (2, 3, 4)]
        return (*padded, d_x, d_h_0, *(np.stack(share).sum(axis=0) for share in shares))
    except Exception:  # a batch of one is the contract's matter
        return (*padded, *[None] * 5)


CHAIN = Idea(
    "bptt-chain",
    ("d_x", "d_h_0"),
    {
        "gradients of the outputs not added": "Each state has two ways into the loss. One of them is "
        "missing.",
        "next step not heard": "Each state has two ways into the loss. The one through the next step is "
        "missing.",
        "gradient of the last state not used": "Something arrives at the last state before any step has "
        "been gone back.",
        "last state's gradient at every step": "What arrives at the last state arrives there once, and goes "
        "on from there by itself.",
        "last output's gradient at every step": "Every output has its own gradient.",
        "forwards in time": "Which step's gradient is known first: the first one's or the last one's?",
        "gradients of the inputs in the order of the loop": "The loop runs from the end to the start, and "
        "the gradients of the inputs stand in that order.",
        "gradient doubled on real steps": "What arrives at a real step goes through the step. It does not "
        "also pass it by.",
        "first step left out": "The loop ends one step too early.",
        "last gradient of the state after the loop": "This is what arrived at the first state, and there is "
        "one more step back to the initial one.",
    },
)

UNPADDED = Task(
    function="rnn_sequence_backward",
    returns=("d_x", "d_h_0", *WEIGHTS),
    cases=lambda rng: sequence_cases(rng, toy_shares_backward, padded=False),
    reference=sequence_backward,
    ideas=(
        CHAIN,
        Idea(
            "bptt-weights",
            WEIGHTS,
            {
                "= in place of +=": "Only the share of one step is left. The steps use the same weights.",
                "mean over the steps": "The shares of the steps are averaged here. What does the sum over "
                "the uses say?",
                "mean over the batch": MEAN,
                "zeros for the initial state": "The first step too had a state before it, and it was not "
                "zero.",
                "state after for state before": "The step began with another state than the one that it "
                "ended with.",
                "state before for state after": "The step ended with another state than the one that it "
                "began with.",
                "last state before the first": "An index of −1 counts from the end. What stands before the "
                "first state?",
                "initial state at every step": "Only the first step began with the initial state.",
                "inputs and states in opposite orders": "An input meets the states of another step here.",
                "first step left out": "The share of the first step is missing. Where does the loop end?",
            },
        ),
    ),
)

PADDED = Task(
    function="rnn_sequence_backward",
    returns=("d_x", "d_h_0", *WEIGHTS, *ALONE),
    cases=lambda rng: [
        Case({**case.args, "order": rng.permutation(len(case.args["mask"]))}, case.sizes)
        for case in sequence_cases(rng, toy_step_backward, padded=True)
        if not case.edge
    ],
    reference=beside_alone,
    ideas=(
        Idea(
            "bptt-mask",
            ("d_x", "d_h_0", *WEIGHTS),
            {
                "mask not used": "Padded steps are treated as steps here. What did they do on the way "
                "forwards?",
                "gradient stopped by padding": "The gradient ends where it meets padding. On the way "
                "forwards the state was carried over such a step; what is the derivative of a copy?",
                "padding in the weights": "The state's gradient passes the padding as it should, but the "
                "weights still get something from padded steps.",
                "gradient doubled on real steps": "What arrives at a real step goes through the step. It "
                "does not also pass it by.",
                "outputs of padding not heard": "The output of a padded step is the carried state. If the "
                "loss looks at it, that counts.",
            },
        ),
    ),
    drive=padded_and_alone,
    digest=in_place,
)

CONTRACT = Task(
    function="rnn_sequence_backward",
    returns=("d_x", "d_h_0", *WEIGHTS),
    cases=lambda rng: sequence_cases(rng, toy_step_backward, padded=True),
    reference=sequence_backward,
    ideas=(Idea("bptt-contract"),),
)

SEQUENCE_BACKWARD = (UNPADDED, PADDED, CONTRACT)
