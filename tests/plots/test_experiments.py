"""The page's reader of ``results/experiments-1997.json`` and its pictures: a made-up record, and none."""

import json

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.plots.experiments import (
    MISSING,
    OUTPUT_LAYERS,
    TRACKS,
    Pictured,
    experiments_figure,
    experiments_table,
    find,
    quotients,
    read_experiments,
    read_readings,
    readings_figure,
    sequence_pictures,
    share_of_readings,
    share_solved,
    states_by_class,
    told,
)

PRINTED = {"first": 30_000, "second": 5_000, "third": 74_000}


def entry(row, track, ended):
    """An entry; ``ended`` holds a trial's sequences, negative where it did not come to the criterion."""
    needed = [sequences for sequences in ended if sequences > 0]
    return {
        "row": row,
        "track": track,
        "count": len(ended),
        "solved": len(needed),
        "sequences": round(float(np.mean(needed))) if needed else None,
        "spread": round(float(np.std(needed, ddof=1))) if len(needed) > 1 else None,
        "paper": {"sequences": PRINTED[row]},
        "trials": [{"solved": sequences > 0, "sequences": abs(sequences)} for sequences in ended],
    }


@pytest.fixture
def record():
    return {
        "rows": [
            entry("first", "1997", [10_000, 20_000, -150_000]),
            entry("first", "today", [6_000]),
            entry("second", "1997", [-50_000, -50_000]),
            entry("second", "rnn", [-20_000, -20_000]),
        ]
    }


def test_record_is_read(record, tmp_path):
    path = tmp_path / "experiments.json"
    path.write_text(json.dumps(record))
    assert read_experiments(path) == record


@pytest.mark.parametrize(
    ("text", "message"), [(None, "no file"), ("{", "as JSON"), ("[]", "with rows"), ('{"rows": []}', "rows")]
)
def test_what_is_no_record_is_refused_with_the_command_that_makes_one(text, message, tmp_path):
    path = tmp_path / "experiments.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=rf"(?s){message}.*lstm-course experiment report --out"):
        read_experiments(path)


@pytest.mark.parametrize(
    ("row", "track", "words"),
    [
        ("first", "1997", "2 of 3 trials, after 15,000 ± 7,071 sequences"),
        ("first", "today", "1 of 1 trials, after 6,000 sequences"),
        ("second", "1997", "0 of 2 trials"),
        ("third", "1997", MISSING),
    ],
)
def test_a_row_is_told_without_numbers_that_are_not_there(record, row, track, words):
    assert told(record, row, track) == words


def test_track_is_part_of_what_is_looked_for(record):
    assert find(record, "first", "today")["count"] == 1
    assert find(record, "first", "rnn") is None


def test_shares_and_quotients_leave_out_what_is_missing(record):
    assert share_solved(record, list(PRINTED)) == (2, 5)
    assert share_solved(record, ["third"]) == (0, 0)
    assert quotients(record) == {"first": 0.5}
    assert quotients(record, "today") == {"first": 0.2}


def test_table_has_every_row_and_fits_the_page(record):
    lines = experiments_table(record, PRINTED).splitlines()
    assert [line.split()[0] for line in lines[2:]] == list(PRINTED)
    assert lines[2].split() == ["first", "30.0", "2/3", "15.0±7.1", "1/1", "6.0", "-"]
    assert lines[3].split() == ["second", "5.0", "0/2", "-", "0/2"]
    assert lines[4].split() == ["third", "74.0", "-", "-", "-"]
    assert max(map(len, lines)) <= 88


def test_figure_shows_print_trials_means_and_shares(record):
    fig = experiments_figure(record, PRINTED)
    left, right = fig.axes
    assert left.get_xscale() == "log"
    assert [label.get_text() for label in left.get_yticklabels()] == list(PRINTED)
    drawn = {}
    for line in left.lines:
        if len(line.get_xdata()):
            drawn.setdefault((line.get_marker(), line.get_color()), []).extend(line.get_xdata())
    classic, today = TRACKS["1997"][0], TRACKS["today"][0]
    assert sorted(drawn["o", classic]) == [10_000, 20_000]
    assert drawn["|", classic] == [15_000]
    assert drawn["o", today] == [6_000]
    assert [xs for (marker, _), xs in drawn.items() if marker == "D"] == [list(PRINTED.values())]
    shares = {(line.get_color(), round(line.get_ydata()[0])): line.get_xdata()[0] for line in right.lines}
    assert shares[classic, 0] == pytest.approx(2 / 3)
    assert shares[classic, 1] == 0
    assert shares[TRACKS["rnn"][0], 1] == 0
    assert [text.get_text() for text in right.texts] == [MISSING]


def test_first_row_is_on_top(record):
    low, high = experiments_figure(record, PRINTED).axes[0].get_ylim()
    assert low > high


def test_sequence_has_its_marks_where_they_are():
    values = np.array([0.5, -1.0, 2.0])
    fig = sequence_pictures([Pictured("a task", values, {2: "here"}), Pictured("b", values, {}, line=True)])
    first, second = fig.axes
    assert first.get_title(loc="left") == "a task"
    assert [line.get_linestyle() for line in (first.lines[0], second.lines[0])] == ["None", "-"]
    np.testing.assert_array_equal(first.lines[0].get_ydata(), values)
    assert (first.lines[1].get_xdata()[0], first.lines[1].get_ydata()[0]) == (2, -1.0)
    assert first.texts[0].get_text() == "here"
    assert second.get_xlabel() == "time (steps)"


def test_constant_sequence_can_be_drawn():
    sequence_pictures([Pictured("flat", np.ones(4), {1: ""})]).to_svg()


@pytest.mark.parametrize("kept", [{0: ""}, {4: ""}])
def test_step_outside_a_sequence_is_refused(kept):
    with pytest.raises(InputError, match="steps from 1 to 3"):
        sequence_pictures([Pictured("a", np.zeros(3), kept)])


def test_no_sequence_is_refused():
    with pytest.raises(InputError, match="at least one"):
        sequence_pictures([])


def test_states_have_a_panel_for_each_cell_and_a_line_for_each_class():
    states = np.random.default_rng(0).standard_normal((3, 5, 2))
    fig = states_by_class(states, ("a", "b", "c"), marked=(2,))
    assert [ax.get_ylabel() for ax in fig.axes] == ["cell 1", "cell 2"]
    for cell, ax in enumerate(fig.axes):
        drawn = np.array([line.get_ydata() for line in ax.lines[:3]])
        np.testing.assert_array_equal(drawn, states[:, :, cell])
        assert ax.lines[0].get_xdata()[0] == 1
        assert list(ax.lines[3].get_xdata()) == [2, 2]
    assert fig.axes[0].get_ylim() == fig.axes[1].get_ylim()
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["a", "b", "c"]


@pytest.mark.parametrize("shape", [(2, 5, 2), (3, 5), (3, 5, 2, 1)])
def test_states_of_another_shape_are_refused(shape):
    with pytest.raises(InputError, match=r"states of shape \(3, time, cells\)"):
        states_by_class(np.zeros(shape), ("a", "b", "c"))


@pytest.fixture
def readings():
    """Two networks, four output layers, two ways to read; the share grows with the output layer."""
    return {
        "rows": [
            {
                "row": name,
                "output_biases": biases,
                "direct": direct,
                "reads": reads,
                "solved": 2 * place + (reads == "cells") + 10 * (name == "b"),
                "trials": 20,
            }
            for name in ("a", "b")
            for place, (biases, direct) in enumerate(OUTPUT_LAYERS)
            for reads in ("all", "cells")
        ]
    }


def test_readings_lie_in_the_row_of_their_output_layer_and_the_chosen_one_is_circled(readings):
    chosen = {"output_biases": False, "direct": True, "reads": "cells"}
    fig = readings_figure(readings, {"a": 1.0, "b": 0.97}, chosen)
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == list(OUTPUT_LAYERS.values())
    for ax, name, share in zip(fig.axes, "ab", (1.0, 0.97), strict=True):
        dashed, *layers = ax.lines
        assert list(dashed.get_xdata()) == [share, share]
        (circle,) = (line for line in layers if line.get_fillstyle() == "none")
        dots = [line for line in layers if line is not circle]
        for place, line in enumerate(dots):
            shares = [(2 * place + extra + 10 * (name == "b")) / 20 for extra in (0, 1)]
            assert list(line.get_xdata()) == shares
            assert set(np.round(line.get_ydata())) == {place}
        third = dots[2].get_xydata()[1]  # direct connections alone, reading the cells
        np.testing.assert_array_equal(circle.get_xydata()[0], third)
    assert len(fig.legends[0].get_texts()) == 3


def test_share_of_readings_counts_trials_of_all_that_match(readings):
    assert share_of_readings(readings, row="a", direct=False, output_biases=False) == 1 / 40
    assert share_of_readings(readings, row="b", direct=True) == (14 + 15 + 16 + 17) / 80


def test_missing_record_of_readings_says_how_to_make_it(tmp_path):
    with pytest.raises(InputError, match="reber_readings"):
        read_readings(tmp_path / "none.json")
