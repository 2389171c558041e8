"""A trained translator at work: texts in, texts out, with log probabilities and attention weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from lstm_course.errors import InputError
from lstm_course.translation.data import Languages, pieces
from lstm_course.translation.decoding import Hypothesis, State, Step, beam_search, greedy_search
from lstm_course.translation.model import Translator


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return log probabilities along the last axis, in float64.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 0.0])).round(3)
    array([-0.693, -0.693])
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def read(model: Translator, source: np.ndarray) -> State:
    """Run the encoder; return what the decoder needs: h, c, the memory and its mask, as arrays."""
    memory, mask, h, c = (ops.convert_to_numpy(array) for array in model.encode(source))
    return h, c, memory, mask


def stepper(model: Translator) -> Step:
    """Return the model as the function of one step that the searches want."""

    def step(tokens: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        h, c, memory, mask = state
        logits, _, h, c = model.write(tokens[:, None], memory, mask, h, c)
        log_p = log_softmax(ops.convert_to_numpy(logits)[:, 0])
        return log_p, (ops.convert_to_numpy(h), ops.convert_to_numpy(c), memory, mask)

    return step


def search(
    model: Translator,
    languages: Languages,
    texts: Sequence[str],
    *,
    width: int | None = None,
    alpha: float = 0.0,
    limit: int = 20,
) -> list[Hypothesis]:
    """Return the best hypothesis for each text: by greedy search, or by a beam if ``width`` is given.

    Raises
    ------
    InputError
        No texts, an empty one, a width or limit below 1.
    """
    if len(texts) == 0:
        raise InputError("at least one text", "none")
    state = read(model, languages.read(texts))
    ends = languages.start, languages.end
    if width is None:
        return greedy_search(stepper(model), state, *ends, limit)
    beams = beam_search(stepper(model), state, *ends, limit, width=width, alpha=alpha)
    return [hypotheses[0] for hypotheses in beams]


def translate(model: Translator, languages: Languages, texts: Sequence[str], **options: Any) -> list[str]:
    """Return the French of German numbers; the options are those of `search`."""
    return [languages.write(found.tokens) for found in search(model, languages, texts, **options)]


def forced(
    model: Translator, languages: Languages, texts: Sequence[str], answers: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Let the decoder read given answers: teacher forcing, after training.

    Returns
    -------
    log_p : ndarray of shape (batch, T, V)
        Log probabilities of the next piece at every place.
    target : ndarray of shape (batch, T), int32
        The piece that the answer has there, END at the end, then 0.
    weights : ndarray of shape (batch, T, S), or None
        Attention weights, if the model has attention.

    Raises
    ------
    InputError
        Texts and answers of different number, or none.
    """
    if len(texts) == 0 or len(texts) != len(answers):
        raise InputError("as many answers as texts", f"{len(answers)} and {len(texts)}")
    target_in, target_out = languages.targets([pieces(answer) for answer in answers])
    h, c, memory, mask = read(model, languages.read(texts))
    logits, weights, _, _ = model.write(target_in, memory, mask, h, c)
    log_p = log_softmax(ops.convert_to_numpy(logits))
    return log_p, target_out, None if weights is None else ops.convert_to_numpy(weights)


def log_probabilities(
    model: Translator, languages: Languages, texts: Sequence[str], answers: Sequence[str]
) -> np.ndarray:
    """Return the log probability that the model gives to each answer, END included, in nats."""
    log_p, target, _ = forced(model, languages, texts, answers)
    chosen = np.take_along_axis(log_p, target[:, :, None], axis=2)[:, :, 0]
    return np.where(target != 0, chosen, 0.0).sum(axis=1)
