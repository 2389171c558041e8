"""``lstm-course convert``, and what the other commands make of its file."""

import json
import os
import subprocess
import sys

import pytest

from lstm_course.cli.convert import FORMATS
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.training import train


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run folder of the NumPy model."""
    out = tmp_path_factory.mktemp("numpy") / "run"
    settings = TrainingSettings(
        corpus="rotten-tomatoes", model="numpy-lstm", epochs=1, limit=200, max_tokens=20, vocabulary_size=300
    )
    return train(settings, out).folder


def test_the_file_predicts_what_the_run_does(command, run, tmp_path):
    out = tmp_path / "new" / "model.npz"
    status, said, err = command("convert", "--run", run, "--out", out)
    assert (status, err) == (0, "")
    assert said.startswith(f"{out}: ")
    assert "of the run's probabilities" in said
    answers = [
        command("predict", "--run", source, "--json", "a moving film , but dull")[1] for source in (run, out)
    ]
    assert json.loads(answers[0])["words"]
    assert answers[0] == answers[1]


def test_a_run_is_not_replaced_unasked(command, run, tmp_path):
    out = tmp_path / "model.npz"
    assert command("convert", "--run", run, "--out", out)[0] == 0
    before = out.read_bytes()
    status, _, err = command("convert", "--run", run, "--out", out)
    assert (status, "which exists. Choose another --out, or replace it by --force" in err) == (2, True)
    assert command("convert", "--run", run, "--out", out, "--force")[0] == 0
    assert out.read_bytes() == before  # the same run gives the same file


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "expected --run, --out, got nothing"),
        ("--run nowhere", "expected --out, got nothing"),
        ("--run nowhere --out m.npz", "a run folder that train wrote, got nowhere"),
        ("--run nowhere --out m.txt", "a file name that ends in .npz, got 'm.txt'"),
        ("--run nowhere --out m.npz --to onnx", "a file name that ends in .onnx"),
        (
            "--run nowhere --out m.npz --to torch",
            f"a format among {', '.join(FORMATS)} for --to, got 'torch'",
        ),
    ],
)
def test_mistakes_are_one_sentence(command, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("convert", *words.split())
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_bag_of_words_is_plain_already(command, trained, tmp_path):
    status, _, err = command("convert", "--run", trained, "--out", tmp_path / "m.npz")
    assert status == 2
    assert "a run of a recurrent model, got one of bag-of-words. Its model.npz and vocabulary.txt are" in err


@pytest.mark.slow
def test_a_keras_run_becomes_onnx_without_chatter(command, tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    settings = TrainingSettings(
        corpus="rotten-tomatoes", model="lstm", epochs=1, limit=200, max_tokens=20, vocabulary_size=300
    )
    folder = train(settings, tmp_path / "run").folder
    words = ["convert", "--run", str(folder), "--to", "onnx", "--out", str(tmp_path / "m.onnx")]
    shell = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(  # without what JAX, imported in this process, sets
        [sys.executable, "-m", "lstm_course", *words], capture_output=True, text=True, check=False, env=shell
    )
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")
    status, _, err = command("predict", "--run", tmp_path / "m.onnx", "good")
    assert (status, "a run folder that train wrote" in err) == (2, True)
