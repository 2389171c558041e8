"""Tasks of assignment 07-language-model: from scores to probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of, difference
from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task, follow
from lstm_course.checks.toys.language_model import softmax_runs


def softmax_cases(rng: np.random.Generator) -> list[Case]:
    """Batches of sequences, and a single row."""
    cases = arrays(rng, "BTV", 2.0, logits="B T V")
    cases.append(Case({"logits": rng.standard_normal(6)}, "a single row of 6 logits", edge=True))
    return [
        Case({**case.args, "order": rng.permutation(case.args["logits"].shape[-1])}, case.sizes, case.edge)
        for case in cases
    ]


def softmax(logits: Any, order: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the probabilities of five sets of logits, equal whatever is added to a row."""
    runs = softmax_runs(np.array, logits, order)
    p, *shifted, wide = (_softmax(run, wrong) for run in runs)
    if wrong not in UNSTABLE or wrong == OTHER:  # then a shift of a row changes nothing, even if p is wrong
        shifted = [follow(seen, "p", _softmax(logits, ""))[..., order]] * 3
    own = array_of(seen.get("p_wide"))
    if own.dtype.kind == "f" and own.size == wide.size:
        own, p_is_wrong = own.reshape(wide.shape), difference("p", _softmax(logits, ""), seen["p"], 1e-4)
        failed = ~(own < np.inf).all(axis=-1, keepdims=True)  # a logarithm of zero is no failure of a row
        if wrong == OTHER and failed.any():  # which number was subtracted shows in nothing but where it fails
            wide = np.where(failed, own, _softmax(runs[-1], ""))
        if not wrong and p_is_wrong and not failed.any():
            wide = own  # what another function than the softmax makes of such logits, nobody knows
    return dict(zip(SOFTMAX.returns, (p, *shifted, wide), strict=True))


def _softmax(a: Any, wrong: str) -> Any:
    """e^a / sum of e^a along the last axis."""
    axis: Any = -1
    if wrong == "sum over everything":
        axis = None
    if wrong in ("sum over the first axis", "sum over the steps"):
        axis = 0 if wrong == "sum over the first axis" or a.ndim < 2 else -2
    shift = a.max(axis=axis, keepdims=True)
    if wrong == "no maximum subtracted":
        shift = 0.0
    if wrong == "one maximum for all rows":
        shift = a.max()
    if wrong == "absolute value of the logits subtracted":
        shift = np.abs(a).max(axis=-1, keepdims=True)
    if wrong == OTHER:
        shift = a.min(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):
        powers = np.exp(a - shift)
        if wrong == "logits clipped":
            powers = np.exp(np.clip(a, -500, 500))
        if wrong == "logarithm of the probabilities":
            return a - shift - np.log(powers.sum(axis=axis, keepdims=True))
        if wrong == "sigmoid in place of softmax":
            return 1 / (1 + np.exp(-a))
        if wrong == "exponential left out":
            return a / a.sum(axis=axis, keepdims=True)
        if wrong == "not divided by the sum":
            return np.exp(a)
        if wrong == "maximum subtracted but not divided by the sum":
            return powers
        if wrong == "divided by the largest":
            return powers / powers.max(axis=axis, keepdims=True) / a.shape[-1]
        return powers / powers.sum(axis=axis, keepdims=True)


OTHER = "another number than the largest subtracted"
UNSTABLE = {
    "no maximum subtracted": "An exponential of 800 is larger than any float, and one of −800 is zero. "
    "Which number may you subtract from a row without changing its probabilities?",
    "one maximum for all rows": "Where one row is much larger than another, the other's exponentials are "
    "all zero. Each row has a largest logit of its own.",
    "logits clipped": "Clipping makes unequal logits equal, so the probabilities change. A shift of the "
    "whole row does not change them.",
    "absolute value of the logits subtracted": "With large positive logits this works, with large negative "
    "ones all exponentials are zero. Which of the logits should become 0?",
    OTHER: "Where the logits of one row lie far apart, the exponential of the largest is still more than a "
    "float can hold. Which number, subtracted from a row, makes sure that none of them is above 1?",
}

SOFTMAX = Task(
    function="softmax",
    returns=("p", "p_large", "p_small", "p_mixed", "p_wide"),
    cases=softmax_cases,
    reference=softmax,
    drive=softmax_runs,
    ideas=(
        Idea(
            "softmax-value",
            ("p",),
            {
                "sum over everything": "All the numbers together sum to 1. Each row, over the vocabulary, "
                "should.",
                "sum over the first axis": "Add up the probabilities of one step of one sequence: they do "
                "not sum to 1. Which axis is the vocabulary?",
                "sum over the steps": "Add up the probabilities of one step of one sequence: they do not "
                "sum to 1. Which axis is the vocabulary?",
                "not divided by the sum": "The numbers are positive, but a row does not sum to 1.",
                "maximum subtracted but not divided by the sum": "The largest number of each row is 1, so "
                "the row sums to more than that.",
                "divided by the largest": "A row should sum to 1. Which number has to stand below the line?",
                "exponential left out": "A negative logit is allowed, a negative probability is not.",
                "sigmoid in place of softmax": "Each logit has been squashed by itself. The characters "
                "compete for one probability that is shared among them.",
                "logarithm of the probabilities": "These are logarithms; the probabilities themselves are "
                "asked for.",
            },
        ),
        Idea("softmax-stable", ("p_large", "p_small", "p_mixed", "p_wide"), UNSTABLE),
        Idea("softmax-contract"),
    ),
)
