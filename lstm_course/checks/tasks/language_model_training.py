"""Tasks of assignment 07-language-model: training on chunks, by truncated backpropagation."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.language_model import training_runs


def training_cases(rng: np.random.Generator) -> list[Case]:
    """Chunks of a text, a state that is not zero, and some weights."""
    cases = []
    for number, batch, steps in ((4, 3, 5), (5, 2, 3), (3, 4, 4), (1, 3, 2), (3, 1, 4), (4, 2, 1)):
        args = {
            "inputs": rng.integers(0, 9, (number, batch, steps)),
            "targets": rng.integers(0, 9, (number, batch, steps)),
            "state": rng.standard_normal((batch, 2)) + 1,
            "weights": rng.standard_normal(6),
        }
        text = f"{number} chunk{'s' * (number > 1)}, batch {batch}, time {steps}"
        cases.append(Case(args, text, 1 in (number, batch, steps)))
    return cases


def train_chunks(
    inputs: Any, targets: Any, state: Any, weights: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Two runs of the loop: one shows what becomes of the state, one what becomes of the weights."""

    def train(*args: Any) -> Any:
        return _train(*args, wrong=wrong)

    names = ("losses", "state", "weights", "came_in")
    runs = training_runs(train, inputs, targets, state, weights)
    return dict(zip(names, heard(runs, inputs, targets), strict=True))


def heard(value: Any, inputs: Any, targets: Any, *others: Any) -> Any:
    """Sum up what came into each chunk from behind it; not a number where it was no chunk of these."""
    losses, last, learnt, came_in = value
    chunks = [*inputs, *targets]
    sums = [
        float(0.0 if d_state is None else np.abs(d_state).sum())
        if any(np.array_equal(read, chunk) for chunk in chunks)
        else np.nan
        for read, d_state in came_in
    ]
    return losses, last, learnt, np.array(sums)


def _train(
    inputs: Any,
    targets: Any,
    state: Any,
    weights: Any,
    forward: Any,
    backward: Any,
    update: Any,
    *,
    wrong: str,
) -> Any:
    """Forward from the state of the chunk before, backward with nothing from behind, update; and so on."""
    losses, first_state, first_weights, d_state, gradients = [], state, weights, None, []
    before = state
    if wrong == "chunks read backwards":
        inputs, targets = inputs[::-1], targets[::-1]
    if wrong == "inputs and targets exchanged":
        inputs, targets = targets, inputs
    if wrong == "the last chunk left out":
        inputs, targets = inputs[:-1], targets[:-1]
    for k, (x, y) in enumerate(zip(inputs, targets, strict=True)):
        entry = state
        if wrong == "every chunk begun from the first state":
            entry = first_state
        if wrong == "every chunk begun from zeros" or (
            wrong == "zeros in place of the given state" and k == 0
        ):
            entry = np.zeros_like(state)
        if wrong == "state of two chunks before":
            entry, before = before, state
        read_with = first_weights if wrong == "every chunk read with the first weights" else weights
        loss, state, cache = forward(x, y, entry, read_with)
        losses.append(loss)
        handed = {
            "gradient handed on to the next chunk": d_state,
            "state handed over in place of a gradient": state,
            "state of the chunk's beginning handed over": entry,
            "loss handed over in place of a gradient": loss,
            "ones handed over": np.ones_like(state),
        }.get(wrong)
        gradient, d_state = backward(cache, handed)
        gradients.append(gradient)
        if wrong == "gradients added up from chunk to chunk":
            gradient = sum(gradients)
        if wrong == "every update made to the first weights":
            weights = first_weights
        if wrong in ("result of the update lost", "one update after the last chunk"):
            continue
        if not (wrong == "last chunk not learnt from" and k == len(inputs) - 1):
            weights = update(weights, gradient)
        if wrong == "updated twice":
            weights = update(weights, gradient)
    if wrong == "one update after the last chunk":
        weights = update(weights, sum(gradients))
    if wrong == "the first state returned":
        state = first_state
    if wrong == "losses added up":
        losses = list(np.cumsum(losses))
    found = np.mean(losses) if wrong == "mean of the losses" else np.array(losses)
    return found, state, weights


TRAINING = Task(
    function="train_chunks",
    returns=("losses", "state", "weights", "came_in"),
    cases=training_cases,
    reference=train_chunks,
    drive=training_runs,
    digest=heard,
    may_share=True,
    ideas=(
        Idea(
            "train-carry",
            ("losses", "state"),
            {
                "every chunk begun from the first state": "Each chunk after the first goes on in the middle "
                "of a text. What does the network know when it gets there?",
                "every chunk begun from zeros": "The network forgets its stream at each border between "
                "chunks.",
                "zeros in place of the given state": "The first chunk begins from the state that is handed "
                "in, which need not be zeros.",
                "state of two chunks before": "The state that comes out of a chunk belongs to the very next "
                "one.",
                "the first state returned": "The losses are right. What comes back should be the state "
                "after the last chunk, so that somebody can go on from it.",
                "chunks read backwards": "The first chunk of the array is the first one of the text.",
                "inputs and targets exchanged": "Which of the two does forward read, and which does it "
                "compare with?",
                "the last chunk left out": "There is one loss for each chunk.",
                "mean of the losses": "The course of the losses is asked for, one number for each chunk.",
                "losses added up": "Each loss belongs to its own chunk alone.",
            },
        ),
        Idea(
            "train-update",
            ("weights",),
            {
                "result of the update lost": "The weights come out as they went in. What does update do "
                "with its result?",
                "every chunk read with the first weights": "After an update the model has changed, and the "
                "next chunk should be read by the changed model.",
                "every update made to the first weights": "Each update begins again from the first weights, "
                "so only the last one is left of them all.",
                "one update after the last chunk": "There is to be an update after each chunk, before the "
                "next one is read.",
                "gradients added up from chunk to chunk": "Each update uses the gradient of its own chunk, "
                "and the earlier ones have been used already.",
                "last chunk not learnt from": "The last chunk has a gradient too.",
                "updated twice": "There is one update for each chunk; here there are two.",
                "chunks read backwards": "The first chunk of the array is the first one of the text.",
                "inputs and targets exchanged": "Which of the two does forward read, and which does it "
                "compare with?",
            },
        ),
        Idea(
            "train-cut",
            ("came_in",),
            {
                "gradient handed on to the next chunk": "This gradient belongs to the chunk before, which "
                "is over. What comes into a chunk's backward pass from behind it, if the gradient is "
                "truncated?",
                "state handed over in place of a gradient": "A state runs forwards. What goes into backward "
                "is a derivative of the loss by the state at the chunk's end.",
                "state of the chunk's beginning handed over": "A state runs forwards. What goes into "
                "backward is a derivative of the loss by the state at the chunk's end.",
                "loss handed over in place of a gradient": "What goes into backward is a derivative by the "
                "state at the chunk's end. The losses within the chunk are in the cache already.",
                "ones handed over": "With ones, every chunk is told that a smaller state would have been "
                "better. What do the steps behind the chunk say, if the gradient is truncated?",
            },
        ),
        Idea("train-contract"),
    ),
)
