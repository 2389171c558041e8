"""Tasks of assignment 07-language-model: the cross-entropy and its derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def loss_cases(rng: np.random.Generator) -> list[Case]:
    """Probabilities, and the character that really came."""
    cases = []
    for case in arrays(rng, "BTV", 1.2, p="B T V"):
        p = np.exp(case.args["p"])
        p /= p.sum(axis=-1, keepdims=True)
        cases.append(
            Case({"p": p, "targets": rng.integers(0, p.shape[-1], p.shape[:-1])}, case.sizes, case.edge)
        )
    return cases


def cross_entropy(p: Any, targets: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the mean of −log p(target), and (p − y) / (batch · time)."""
    y = np.eye(p.shape[-1])[targets]
    paid = (p * y).sum(axis=-1)
    loss = {
        "sum in place of the mean": -np.log(paid).sum(),
        "sum over the steps": -np.log(paid).sum(axis=1).mean(),
        "sum over the batch": -np.log(paid).sum(axis=0).mean(),
        "mean over the vocabulary as well": -np.log(paid).mean() / p.shape[-1],
        "sign turned round": np.log(paid).mean(),
        "bits in place of nats": -np.log2(paid).mean(),
        "logarithm of the mean": -np.log(paid.mean()),
        "logarithm left out": 1 - paid.mean(),
        "entropy of the model": -(p * np.log(p)).sum(axis=-1).mean(),
        "cross-entropy of yes or no": -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=-1).mean(),
    }.get(wrong, -np.log(paid).mean())
    number = targets.size
    gradient = {
        "not divided by the number of steps": p - y,
        "divided by the batch only": (p - y) / len(p),
        "divided by the steps of one sequence": (p - y) / p.shape[1],
        "divided by the size of the logits": (p - y) / p.size,
        "gradient's sign turned round": (y - p) / number,
        "target not subtracted": p / number,
        "gradient of the target's logit only": (p - y) * y / number,
        "gradient with respect to the probabilities": -y / p / number,
        "slope of the softmax taken twice": (p - y) * p * (1 - p) / number,
    }.get(wrong, (p - y) / number)
    return {"loss": loss, "d_logits": gradient}


CROSS_ENTROPY = Task(
    function="cross_entropy",
    returns=("loss", "d_logits"),
    cases=loss_cases,
    reference=cross_entropy,
    ideas=(
        Idea(
            "loss-value",
            ("loss",),
            {
                "sum in place of the mean": "A longer text would cost more. The loss is meant per character.",
                "sum over the steps": "The loss grows with the length of the chunk. It is meant per "
                "character.",
                "sum over the batch": "The loss grows with the number of streams. It is meant per character.",
                "mean over the vocabulary as well": "Each step pays once, for one character, so the number "
                "of steps is what to divide by.",
                "sign turned round": "The loss is negative here, but a logarithm of a probability is never "
                "positive.",
                "bits in place of nats": "The notation page gives losses in nats, and the natural logarithm "
                "gives nats.",
                "logarithm of the mean": "Take the logarithm of each probability first and the mean "
                "afterwards: the two cannot be exchanged.",
                "logarithm left out": "The probability of a text is a product. What turns a product into a "
                "sum?",
                "entropy of the model": "That is how uncertain the model is in its own view. The targets "
                "have no influence on it.",
                "cross-entropy of yes or no": "The characters that did not come have been made to pay as "
                "well. Only the probability of the one that came counts.",
            },
        ),
        Idea(
            "loss-gradient",
            ("d_logits",),
            {
                "not divided by the number of steps": "The loss is a mean, and the derivative of a mean has "
                "its factor too.",
                "divided by the batch only": "The loss is a mean over all steps of all streams. How many "
                "are that?",
                "divided by the steps of one sequence": "The loss is a mean over all steps of all streams. "
                "How many are that?",
                "divided by the size of the logits": "The loss is a mean over the steps, and the vocabulary "
                "does not count among them.",
                "gradient's sign turned round": "A larger logit of the target makes the loss smaller. Which "
                "sign should its derivative have?",
                "target not subtracted": "All derivatives are positive here, so each step of training would "
                "lower all the logits, the target's included.",
                "gradient of the target's logit only": "The other logits stand in the softmax's sum, so the "
                "loss depends on them too.",
                "gradient with respect to the probabilities": "That is the derivative by the probabilities. "
                "The way on through the softmax to the logits is missing.",
                "slope of the softmax taken twice": "The slope of the softmax is in the difference already.",
            },
        ),
        Idea("loss-contract"),
    ),
)
