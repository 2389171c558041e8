"""The NumPy model: gradient, the state as an argument, training; and the same in Keras, step by step."""

import keras
import numpy as np
import pytest

from lstm_course.language_model import CharacterModel, chunks, evaluate, train
from lstm_course.language_model.keras_model import keras_twin, train_keras
from lstm_course.recurrent import gradient_check
from lstm_course.recurrent.losses import categorical_crossentropy_from_logits

TEXT = np.random.default_rng(0).integers(0, 6, 1000)


def small(seed=0, dtype=np.float64):
    model = CharacterModel(3, 5, np.random.default_rng(seed), vocabulary=6)
    rng = np.random.default_rng(seed + 1)
    model.set_weights([0.5 * rng.standard_normal(w.shape).astype(dtype) for w in model.weights])
    return model


def test_gradient_of_a_chunk_that_begins_with_a_state():
    model, ids, targets = small(), TEXT[:8].reshape(2, 4), TEXT[8:16].reshape(2, 4)
    state = [np.random.default_rng(5).standard_normal((2, 5)) for _ in "hc"]

    def loss():
        return categorical_crossentropy_from_logits(targets, model.forward(ids, state)[0])

    model.backward(loss()[1])
    names = ["embeddings", "kernel", "recurrent_kernel", "bias", "head", "head_bias"]
    report = gradient_check(
        lambda: loss()[0],
        dict(zip(names, model.weights, strict=True)),
        dict(zip(names, model.gradients, strict=True)),
    )
    assert report.passed, report


def test_a_text_in_two_pieces_is_the_text_in_one():
    model, ids = small(), TEXT[:40].reshape(2, 20)
    whole, (h, c) = model.forward(ids)
    first, state = model.forward(ids[:, :7])
    second, (h_2, c_2) = model.forward(ids[:, 7:], state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-12)
    np.testing.assert_allclose([h_2, c_2], [h, c], rtol=1e-12)


def test_evaluate_with_the_state_carried_is_one_long_reading():
    model = small()
    rows = TEXT[:404].reshape(4, 101)
    log_p = model.forward(rows[:, :-1])[0]
    log_p -= np.log(np.exp(log_p).sum(axis=-1, keepdims=True))
    expected = -np.take_along_axis(log_p, rows[:, 1:, None], axis=2)[:, :, 0]
    carried = evaluate(model, TEXT[:404], batch=4, steps=20)
    np.testing.assert_allclose(carried.reshape(4, 100), expected, rtol=1e-10)
    reset = evaluate(model, TEXT[:404], batch=4, steps=20, carry=False)
    np.testing.assert_allclose(reset[:, 0], carried[:, 0])
    assert np.abs(reset[:, 1:, 0] - carried[:, 1:, 0]).min() > 1e-4
    np.testing.assert_allclose(
        reset[1, 2], evaluate(model, rows[1, 40:61], batch=1, steps=20)[0, 0], rtol=1e-10
    )


def test_training_uses_what_was_carried_into_a_chunk():
    # the sign comes back two characters later, and a chunk has one: only the carried state brings it there
    signs = np.random.default_rng(0).integers(0, 2, 6000)
    text = np.concatenate([[2 + s, 4, s] for s in signs])
    losses = {}
    for carry in (True, False):
        model = CharacterModel(4, 16, np.random.default_rng(1), vocabulary=6)
        model.embedding.weights[0] *= (
            20  # so that the two signs differ: no gradient goes back to their vectors
        )
        train(model, chunks(text, 16, 1), updates=1100, learning_rate=0.02, carry=carry)
        losses[carry] = evaluate(model, text[:3000], batch=1, steps=1, carry=carry).mean()
    # entropy of the text: one bit in three characters if the sign is remembered, two if not
    assert losses[True] == pytest.approx(np.log(2) / 3, rel=0.05)
    assert losses[False] == pytest.approx(2 * np.log(2) / 3, rel=0.05)


def test_keras_trains_alike_for_twenty_updates():
    keras.utils.set_random_seed(0)
    model = CharacterModel(3, 8, np.random.default_rng(3), vocabulary=6)
    twin = keras_twin(model, batch=5, updates=20, learning_rate=0.01)
    before = [w.copy() for w in model.weights]
    theirs = train_keras(twin, TEXT, batch=5, steps=9, updates=20)
    ours = train(model, chunks(TEXT, 5, 9), updates=20, learning_rate=0.01)
    assert len(ours) == len(theirs) == 20
    np.testing.assert_allclose(ours, theirs, atol=2e-5)
    for w, w_keras, w_before in zip(model.weights, twin.get_weights(), before, strict=True):
        np.testing.assert_allclose(w, w_keras, atol=2e-5)
        assert np.abs(w - w_before).max() > 1e-3


@pytest.mark.parametrize("carry", [True, False])
def test_carrying_shows_in_the_loss_of_the_second_chunk_only(carry):
    ours = train(small(), chunks(TEXT, 2, 10), updates=2, learning_rate=1e-9, carry=carry)
    model = small()
    (x_1, y_1), (x_2, y_2), *_ = chunks(TEXT, 2, 10)
    logits, state = model.forward(x_1)
    assert ours[0] == pytest.approx(categorical_crossentropy_from_logits(y_1, logits)[0])
    logits, _ = model.forward(x_2, state if carry else None)
    assert ours[1] == pytest.approx(categorical_crossentropy_from_logits(y_2, logits)[0], rel=1e-6)
