"""What the optimisers do that needs no peer; equality with Keras's is in tests/keras_bridge."""

import numpy as np
import pytest

from lstm_course.recurrent import SGD, Adam, RMSprop
from lstm_course.recurrent.optimizers import clip_by_global_norm, clip_by_norm, global_norm


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.02, momentum=0.9), RMSprop(0.05), Adam(0.1)])
def test_a_bowl_is_descended(optimizer):
    weight = np.array([3.0, -2.0])
    for _ in range(400):
        optimizer.update([weight], [2 * weight])
    assert np.abs(weight).max() < 0.06


def test_first_adam_step_is_the_learning_rate_whatever_the_gradient():
    weight = np.zeros(3)
    Adam(0.01).update([weight], [np.array([1e-3, -5.0, 1e4])])
    np.testing.assert_allclose(weight, [-0.01, 0.01, -0.01], rtol=4e-3)  # epsilon matters to the first


def test_gradients_are_left_alone():
    gradient = np.array([3.0, 4.0])
    for optimizer in (SGD(0.1, momentum=0.5, clipnorm=1.0), RMSprop(), Adam(global_clipnorm=1.0)):
        optimizer.update([np.zeros(2)], [gradient])
    assert gradient.tolist() == [3.0, 4.0]


def test_global_clipping_keeps_the_direction():
    gradients = [np.array([3.0, 0.0]), np.array([[4.0]])]
    clipped = clip_by_global_norm(gradients, 1.0)
    assert global_norm(clipped) == pytest.approx(1.0)
    np.testing.assert_allclose(clipped[0][0] / clipped[1][0, 0], 0.75)
    untouched = clip_by_global_norm(gradients, 10.0)
    np.testing.assert_array_equal(untouched[0], gradients[0])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_global_norm])
def test_a_gradient_whose_squares_overflow_keeps_its_direction(clip):
    (clipped,) = clip([np.array([3e25, -4e25, 0.0], np.float32)], 1.0)
    np.testing.assert_allclose(clipped, [0.6, -0.8, 0.0], rtol=1e-6)
    assert global_norm([np.array([3e200]), np.array([4e200])]) == pytest.approx(5e200)
    assert global_norm([np.array([np.inf])]) == np.inf


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="at most one way of clipping, got clipvalue and clipnorm"):
        SGD(0.1, clipvalue=1.0, clipnorm=1.0)
    with pytest.raises(ValueError, match="positive learning rate, got -1"):
        Adam(-1)
    with pytest.raises(ValueError, match=r"gradients of shapes \[\(2,\)\], got \[\(3,\)\]"):
        SGD(0.1).update([np.zeros(2)], [np.zeros(3)])


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
@pytest.mark.parametrize("name", ["clipvalue", "clipnorm", "global_clipnorm"])
def test_a_limit_that_would_stop_or_turn_round_training_is_refused(name, limit):
    with pytest.raises(ValueError, match=f"a positive {name}, got {limit}"):
        Adam(**{name: limit})
