"""Tasks of assignment 04-lstm: a whole sequence, first without padding and then with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow, followed, tells
from lstm_course.checks.toys import lstm as toys


def sequence(
    x: Any,
    mask: Any,
    h_0: Any,
    c_0: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    step: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Take step after step; the final states are judged from the last output: the toy's h_t tells c_t."""
    steps = range(x.shape[1])
    h, c, outputs, states = h_0, c_0, [], [(h_0, c_0)]
    if wrong == "h_0 not used":
        h = np.zeros_like(h)
    if wrong == "c_0 not used":
        c = np.zeros_like(c)
    for t in reversed(steps) if wrong.startswith("read from the end") else steps:
        x_t = x[:, 0 if wrong == "the first input read at every step" else t]
        if wrong == "states exchanged between two steps":
            h, c = c, h
        h_t, c_t, _ = step(x_t, h, c, kernel, recurrent_kernel, bias)
        outputs.append(
            c_t if wrong == "cell states collected" else h if wrong == "states one step late" else h_t
        )
        h = h_0 if wrong == "hidden state not carried" else h_t
        c = c_0 if wrong == "cell state not carried" else c_t
        states.append((h_t, c_t))
    if wrong == "last step not taken":
        outputs[-1] = np.zeros_like(h)
    if wrong == "read from the end, outputs put back in order":
        outputs = outputs[::-1]
    shown = np.stack(outputs, axis=0 if wrong == "time in front of the batch" else 1)
    h_T, c_T = states[-1]
    if seen and not wrong:
        last = follow(seen, "outputs", shown)[:, -1]
        h_T, c_T = followed(seen, "h_T", h_T, last), followed(seen, "c_T", c_T, (1 - last) / 2)
    if wrong == "c_T is h_T once more":
        c_T = h_T
    if wrong == "h_T is c_T":
        h_T = c_T
    if wrong == "final states exchanged":
        h_T, c_T = c_T, h_T
    if wrong == "states after the first step":
        h_T, c_T = states[1]
    if wrong == "states before the last step":
        h_T, c_T = states[-2]
    if wrong == "initial states handed back":
        h_T, c_T = h_0, c_0
    if wrong == "all cell states in place of the last":
        c_T = np.stack([c for _, c in states[1:]], axis=1)
    return {"outputs": shown, "h_T": h_T, "c_T": c_T}


def draw(rng: np.random.Generator, masked: bool) -> list[Case]:
    """Draw sequences; with ``masked``, two steps of each row are padding, wherever it stands."""
    cases = arrays(
        rng,
        "BTDN",
        x="B T D",
        mask="B T",
        h_0="B N",
        c_0="B N",
        kernel="D 4N",
        recurrent_kernel="N 4N",
        bias="4N",
    )
    drawn: list[Case] = []
    for case in cases:
        if masked and case.edge:
            continue
        batch, time = case.args["mask"].shape
        leading = len(drawn) == 2
        mask = padding(rng, batch, time, leading) if masked else np.ones((batch, time), bool)
        drawn.append(Case({**case.args, "mask": mask, "step": toys.step}, case.sizes, case.edge))
    return drawn


def padding(rng: np.random.Generator, batch: int, time: int, leading: bool = False) -> Any:
    """Draw a mask with two masked steps in each row: the first step in every row, or in none."""
    mask = np.ones((batch, time), bool)
    if leading:
        mask[:, 0] = mask[-1, 1] = False
        for row in mask[:-1]:
            row[rng.integers(1, time)] = False
        return mask
    mask[0, [1, time - 1]] = False
    mask[1, -2:] = False
    for row in mask[2:]:
        row[1 + rng.choice(time - 1, 2, replace=False)] = False
    return mask


SEQUENCE = Task(
    function="lstm_sequence",
    returns=("outputs", "h_T", "c_T"),
    cases=lambda rng: draw(rng, masked=False),
    reference=sequence,
    ideas=(
        Idea(
            "sequence-outputs",
            ("outputs",),
            {
                "h_0 not used": "The sequence may go on from an earlier one. Where do its states come in?",
                "c_0 not used": "One of the two initial states is not used.",
                "hidden state not carried": "Every step starts from the same hidden state.",
                "cell state not carried": "Every step starts from the same cell state: the memory is "
                "emptied again and again.",
                "states exchanged between two steps": "Look at the order in which step takes the two "
                "states, and at the order in which it hands them back.",
                "cell states collected": "Which of the two states is shown to the rest of the network?",
                "states one step late": "The first output is the initial state here. At which moment of "
                "the step is the output noted?",
                "the first input read at every step": "The result does not change when the later inputs do.",
                "last step not taken": "The last output is zero. How often does the loop run?",
                "read from the end, outputs put back in order": "Time runs from the first step to the last.",
                "read from the end": "Time runs from the first step to the last.",
                "time in front of the batch": "The outputs should be batch first, like the sequences.",
            },
        ),
        Idea(
            "sequence-final",
            ("h_T", "c_T"),
            {
                "c_T is h_T once more": "The two final states are the same array here.",
                "h_T is c_T": "The two final states are the same array here.",
                "final states exchanged": "Both states are right. The docstring says which comes first.",
                "states after the first step": "Which axis is time, and which end of it is the last step?",
                "states before the last step": "These are the states that the last step started from.",
                "initial states handed back": "These are the states that were handed in.",
                "all cell states in place of the last": "Only the state after the last step is asked for.",
            },
        ),
        Idea("sequence-contract"),
    ),
)


def masked_sequence(
    x: Any,
    mask: Any,
    h_0: Any,
    c_0: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    step: Any,
    *,
    seen: Any,
    wrong: str,
) -> dict[str, Any]:
    """Read padded sequences; judged from what the student's function gives without the padding."""
    h, c = h_0, c_0
    outputs: list[Any] = []
    real = _counted(mask, wrong)
    for t in range(x.shape[1]):
        now = real[:, t, None]
        x_t = x[:, t] * now if wrong == "padding read as zeros" else x[:, t]
        h_t, c_t, _ = step(x_t, h, c, kernel, recurrent_kernel, bias)
        carried_h, carried_c = h, c
        if wrong == "states set to zero at padding":
            carried_h, carried_c = np.zeros_like(h), np.zeros_like(c)
        if wrong == "states set back to the initial ones at padding":
            carried_h, carried_c = h_0, c_0
        if wrong in ("cell state not carried over padding", "padding read as zeros"):
            carried_c = c_t
        if wrong in ("hidden state not carried over padding", "padding read as zeros"):
            carried_h = h_t
        h, c = np.where(now, h_t, carried_h), np.where(now, c_t, carried_c)
        shown = h
        if wrong == "outputs of padding set to zero":
            shown = h * now
        if wrong == "states carried, outputs not":
            shown = h_t
        if wrong == "padding at the start shows zeros":
            shown = np.where(mask[:, : t + 1].any(axis=1, keepdims=True), h, 0)
        outputs.append(shown)
    stacked = np.stack(outputs, axis=1)
    own = array_of(seen.get("outputs_bare"))
    # Where every output is the initial state, the loop always carries: that is no mask.
    if not wrong and tells(own, stacked) and not np.allclose(own, h_0[:, None]):
        latest = toys.latest(mask)[:, :, None]
        carried = np.take_along_axis(own, np.maximum(latest, 0), axis=1)
        carried = np.where(latest < 0, h_0[:, None], carried)
        return {"outputs": carried, "h_T": seen["h_T_bare"], "c_T": seen["c_T_bare"]}
    return {"outputs": stacked, "h_T": h, "c_T": c}


def _counted(mask: Any, wrong: str) -> Any:
    """Return which steps a mistake takes to be real."""
    if wrong == "mask not used":
        return np.ones_like(mask)
    if wrong == "mask the wrong way round":
        return ~mask
    if wrong == "nothing read after the first gap":
        return np.logical_and.accumulate(mask, axis=1)
    if wrong == "gaps read, padding at the end not":
        return np.logical_or.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
    if wrong == "a step skipped for all where one row has padding":
        return np.repeat(mask.all(axis=0, keepdims=True), len(mask), axis=0)
    if wrong == "a step taken by all where one row has a token":
        return np.repeat(mask.any(axis=0, keepdims=True), len(mask), axis=0)
    if wrong == "tokens counted, and taken to stand in front":
        return np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)
    if wrong == "the mask of the first row used for all":
        return np.repeat(mask[:1], len(mask), axis=0)
    return mask


MASKED_SEQUENCE = Task(
    function="lstm_sequence",
    returns=("outputs", "h_T", "c_T", "bare{outputs_bare h_T_bare c_T_bare}"),
    cases=lambda rng: draw(rng, masked=True),
    reference=masked_sequence,
    drive=toys.padded_and_bare,
    ideas=(
        Idea(
            "sequence-mask",
            ("outputs", "h_T", "c_T"),
            {
                "mask not used": "The result depends on what stands in the padding.",
                "outputs of padding set to zero": "The states are right. At padding the cell goes on "
                "showing what it showed.",
                "states set to zero at padding": "A masked step does not happen; it does not empty the cell.",
                "states set back to the initial ones at padding": "What was read before the gap is lost.",
                "cell state not carried over padding": "There are two states, and the mask holds for both.",
                "hidden state not carried over padding": "There are two states, and the mask holds for both.",
                "states carried, outputs not": "The states are right. Which hidden state belongs in the "
                "outputs at padding?",
                "padding at the start shows zeros": "A row may begin with padding. What is its hidden "
                "state before its first token?",
                "padding read as zeros": "An input of zeros is an input: the bias and the state still act.",
                "mask the wrong way round": "True means a token, false means padding.",
                "nothing read after the first gap": "A row may go on after a gap, and all of that counts.",
                "tokens counted, and taken to stand in front": "Padding may stand anywhere in a row.",
                "gaps read, padding at the end not": "The mask can be false in the middle of a row too.",
                "a step skipped for all where one row has padding": "Each row of the batch has its own mask.",
                "a step taken by all where one row has a token": "Each row of the batch has its own mask.",
                "the mask of the first row used for all": "Each row of the batch has its own mask.",
            },
        ),
    ),
)
