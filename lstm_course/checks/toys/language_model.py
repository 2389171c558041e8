"""Toys of assignment 07-language-model: made-up models, and drives that call a function more than once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

DRAWS = 24  # calls of a sampler, each with the same generator


def chunked(make_chunks: Any, ids: Any, batch: int, steps: int) -> Any:
    """Call once; where there is one stream, look its characters up as an embedding does."""
    made = make_chunks(ids, batch, steps)
    if made is None:
        return None
    inputs, targets = made
    if batch == 1:
        embedding = np.eye(len(ids) + 3)
        embedding[np.asarray(inputs)], embedding[np.asarray(targets)]
    return inputs, targets


def softmax_runs(softmax: Any, logits: Any, order: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Return p of logits; in another order, of very large ones, of very small ones, and of both in turns.

    Last of all, p of rows whose logits are a thousand apart; whole numbers, exact in single precision too.
    """
    turned = logits[..., order]
    turns = np.where(np.arange(logits[..., 0].size) % 2, 800.0, -800.0).reshape(logits[..., :1].shape)
    wide = 1000.0 * logits.argsort(axis=-1).argsort(axis=-1)
    shifted = softmax(turned + 800), softmax(turned - 800), softmax(turned + turns)
    return softmax(logits), *shifted, softmax(wide)


def training_runs(train_chunks: Any, inputs: Any, targets: Any, state: Any, weights: Any) -> Any:
    """Train a toy that has a memory and never learns, then one that learns and has no memory.

    Returns
    -------
    tuple, or None if the function returns None
        The first one's losses and last state; the second one's weights, and for each of its backward passes
        the inputs of the chunk and what came in from behind it.
    """
    made = train_chunks(inputs, targets, state, weights, read, go_back, keep)
    if made is None:
        return None
    losses, last, _ = made
    came_in: list[tuple[Any, Any]] = []

    def listen(cache: Any, d_state: Any) -> tuple[Any, Any]:
        came_in.append((np.array(cache[0]), None if d_state is None else np.array(d_state)))
        return go_back(cache, None)

    *_, learnt = train_chunks(inputs, targets, state, weights, read_without_memory, listen, descend)
    return losses, last, learnt, came_in


def read(inputs: Any, targets: Any, state: Any, weights: Any) -> tuple[float, Any, Any]:
    """Read a chunk (batch, time) from a state (batch, units): return (loss, state, cache)."""
    loss, units = 0.0, np.arange(1, state.shape[1] + 1)
    for t in range(inputs.shape[1]):
        state = 0.8 * state + np.sin(inputs[:, t, None] * units + weights[0])
        loss += float(np.cos(state.sum(axis=1) + 0.5 * targets[:, t]).mean() + 1.5)
    return loss / inputs.shape[1], state, (inputs, targets, weights)


def read_without_memory(inputs: Any, targets: Any, state: Any, weights: Any) -> tuple[float, Any, Any]:
    """Read a chunk, always from zeros: return (loss, a state without meaning, cache)."""
    loss, _, cache = read(inputs, targets, np.zeros_like(state), weights)
    return loss, 0.5 * state + 1, cache


def go_back(cache: Any, d_state: Any) -> tuple[Any, Any]:
    """Return (a made-up gradient, a made-up derivative by the state); no real derivatives."""
    inputs, targets, weights = cache
    gradient = np.cos(weights * inputs.sum() + np.arange(weights.size)) + 0.3 * np.sin(targets.sum())
    d_before = np.full((inputs.shape[0], 2), 0.5 + 0.1 * float(np.cos(inputs.sum())))
    return gradient, d_before if d_state is None else d_before + 0.1 * np.sum(d_state)


def keep(weights: Any, gradient: Any) -> Any:
    """Return the weights as they are."""
    return weights.copy()


def descend(weights: Any, gradient: Any) -> Any:
    """Return the weights after a step that also shrinks them, so that the order of the steps shows."""
    return 0.9 * weights - 0.4 * gradient


def soft_base_ten(logits: Any) -> Any:
    """Return probabilities that are ten times as large where a logit is larger by 1, along the last axis."""
    powers = 10.0 ** (logits - np.max(logits, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


class Listener:
    """A model with the same logits at every step; its state is the tuple of all that it has read."""

    def __init__(self, logits: Any) -> None:
        self.logits, self.heard = logits, [()]  # the last: what it had read, call by call

    def __call__(self, token: Any, state: Any) -> tuple[Any, Any]:
        """Read one character, an id: return (logits, state)."""
        if np.size(token) != 1:
            raise TypeError(f"logits_of reads one character at a time, got {np.size(token)}")
        state = (*(state or ()), int(np.reshape(token, ())))
        self.heard.append(state)
        return self.logits.copy(), state


def sampled(sample: Callable[..., Any], logits: Any, start: Any, *rest: Any) -> Any:
    """Let a model write: once, many times where there is something to choose, and once at temperature 0.

    Returns
    -------
    tuple, or None if the function returns None
        The first text; all that the model had read then, call by call; the other texts; the last text, None
        where there was an exception.
    """
    count, temperature, rng = rest
    listener = Listener(logits)
    written = sample(listener, soft_base_ten, start, count, temperature, rng)
    if written is None:
        return None
    if count == 1:
        np.eye(len(logits))[np.asarray(written)]  # looked up, as an embedding does
    times = 0 if len(logits) == 1 or count == 1 else DRAWS
    texts = [sample(Listener(logits), soft_base_ten, start, count, temperature, rng) for _ in range(times)]
    try:
        greedy = sample(Listener(logits), soft_base_ten, start, count, 0, rng)
    except Exception:
        greedy = None
    return written, listener.heard, texts, greedy
