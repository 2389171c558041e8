"""The task on padding of assignment 01-text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.text_padding_cases import OTHER, TYPES, pad_cases, taken_apart
from lstm_course.checks.toys.text import pad_thrice


def padded(sequences: Any, length: int, side: str, wrong: str) -> tuple[Any, Any]:
    """Lay the last ``length`` ids of each sequence on one side of its row, and mark where they lie."""
    width = length
    if wrong == "an empty sequence left out":
        sequences = [sequence for sequence in sequences if sequence]
    if wrong == "as wide as the longest sequence":
        width = min(length, max(map(len, sequences)))
    filler = {"filled with the unknown id": 1, "filled with −1": -1}.get(wrong, 0)
    ids = np.full((len(sequences), width), filler)
    mask = np.zeros(ids.shape, dtype=bool)
    if wrong == "rows of different length":
        np.array([list(sequence) + [0] * (length - len(sequence)) for sequence in sequences])
    side = side_of(side, wrong)
    for k, sequence in enumerate(sequences):
        kept, real = filled(sequence, length, side, wrong)
        if wrong == "a slice from −0" and side == "pre":
            ids[k, -len(kept) :] = kept
        start = width - len(kept) if side == "pre" else 0
        where = slice(start, start + len(kept))
        if wrong == "the row too short for the sequence" and len(sequence) > length:
            where = slice(start, None) if side == "pre" else slice(0, len(kept))
        ids[k, where] = kept
        mask[k, where] = real
    return ids, mask_of(ids, mask, side, wrong)


def side_of(side: str, wrong: str) -> str:
    """Return where the padding goes."""
    always = {"padding always in front": "pre", "padding always behind": "post"}
    return OTHER[side] if wrong == "the two sides exchanged" else always.get(wrong, side)


def filled(sequence: Any, length: int, side: str, wrong: str) -> tuple[list[int], bool]:
    """Return what is left of a sequence, and whether it is real."""
    kept = shortened(list(sequence), length, side, wrong)
    if wrong == "text backwards":
        kept = kept[::-1]
    if kept or wrong in ("an empty sequence left empty", "a slice from −0"):
        return kept, True
    if wrong == "the unknown token not marked":
        return [1], False
    if wrong == "padding marked in place of a token":
        return [0], True
    return [1] * (length if wrong == "a whole row of unknown tokens" else 1), True


def shortened(ids: list[int], length: int, side: str, wrong: str) -> list[int]:
    """Return the last ``length`` ids."""
    tail = length // 2
    if len(ids) <= length or wrong == "the row too short for the sequence":
        return ids
    if wrong == "the middle cut out":
        return ids[: length - tail] + ids[len(ids) - tail :]
    if wrong == "one token too few":
        return ids[-(length - 1) :]
    if wrong == "the end shifted by one":
        return ids[-length - 1 : -1]
    front = {
        "the end cut off": True,
        "cut on the side of the padding": side == "post",
        "cut on the side opposite to the padding": side == "pre",
    }.get(wrong, False)
    return ids[:length] if front else ids[-length:]


def mask_of(ids: Any, mask: Any, side: str, wrong: str) -> Any:
    """Return the mask, or what is taken for it."""
    count = mask.sum(axis=1, keepdims=True)
    places = np.arange(ids.shape[1])
    return {
        "true and false exchanged": ~mask,
        "everything marked as real": np.ones_like(mask),
        "unknown words marked as padding": mask & (ids != 1),
        "one place too many": places <= count if side == "post" else places >= places.size - count - 1,
        "one place too few": places < count - 1 if side == "post" else places > places.size - count,
        "always at the beginning of the row": places < count,
        "always at the end of the row": places >= places.size - count,
        "on the other side of the row": mask[:, ::-1],
    }.get(wrong, mask)


def padding(
    sequences: Any,
    length: int,
    side: str,
    long_sequences: Any,
    empty: Any,
    *,
    seen: Mapping[str, Any],
    wrong: str,
) -> dict[str, Any]:
    """Pad three times; with ``seen``, go on from where the student's own tokens lie."""
    program = partial(padded, wrong=wrong)
    found = outcome(program, sequences, length, side, long_sequences, empty)
    if wrong in TYPES:
        found["type_of_ids"], found["type_of_mask"] = TYPES[wrong]
    if not seen:
        return found
    own_ids, own_mask = np.asarray(seen["ids"]), np.asarray(seen["mask"])
    other = padded(sequences, length, OTHER[side], "")
    if own_ids.shape == other[0].shape and (own_ids == other[0]).all():
        side = OTHER[side]
    width = own_ids.shape[1] if own_ids.ndim == 2 else length
    found["mask"] = program(sequences, width, side)[1]
    token = bool(own_mask[padded(sequences, width, side, "")[1]].any())
    if isinstance(found["mask_of_long"], list):
        found["mask_of_long"] = [[here == token for here in row] for row in found["mask_of_long"]]
    if wrong:
        again = outcome(program, sequences, width, side, long_sequences, empty)
        found |= {name: again[name] for name in ("ids_of_empty", "mask_of_empty")}
    elif own_ids[sequences.index([1])].any():  # from a row without its token nothing follows
        order = [sequences.index(row or [1]) for row in empty]
        found |= {"ids_of_empty": own_ids[order].tolist(), "mask_of_empty": own_mask[order].tolist()}
    return found


def outcome(program: Any, *arguments: Any) -> dict[str, Any]:
    """Return the outputs of a program by name."""
    return dict(zip(PAD.returns, taken_apart(pad_thrice(program, *arguments), *arguments), strict=True))


PAD = Task(
    function="pad",
    returns=(
        "ids",
        "mask",
        "ids_of_long",
        "mask_of_long",
        "ids_of_empty",
        "mask_of_empty",
        "type_of_ids",
        "type_of_mask",
    ),
    cases=pad_cases,
    reference=padding,
    drive=pad_thrice,
    parameters={"long_sequences": "sequences", "empty": "sequences"},
    digest=taken_apart,
    ideas=(
        Idea(
            "pad-side",
            ("ids",),
            {
                "the two sides exchanged": "The side says where the padding stands. Where do your tokens "
                "stand?",
                "padding always in front": "The side makes no difference to your rows; some have their "
                "padding in front where it belongs behind.",
                "padding always behind": "The side makes no difference to your rows; some have their "
                "padding behind where it belongs in front.",
                "filled with the unknown id": "Id 1 stands for a word that nobody knows. Where there is no "
                "word, another id is due.",
                "filled with −1": "The id for padding is one of the two reserved ones.",
                "as wide as the longest sequence": "Here all sequences are shorter than a row, and a row "
                "is as wide as it was asked for.",
                "text backwards": "The tokens stand in the opposite order. A text is read from left to "
                "right on whichever side the padding is.",
            },
        ),
        Idea(
            "pad-cut",
            ("ids_of_long", "mask_of_long"),
            {
                "the end cut off": "You keep the beginning of a long sequence. The rule keeps another part.",
                "cut on the side of the padding": "What is kept of a long sequence must not depend on the "
                "side of the padding.",
                "cut on the side opposite to the padding": "What is kept of a long sequence must not "
                "depend on the side of the padding, not even the other way round.",
                "the middle cut out": "You keep the beginning and the end. That is what the course's own "
                "function does; the rule here is another.",
                "one token too few": "There is a place left in the row of a sequence that is too long.",
                "the end shifted by one": "The very last token is missing.",
                "the row too short for the sequence": "A sequence that is too long is laid into its row "
                "whole. It has to be cut before.",
                "rows of different length": "A sequence that is too long makes a row that is too long. It "
                "has to be cut before.",
            },
        ),
        Idea(
            "pad-mask",
            ("mask",),
            {
                "true and false exchanged": "The mask says where the tokens are, and not where the padding "
                "is.",
                "everything marked as real": "The mask is true at padding, too.",
                "unknown words marked as padding": "Id 1 is a token: the word is unknown, but it is there.",
                "one place too many": "One place of padding, next to the tokens, counts as real, too.",
                "one place too few": "One of the tokens is marked as padding.",
                "always at the beginning of the row": "The mask ignores the side; the ids do not.",
                "always at the end of the row": "The mask ignores the side, and the ids do not.",
                "on the other side of the row": "The mask marks as many places as it should, on the other "
                "side of the row.",
            },
        ),
        Idea(
            "pad-empty",
            ("ids_of_empty", "mask_of_empty"),
            {
                "an empty sequence left empty": "The row of an empty sequence has no real place at all. "
                "What should stand there?",
                "the unknown token not marked": "The token that stands for an empty sequence is there, and "
                "the mask does not know of it.",
                "padding marked in place of a token": "A place is marked as real, and what stands there is "
                "padding.",
                "a whole row of unknown tokens": "An empty sequence counts as one unknown token, not as a "
                "row full of them.",
                "an empty sequence left out": "The result has fewer rows than there were sequences: row "
                "and label no longer belong together.",
                "a slice from −0": "Counting from the end, the last 0 places are not none but all. What "
                "becomes of the row of an empty sequence?",
            },
        ),
        Idea(
            "pad-types",
            ("type_of_ids", "type_of_mask"),
            {
                "ids as floating-point numbers": "What type of number does NumPy give to an array if you "
                "do not say?",
                "mask as whole numbers": "For whole numbers, the sign ~ turns 1 into −2 and not into 0. "
                "Which type has true and false?",
                "mask as floating-point numbers": "What type does NumPy give to an array if you do not "
                "say? A mask has true and false.",
                "both as floating-point numbers": "What type does NumPy give to an array if you do not "
                "say? Neither of the two should have it.",
                "ids as floating-point numbers, mask as whole ones": "The ids should be whole numbers, and "
                "the mask truth values.",
                "lists in place of arrays": "Both results are lists of lists. Make NumPy arrays of them.",
            },
        ),
        Idea("pad-contract"),
    ),
)
