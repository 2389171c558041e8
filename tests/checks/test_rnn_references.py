"""The references of assignment 02-rnn: against the package, and their gradients against differences."""

import numpy as np
import pytest

from lstm_course.checks.tasks import rnn, rnn_sequence, rnn_sequence_backward, rnn_step_backward
from lstm_course.checks.tasks.rnn_numerical_gradient import quotients
from lstm_course.checks.tasks.rnn_relative_error import compared
from lstm_course.checks.toys.rnn import (
    Slope,
    Valley,
    around_the_floor,
    padded_and_alone,
    straight_and_curved,
    toy_shares_backward,
    toy_step,
    toy_step_backward,
)
from lstm_course.recurrent import SimpleRNNParameters, gradient_check, rnn_backward, rnn_forward, rnn_step

RIGHT = {"seen": {}, "wrong": ""}
FEATURES, UNITS = 2, 4
MASKS = {
    "no padding": np.ones((3, 5), bool),
    "padding anywhere": np.array([[1, 1, 1, 0, 0], [1, 0, 1, 1, 0], [0, 0, 0, 0, 0]], bool),
    "one step": np.array([[True], [False], [True]]),
}
WEIGHTS = ("kernel", "recurrent_kernel", "bias")


@pytest.fixture(params=MASKS)
def mask(request):
    return MASKS[request.param]


@pytest.fixture
def problem(mask):
    batch, time = mask.shape
    shapes = {
        "x": (batch, time, FEATURES),
        "h_0": (batch, UNITS),
        "kernel": (FEATURES, UNITS),
        "recurrent_kernel": (UNITS, UNITS),
        "bias": (UNITS,),
        "d_outputs": (batch, time, UNITS),
        "d_h_T": (batch, UNITS),
    }
    rng = np.random.default_rng(3)
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def weights(problem):
    return [problem[name] for name in WEIGHTS]


def as_step(*arguments):
    return rnn.step(*arguments, **RIGHT)["h_t"]


def as_step_backward(*arguments):
    return tuple(rnn_step_backward.step_backward(*arguments, **RIGHT).values())


def forwards(problem, mask):
    made = rnn_sequence.sequence(problem["x"], mask, problem["h_0"], *weights(problem), as_step, **RIGHT)
    return made["outputs"], made["h_T"]


def backwards(problem, mask):
    states, _ = forwards(problem, mask)
    given = (problem["d_outputs"], problem["d_h_T"], problem["x"], mask, problem["h_0"], states)
    kernels = weights(problem)[:2]
    return rnn_sequence_backward.sequence_backward(*given, *kernels, as_step_backward, **RIGHT)


def test_step_is_the_packages(problem):
    x_t, h_prev = problem["x"][:, 0], problem["h_0"]
    h_t, _ = rnn_step(x_t, h_prev, SimpleRNNParameters(*weights(problem)))
    close(as_step(x_t, h_prev, *weights(problem)), h_t)


def test_sequence_is_the_packages(problem, mask):
    outputs, h_T = forwards(problem, mask)
    parameters = SimpleRNNParameters(*weights(problem))
    theirs = rnn_forward(problem["x"], parameters, h_0=problem["h_0"], mask=mask)
    close(outputs, theirs[0])
    close(h_T, theirs[1])


def test_sequence_backward_is_the_packages(problem, mask):
    found = backwards(problem, mask)
    parameters = SimpleRNNParameters(*weights(problem))
    *_, cache = rnn_forward(problem["x"], parameters, h_0=problem["h_0"], mask=mask)
    d_x, d_h_0, d_weights = rnn_backward(problem["d_outputs"], problem["d_h_T"], cache)
    close(found["d_x"], d_x)
    close(found["d_h_0"], d_h_0)
    for name, theirs in zip(WEIGHTS, d_weights.arrays(), strict=True):
        close(found[f"d_{name}"], theirs)


def test_sequence_backward_is_the_slope_of_the_loss(problem, mask):
    def loss():
        outputs, h_T = forwards(problem, mask)
        return float((outputs * problem["d_outputs"]).sum() + (h_T * problem["d_h_T"]).sum())

    found = backwards(problem, mask)
    names = ("x", "h_0", *WEIGHTS)
    report = gradient_check(
        loss, {name: problem[name] for name in names}, {name: found[f"d_{name}"] for name in names}
    )
    assert report.passed, report


def step_problem():
    rng = np.random.default_rng(8)
    shapes = {"x_t": (3, FEATURES), "h_prev": (3, UNITS), "kernel": (FEATURES, UNITS)}
    shapes |= {"recurrent_kernel": (UNITS, UNITS), "bias": (UNITS,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}, rng.normal(size=(3, UNITS))


def passed(wrong):
    """Return whether differences confirm what the reference makes of a step with this mistake in it."""
    arrays, d_h_t = step_problem()

    def h_t():
        return as_step(*arrays.values())

    given = [arrays[name] for name in ("x_t", "h_prev")]
    kernels = [arrays[name] for name in ("kernel", "recurrent_kernel")]
    try:
        found = rnn_step_backward.step_backward(d_h_t, *given, h_t(), *kernels, seen={}, wrong=wrong)
    except ValueError:
        return False  # shapes that do not fit
    gradients = {name: found[f"d_{name}"] for name in arrays}
    if any(np.shape(gradients[name]) != arrays[name].shape for name in arrays):
        return False
    return gradient_check(lambda: float((h_t() * d_h_t).sum()), arrays, gradients).passed


def test_step_backward_is_the_slope_of_the_loss():
    assert passed("")


@pytest.mark.parametrize(
    "mistake",
    [name for idea in rnn_step_backward.STEP_BACKWARD.ideas for name in idea.mistakes],
)
def test_mistakes_of_the_step_backwards_are_no_gradients(mistake):
    assert not passed(mistake)


def test_step_backward_follows_the_students_own_gradient():
    arrays, d_h_t = step_problem()
    own = {"d_z_t": 3 * d_h_t}
    kernels = arrays["kernel"], arrays["recurrent_kernel"]
    found = rnn_step_backward.step_backward(
        d_h_t, arrays["x_t"], arrays["h_prev"], 0 * d_h_t, *kernels, seen=own, wrong=""
    )
    close(found["d_z_t"], d_h_t)
    close(found["d_bias"], own["d_z_t"].sum(axis=0))
    close(found["d_x_t"], own["d_z_t"] @ arrays["kernel"].T)


def test_difference_quotients():
    weights = np.array([[1.0, -2.0, 0.5]])
    found = quotients(lambda w: float((w**2).sum()), weights, 1e-3, "")
    np.testing.assert_allclose(found, 2 * weights, rtol=1e-9)
    assert abs(quotients(lambda w: float(np.exp(w).sum()), np.zeros(1), 0.1, "").item() - 1.0016675) < 1e-6


@pytest.mark.parametrize(
    ("one", "other", "error"),
    [
        ([2.0, 1.0], [2.0, 0.5], 0.5),
        ([2.0, -1.0], [-2.0, -1.0], 2.0),
        ([1.0, 0.0], [1.0, 1e-6], 1e-3),  # 1e-6 by the floor of 1e-3
        ([1.0, 1e-3], [1.0, 5e-4], 0.5),  # the floor itself
        ([0.0, 0.0], [0.0, 0.0], 0.0),
    ],
)
def test_relative_error(one, other, error):
    assert compared(np.array(one), np.array(other), "") == pytest.approx(error, rel=1e-12)


def test_toy_step_depends_on_every_argument(problem):
    given = [problem["x"][:, 0], problem["h_0"], *weights(problem)]
    before = toy_step(*given)
    assert before.shape == problem["h_0"].shape
    for k in range(len(given)):
        changed = [array + 0.1 * (j == k) for j, array in enumerate(given)]
        assert not np.allclose(toy_step(*changed), before)


@pytest.mark.parametrize("toy", [toy_step_backward, toy_shares_backward])
def test_toys_work_row_by_row(toy):
    arrays, d_h_t = step_problem()
    h_t = np.tanh(d_h_t)
    rows = d_h_t, arrays["x_t"], arrays["h_prev"], h_t
    kernels = arrays["kernel"], arrays["recurrent_kernel"]
    together = toy(*rows, *kernels)
    alone = [toy(*(array[[b]] for array in rows), *kernels) for b in range(3)]
    for k in range(3):
        close(together[k], np.concatenate([one[k] for one in alone]))
    for k, shape in ((3, (FEATURES, UNITS)), (4, (UNITS, UNITS)), (5, (UNITS,))):
        assert together[k].shape == shape
        close(together[k], sum(one[k] for one in alone))
    nothing = toy(*(array[:0] for array in rows), *kernels)
    assert [part.shape for part in nothing[3:]] == [part.shape for part in together[3:]]


def test_a_row_of_zeros_adds_nothing_and_shares_depend_on_nothing_else():
    arrays, d_h_t = step_problem()
    kernels = arrays["kernel"], arrays["recurrent_kernel"]
    rest = arrays["x_t"], arrays["h_prev"], np.tanh(d_h_t)
    for toy in toy_step_backward, toy_shares_backward:
        for part in toy(0 * d_h_t, *rest, *kernels):
            assert not part.any()
    shares, others = (toy_shares_backward(d, *rest, *kernels)[3:] for d in (d_h_t, 1 + d_h_t**2))
    for one, other in zip(shares, others, strict=True):
        close(one, other)  # which is what that toy is for


def test_padding_makes_no_difference_to_the_reference():
    task = rnn_sequence_backward.PADDED
    for case in task.cases(np.random.default_rng(5)):
        assert not case.args["mask"].all()

        def function(*arguments):
            return tuple(rnn_sequence_backward.sequence_backward(*arguments, **RIGHT).values())

        arguments = case.args.values()
        found = task.digest(padded_and_alone(function, *arguments), *arguments)
        assert len(found) == 10
        for padded, alone in zip(found[:5], found[5:], strict=True):
            close(padded, alone)


def test_valley_has_the_slopes_of_its_line_at_its_lowest_point():
    rng = np.random.default_rng(6)
    slopes, centre = rng.normal(size=(2, 3, 2))
    valley = Valley(slopes, centre, np.full((3, 2), 0.7))
    straight, curved = straight_and_curved(
        lambda loss, w, eps: quotients(loss, w, eps, ""), Slope(slopes), valley, centre + 1, 0.1
    )
    close(straight, slopes)
    close(curved, slopes)
    assert valley(centre + 0.1) > Slope(slopes)(centre + 0.1) + 0.1


def test_error_of_zeros_may_fail_by_itself():
    pair = np.ones((2, 3))

    def divide(one, other):
        if not one.any():
            raise ZeroDivisionError
        return 0.25

    *others, zeros = around_the_floor(divide, *pair, pair, pair)
    assert others == [0.25] * 3
    assert np.isnan(zeros)
    assert around_the_floor(lambda one, other: 0, *pair, pair, pair)[3] == 0.0
