"""Four devices share each batch as one does, uneven last batches too; XLA makes four out of one processor."""

import csv
import json

import numpy as np
import pytest


def history(run):
    [row] = csv.DictReader((run / "history.csv").read_text().splitlines())
    return {name: float(value) for name, value in row.items()}


@pytest.mark.slow
def test_four_devices_train_as_one_does(on_backend, tmp_path):
    flags = "--xla_force_host_platform_device_count=4"
    said = on_backend("jax", "share", tmp_path, XLA_FLAGS=flags)
    assert json.loads(said.splitlines()[-1]) == 4
    one, four = (history(tmp_path / name) for name in ("one", "all"))
    # Keras weighs the batches of an epoch by their rows, those that were added too.
    assert four["loss"] == pytest.approx(one["loss"], abs=1e-3)
    assert four["validation_loss"] == pytest.approx(one["validation_loss"], abs=1e-5)
    metrics = json.loads((tmp_path / "all" / "metrics.json").read_text())
    assert metrics["settings"]["devices"] == 4
    probabilities = [
        json.loads(on_backend(backend, "predict", tmp_path / "one", tmp_path / "all").splitlines()[-1])
        for backend in ("jax", "torch")  # one device, and none that JAX knows
    ]
    np.testing.assert_allclose(probabilities, np.full((2, 2, 1), 1.0) * probabilities[0][0], atol=1e-4)
