from pathlib import Path

from lstm_course.experiments.report import DEVIATIONS, gather
from lstm_course.experiments.rows import choose
from lstm_course.experiments.runner import plan
from lstm_course.json_files import read_json, write_json

ROOT = Path(__file__).resolve().parents[2]


def test_the_record_says_where_the_program_differs_from_the_paper():
    record = read_json(ROOT / "results" / "experiments-1997.json")
    assert record["deviations"] == {track: list(texts) for track, texts in DEVIATIONS.items()}


def test_the_record_names_every_version_and_machine_that_trials_ran_with(tmp_path):
    ended = {"solved": True, "sequences": 30_000, "wrong": 1, "weights": 156, "seconds": 1.0}
    newer, older = {"numpy": "2.4.6"}, {"numpy": "2.4.5", "numba": "0.68"}
    ran = [("one", newer), ("two", older), ("one", newer)]
    trials = plan(choose("temporal-order", {}), ["1997"], 3, None)
    for trial, (machine, versions) in zip(trials, ran, strict=True):
        about = {"seed": trial.seed, "machine": machine, "command": "c", "versions": versions}
        write_json(trial.place(tmp_path), {**ended, **about})
    record = gather(tmp_path)
    assert record["versions"] == {"numpy": "2.4.5, 2.4.6", "numba": "0.68"}
    assert record["machines"] == ["one", "two"]
