import numpy as np
import pytest

from lstm_course.recurrent import GATE_ORDER, GRUParameters, LSTMParameters, SimpleRNNParameters, gate_slot
from lstm_course.recurrent.initializers import orthogonal


def test_the_slots_tile_the_last_axis_in_order():
    columns = np.arange(4 * 3)
    assert np.concatenate([columns[gate_slot(gate, 3)] for gate in GATE_ORDER]).tolist() == columns.tolist()


@pytest.mark.parametrize("shape", [(4, 16), (16, 4), (5, 5), (1, 4)])
def test_orthogonal_has_unit_singular_values(shape):
    drawn = orthogonal(shape, np.random.default_rng(3))
    np.testing.assert_allclose(np.linalg.svd(drawn, compute_uv=False), 1)


def test_orthogonal_is_drawn_uniformly():
    """Without the sign correction the first entry would never be positive (LAPACK's convention)."""
    rng = np.random.default_rng(0)
    first = np.array([orthogonal((3, 3), rng)[0, 0] for _ in range(400)])
    assert 0.4 < (first > 0).mean() < 0.6


def test_forget_bias_alone_starts_at_one():
    bias = LSTMParameters.initialize(2, 3, np.random.default_rng(0)).bias
    assert bias.tolist() == [0] * 3 + [1] * 3 + [0] * 6
    plain = LSTMParameters.initialize(2, 3, np.random.default_rng(0), unit_forget_bias=False).bias
    assert not plain.any()


def test_glorot_limit_counts_all_slots():
    kernel = LSTMParameters.initialize(30, 50, np.random.default_rng(0)).kernel
    limit = np.sqrt(6 / (30 + 4 * 50))
    assert 0.99 * limit < np.abs(kernel).max() <= limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: LSTMParameters(np.zeros((2, 12)), np.zeros((4, 16)), None),
            r"kernel of shape \(2, 16\)",
        ),
        (
            lambda: LSTMParameters(np.zeros((2, 16)), np.zeros((4, 12)), None),
            r"recurrent_kernel of shape \(4, 16\)",
        ),
        (
            lambda: GRUParameters(np.zeros((2, 6)), np.zeros((2, 6)), np.zeros(6)),
            r"bias of shape \(2, 6\)",
        ),
        (
            lambda: GRUParameters(np.zeros((2, 6)), np.zeros((2, 6)), np.zeros((2, 6)), reset_after=False),
            r"bias of shape \(6,\)",
        ),
        (
            lambda: SimpleRNNParameters(np.zeros((2, 3)), np.zeros((3, 3)), np.zeros(4)),
            r"bias of shape \(3,\), got \(4,\)",
        ),
    ],
)
def test_wrong_shapes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_parameters_cannot_be_reassigned():
    parameters = SimpleRNNParameters.initialize(1, 1, np.random.default_rng(0))
    with pytest.raises(AttributeError):
        parameters.kernel = None
