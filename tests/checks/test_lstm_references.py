"""The references of assignment 04-lstm against the package, and their gradients against differences."""

import numpy as np
import pytest

from lstm_course.checks.tasks import lstm_cell, lstm_sequence, lstm_sequence_backward
from lstm_course.checks.tasks.lstm_step import step
from lstm_course.checks.tasks.lstm_step_backward_reference import step_backward
from lstm_course.recurrent import LSTMParameters, gradient_check, lstm_backward, lstm_forward, lstm_step
from lstm_course.recurrent.activations import get_activation

RIGHT = {"seen": {}, "wrong": ""}
BATCH, TIME, FEATURES, UNITS = 3, 5, 2, 4
MASKS = {
    "none": np.ones((BATCH, TIME), bool),
    "gaps": np.array([[1, 1, 1, 0, 0], [1, 0, 1, 1, 0], [0, 0, 1, 1, 1]], bool),
}


@pytest.fixture
def problem():
    rng = np.random.default_rng(4)
    shapes = {
        "x": (BATCH, TIME, FEATURES),
        "h": (BATCH, UNITS),
        "c": (BATCH, UNITS),
        "kernel": (FEATURES, 4 * UNITS),
        "recurrent_kernel": (UNITS, 4 * UNITS),
        "bias": (4 * UNITS,),
        "d_outputs": (BATCH, TIME, UNITS),
        "d_h": (BATCH, UNITS),
        "d_c": (BATCH, UNITS),
    }
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def weights(problem):
    return [problem[name] for name in ("kernel", "recurrent_kernel", "bias")]


def as_step(*arguments):
    """Return what the reference makes of a step, as a student's function returns it."""
    made = step(*arguments, **RIGHT)
    kept = ("x_t", "h_prev", "c_prev", "i_t", "f_t", "g_t", "o_t")
    return made["h_t"], made["c_t"], {"c_t": made["c_t"], **{name: made[name] for name in kept}}


def as_step_backward(*arguments):
    made = step_backward(*arguments, **RIGHT)
    return made["d_x_t"], made["d_h_prev"], made["d_c_prev"], made


def loop(reference, problem, mask):
    inputs = [problem["x"], mask, problem["h"], problem["c"], *weights(problem)]
    return reference(*inputs, as_step, **RIGHT)


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_count_and_first_bias_are_the_package_s():
    made = LSTMParameters.initialize(FEATURES, UNITS, np.random.default_rng(0))
    counted = lstm_cell.count(FEATURES, UNITS, **RIGHT)["count"]
    assert counted == sum(array.size for array in made.arrays())
    assert lstm_cell.first_bias(UNITS, 1.0, **RIGHT)["bias"] == made.bias.tolist()


def test_step_and_its_parts_are_the_package_s(problem):
    x_t, h, c = problem["x"][:, 0], problem["h"], problem["c"]
    h_t, c_t, cache = lstm_step(x_t, h, c, LSTMParameters.from_arrays(weights(problem)))
    made = step(x_t, h, c, *weights(problem), **RIGHT)
    z_t = lstm_cell.preactivation(x_t, h, *weights(problem), **RIGHT)["z_t"]
    gates = lstm_cell.gates(z_t, **RIGHT)
    close(made["h_t"], h_t)
    close(made["c_t"], c_t)
    for name in ("i_t", "f_t", "g_t", "o_t"):
        close(made[name], getattr(cache, name))
        close(gates[name], getattr(cache, name))


def test_sigmoid_is_the_package_s():
    a = np.linspace(-40, 40, 81)
    close(lstm_cell.sigmoid(a), get_activation("sigmoid").apply(a))


@pytest.mark.parametrize("padding", MASKS)
def test_sequence_is_the_package_s(problem, padding):
    mask = MASKS[padding]
    parameters = LSTMParameters.from_arrays(weights(problem))
    outputs, (h_T, c_T), _ = lstm_forward(
        problem["x"], parameters, h_0=problem["h"], c_0=problem["c"], mask=mask
    )
    references = [lstm_sequence.masked_sequence]
    if padding == "none":
        references.append(lstm_sequence.sequence)
    for reference in references:
        made = loop(reference, problem, mask)
        close(made["outputs"], outputs)
        close(made["h_T"], h_T)
        close(made["c_T"], c_T)


def test_step_backward_agrees_with_differences(problem):
    arrays = {"x_t": problem["x"][:, 0].copy(), "h_prev": problem["h"], "c_prev": problem["c"]}
    arrays |= dict(zip(("kernel", "recurrent_kernel", "bias"), weights(problem), strict=True))

    def loss():
        h_t, c_t, _ = as_step(*arrays.values())
        return float((h_t * problem["d_h"] + c_t * problem["d_c"]).sum())

    _, _, values = as_step(*arrays.values())
    made = step_backward(
        problem["d_h"], problem["d_c"], values, problem["kernel"], problem["recurrent_kernel"], **RIGHT
    )
    names = ("d_x_t", "d_h_prev", "d_c_prev", "d_kernel", "d_recurrent_kernel", "d_bias")
    report = gradient_check(loss, arrays, {name: made[f"d_{name}"] for name in arrays})
    assert {f"d_{name}" for name in arrays} == set(names)
    assert report.passed, report

    pre = lstm_cell.preactivation(arrays["x_t"], arrays["h_prev"], *weights(problem), **RIGHT)

    def loss_of_z():
        i_t, f_t, g_t, o_t = lstm_cell.gates(pre["z_t"], **RIGHT).values()
        c_t = f_t * arrays["c_prev"] + i_t * g_t
        return float((o_t * np.tanh(c_t) * problem["d_h"] + c_t * problem["d_c"]).sum())

    report = gradient_check(loss_of_z, {"z_t": pre["z_t"]}, {"z_t": made["d_z_t"]})
    assert report.passed, report
    state = {"c_t": values["c_t"].copy()}

    def loss_of_c():
        return float(
            (values["o_t"] * np.tanh(state["c_t"]) * problem["d_h"] + state["c_t"] * problem["d_c"]).sum()
        )

    report = gradient_check(loss_of_c, state, {"c_t": made["d_c_t"]})
    assert report.passed, report


@pytest.mark.parametrize("padding", MASKS)
def test_sequence_backward_agrees_with_differences_and_the_package(problem, padding):
    mask = MASKS[padding]

    def loss():
        made = loop(lstm_sequence.masked_sequence, problem, mask)
        final = (made["h_T"] * problem["d_h"] + made["c_T"] * problem["d_c"]).sum()
        return float((made["outputs"] * problem["d_outputs"]).sum() + final)

    kept = []

    def remembering(*arguments):
        kept.append(as_step(*arguments)[2])
        return as_step(*arguments)

    lstm_sequence.masked_sequence(
        problem["x"], mask, problem["h"], problem["c"], *weights(problem), remembering, **RIGHT
    )
    made = lstm_sequence_backward.masked_sequence_backward(
        problem["d_outputs"],
        problem["d_h"],
        problem["d_c"],
        kept,
        mask,
        problem["kernel"],
        problem["recurrent_kernel"],
        as_step_backward,
        **RIGHT,
    )
    gradients = {"x": made["d_x"], "h": made["d_h_0"], "c": made["d_c_0"]}
    gradients |= {name: made[f"d_{name}"] for name in ("kernel", "recurrent_kernel", "bias")}
    report = gradient_check(loss, {name: problem[name] for name in gradients}, gradients)
    assert report.passed, report

    parameters = LSTMParameters.from_arrays(weights(problem))
    _, _, cache = lstm_forward(problem["x"], parameters, h_0=problem["h"], c_0=problem["c"], mask=mask)
    *states, d_parameters = lstm_backward(problem["d_outputs"], problem["d_h"], problem["d_c"], cache)
    for ours, theirs in zip(gradients.values(), [*states, *d_parameters.arrays()], strict=True):
        close(ours, theirs)


def test_padded_and_bare_sequences_say_the_same():
    """What the checks of the mask rest on: right outputs follow from those without the padding."""
    for task in (lstm_sequence.MASKED_SEQUENCE, lstm_sequence_backward.MASKED_SEQUENCE_BACKWARD):

        def right(*arguments, reference=task.reference):
            made = reference(*arguments, **RIGHT)
            if "outputs" in made:
                return made["outputs"], made["h_T"], made["c_T"]
            return made["d_x"], made["d_h_0"], made["d_c_0"], made

        for case in task.cases(np.random.default_rng(5)):
            returned = task.drive(right, *case.args.values())
            seen = returned[-1]
            followed = task.reference(*case.args.values(), seen=seen, wrong="")
            made = task.reference(*case.args.values(), **RIGHT)
            assert len(seen) >= 3
            for name in followed:
                close(followed[name], made[name])
