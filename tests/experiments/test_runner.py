import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lstm_course.errors import InputError
from lstm_course.experiments import runner
from lstm_course.experiments.report import gather, table
from lstm_course.experiments.rows import choose
from lstm_course.experiments.runner import Planned, plan, run_planned
from lstm_course.json_files import read_json, write_json

(ORDER,) = choose("temporal-order", {})
LIMIT = 600


def run(trials, runs, workers=1):
    told = []
    run_planned(trials, runs, workers, lambda *what: told.append(what), "lstm-course experiment run …")
    return told


def records(runs):
    return {
        place.relative_to(runs): {k: v for k, v in read_json(place).items() if k != "seconds"}
        for place in sorted(Path(runs).rglob("*.json"))
    }


@pytest.mark.slow
def test_what_is_on_record_is_not_run_again_and_workers_change_nothing(tmp_path, monkeypatch):
    trials = plan([ORDER], ["1997", "today"], 2, LIMIT)
    told = run(trials, tmp_path / "one")
    assert [known for *_, known in told] == [False] * 4
    run(trials, tmp_path / "two", workers=2)
    assert records(tmp_path / "one") == records(tmp_path / "two")
    assert len(records(tmp_path / "one")) == 4
    lost = trials[2].place(tmp_path / "one")
    kept = read_json(lost)
    lost.unlink()
    told = run(trials, tmp_path / "one")
    assert sorted(known for *_, known in told) == [False, True, True, True]
    assert {**read_json(lost), "seconds": 0} == {**kept, "seconds": 0}
    monkeypatch.setattr(runner, "ProcessPoolExecutor", None)  # nothing is left to run
    assert [known for *_, known in run(trials, tmp_path / "one")] == [True] * 4


@pytest.mark.slow
def test_a_stop_keeps_what_has_ended(tmp_path):
    trials = plan([ORDER], ["1997"], 4, LIMIT)
    ended = []

    def stop(trial, record, known):
        ended.append(trial)
        if len(ended) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_planned(trials, tmp_path, 1, stop, "…")
    assert len(records(tmp_path)) == 2
    assert sum(known for *_, known in run(trials, tmp_path)) == 2


@pytest.mark.slow
def test_a_stop_ends_the_trials_that_run(tmp_path):
    (long,) = choose("adding", {"T": 1000})
    trials = [*plan([ORDER], ["1997"], 1, LIMIT), *plan([long], ["1997"], 2, None)]
    others, workers = psutil.Process().children(), []

    def stop(trial, record, known):
        started = [child for child in psutil.Process().children() if child not in others]
        workers.extend(child for child in started if "spawn_main" in str(child.cmdline()))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_planned(trials, tmp_path, 1, stop, "…")
    (worker,) = workers
    waited = time.monotonic()
    while running := worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() - waited > 30:  # a trial of a thousand steps takes many minutes
            worker.kill()
            break
        time.sleep(0.1)
    assert not running


def test_a_record_of_other_settings_is_neither_taken_nor_lost(tmp_path):
    now, other = plan([ORDER, replace(ORDER, adam_rate=0.5)], ["today"], 1, LIMIT)
    run([other], tmp_path)
    kept = records(tmp_path)
    for ask in (lambda: run([now], tmp_path), lambda: now.read(tmp_path)):
        with pytest.raises(InputError, match=r"with adam_rate 0\.01, got adam_rate 0\.5 in .*Move .* away"):
            ask()
    assert records(tmp_path) == kept


LATE, RATE, ADAM, FALLS = {"late_memory": True}, {"rate": 0.7}, {"adam_rate": 0.5}, {"rate_falls": True}


@pytest.mark.parametrize(
    ("track", "read", "unread"),
    [
        ("1997", [RATE, LATE], [ADAM, FALLS]),
        ("today", [ADAM, FALLS, LATE], [RATE]),
        ("rnn", [{"units": 5}], [RATE, ADAM, FALLS, LATE]),  # its own rate is always the same
    ],
)
def test_settings_are_what_the_track_reads_of_a_row(track, read, unread):
    settings = Planned(ORDER, track, 0).settings
    assert all(Planned(replace(ORDER, **change), track, 0).settings != settings for change in read)
    assert all(Planned(replace(ORDER, **change), track, 0).settings == settings for change in unread)


def test_a_record_that_names_more_settings_than_count_is_taken(tmp_path):
    (trial,) = plan([ORDER], ["rnn"], 1, LIMIT)
    ended = {"solved": False, "sequences": 600, "wrong": 1900, "seconds": 1.0}
    about = {"machine": "m", "command": "c", "versions": {}}
    write_json(
        trial.place(tmp_path), {**ended, **about, "settings": {**trial.settings, "late_memory": "True"}}
    )
    assert trial.read(tmp_path)["wrong"] == 1900


@pytest.mark.parametrize("content", [{}, {"solved": True, "sequences": 5}])
def test_half_a_record_is_neither_run_over_nor_reported(tmp_path, content):
    (trial,) = plan([ORDER], ["1997"], 1, None)
    write_json(trial.place(tmp_path), content)
    for ask in (lambda: run([trial], tmp_path), lambda: gather(tmp_path)):
        with pytest.raises(InputError, match=r"a whole record in .*0\.json, got one without .*machine"):
            ask()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a process on Windows does not learn of its parent's end so")
def test_a_command_that_is_killed_leaves_no_process_behind(tmp_path):
    words = [
        "experiment",
        "run",
        "adding-T1000",
        "--tracks",
        "1997",
        "--trials",
        "1",
        "--runs",
        str(tmp_path),
    ]
    command = subprocess.Popen(
        [sys.executable, "-m", "lstm_course", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        children, waited = [], time.monotonic()
        while not any("spawn_main" in " ".join(child.cmdline()) for child in children):
            assert time.monotonic() - waited < 120
            time.sleep(0.2)
            children = psutil.Process(command.pid).children()
        time.sleep(3)  # the trial has begun
    finally:
        command.kill()
        command.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_a_smaller_budget_has_files_of_its_own_and_is_not_reported(tmp_path):
    (small,), (whole,) = plan([ORDER], ["1997"], 1, LIMIT), plan([ORDER], ["1997"], 1, None)
    assert small.place(tmp_path) != whole.place(tmp_path)
    ended = {"solved": True, "sequences": 30_000, "wrong": 1, "weights": 156, "seconds": 1.0, "seed": 0}
    about = {"machine": "m", "command": "c", "versions": {"numpy": "2"}}
    write_json(small.place(tmp_path), {**ended, **about})
    with pytest.raises(InputError, match=r"trials in .*, got none\. Run some"):
        gather(tmp_path)
    write_json(whole.place(tmp_path), {**ended, **about})
    write_json(
        plan([ORDER], ["rnn"], 1, None)[0].place(tmp_path), {**ended, **about, "solved": False, "wrong": 1900}
    )
    record = gather(tmp_path)
    assert [(row["track"], row["solved"], row["count"]) for row in record["rows"]] == [
        ("1997", 1, 1),
        ("rnn", 0, 1),
    ]
    assert record["rows"][0]["paper"]["sequences"] == 31_390
    (line,) = (line for line in table(record).splitlines() if line.startswith("temporal-order"))
    assert line.split() == ["temporal-order", "100%", "31,390", "1", "of", "1", "30,000", "-", "0", "of", "1"]
