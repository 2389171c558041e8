"""Adversarial training: the loss where it is worst, within a small distance of the words' vectors.

Let e be the vectors of a review's words, all of them side by side, and L(e) the loss. Within distance ε
of e, and as long as L is nearly linear there, the loss grows most in the direction of its gradient:

    r = ε g / ‖g‖₂,    g = ∂L/∂e.                                                        (1)

*Adversarial training* (Goodfellow, Shlens & Szegedy 2015) adds λ L(e + r) to the loss, with r taken as a
constant. *Virtual adversarial training* (Miyato et al. 2019) asks for no label: in place of the loss
stands the distance between what the model says at e and nearby,

    D(r) = KL( p(· | e) ‖ p(· | e + r) ).                                                 (2)

Its gradient at r = 0 is zero, since D is smallest there; the direction of fastest growth is that of the
largest curvature, and one step of power iteration from a random direction d approximates it:

    g = ∂D(r)/∂r at r = ξ d,    ‖d‖₂ = 1.                                                 (3)

Dropout makes another model of every pass. All the passes that find r and charge for it are of one and the
same: they replay one draw of the masks. Else D would not be smallest at r = 0, (3) would be led by the slope
there instead of the curvature, and r would be the worst step of another model than the one that pays for it.
The loss at e itself has a draw of its own.

A model could escape any ε by making its vectors longer, so its embedding is a ``NormalizedEmbedding``.

Where the model computes in half precision, e, g and r are float32 all the same. In float16 the gradient of
a batch's mean would be zero in many places on its way back; only its direction counts, so the loss is made
larger before it is differentiated.

References
----------
Goodfellow, Shlens & Szegedy (2015), "Explaining and Harnessing Adversarial Examples".
Miyato, Dai & Goodfellow (2017), "Adversarial Training Methods for Semi-Supervised Text Classification",
equations 1 to 10.
Miyato, Maeda, Koyama & Ishii (2019), "Virtual Adversarial Training".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

import keras
from keras import ops

from lstm_course.sentiment.gradients import gradient
from lstm_course.sentiment.replay import Replay

RADIUS = 2.0  # ε; Miyato, Dai & Goodfellow have 5, for models that begin with what pretraining has taught
WEIGHT = 1.0  # λ
SMALL_STEP = 0.1  # ξ
TINY = 1e-7
LIFT = 2.0**12  # in float16: its smallest number is 6e-8, its largest 65504


class AdversarialTraining(keras.Model):
    """A Sequential model of ids, with an adversarial loss beside its own while it is trained.

    Parameters
    ----------
    reader : keras.Sequential
        An embedding that makes the mask, then the rest; its output is a probability, (batch, 1).
    kind : {"adversarial", "virtual"}
        With the labels, or without.
    radius, weight : float
        ε and λ.
    """

    def __init__(
        self,
        reader: Any,
        kind: Literal["adversarial", "virtual"],
        radius: float = RADIUS,
        weight: float = WEIGHT,
    ) -> None:
        super().__init__(name=f"{kind}-{reader.name}")
        self.reader, self.kind, self.radius, self.weight = reader, kind, radius, weight
        self.embedding, *rest = reader.layers
        vectors = keras.Input((None, self.embedding.compute_output_shape((None, None))[-1]))
        given = mask = keras.Input((None,), dtype="bool")
        x = vectors
        for layer in rest:
            takes_mask = mask is not None and "mask" in inspect.signature(layer.call).parameters
            y = layer(x, mask=mask) if takes_mask else layer(x)
            mask = layer.compute_mask(x, mask) if takes_mask else mask
            x = y
        self.rest = keras.Model([vectors, given], x)
        self.noise = keras.random.SeedGenerator(0)
        self.built = True  # as the reader is

    def call(self, ids: Any, training: bool = False) -> Any:
        """Return the reader's probabilities."""
        return self.reader(ids, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the reader's loss, and in training the adversarial one on top."""
        own = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return own
        # + 0.0: without the mask that clings, since the rest is given it by name
        vectors = ops.cast(self.embedding(x), "float32") + 0.0
        mask = self.embedding.compute_mask(x)
        real = ops.cast(ops.expand_dims(mask, -1), vectors.dtype)
        masks = Replay(self.rest)

        def said_at(e: Any) -> Any:
            """Return the probabilities at ``e``, each time with the same dropout masks."""
            masks.rewind()
            return self.rest([e, mask], training=True)

        share = 1 if sample_weight is None else sample_weight

        def loss_at(e: Any) -> Any:
            losses = keras.losses.binary_crossentropy(y, said_at(e))
            return ops.mean(losses * share)

        if self.kind == "adversarial":
            worst = self._worst(loss_at, vectors, real)
            return own + self.weight * loss_at(vectors + self.radius * worst)
        said = ops.stop_gradient(said_at(vectors))

        def distance_at(e: Any) -> Any:
            distances = divergence(said, said_at(e))
            return ops.mean(distances[:, 0] * share)

        aside = unit(keras.random.normal(ops.shape(vectors), seed=self.noise) * real)
        worst = self._worst(distance_at, vectors + SMALL_STEP * aside, real)
        return own + self.weight * distance_at(vectors + self.radius * worst)

    def _worst(self, loss: Callable[[Any], Any], vectors: Any, real: Any) -> Any:
        """Return the direction in which ``loss`` grows most from ``vectors``, each row at length 1."""
        if self.embedding.compute_dtype != "float16":
            return unit(gradient(loss, vectors) * real)
        slope = gradient(lambda e: LIFT * loss(e), vectors) * real
        return unit(ops.where(ops.isfinite(slope), slope, 0.0))


def unit(x: Any) -> Any:
    """Return each row of ``x`` (batch, time, features) at length 1, all its steps together."""
    largest = ops.max(ops.abs(x), axis=(1, 2), keepdims=True)  # first, lest the squares vanish
    x = x / (largest + 1e-30)
    return x / ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True) + TINY)


def divergence(p: Any, q: Any) -> Any:
    """Return the Kullback-Leibler divergence of two probabilities of "positive" (equation 2), in nats.

    Examples
    --------
    >>> round(float(divergence(ops.array(0.5), ops.array(0.25))), 4)
    0.1438
    """
    p, q = ops.clip(p, TINY, 1 - TINY), ops.clip(q, TINY, 1 - TINY)
    return p * ops.log(p / q) + (1 - p) * ops.log((1 - p) / (1 - q))
