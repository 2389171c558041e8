import sys
from types import SimpleNamespace

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
from lstm_course.sentiment.optimizer import DenseAdam
from lstm_course.sentiment.pooling import MeanMaxPooling
from lstm_course.sentiment.replay import Replay
from lstm_course.sentiment.training_options import in_precision

IDS = np.array([[3, 4, 5, 0, 0], [6, 7, 3, 4, 5], [8, 0, 0, 0, 0]], dtype="int32")
LABELS = np.array([[1], [0], [1]], dtype="float32")


def reader(dropout=0.0):
    keras.utils.set_random_seed(4)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            NormalizedEmbedding(9, 4),
            layers.SpatialDropout1D(dropout),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            MeanMaxPooling(),
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def losses(kind, labels=LABELS, dropout=0.0, **options):
    """Return the reader's own loss, and what adversarial training adds to it."""
    model = AdversarialTraining(reader(dropout), kind, **options)
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    predicted = model(IDS, training=True)
    whole = number(model.compute_loss(IDS, labels, predicted, training=True))
    own = number(model.compute_loss(IDS, labels, predicted, training=False))
    return own, whole - own


def number(loss):
    return float(ops.convert_to_numpy(loss))


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


def test_in_half_precision_vectors_are_normalised_in_full():
    """The share of one among 20,000 words, times a variance, is next to nothing in float16."""
    embedding = NormalizedEmbedding(20_000, 2, dtype="mixed_float16")
    found = embedding(np.arange(20_000)[None])
    assert keras.backend.standardize_dtype(found.dtype) == "float16"
    vectors = ops.convert_to_numpy(found)[0].astype("float64")
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(vectors.std(axis=0), 1, atol=1e-3)


def test_at_distance_zero_nothing_is_worse():
    own, added = losses("adversarial", radius=0.0)
    assert added == pytest.approx(own, rel=1e-5)
    _, added = losses("virtual", radius=0.0)
    assert added == pytest.approx(0, abs=1e-6)


def test_with_dropout_a_model_agrees_with_itself():
    """At distance zero the two passes that are compared must be of one draw of the masks."""
    _, added = losses("virtual", dropout=0.5, radius=0.0)
    assert added == pytest.approx(0, abs=1e-6)


def test_with_dropout_the_adversary_is_charged_under_the_masks_it_was_found_under():
    """Over a small step the loss grows as its slope says, by ε ‖g‖, where g is found under these masks."""
    radius = 0.01
    model = AdversarialTraining(reader(0.5), "adversarial", radius=radius)
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    model(IDS, training=True)
    masks = Replay(model.rest)
    vectors, mask = model.embedding(IDS) + 0.0, ops.not_equal(IDS, 0)

    def loss_at(e):
        masks.rewind()
        return ops.mean(keras.losses.binary_crossentropy(LABELS, model.rest([e, mask], training=True)))

    at_rest, slope = number(loss_at(vectors)), ops.convert_to_numpy(gradient(loss_at, vectors))
    masks.rewind()
    some = ops.convert_to_tensor(LABELS)
    whole = number(model.compute_loss(IDS, LABELS, some, training=True))
    own = number(model.compute_loss(IDS, LABELS, some, training=False))
    expected = radius * np.sqrt((slope**2).sum(axis=(1, 2))).sum()
    assert whole - own - at_rest == pytest.approx(expected, rel=0.05)


def test_every_batch_draws_masks_of_its_own():
    model = AdversarialTraining(reader(0.5), "virtual")
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    said = model(IDS)
    found = {round(number(model.compute_loss(IDS, LABELS, said, training=True)), 6) for _ in range(6)}
    assert len(found) > 3


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
        said = model.rest([vectors + radius * unit(ops.convert_to_tensor(aside)), mask])
        assert number(ops.mean(keras.losses.binary_crossentropy(LABELS, said))) < worst


def test_the_virtual_direction_is_that_of_equation_3():
    """Its derivatives taken here by differences, from the same random direction."""
    radius, step = 0.5, 0.05
    _, found = losses("virtual", radius=radius)
    model = AdversarialTraining(reader(), "virtual")
    vectors, mask = model.embedding(IDS) + 0.0, ops.not_equal(IDS, 0)  # + 0.0: without the mask that clings
    before = model.rest([vectors, mask])

    def distances(r):
        near = vectors + ops.convert_to_tensor(r.astype("float32"))
        return ops.convert_to_numpy(divergence(before, model.rest([near, mask])))[:, 0]

    real = (IDS != 0)[..., None].astype("float32")
    noise = keras.random.normal(tuple(vectors.shape), seed=keras.random.SeedGenerator(0))
    aside = SMALL_STEP * ops.convert_to_numpy(unit(noise * ops.convert_to_tensor(real)))
    slope = np.zeros(vectors.shape)
    for place in np.ndindex(*slope.shape[1:]):
        nudge = np.zeros(vectors.shape)
        nudge[:, *place] = step
        slope[:, *place] = (distances(aside + nudge) - distances(aside - nudge)) / (2 * step)
    expected = distances(
        radius * ops.convert_to_numpy(unit(ops.convert_to_tensor((slope * real).astype("float32"))))
    ).mean()
    assert found == pytest.approx(expected, rel=0.02)


def test_the_virtual_loss_asks_for_no_label():
    assert losses("virtual")[1] == pytest.approx(losses("virtual", labels=1 - LABELS)[1], rel=1e-4)
    assert losses("adversarial")[1] != pytest.approx(losses("adversarial", labels=1 - LABELS)[1], rel=1e-3)


@pytest.mark.parametrize(("kind", "share", "near"), [("adversarial", 1e-6, 0.1), ("virtual", 1e-3, 0.5)])
def test_in_half_precision_small_gradients_have_a_direction_too(kind, share, near):
    """Each row counts for so little that its gradient, as it is, would be zero in float16."""
    found = []
    for precision in ("float32", "mixed_float16"):
        model = AdversarialTraining(in_precision(reader(), precision), kind)
        model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
        said, shares = model(IDS, training=True), ops.full((3,), share, "float32")
        own = number(model.compute_loss(IDS, LABELS, said, shares, training=False))
        whole = number(model.compute_loss(IDS, LABELS, said, shares, training=True))
        found.append(whole - (2 * own if kind == "adversarial" else own))
    assert found[0] > 0
    assert found[1] == pytest.approx(found[0], rel=near)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["adversarial", "virtual"])
@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_it_trains_in_half_precision(kind, precision):
    model = AdversarialTraining(in_precision(reader(0.5), precision), kind)
    optimizer = keras.optimizers.LossScaleOptimizer(DenseAdam(0.01), initial_scale=2.0**8)
    model.compile(optimizer, "binary_crossentropy")
    before = model.reader.get_weights()
    history = model.fit(IDS, LABELS, epochs=6, verbose=0).history["loss"]
    assert np.isfinite(history).all()
    assert (before[-1] != model.reader.get_weights()[-1]).any()


def test_pytorchs_own_masks_are_replayed_wherever_it_computes(monkeypatch):
    """Plain Dropout draws there from PyTorch's generators: the processor's, each GPU's, a Mac's."""
    stands = {"cpu": 1, "cuda": [2], "mps": 3}
    torch = SimpleNamespace(
        get_rng_state=lambda: stands["cpu"],
        set_rng_state=lambda state: stands.update(cpu=state),
        cuda=SimpleNamespace(
            get_rng_state_all=lambda: stands["cuda"],
            set_rng_state_all=lambda states: stands.update(cuda=states),
        ),
        mps=SimpleNamespace(
            get_rng_state=lambda: stands["mps"], set_rng_state=lambda state: stands.update(mps=state)
        ),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: True)),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    masks, begun = Replay(SimpleNamespace(variables=[])), dict(stands)
    stands.update(cpu=4, cuda=[5], mps=6)
    masks.rewind()
    assert stands == begun


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
