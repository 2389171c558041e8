import pytest

from lstm_course.experiments import runner
from lstm_course.json_files import read_json


def test_list_has_every_row_with_the_paper_s_figures(command):
    status, out, err = command("experiment", "list")
    assert (status, err) == (0, "")
    assert "adding-T1000" in out
    assert "93 weights; in the paper 100% of 10 trials, 853,000 sequences" in out


@pytest.mark.slow
def test_run_then_report(command, tmp_path):
    runs = tmp_path / "runs"
    words = ["experiment", "run", "two-sequence", "--T", "100", "--N", "3", "--tracks", "today"]
    words += ["--trials", "1", "--runs", runs]
    status, out, err = command(*words)
    assert status == 0
    assert "1 of 1 trials solved" in out
    assert "two-sequence-T100-N3 today trial 0: solved after" in err
    status, out, err = command(*words)
    assert status == 0
    assert "trial 0:" not in err  # it was on record
    status, out, _ = command("experiment", "report", "--runs", runs, "--out", tmp_path / "record.json")
    assert status == 0
    assert "two-sequence-T100-N3" in out
    record = read_json(tmp_path / "record.json")
    assert record["rows"][0]["solved"] == 1
    assert record["commands"][0].startswith("lstm-course experiment run two-sequence --T 100")


def test_a_track_that_is_named_twice_is_run_once(command, tmp_path, monkeypatch):
    planned = []
    monkeypatch.setattr(runner, "run_planned", lambda trials, *_: planned.extend(trials))
    words = ["run", "adding-T100", "--tracks", "rnn", "1997", "rnn", "--trials", "2"]
    status, out, _ = command("experiment", *words, "--runs", tmp_path / "runs")
    assert status == 0
    ran = [(trial.track, trial.seed) for trial in planned]
    assert ran == [("rnn", 0), ("rnn", 1), ("1997", 0), ("1997", 1)]
    assert "0 of 4 trials solved" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run sorting", "an experiment among reber"),
        ("run adding --T 7", "adding-T100, adding-T500, adding-T1000"),
        ("run all --T 100 --q 50", "all without sizes, got all with --T and --q. Name one experiment"),
        ("run adding --tracks 1998", "a track among 1997, today, rnn for --tracks, got '1998'"),
        ("run adding --trials 0", "a whole number of at least 1 for --trials"),
        ("report --runs nowhere", "trials in nowhere, got none"),
        ("report --out ..", "a file to write for --out, got .., a folder"),
        (f"run adding --T 100 --runs {__file__}/x", "a file. Choose another --runs."),
        ("", "list|run|report"),
    ],
)
def test_mistakes_are_one_sentence(command, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("experiment", *words.split())
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
