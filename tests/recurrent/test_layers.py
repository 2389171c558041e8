"""The layers' own behaviour: what holds without a peer. Equality with Keras is in tests/keras_bridge."""

import subprocess
import sys

import numpy as np
import pytest

from lstm_course.recurrent import (
    GRU,
    LSTM,
    Adam,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Sequential,
    SimpleRNN,
    gradient_check,
)
from lstm_course.recurrent.losses import binary_crossentropy_from_logits

RECURRENT = [SimpleRNN, LSTM, GRU]


def built(layer, features=3, seed=0):
    layer.build(features, np.random.default_rng(seed), np.float64)
    return layer


@pytest.mark.parametrize("kind", RECURRENT)
def test_shapes_of_what_comes_back(kind):
    x = np.random.default_rng(1).standard_normal((2, 7, 3))
    states = 2 if kind is LSTM else 1
    assert built(kind(4)).forward(x).shape == (2, 4)
    assert built(kind(4, return_sequences=True)).forward(x).shape == (2, 7, 4)
    found = built(kind(4, return_sequences=True, return_state=True)).forward(x)
    assert [part.shape for part in found] == [(2, 7, 4)] + [(2, 4)] * states
    np.testing.assert_array_equal(found[0][:, -1], found[1])


@pytest.mark.parametrize("kind", RECURRENT)
def test_stateful_halves_equal_the_whole(kind):
    x = np.random.default_rng(1).standard_normal((2, 8, 3))
    whole = built(kind(4, return_sequences=True)).forward(x)
    layer = built(kind(4, return_sequences=True, stateful=True))
    halves = [layer.forward(x[:, :4]), layer.forward(x[:, 4:])]
    np.testing.assert_allclose(np.concatenate(halves, axis=1), whole, atol=1e-14)
    layer.reset_state()
    np.testing.assert_array_equal(layer.forward(x[:, :4]), halves[0])


def test_batches_of_many_shapes_do_not_disturb_each_other():
    """A layer uses its memory again; what came back before must not change, nor what comes next."""
    rng = np.random.default_rng(0)
    layer = built(LSTM(4, return_sequences=True, return_state=True))
    kept = []
    for batch, time in ((3, 7), (2, 9), (5, 2), (3, 7), (1, 4), (1, 4), (4, 1), (1, 1)):
        x = rng.standard_normal((batch, time, 3))
        mask = rng.random((batch, time)) < 0.7
        outputs, h, c = layer.forward(x, mask)
        d_x = layer.backward([outputs, None, c])
        fresh = built(LSTM(4, return_sequences=True, return_state=True))
        expected = [*fresh.forward(x, mask)]
        expected += [fresh.backward([expected[0], None, expected[2]]), *fresh.gradients]
        kept.append(([outputs, h, c, d_x, *layer.gradients], expected))
    for found, expected in kept:
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_stateful_refuses_another_batch_size_until_reset():
    layer = built(GRU(4, stateful=True))
    layer.forward(np.zeros((2, 3, 3)))
    with pytest.raises(ValueError, match="batch of 2 sequences, as before, got 5"):
        layer.forward(np.zeros((5, 3, 3)))
    layer.reset_state()
    layer.forward(np.zeros((5, 3, 3)))


@pytest.mark.parametrize("kind", RECURRENT)
def test_right_padding_under_a_mask_changes_nothing(kind):
    x = np.random.default_rng(1).standard_normal((1, 4, 3))
    padded = np.concatenate([x, np.full((1, 3, 3), 7.0)], axis=1)
    layer = built(Bidirectional(kind(4)))
    mask = np.arange(7)[None] < 4
    np.testing.assert_allclose(layer.forward(padded, mask), layer.forward(x), atol=1e-14)
    d_x = layer.backward(np.ones((1, 8)))
    assert not d_x[:, 4:].any()
    assert d_x[:, :4].all()


def test_a_fully_masked_row_returns_zeros_and_gives_no_gradient():
    layer = built(LSTM(4))
    mask = np.array([[True, True], [False, False]])
    x = np.ones((2, 2, 3))
    assert not layer.forward(x, mask)[1].any()
    both = layer.backward(np.ones((2, 4)))
    assert not both[1].any()
    gradients = [gradient.copy() for gradient in layer.gradients]
    layer.forward(x[:1])
    layer.backward(np.ones((1, 4)))
    for one, other in zip(gradients, layer.gradients, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-15)


def test_a_whole_model_has_the_right_gradients():
    """Embedding, bidirectional LSTM, GRU, Dense, with padding: every weight against finite differences."""
    model = Sequential(
        [
            Embedding(6, 3, mask_zero=True),
            Bidirectional(LSTM(2, return_sequences=True)),
            GRU(3),
            Dense(2, "tanh"),
            Dense(1),
        ]
    )
    rng = np.random.default_rng(0)
    model.build(1, rng, np.float64)
    model.set_weights([0.7 * rng.standard_normal(weight.shape) for weight in model.weights])
    ids = np.array([[1, 2, 3, 0], [4, 4, 0, 0], [5, 1, 2, 2]])
    labels = np.array([[1.0], [0.0], [1.0]])

    def loss():
        return binary_crossentropy_from_logits(labels, model.forward(ids))[0]

    model.backward(binary_crossentropy_from_logits(labels, model.forward(ids))[1])
    report = gradient_check(
        loss,
        dict(zip(model.weight_names, model.weights, strict=True)),
        dict(zip(model.weight_names, model.gradients, strict=True)),
    )
    assert report.passed, report
    assert not model.gradients[0][0].any(), "the padding id got a gradient"


def test_a_model_learns_which_token_came_first():
    """The first of twelve tokens decides the label: what a bag of words cannot see and a state can."""
    rng = np.random.default_rng(0)
    model = Sequential([Embedding(6, 8), LSTM(12), Dense(1)])
    model.build(1, rng)
    adam = Adam(0.02)
    for _ in range(250):
        ids = rng.integers(1, 6, (32, 12))
        labels = (ids[:, :1] <= 2).astype(np.float32)
        _, d_logits = binary_crossentropy_from_logits(labels, model.forward(ids))
        model.backward(d_logits)
        adam.update(model.weights, model.gradients)
    ids = rng.integers(1, 6, (500, 12))
    accuracy = ((model.forward(ids) > 0) == (ids[:, :1] <= 2)).mean()
    assert accuracy > 0.97


def test_weights_are_updated_in_place_through_the_stack():
    model = Sequential([Embedding(4, 2), Bidirectional(SimpleRNN(2)), Dense(1)])
    model.build(1, np.random.default_rng(0))
    before = model.forward(np.array([[1, 2]]))
    model.backward(np.ones((1, 1), np.float32))
    Adam(0.1).update(model.weights, model.gradients)
    assert not np.allclose(model.forward(np.array([[1, 2]])), before)


def test_set_weights_copies():
    layer = built(LSTM(2))
    given = [weight.copy() for weight in layer.weights]
    layer.set_weights(given)
    given[0][:] = np.nan
    assert np.isfinite(layer.weights[0]).all()


def test_dropout_keeps_the_mean_and_its_backward_pass_the_same_elements():
    layer = Dropout(0.25, seed=0)
    x = np.ones((200, 200))
    np.testing.assert_array_equal(layer.forward(x), x)
    y = layer.forward(x, training=True)
    assert set(np.unique(y)) == {0.0, 1 / 0.75}
    assert (y == 0).mean() == pytest.approx(0.25, abs=0.01)
    np.testing.assert_array_equal(layer.backward(x), y)


def test_masks_are_handed_on_and_end_where_the_sequence_ends():
    ids = np.array([[3, 0]])
    embedding = Embedding(5, 2, mask_zero=True)
    mask = embedding.compute_mask(ids)
    assert mask.tolist() == [[True, False]]
    assert Embedding(5, 2).compute_mask(ids) is None
    assert LSTM(2, return_sequences=True).compute_mask(ids, mask) is mask
    assert LSTM(2).compute_mask(ids, mask) is None


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: LSTM(0), "units to be a positive integer, got 0"),
        (lambda: LSTM(2.5), "units to be a positive integer, got 2.5"),
        (lambda: LSTM(3).forward(np.zeros((1, 2, 3))), "to have weights before its first forward pass"),
        (lambda: built(LSTM(3)).backward(np.zeros((1, 3))), "a forward pass of LSTM before the backward"),
        (
            lambda: built(LSTM(3)).set_weights([np.zeros((3, 12))]),
            r"3 weights \(kernel, recurrent_kernel, bias\)",
        ),
        (
            lambda: built(LSTM(3)).set_weights([np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(8)]),
            "weights for 3 units, got weights for 2",
        ),
        (
            lambda: built(LSTM(3)).forward(np.zeros((1, 2, 3)), initial_state=np.zeros((1, 3))),
            r"2 initial state\(s\) for LSTM, got 1",
        ),
        (lambda: Bidirectional(LSTM(3), "average"), "merge_mode among .*, got 'average'"),
        (lambda: Bidirectional(LSTM(3), backward_layer=LSTM(3)), "two directions, got one twice"),
        (
            lambda: Bidirectional(LSTM(3), backward_layer=LSTM(3, go_backwards=True, return_sequences=True)),
            "the same return_sequences in both",
        ),
        (lambda: built(Embedding(5, 2)).forward(np.array([[5]])), "ids from 0 to 4, got 5 to 5"),
        (lambda: built(Embedding(5, 2)).forward(np.array([[-1]])), "ids from 0 to 4, got -1 to -1"),
        (lambda: built(Embedding(5, 2)).forward(np.array([[0.5]])), "token ids as integers, got float64"),
        (lambda: built(Dense(2)).forward(np.zeros((1, 4))), "a last axis of 3 features"),
        (lambda: Dropout(1.0), "at least 0 and below 1, got 1.0"),
        (lambda: Sequential([]), "at least one layer"),
    ],
)
def test_bad_input_is_named(act, message):
    with pytest.raises(ValueError, match=message):
        act()


def test_wrong_output_gradient_is_named():
    layer = built(LSTM(3, return_sequences=True))
    layer.forward(np.zeros((2, 4, 3)))
    with pytest.raises(ValueError, match=r"d_output of shape \(2, 4, 3\), got \(2, 3\)"):
        layer.backward(np.zeros((2, 3)))


def test_the_package_loads_numpy_alone():
    code = (
        "import sys, lstm_course, lstm_course.recurrent; "
        "print([m for m in ('keras', 'tensorflow', 'matplotlib', 'sklearn', 'pandas') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_weights_given_to_an_inner_layer_are_the_ones_that_training_changes():
    both = Bidirectional(LSTM(2))
    model = built(Sequential([Embedding(4, 2), both, Dense(1)]))
    model.layers[0].set_weights([np.ones((4, 2))])
    both.backward_layer.set_weights([np.full_like(weight, 0.1) for weight in both.backward_layer.weights])
    before = [weight.copy() for weight in (*model.layers[0].weights, *both.backward_layer.weights)]
    model.backward(np.ones_like(model.forward(np.array([[1, 2, 3]]))))
    Adam(0.1).update(model.weights, model.gradients)
    after = (*model.layers[0].weights, *both.backward_layer.weights)
    assert all((a != b).any() for a, b in zip(after, before, strict=True))


def test_a_twin_of_a_stack_shares_nothing_with_it():
    model = built(Sequential([LSTM(4, return_sequences=True), Dense(2)]))
    x = np.random.default_rng(1).standard_normal((2, 5, 3))
    before = model.forward(x)
    twin = Sequential(**model.config())
    assert twin.weights == []
    assert built(twin, seed=1).forward(x).shape == before.shape
    np.testing.assert_array_equal(model.forward(x), before)


def alone(d_output):
    return d_output


def beside_that_of_the_output(d_output):
    return [np.ones((4, 3)), d_output, None]


@pytest.mark.parametrize("shape", [(), (3,), (4, 1), (1, 3), (4, 2)])
@pytest.mark.parametrize(
    ("layer", "x_shape", "given"),
    [
        (Dense(3), (4, 3), alone),
        (Dropout(0.5), (4, 3), alone),
        (Dropout(0.0), (4, 3), alone),
        (Bidirectional(LSTM(3), "mul"), (4, 5, 3), alone),
        (LSTM(3, return_state=True), (4, 5, 3), beside_that_of_the_output),
    ],
    ids=["Dense", "Dropout", "no Dropout", "Bidirectional", "LSTM with states"],
)
def test_a_gradient_of_another_shape_is_refused(layer, x_shape, given, shape):
    built(layer).forward(np.ones(x_shape), training=True)
    with pytest.raises(ValueError, match=r"of shape \(4, 3\), got"):
        layer.backward(given(np.ones(shape)))


@pytest.mark.parametrize("shape", [(3, 2, 4), (6, 4), (2, 3), (1, 3, 4)])
def test_a_gradient_of_another_shape_does_not_go_to_other_words(shape):
    embedding = built(Embedding(9, 4))
    embedding.forward(np.array([[1, 2, 3], [4, 5, 6]]))
    with pytest.raises(ValueError, match=r"d_output of shape \(2, 3, 4\), got"):
        embedding.backward(np.ones(shape))


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("more", [-1, 1])
def test_every_state_has_its_place_among_the_gradients(kind, more):
    layer = built(kind(4, return_state=True))
    found = layer.forward(np.ones((2, 5, 3)))
    given = [np.ones((2, 4))] * (len(found) + more)
    with pytest.raises(ValueError, match=f"expected {len(found)} gradients for .*, got {len(given)}"):
        layer.backward(given)


def test_each_direction_has_its_place_for_every_state():
    layer = built(Bidirectional(LSTM(4, return_state=True)))
    layer.forward(np.ones((2, 5, 3)))
    with pytest.raises(ValueError, match="expected 3 gradients for LSTM"):
        layer.backward([np.ones((2, 8)), *[None] * 3])


@pytest.mark.parametrize("kind", RECURRENT)
def test_half_precision_has_finite_gradients(kind):
    layer, rng = kind(4), np.random.default_rng(0)
    layer.build(3, rng, np.float16)
    layer.backward(np.ones_like(layer.forward(rng.standard_normal((2, 20, 3)).astype(np.float16))))
    assert all(np.isfinite(gradient).all() and gradient.any() for gradient in layer.gradients)


@pytest.mark.parametrize("kind", RECURRENT)
def test_no_sequences_have_no_outputs_and_gradients_of_zero(kind):
    layer = built(kind(4, return_sequences=True))
    assert layer.forward(np.zeros((0, 5, 3))).shape == (0, 5, 4)
    assert layer.backward(np.zeros((0, 5, 4))).shape == (0, 5, 3)
    assert not any(gradient.any() for gradient in layer.gradients)
