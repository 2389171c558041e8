"""The commands as a person runs them: in this process, and a few as programs of their own."""

import importlib.machinery
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import time
import types

import pytest

from lstm_course.text import load_corpus

PROGRAM = [sys.executable, "-m", "lstm_course"]


def test_train_says_what_it_reached_and_records_its_command(command, tmp_path):
    words = ["train", "--corpus", "rotten-tomatoes", "--model", "bag-of-words", "--limit", "2000"]
    words += ["--epochs", "3"]
    status, out, err = command(*words, "--out", tmp_path / "run")
    assert status == 0
    assert "bag-of-words is solved in one go: --epochs 3 changes nothing." in err
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert f"accuracy {metrics['accuracy']:.2%}" in out
    assert f"run folder: {tmp_path / 'run'}" in out
    assert "validation loss" in err
    assert metrics["command"] == f"lstm-course {' '.join(words)} --out {tmp_path / 'run'}"


def test_a_persons_own_csv_trains_and_predicts(command, tmp_path):
    corpus = load_corpus("rotten-tomatoes")
    path = tmp_path / "mine.csv"
    rows = [
        f'"{text.replace(chr(34), chr(34) * 2)}",{label}\n'
        for text, label in zip(corpus.texts[3_000:5_500], corpus.labels[3_000:5_500], strict=True)
    ]
    path.write_text("text,label\n" + "".join(rows), encoding="utf-8")
    status, _, err = command(
        *(
            "train",
            "--corpus",
            "csv",
            "--corpus-path",
            path,
            "--model",
            "bag-of-words",
            "--out",
            tmp_path / "run",
        )
    )
    assert (status, "expected" in err) == (0, False)
    status, out, _ = command(
        "predict", "--run", tmp_path / "run", "a wonderful , moving film", "dull and bad"
    )
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == [
        "positive",
        "negative",
    ]


def test_predict_shows_the_probability_after_each_word(command, trained):
    status, out, _ = command("predict", "--run", trained, "a moving film")
    assert status == 0
    first, *words = out.splitlines()
    assert first.endswith("a moving film")
    assert [line.split()[0] for line in words] == ["a", "moving", "film"]
    assert words[-1].split()[1] == first.split()[1]


def test_predict_reads_lines_and_writes_json(command, trained, monkeypatch):
    lines = ["a moving film", "", "dull – schön"]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\r\n" for line in lines)))
    status, out, _ = command("predict", "--run", trained, "--json", "--no-words")
    assert status == 0
    found = [json.loads(line) for line in out.splitlines()]
    assert [one["text"] for one in found] == lines
    assert all(0 < one["probability"] < 1 and one["words"] == [] for one in found)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_json_and_marks_in_a_locale_that_lacks_their_letters(trained, encoding):
    def printed(*words):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        done = subprocess.run(words, capture_output=True, timeout=120, check=False, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode(encoding)

    text = "good 😀 é"
    words = ["predict", "--run", str(trained), "--no-words"]
    assert json.loads(printed(*PROGRAM, *words, "--json", text))["text"] == text
    assert "good \\U0001f600 " in printed(*PROGRAM, *words, text)
    code = (
        "import lstm_course.cli as c; c.doctor.run = lambda options: print('✓ right') or 0; "
        "c.main(['doctor'])"
    )
    assert printed(sys.executable, "-X", "utf8", "-c", code).strip() == "\\u2713 right"


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("pytorch", "kernels"),
        ("jaxx", "equality"),
        ("openvino", "train --model lstm --out run"),
        ("numpy", "kernels"),
    ],
)
def test_a_backend_that_is_not_there_is_named(tmp_path, backend, words):
    done = subprocess.run(
        [*PROGRAM, *words.split()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "KERAS_BACKEND": backend},
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (2, "")
    said = f"expected a Keras backend among tensorflow, jax, torch that is installed, got {backend!r}"
    assert said in done.stderr
    assert "Set KERAS_BACKEND to one" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_keras_that_is_too_old_is_named(command, monkeypatch):
    old = types.ModuleType("keras")
    old.__version__, old.__spec__ = "3.8.0", importlib.machinery.ModuleSpec("keras", None)
    monkeypatch.setitem(sys.modules, "keras", old)
    status, out, err = command("kernels")
    assert (status, out) == (2, "")
    assert "expected Keras 3.10 or newer, got 3.8.0. Install it: python -m pip install" in err


def test_training_without_what_draws_its_bar_is_refused_at_once(command, tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "tqdm" else find(name, *rest)
    )
    status, _, err = command("train", "--model", "bag-of-words", "--out", tmp_path / "run")
    assert status == 2
    assert "expected the package tqdm for the bar that says how far it is, got a Python without it" in err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_before_the_first_epoch_says_that_nothing_is_kept(command, tmp_path, monkeypatch):
    from lstm_course.sentiment.bag_of_words import BagOfWords

    def press(*_):
        raise KeyboardInterrupt

    words = ["train", "--corpus", "rotten-tomatoes", "--model", "bag-of-words", "--limit", "2000"]
    words += ["--out", tmp_path / "run"]
    for before in ("prepare", "save_checkpoint"):
        with monkeypatch.context() as patched:
            patched.setattr(BagOfWords, before, press)
            status, _, err = command(*words)
        assert status == 130
        assert "stopped by Ctrl-C before the first epoch had begun: nothing of this run is kept.\n" in err
        assert list(tmp_path.iterdir()) == []
    with monkeypatch.context() as patched:
        patched.setattr(BagOfWords, "train_epoch", press)
        status, _, err = command(*words)
    assert status == 130
    assert f"Go on with: lstm-course train --resume --out {tmp_path / 'run'}\n" in err
    assert command("train", "--resume", "--out", tmp_path / "run")[0] == 0
    help_ = " ".join(command("train", "-h")[1].split())
    assert "What else comes before the first epoch is not kept." in help_


def test_doctor_answers(command):
    status, out, _ = command("doctor")
    assert status == 0
    assert "Keras backend" in out
    assert "bilstm" in out
    status, out, _ = command("doctor", "--json")
    assert json.loads(out)["missing"] == {}


def test_starting_the_command_loads_neither_keras_nor_matplotlib():
    code = (
        "import sys, lstm_course.cli as c; c.build_parser(); "
        "print([m for m in ('keras', 'tensorflow', 'matplotlib', 'sklearn') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_bytes_that_are_no_text_on_standard_input(trained):
    result = subprocess.run(
        [*PROGRAM, "predict", "--run", str(trained)],
        input=b"caf\xe9\n",
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert result.returncode == 2
    assert result.stderr == (
        b"lstm-course: expected lines of text in UTF-8 on standard input, got other bytes.\n"
    )


def test_bytes_that_are_no_text_as_an_argument(trained):
    result = subprocess.run(
        [*(word.encode() for word in PROGRAM), b"predict", b"--run", bytes(trained), b"caf\xe9"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == b"lstm-course: expected texts in UTF-8, got other bytes in 'caf\\udce9'.\n"


def test_a_reader_that_leaves_early_is_no_error(trained):
    process = subprocess.Popen(
        [*PROGRAM, "predict", "--run", str(trained), "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    _, err = process.communicate(b"a long review of a film\n" * 500, timeout=120)
    assert process.returncode == 141
    assert err == b""


@pytest.mark.slow
def test_keras_trains_without_chatter_and_ctrl_c_keeps_the_run(command, tmp_path):
    out = tmp_path / "run"
    arguments = ["--model", "lstm", "--corpus", "rotten-tomatoes", "--limit", "400", "--epochs", "500"]
    process = subprocess.Popen(
        [*PROGRAM, "train", *arguments, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob("run.partial/checkpoint-0000[1-9]")) and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert f"Go on with: lstm-course train --resume --out {out}" in stderr
    assert "oneDNN custom operations" not in stderr
    assert "Traceback" not in stderr
    assert "run folder" in stdout
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["interrupted"]
    assert 1 <= metrics["best_epoch"] <= metrics["epochs_finished"] < 500
    more = metrics["epochs_finished"] + 1
    status, _, _ = command("train", "--resume", "--epochs", more, "--out", out)
    assert status == 0
    assert json.loads((out / "metrics.json").read_text())["epochs_finished"] == more
    status, answer, _ = command("predict", "--run", out, "a moving film")
    assert (status, len(answer.splitlines())) == (0, 4)
