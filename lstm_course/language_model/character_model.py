"""A language model of characters with the course's own layers: embedding, LSTM, a logit for each character.

    x_t = E[w_t],  (h_t, c_t) = LSTM(x_t, h_{t−1}, c_{t−1}),  p(w_{t+1} | w_1 … w_t) = softmax(h_t W_y + b_y)

The state goes in and comes out as an argument, so whether it is carried from one chunk to the next is for
the caller to say, and nothing is remembered behind anyone's back.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lstm_course.language_model.characters import ALPHABET
from lstm_course.language_model.chunks import chunks
from lstm_course.recurrent import LSTM, Adam, Dense, Embedding
from lstm_course.recurrent.losses import categorical_crossentropy_from_logits

State = list[np.ndarray]

#: Keras draws a token's vector from (−0.05, 0.05), so small that forty characters look alike to the LSTM for
#: the first hundred updates or so. Twenty times that, (−1, 1), saves them.
VECTOR_SCALE = 20


class CharacterModel:
    """Embedding, LSTM and Dense, in that order.

    Parameters
    ----------
    features : int
        Size of a character's vector.
    units : int
        Size of the LSTM's states.
    rng : numpy.random.Generator
        Draws the initial weights, as Keras draws them, but for the size of the vectors (``VECTOR_SCALE``).
    vocabulary : int
        Number of different characters.

    Examples
    --------
    >>> model = CharacterModel(8, 16, np.random.default_rng(0))
    >>> logits, (h, c) = model.forward(np.array([[3, 1, 4, 1, 5]]))
    >>> logits.shape, h.shape
    ((1, 5, 40), (1, 16))
    """

    def __init__(
        self, features: int, units: int, rng: np.random.Generator, vocabulary: int = len(ALPHABET)
    ) -> None:
        self.vocabulary = vocabulary
        self.embedding = Embedding(vocabulary, features)
        self.lstm = LSTM(units, return_sequences=True, return_state=True)
        self.head = Dense(vocabulary)
        self.embedding.build(1, rng)
        self.embedding.weights[0] *= VECTOR_SCALE
        self.lstm.build(features, rng)
        self.head.build(units, rng)

    @property
    def layers(self) -> tuple[Embedding, LSTM, Dense]:
        """The three layers, from input to output."""
        return self.embedding, self.lstm, self.head

    @property
    def weights(self) -> list[np.ndarray]:
        """All weights, in the order of the Keras model's."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def gradients(self) -> list[np.ndarray]:
        """The gradients of the latest ``backward``, aligned with ``weights``."""
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take copies of six arrays: the embedding, the LSTM's three, the Dense layer's two."""
        self.embedding.set_weights(weights[:1])
        self.lstm.set_weights(weights[1:4])
        self.head.set_weights(weights[4:])

    def forward(self, ids: np.ndarray, state: State | None = None) -> tuple[np.ndarray, State]:
        """Read characters and score the next one after each.

        Parameters
        ----------
        ids : ndarray of int of shape (batch, time)
            The characters.
        state : (h, c), each of shape (batch, units), optional
            Where to go on from; zeros by default.

        Returns
        -------
        logits : ndarray of shape (batch, time, vocabulary)
            The softmax of ``logits[:, t]`` is the distribution of the character after ``ids[:, t]``.
        state : [h, c]
            After the last character.
        """
        vectors = self.embedding.forward(ids)
        hidden, *state = self.lstm.forward(vectors, initial_state=state)
        return self.head.forward(hidden), state

    def backward(self, d_logits: np.ndarray) -> None:
        """Fill ``gradients`` from ∂L/∂logits of the latest forward pass; no gradient enters by the state."""
        d_hidden = self.head.backward(d_logits)
        self.embedding.backward(self.lstm.backward([d_hidden, None, None]))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return logits minus the logarithm of the sum of their exponentials, along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def evaluate(
    model: CharacterModel, ids: np.ndarray, *, batch: int = 20, steps: int = 100, carry: bool = True
) -> np.ndarray:
    """Return −log p of the characters of a text, read in parallel streams, chunk by chunk.

    Parameters
    ----------
    model : CharacterModel
        Reads; it does not learn.
    ids : ndarray of int of shape (characters,)
        The text.
    batch, steps : int
        Number of streams, and characters of a chunk; see ``chunks``.
    carry : bool
        Start each chunk from the final state of the chunk before; with ``False``, from zeros.

    Returns
    -------
    ndarray of shape (batch, number of chunks, steps)
        In nats.
    """
    state, found = None, []
    for inputs, targets in chunks(ids, batch, steps):
        logits, state = model.forward(inputs, state if carry else None)
        chosen = np.take_along_axis(log_softmax(logits), targets[:, :, None].astype(np.int64), axis=2)
        found.append(-chosen[:, :, 0])
    return np.stack(found, axis=1)


def train(
    model: CharacterModel,
    batches: Iterable[tuple[np.ndarray, np.ndarray]],
    *,
    updates: int,
    learning_rate: float,
    carry: bool = True,
) -> list[float]:
    """Train on chunks in order, with Adam, the gradient clipped to norm 1, the step size falling to 0.

    Parameters
    ----------
    model : CharacterModel
        Its weights are changed in place.
    batches : iterable of (inputs, targets), each of shape (batch, time)
        See ``chunks``.
    updates : int
        Over so many updates the step size falls linearly to 0; training stops then or when the batches end.
    learning_rate : float
        Step size of the first update.
    carry : bool
        Start each chunk from the final state of the chunk before; with ``False``, from zeros.

    Returns
    -------
    list of float
        The loss of each chunk before its update, in nats per character.
    """
    adam, state, curve = Adam(learning_rate, global_clipnorm=1.0), None, []
    for done, (inputs, targets) in zip(range(updates), batches, strict=False):
        adam.learning_rate = learning_rate * (1 - done / updates)
        logits, state = model.forward(inputs, state if carry else None)
        loss, d_logits = categorical_crossentropy_from_logits(targets, logits)
        model.backward(d_logits)
        adam.update(model.weights, model.gradients)
        curve.append(loss)
    return curve
