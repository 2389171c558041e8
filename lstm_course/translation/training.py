"""Batches of similar length, and the training of a translator by teacher forcing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import keras
import numpy as np

from lstm_course.errors import InputError
from lstm_course.translation.data import Batch, Languages, german
from lstm_course.translation.model import Translator, masked_loss

WIDTH_STEP = 16  # source widths are multiples of it, so that a compiler meets few shapes
TARGET_WIDTH = 16


def length_batches(
    numbers: Sequence[int], languages: Languages, batch_size: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """Yield all numbers once, German names of similar length together, the batches in random order.

    Raises
    ------
    InputError
        No numbers, or a batch size below 1.
    """
    if len(numbers) == 0 or batch_size < 1:
        raise InputError("numbers and a batch size of at least 1", f"{len(numbers)} and {batch_size}")
    lengths = np.array([len(german(number)) for number in numbers])
    order = np.lexsort((rng.random(len(numbers)), lengths))  # by length, ties in random order
    batches = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    for i in rng.permutation(len(batches)):
        width = -(-lengths[batches[i]].max() // WIDTH_STEP) * WIDTH_STEP
        yield languages.encode([numbers[j] for j in batches[i]], width, TARGET_WIDTH)


def train(
    model: Translator,
    numbers: Sequence[int],
    languages: Languages,
    *,
    epochs: int = 5,
    batch_size: int = 64,
    learning_rate: float = 3e-3,
    seed: int = 0,
) -> list[float]:
    """Train with Adam, a learning rate that falls to 0 along a cosine, and gradients clipped to norm 1.

    Parameters
    ----------
    model : Translator
        Its weights change.
    numbers : sequence of int
        What to learn from.
    languages : Languages
        The vocabularies that the model was made for.
    epochs, batch_size, learning_rate
        How long, how many numbers a step, and the rate at the start.
    seed : int
        For the order of the batches; the weights were drawn when the model was made.

    Returns
    -------
    list of float
        The loss of each batch, in nats per piece.

    Raises
    ------
    InputError
        No epoch, no numbers, or a batch size below 1.
    """
    if min(epochs, batch_size, len(numbers)) < 1:
        received = f"{epochs} epochs, batch size {batch_size}, {len(numbers)} numbers"
        raise InputError("at least one epoch, a batch size of at least 1, and numbers", received)
    rng = np.random.default_rng(seed)
    steps = epochs * -(-len(numbers) // batch_size)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0), loss=masked_loss)
    losses = []
    for _ in range(epochs):
        for batch in length_batches(numbers, languages, batch_size, rng):
            model.reset_metrics()  # otherwise the loss that comes back is a mean over all batches so far
            losses.append(float(model.train_on_batch((batch.source, batch.target_in), batch.target_out)))
    return losses
