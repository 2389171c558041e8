"""The same models give the same on TensorFlow, JAX and PyTorch: outputs, steps of training, whole runs."""

import csv
import json

import numpy as np
import pytest

BACKENDS = ("tensorflow", "jax", "torch")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def steps(on_backend, tmp_path_factory):
    """Every model's arrays, by backend."""
    folder, found = tmp_path_factory.mktemp("steps"), {}
    for backend in BACKENDS:
        on_backend(backend, "steps_of_every_model", folder / f"{backend}.npz")
        with np.load(folder / f"{backend}.npz") as arrays:
            found[backend] = dict(arrays)
    return found


@pytest.fixture(scope="module")
def runs(on_backend, tmp_path_factory):
    """A run folder of each backend."""
    folder = tmp_path_factory.mktemp("runs")
    for backend in BACKENDS:
        on_backend(backend, "train", folder / backend, "--model", "lstm")
    return [folder / backend for backend in BACKENDS]


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_outputs_and_trained_weights_are_tensorflows(steps, backend):
    expected, found = steps["tensorflow"], steps[backend]
    assert expected.keys() == found.keys()
    for name in expected:
        tolerance = 1e-5 if name.endswith("output") else 1e-4
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=tolerance, err_msg=name)


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
