import keras
import numpy as np
import pytest
from keras import layers, ops

from lstm_course.sentiment.adversarial import (
    SMALL_STEP,
    AdversarialTraining,
    divergence,
    unit,
)
from lstm_course.sentiment.gradients import gradient
from lstm_course.sentiment.normalized_embedding import NormalizedEmbedding
from lstm_course.sentiment.pooling import MeanMaxPooling

IDS = np.array([[3, 4, 5, 0, 0], [6, 7, 3, 4, 5], [8, 0, 0, 0, 0]], dtype="int32")
LABELS = np.array([[1], [0], [1]], dtype="float32")


def reader():
    keras.utils.set_random_seed(4)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            NormalizedEmbedding(9, 4),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            MeanMaxPooling(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def losses(kind, labels=LABELS, **options):
    """Return the reader's own loss, and what adversarial training adds to it."""
    model = AdversarialTraining(reader(), kind, **options)
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    predicted = model(IDS, training=True)
    whole = float(model.compute_loss(IDS, labels, predicted, training=True))
    own = float(model.compute_loss(IDS, labels, predicted, training=False))
    return own, whole - own


def test_the_gradient_is_that_of_calculus():
    x = np.array([[0.5, -1.0], [2.0, 0.0]], dtype="float32")
    found = gradient(lambda e: ops.sum(ops.sin(e) * e), ops.convert_to_tensor(x))
    np.testing.assert_allclose(found, np.cos(x) * x + np.sin(x), rtol=1e-5)


def test_vectors_are_normalised_over_the_words_of_the_texts():
    embedding = NormalizedEmbedding(9, 4)
    embedding.build((None, None))
    counts = np.arange(9.0) ** 2
    embedding.know(counts)
    vectors = ops.convert_to_numpy(embedding(np.arange(9)[None]))[0]
    shares = counts / counts.sum()
    np.testing.assert_allclose(shares @ vectors, 0, atol=1e-6)
    np.testing.assert_allclose(shares @ vectors**2, 1, atol=1e-3)


def test_at_distance_zero_nothing_is_worse():
    own, added = losses("adversarial", radius=0.0)
    assert added == pytest.approx(own, rel=1e-5)
    _, added = losses("virtual", radius=0.0)
    assert added == pytest.approx(0, abs=1e-6)


def test_the_direction_is_the_worst():
    """No other direction of the same length raises the loss as much, where the loss is nearly linear."""
    radius = 0.05
    own, worst = losses("adversarial", radius=radius)
    assert worst > own
    model = AdversarialTraining(reader(), "adversarial")
    vectors, mask = model.embedding(IDS), ops.not_equal(IDS, 0)
    rng = np.random.default_rng(0)
    for _ in range(20):
        aside = rng.standard_normal(vectors.shape).astype("float32") * (IDS != 0)[..., None]
        said = model.rest([vectors + radius * unit(aside), mask])
        assert float(ops.mean(keras.losses.binary_crossentropy(LABELS, said))) < worst


def test_the_virtual_direction_is_that_of_equation_3():
    """Its derivatives taken here by differences, from the same random direction."""
    radius, step = 0.5, 0.05
    _, found = losses("virtual", radius=radius)
    model = AdversarialTraining(reader(), "virtual")
    vectors, mask = model.embedding(IDS) + 0.0, ops.not_equal(IDS, 0)  # + 0.0: without the mask that clings
    before = model.rest([vectors, mask])

    def distances(r):
        return ops.convert_to_numpy(divergence(before, model.rest([vectors + r.astype("float32"), mask])))[
            :, 0
        ]

    real = (IDS != 0)[..., None]
    noise = keras.random.normal(tuple(vectors.shape), seed=keras.random.SeedGenerator(0)) * real
    aside = SMALL_STEP * ops.convert_to_numpy(unit(noise))
    slope = np.zeros(vectors.shape)
    for place in np.ndindex(*slope.shape[1:]):
        nudge = np.zeros(vectors.shape)
        nudge[:, *place] = step
        slope[:, *place] = (distances(aside + nudge) - distances(aside - nudge)) / (2 * step)
    expected = distances(radius * ops.convert_to_numpy(unit(ops.convert_to_tensor(slope * real)))).mean()
    assert found == pytest.approx(expected, rel=0.02)


def test_the_virtual_loss_asks_for_no_label():
    assert losses("virtual")[1] == pytest.approx(losses("virtual", labels=1 - LABELS)[1], rel=1e-4)
    assert losses("adversarial")[1] != pytest.approx(losses("adversarial", labels=1 - LABELS)[1], rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["adversarial", "virtual"])
def test_it_trains_the_readers_own_weights(kind):
    own = reader()
    before = own.get_weights()
    model = AdversarialTraining(own, kind)
    assert len(model.trainable_weights) == len(own.trainable_weights)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    first, *_, last = model.fit(IDS, LABELS, epochs=20, verbose=0).history["loss"]
    assert last < first
    assert all((a != b).any() for a, b in zip(before, own.get_weights(), strict=True) if a.shape != (9, 1))
