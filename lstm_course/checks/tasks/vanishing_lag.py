"""Task of assignment 03-vanishing: the gradient that goes back, lag by lag."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, tells


def lag_cases(rng: np.random.Generator) -> list[Case]:
    """Draw states in (-1, 1) and a gradient at the end."""
    drawn = arrays(rng, "BTN", 0.8, d_h_last="B N", h="B T N", recurrent_kernel="N N")
    return [
        Case({name: np.tanh(a) if name == "h" else a for name, a in case.args.items()}, case.sizes, case.edge)
        for case in drawn
    ]


def by_lag(d_h_last: Any, h: Any, recurrent_kernel: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """d_h_{t-1} = (d_h_t * (1 - h_t^2)) U^T, and the length of each, sequence by sequence."""
    time = h.shape[1]
    back = recurrent_kernel if wrong == "recurrent kernel not transposed" else recurrent_kernel.T
    d_h = [d_h_last]
    for k in range(time - 1 if wrong == "step back to the initial state left out" else time):
        t = time - 1 - k
        if wrong == "states read from the front":
            t = k
        if wrong == "state of one step before":
            t = time - 2 - k
        slope = 1 - h[:, t] ** 2
        if wrong == "slope left out":
            slope = np.ones_like(slope)
        if wrong == "square left out":
            slope = 1 - h[:, t]
        if wrong == "tanh applied to a state":
            slope = 1 - np.tanh(h[:, t]) ** 2
        new = (d_h[-1] @ back) * slope if wrong == "slope after the kernel" else (d_h[-1] * slope) @ back
        if wrong == "gradient added again":
            new = new + d_h_last
        d_h.append(new)
    if wrong == "in the order of time":
        d_h = d_h[::-1]
    found = np.stack(d_h, axis=0 if wrong == "lag on the first axis" else 1)
    own = array_of(seen.get("d_h"))
    own = own.astype(float) if tells(own, found) else found
    squares, axis = own**2, -1
    if wrong == "sum over the batch":
        axis = 0
    lengths = np.sqrt(squares.sum(axis=axis))
    if wrong == "root left out":
        lengths = squares.sum(axis=-1)
    if wrong == "mean in place of sum":
        lengths = np.sqrt(squares.mean(axis=-1))
    if wrong == "absolute values added":
        lengths = np.abs(own).sum(axis=-1)
    if wrong == "largest entry":
        lengths = np.abs(own).max(axis=-1)
    if wrong == "one length for the whole batch":
        lengths = np.sqrt(squares.sum(axis=(0, 2)))
    if wrong == "batch averaged":
        lengths = lengths.mean(axis=0)
    return {"d_h": found, "lengths": lengths}


LAG = Task(
    function="gradient_by_lag",
    returns=("d_h", "lengths"),
    cases=lag_cases,
    reference=by_lag,
    ideas=(
        Idea(
            "lag-gradient",
            ("d_h",),
            {
                "recurrent kernel not transposed": "Backwards, the kernel's second index is summed over. "
                "The kernel is square, so no shape warns you.",
                "slope left out": "On its way to the state before, the gradient passes through tanh.",
                "square left out": "What is the slope of tanh, written through its value? It never exceeds "
                "1.",
                "tanh applied to a state": "The states have been through tanh already, and the slope can be "
                "written through their values.",
                "slope after the kernel": "Going back, which comes first: the tanh that made the state, or "
                "the kernel that stands inside it?",
                "states read from the front": "The first step back starts at the last state. In which order "
                "does your loop take the states?",
                "state of one step before": "To go back over step t you need the slope of the state that "
                "this step has made.",
                "gradient added again": "Only the last step has a loss here; at all others nothing is added.",
                "step back to the initial state left out": "A sequence of five steps has a sixth state, the "
                "one before the first step. The gradient reaches it too.",
                "lag on the first axis": "The batch comes first in every array of this book.",
                "in the order of time": "The second axis is the lag: the gradient that was put in comes "
                "first and the one at the start of the sequence last.",
            },
        ),
        Idea(
            "lag-lengths",
            ("lengths",),
            {
                "root left out": "These are the squares of the lengths that were asked for.",
                "mean in place of sum": "The length of a vector does not shrink when it is written with "
                "more units of the same total.",
                "absolute values added": "That is the way along the axes of a grid. The length is the "
                "straight line.",
                "largest entry": "All the units contribute to the length of a vector.",
                "sum over the batch": "The vector whose length you want runs along the units.",
                "one length for the whole batch": "Every sequence has a length of its own, in a row of its "
                "own.",
                "batch averaged": "Every sequence has a length of its own, in a row of its own.",
            },
        ),
        Idea("lag-contract"),
    ),
)
