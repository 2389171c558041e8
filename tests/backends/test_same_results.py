"""The same models give the same on TensorFlow, JAX and PyTorch: outputs, steps of training, whole runs."""

import csv
import json

import numpy as np
import pytest

BACKENDS = ("tensorflow", "jax", "torch")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def arrays_of(on_backend, tmp_path_factory):
    """Have a command write its arrays on every backend; return them by backend."""

    def arrays_of(command):
        folder, found = tmp_path_factory.mktemp(command), {}
        for backend in BACKENDS:
            on_backend(backend, command, folder / f"{backend}.npz")
            with np.load(folder / f"{backend}.npz") as arrays:
                found[backend] = dict(arrays)
        return found

    return arrays_of


@pytest.fixture(scope="module")
def steps(arrays_of):
    """Every model's arrays, by backend."""
    return arrays_of("steps_of_every_model")


@pytest.fixture(scope="module")
def translators(arrays_of):
    """Two translators' arrays, by backend."""
    return arrays_of("translator")


@pytest.fixture(scope="module")
def runs(on_backend, tmp_path_factory):
    """A run folder of each backend."""
    folder = tmp_path_factory.mktemp("runs")
    for backend in BACKENDS:
        on_backend(backend, "train", folder / backend, "--model", "lstm")
    return [folder / backend for backend in BACKENDS]


def assert_same_arrays(found, expected):
    assert expected.keys() == found.keys()
    for name in expected:
        if name.endswith("texts"):
            assert found[name].tolist() == expected[name].tolist(), name
        else:
            tolerance = 1e-4 if "weight" in name else 1e-5
            np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_outputs_and_trained_weights_are_tensorflows(steps, backend):
    assert_same_arrays(steps[backend], steps["tensorflow"])


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_a_translator_computes_writes_and_learns_what_it_does_on_tensorflow(translators, backend):
    assert_same_arrays(translators[backend], translators["tensorflow"])


def test_whole_runs_go_the_same_way(runs):
    figures = []
    for run in runs:
        [row] = csv.DictReader((run / "history.csv").read_text().splitlines())
        figures.append([float(row[name]) for name in ("loss", "accuracy", "validation_loss")])
    np.testing.assert_allclose(figures[1:], [figures[0]] * 2, atol=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_reads_every_run(on_backend, runs, backend):
    probabilities = np.array(json.loads(on_backend(backend, "predict", *runs).splitlines()[-1]))
    assert np.ptp(probabilities, axis=1).min() > 1e-4  # different for different texts
    np.testing.assert_allclose(probabilities, [probabilities[0]] * 3, atol=1e-4)
