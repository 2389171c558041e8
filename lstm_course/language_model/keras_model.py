"""The character model in Keras: the same three layers, weights, optimiser and order of the data."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from lstm_course.language_model.character_model import CharacterModel
from lstm_course.language_model.chunks import chunks


def keras_twin(model: CharacterModel, batch: int, *, updates: int, learning_rate: float) -> Any:
    """Return a compiled, stateful ``keras.Sequential`` with copies of the model's weights.

    Parameters
    ----------
    model : CharacterModel
        Gives sizes and weights.
    batch : int
        Streams read side by side, which Keras fixes for a stateful layer.
    updates : int
        Over so many updates the step size falls linearly to 0, as in ``train``.
    learning_rate : float
        Step size of the first update.
    """
    embedding, lstm, head = model.layers
    twin = keras.Sequential(
        [
            keras.Input(batch_shape=(batch, None)),
            keras.layers.Embedding(embedding.input_dim, embedding.output_dim),
            keras.layers.LSTM(lstm.units, return_sequences=True, stateful=True),
            keras.layers.Dense(head.units),
        ]
    )
    twin.set_weights(model.weights)
    schedule = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, end_learning_rate=0.0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    twin.compile(keras.optimizers.Adam(schedule, global_clipnorm=1.0), loss)
    return twin


class LossPerUpdate(keras.callbacks.Callback):
    """Collects the loss of each chunk, which ``fit`` itself reports as a running mean.

    That mean is kept in single precision, so after a thousand chunks a loss is good to about 1e-4.
    """

    def __init__(self) -> None:
        super().__init__()
        self.curve: list[float] = []
        self._sum = 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Take the newest loss out of the running mean."""
        total = (batch + 1) * logs["loss"]
        self.curve.append(float(total - self._sum))
        self._sum = total


def train_keras(twin: Any, ids: np.ndarray, *, batch: int, steps: int, updates: int) -> list[float]:
    """Train a stateful model on the chunks of a text, in order, once; return the loss of each chunk."""
    pairs = list(zip(range(updates), chunks(ids, batch, steps), strict=False))
    inputs = np.concatenate([x for _, (x, _) in pairs]).astype(np.int32)
    targets = np.concatenate([y for _, (_, y) in pairs]).astype(np.int32)
    record = LossPerUpdate()
    twin.layers[1].reset_state()
    twin.fit(inputs, targets, batch_size=batch, shuffle=False, epochs=1, verbose=0, callbacks=[record])
    return record.curve
