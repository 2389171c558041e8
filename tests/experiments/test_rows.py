import pytest

from lstm_course.errors import InputError
from lstm_course.experiments.rows import EXPERIMENTS, ROWS, choose

#: Weights as the paper counts them, tables 1 to 9.
WEIGHTS = {
    "reber": {264, 276},
    "lags-noise-free": {10_504},
    "lags-random-filler": {10_504},
    "lags-long": {
        364 - 36,
        664 - 36,
        1_264 - 36,
        3_064 - 36,
        6_064 - 36,
    },  # hidden units do not read each other
    "two-sequence": {102},
    "two-sequence-noisy": {102},
    "two-sequence-noisy-targets": {102},
    "adding": {93},
    "multiplication": {93},
    "temporal-order": {156},
    "temporal-order-3": {308},
}


def test_every_experiment_has_rows_with_names_of_their_own():
    assert [*dict.fromkeys(row.experiment for row in ROWS)] == [*EXPERIMENTS]
    assert len({row.name for row in ROWS}) == len(ROWS) == 31


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_networks_have_the_papers_numbers_of_weights(experiment):
    assert {row.design.weights for row in choose(experiment, {})} == WEIGHTS[experiment]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_network_and_task_fit(row):
    assert (row.design.features, row.design.outputs) == (row.task.features, row.task.outputs)
    for biases in (row.input_gate_biases, row.output_gate_biases):
        assert len(biases) in (0, row.design.blocks)
    assert row.budget >= 5 * row.printed.sequences


def test_rows_are_chosen_by_name_and_by_sizes():
    assert [row.name for row in choose("adding-T500", {})] == ["adding-T500"]
    assert {row.sizes["p"] for row in choose("lags-long", {"q": 1000})} == {1000, 500, 200, 100, 50}
    with pytest.raises(InputError, match=r"an experiment among reber.*got 'sorting'"):
        choose("sorting", {})
    with pytest.raises(InputError, match=r"adding-T100, adding-T500.*got T = 7"):
        choose("adding", {"T": 7})
