"""The NumPy layers are Keras's layers, option by option; and this test notices when they are not."""

import importlib
import itertools

import numpy as np
import pytest
import tensorflow as tf

from lstm_course.keras_bridge.cases import all_cases
from lstm_course.keras_bridge.equality import (
    TOLERANCE,
    Row,
    compare,
    compare_training,
    format_rows,
)
from lstm_course.recurrent import GATE_ORDER, LSTM, Adam, gate_slot

CASES = {case.name: case for case in all_cases()}


def test_every_case_has_a_name_of_its_own():
    assert len(CASES) == len(all_cases())


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", CASES)
def test_equal_to_keras(name, dtype):
    row = compare(CASES[name], dtype)
    assert row.passed, row


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["LSTM: everything at once", "GRU: everything at once"])
def test_equal_for_other_random_numbers(name, seed):
    assert compare(CASES[name], "float64", seed).passed


@pytest.mark.parametrize("seed", [6, 10, 13, 16, 25])
@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("layer", ["GRU", "GRU reset_after=False"])
def test_gates_without_a_bound_stay_comparable(layer, activation, seed):
    for dtype in TOLERANCE:
        row = compare(CASES[f"{layer}: recurrent_activation={activation}"], dtype, seed)
        assert row.passed, row


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_twenty_steps_of_training_are_equal(dtype):
    row = compare_training(dtype)
    assert row.passed, row


def test_keras_adam_squares_the_slices_of_an_embedding_gradient():
    """The book tells of this difference; should Keras mend it, the book must follow."""
    assert compare_training("float64", dense_embedding_gradient=False).outputs > 1e-4


@pytest.mark.parametrize(
    "name",
    [
        "LSTM: mask right-padded, sequences and states",
        "GRU: defaults",
        "Bidirectional LSTM: merge_mode=concat, return_sequences",
        "training",
    ],
)
def test_a_gpu_is_left_alone(name, monkeypatch):
    """Its kernel shows zeros at masked steps. One is pretended, and Keras must launch nothing there."""
    rules = importlib.import_module("keras.src.backend.tensorflow.rnn")
    devices, device = [], tf.device

    def launch(*_, **__):
        raise AssertionError("Keras went for cuDNN")

    def note(name):
        devices.append(name)
        return device(name)

    monkeypatch.setattr(rules, "_is_gpu_available", lambda: True)
    monkeypatch.setattr(rules, "_cudnn_lstm", launch)
    monkeypatch.setattr(rules, "_cudnn_gru", launch)
    monkeypatch.setattr(tf, "device", note)
    row = compare_training("float64") if name == "training" else compare(CASES[name], "float64")
    assert row.passed, row
    assert "/CPU:0" in devices


class Mutant(LSTM):
    """An LSTM with a planted mistake."""

    def forward(self, x, mask=None, initial_state=None, *, training=False):
        return super().forward(x, self.change_mask(mask), initial_state)

    def _parameters(self, weights):
        return super()._parameters([self.change(weight) for weight in weights])

    def change(self, weight):
        return weight

    def change_mask(self, mask):
        return mask


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(GATE_ORDER, 2)))
def test_swapped_gates_are_noticed(one, other):
    class Swapped(Mutant):
        def change(self, weight):
            weight = weight.copy()
            a, b = gate_slot(one, self.units), gate_slot(other, self.units)
            weight[..., a], weight[..., b] = weight[..., b].copy(), weight[..., a].copy()
            return weight

    case = CASES["LSTM: return_sequences"]
    row = compare(case, "float64", make=lambda: Swapped(**case.make().config()))
    assert not row.passed
    assert row.outputs > 1e-3


def test_a_dropped_bias_is_noticed():
    class NoBias(Mutant):
        def change(self, weight):
            return np.zeros_like(weight) if weight.ndim == 1 else weight

    case = CASES["LSTM: defaults"]
    assert not compare(case, "float32", make=lambda: NoBias(**case.make().config())).passed


@pytest.mark.parametrize("mask", ["right-padded", "left-padded", "gaps", "a row masked"])
def test_an_ignored_mask_is_noticed(mask):
    class Unmasked(Mutant):
        def change_mask(self, mask):
            return None

    case = CASES[f"LSTM: mask {mask}"]
    assert not compare(case, "float32", make=lambda: Unmasked(**case.make().config())).passed


def test_a_lost_gradient_is_noticed():
    class Forgetful(Mutant):
        def backward(self, d_output):
            d_x = super().backward(d_output)
            self.gradients[1] = self.gradients[1] * 0.999
            return d_x

    case = CASES["LSTM: defaults"]
    row = compare(case, "float64", make=lambda: Forgetful(**case.make().config()))
    assert row.outputs <= TOLERANCE["float64"]
    assert not row.passed


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_gradient_that_is_no_number_is_noticed(position):
    class Lost(Mutant):
        def backward(self, d_output):
            d_x = super().backward(d_output)
            self.gradients[position] = np.full_like(self.gradients[position], np.nan)
            return d_x

    case = CASES["LSTM: defaults"]
    row = compare(case, "float64", make=lambda: Lost(**case.make().config()))
    assert row.outputs <= TOLERANCE["float64"]
    assert row.gradients == np.inf
    assert not row.passed


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_output_that_is_no_number_is_noticed(value):
    class Lost(Mutant):
        def forward(self, x, mask=None, initial_state=None, *, training=False):
            found = super().forward(x, mask, initial_state).copy()
            found[0, 0] = value
            return found

    case = CASES["LSTM: defaults"]
    row = compare(case, "float64", make=lambda: Lost(**case.make().config()))
    assert row.outputs == np.inf
    assert list(format_rows([row]))[1].endswith("FAILED")


def test_a_training_that_ends_in_no_number_is_noticed(monkeypatch):
    class Diverging(Adam):
        def update(self, weights, gradients):
            super().update(weights, gradients)
            weights[-1][:] = np.nan

    monkeypatch.setattr("lstm_course.keras_bridge.equality.Adam", Diverging)
    row = compare_training("float64", steps=1)
    assert row.outputs <= TOLERANCE["float64"]
    assert row.states == np.inf
    assert not row.passed


def test_the_table_counts_failures_and_names_the_largest():
    rows = [Row("fine", "float64", 1e-16, float("nan"), 2e-16), Row("broken", "float64", 3e-3, 0.0, 0.0)]
    lines = list(format_rows(rows))
    assert "FAILED" not in lines[1]
    assert lines[2].endswith("FAILED")
    assert lines[-2] == "largest difference in float64: 3.0e-03 (allowed: 1e-12)"
    assert lines[-1] == "2 comparisons, 1 failed"
