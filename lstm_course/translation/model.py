"""The translator: a bidirectional LSTM reads, an LSTM writes, and attention, if wanted, looks back.

The encoder turns a source of S characters into S states of M = 2·units numbers, and hands its final states
over; the decoder starts from them. In training it reads the true pieces (teacher forcing), so that one call
covers all T steps; in decoding it reads its own, one step at a time (`translating.stepper`).
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from lstm_course.errors import InputError
from lstm_course.text.vocabulary import PADDING
from lstm_course.translation.attention import GeneralAttention


@keras.saving.register_keras_serializable(package="lstm_course")
class Translator(keras.Model):
    """Encoder and decoder, with attention or without.

    Parameters
    ----------
    source_size, target_size : int
        Ids of the two vocabularies.
    units : int
        Units of the encoder in each direction; the decoder has twice as many, M.
    embedding : int
        Numbers per embedded character or piece.
    attention : bool
        Whether the decoder may look back at the encoder's states.
    bidirectional : bool
        If not, one forward LSTM of M units is the encoder.
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        *,
        units: int = 64,
        embedding: int = 32,
        attention: bool = True,
        bidirectional: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if min(source_size, target_size, units, embedding) < 1:
            raise InputError("sizes of at least 1", f"{source_size}, {target_size}, {units}, {embedding}")
        self.settings = {
            "source_size": source_size,
            "target_size": target_size,
            "units": units,
            "embedding": embedding,
            "attention": attention,
            "bidirectional": bidirectional,
        }
        size = 2 * units
        self.source_embedding = layers.Embedding(source_size, embedding, name="source_embedding")
        self.target_embedding = layers.Embedding(target_size, embedding, name="target_embedding")
        one = layers.LSTM(
            units if bidirectional else size, return_sequences=True, return_state=True, name="read"
        )
        self.bidirectional = bidirectional
        self.encoder = layers.Bidirectional(one, name="encoder") if bidirectional else one
        self.decoder = layers.LSTM(size, return_sequences=True, return_state=True, name="decoder")
        self.attention = GeneralAttention(name="attention") if attention else None
        self.combine = layers.Dense(size, activation="tanh", use_bias=False, name="combine")
        self.output_layer = layers.Dense(target_size, name="logits")

    def encode(self, source: Any) -> tuple[Any, Any, Any, Any]:
        """Read a source (batch, S): memory (batch, S, M), mask (batch, S), final h and c (batch, M)."""
        mask = ops.not_equal(source, PADDING)
        memory, *states = self.encoder(self.source_embedding(source), mask=mask)
        if self.bidirectional:
            h_forward, c_forward, h_backward, c_backward = states
            states = [
                ops.concatenate([h_forward, h_backward], axis=-1),
                ops.concatenate([c_forward, c_backward], axis=-1),
            ]
        return memory, mask, *states

    def write(self, pieces: Any, memory: Any, mask: Any, h: Any, c: Any) -> tuple[Any, ...]:
        """Read pieces (batch, T) and predict the next: logits (batch, T, V), weights or None, h, c."""
        states, h, c = self.decoder(self.target_embedding(pieces), initial_state=[h, c])
        weights = None
        if self.attention is not None:
            context, weights = self.attention(states, memory, mask)
            states = ops.concatenate([context, states], axis=-1)
        return self.output_layer(self.combine(states)), weights, h, c

    def call(self, inputs: tuple[Any, Any]) -> Any:
        """Return the logits (batch, T, V) for a source and the true pieces before each place."""
        source, target_in = inputs
        return self.write(target_in, *self.encode(source))[0]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), **self.settings}


def masked_loss(target: Any, logits: Any) -> Any:
    """Return the mean cross-entropy per real piece, in nats; padding counts for nothing.

    Parameters
    ----------
    target : tensor of shape (batch, T)
        Ids, 0 at padding.
    logits : tensor of shape (batch, T, V)
        Scores before the softmax.
    """
    mask = ops.cast(ops.not_equal(target, PADDING), logits.dtype)
    losses = ops.sparse_categorical_crossentropy(target, logits, from_logits=True)  # (batch, T)
    return ops.sum(losses * mask) / ops.sum(mask)
