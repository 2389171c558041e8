"""The cell of 1997: its sizes against the paper's table, its gradient against finite differences."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_course.recurrent.lstm_1997 import Design1997, Weights1997, run_1997, truncated_gradient

PLAIN = Design1997(features=3, outputs=2, blocks=2, block_size=2)
DESIGNS = {
    "plain": PLAIN,
    "one cell a block": replace(PLAIN, block_size=1),
    "one block": replace(PLAIN, blocks=1, block_size=3),
    "gates biased": replace(PLAIN, biased="io"),
    "nothing biased": replace(PLAIN, biased=""),
    "no output gates": replace(PLAIN, output_gates=False),
    "not recurrent, with a shortcut": replace(PLAIN, reads="nothing", shortcut=True, output_gates=False),
    "gates not read": replace(PLAIN, reads="cells"),
    "linear outputs": replace(PLAIN, linear=True),
    "other squashing": replace(PLAIN, g_range=(0.0, 1.0), h_range=None),
}
every_design = pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)


def network(design, seed=0, time=7):
    rng = np.random.default_rng(seed)
    weights = Weights1997.initialize(design, rng, 1.0)
    return weights, rng.standard_normal((time, design.features)), rng.uniform(size=(time, design.outputs))


def loss(trace, targets, scored):
    return 0.5 * ((trace.outputs - targets)[scored] ** 2).sum()


@pytest.mark.parametrize(
    ("design", "weights"),
    [
        (Design1997(7, 7, 4, 1, biased="io"), 264),
        (Design1997(7, 7, 3, 2, biased="io"), 276),
        (Design1997(101, 101, 1, output_gates=False, reads="nothing", shortcut=True, biased=""), 10_504),
        (Design1997(54, 2, 2, biased=""), 364),
        (Design1997(1004, 2, 2, biased=""), 6_064),
        (Design1997(1, 1, 3, biased="ioc"), 102),
        (Design1997(2, 1, 2, 2), 93),
        (Design1997(8, 4, 2, 2), 156),
        (Design1997(8, 8, 3, 2), 308),
    ],
)
def test_the_paper_counts_as_many_weights(design, weights):
    assert design.weights == weights
    drawn = Weights1997.initialize(design, np.random.default_rng(0), 0.1)
    assert sum(np.count_nonzero(array) for array in drawn) == weights


def test_a_step_by_hand():
    # One cell, every weight 0, input gate bias 0, output gate bias ln 3, cell bias ln 3:
    # i = 1/2, g = 4 · 3/4 − 2 = 1, s = 1/2 a step, o = 3/4, h(1/2) = 2 σ(1/2) − 1.
    design = Design1997(features=1, outputs=1, blocks=1)
    weights = Weights1997(
        np.zeros((1, 3)), np.zeros((3, 3)), np.array([0, np.log(3), np.log(3)]), np.ones((1, 1)), np.zeros(1)
    )
    trace = run_1997(np.ones((2, 1)), weights, design)
    assert trace.states[:, 0] == pytest.approx([0.5, 1.0])
    shown = 0.75 * (2 / (1 + np.exp(-0.5)) - 1)
    assert trace.hiddens[1] == pytest.approx([0.5, 0.75, shown])
    assert trace.outputs[0, 0] == pytest.approx(1 / (1 + np.exp(-shown)))


@every_design
def test_the_gradient_is_exact_where_recurrent_inputs_come_from_a_recording(design):
    weights, inputs, targets = network(design)
    scored = np.array([False, True, False, False, True, False, True])
    trace = run_1997(inputs, weights, design)
    gradient = truncated_gradient(trace, targets, scored, weights, design)
    hidden_mask, output_mask = design.bias_mask
    free = Weights1997(
        np.ones_like(weights.kernel),
        np.broadcast_to(
            (np.arange(design.hidden) >= design.first_read)[:, None], weights.recurrent_kernel.shape
        ),
        hidden_mask,
        np.ones_like(weights.output_kernel),
        output_mask,
    )
    step = 1e-6
    for array, found, counts in zip(weights, gradient, free, strict=True):
        for place in np.ndindex(array.shape):
            kept = array[place]
            sides = []
            for moved in (kept + step, kept - step):
                array[place] = moved
                again = run_1997(inputs, weights, design, recording=trace.hiddens)
                sides.append(loss(again, targets, scored))
            array[place] = kept
            expected = counts[place] * (sides[0] - sides[1]) / (2 * step)
            assert found[place] == pytest.approx(expected, rel=1e-5, abs=1e-8)


def test_the_truncated_gradient_is_not_the_whole_one():
    weights, inputs, targets = network(PLAIN)
    scored = np.arange(7) == 6
    trace = run_1997(inputs, weights, PLAIN)
    found = truncated_gradient(trace, targets, scored, weights, PLAIN).recurrent_kernel
    step, whole = 1e-6, np.zeros_like(found)
    for place in np.ndindex(found.shape):
        sides = []
        for sign in (1, -1):
            weights.recurrent_kernel[place] += sign * step
            sides.append(loss(run_1997(inputs, weights, PLAIN), targets, scored))
            weights.recurrent_kernel[place] -= sign * step
        whole[place] = (sides[0] - sides[1]) / (2 * step)
    assert np.abs(found - whole).max() > 0.01 * np.abs(whole).max()


def test_the_carousel_keeps_an_error_undiminished():
    # Where every step is like every other, an early write is worth exactly as much as a late one.
    design = Design1997(features=1, outputs=1, blocks=1, reads="nothing")
    weights = Weights1997.initialize(design, np.random.default_rng(1), 0.5)
    inputs = np.zeros((200, 1))
    trace = run_1997(inputs, weights, design)
    gradients = []
    for place in (0, 150):
        marked = np.zeros((200, 1))
        marked[place] = 1e-9  # a trace of an input, to read the gradient of W at that step alone
        gradients.append(
            truncated_gradient(
                trace._replace(inputs=marked), np.ones((200, 1)), np.arange(200) == 199, weights, design
            ).kernel[0, 2]
        )
    written = trace.written[[0, 150], 0]
    assert written[0] == written[1]
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-12)
    assert gradients[0] != 0


def test_what_will_not_do_is_said():
    with pytest.raises(ValueError, match="sizes of at least 1"):
        Design1997(0, 1, 1)
    with pytest.raises(ValueError, match="letters among i, o, c and v"):
        replace(PLAIN, biased="xi")
    with pytest.raises(ValueError, match="all, cells or nothing"):
        replace(PLAIN, reads="gates")
    with pytest.raises(ValueError, match="2 biases, one for each block"):
        Weights1997.initialize(PLAIN, np.random.default_rng(0), 0.1, input_gate_biases=(-1.0,))
    for design, biases in (
        (replace(PLAIN, biased="oc"), {"input_gate_biases": (-1.0, -2.0)}),
        (replace(PLAIN, output_gates=False), {"output_gate_biases": (-1.0, -2.0)}),
    ):
        with pytest.raises(ValueError, match="in this design have none"):
            Weights1997.initialize(design, np.random.default_rng(0), 0.1, **biases)


def test_biases_go_to_the_gates_they_are_for():
    weights = Weights1997.initialize(
        PLAIN, np.random.default_rng(0), 0.1, input_gate_biases=(-3.0, -6.0), output_gate_biases=(-1.0, -2.0)
    )
    assert weights.bias[:4].tolist() == [-3.0, -6.0, -1.0, -2.0]
    assert np.abs(weights.bias[4:]).max() <= 0.1
