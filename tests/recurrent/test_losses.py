import numpy as np
import pytest

from lstm_course.recurrent import gradient_check
from lstm_course.recurrent.losses import (
    binary_crossentropy_from_logits,
    categorical_crossentropy_from_logits,
    squared_error,
)

RNG = np.random.default_rng(0)
CASES = {
    "binary": (binary_crossentropy_from_logits, RNG.integers(0, 2, (4, 1)).astype(float), (4, 1)),
    "binary, soft labels": (binary_crossentropy_from_logits, RNG.random((3, 2)), (3, 2)),
    "categorical, indices": (categorical_crossentropy_from_logits, RNG.integers(0, 5, (3, 4)), (3, 4, 5)),
    "categorical, vectors": (categorical_crossentropy_from_logits, RNG.random((3, 5)), (3, 5)),
    "squared": (squared_error, RNG.standard_normal((3, 4)), (3, 4)),
}


@pytest.mark.parametrize("name", CASES)
def test_gradient(name):
    loss, targets, shape = CASES[name]
    outputs = np.random.default_rng(1).standard_normal(shape)
    _, gradient = loss(targets, outputs)
    report = gradient_check(lambda: loss(targets, outputs)[0], {"outputs": outputs}, {"outputs": gradient})
    assert report.passed, report


def test_known_values():
    assert binary_crossentropy_from_logits(np.array([1.0]), np.log([3.0]))[0] == pytest.approx(np.log(4 / 3))
    logits = np.log([[0.1, 0.2, 0.7]])
    assert categorical_crossentropy_from_logits(np.array([1]), logits)[0] == pytest.approx(-np.log(0.2))
    one_hot = np.array([[0.0, 1.0, 0.0]])
    assert categorical_crossentropy_from_logits(one_hot, logits)[0] == pytest.approx(-np.log(0.2))


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_far_logits_stay_finite(label):
    loss, gradient = binary_crossentropy_from_logits(np.array([label, label]), np.array([1e4, -1e4]))
    assert loss == pytest.approx(5e3)
    assert np.isfinite(gradient).all()


def test_float32_stays_float32():
    _, gradient = binary_crossentropy_from_logits(np.array([1, 0]), np.zeros(2, np.float32))
    assert gradient.dtype == np.float32
    _, gradient = categorical_crossentropy_from_logits(np.array([1]), np.zeros((1, 3), np.float32))
    assert gradient.dtype == np.float32


def test_labels_beside_a_column_of_logits_are_refused():
    """Broadcasting (4,) against (4, 1) to (4, 4) is a classic silent error."""
    with pytest.raises(
        ValueError, match=r"of the shape of the targets, \(4,\), got \(4, 1\).*targets\[:, None\]"
    ):
        binary_crossentropy_from_logits(np.zeros(4), np.zeros((4, 1)))


def test_class_out_of_range_is_refused():
    with pytest.raises(ValueError, match="class indices from 0 to 2, got 0 to 3"):
        categorical_crossentropy_from_logits(np.array([0, 3]), np.zeros((2, 3)))


@pytest.mark.parametrize("name", CASES)
def test_whole_numbers_have_the_gradient_of_the_same_numbers_with_a_point(name):
    loss, targets, shape = CASES[name]
    outputs = np.random.default_rng(1).integers(-3, 4, shape)
    for found, expected in zip(loss(targets, outputs), loss(targets, outputs.astype(float)), strict=True):
        np.testing.assert_array_equal(found, expected)
        assert np.any(expected)
