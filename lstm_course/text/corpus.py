"""A corpus: labelled texts under one name, with the official test part where one was published."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_course.errors import InputError

NEGATIVE, POSITIVE = 0, 1
LABEL_NAMES = ("negative", "positive")


@dataclass(frozen=True)
class Corpus:
    """Labelled texts.

    Parameters
    ----------
    name : str
        The name that a person chooses it by.
    texts : tuple of str
        One review or sentence each; an empty one is allowed.
    labels : tuple of int
        As many: 0 is negative, 1 is positive.
    test : Corpus, optional
        The part that the corpus's makers set apart for testing. Nothing here ever trains on it.

    Raises
    ------
    InputError
        When nothing is in it, when texts and labels differ in number, or a label is not 0 or 1.

    Examples
    --------
    >>> corpus = Corpus("two", ("good", "bad"), (1, 0))
    >>> len(corpus), corpus.count(1)
    (2, 1)
    """

    name: str
    texts: tuple[str, ...]
    labels: tuple[int, ...]
    test: Corpus | None = None

    def __post_init__(self) -> None:
        if len(self.texts) != len(self.labels):
            raise InputError("as many labels as texts", f"{len(self.labels)} labels, {len(self.texts)} texts")
        if not self.texts:
            raise InputError(f"at least one text in the corpus {self.name!r}", "none")
        wrong = set(self.labels) - {NEGATIVE, POSITIVE}
        if wrong:
            raise InputError("labels that are 0 or 1", repr(min(wrong, key=repr)))

    def __len__(self) -> int:
        return len(self.texts)

    def count(self, label: int) -> int:
        """Return how many texts carry ``label``."""
        return self.labels.count(label)

    def subset(self, indices: list[int]) -> Corpus:
        """Return the corpus of the texts at ``indices``, in that order, without the test part."""
        return Corpus(
            self.name, tuple(self.texts[i] for i in indices), tuple(self.labels[i] for i in indices)
        )
