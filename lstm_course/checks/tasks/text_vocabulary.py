"""The task on the vocabulary of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.text_encoding import WORDS
from lstm_course.checks.toys.text import build_thrice


def built(texts: Any, size: int, wrong: str) -> dict[Any, Any]:
    """Count the words, order them, keep the first ``size - 2`` and number them from 2."""
    counted = {"only the last text counted": texts[-1:], "only the first text counted": texts[:1]}
    occurrences = [token for tokens in counted.get(wrong, texts) for token in tokens]
    if wrong == "texts counted in place of occurrences":
        occurrences = [token for tokens in texts for token in sorted(set(tokens))]
    counts = {word: occurrences.count(word) for word in occurrences}  # in the order of reading
    ordered = ranked(counts, wrong)
    kept = ordered[: max(0, room(size, wrong))]
    if wrong == "the rarest words kept":
        kept = ordered[-(size - 2) :]
    if wrong == "counts in place of ids":
        return {word: counts[word] for word in kept}
    first = {"ids from 0": 0, "ids from 1": 1, "ids from 3": 3}.get(wrong, 2)
    numbered = {word: first + place for place, word in enumerate(kept)}
    if wrong == "ids to words in place of words to ids":
        return {number: word for word, number in numbered.items()}
    if wrong == "reserved ids in the dict":
        return {"[PAD]": 0, "[UNK]": 1} | numbered
    return numbered


def ranked(counts: Mapping[str, int], wrong: str) -> list[str]:
    """Order words by falling count, and equal counts by the alphabet."""
    alphabet, reading = sorted(counts), list(counts)
    if wrong == "alphabetical order":
        return alphabet
    if wrong == "order of first appearance":
        return reading
    if wrong == "rarest first":
        return sorted(alphabet, key=lambda word: counts[word])
    before = {
        "ties in the order of reading": reading,
        "ties against the order of reading": reading[::-1],
        "ties backwards": alphabet[::-1],
        "ties by the length of the word": sorted(alphabet, key=len),
    }.get(wrong, alphabet)
    return sorted(before, key=lambda word: -counts[word])


def room(size: int, wrong: str) -> int:
    """Return how many words fit."""
    if wrong == "size ignored" or (wrong == "room asked for after each word" and size == 2):
        return 1000
    return size - {"reserved ids not counted": 0, "one word too many": 1, "one word too few": 3}.get(wrong, 2)


def vocabulary(
    texts: Any, size: int, small: int, ties: Any, *, seen: Mapping[str, Any], wrong: str
) -> dict[str, Any]:
    """Build three times; with ``seen``, cut the student's own vocabulary and count on from its first id."""
    whole, few, tied = build_thrice(partial(built, wrong=wrong), texts, size, small, ties)
    own = dict(seen.get("vocabulary", {}))
    if own and all(isinstance(number, (int, np.integer)) for number in own.values()):
        read = {token for tokens in texts for token in tokens}
        extra = {word: own.pop(word) for word in [*own] if word not in read}
        if wrong != "the rarest words kept":
            few = extra | dict(sorted(own.items(), key=lambda item: item[1])[: max(0, room(small, wrong))])
        shift = min(own.values()) - min(tied.values())
        tied = extra | {word: number + shift for word, number in tied.items()}
    return {"vocabulary": whole, "with_a_small_size": few, "with_ties": tied}


def vocabulary_cases(rng: np.random.Generator) -> list[Case]:
    """Words of which no two occur equally often, and beside them texts in which all do."""
    cases = []
    for number, small in ((7, 5), (8, 6), (9, 5)):
        chosen = rng.choice(WORDS, number, replace=False)
        tokens = rng.permutation(np.repeat(chosen, 1 + rng.permutation(number))).tolist()
        texts = [tokens[k::4] for k in range(4)]
        tied = rng.choice(WORDS, 6, replace=False)
        ties = [rng.permutation(tied).tolist() for _ in range(3)]
        args = {"texts": texts, "size": number + 5, "small": small, "ties": ties}
        cases.append(Case(args, f"4 texts, {number} words"))
    for texts, words in (
        ([["film"]], "a single word"),
        ([[], ["not", "bad", "not"], []], "two empty texts"),
        ([[], []], "texts without a word"),
        ([], "no texts at all"),
    ):
        args = {"texts": texts, "size": 9, "small": 3, "ties": [["so", "bad"]]}
        cases.append(Case(args, words, edge=True))
    texts = [["not", "bad", "not"], ["so", "bad"]]
    args = {"texts": texts, "size": 2, "small": 2, "ties": [["so", "bad"]]}
    return [*cases, Case(args, "a size without room for a word", edge=True)]


VOCABULARY = Task(
    function="build_vocabulary",
    returns=("vocabulary", "with_a_small_size", "with_ties"),
    cases=vocabulary_cases,
    reference=vocabulary,
    drive=build_thrice,
    parameters={"ties": "texts"},
    ideas=(
        Idea(
            "vocabulary-order",
            ("vocabulary",),
            {
                "rarest first": "Compare the id of the most frequent word with that of the rarest.",
                "ids from 0": "Two ids are reserved: which one does your most frequent word take away?",
                "ids from 1": "Id 1 is taken by all unknown words together.",
                "ids from 3": "Two ids are reserved, and counting them begins at 0. Which is the first "
                "free one?",
                "alphabetical order": "The alphabet decides between equally frequent words only.",
                "order of first appearance": "Your ids tell when a word was first read. They should tell "
                "how frequent it is.",
                "texts counted in place of occurrences": "A word that stands three times in one text has "
                "occurred three times.",
                "only the last text counted": "The words of the earlier texts are missing. Is something "
                "set back to its start for each text?",
                "only the first text counted": "The words of the later texts are missing. Does the loop "
                "end too early?",
                "counts in place of ids": "The values are how often the words occur. Use that for the "
                "order, then number the words.",
                "ids to words in place of words to ids": "The dict is asked for a word and has to answer "
                "with a number. Yours is asked the other way round.",
                "reserved ids in the dict": "The dict holds words only; the two reserved ids are known "
                "without it.",
            },
        ),
        Idea(
            "vocabulary-ties",
            ("with_ties",),
            {
                "ties in the order of reading": "Equally frequent words stand in the order in which they "
                "were met. The same texts in another order would give other ids.",
                "ties against the order of reading": "Equally frequent words stand in the order opposite "
                "to that in which they were met. What is the rule?",
                "ties backwards": "Equally frequent words stand in the opposite of alphabetical order. "
                "Does turning a whole order round turn round more than the counts?",
                "ties by the length of the word": "Equally frequent words stand by their length. The "
                "alphabet should decide.",
            },
        ),
        Idea(
            "vocabulary-size",
            ("with_a_small_size",),
            {
                "reserved ids not counted": "The size is a number of ids, and two of these are no words. A "
                "table with that many rows has none for your last words.",
                "one word too many": "One word more than there is room for: how many ids are reserved?",
                "one word too few": "There is room for one more word. Count the ids from 0 on.",
                "size ignored": "All words are there, however few ids there may be.",
                "the rarest words kept": "When words have to go, the rare ones go first.",
            },
        ),
        Idea(
            "vocabulary-contract",
            (),
            {
                "room asked for after each word": "Where there is room for no word at all, every word is "
                "there. When does your loop first ask whether the vocabulary is full?",
            },
        ),
    ),
)
