"""The fixed split into training and validation: no text is on both sides, whatever the file's order.

1. Each text is normalised (Unicode NFKC, lower case, runs of white space as one blank) and hashed with
   SHA-256.
2. A text that occurs more than once, or in one form with both labels, stays in training, all its copies.
3. Of the texts that occur once, each class gives its fifth with the smallest hashes to validation.

So the split depends on the texts alone: the corpus ``imdb`` always gives 20,000 training reviews and
5,000 validation reviews, half of them positive.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from dataclasses import dataclass

from lstm_course.errors import InputError
from lstm_course.text.corpus import NEGATIVE, POSITIVE, Corpus

VALIDATION_FRACTION = 0.2


@dataclass(frozen=True)
class Split:
    """The two parts of a corpus, and its official test part where it has one."""

    train: Corpus
    validation: Corpus
    test: Corpus | None = None


def fingerprint(text: str) -> str:
    r"""Return the SHA-256 of the normalised text, in hexadecimal.

    Examples
    --------
    >>> fingerprint("A good\n film") == fingerprint("a  GOOD film ")
    True
    """
    normal = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()


def split_corpus(corpus: Corpus, limit: int | None = None) -> Split:
    """Split a corpus into training and validation, always the same way.

    Parameters
    ----------
    corpus : Corpus
        The texts; its test part is handed on untouched.
    limit : int, optional
        Train on only so many texts, as many of each class as can be, smallest hashes first: a smaller
        limit's texts are among a larger one's. Validation stays whole, but for limits below its size it
        is cut to the limit, so that a quick try is quick.

    Returns
    -------
    Split
        Both parts in order of their hashes.

    Raises
    ------
    InputError
        When a class has no text for one of the parts, or ``limit`` is below 2.

    Examples
    --------
    >>> corpus = Corpus("ten", tuple("abcdefghij"), (0, 1) * 5)
    >>> parts = split_corpus(corpus)
    >>> len(parts.train), len(parts.validation)
    (8, 2)
    """
    if limit is not None and limit < 2:
        raise InputError("a limit of at least 2 texts, one of each label", str(limit))
    hashes = [fingerprint(text) for text in corpus.texts]
    copies = Counter(hashes)
    order = sorted(range(len(corpus)), key=lambda i: (hashes[i], corpus.labels[i], corpus.texts[i]))
    train: dict[int, list[int]] = {}
    validation: dict[int, list[int]] = {}
    for label in (NEGATIVE, POSITIVE):
        of_class = [i for i in order if corpus.labels[i] == label]
        single = [i for i in of_class if copies[hashes[i]] == 1]
        wanted = max(1, round(VALIDATION_FRACTION * len(of_class)))
        validation[label] = single[:wanted]
        chosen = set(validation[label])
        train[label] = [i for i in of_class if i not in chosen]
        if not train[label] or not validation[label]:
            raise InputError(
                f"at least two different texts with label {label}, one of them occurring once",
                f"{len(of_class)} in all, {len(single)} of them occurring once",
            )
    kept = _balanced(train, limit)
    tested = _balanced(validation, limit)
    in_order = {index: place for place, index in enumerate(order)}
    return Split(
        corpus.subset(sorted(kept, key=in_order.__getitem__)),
        corpus.subset(sorted(tested, key=in_order.__getitem__)),
        corpus.test,
    )


def _balanced(by_class: dict[int, list[int]], limit: int | None) -> list[int]:
    """Take at most ``limit`` indices, as many of each class as can be (the odd one is positive)."""
    negative, positive = by_class[NEGATIVE], by_class[POSITIVE]
    if limit is None or limit >= len(negative) + len(positive):
        return negative + positive
    take_negative = min(limit // 2, len(negative))
    take_positive = min(limit - take_negative, len(positive))
    return negative[: limit - take_positive] + positive[:take_positive]
