"""The ladder, climbed on a small stand-in of the published archive."""

import json
import os
import re
import signal
import statistics
import sys

import pytest

from lstm_course.bits import from_hex
from lstm_course.json_files import read_json
from lstm_course.machine import describe_machine
from lstm_course.sentiment import ladder_runs
from lstm_course.sentiment.ladder import Climb
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
    for path in list((tmp_path / "runs").iterdir()):
        path.rename(tmp_path / path.name)
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
    assert re.search(
        r"^bag-of-unigrams +1 +\d+\.\d\d +\d+\.\d\d +\d+ ", out, re.MULTILINE
    )  # one run: no spread
    assert err.count("training") == 3

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(ladder_runs, "run_to_its_end", never)
    again, err, whole = climb("--epochs", 1)
    assert again == out
    assert err.count("on record") == 3
    record_of_one = tmp_path / "runs" / "numpy-lstm-1.json"
    record_of_one.rename(tmp_path / "kept.json")
    out, _, record = climb("--epochs", 1, "--no-train")
    assert [(run["model"], run["seed"]) for run in record["runs"]] == [
        ("bag-of-unigrams", 0),
        ("numpy-lstm", 0),
    ]
    assert whole["machine"] == describe_machine()
    whole["runs"][0]["machine"] = "a faster one"
    (tmp_path / "ladder.json").write_text(json.dumps(whole))
    mended = climb("--epochs", 1, "--no-train", "--rungs", "numpy-lstm", "--seeds", 0, "--keep")[2]
    assert mended["runs"] == whole["runs"]
    assert mended["rungs"] == whole["rungs"]
    assert mended["machine"] == f"a faster one and {describe_machine()}"  # not the last one's name for all
    with pytest.raises(AssertionError, match=r"a record to keep of .*'limit': 9"):
        climb("--epochs", 1, "--limit", 9, "--keep")
    with pytest.raises(
        AssertionError, match=r"a new folder for the run numpy-lstm-1, got .*numpy-lstm-1, not"
    ):
        climb("--epochs", 1)  # finished, but nobody knows how


def one_step(archive, tmp_path, rung, **choices):
    """Settings and folder of a rung's run on seed 0."""
    plan = Climb(
        rungs=(rung,),
        seeds=(0,),
        corpus="aclimdb",
        corpus_path=str(archive),
        runs=tmp_path / "runs",
        **choices,
    )
    [step] = plan.steps()
    return step


OTHERS = {
    "a record": "bag-of-unigrams-0.json",
    "a run": "bag-of-unigrams-0/metrics.json",
    "anything": "bag-of-unigrams-0/thesis.txt",
    "a run of another rung, the last": "nbsvm-0/metrics.json",
    "an unfinished run": "bag-of-unigrams-0.partial/checkpoint-00000/state.json",
}


@pytest.mark.parametrize("name", OTHERS.values(), ids=OTHERS)
def test_what_is_in_a_runs_place_is_refused_before_anything_is_trained(
    command, archive, tmp_path, monkeypatch, name
):
    path = tmp_path / "runs" / name
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    monkeypatch.setattr(ladder_runs, "run_to_its_end", None)
    words = ("--runs", tmp_path / "runs", "--out", tmp_path / "ladder.json", "--seeds", 0)
    status, _, err = command("ladder", "--aclimdb", archive, "--rungs", "bag-of-unigrams", "nbsvm", *words)
    assert status == 2
    place = tmp_path / "runs" / name.split("/")[0]
    assert f"expected a new folder for the run {place.stem}, got {place}, not on record" in err
    assert err.endswith("Choose another --runs, or move it away.\n")
    assert path.read_text() == "{}"


@pytest.mark.slow
def test_a_run_that_ctrl_c_ended_in_good_order_goes_on_and_no_other(climb, command, archive, tmp_path):
    class PressingCtrlC(Progress):
        def begin_epoch(self, epoch, epochs, reviews):
            if epoch == 2:
                os.kill(os.getpid(), signal.SIGINT)

    settings, folder = one_step(archive, tmp_path, "numpy-lstm", epochs=3)
    assert train(settings, folder, progress=PressingCtrlC()).interrupted
    words = ("--aclimdb", archive, "--rungs", "numpy-lstm", "--seeds", 0)
    words += ("--runs", tmp_path / "runs", "--out", tmp_path / "ladder.json")
    status, _, err = command("ladder", *words, "--epochs", 4)
    assert (status, "a new folder for the run numpy-lstm-0" in err) == (2, True)
    assert read_json(folder / METRICS)["epochs_finished"] == 1
    _, _, record = climb("--rungs", "numpy-lstm", "--seeds", 0, "--epochs", 3)
    [run] = record["runs"]
    assert "--resume" in run["command"]
    assert (run["epochs"], run["seconds"]) == (3, None)
    assert not read_json(folder / METRICS)["interrupted"]


PRESSES = "import os, pathlib, signal, sys, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(0.7); "
ENDS = "pathlib.Path(sys.argv[1]).write_text('in good order'); sys.exit({status})"


@pytest.mark.parametrize("status", [0, 130])
def test_ctrl_c_leaves_the_run_to_end_in_good_order(tmp_path, status):
    code = PRESSES + ENDS.format(status=status)
    command = [sys.executable, "-c", code, str(tmp_path / "end")]
    assert ladder_runs.run_to_its_end(command) == (status, True)
    assert (tmp_path / "end").read_text() == "in good order"


def test_a_second_ctrl_c_kills_the_run(tmp_path):
    again = "os.kill(os.getppid(), signal.SIGINT); time.sleep(60); "
    command = [sys.executable, "-c", PRESSES + again + ENDS.format(status=0), str(tmp_path / "end")]
    with pytest.raises(KeyboardInterrupt):
        ladder_runs.run_to_its_end(command)
    assert not (tmp_path / "end").exists()


def test_a_run_that_ended_well_all_the_same_is_on_record_before_the_climb_stops(
    archive, tmp_path, monkeypatch
):
    settings, folder = one_step(archive, tmp_path, "bag-of-unigrams")

    def too_late(words):
        train(settings, folder)
        return 0, True

    monkeypatch.setattr(ladder_runs, "run_to_its_end", too_late)
    with pytest.raises(KeyboardInterrupt):
        ladder_runs.trained(settings, folder)
    assert ladder_runs.on_record(settings, folder)["model"] == "bag-of-unigrams"


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

    settings, folder = one_step(archive, tmp_path, "numpy-lstm", epochs=2)
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
        (["--out", "."], "a file to write for --out, got ., a folder. Name a file in it."),
        (["--out", f"{__file__}/x.json"], "a file. Choose another --out."),
        (["--runs", __file__], "a file. Choose another --runs."),
    ],
)
def test_what_will_not_do_is_said_before_anything_is_trained(command, tmp_path, words, message):
    status, _, err = command("ladder", "--runs", tmp_path / "runs", "--out", tmp_path / "r.json", *words)
    assert status == 2
    assert message in err
    assert not list(tmp_path.iterdir())
