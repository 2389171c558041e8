"""Tasks of assignment 06-sentiment: from strings to ids."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import described
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.sentiment_rules import every_kind, marked, of_lengths, prepare, with_unknown


def prepared(value: Any, *arguments: Any) -> Any:
    """Return the ids of each review as a line of numbers, without the padding at its ends."""
    rows = np.asarray(pair(value)[0])
    if rows.ndim != 2 or rows.dtype.kind not in "fiu":
        return rows
    return [" ".join(f"{number:g}" for number in np.trim_zeros(row)) for row in rows]


def prepared_in_type(value: Any, *arguments: Any) -> Any:
    """Return ids and mask; refuse ids that are no integers, and a mask that is not of booleans."""
    ids, mask = (np.asarray(part).dtype for part in pair(value))
    if ids.kind not in "iu":
        raise TypeError(f"expected ids that are integers, got {ids}")
    if mask.kind != "b":
        raise TypeError(f"expected a mask of booleans, got {mask}")
    return value


def pair(value: Any) -> Any:
    """Return a pair; refuse anything else."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"expected ids and mask, got {described(value)}")
    return value


TOKENS = Task(
    function="prepare",
    returns=("tokens",),
    cases=marked,
    reference=prepare,
    digest=prepared,
    ideas=(
        Idea(
            "prep-tokens",
            ("tokens",),
            {
                "the text is cut at blanks": "A word with a comma behind it has become another word. The "
                "pattern finds tokens wherever they stand.",
                "capital letters are left": "The pattern knows small letters only, so a capital letter falls "
                "out of its word.",
                "line breaks are read as words": "There is an unknown word between two lines. What stands "
                "between the angle brackets of a line break?",
                "line breaks glue words together": "The last word of a line and the first of the next have "
                "become one.",
                "line breaks of other spellings are left": "A line break is written in several ways, with "
                "and without a slash, with and without a blank.",
                "line breaks in capitals are left": "A line break in capitals is one too. In which order do "
                "you apply the rules?",
                "one line break of four is known": "There are three spellings of a line break, and capitals "
                "besides.",
                "all tags are taken out": "A tag that is no line break is gone. Rule 1 names one kind.",
                "whatever stands between angle brackets is taken out": "Words are gone that stood between "
                "the signs for less and for greater. Rule 1 names one kind of tag.",
                "apostrophes tear words apart": "A word with an apostrophe inside is one token, or its "
                "negation becomes a stray letter.",
                "exclamation and question marks are dropped": "Two marks of punctuation are tokens.",
            },
        ),
    ),
)

UNKNOWN = Task(
    function="prepare",
    returns=("tokens",),
    cases=with_unknown,
    reference=prepare,
    digest=prepared,
    ideas=(
        Idea(
            "prep-unknown",
            ("tokens",),
            {
                "unknown words are dropped": "The review has become shorter. A word that nobody knows is "
                "still a word.",
                "unknown words become padding": "For the network, the review has holes where words were.",
                "unknown words raise an error": "The vocabulary was made from other reviews. What shall "
                "become of a word that it does not have?",
                "every unknown word gets an id of its own": "The embedding has no vector for new ids, and "
                "the vocabulary belongs to whoever handed it in.",
                "unknown words get an id at the end of the vocabulary": "There is one id that is reserved "
                "for them, and it is a small one.",
                "a review without tokens stays empty": "A row that is nothing but padding has no state to "
                "read an answer from. Rule 4 says what to do.",
            },
        ),
    ),
)

CUT = Task(
    function="prepare",
    returns=("tokens",),
    cases=lambda rng: of_lengths(rng, ((6, (9, 14, 7)), (5, (6, 11)), (7, (12, 9, 13)))),
    reference=prepare,
    digest=prepared,
    ideas=(
        Idea(
            "prep-cut",
            ("tokens",),
            {
                "the end is cut off": "The last word of the review is missing, and reviewers sum up at the "
                "end.",
                "the beginning is cut off": "The first words of the review are missing.",
                "the middle is kept": "It is the middle that should go.",
                "the larger half is the last one": "With an odd length the halves differ by one token. "
                "Which is the larger?",
                "an odd length loses a token": "With an odd length, two halves rounded down are one token "
                "short.",
                "the halves are exchanged": "Both halves are there. Which comes first?",
            },
        ),
    ),
)

PADDING = Task(
    function="prepare",
    returns=("ids", "_mask"),
    cases=lambda rng: of_lengths(rng, ((8, (3, 5, 2)), (6, (4, 1)), (9, (2, 6, 3)))),
    reference=prepare,
    ideas=(
        Idea(
            "prep-padding",
            ("ids",),
            {
                "padding on the left": "The words stand at the end of the row. Rule 6 names a side.",
                "the rectangle is as wide as its longest review": "The number of columns is asked for, "
                "whatever the reviews are.",
                "the filling is the unknown word": "Padding and unknown words have different ids: the one is "
                "nothing, the other is something.",
                "the filling is -1": "Padding has an id of its own, and no embedding has a negative row.",
                "the review is repeated as filling": "Where the review is over, words begin again.",
            },
        ),
    ),
)

MASK = Task(
    function="prepare",
    returns=("ids", "mask"),
    cases=lambda rng: with_unknown(rng) + of_lengths(rng, ((8, (3, 5, 2)), (6, (4, 1)))),
    reference=prepare,
    ideas=(
        Idea(
            "prep-mask",
            ("mask",),
            {
                "the mask marks the padding": "It is true where it should be false, and the other way round.",
                "unknown words count as padding": "An unknown word is a token like any other.",
                "the mask is true everywhere": "Is there no padding in your ids?",
                "the last token is left out": "Compare the last true place of a row with its last token.",
                "the first place of the padding is taken for a token": "Each row of the mask has one true "
                "place too many.",
                "lengths in place of a mask": "The lengths say the same, but what is asked for has a place "
                "for each id.",
            },
        ),
    ),
)

CONTRACT = Task(
    function="prepare",
    returns=("ids", "mask"),
    cases=every_kind,
    reference=prepare,
    digest=prepared_in_type,
    ideas=(Idea("prep-contract"),),
)

TEXT = (TOKENS, UNKNOWN, CUT, PADDING, MASK, CONTRACT)
