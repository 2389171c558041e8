"""Traces of gates and states: the data, the colours, the scale and the labels that are drawn."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lstm_course.errors import InputError
from lstm_course.plots.style import SYMBOL_COLORS
from lstm_course.plots.traces import gate_traces, math_name

STEPS, UNITS = 5, 3


@pytest.fixture
def traces():
    rng = np.random.default_rng(0)
    return {"f_t": rng.uniform(size=(STEPS, UNITS)), "c_t": rng.normal(size=(STEPS, UNITS))}


def test_heatmap_shows_the_data_with_time_to_the_right(traces):
    fig = gate_traces(range(STEPS), traces)
    for ax, array in zip(fig.axes, traces.values(), strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array(), array.T)
    assert [ax.get_title(loc="left") for ax in fig.axes[:2]] == ["$f_{t}$", "$c_{t}$"]
    assert fig.axes[0].get_ylabel() == "unit"
    assert fig.axes[1].get_xlabel() == "time (steps)"


def test_gate_is_scaled_from_0_to_1_and_state_around_0(traces):
    gate, state = (ax.images[0] for ax in gate_traces(range(STEPS), traces).axes[:2])
    assert gate.get_clim() == (0.0, 1.0)
    largest = np.abs(traces["c_t"]).max()
    assert state.get_clim() == (-largest, largest)
    assert state.cmap(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    for image, symbol in ((gate, "f_t"), (state, "c_t")):
        assert image.cmap(1.0)[:3] == pytest.approx(to_rgb(SYMBOL_COLORS[symbol]))
    assert gate.cmap(0.0)[:3] == (1.0, 1.0, 1.0)


def test_state_of_zeros_is_drawn_white():
    image = gate_traces([0, 1], {"h_t": np.zeros((2, 1))}).axes[0].images[0]
    assert image.cmap(image.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_lines_show_every_unit_and_their_mean(traces):
    fig = gate_traces(range(STEPS), traces, kind="lines")
    lines = fig.axes[0].lines
    drawn = np.array([line.get_ydata() for line in lines])
    np.testing.assert_array_equal(drawn[:UNITS], traces["f_t"].T)
    np.testing.assert_allclose(drawn[UNITS], traces["f_t"].mean(axis=1))
    assert {line.get_color() for line in lines} == {SYMBOL_COLORS["f_t"]}
    low, high = fig.axes[0].get_ylim()
    assert low <= 0 < 1 <= high
    assert len(fig.axes[1].lines) == UNITS + 2  # the units, their mean, and the line at zero


def test_single_unit_is_one_line():
    fig = gate_traces([0, 1], {"i_t": np.array([[0.2], [0.8]])}, kind="lines")
    assert [line.get_ydata().tolist() for line in fig.axes[0].lines] == [[0.2, 0.8]]


def test_words_stand_under_their_steps(traces):
    words = ["not", "bad", "at", "all", "."]
    axis = gate_traces(words, traces).axes[1]
    assert [label.get_text() for label in axis.get_xticklabels()] == words
    assert axis.get_xticks().tolist() == [0, 1, 2, 3, 4]


def test_long_sequence_is_labelled_with_true_step_numbers_and_not_crowded():
    axis = gate_traces(np.arange(100, 200), {"f_t": np.zeros((100, 2))}).axes[0]
    shown = {
        int(label.get_text()): tick
        for label, tick in zip(axis.get_xticklabels(), axis.get_xticks(), strict=True)
    }
    assert 5 <= len(shown) <= 13
    assert all(step == 100 + tick for step, tick in shown.items())


@pytest.mark.parametrize(("symbol", "name"), [("f_t", "$f_{t}$"), ("c_prev", "$c_{t-1}$")])
def test_symbols_are_typeset(symbol, name):
    assert math_name(symbol) == name


@pytest.mark.parametrize(
    ("steps", "bad", "message"),
    [
        (range(3), {}, "at least one symbol"),
        (range(3), {"x_t": np.zeros((3, 1))}, "one of i_t"),
        (
            range(3),
            {"f_t": np.zeros((4, 1))},
            r"f_t of shape \(time, units\) with time = 3, got shape \(4, 1\)",
        ),
        (range(3), {"f_t": np.zeros((1, 3, 2))}, "Take one sequence out of a batch first"),
        (range(3), {"f_t": np.zeros(3)}, "shape"),
        (range(0), {"f_t": np.zeros((0, 2))}, "shape"),
    ],
)
def test_what_cannot_be_drawn_is_refused(steps, bad, message):
    with pytest.raises(InputError, match=message):
        gate_traces(steps, bad)


def test_unknown_kind_is_refused(traces):
    with pytest.raises(InputError, match="heatmap, lines, got 'pie'"):
        gate_traces(range(STEPS), traces, kind="pie")
