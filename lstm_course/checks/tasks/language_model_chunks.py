"""Tasks of assignment 07-language-model: one long text as chunks."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.compare import array_of
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.language_model import chunked


def chunk_cases(rng: np.random.Generator) -> list[Case]:
    """Texts without a repeated character, so that every character says where it comes from."""
    plain = [(35, 3, 4), (34, 2, 5), (45, 4, 3)]  # streams of 11, of 17, and of 11 (2 chunks and 3 over)
    plain.append((36, 3, 4))  # streams of 12: the third chunk lacks its last target
    edges = [(13, 1, 4), (9, 2, 1), (14, 1, 6)]
    return [
        Case(
            {"ids": rng.permutation(n) + 3, "batch": batch, "steps": steps},
            f"{n} characters, batch {batch}, {steps} steps",
            (n, batch, steps) in edges,
        )
        for n, batch, steps in plain + edges
    ]


def make_chunks(ids: Any, batch: int, steps: int, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Streams, cut into chunks in order; the targets one character later."""
    length = len(ids) // batch
    number = length // steps if wrong == "a chunk without its last target" else (length - 1) // steps
    rows = ids[: batch * length].reshape(batch, length)
    if wrong == "characters dealt out to the streams in turn":
        rows = ids[: batch * length].reshape(length, batch).T
    if wrong == "every stream the whole text from its beginning":
        rows = np.tile(ids[:length], (batch, 1))
    parts = [rows[:, k * steps : (k + 1) * steps] for k in range(number)]
    if wrong == "chunks that overlap":
        parts = [rows[:, k * (steps - 1) : k * (steps - 1) + steps] for k in range(number)]
    if wrong == "a character lost between two chunks":
        number = length // (steps + 1)
        parts = [rows[:, k * (steps + 1) : k * (steps + 1) + steps] for k in range(number)]
    inputs = np.stack(parts)
    if wrong == "streams that do not go on from chunk to chunk":
        inputs = ids[: number * batch * steps].reshape(number, batch, steps)
    if wrong == "axes of chunk and stream exchanged":
        inputs = inputs.transpose(1, 0, 2)
    if wrong == "the first chunk left out":
        inputs = inputs[1:]
    return {"inputs": inputs, "targets": _targets(ids, inputs, seen, wrong)}


def _targets(ids: Any, inputs: Any, seen: Any, wrong: str) -> Any:
    """Return the character after each input, which need not be the right input."""
    own = array_of(seen.get("inputs"))
    if own.ndim == 3 and own.size and np.isin(own, ids).all():
        inputs = own
    places = np.argsort(ids)[np.searchsorted(np.sort(ids), inputs.astype(int))]
    if wrong == "targets that are the inputs":
        return inputs
    if wrong == "targets two characters later":
        return ids[(places + 2) % len(ids)]
    if wrong == "targets one character earlier":
        return ids[places - 1]
    if wrong == "the last target wrapped around":
        return np.roll(inputs, -1, axis=2)
    if wrong == "the last target repeated":
        return np.concatenate([inputs[:, :, 1:], inputs[:, :, -1:]], axis=2)
    if wrong == "the last target set to zero":
        return np.concatenate([inputs[:, :, 1:], np.zeros_like(inputs[:, :, -1:])], axis=2)
    if wrong == "targets from the next stream":
        return np.roll(inputs, -1, axis=1)
    if wrong == "one target for each chunk":
        return ids[(places[:, :, -1] + 1) % len(ids)]
    return ids[(places + 1) % len(ids)]


CHUNKS = Task(
    function="make_chunks",
    returns=("inputs", "targets"),
    cases=chunk_cases,
    reference=make_chunks,
    drive=chunked,
    may_share=True,
    ideas=(
        Idea(
            "chunks-inputs",
            ("inputs",),
            {
                "streams that do not go on from chunk to chunk": "Row 0 of the second chunk should begin "
                "where row 0 of the first chunk stopped. Here it begins where the last row stopped.",
                "characters dealt out to the streams in turn": "Neighbours in a row should be neighbours in "
                "the text. Into which order does your reshape put them?",
                "every stream the whole text from its beginning": "All rows read the same characters, so a "
                "large batch teaches no more than a batch of one.",
                "axes of chunk and stream exchanged": "A loop over the first axis should give one chunk "
                "after the other, each with all of the streams.",
                "a chunk without its last target": "The last character of a stream has no successor in it. "
                "How many chunks are there for which every input has one?",
                "chunks that overlap": "A chunk should begin with the character after the last input of the "
                "chunk before; here that character is read twice.",
                "a character lost between two chunks": "A chunk should begin with the character after the "
                "last input of the chunk before. That one serves as a target, and must be an input too.",
                "the first chunk left out": "The streams should be read from their very first character.",
            },
        ),
        Idea(
            "chunks-targets",
            ("targets",),
            {
                "targets that are the inputs": "A model that may look at the answer learns to copy it.",
                "targets two characters later": "The target of an input is the very next character of the "
                "text.",
                "targets one character earlier": "The model is to predict what comes, not what has been.",
                "the last target wrapped around": "What follows the last input of a chunk is not the first "
                "one of the same chunk. Look for it in the stream.",
                "the last target repeated": "Look at the last target of each chunk: it is the last input "
                "again. Its successor is in the stream, though not among the inputs of this chunk.",
                "the last target set to zero": "Look at the last target of each chunk. It has a successor "
                "in the stream, though not among the inputs of this chunk.",
                "targets from the next stream": "The next character is further along the axis of time, not "
                "of the streams.",
                "one target for each chunk": "Every step has a target of its own, so the targets have the "
                "shape of the inputs.",
            },
        ),
        Idea("chunks-contract"),
    ),
)
