"""From probabilities to a sentence: greedy search and beam search.

Both see a model as one function, ``step(tokens, state)``. It reads one token per row and returns the log
probabilities of the next, of shape (rows, V), and the new state: a tuple of arrays with one row each. NumPy
alone, so the searches can be tested on models small enough to try every sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_course.errors import InputError

State = tuple[np.ndarray, ...]
Step = Callable[[np.ndarray, State], tuple[np.ndarray, State]]


@dataclass(frozen=True)
class Hypothesis:
    """A sentence that the search proposes.

    Attributes
    ----------
    tokens : tuple of int
        Its ids, END left out.
    log_probability : float
        The sum of the log probabilities of its tokens and of END, in nats.
    finished : bool
        False if the search reached its limit before the sentence ended.
    """

    tokens: tuple[int, ...]
    log_probability: float
    finished: bool = True

    def score(self, alpha: float = 0.0) -> float:
        """Return the log probability divided by length ** alpha; END counts as a token.

        Examples
        --------
        >>> Hypothesis((4, 7, 5), -2.0).score(alpha=1.0)
        -0.5
        """
        return self.log_probability / (len(self.tokens) + self.finished) ** alpha


def _check(state: State, limit: int) -> int:
    """Return the number of rows."""
    if len(state) == 0 or len({len(array) for array in state}) != 1:
        raise InputError("a state of arrays with equally many rows", str([len(array) for array in state]))
    if limit < 1:
        raise InputError("a limit of at least 1 token", str(limit))
    return len(state[0])


def greedy_search(step: Step, state: State, start: int, end: int, limit: int = 20) -> list[Hypothesis]:
    """Take the most probable token at every step, until END or ``limit`` tokens.

    Parameters
    ----------
    step : callable
        The model: (tokens (rows,), state) to (log probabilities (rows, V), state).
    state : tuple of ndarray
        What the model starts from, one row per source.
    start, end : int
        The id that every sentence begins with, and the one that ends it.
    limit : int
        The most tokens that a sentence may have, END among them.

    Returns
    -------
    list of Hypothesis
        One per source.

    Raises
    ------
    InputError
        A state without rows in common, or a limit below 1.
    """
    rows = _check(state, limit)
    tokens = np.full(rows, start)
    total, running = np.zeros(rows), np.ones(rows, bool)
    written: list[list[int]] = [[] for _ in range(rows)]
    for _ in range(limit):
        log_p, state = step(tokens, state)
        tokens = log_p.argmax(axis=1)
        total += np.where(running, log_p[np.arange(rows), tokens], 0.0)
        running &= tokens != end
        for row in np.flatnonzero(running):
            written[row].append(int(tokens[row]))
        if not running.any():
            break
    return [Hypothesis(tuple(w), float(t), not r) for w, t, r in zip(written, total, running, strict=True)]


def beam_search(
    step: Step,
    state: State,
    start: int,
    end: int,
    limit: int = 20,
    *,
    width: int = 4,
    alpha: float = 0.0,
) -> list[list[Hypothesis]]:
    """Keep the ``width`` most probable beginnings at every step instead of the single best one.

    A beginning that ends leaves the beam, and the beam is one narrower from then on; the search is over when
    all have ended. So a beam of width 1 is greedy search, and one that is wide enough sees every sentence.

    Parameters
    ----------
    step, state, start, end, limit
        As for `greedy_search`.
    width : int
        Beginnings to keep per source.
    alpha : float
        How strongly the final choice makes up for length: 0 ranks by log probability, 1 by its mean.

    Returns
    -------
    list of lists of Hypothesis
        For each source at most ``width`` sentences, the best first, those that ended before the others.

    Raises
    ------
    InputError
        A width or limit below 1, or a state without rows in common.
    """
    sources = _check(state, limit)
    if width < 1:
        raise InputError("a beam width of at least 1", str(width))
    found: list[list[Hypothesis]] = [[] for _ in range(sources)]
    state = tuple(np.repeat(array, width, axis=0) for array in state)  # (sources * width, ...)
    tokens = np.full(sources * width, start)
    total = np.full((sources, width), -np.inf)
    total[:, 0] = 0.0  # one empty beginning per source; the other places are free
    written = np.zeros((sources, width, 0), int)
    for _ in range(limit):
        log_p, state = step(tokens, state)
        vocabulary = log_p.shape[1]
        extended = (total[:, :, None] + log_p.reshape(sources, width, vocabulary)).reshape(
            sources, width * vocabulary
        )
        best = np.argsort(-extended, axis=1, kind="stable")[:, :width]  # (sources, width)
        total = np.take_along_axis(extended, best, axis=1)
        open_places = width - np.array([len(hypotheses) for hypotheses in found])
        total[np.arange(width) >= open_places[:, None]] = -np.inf
        parents, tokens = best // vocabulary, best % vocabulary
        written = np.take_along_axis(written, parents[:, :, None], axis=1)
        for source, place in np.argwhere((tokens == end) & np.isfinite(total)):
            sentence = tuple(written[source, place].tolist())
            found[source].append(Hypothesis(sentence, float(total[source, place])))
            total[source, place] = -np.inf
        if not np.isfinite(total).any():
            break
        written = np.concatenate([written, tokens[:, :, None]], axis=2)
        rows = (np.arange(sources)[:, None] * width + parents).ravel()
        state, tokens = tuple(array[rows] for array in state), tokens.ravel()
    for source, place in np.argwhere(np.isfinite(total)):
        sentence = tuple(written[source, place].tolist())
        found[source].append(Hypothesis(sentence, float(total[source, place]), finished=False))
    return [sorted(h, key=lambda one: (not one.finished, -one.score(alpha))) for h in found]
