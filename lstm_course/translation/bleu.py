"""BLEU, as Papineni et al. (2002) define it, over a whole corpus.

(1) p_n = Σ clipped matches of n-grams / Σ n-grams of the candidates, both sums over the corpus
(2) BP  = 1 if c > r, else exp(1 - r / c), with c and r the total lengths
(3) BLEU = BP · exp(mean of log p_n, n = 1 ... 4)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_course.errors import InputError

Tokens = Sequence[str]


@dataclass(frozen=True)
class Bleu:
    """A score and what it is made of."""

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float
    candidate_length: int
    reference_length: int


def ngrams(tokens: Tokens, n: int) -> Counter[tuple[str, ...]]:
    """Count the runs of ``n`` neighbouring tokens.

    Examples
    --------
    >>> ngrams(["cent", "un", "cent"], 1)[("cent",)]
    2
    """
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def clipped_matches(candidate: Tokens, references: Sequence[Tokens], n: int) -> int:
    """Count the candidate's n-grams that a reference has, each at most as often as one reference has it.

    Examples
    --------
    >>> clipped_matches(["the"] * 7, ["the cat is on the mat".split()], n=1)
    2
    """
    allowed: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        allowed |= ngrams(reference, n)  # the larger count of each
    return (ngrams(candidate, n) & allowed).total()  # the smaller count of each


def bleu(candidates: Sequence[Tokens], references: Sequence[Sequence[Tokens]], max_n: int = 4) -> Bleu:
    """Return the BLEU of a corpus.

    Parameters
    ----------
    candidates : sequence of token lists
        The translations to be judged.
    references : sequence of lists of token lists
        For each of them one translation or several by people.
    max_n : int
        The longest n-grams that count.

    Returns
    -------
    Bleu
        With a score in [0, 1]. If some n-gram length has no match at all, the score is 0.

    Raises
    ------
    InputError
        No candidates, a candidate without references, or a string where tokens are wanted.

    Examples
    --------
    >>> result = bleu([["trois", "cent", "six"]], [[["trois", "cent", "dix", "-sept"]]], max_n=2)
    >>> [round(p, 2) for p in result.precisions], round(result.brevity_penalty, 2)
    ([0.67, 0.5], 0.72)
    """
    if len(candidates) == 0 or len(candidates) != len(references):
        raise InputError("as many candidates as lists of references", f"{len(candidates)}, {len(references)}")
    if max_n < 1:
        raise InputError("n-grams of at least 1 token", str(max_n))
    if any(isinstance(tokens, str) for tokens in candidates):
        raise InputError("lists of tokens", "a string", "Cut it into tokens first.")
    for listed in references:
        if len(listed) == 0 or any(isinstance(tokens, str) for tokens in listed):
            raise InputError("a list of tokenised references for each candidate", repr(listed))
    precisions = []
    for n in range(1, max_n + 1):
        matched = sum(clipped_matches(c, r, n) for c, r in zip(candidates, references, strict=True))
        possible = sum(max(0, len(c) - n + 1) for c in candidates)
        precisions.append(matched / possible if possible else 0.0)  # (1)
    c = sum(map(len, candidates))
    r = sum(_closest_length(len(one), refs) for one, refs in zip(candidates, references, strict=True))
    penalty = 1.0 if c > r else math.exp(1 - r / c) if c else 0.0  # (2)
    logs = [math.log(p) if p else -math.inf for p in precisions]
    return Bleu(penalty * math.exp(sum(logs) / max_n), tuple(precisions), penalty, c, r)  # (3)


def _closest_length(length: int, references: Sequence[Tokens]) -> int:
    """Return the reference length that is closest, the shorter one of two equally close."""
    return min((abs(len(tokens) - length), len(tokens)) for tokens in references)[1]


def exact_match(candidates: Sequence[str], references: Sequence[str]) -> float:
    """Return the fraction of candidates that are their reference, letter by letter.

    Examples
    --------
    >>> exact_match(["cent six", "deux"], ["cent six", "douze"])
    0.5
    """
    if len(candidates) == 0 or len(candidates) != len(references):
        raise InputError("as many candidates as references", f"{len(candidates)}, {len(references)}")
    return sum(c == r for c, r in zip(candidates, references, strict=True)) / len(candidates)
