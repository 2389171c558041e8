"""Tasks of assignment 05-keras: planted bugs 3 and 4, the mask and the last output."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.keras_layers_cell import PLANTED


def carry_states(
    h_new: Any, c_new: Any, h_prev: Any, c_prev: Any, mask_t: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Carry both states over a masked step: equation (3) of the chapter on text."""
    token = mask_t if wrong == "the mask laid along the units" else mask_t[:, None]
    token = ~token if wrong == "the mask turned inside out" else token
    h_t, c_t = np.where(token, h_new, h_prev), np.where(token, c_new, c_prev)
    if wrong in (PLANTED, "only the cell state carried"):
        h_t = np.where(token, h_new, 0)
    if wrong in (PLANTED, "only the hidden state carried"):
        c_t = np.where(token, c_new, 0)
    if wrong == "the old states added everywhere":
        h_t, c_t = token * h_new + h_prev, token * c_new + c_prev
    if wrong == "the mask not used":
        h_t, c_t = h_new, c_new
    if wrong == "the two states mixed up":
        h_t, c_t = np.where(token, h_new, c_prev), np.where(token, c_new, h_prev)
    return {"h_t": h_t, "c_t": c_t}


def masked_steps(rng: np.random.Generator) -> list[Case]:
    """Draw states, and masks with both values in them."""
    cases = []
    for case in arrays(rng, "BN", h_new="B N", c_new="B N", h_prev="B N", c_prev="B N"):
        mask = np.arange(len(case.args["h_new"])) % 2 == rng.integers(2)
        cases.append(Case({**case.args, "mask_t": mask}, case.sizes, case.edge))
    return cases


MASK = Task(
    function="carry_states",
    returns=("h_t", "c_t"),
    cases=masked_steps,
    reference=carry_states,
    may_share=True,
    ideas=(
        Idea(
            "bug-mask",
            ("h_t", "c_t"),
            {
                PLANTED: "At a masked step nothing happens. Is a memory that has been set to zero one to "
                "which nothing has happened?",
                "only the hidden state carried": "One of the two states comes through padding unharmed, "
                "the other is still wiped out.",
                "only the cell state carried": "One of the two states comes through padding unharmed, the "
                "other is still wiped out.",
                "the mask turned inside out": "Tokens are skipped and padding is read. What does true "
                "stand for?",
                "the old states added everywhere": "The old states also appear in rows where the step is a "
                "token. There the new ones have replaced them already.",
                "the mask not used": "The new states are returned in every row, padding or not.",
                "the two states mixed up": "A masked row returns a state of the other kind.",
                "the mask laid along the units": "The mask has one entry for each row of the batch. Which "
                "axis does it meet when it is laid against an array of two axes?",
            },
        ),
        Idea("bug-mask-contract"),
    ),
)


def last_outputs(outputs: Any, mask: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the output at each row's last true entry of the mask."""
    rows, time = mask.shape
    last = np.array([np.flatnonzero(row)[-1] for row in mask])
    if wrong == PLANTED:
        last = np.full(rows, time - 1)
    if wrong == "padding supposed on the right":
        last = mask.sum(axis=1) - 1
    if wrong == "padding supposed on the right, and one step too late":
        last = np.minimum(mask.sum(axis=1), time - 1)
    if wrong == "the first token in the place of the last":
        last = mask.argmax(axis=1)
    if wrong == "the last token of the longest row, for every row":
        last = np.full(rows, last.max())
    if wrong == "the last token of the first row, for every row":
        last = np.full(rows, last[0])
    if wrong == "one step too early":
        last = last - 1
    if wrong == "the mean over the tokens":
        return {"last": np.stack([o[m].mean(axis=0) for o, m in zip(outputs, mask, strict=True)])}
    if wrong == "the largest value over the tokens":
        return {"last": np.stack([o[m].max(axis=0) for o, m in zip(outputs, mask, strict=True)])}
    return {"last": outputs[np.arange(rows), last]}


def padded_outputs(rng: np.random.Generator) -> list[Case]:
    """Draw outputs, and masks with padding on every side."""
    masks = (
        ("0110110", "1110000", "0000111", "1111110"),
        ("11100", "01100", "00111"),
        ("011100", "110000", "000110", "101100", "001000"),
        ("1",),
        ("1", "1", "1"),
        ("1111", "1111"),
        ("00100",),
    )
    cases = []
    for number, rows in enumerate(masks):
        mask = np.array([[letter == "1" for letter in row] for row in rows])
        units = 1 if number in (3, 6) else 2
        outputs = rng.standard_normal((*mask.shape, units))
        sizes = f"batch {mask.shape[0]}, time {mask.shape[1]}, units {units}"
        cases.append(Case({"outputs": outputs, "mask": mask}, sizes, number >= 3))
    return cases


LAST = Task(
    function="last_outputs",
    returns=("last",),
    cases=padded_outputs,
    reference=last_outputs,
    may_share=True,
    ideas=(
        Idea(
            "bug-last",
            ("last",),
            {
                PLANTED: "The last column is the last token only of rows that are not padded on the right. "
                "The mask is not used at all.",
                "padding supposed on the right": "Counting the tokens gives the place of the last one only "
                "if nothing is missing before it.",
                "padding supposed on the right, and one step too late": "Counting the tokens points behind "
                "the last one, and it works only if nothing is missing before it.",
                "the first token in the place of the last": "The place that was found is where the tokens "
                "begin.",
                "the last token of the longest row, for every row": "Every row has a last token of its "
                "own, and one column was taken for all.",
                "the last token of the first row, for every row": "Every row has a last token of its own, "
                "and one column was taken for all.",
                "one step too early": "The output before the last one is returned. Places are counted from "
                "0.",
                "the mean over the tokens": "A mean is a summary too, and another one than was asked for.",
                "the largest value over the tokens": "What is asked for is the output at one place, not "
                "the largest over all places.",
            },
        ),
        Idea("bug-last-contract"),
    ),
)
