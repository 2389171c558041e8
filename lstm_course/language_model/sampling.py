"""From log-probabilities to text: temperature, the best k, the nucleus, and the loop that writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_course.errors import InputError
from lstm_course.language_model.character_model import CharacterModel, log_softmax


def temper(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return softmax(logits / temperature) along the last axis; at temperature 0, all on the largest.

    Raises
    ------
    InputError
        If the temperature is negative or not finite.

    Examples
    --------
    >>> temper(np.log([0.2, 0.8]), 0.5).round(3).tolist()  # 0.04 and 0.64, made to sum to 1
    [0.059, 0.941]
    """
    if not 0 <= temperature < np.inf:
        raise InputError("a temperature of 0 or more", str(temperature))
    if temperature == 0:
        return np.eye(logits.shape[-1])[logits.argmax(axis=-1)]
    return np.exp(log_softmax(np.asarray(logits, np.float64) / temperature))


def keep_top(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Zero all but the k largest entries of each row, and rescale the rest to sum to 1.

    Raises
    ------
    InputError
        If k is below 1: nothing would be left to draw.

    Examples
    --------
    >>> keep_top(np.array([0.5, 0.3, 0.2]), 2).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if k < 1:
        raise InputError("k of at least 1", str(k))
    rank = (-probabilities).argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
    kept = np.where(rank < k, probabilities, 0)
    return kept / kept.sum(axis=-1, keepdims=True)


def keep_nucleus(probabilities: np.ndarray, mass: float) -> np.ndarray:
    """Keep the fewest most probable entries that reach ``mass`` together, and rescale [1]_.

    Raises
    ------
    InputError
        If the mass is not above 0 and at most 1.

    References
    ----------
    .. [1] Holtzman et al. (2020).

    Examples
    --------
    >>> keep_nucleus(np.array([0.5, 0.3, 0.2]), 0.7).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if not 0 < mass <= 1:
        raise InputError("a mass above 0 and at most 1", str(mass))
    order = (-probabilities).argsort(axis=-1, kind="stable")
    sorted_p = np.take_along_axis(probabilities, order, axis=-1)
    enough_before = sorted_p.cumsum(axis=-1) - sorted_p >= mass
    kept = np.zeros_like(probabilities)
    np.put_along_axis(kept, order, np.where(enough_before, 0, sorted_p), axis=-1)
    return kept / kept.sum(axis=-1, keepdims=True)


def sample(
    model: CharacterModel,
    start: np.ndarray,
    length: int,
    rng: np.random.Generator,
    *,
    temperature: float = 1.0,
    restrict: Callable[[np.ndarray], np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Let the model go on writing: draw a character, read it, draw the next.

    Parameters
    ----------
    model : CharacterModel
        Writes all rows side by side.
    start : ndarray of int of shape (batch, time)
        What it reads first, at least one character.
    length : int
        Characters to write.
    rng : numpy.random.Generator
        Draws.
    temperature : float
        Divides the logits; 0 takes the most probable character.
    restrict : callable, optional
        From probabilities (batch, vocabulary) to others, as ``keep_top`` or ``keep_nucleus``.

    Returns
    -------
    ids : ndarray of int of shape (batch, length)
        The characters written.
    entropies : ndarray of shape (batch, length)
        Entropy, in nats, of the distribution that each was drawn from.
    """
    ids = np.empty((len(start), length), np.int64)
    entropies = np.empty((len(start), length))
    logits, state = model.forward(start)
    for t in range(length):
        p = temper(logits[:, -1], temperature)
        p = p if restrict is None else restrict(p)
        entropies[:, t] = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=1)
        drawn = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
        ids[:, t] = drawn.clip(max=model.vocabulary - 1)
        logits, state = model.forward(ids[:, t : t + 1], state)
    return ids, entropies
