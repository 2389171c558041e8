import numpy as np
import pytest

from lstm_course.recurrent.activations import ACTIVATIONS, get_activation, sigmoid

POINTS = np.array([-7.3, -2.9, -1.1, -0.2, 0.3, 1.4, 2.8, 6.5])  # away from every kink


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_the_derivative(name):
    activation = get_activation(name)
    step = 1e-6
    numeric = (activation.apply(POINTS + step) - activation.apply(POINTS - step)) / (2 * step)
    np.testing.assert_allclose(activation.slope(activation.apply(POINTS)), numeric, atol=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_in_place_equals_out_of_place_and_keeps_the_type(name, dtype):
    activation = get_activation(name)
    z = POINTS.astype(dtype)
    before = z.copy()
    expected = activation.apply(z)
    np.testing.assert_array_equal(z, before)
    result = activation.apply(z, out=z)
    assert result is z
    np.testing.assert_array_equal(z, expected)
    assert expected.dtype == activation.slope(expected).dtype == dtype


def test_values_at_known_points():
    assert get_activation("hard_sigmoid").apply(np.array([-3.0, 0.0, 1.5, 3.0])).tolist() == [0, 0.5, 0.75, 1]
    np.testing.assert_allclose(sigmoid(np.log([3.0])), 0.75)  # odds of 3 to 1


def test_sigmoid_takes_integers_and_plain_numbers():
    assert sigmoid(0) == 0.5
    np.testing.assert_array_equal(sigmoid([1, -2]), sigmoid([1.0, -2.0]))


def test_sigmoid_neither_overflows_nor_warns_far_out():
    assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_none_is_linear_and_unknown_names_are_refused():
    assert get_activation(None).name == "linear"
    with pytest.raises(ValueError, match=r"expected an activation among tanh, .*, got 'tahn'"):
        get_activation("tahn")
