"""Keras's wheel ships the tests of its recurrent layers; the values they expect, expected of ours.

Each of Keras's test methods runs with ``layers.LSTM`` and its like replaced by an adapter: the Keras layer
supplies configuration and initial weights, the NumPy layer made from it by ``from_keras`` computes. Only the
methods that state expected values are run; the rest ask for Keras's own machinery.
"""

import importlib
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from lstm_course.keras_bridge import from_keras
from lstm_course.recurrent import lstm_forward

METHODS = {
    "simple_rnn_test": [
        "test_correctness",
        "test_statefulness",
        "test_pass_initial_state",
        "test_masking",
    ],
    "lstm_test": ["test_correctness0", "test_statefulness", "test_pass_initial_state", "test_masking"],
    "gru_test": [
        "test_correctness0",
        "test_statefulness",
        "test_pass_initial_state",
        "test_pass_return_state",
        "test_masking",
    ],
    "bidirectional_test": [
        "test_correctness",
        "test_statefulness",
        "test_pass_initial_state",
        "test_masking",
        "test_return_state",
    ],
}


class Adapter:
    """Looks like a Keras layer, computes with ours, and counts how often it did."""

    calls = 0

    def __init__(self, layer):
        self.layer, self.ours = layer, None

    def __call__(self, sequence, initial_state=None, mask=None):
        sequence = np.asarray(sequence, np.float32)
        if self.ours is None:
            self.layer.build(sequence.shape)
            self.ours = from_keras(self.layer)
        Adapter.calls += 1
        return self.ours.forward(sequence, mask, initial_state)

    def reset_state(self):
        self.ours.reset_state()


def adapted(kind):
    def make(*arguments, **options):
        arguments = [a.layer if isinstance(a, Adapter) else a for a in arguments]
        options = {k: v.layer if isinstance(v, Adapter) else v for k, v in options.items()}
        return Adapter(getattr(keras.layers, kind)(*arguments, **options))

    return make


@pytest.mark.parametrize(
    ("module", "method"), [(module, method) for module, methods in METHODS.items() for method in methods]
)
def test_expected_values_of_keras(module, method, monkeypatch):
    try:
        tests = importlib.import_module(f"keras.src.layers.rnn.{module}")
    except ModuleNotFoundError:
        pytest.skip("this Keras wheel ships no tests; install the locked version")
    kinds = ("SimpleRNN", "LSTM", "GRU", "Bidirectional")
    monkeypatch.setattr(tests, "layers", SimpleNamespace(**{kind: adapted(kind) for kind in kinds}))
    (case,) = (c for name, c in vars(tests).items() if name.endswith("Test") and isinstance(c, type))
    before = Adapter.calls
    test = case(method)
    test.setUp()
    getattr(test, method)()
    assert Adapter.calls > before


def test_the_adapter_really_computes_with_ours(monkeypatch):
    """With a broken NumPy layer Keras's own expected values must not hold."""
    from keras.src.layers.rnn import lstm_test

    def broken(*arguments, **options):
        outputs, states, cache = lstm_forward(*arguments, **options)
        return 1.001 * outputs, states, cache

    monkeypatch.setattr(lstm_test, "layers", SimpleNamespace(LSTM=adapted("LSTM")))
    monkeypatch.setattr("lstm_course.recurrent.layers.rnn.lstm_forward", broken)
    with pytest.raises(AssertionError):
        lstm_test.LSTMTest("test_pass_initial_state").test_pass_initial_state()
