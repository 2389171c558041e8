"""Tasks of assignment 07-language-model: one loss under other names."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task


def measure_cases(rng: np.random.Generator) -> list[Case]:
    """Losses of better and worse models of texts with longer and shorter words."""
    cases = []
    for nats, words in ((0.8, 90), (1.3, 120), (2.2, 160)):
        nats, words = nats + 0.2 * rng.random(), words + int(rng.integers(10))
        args = {"nats": nats, "characters": 600 + int(rng.integers(99)), "words": words}
        text = f"{nats:.3f} nats, {args['characters']} characters, {words} words"
        cases.append(Case(args, text))
    return cases


def measures(nats: float, characters: int, words: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Bits and perplexity per character, and perplexity per word."""
    bits = {
        "multiplied by the logarithm of 2": nats * np.log(2),
        "logarithm of the loss": np.log2(nats),
        "logarithm to base 10": nats / np.log10(2),
        "divided by 2": nats / 2,
        "nats as they are": nats,
    }.get(wrong, nats / np.log(2))
    perplexity = {
        "two to the power of the nats": 2.0**nats,
        "exponential of the bits": np.exp(nats / np.log(2)),
        "probability in place of the perplexity": np.exp(-nats),
        "ten to the power of the nats": 10.0**nats,
        "the loss itself": nats,
    }.get(wrong, np.exp(nats))
    word = {
        "perplexity times the length of a word": np.exp(nats) * characters / words,
        "words and characters exchanged": np.exp(nats * words / characters),
        "total of the text not shared out": nats * characters,
        "loss per word in place of its perplexity": nats * characters / words,
        "exponential of the bits of a word": np.exp(nats / np.log(2) * characters / words),
        "two to the power of a word's nats": 2.0 ** (nats * characters / words),
        "perplexity per character": np.exp(nats),
        "blanks left out of the total": np.exp(nats * (characters - words) / words),
        "shared out among the letters": np.exp(nats * characters / (characters - words)),
    }.get(wrong, np.exp(nats * characters / words))
    return {"bits": bits, "perplexity": perplexity, "word_perplexity": word}


MEASURES = Task(
    function="measures",
    returns=("bits", "perplexity", "word_perplexity"),
    cases=measure_cases,
    reference=measures,
    ideas=(
        Idea(
            "measures-bits",
            ("bits",),
            {
                "multiplied by the logarithm of 2": "A fair choice between two costs 1 bit, which is about "
                "0.69 nats. So which of the two numbers is the larger one?",
                "logarithm of the loss": "The loss is a logarithm already. It is only measured in another "
                "unit.",
                "logarithm to base 10": "Nats belong to the natural logarithm.",
                "divided by 2": "A fair choice between two costs 1 bit. What does it cost in nats?",
                "nats as they are": "Another unit gives another number: a fair choice between two is 1 bit.",
            },
        ),
        Idea(
            "measures-perplexity",
            ("perplexity",),
            {
                "two to the power of the nats": "A power of two belongs to a loss in bits. This one is in "
                "nats.",
                "exponential of the bits": "The exponential belongs to a loss in nats. That in bits has "
                "another base.",
                "probability in place of the perplexity": "A perplexity is a number of choices, so it is "
                "never below 1.",
                "ten to the power of the nats": "Which base has the logarithm that gives nats?",
                "the loss itself": "A model that chooses evenly among 40 characters has a perplexity of 40. "
                "What is its loss?",
            },
        ),
        Idea(
            "measures-words",
            ("word_perplexity",),
            {
                "perplexity times the length of a word": "Probabilities of the characters of a word are "
                "multiplied with each other, so it is the losses that add up.",
                "words and characters exchanged": "A word has several characters, so it must be harder to "
                "guess than one of them.",
                "total of the text not shared out": "That is the loss of the whole text in nats. It is "
                "shared out among the words, and then it becomes a perplexity.",
                "loss per word in place of its perplexity": "That is the loss of a word in nats. The step "
                "from a loss to a perplexity is missing.",
                "exponential of the bits of a word": "The exponential belongs to a loss in nats.",
                "two to the power of a word's nats": "A power of two belongs to a loss in bits.",
                "perplexity per character": "The total loss of the text is to be shared out among its words "
                "here.",
                "blanks left out of the total": "A blank has to be predicted too, and costs what it costs: "
                "the total is over all characters.",
                "shared out among the letters": "The total is shared out among the words. That a character is"
                " a blank plays no part.",
            },
        ),
    ),
)
