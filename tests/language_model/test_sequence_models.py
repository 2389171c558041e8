"""``benchmarks/sequence_models.py`` without its training: what its record says of the runs it took up."""

import json
import sys
from pathlib import Path

import keras
import pytest

from lstm_course.machine import versions
from tests.loading import load_script

ROOT = Path(__file__).resolve().parents[2]


class Bench:
    """Scores without a model: the middle rate is the best."""

    def __init__(self, task, kind):
        self.lengths = task.lengths

    def run(self, rate, seed):
        scores = {str(length): 1.0 - abs(rate - 0.003) - seed / 1000 for length in self.lengths}
        sizes = {"parameters": 7, "seconds": 1.0}
        return {"rate": rate, "seed": seed, **sizes, "validation": scores, "test": scores}


@pytest.fixture
def script(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")  # which the script sets otherwise, for good
    module = load_script(ROOT / "benchmarks" / "sequence_models.py")
    monkeypatch.setattr(module, "Bench", Bench)
    return module


@pytest.fixture
def recorded(script, monkeypatch, tmp_path):
    """Call the script for one kind of model on a machine; return the record."""

    def record(kind, machine):
        monkeypatch.setattr(script, "describe_machine", lambda: machine)
        words = ["--tasks", "parity", "--kinds", kind]
        places = ["--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "record.json")]
        monkeypatch.setattr(sys, "argv", ["sequence_models.py", *words, *places])
        script.main()
        return json.loads((tmp_path / "record.json").read_text("utf-8"))

    return record


def test_each_run_keeps_its_machine(recorded):
    assert recorded("LSTM", "1 core, old")["machine"] == "1 core, old"
    record = recorded("GRU", "2 cores, new")
    assert record["machine"] == "1 core, old; 2 cores, new"
    assert {run["kind"]: run["machine"] for run in record["runs"]} == {
        "LSTM": "1 core, old",
        "GRU": "2 cores, new",
    }
    assert record["backend"] == keras.backend.backend()
    assert record["versions"] == versions()
    assert [(row["kind"], row["rate"], row["seeds"]) for row in record["summaries"]] == [
        ("LSTM", 0.003, [0, 1, 2]),
        ("GRU", 0.003, [0, 1, 2]),
    ]


def test_a_kept_run_that_names_no_machine_is_given_none(recorded, tmp_path):
    recorded("LSTM", "1 core, old")
    for path in (tmp_path / "runs").glob("*.json"):
        run = json.loads(path.read_text("utf-8"))
        del run["machine"]
        path.write_text(json.dumps(run), "utf-8")
    assert recorded("GRU", "2 cores, new")["machine"] == "a machine not on record; 2 cores, new"
