"""The task on ids of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.text import encode_twice, told

WORDS = ("acting", "bad", "camera", "dull", "end", "film", "good", "it", "love", "not", "plot", "so", "very")


def encoded(tokens: Any, vocabulary: Any, wrong: str) -> list[Any]:
    """Look up one id for each token."""
    if wrong == "every word only once":
        tokens = list(dict.fromkeys(tokens))
    if wrong == "order of the tokens lost":
        tokens = sorted(tokens)
    if wrong == "unknown words left out":
        tokens = [token for token in tokens if token in vocabulary]
    if wrong == "text ends at the first unknown word":
        ends = [place for place, token in enumerate(tokens) if token not in vocabulary]
        tokens = tokens[: ends[0]] if ends else tokens
    if wrong == "no answer for an unknown word":
        return [vocabulary[token] for token in tokens]
    if wrong == "places in the dict in place of ids":
        vocabulary = {word: place for place, word in enumerate(vocabulary)}
    if wrong == "places in the text in place of ids":
        vocabulary = {word: place for place, word in reversed(list(enumerate(tokens)))}
    if wrong == "places in the dict, counted from 2":
        vocabulary = {word: place for place, word in enumerate(vocabulary, start=2)}
    unknown: dict[str, Any] = {
        "unknown words as padding": 0,
        "unknown words as None": None,
        "unknown words as −1": -1,
        "unknown words as a new id": len(vocabulary) + 2,
        "unknown words as the number of words": len(vocabulary),
        "unknown words as they are": "",
    }
    ids = [vocabulary.get(token, unknown.get(wrong, 1)) for token in tokens]
    if wrong == "unknown words as they are":
        ids = [vocabulary.get(token, token) for token in tokens]
    return ids[::-1] if wrong == "text backwards" else ids


def encoding(
    tokens: Any, vocabulary: Any, others: Any, *, seen: Mapping[str, Any], wrong: str
) -> dict[str, Any]:
    """Encode both texts; with ``seen``, the known words of the second have the student's own ids."""
    if seen and isinstance(seen["ids"], (list, tuple, np.ndarray)) and len(seen["ids"]) == len(tokens):
        own = dict(zip(tokens, seen["ids"], strict=True))
        try:
            of_others = encoded(others, vocabulary | own, wrong)
        except KeyError as error:
            of_others = told(error)  # type: ignore[assignment]
        return {"ids": encoded(tokens, vocabulary, wrong), "ids_of_others": of_others}
    ids, of_others = encode_twice(partial(encoded, wrong=wrong), tokens, vocabulary, others)
    return {"ids": ids, "ids_of_others": of_others}


def encode_cases(rng: np.random.Generator) -> list[Case]:
    """Known words with repetitions, and the same with unknown ones in between."""
    cases = []
    for number, time in ((6, 7), (9, 8), (7, 9)):
        words = rng.choice(WORDS, number + 2, replace=False).tolist()
        known, unknown = words[:number], words[number:]
        vocabulary = dict(zip(known[::-1], (2 + rng.permutation(number)).tolist(), strict=True))
        tokens = [*known[:4], *rng.choice(known, time - 5).tolist(), known[0]]
        others = [tokens[1], unknown[0], *tokens[2:5], unknown[1], unknown[0], tokens[0]]
        args = {"tokens": tokens, "vocabulary": vocabulary, "others": others}
        cases.append(Case(args, f"{number} words in the vocabulary, {time} tokens"))
    for tokens, others, words in ((["so"], ["film"], "a single token"), ([], [], "the empty text")):
        args = {"tokens": tokens, "vocabulary": {"so": 3, "bad": 2}, "others": others}
        cases.append(Case(args, words, edge=True))
    return cases


ENCODE = Task(
    function="encode",
    returns=("ids", "ids_of_others"),
    cases=encode_cases,
    reference=encoding,
    drive=encode_twice,
    parameters={"others": "tokens"},
    ideas=(
        Idea(
            "encode-known",
            ("ids",),
            {
                "every word only once": "A word that stands twice in the text has two places in the result.",
                "order of the tokens lost": "The ids stand in another order than the tokens did.",
                "text backwards": "The last token comes first. Is something put in front where it should "
                "be put at the end?",
                "places in the dict in place of ids": "That is where the word stands in the dict. What "
                "does the dict say when it is asked for the word?",
                "places in the dict, counted from 2": "The order of a dict's entries means nothing, only "
                "its values do.",
                "places in the text in place of ids": "That is where the word stands in the text, which "
                "has nothing to do with the vocabulary.",
            },
        ),
        Idea(
            "encode-unknown",
            ("ids_of_others",),
            {
                "unknown words left out": "The result is shorter than the text, as though the unknown "
                "words had not been there. Each token keeps its place.",
                "unknown words as padding": "Id 0 says that there is no token. Here is one, though nobody "
                "knows it.",
                "no answer for an unknown word": "A dict that is asked for a word it does not hold raises "
                "an exception, unless you ask in another way.",
                "unknown words as None": "A dict may be told what to answer when it does not know a word.",
                "unknown words as −1": "An id is a row of a table, and from −1 on Python counts from the "
                "end.",
                "unknown words as a new id": "The vocabulary is closed: a table made for it has no row for "
                "a new id.",
                "unknown words as the number of words": "That id belongs to a word, or to none at all. One "
                "id is reserved for this.",
                "unknown words as they are": "There are words left in the result, where only ids belong.",
                "text ends at the first unknown word": "Nothing follows the first unknown word. What ends "
                "the loop?",
            },
        ),
        Idea("encode-contract"),
    ),
)
