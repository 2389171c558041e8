"""The page's reader of ``results/sentiment-ladder.json``: a made-up record of that shape, and none."""

import json
import math

import numpy as np
import pytest

from lstm_course.bits import from_hex, in_hex
from lstm_course.errors import InputError
from lstm_course.plots.ladder import (
    MISSING,
    PUBLISHED,
    SOLVED,
    card,
    compared,
    difference,
    find,
    ladder_figure,
    ladder_table,
    reached,
    read_ladder,
    side,
    standard_error,
)
from lstm_course.sentiment.configurations import draws_nothing
from lstm_course.sentiment.ladder import RUNGS, summary

REVIEWS = 5000


def run(model, seed, accuracy, seconds=100.0, test=None):
    """A run whose mistakes no other rung makes, and every seed of its own."""
    right = np.ones(REVIEWS, dtype=bool)
    begin = 600 * list(RUNGS).index(model) % REVIEWS
    right[begin : begin + round((1 - accuracy) * REVIEWS)] = False
    return {
        "right": in_hex(right),
        "model": model,
        "seed": seed,
        "accuracy": accuracy,
        "loss": 0.3,
        "test": test,
        "seconds": seconds,
        "parameters": 1234567,
        "sizes": {"train": 20_000, "validation": REVIEWS, "test": 0},
    }


@pytest.fixture
def runs():
    return [
        run("bag-of-words", 0, 0.91, seconds=20.0),
        run("nbsvm", 0, 0.93),
        *(run("bilstm", seed, accuracy) for seed, accuracy in enumerate((0.88, 0.89, 0.90))),
        run("bilstm-pairs", 0, 0.905, seconds=None),
    ]


@pytest.fixture
def record(runs):
    return of(runs)


def of(runs):
    models = dict.fromkeys(run["model"] for run in runs)
    rungs = [summary(name, [run for run in runs if run["model"] == name]) for name in models]
    return {"command": "a command", "date": "2026-01-02", "machine": "2 cores", "rungs": rungs, "runs": runs}


def test_error_has_a_part_from_the_reviews_and_one_from_the_seeds(record):
    of_reviews = 0.91 * 0.09 / REVIEWS
    assert standard_error(record, "bag-of-words") == pytest.approx(math.sqrt(of_reviews))
    of_seeds = 0.01**2 / 3
    assert standard_error(record, "bilstm") == pytest.approx(math.sqrt(0.89 * 0.11 / REVIEWS + of_seeds))


def test_a_network_with_one_seed_borrows_the_others_spread(record):
    own = 0.905 * 0.095 / REVIEWS
    assert standard_error(record, "bilstm-pairs") == pytest.approx(math.sqrt(own + 0.01**2))


def test_the_rungs_without_a_spread_are_those_that_draw_nothing():
    assert tuple(rung for rung in RUNGS if draws_nothing(rung)) == SOLVED


def test_difference_is_in_points_and_pairs_the_reviews(record):
    points, error = difference(record, "nbsvm", "bag-of-words")
    assert points == pytest.approx(2.0)
    apart = np.repeat([1, -1, 0], [450, 350, REVIEWS - 800])  # no review is wrong by both
    assert error == pytest.approx(100 * apart.std() / math.sqrt(REVIEWS))


def test_mistakes_in_common_make_a_difference_more_certain():
    common = np.arange(REVIEWS) >= 400
    own = common & (np.arange(REVIEWS) < REVIEWS - 50)
    runs = [run("bag-of-words", 0, 0.91), run("nbsvm", 0, 0.92)]
    for made, right in zip(runs, (own, common), strict=True):
        made["right"] = in_hex(right)
    points, error = difference(of(runs), "nbsvm", "bag-of-words")
    assert points == pytest.approx(1.0)
    assert error == pytest.approx(100 * math.sqrt(0.01 * 0.99 / REVIEWS))


def test_seeds_add_their_spread_and_share_a_review_between_them(record):
    points, error = difference(record, "bilstm", "bag-of-words")
    assert points == pytest.approx(-2.0)
    wrong = {rung: np.zeros(REVIEWS) for rung in ("bag-of-words", "bilstm")}
    for made in record["runs"]:
        if made["model"] in wrong:
            seeds = 3 if made["model"] == "bilstm" else 1
            wrong[made["model"]] += ~from_hex(made["right"], REVIEWS) / seeds
    apart = wrong["bag-of-words"] - wrong["bilstm"]
    assert error == pytest.approx(100 * math.sqrt(apart.var() / REVIEWS + 0.01**2 / 3))


@pytest.mark.parametrize(
    ("rung", "against", "expected", "words"),
    [
        ("nbsvm", "bag-of-words", 1, "+2.0 ± 0.6 points, more than chance would make"),
        ("bag-of-words", "nbsvm", -1, "-2.0 ± 0.6 points, more than chance would make"),
        ("bilstm-pairs", "bag-of-words", 0, "-0.5 ± 1.2 points, no more than chance would make"),
        ("sa-lstm", "bag-of-words", None, MISSING),
        ("nbsvm", "sa-lstm", None, MISSING),
    ],
)
def test_two_standard_errors_part_chance_from_more(record, rung, against, expected, words):
    assert side(record, rung, against) == expected
    assert compared(record, rung, against) == words


@pytest.mark.parametrize(("accuracy", "expected"), [(0.9186, 0), (0.923, 1), (0.9016, 0), (0.897, -1)])
def test_one_and_a_half_errors_are_chance_and_two_and_a_third_are_not(accuracy, expected):
    record = of([run("bag-of-words", 0, 0.91), run("nbsvm", 0, accuracy)])
    assert side(record, "nbsvm", "bag-of-words") == expected


def test_a_rung_is_said_with_its_spread_and_never_with_a_number_that_is_not_there(record):
    assert reached(record, "nbsvm") == "93.0 %"
    assert reached(record, "bilstm") == "89.0 % (± 1.0 over 3 seeds)"
    assert reached(record, "bilstm-pairs") == "90.5 % (one seed)"
    assert reached(record, "sa-lstm") == MISSING


def test_card_has_the_gain_the_cost_and_the_figure_in_print(record):
    assert card(record, "nbsvm", against="bag-of-words").splitlines() == [
        "nbsvm: 93.0 %, 100 s, 1,234,567 parameters",
        "  against bag-of-words: +2.0 ± 0.6 points, more than chance would make",
        "  in print, on the test set: 91.2 %, NBSVM, words and pairs (Wang & Manning 2012)",
    ]
    assert "time not on record" in card(record, "bilstm-pairs")
    missing = card(record, "sa-lstm", against="bilstm").splitlines()
    assert missing[:2] == ["sa-lstm: not measured yet", "  against bilstm: not measured yet"]


def test_official_test_set_is_shown_where_it_was_measured(runs):
    runs[1]["test"] = {"accuracy": 0.912}
    record = of(runs)
    assert "  official test set: 91.2 %" in card(record, "nbsvm").splitlines()
    row = next(line for line in ladder_table(record, RUNGS).splitlines() if line.startswith("nbsvm"))
    assert row.split() == ["nbsvm", "93.00", "1", "91.20", "100"]
    labels = [text.get_text() for text in ladder_figure(record, RUNGS).legends[0].get_texts()]
    assert "here, official test set" in labels


def test_table_parts_what_was_measured_from_what_was_read(record):
    ours, literature = ladder_table(record, RUNGS).split("\n\n")
    assert [line.split()[0] for line in ours.splitlines()[1:]] == list(RUNGS)
    assert "89.00 ± 1.00" in ours
    assert ours.count(MISSING) == len(RUNGS) - 4
    assert all(near.source not in ours and near.source in literature for near in PUBLISHED.values())
    assert set(PUBLISHED) <= set(RUNGS)


def test_figure_has_a_row_for_each_rung_and_no_point_for_a_missing_one(record):
    fig = ladder_figure(record, RUNGS)
    left, right = fig.axes
    assert [tick.get_text() for tick in left.get_yticklabels()] == list(RUNGS)
    assert sum(text.get_text() == MISSING for text in left.texts) == len(RUNGS) - 4
    points = {
        RUNGS[int(line.get_ydata()[0])]: line.get_xdata()[0]
        for line in left.lines
        if line.get_marker() == "o" and len(line.get_ydata())
    }
    assert points == pytest.approx({row["model"]: 100 * row["accuracy"]["mean"] for row in record["rungs"]})
    assert {RUNGS[int(line.get_ydata()[0])] for line in right.lines} == {"bag-of-words", "nbsvm", "bilstm"}
    labels = [text.get_text() for text in fig.legends[0].get_texts()]
    assert "here, official test set" not in labels


def test_record_is_read_back(record, tmp_path):
    path = tmp_path / "ladder.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert find(read_ladder(path), "nbsvm")["accuracy"]["mean"] == 0.93


@pytest.mark.parametrize("text", [None, "no JSON", "[]", '{"rungs": []}'])
def test_without_a_record_it_says_what_makes_one(text, tmp_path):
    path = tmp_path / "ladder.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="lstm-course ladder --out"):
        read_ladder(path)
