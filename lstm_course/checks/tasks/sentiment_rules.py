"""Tasks of assignment 06-sentiment: the rules of ``prepare``, and texts to try them on."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from lstm_course.checks.probe import Case

TOKEN = r"[a-z0-9]+(?:'[a-z0-9]+)*|[!?]"
WORDS = ["the", "film", "is", "good", "bad", "plot", "long", "story", "moving", "dull", "actor", "scene"]
MARKED = ["don't", "isn't", "10", "8", "3", "i", "!", "?"]


def tokens_of(text: str, wrong: str) -> list[str]:
    """Rules 1 to 3: line breaks, lower case, tokens."""
    breaks, flags = r"<br\s*/?>", re.IGNORECASE
    if wrong in ("line breaks of other spellings are left", "one line break of four is known"):
        breaks = "<br />"
    if wrong in ("line breaks in capitals are left", "one line break of four is known"):
        flags = re.NOFLAG
    if wrong == "all tags are taken out":
        breaks = r"</?[a-z][^<>]*>"
    if wrong == "whatever stands between angle brackets is taken out":
        breaks = "<[^>]*>"
    if wrong != "line breaks are read as words":
        text = re.sub(breaks, "" if wrong == "line breaks glue words together" else " ", text, flags=flags)
    if wrong != "capital letters are left":
        text = text.lower()
    if wrong == "the text is cut at blanks":
        return text.split()
    pattern = TOKEN
    if wrong == "apostrophes tear words apart":
        pattern = r"\w+|[!?]"
    if wrong == "exclamation and question marks are dropped":
        pattern = r"[a-z0-9]+(?:'[a-z0-9]+)*"
    return re.findall(pattern, text)


def ids_of(tokens: list[str], vocabulary: dict[str, int], wrong: str) -> list[int]:
    """Rule 4: ids, and one of them at least."""
    if wrong == "unknown words are dropped":
        tokens = [token for token in tokens if token in vocabulary]
    if wrong == "unknown words raise an error":
        return [vocabulary[token] for token in tokens]
    if wrong == "every unknown word gets an id of its own":
        return [vocabulary.setdefault(token, len(vocabulary) + 2) for token in tokens] or [1]
    unknown = {
        "unknown words become padding": 0,
        "unknown words get an id at the end of the vocabulary": len(vocabulary),
    }.get(wrong, 1)
    ids = [vocabulary.get(token, unknown) for token in tokens]
    return ids if ids or wrong == "a review without tokens stays empty" else [1]


def shortened(ids: list[int], length: int, wrong: str) -> list[int]:
    """Rule 5: the first half and the last half."""
    last = length // 2
    if len(ids) <= length:
        return ids
    if wrong == "the end is cut off":
        return ids[:length]
    if wrong == "the beginning is cut off":
        return ids[len(ids) - length :]
    if wrong == "the middle is kept":
        start = (len(ids) - length) // 2
        return ids[start : start + length]
    if wrong == "the larger half is the last one":
        last = length - last
    first = length // 2 if wrong == "an odd length loses a token" else length - last
    halves = ids[:first], ids[len(ids) - last :]
    return halves[1] + halves[0] if wrong == "the halves are exchanged" else halves[0] + halves[1]


def prepare(
    texts: list[str], vocabulary: dict[str, int], length: int, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """All rules; the mask follows the student's own ids."""
    vocabulary = dict(vocabulary)
    rows = [shortened(ids_of(tokens_of(t, wrong), vocabulary, wrong), length, wrong) for t in texts]
    width = max(map(len, rows)) if wrong == "the rectangle is as wide as its longest review" else length
    filling = {"the filling is the unknown word": 1, "the filling is -1": -1}.get(wrong, 0)
    ids = np.full((len(rows), width), filling)
    for row, own in zip(ids, rows, strict=True):
        if wrong == "padding on the left":
            row[width - len(own) :] = own
        elif wrong == "the review is repeated as filling":
            row[:] = np.resize(own, width)
        else:
            row[: len(own)] = own
    followed = np.asarray(seen.get("ids", ids))
    lines = [" ".join(map(str, np.trim_zeros(np.array(row)))) for row in rows]
    return {"tokens": lines, "ids": ids, "mask": mask_of(followed, wrong)}


def mask_of(ids: np.ndarray, wrong: str) -> Any:
    """Rule 7: true where there is a token."""
    mask = ids != 0
    if wrong == "the mask marks the padding":
        return ~mask
    if wrong == "unknown words count as padding":
        return ids > 1
    if wrong == "the mask is true everywhere":
        return np.ones_like(mask)
    if wrong == "the last token is left out":
        return mask & np.pad(mask[:, 1:], ((0, 0), (0, 1)))
    if wrong == "the first place of the padding is taken for a token":
        return mask | np.pad(mask[:, :-1], ((0, 0), (1, 0)), constant_values=True)
    if wrong == "lengths in place of a mask":
        return mask.sum(axis=1)
    return mask


def vocabulary_of(rng: np.random.Generator) -> dict[str, int]:
    """Return ids for all words, in random order."""
    words = [*WORDS, *MARKED]
    return {words[k]: place for place, k in enumerate(rng.permutation(len(words)), start=2)}


def some(rng: np.random.Generator, number: int) -> list[str]:
    """Return some words, no two neighbours alike."""
    return [WORDS[k] for k in rng.permutation(np.arange(number) % len(WORDS))]


def marked(rng: np.random.Generator) -> list[Case]:
    """Return texts with all that rules 1 to 3 speak of; every token is known."""
    cases = []
    for _ in range(3):
        a, b, c, d, e = (some(rng, 5) for _ in range(5))
        texts = [
            f"{a[0]}<br />{a[1].upper()}, {a[2]}<br>{a[3]}!",
            f'{b[0].title()} "{b[1]}"<BR />{b[2]}; {b[3]}? 8/10',
            f"{c[0]} don't {c[1]}<br/>{c[2]}... Isn't {c[3]}!?",
            f"{d[0]}-{d[1]} ({d[2]}) {d[3]}: {d[4]}.",
            f"{e[0]} <i>{e[1]}</i> {e[2]}, 3 < 8 {e[3]} > {e[4]}",
        ]
        cases.append(Case({"texts": texts, "vocabulary": vocabulary_of(rng), "length": 24}, "5 reviews"))
    return cases


def with_unknown(rng: np.random.Generator) -> list[Case]:
    """Return plain texts with words that are not known, and one without any word."""
    cases = []
    for number in (3, 5, 4):
        texts = []
        for _ in range(number):
            a = some(rng, 4)
            texts.append(f"{a[0]} blurb {a[1]} gizmo {a[2]} {a[3]}")
        texts.append("  ")
        args = {"texts": texts, "vocabulary": vocabulary_of(rng), "length": 9}
        cases.append(Case(args, f"{number + 1} reviews, one of them without a word"))
    return cases


def of_lengths(rng: np.random.Generator, rows: tuple[tuple[int, tuple[int, ...]], ...]) -> list[Case]:
    """Return plain texts of known words: the length to come to, and the tokens of each review."""
    cases = []
    for length, counts in rows:
        texts = [" ".join(some(rng, count)) for count in counts]
        args = {"texts": texts, "vocabulary": vocabulary_of(rng), "length": length}
        cases.append(Case(args, f"length {length}, reviews of {', '.join(map(str, counts))} words"))
    return cases


def every_kind(rng: np.random.Generator) -> list[Case]:
    """Return ordinary batches, and edges."""
    plain = of_lengths(rng, ((6, (3, 9, 6)), (5, (2, 8))))
    edges = of_lengths(rng, ((4, (2,)), (1, (3, 1)), (1, (5,)), (2, (2, 3))))
    return plain + [Case(case.args, case.sizes, edge=True) for case in edges]
