"""Tasks of assignment 05-keras: planted bugs 5 to 7, two directions, gradients and the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.keras_layers_cell import PLANTED


def both_directions(forward: Any, backward: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Lay both outputs side by side, in the order of time."""
    turned = backward[:, ::-1]
    if wrong in (PLANTED, "the forward outputs turned round"):
        turned = backward
    if wrong == "the rows of the batch turned round":
        turned = backward[::-1]
    if wrong == "the units turned round":
        turned = backward[:, :, ::-1]
    if wrong == "the units turned round too":
        turned = backward[:, ::-1, ::-1]
    if wrong in ("the forward outputs turned round", "both turned round"):
        forward = forward[:, ::-1]
    if wrong == "the backward outputs first":
        forward, turned = turned, forward
    if wrong == "added in place of joined":
        return {"outputs": forward + turned}
    return {"outputs": np.concatenate([forward, turned], axis=1 if wrong == "joined along time" else 2)}


DIRECTIONS = Task(
    function="both_directions",
    returns=("outputs",),
    cases=lambda rng: arrays(rng, "BTN", forward="B T N", backward="B T N"),
    reference=both_directions,
    ideas=(
        Idea(
            "bug-directions",
            ("outputs",),
            {
                PLANTED: "What has the backward layer read when it returns its first output, and what has "
                "the forward layer read then?",
                "the rows of the batch turned round": "The outputs of one sequence stand beside those of "
                "another. Which axis is time?",
                "the units turned round": "The units of the backward layer have changed places, and its "
                "steps have not.",
                "the units turned round too": "The steps are in order, but the units of the backward layer "
                "have changed places as well.",
                "the forward outputs turned round": "Both halves are now in the order in which the "
                "backward layer reads. The result should be in the order of time.",
                "both turned round": "The forward layer's outputs were in the order of time already.",
                "the backward outputs first": "The halves are right and have changed places.",
                "added in place of joined": "Keras can add the two as well, but joining them is its "
                "default, and asked for here.",
                "joined along time": "The result is twice as long, and should be twice as wide.",
            },
        ),
    ),
)


def weight_gradients(x: Any, h_before: Any, d_z: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Add up over steps and rows: equation (6) of the backward pass."""
    steps = list(range(x.shape[1]))
    if wrong == "the first step left out":
        steps = steps[1:]
    if wrong == "the last step left out":
        steps = steps[:-1]
    own = {PLANTED: [0], "only the last step counts for the kernel": [x.shape[1] - 1]}.get(wrong, steps)
    if wrong == "the states taken one step earlier":
        h_before = np.concatenate([np.zeros_like(h_before[:, :1]), h_before[:, :-1]], axis=1)
    d_kernel = sum(x[:, t].T @ d_z[:, t] for t in own)
    d_recurrent_kernel = sum(h_before[:, t].T @ d_z[:, t] for t in steps)
    d_bias = sum(d_z[:, t].sum(axis=0) for t in steps)
    share = {"the mean over the steps": x.shape[1], "the mean over the batch": len(x)}.get(wrong, 1)
    if wrong == "only the kernel divided by the number of steps":
        d_kernel = d_kernel / x.shape[1]
    return {
        "d_kernel": d_kernel / share,
        "d_recurrent_kernel": d_recurrent_kernel / share,
        "d_bias": d_bias / share,
    }


GRADIENTS = Task(
    function="weight_gradients",
    returns=("d_kernel", "d_recurrent_kernel", "d_bias"),
    cases=lambda rng: arrays(rng, "BTDN", x="B T D", h_before="B T N", d_z="B T 4N"),
    reference=weight_gradients,
    ideas=(
        Idea(
            "bug-gradient",
            ("d_kernel", "d_recurrent_kernel", "d_bias"),
            {
                PLANTED: "One of the three gradients holds the share of a single step. Compare the three "
                "lines of the loop, sign by sign.",
                "only the last step counts for the kernel": "The loop runs the other way now, and one "
                "gradient still holds the share of a single step.",
                "the mean over the steps": "The weights are used at every step, and what the steps say "
                "about them adds up.",
                "the mean over the batch": "Whether a loss is a mean is decided where the loss is "
                "computed. Here everything adds up.",
                "only the kernel divided by the number of steps": "One of the three has another size than "
                "the other two. None of them is a mean.",
                "the first step left out": "All steps take part, the first one included.",
                "the last step left out": "All steps take part, the last one included.",
                "the states taken one step earlier": "The states that come in are those before each step "
                "already.",
            },
        ),
        Idea("bug-gradient-contract"),
    ),
)


def crossentropy(labels: Any, p: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Compute equations (2) and (3) of the chapter on classes, from probabilities."""
    one_hot = np.eye(p.shape[1])[labels]
    again = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)
    for_loss = again if wrong in (PLANTED, "only the gradient repaired") else p
    for_gradient = again if wrong in (PLANTED, "only the loss repaired") else p
    losses = -np.log((for_loss * one_hot).sum(axis=1))
    d_logits = (for_gradient - one_hot) / len(p)
    if wrong == "the gradient not divided by the batch":
        d_logits = d_logits * len(p)
    if wrong == "the sum over the batch":
        return {"loss": losses.sum(), "d_logits": d_logits * len(p)}
    if wrong == "the gradient with respect to the probabilities":
        d_logits = -one_hot / p / len(p)
    if wrong == "a logarithm to base 2":
        losses = losses / np.log(2)
    if wrong == "the sign of the loss":
        losses = -losses
    return {"loss": losses.mean(), "d_logits": d_logits}


def classified(rng: np.random.Generator) -> list[Case]:
    """Draw probabilities and labels."""
    cases = []
    for case in arrays(rng, "BV", 2.0, logits="B V"):
        e = np.exp(case.args["logits"])
        p = e / e.sum(axis=1, keepdims=True)
        labels = rng.permutation(p.shape[1])[: len(p)]
        sizes = f"batch {p.shape[0]}, classes {p.shape[1]}"
        cases.append(Case({"labels": labels, "p": p}, sizes, case.edge))
    return cases


LOSS = Task(
    function="crossentropy",
    returns=("loss", "d_logits"),
    cases=classified,
    reference=crossentropy,
    ideas=(
        Idea(
            "bug-loss",
            ("loss", "d_logits"),
            {
                PLANTED: "With a probability of 1 for the truth the loss should be 0. What is it here, and "
                "what happens to the probabilities on the way?",
                "only the loss repaired": "The loss is right, and the gradient still belongs to another one.",
                "only the gradient repaired": "The gradient is right, and the loss still belongs to "
                "another one.",
                "the gradient not divided by the batch": "The loss is a mean over the batch, and so its "
                "gradient has the share of each row in it.",
                "the sum over the batch": "Loss and gradient grow with the size of the batch. The mean is "
                "asked for.",
                "the gradient with respect to the probabilities": "The gradient is asked for where the "
                "logits are, one layer further down.",
                "a logarithm to base 2": "The loss is in bits, and nats are asked for.",
                "the sign of the loss": "The logarithm of a probability is negative, and a loss is not.",
            },
        ),
    ),
)
