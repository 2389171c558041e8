"""``benchmarks/translation.py`` without its training: which runs and records it takes up, and which not."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from lstm_course.machine import versions
from lstm_course.translation.data import HELD_OUT, Numbers
from tests.loading import load_script

ROOT = Path(__file__).resolve().parents[2]


def few_numbers(rng, digits):
    drawn = rng.integers(0, 10 ** max(digits), 12).tolist()
    return Numbers(tuple(drawn[:6]), tuple(drawn[6:9]), tuple(drawn[9:]))


@pytest.fixture
def script(monkeypatch):
    """The script with two models, of few numbers, whose runs nobody trains."""
    module = load_script(ROOT / "benchmarks" / "translation.py")
    monkeypatch.setattr(module, "split_numbers", few_numbers)
    monkeypatch.setattr(module, "MODELS", {"attention": {}, "backwards": {"languages": module.Reversed}})
    monkeypatch.setattr(module, "SEEDS", {"attention": (1, 2), "backwards": (1,)})
    module.measured = []

    def measure(name, seed):
        module.measured.append((name, seed))
        return {
            "model": name,
            "seed": seed,
            "fingerprint": module.fingerprint(name, seed),
            "machine": f"machine {seed}",
            "backend": "none",
            "epochs": 5,
            "parameters": 7,
            "seconds": 1.0,
            "bleu": 0.5,
            "exact": dict.fromkeys(module.DIGITS, 0.5),
            "exact_unseen_pairs": dict.fromkeys(module.HELD_OUT, 0.5),
        }

    module.train_and_measure = module.measure
    monkeypatch.setattr(module, "measure", measure)
    return module


@pytest.fixture
def called(script, monkeypatch, tmp_path):
    """Call the script; return its exit status."""

    def call(*words, out="record.json"):
        places = ["--runs", str(tmp_path / "runs"), "--out", str(tmp_path / out)]
        monkeypatch.setattr(sys, "argv", ["translation.py", *places, *words])
        return script.main()

    return call


ALL = [("attention", 1), ("attention", 2), ("backwards", 1)]


def test_runs_are_made_once_and_the_record_tells_where(script, called, tmp_path):
    assert [called(), called()] == [0, 0]
    assert script.measured == ALL
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert (record["machine"], record["backend"]) == ("machine 1; machine 2", "none")
    assert record["versions"].items() >= versions().items()
    assert "num2words" in record["versions"]
    assert all(map(script.up_to_date, record["runs"]))


def rename(script, monkeypatch):
    german = script.german
    monkeypatch.setattr(script, "german", lambda n: german(n).upper())


def draw_others(script, monkeypatch):
    monkeypatch.setattr(script, "split_numbers", lambda rng, digits: few_numbers(rng, (1, 2, 3)))


def change_options(script, monkeypatch):
    monkeypatch.setattr(script, "MODELS", {name: {"epochs": 20} for name in script.MODELS})


@pytest.mark.parametrize("change", [rename, draw_others, change_options])
def test_runs_and_records_of_others_are_refused(script, called, monkeypatch, capsys, tmp_path, change):
    assert called() == 0
    record = (tmp_path / "record.json").read_bytes()
    change(script, monkeypatch)
    script.fingerprint.cache_clear()  # each call of the script is a process of its own
    assert called("--models", "attention") == 2
    assert called(out="other.json") == 2
    refused = f"{tmp_path / 'runs' / 'attention-1.json'}. Choose another --runs, or delete the file.\n"
    assert capsys.readouterr().err.endswith(refused)
    assert called() == 2
    refused = f"{tmp_path / 'record.json'}. Choose another --out, or delete the file.\n"
    assert capsys.readouterr().err.endswith(refused)
    assert script.measured == ALL
    assert (tmp_path / "record.json").read_bytes() == record
    assert not (tmp_path / "other.json").exists()


def test_runs_without_a_fingerprint_are_refused(script, called, tmp_path):
    assert called() == 0
    path = tmp_path / "runs" / "attention-1.json"
    kept = json.loads(path.read_text("utf-8"))
    del kept["fingerprint"]
    path.write_text(json.dumps(kept), "utf-8")
    assert called() == 2


def test_the_courses_own_record_is_not_written_over_by_others(script, called, capsys, tmp_path):
    shutil.copy(ROOT / "results" / "translation.json", tmp_path / "record.json")
    assert called() == 2
    assert "Choose another --out" in capsys.readouterr().err
    assert script.measured == []


@pytest.mark.slow
def test_a_run_that_was_trained_is_taken_up_again(script, called, monkeypatch, tmp_path):
    keras = pytest.importorskip("keras")
    tests, held_out = (150, 1500, 15_000, 150_000), tuple(100 + pair for pair in HELD_OUT)
    numbers = Numbers((7, 21, 47, 97, 180, 343, 905, 6120), tests, held_out)
    monkeypatch.setattr(script, "split_numbers", lambda rng, digits: numbers)
    monkeypatch.setattr(script, "MODELS", {"attention": {"units": 2, "digits": (1, 2, 3, 4, 5)}})
    monkeypatch.setattr(script, "measure", script.train_and_measure)
    words = ("--models", "attention", "--seeds", "1")
    assert called(*words) == 0
    path = tmp_path / "runs" / "attention-1.json"
    first = path.read_bytes()
    run = json.loads(first)
    assert script.up_to_date(run)
    assert (run["machine"], run["backend"]) == (script.describe_machine(), keras.backend.backend())
    assert [one["number"] for one in run["unseen_length"]] == [150_000]
    assert called(*words) == 0
    assert path.read_bytes() == first
