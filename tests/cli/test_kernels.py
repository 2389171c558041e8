"""The table of kernels as a person asks for it."""

import json

import pytest

from lstm_course.cli import main
from lstm_course.cli.kernels import KERAS_MADE
from lstm_course.sentiment.models import KERAS_MODELS


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run of a Keras model that was not to be compiled."""
    folder = tmp_path_factory.mktemp("kernels") / "run"
    words = "train --corpus rotten-tomatoes --model lstm --limit 20 --epochs 1 --max-tokens 9 --jit off --out"
    assert main([*words.split(), str(folder)]) == 0
    return folder


def test_every_keras_model_has_its_layers_with_a_mask_and_without(command):
    status, out, _ = command("kernels", "--no-gpu")
    assert status == 0
    assert set(KERAS_MADE) == set(KERAS_MODELS)
    for name in KERAS_MODELS:
        rows = [line.split() for line in out.splitlines() if line.split()[:1] == [name]]
        assert {(row[2], row[3]) for row in rows} == {("yes*", "plain"), ("no", "plain")}
    assert "cuDNN wants a GPU that the backend sees, has none" in out


def test_the_answer_for_a_machine_with_a_gpu(command):
    status, out, _ = command("kernels", "--model", "seed", "--gpu", "--json")
    assert status == 0
    answer = json.loads(out)
    assert answer["gpu"] is True
    assert [layer["kernel"] for layer in answer["layers"]] == ["cuDNN", "cuDNN"]
    _, out, _ = command("kernels", "--model", "seed", "--no-gpu", "--jit", "on", "--json")
    assert [layer["kernel"] for layer in json.loads(out)["layers"]] == ["XLA loop", "XLA loop"]


def test_a_run_is_answered_as_it_was_trained(command, run_folder):
    status, out, _ = command("kernels", "--run", run_folder, "--no-gpu")
    assert status == 0
    assert "--jit off" in out
    assert "not compiled: compilation was turned off" in out
    assert out.count("plain loop") == 2


def test_without_keras_it_says_what_to_install(command, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    status, out, err = command("kernels")
    assert (status, out) == (2, "")
    assert "the package keras for this model, got a Python without it. Install it: python -m pip" in err


def test_a_run_of_another_kind_is_refused(command, trained):
    status, _, err = command("kernels", "--run", trained)
    assert status == 2
    assert "a run of a Keras model" in err
