import keras
import numpy as np
import pytest

from lstm_course.sentiment.optimizer import DenseAdam


def embedding_after_two_steps(adam):
    """Train an Embedding on a text in which one word occurs three times."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            keras.layers.Embedding(6, 2),
            keras.layers.GlobalAveragePooling1D(),
        ]
    )
    model.compile(adam, "mse")
    start = model.get_weights()[0]
    gradients = []
    ids, target = np.array([[1, 1, 1, 2]]), np.array([[3.0, -2.0]])
    for _ in range(2):
        weights = model.get_weights()[0]
        d_mean = weights[ids[0]].mean(axis=0) - target[0]  # of the mean squared error over two features
        gradient = np.zeros_like(weights)
        np.add.at(gradient, ids[0], d_mean / 4)
        gradients.append(gradient)
        model.train_on_batch(ids, target)
    return start, gradients, model.get_weights()[0]


def adam_by_hand(weights, gradients, rate):
    m = v = np.zeros_like(weights)
    for step, gradient in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        weights = weights - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-7)
    return weights


def test_a_word_that_occurs_three_times_takes_adams_step():
    start, gradients, trained = embedding_after_two_steps(DenseAdam(0.01))
    np.testing.assert_allclose(trained, adam_by_hand(start, gradients, 0.01), atol=1e-5)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow's gradients are sparse")
def test_keras_own_adam_steps_further():
    # If this fails, Keras has mended its Adam and DenseAdam can go.
    start, _, trained = embedding_after_two_steps(keras.optimizers.Adam(0.01))
    _, _, dense = embedding_after_two_steps(DenseAdam(0.01))
    step, right = np.abs(trained - start), np.abs(dense - start)
    assert (step[1] > 1.5 * right[1]).all()  # three times in the text
    np.testing.assert_allclose(step[2], right[2], rtol=0.05)  # once
