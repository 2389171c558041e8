"""Pretraining on text without labels: an LSTM that predicts the next word, or repeats what it has read.

Both train an embedding E (V, features) and a forward LSTM, which a model of sentiment then begins with
(Dai & Le 2015). At step t the LSTM's output h_t (units) is mapped to the length of a word's vector and
compared with all of them,

    logits_t = E (P h_t) + b,    P of shape (features, units),                            (1)

so the embedding is learnt from both ends.

- The *language model* (``lm``) reads x_1 … x_T and predicts x_{t+1} at t.
- The *sequence autoencoder* (``sa``) reads x_1 … x_T, a sign, and x_1 … x_{T-1} again; from the sign on it
  predicts x_1 … x_T. The state at the sign is all it has to say them from. The sign is no word: it has a row
  of its own in E, row V, which is never predicted, and which the model of sentiment does not take over.

A softmax over V = 20,000 words at every step would cost more than the LSTM. So each batch draws K words
from a distribution q, and the softmax runs over the right word and these: with

    logit'_w = logit_w − ln(K q(w)),                                                      (2)

the gradient is that of the full softmax on average as K grows (Bengio & Senécal 2008; Jean et al. 2015). The
right word stays among the drawn ones where it was drawn: without it, the denominator would lack its weight.

References
----------
Dai & Le (2015), "Semi-supervised Sequence Learning".
Jean, Cho, Memisevic & Bengio (2015), "On Using Very Large Target Vocabulary for Neural Machine
Translation", section 3.
Press & Wolf (2017), "Using the Output Embedding to Improve Language Models".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from lstm_course.sentiment.batches import rectangle, training_batches, word_counts
from lstm_course.sentiment.learner import load_arrays, reading_checkpoint, save_arrays
from lstm_course.sentiment.optimizer import DenseAdam
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.right_padded import RightPaddedLSTM
from lstm_course.sentiment.stages import Stages

Kind = Literal["lm", "sa"]
FLATTER = 0.75  # exponent of a word's count in q
EPOCHS, BATCH_SIZE, DRAWN, LEARNING_RATE, CLIP_NORM = 3, 32, 1000, 2e-3, 1.0
PIECE = {"lm": 400, "sa": 100}  # words of a piece; repeating a long text from one state is beyond an LSTM
WEIGHTS, FINISHED = "pretraining.weights.h5", "pretraining.npz"
SHORTEST = 5  # a shorter rest of a text is left out


class Pretraining(keras.Model):
    """Predicts words from what was read before them (equations 1 and 2).

    It takes ids (batch, time), whether each step predicts (batch, time), the right words (batch, time), and
    the drawn words (K,) with ln(K q) of them, (K,), and of the right ones, (batch, time); there are no
    labels beside these.

    Parameters
    ----------
    vocabulary_size, features, units : int
    kind : {"lm", "sa"}
    dropout : float
        Of the vectors that are read.
    """

    def __init__(
        self, vocabulary_size: int, features: int, units: int, kind: Kind, dropout: float = 0.2
    ) -> None:
        super().__init__(name="pretraining")
        self.vocabulary_size, self.kind = vocabulary_size, kind
        rows = vocabulary_size + (kind == "sa")  # the last is the sign's
        self.embedding = keras.layers.Embedding(rows, features, name="embedding")
        self.dropout = keras.layers.SpatialDropout1D(dropout)
        self.lstm = RightPaddedLSTM(units, return_sequences=True, name="lstm")
        self.projection = keras.layers.Dense(features, use_bias=False, name="projection")
        for layer, length in ((self.lstm, features), (self.projection, units)):
            layer.build((None, None, length))
        self.embedding.build((None, None))
        self.bias = self.add_weight(shape=(vocabulary_size,), initializer="zeros", name="bias")
        self.built = True  # as its parts are

    def vectors(self) -> np.ndarray:
        """Return the words' vectors, (V, features)."""
        return np.asarray(self.embedding.get_weights()[0][: self.vocabulary_size])

    def read(self, ids: Any, training: bool = False) -> Any:
        """Return P h of each step, (batch, time, features)."""
        vectors = self.dropout(self.embedding(ids), training=training)
        return self.projection(self.lstm(vectors, mask=ops.not_equal(ids, 0)))

    def call(self, inputs: dict[str, Any], training: bool = False) -> Any:
        """Return the loss of each step that predicts, (batch, time), in nats; zero elsewhere."""
        states = self.read(inputs["ids"], training=training)
        table, words, drawn = self.embedding.embeddings, inputs["words"], inputs["drawn"]
        right = ops.sum(states * ops.take(table, words, axis=0), axis=-1) + ops.take(self.bias, words)
        right = right - inputs["expected_words"]
        others = ops.matmul(states, ops.transpose(ops.take(table, drawn, axis=0))) + ops.take(
            self.bias, drawn
        )
        others = others - inputs["expected_drawn"]
        largest = ops.stop_gradient(ops.maximum(ops.max(others, axis=-1), right))
        total = ops.exp(right - largest) + ops.sum(ops.exp(others - largest[..., None]), axis=-1)
        return (ops.log(total) + largest - right) * ops.cast(inputs["predicts"], right.dtype)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the mean loss over the steps that predict."""
        steps = ops.sum(ops.cast(x["predicts"], y_pred.dtype))
        return ops.sum(y_pred) / ops.maximum(steps, 1)

    def keep(self, epochs: int, folder: Path) -> None:
        """Write weights, Adam's state, and where dropout stands after so many epochs."""
        self.save_weights(folder / WEIGHTS)
        dropout = np.array(self.dropout.seed_generator.state)
        save_arrays(folder / FINISHED, {"epochs": np.array(epochs), "dropout": dropout})

    def go_on(self, folder: Path | None) -> int:
        """Read back what ``keep`` wrote, if anything, and return how many epochs it was after.

        Raises
        ------
        InputError
            A file that is missing or damaged, or of another vocabulary.
        """
        if folder is None:
            return 0
        self.optimizer.build(self.trainable_variables)
        with reading_checkpoint(folder):
            finished = load_arrays(folder / FINISHED)
            self.load_weights(folder / WEIGHTS)
            self.dropout.seed_generator.state.assign(finished["dropout"])
            return int(finished["epochs"])

    def nats_per_word(self, sequences: Sequence[Sequence[int]], batch_size: int = 16) -> float:
        """Return the mean cross-entropy of the full softmax over all steps that predict."""
        loss, steps = 0.0, 0
        table, bias = self.vectors(), ops.convert_to_numpy(self.bias)
        for start in range(0, len(sequences), batch_size):
            some = sequences[start : start + batch_size]
            ids, predicts, words = examples(some, self.kind, self.vocabulary_size)
            states = ops.convert_to_numpy(self.read(ids))[predicts]
            logits = states @ table.T + bias
            logits -= logits.max(axis=1, keepdims=True)
            of_right = logits[np.arange(len(logits)), words[predicts]]
            loss += float((np.log(np.exp(logits).sum(axis=1)) - of_right).sum())
            steps += int(predicts.sum())
        return loss / max(steps, 1)


def examples(
    sequences: Sequence[Sequence[int]], kind: Kind, vocabulary_size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids, whether each step predicts, and the right words, each (batch, time).

    The id of the sign between a text and its repetition is the first that is no word's, V.

    Examples
    --------
    >>> ids, predicts, words = examples([[5, 6, 7]], "lm", 9)
    >>> ids[0, :4].tolist(), predicts[0, :4].tolist(), words[0, :4].tolist()
    ([5, 6, 7, 0], [True, True, False, False], [6, 7, 0, 0])
    >>> ids, predicts, words = examples([[5, 6]], "sa", 9)
    >>> ids[0, :5].tolist(), predicts[0, :5].tolist(), words[0, :5].tolist()
    ([5, 6, 9, 5, 0], [False, False, True, True, False], [0, 0, 5, 6, 0])
    """
    again = kind == "sa"
    whole = [[*ids, vocabulary_size, *ids] if again else list(ids) for ids in sequences]
    read = [ids[:-1] if again else ids for ids in whole]
    ids, real = rectangle(read, np.arange(len(read)))
    following = np.zeros_like(ids)
    for row, text in enumerate(whole):
        following[row, : len(text) - 1] = text[1:]
    predicts = real & (following > 0)
    if again:
        for row, once in enumerate(sequences):
            predicts[row, : len(once)] = False
    return ids, predicts, following * predicts


class Words(keras.utils.PyDataset):
    """The batches of one epoch, with the words drawn for each."""

    def __init__(
        self,
        sequences: Sequence[Sequence[int]],
        kind: Kind,
        batches: Sequence[np.ndarray],
        shares: np.ndarray,
        drawn: int,
        seed: Sequence[int],
    ) -> None:
        super().__init__()
        self.sequences, self.kind, self.batches = sequences, kind, batches
        self.shares, self.drawn, self.seed = shares, drawn, seed

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray]]:
        """Return one batch."""
        rng = np.random.default_rng([*self.seed, index])
        some = [self.sequences[i] for i in self.batches[index]]
        ids, predicts, words = examples(some, self.kind, len(self.shares))
        drawn = rng.choice(len(self.shares), size=self.drawn, p=self.shares).astype(np.int32)
        expected = np.log(self.drawn * np.maximum(self.shares, 1e-12)).astype(np.float32)
        return (
            {
                "ids": ids,
                "predicts": predicts,
                "words": words,
                "drawn": drawn,
                "expected_drawn": expected[drawn],
                "expected_words": expected[words],
            },
        )


def shares_of(sequences: Sequence[Sequence[int]], vocabulary_size: int) -> np.ndarray:
    """Return q: each word's count to the power of 0.75, normalised; nothing for padding.

    Examples
    --------
    >>> shares_of([[2, 2, 3]], 4).round(3).tolist()
    [0.0, 0.0, 0.627, 0.373]
    """
    weights = word_counts(sequences, vocabulary_size).astype(np.float64) ** FLATTER
    weights[0] = 0
    return np.asarray(weights / weights.sum())


def pieces(texts: Sequence[Sequence[int]], longest: int) -> list[Sequence[int]]:
    """Cut texts into pieces; a rest that is too short to learn from is left out.

    Examples
    --------
    >>> [len(piece) for piece in pieces([range(2, 25), range(2, 4)], longest=10)]
    [10, 10]
    """
    cut = [text[start : start + longest] for text in texts for start in range(0, len(text), longest)]
    return [piece for piece in cut if len(piece) >= SHORTEST]


def pretrain(
    texts: Sequence[Sequence[int]],
    kind: Kind,
    vocabulary_size: int,
    features: int,
    units: int,
    seed: int,
    progress: Progress,
    stages: Stages,
) -> Pretraining:
    """Train on texts without labels, and keep each finished epoch.

    Parameters
    ----------
    texts : sequence of sequence of int
        Ids.
    kind : {"lm", "sa"}
    vocabulary_size, features, units, seed : int
    progress : Progress
        Told how it goes.
    stages : Stages
        What was kept before, and where to keep what follows.

    Returns
    -------
    Pretraining
        Untrained where no text is long enough.
    """
    cut = pieces(texts, PIECE[kind])
    keras.utils.set_random_seed(seed)
    model = Pretraining(vocabulary_size, features, units, kind)
    if not cut:
        return model
    model.compile(DenseAdam(LEARNING_RATE, clipnorm=CLIP_NORM))
    shares = shares_of(cut, vocabulary_size)
    for epoch in range(model.go_on(stages.last), EPOCHS):
        progress.begin_pretraining(epoch + 1, EPOCHS, len(cut))
        batches = training_batches([len(piece) for piece in cut], BATCH_SIZE, seed, epoch)
        told = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs, sizes=batches: progress.batch(
                len(sizes[batch]), logs["loss"], None
            )
        )
        data = Words(cut, kind, batches, shares, DRAWN, (seed, epoch))
        fitted = model.fit(data, epochs=1, shuffle=False, verbose=0, callbacks=[told])
        loss = fitted.history["loss"][0]
        stages.keep(epoch + 1, partial(model.keep, epoch + 1))
        progress.note(f"pretraining {epoch + 1}/{EPOCHS}: {loss:.3f} nats per word, among those drawn")
    return model
