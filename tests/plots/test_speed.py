"""The pictures of speed, from made-up records: bars, lines and tables show the numbers given to them."""

import copy

import numpy as np
import pytest
from matplotlib.colors import to_hex

from lstm_course.errors import InputError
from lstm_course.plots.speed import (
    MISSING,
    growth_figure,
    ratios_table,
    saved,
    shows,
    times_as_fast,
    tricks_figure,
)
from lstm_course.plots.style import PALETTE


def comparison(key, trick, cost, ratio, quartiles):
    return {
        "key": key,
        "trick": trick,
        "cost": cost,
        "where": f"where of {key}",
        "compared": f"slow {key} → fast",
        "before": 3.0 * ratio,
        "after": 3.0,
        "unit": "ms",
        "ratio": ratio,
        "quartiles": quartiles,
    }


@pytest.fixture
def tricks():
    return {
        "rows": [
            comparison("loop-2", "the loop", "interpreter", 40.0, [38.0, 43.0]),
            comparison("loop-64", "the loop", "interpreter", 2.0, [0.9, 2.5]),
            comparison("tile", "the tile", "arithmetic", 0.5, [0.4, 0.6]),
            comparison("gates", "one tanh", "interpreter", 1.05, [1.02, 1.08]),
        ]
    }


def grown(grows, implementation, exponent, factor=0.5):
    sizes = [10, 20, 40] if grows == "time" else [1, 4, 16]
    return {
        "grows": grows,
        "sizes": sizes,
        "implementation": implementation,
        "milliseconds": [factor * size**exponent for size in sizes],
        "exponent": exponent,
    }


def measured(shape, threads, numpy, compiled, which="forward+backward"):
    return {
        "shape": shape,
        "pass": which,
        "threads": threads,
        "ratio": {"keras": numpy},
        "compiled_ratio": {"keras": compiled, "torch": 4 * compiled},
    }


@pytest.fixture
def speed():
    return {
        "rows": [
            measured([32, 200, 128, 64], 1, 0.8, 0.4, "forward"),
            measured([32, 200, 128, 64], 1, 1.25, 0.5),
            measured([32, 200, 128, 64], 2, 2.0, 1.0),
            measured([1, 1000, 2, 2], 1, 0.05, 0.002),
        ],
        "growth": [
            grown("time", "numpy", 1.0),
            grown("time", "keras", 0.75),
            grown("batch", "compiled", 0.25),
            grown("batch", "keras", 0.125),
        ],
    }


def bars_of(fig):
    """Return each bar's place, left end, right end and colour, the legend's empty ones left out."""
    bars = [bar for bar in fig.axes[0].patches if bar.get_width()]
    return [
        (
            round(bar.get_y() + bar.get_height() / 2),
            *sorted((bar.get_x(), bar.get_x() + bar.get_width())),
            to_hex(bar.get_facecolor()).upper(),
        )
        for bar in bars
    ]


def test_a_bar_reaches_from_one_to_its_ratio_on_either_side(tricks):
    bars = bars_of(tricks_figure(tricks))
    assert [(left, right) for _, left, right, _ in bars] == [
        (1, pytest.approx(40)),
        (1, pytest.approx(2)),
        (pytest.approx(0.5), 1),
        (1, pytest.approx(1.05)),
    ]


def test_a_trick_is_a_heading_over_its_bars_from_the_top(tricks):
    fig = tricks_figure(tricks)
    [ax] = fig.axes
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels == [
        "the loop",
        "where of loop-2: slow loop-2",
        "where of loop-64: slow loop-64",
        "the tile",
        "where of tile: slow tile",
        "one tanh",
        "where of gates: slow gates",
    ]
    assert [text.get_fontweight() for text in ax.get_yticklabels()][:2] == ["bold", "normal"]
    assert [place for place, *_ in bars_of(fig)] == [1, 2, 4, 6]
    assert ax.yaxis_inverted()
    assert ax.get_xscale() == "log"


def test_a_cost_has_one_colour_and_stands_in_the_legend(tricks):
    fig = tricks_figure(tricks)
    colors = [color for *_, color in bars_of(fig)]
    assert colors == [PALETTE[0], PALETTE[0], PALETTE[1], PALETTE[0]]
    [legend] = fig.legends
    assert [text.get_text() for text in legend.get_texts()] == ["interpreter", "arithmetic"]


def test_the_ratio_and_its_quartiles_are_beside_the_bar_and_inside_the_picture(tricks):
    [ax] = tricks_figure(tricks).axes
    assert [text.get_text() for text in ax.texts] == ["40", "2.0", "0.5", "1.1"]
    whiskers = [line.get_xdata() for line in ax.lines if list(line.get_xdata()) != [1, 1]]
    assert [list(ends) for ends in whiskers] == [row["quartiles"] for row in tricks["rows"]]
    low, high = ax.get_xlim()
    assert low < 0.4
    assert high > 43


def test_without_rows_it_says_what_makes_them():
    with pytest.raises(InputError, match="recurrent_tricks"):
        tricks_figure({})


def test_a_sentence_says_what_is_on_record(tricks):
    assert saved(tricks, "loop-2") == "40"
    assert saved(tricks, "tile") == "0.5"
    assert saved(tricks, "nothing") == saved({}, "loop-2") == MISSING


def test_a_gain_shows_only_outside_the_noise(tricks):
    assert shows(tricks, "loop-2")
    assert not shows(tricks, "loop-64")  # a quarter of the turns say the opposite
    assert not shows(tricks, "gates")  # steady, but next to nothing
    assert not shows(tricks, "tile")
    assert not shows(tricks, "nothing")


def test_growth_has_a_panel_for_length_and_one_for_batch(speed):
    by_time, by_batch = growth_figure(speed).axes
    measured, fitted = by_time.lines[:2]
    assert measured.get_xdata().tolist() == [10, 20, 40]
    assert measured.get_ydata() == pytest.approx([5, 10, 20])
    assert by_batch.lines[0].get_xdata().tolist() == [1, 4, 16]
    assert by_batch.lines[0].get_ydata() == pytest.approx([0.5, 0.5 * 4**0.25, 1])
    assert fitted.get_ydata() == pytest.approx(measured.get_ydata())  # it was a power law
    assert [text.get_text() for text in by_time.get_xticklabels()] == ["10", "20", "40"]
    assert {ax.get_xscale() for ax in (by_time, by_batch)} == {"log"} == {by_time.get_yscale()}


def test_the_fitted_line_goes_through_the_middle_of_what_is_no_power_law(speed):
    speed["growth"][0]["milliseconds"] = [5.0, 30.0, 20.0]
    measured, fitted = growth_figure(speed).axes[0].lines[:2]
    logs = np.log(fitted.get_ydata())
    assert logs.mean() == pytest.approx(np.log(measured.get_ydata()).mean())
    assert np.diff(logs) == pytest.approx(np.log(2) * np.ones(2))


def test_the_legend_has_each_panels_exponents_and_a_colour_stays_with_its_name(speed):
    by_time, by_batch = growth_figure(speed).axes
    legends = [[text.get_text() for text in ax.get_legend().get_texts()] for ax in (by_time, by_batch)]
    assert legends == [["NumPy: 1.00", "Keras: 0.75"], ["compiled: 0.25", "Keras: 0.12"]]
    assert by_time.lines[2].get_color() == by_batch.lines[2].get_color() == PALETTE[2]


def test_an_empty_panel_says_so_and_no_growth_is_an_error(speed):
    speed["growth"] = speed["growth"][:2]
    assert [text.get_text() for text in growth_figure(speed).axes[1].texts] == [MISSING]
    del speed["growth"]
    with pytest.raises(InputError, match="growth"):
        growth_figure(speed)


def test_times_as_fast_is_the_peers_time_over_ours(speed):
    assert times_as_fast(speed, "compiled", "keras") == {
        (32, 200, 128, 64, 1): 2.0,
        (32, 200, 128, 64, 2): 1.0,
        (1, 1000, 2, 2, 1): pytest.approx(500),
    }
    assert times_as_fast(speed, "numpy", "keras", "forward") == {(32, 200, 128, 64, 1): 1.25}
    assert times_as_fast(speed, "numpy", "torch") == {}


def test_the_table_has_a_line_a_shape_and_a_column_a_pair(speed):
    table = [line.split() for line in ratios_table(speed).splitlines()]
    assert table == [
        ["times", "as", "fast", "as", "Keras", "Keras", "PyTorch"],
        ["batch×time×features×units", "threads", "NumPy", "compiled", "compiled"],
        ["32×200×128×64", "1", "0.8", "2.0", "0.5"],
        ["32×200×128×64", "2", "0.5", "1.0", "0.25"],
        ["1×1000×2×2", "1", "20", "500", "125"],
    ]
    assert "1.2" in ratios_table(speed, "forward").splitlines()[2]


def test_a_record_from_before_the_compiled_loops_can_be_read(speed):
    old = copy.deepcopy(speed)
    for row in old["rows"]:
        del row["threads"], row["compiled_ratio"]
    table = [line.split() for line in ratios_table(old).splitlines()]
    assert table[1] == ["batch×time×features×units", "threads", "NumPy"]
    assert table[-1] == ["1×1000×2×2", "-", "20"]
