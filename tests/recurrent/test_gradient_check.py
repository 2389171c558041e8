import numpy as np
import pytest

from lstm_course.recurrent import gradient_check


def quadratic(w):
    return lambda: float((w * w).sum())


def test_the_worst_element_is_named():
    arrays = {"a": np.array([[1.0, 2.0]]), "b": np.array([3.0])}
    gradients = {"a": np.array([[2.0, 4.0]]), "b": np.array([5.0])}  # b's should be 6
    report = gradient_check(
        lambda: float((arrays["a"] ** 2).sum() + (arrays["b"] ** 2).sum()), arrays, gradients
    )
    assert not report.passed
    assert (report.parameter, report.index, report.analytic) == ("b", (0,), 5.0)
    assert report.numeric == pytest.approx(6.0)
    assert "gradients differ: worst at b[0]" in str(report)


def test_arrays_are_put_back_even_when_the_loss_fails():
    w = np.array([1.0, 2.0])
    before = w.copy()
    gradient_check(quadratic(w), {"w": w}, {"w": 2 * w})
    np.testing.assert_array_equal(w, before)

    def broken():
        raise RuntimeError("no loss today")

    with pytest.raises(RuntimeError):
        gradient_check(broken, {"w": w}, {"w": 2 * w})
    np.testing.assert_array_equal(w, before)


def test_nan_is_a_failure():
    w = np.array([1.0])
    assert not gradient_check(quadratic(w), {"w": w}, {"w": np.array([np.nan])}).passed


def test_samples_are_drawn_from_the_generator():
    w = np.arange(100.0)
    calls = []

    def loss():
        calls.append(w.copy())
        return float((w * w).sum())

    gradient_check(loss, {"w": w}, {"w": 2 * w}, samples=3, rng=np.random.default_rng(0))
    nudged = {int(np.flatnonzero(call != np.arange(100.0))[0]) for call in calls}
    assert len(calls) == 6
    assert len(nudged) == 3


def test_float32_and_missing_gradients_are_refused():
    w = np.zeros(2, np.float32)
    with pytest.raises(ValueError, match="expected w in float64, got float32"):
        gradient_check(quadratic(w), {"w": w}, {"w": w})
    w = np.zeros(2)
    with pytest.raises(ValueError, match=r"gradient of shape \(2,\) for w, got none"):
        gradient_check(quadratic(w), {"w": w}, {})
    with pytest.raises(ValueError, match="rng"):
        gradient_check(quadratic(w), {"w": w}, {"w": w}, samples=1)
    with pytest.raises(ValueError, match="at least one element"):
        gradient_check(lambda: 0.0, {}, {})
    for samples in (0, -1):
        with pytest.raises(ValueError, match=f"at least one sample, got {samples}"):
            gradient_check(
                quadratic(w), {"w": w}, {"w": 2 * w}, samples=samples, rng=np.random.default_rng(0)
            )
