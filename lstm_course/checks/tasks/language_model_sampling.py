"""Tasks of assignment 07-language-model: letting a model write."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.language_model import sampled, soft_base_ten

LOGITS = ((0.0, 0.6, -0.5, 1.5, 1.2, -0.8, 0.2, -0.2, 0.4), (0.1, 1.2, 0.6, 1.5, -0.6, -1.0, -0.3, -1.5, 0.3))


def shuffled(rng: np.random.Generator, logits: Any) -> Any:
    """Return logits in another order, the largest one neither first nor last."""
    while True:
        found = rng.permutation(logits)
        if 0 < found.argmax() < len(logits) - 1:
            return found


def sample_cases(rng: np.random.Generator) -> list[Case]:
    """Two temperatures; then a vocabulary of one, a text of one character, and hardly any heat."""
    shapes = np.array([shuffled(rng, logits) for logits in LOGITS])
    plain = [(shape, 4 - k, 24, (0.5, 2.0)[k]) for k, shape in enumerate(shapes)]
    edges = [(np.array([0.3]), 2, 5, 1.0), (np.array([-9.0, 9.0, 0.0]), 1, 1, 1.0), (shapes[1], 3, 6, 0.01)]
    return [
        Case(
            {
                "logits": logits,
                "start": rng.integers(0, len(logits), length),
                "count": count,
                "temperature": temperature,
                "rng": np.random.default_rng(int(rng.integers(1 << 30))),
            },
            f"vocabulary {len(logits)}, start of {length}, count {count}, temperature {temperature}",
            k >= len(plain),
        )
        for k, (logits, length, count, temperature) in enumerate(plain + edges)
    ]


def summed_up(value: Any, logits: Any, start: Any, count: int, *others: Any) -> Any:
    """Return the frequencies of many draws, the greedy text, what a model has heard, and one text.

    The model has heard the right thing if it is what it was told to begin with, then what it wrote itself.
    """
    written, heard, texts, greedy = value
    read = [int(token) for token in heard[min(len(start) + count - 1, len(heard) - 1)]]
    draws = np.concatenate([np.reshape(text, -1)[-count:] for text in texts or [written]])
    frequencies = [float(np.mean(draws.astype(int) == token)) for token in range(len(logits))]
    if sum(frequencies) < 1 - 1e-9:
        frequencies.append(1 - sum(frequencies))  # of what is in no vocabulary
    if greedy is None:
        return np.array(frequencies), np.full(count, np.nan), read, written
    return np.array(frequencies), np.reshape(greedy, -1)[-count:], read, written


def sample(
    logits: Any, start: Any, count: int, temperature: float, rng: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Frequencies q, the limit of temperature 0, and what the model should have read."""
    best, size = int(logits.argmax()), len(logits)
    if wrong == "ids as floating-point numbers" and count == 1:
        np.eye(size)[np.zeros(1)]  # as the drive does
    powers = np.exp(logits / temperature - (logits / temperature).max())
    q = {
        "temperature left out": soft_base_ten(logits),
        "multiplied by the temperature": soft_base_ten(logits * temperature),
        "always the most probable": np.eye(size)[best],
        "all characters alike": np.full(size, 1 / size),
        "another function in place of the given softmax": powers / powers.sum(),
        "one place too far": np.roll(soft_base_ten(logits / temperature), 1),
    }.get(wrong, soft_base_ten(logits / temperature))
    greedy = {
        "division by a temperature of zero": np.nan,
        "the first character of the vocabulary": 0,
        "the last character of the vocabulary": size - 1,
        "the least probable": int(logits.argmin()),
        "the second best": int(logits.argsort()[-2:][0]),
    }.get(wrong, best)
    certain = min(count, size) == 1 or temperature < 0.1
    own = np.full(count, best) if certain else np.arange(count) % size
    text = np.reshape(seen["written"], -1) if "written" in seen else own
    tail = [int(token) for token in text[-count:]]
    read = [int(token) for token in start]
    heard = {
        "the beginning not read": read[-1:] + tail[:-1],
        "the first character of the beginning only": read[:1] + tail[:-1],
        "the last character of the beginning read twice": (read + read[-1:] + tail)[: len(read) + count - 1],
        "the last character of the beginning read at every step": read + read[-1:] * (count - 1),
        "nothing read of what was written": read,
        "nothing remembered": tail[-2:-1],
        "the state after the beginning used at every step": read + tail[-2:-1],
        "the most probable character read": read + [best] * (count - 1),
    }.get(wrong, read + tail[:-1])
    if wrong == "the beginning returned as well":
        own = np.concatenate([start, text[-count:]])
    elif len(text) == count:
        own = text
    return {
        "frequencies": q,
        "greedy": np.full(count, greedy),
        "read": heard,
        "written": own,
    }


SAMPLE = Task(
    function="sample",
    returns=("frequencies", "greedy", "read", "written"),
    cases=sample_cases,
    reference=sample,
    drive=sampled,
    digest=summed_up,
    tolerance=0.1,
    ideas=(
        Idea(
            "sample-draw",
            ("frequencies",),
            {
                "temperature left out": "The characters come as often as at temperature 1. Dividing "
                "probabilities by the same number changes nothing once they sum to 1 again.",
                "multiplied by the temperature": "A low temperature should make the model cautious, and "
                "here it makes it bold.",
                "always the most probable": "The most probable character should come most often, not always.",
                "all characters alike": "Every character comes equally often, whatever the model says.",
                "another function in place of the given softmax": "Turn the logits into probabilities by "
                "the function that is handed in; the one of this check differs from the usual one on "
                "purpose.",
                "one place too far": "The frequencies are right, but each belongs to the neighbour of its "
                "character. Where does the count begin?",
            },
        ),
        Idea(
            "sample-read",
            ("read",),
            {
                "the beginning not read": "The model has not read all of the beginning: each of its "
                "characters changes the state.",
                "the first character of the beginning only": "The model has not read all of the beginning: "
                "each of its characters changes the state.",
                "the last character of the beginning read twice": "Count how often the model reads the last "
                "character of the beginning.",
                "the last character of the beginning read at every step": "The model never learns what it "
                "has written. Which character should it read after the first draw?",
                "nothing read of what was written": "All characters are drawn from the same distribution. "
                "The model has to read each one before the next is drawn.",
                "nothing remembered": "Every call of the model gives back a state. Where is it needed?",
                "the state after the beginning used at every step": "The state changes with every character "
                "that is written, too.",
                "the most probable character read": "The model has to live with what was drawn, even if it "
                "would have bet on something else.",
            },
        ),
        Idea(
            "sample-greedy",
            ("greedy",),
            {
                "division by a temperature of zero": "At temperature 0 the equation divides by zero. What "
                "is its limit, and can you get it without dividing?",
                "the first character of the vocabulary": "At temperature 0 the equation divides by zero, "
                "and what comes out is not a distribution. What is its limit?",
                "the last character of the vocabulary": "At temperature 0 the equation divides by zero, and "
                "what comes out is not a distribution. What is its limit?",
                "the least probable": "In the limit of temperature 0, all goes to the other end.",
                "the second best": "Look at which logit is the largest; you are one place off.",
            },
        ),
        Idea(
            "sample-contract",
            (),
            {
                "the beginning returned as well": "Only the characters that were written are asked for, so "
                "there are exactly as many as were ordered.",
                "ids as floating-point numbers": "An id looks up a row of a table, which only a whole "
                "number can do. What type does NumPy give to an array if you do not say?",
            },
        ),
    ),
)
