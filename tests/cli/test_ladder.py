"""The ladder, climbed on a small stand-in of the published archive."""

import json
import statistics

import pytest

from lstm_course.bits import from_hex
from lstm_course.json_files import read_json
from lstm_course.sentiment import ladder
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.runs import METRICS
from lstm_course.sentiment.training import train
from lstm_course.text import load_corpus

RUNGS = ("bag-of-unigrams", "numpy-lstm")


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The folder aclImdb with real sentences in place of reviews: 120 to train on, 40 to test on."""
    corpus = load_corpus("rotten-tomatoes")
    folder = tmp_path_factory.mktemp("stand-in") / "aclImdb"
    found = {
        label: [t for t, own in zip(corpus.texts, corpus.labels, strict=True) if own == label]
        for label in (0, 1)
    }
    for label, name in ((0, "neg"), (1, "pos")):
        for part, texts in (("train", found[label][:60]), ("test", found[label][60:80])):
            place = folder / part / name
            place.mkdir(parents=True)
            for number, text in enumerate(texts):
                (place / f"{number}_{9 if label else 2}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def climb(command, archive, tmp_path):
    """Climb two rungs on two seeds; gives what the command printed and the record."""

    def run(*words):
        status, out, err = command(
            *("ladder", "--aclimdb", archive, "--runs", tmp_path / "runs", "--out", tmp_path / "ladder.json"),
            *("--rungs", *RUNGS, "--seeds", 0, 1, *words),
        )
        assert status == 0, err
        return out, err, json.loads((tmp_path / "ladder.json").read_text("utf-8"))

    return run


@pytest.mark.slow
def test_the_table_is_what_the_runs_measured_and_nothing_is_run_twice(climb, tmp_path, monkeypatch):
    untimed = climb("--epochs", 1, "--untimed", "--rungs", "bag-of-unigrams")[2]
    assert [run["seconds"] for run in untimed["runs"]] == [None]
    (tmp_path / "runs" / "bag-of-unigrams-0.json").unlink()
    out, err, record = climb("--epochs", 1)
    assert all(run["seconds"] > 0 for run in record["runs"])
    assert [(run["model"], run["seed"]) for run in record["runs"]] == [
        ("bag-of-unigrams", 0),  # its solver draws nothing
        ("numpy-lstm", 0),
        ("numpy-lstm", 1),
    ]
    for run in record["runs"]:
        metrics = read_json(tmp_path / "runs" / f"{run['model']}-{run['seed']}" / METRICS)
        assert (run["accuracy"], run["test"]) == (metrics["accuracy"], metrics["test"])
        right = from_hex(run["right"], run["sizes"]["validation"])
        assert right.mean() == pytest.approx(metrics["accuracy"])
        assert run["command"].startswith(f"lstm-course train --model {run['model']} --seed {run['seed']} ")
    lstm = record["rungs"][1]
    measured = [run["accuracy"] for run in record["runs"][1:]]
    assert lstm["accuracy"]["mean"] == pytest.approx(statistics.mean(measured))
    assert lstm["accuracy"]["deviation"] == pytest.approx(statistics.stdev(measured))
    assert lstm["test"]["lowest"] == min(run["test"]["accuracy"] for run in record["runs"][1:])
    assert f"{100 * lstm['test']['mean']:.2f} ± {100 * lstm['test']['deviation']:.2f}" in out
    assert err.count("training") == 3

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(ladder.subprocess, "run", never)
    again, err, _ = climb("--epochs", 1)
    assert again == out
    assert err.count("on record") == 3
    (tmp_path / "runs" / "numpy-lstm-1.json").unlink()
    out, _, record = climb("--epochs", 1, "--no-train")
    assert [(run["model"], run["seed"]) for run in record["runs"]] == [
        ("bag-of-unigrams", 0),
        ("numpy-lstm", 0),
    ]
    with pytest.raises(AssertionError, match="trained again"):
        climb("--epochs", 2)


def test_nothing_on_record_makes_no_table(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("ladder", "--no-train")
    assert (status, out) == (2, "")
    assert "a run on record in runs/ladder, got none. Train some: leave --no-train out." in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_that_was_broken_off_goes_on(climb, archive, tmp_path):
    class PowerCut(Progress):
        def begin_epoch(self, epoch, epochs, reviews):
            if epoch == 2:
                raise ConnectionAbortedError

    plan = ladder.Climb(
        rungs=("numpy-lstm",),
        seeds=(0,),
        corpus="aclimdb",
        corpus_path=str(archive),
        epochs=2,
        runs=tmp_path / "runs",
    )
    [(settings, folder)] = plan.steps()
    with pytest.raises(ConnectionAbortedError):
        train(settings, folder, progress=PowerCut())
    _, _, record = climb("--rungs", "numpy-lstm", "--seeds", 0, 1, "--epochs", 2)
    first, second = record["runs"]
    assert "--resume" in first["command"]
    assert first["seconds"] is None  # of a part of a run they would say nothing
    assert "--resume" not in second["command"]
    assert second["seconds"] > 0
    assert [run["epochs"] for run in record["runs"]] == [2, 2]
    whole = train(settings, tmp_path / "whole").metrics
    assert first["accuracy"] == whole["accuracy"]
    assert first["loss"] == pytest.approx(whole["loss"], rel=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rungs", "transformer"], "a model among seed, lstm"),
        (["--seeds", "-1"], "at least 0 for --seeds"),
        (
            ["--aclimdb", "x", "--corpus", "csv"],
            "expected either --aclimdb or --corpus and --corpus-path, got both",
        ),
        (["--seeds", str(2**32)], "seed below 4294967296"),
    ],
)
def test_what_will_not_do_is_said_before_anything_is_trained(command, tmp_path, words, message):
    status, _, err = command("ladder", "--runs", tmp_path / "runs", "--out", tmp_path / "r.json", *words)
    assert status == 2
    assert message in err
    assert not list(tmp_path.iterdir())
