"""Whole runs on real reviews: what they write, that they resume exactly, and that Ctrl-C loses nothing."""

import csv
import dataclasses
import importlib.util
import json
import os
import signal

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.configurations import CONFIGURATIONS, MEMBERS, MODELS
from lstm_course.sentiment.lock import alone
from lstm_course.sentiment.prediction import Predictor
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.runs import RunFolder, read_right
from lstm_course.sentiment.state import stored_settings
from lstm_course.sentiment.training import train


class PressingCtrlC(Progress):
    """Press Ctrl-C in the given batch of the given epoch."""

    def __init__(self, epoch, batch):
        self.at, self.epoch, self.batches = (epoch, batch), 0, 0

    def begin_epoch(self, epoch, epochs, reviews):
        self.epoch, self.batches = epoch, 0

    def batch(self, reviews, loss, accuracy):
        self.batches += 1
        if (self.epoch, self.batches) == self.at:
            os.kill(os.getpid(), signal.SIGINT)


def history(folder):
    with (folder / "history.csv").open(newline="") as file:
        return [{k: float(v) for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_every_model_writes_a_whole_run_folder(tmp_path, small, data, model):
    settings = dataclasses.replace(small, model=model, epochs=1)
    run = train(settings, tmp_path / "runs" / "first", command="lstm-course train --out runs/first")
    files = {path.name for path in run.folder.iterdir()}
    assert files == {
        *{"keras": ("model.keras",), "several": MEMBERS.get(model, ())}.get(
            CONFIGURATIONS[model].made_with, ("model.npz",)
        ),
        *("vocabulary.txt", "metrics.json", "history.csv", "held-out.csv", "checkpoint"),
        *("learning-curves.png", "confusion-matrix.png", "reliability.png"),
    }
    RunFolder(run.folder).check(replace=True)  # all of it is known to be the run's own
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["first"]
    for picture in run.folder.glob("*.png"):
        assert picture.read_bytes().startswith(b"\x89PNG")
    metrics = json.loads((run.folder / "metrics.json").read_text())
    assert metrics == run.metrics
    assert metrics["sizes"]["train"] == metrics["sizes"]["validation"] == 192
    assert metrics["command"] == "lstm-course train --out runs/first"
    assert metrics["seed"] == 5
    assert {"python", "lstm-course", "numpy"} <= set(metrics["versions"])
    assert np.sum(metrics["confusion"]) == 192
    assert np.trace(metrics["confusion"]) == pytest.approx(192 * metrics["accuracy"])
    for name in ("accuracy", "loss", "f1", "calibration_error", "seconds", "parameters"):
        assert metrics[name] >= 0
    assert np.mean(read_right(run.folder / "held-out.csv")) == metrics["accuracy"]
    [row] = history(run.folder)
    assert row["validation_accuracy"] == metrics["accuracy"]
    predictor = Predictor.load(run.folder)
    features = predictor.learner.encode(data.validation.tokens)
    right = (predictor.learner.probabilities(features) >= 0.5) == data.validation.labels
    assert right.mean() == pytest.approx(metrics["accuracy"])


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, small, data):
    """Three epochs in one go, per model, made when first asked for."""
    made = {}

    def run(model):
        if model not in made:
            folder = tmp_path_factory.mktemp(model) / "whole"
            made[model] = train(dataclasses.replace(small, model=model), folder)
        return made[model]

    return run


@pytest.mark.slow
@pytest.mark.parametrize("model", ["bilstm", "numpy-lstm", "lm-lstm", "bilstm-virtual", "bilstm-distilled"])
def test_ctrl_c_keeps_the_best_and_resume_ends_where_an_undisturbed_run_does(
    tmp_path, small, uninterrupted, model
):
    # bilstm, because its dropout draws random numbers too; the last three for what precedes the first
    # epoch or stands beside the model.
    settings = dataclasses.replace(small, model=model)
    whole = uninterrupted(model)
    stopped = train(settings, tmp_path / "run", progress=PressingCtrlC(epoch=2, batch=3))
    assert stopped.interrupted
    assert stopped.metrics["interrupted"]
    assert (stopped.metrics["epochs_finished"], stopped.metrics["best_epoch"]) == (1, 1)
    assert history(stopped.folder) == history(whole.folder)[:1]
    assert Predictor.load(stopped.folder).predict(["A good film"])[0].probability > 0
    resumed = train(settings, tmp_path / "run", resume=True)
    assert not resumed.interrupted
    assert history(resumed.folder) == history(whole.folder)
    for name in ("accuracy", "loss", "f1", "calibration_error", "best_epoch", "last_epoch"):
        assert resumed.metrics[name] == whole.metrics[name]


@pytest.mark.slow
def test_a_finished_run_goes_on_for_more_epochs(tmp_path, small, uninterrupted):
    two = dataclasses.replace(small, model="numpy-lstm", epochs=2)
    train(two, tmp_path / "run")
    with pytest.raises(InputError, match="more epochs than the 2"):
        train(two, tmp_path / "run", resume=True)
    with pytest.raises(InputError, match="the run's own seed, 5, got 6"):
        train(dataclasses.replace(two, epochs=3, seed=6), tmp_path / "run", resume=True)
    three = train(dataclasses.replace(two, epochs=3), tmp_path / "run", resume=True)
    assert history(three.folder) == history(uninterrupted("numpy-lstm").folder)


def test_ctrl_c_in_the_first_epoch_keeps_what_there_is(tmp_path, small):
    settings = dataclasses.replace(small, model="numpy-lstm", epochs=2)
    stopped = train(settings, tmp_path / "run", progress=PressingCtrlC(epoch=1, batch=2))
    assert stopped.interrupted
    assert stopped.metrics["epochs_finished"] == 0
    assert len(history(stopped.folder)) == 1
    assert Predictor.load(stopped.folder).predict(["A good film"])[0].words == ("a", "good", "film")
    resumed = train(settings, tmp_path / "run", resume=True)
    assert [row["epoch"] for row in history(resumed.folder)] == [1, 2]


def test_ctrl_c_again_before_an_epoch_is_whole_loses_nothing(tmp_path, small, uninterrupted):
    settings = dataclasses.replace(small, model="numpy-lstm")
    for again in (False, True):
        stopped = train(settings, tmp_path / "run", resume=again, progress=PressingCtrlC(epoch=2, batch=3))
        assert (stopped.interrupted, stopped.metrics["epochs_finished"]) == (True, 1)
        assert (tmp_path / "run" / "checkpoint" / "state.json").is_file()
    resumed = train(settings, tmp_path / "run", resume=True)
    assert history(resumed.folder) == history(uninterrupted("numpy-lstm").folder)


def test_a_run_that_goes_on_keeps_the_epochs_that_it_was_to_have(tmp_path, small):
    class PowerCut(Progress):
        def begin_epoch(self, epoch, epochs, reviews):
            if epoch == 2:
                raise MemoryError("the machine went down")

    one = dataclasses.replace(small, model="numpy-lstm", epochs=1)
    train(one, tmp_path / "run")
    with pytest.raises(MemoryError):
        train(dataclasses.replace(one, epochs=3), tmp_path / "run", resume=True, progress=PowerCut())
    assert stored_settings(RunFolder(tmp_path / "run").find_checkpoint()).epochs == 3


def test_ctrl_c_before_the_first_epoch_leaves_nothing(tmp_path, small):
    class Impatient(Progress):
        def begin_pretraining(self, epoch, epochs, texts):
            assert texts > 100
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train(dataclasses.replace(small, model="sa-lstm"), tmp_path / "run", progress=Impatient())
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_pretraining_that_was_broken_off_goes_on(tmp_path, small, uninterrupted):
    class Impatient(Progress):
        def begin_pretraining(self, epoch, epochs, texts):
            begun.append(epoch)
            if begun[-2:] in ([1, 2], [2, 3]):
                os.kill(os.getpid(), signal.SIGINT)

    settings, begun = dataclasses.replace(small, model="lm-lstm"), []
    for again in (False, True):
        with pytest.raises(KeyboardInterrupt):
            train(settings, tmp_path / "run", progress=Impatient(), resume=again)
        with pytest.raises(InputError, match=r"no unfinished run, got one in .*--resume"):
            train(settings, tmp_path / "run")
    with pytest.raises(InputError, match="the run's own seed, 5, got 6"):
        train(dataclasses.replace(settings, seed=6), tmp_path / "run", resume=True)
    resumed, whole = (
        train(settings, tmp_path / "run", resume=True, progress=Impatient()),
        uninterrupted("lm-lstm"),
    )
    assert begun == [1, 2, 2, 3, 3]
    assert history(resumed.folder) == history(whole.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_killed_run_is_found_and_goes_on(tmp_path, small, monkeypatch, uninterrupted):
    settings = dataclasses.replace(small, model="numpy-lstm")

    class PowerCut(Progress):
        def begin_epoch(self, epoch, epochs, reviews):
            if epoch == 3:
                raise MemoryError("the machine went down")

    with pytest.raises(MemoryError):
        train(settings, tmp_path / "run", progress=PowerCut())
    assert not (tmp_path / "run").exists()
    with pytest.raises(InputError, match=r"no unfinished run.*--resume"):
        train(settings, tmp_path / "run")
    resumed = train(settings, tmp_path / "run", resume=True)
    assert history(resumed.folder) == history(uninterrupted("numpy-lstm").folder)
    assert not (tmp_path / "run.partial").exists()


def test_a_run_killed_after_its_last_epoch_is_written_on_resume(tmp_path, small, monkeypatch, uninterrupted):
    from lstm_course.sentiment import training

    def power_cut(*_, **__):
        raise MemoryError("the machine went down")

    settings = dataclasses.replace(small, model="numpy-lstm")
    with monkeypatch.context() as cut:
        cut.setattr(training, "write_run", power_cut)
        with pytest.raises(MemoryError):
            train(settings, tmp_path / "run")
    resumed = train(settings, tmp_path / "run", resume=True)
    whole = uninterrupted("numpy-lstm")
    assert history(resumed.folder) == history(whole.folder)
    assert resumed.metrics["accuracy"] == whole.metrics["accuracy"]
    with pytest.raises(InputError, match="more epochs than the 3"):
        train(settings, tmp_path / "run", resume=True)


def test_an_existing_run_stays_unless_forced(tmp_path, small):
    settings = dataclasses.replace(small, model="bag-of-words")
    first = train(settings, tmp_path / "run")
    before = (first.folder / "metrics.json").read_bytes()
    with pytest.raises(InputError, match="--force"):
        train(settings, tmp_path / "run")
    assert (first.folder / "metrics.json").read_bytes() == before
    train(settings, tmp_path / "run", force=True, command="again")
    assert json.loads((first.folder / "metrics.json").read_text())["command"] == "again"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_force_never_removes_what_no_training_wrote(tmp_path, small):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    settings = dataclasses.replace(small, model="bag-of-words")
    with pytest.raises(InputError, match="holds something else"):
        train(settings, tmp_path / "thesis", force=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        train(settings, tmp_path / "file", force=True)
    with pytest.raises(InputError, match="can be written"):
        train(settings, tmp_path / "file" / "run")
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "years of work"


def test_nothing_that_a_person_has_put_into_a_run_is_removed(tmp_path, small):
    settings, place = dataclasses.replace(small, model="bag-of-words"), tmp_path / "run" / "reader.npz"
    train(settings, tmp_path / "run")
    (tmp_path / "run" / ".DS_Store").write_text("a file manager's")
    train(settings, tmp_path / "run", force=True)

    class Meanwhile(Progress):
        def begin_epoch(self, epoch, epochs, reviews):
            place.write_text("converted")

    train(settings, tmp_path / "run", force=True, progress=Meanwhile())
    train(settings, tmp_path / "run", force=True)
    [kept] = tmp_path.glob("run.replaced-*")
    assert (kept / place.name).read_text() == "converted"
    place.write_text("converted again")
    for how in ({"force": True}, {"resume": True}):
        with pytest.raises(InputError, match=r"nothing but a run in .*, got reader\.npz in .* too"):
            train(settings, tmp_path / "run", **how)
    assert place.read_text() == "converted again"


def test_what_a_killed_process_left_of_a_run_that_it_replaced_goes(tmp_path, small):
    (tmp_path / "run.replaced-17").mkdir()
    (tmp_path / "run.replaced-17" / "metrics.json").write_text("{}")
    train(dataclasses.replace(small, model="bag-of-words"), tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_of_two_trainings_in_one_folder_the_second_is_refused(tmp_path, small):
    settings, folder = dataclasses.replace(small, model="bag-of-words"), tmp_path / "runs" / "first"
    with alone(folder), pytest.raises(InputError, match=r"no training is at work, got .*, in which one is"):
        train(settings, folder, force=True)
    assert list(tmp_path.iterdir()) == []
    folder.parent.mkdir()
    (folder.parent / "first.lock").write_text("")  # left by a process that was killed
    train(settings, folder)
    assert [path.name for path in folder.parent.iterdir()] == ["first"]


def test_what_will_not_do_leaves_no_folder(tmp_path, small):
    settings = dataclasses.replace(small, corpus="csv", corpus_path=str(tmp_path / "nowhere.csv"))
    with pytest.raises(InputError, match="No such file"):
        train(settings, tmp_path / "runs" / "first")
    assert list(tmp_path.iterdir()) == []


def test_pictures_that_cannot_be_drawn_are_noticed_before_anything_costs_time(tmp_path, small, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "matplotlib" else find(name, *rest)
    )
    with pytest.raises(InputError, match="the package matplotlib for the run's pictures, got a Python"):
        train(dataclasses.replace(small, model="bag-of-words"), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_record_can_hold_is_refused_at_once(tmp_path, small):
    with pytest.raises(InputError, match=r"a folder name in UTF-8 for the run, got '.*\\udcff'"):
        train(small, tmp_path / "run\udcff")
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_resume_is_one_sentence(tmp_path, small):
    with pytest.raises(InputError, match="a run to resume"):
        train(small, tmp_path / "run", resume=True)


def test_a_damaged_checkpoint_is_refused(tmp_path, small):
    settings = dataclasses.replace(small, model="numpy-lstm", epochs=1)
    run = train(settings, tmp_path / "run")
    for name, content in (("state.json", b"{"), ("state.json", b"[]"), ("best.npz", b"torn")):
        kept = (run.folder / "checkpoint" / name).read_bytes()
        (run.folder / "checkpoint" / name).write_bytes(content)
        with pytest.raises(InputError):
            train(dataclasses.replace(settings, epochs=2), run.folder, resume=True)
        (run.folder / "checkpoint" / name).write_bytes(kept)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["lstm", "numpy-lstm", "bag-of-words"])
def test_a_checkpoint_that_is_torn_or_of_other_reviews_is_refused(tmp_path, small, model):
    path = tmp_path / "mine.csv"
    rows = [f"film {i} is {'good' if i % 2 else 'bad'},{i % 2}\n" for i in range(80)]
    path.write_text("text,label\n" + "".join(rows))
    settings = dataclasses.replace(
        small, corpus="csv", corpus_path=str(path), model=model, limit=None, epochs=1
    )
    run, more = train(settings, tmp_path / "run"), dataclasses.replace(settings, epochs=2)
    said = r"a checkpoint of this model and these reviews, got .*start over by --force"
    name = {"lstm": "state.weights.h5", "numpy-lstm": "optimizer.npz"}.get(model, "model.npz")
    weights = run.folder / "checkpoint" / name
    whole = weights.read_bytes()
    weights.write_bytes(b"torn")
    with pytest.raises(InputError, match=said):
        train(more, run.folder, resume=True)
    weights.write_bytes(whole)
    path.write_text("text,label\n" + "".join([*rows, *(f"a splendid film {row}" for row in rows)]))
    with pytest.raises(InputError, match=said):
        train(more, run.folder, resume=True)
    assert (run.folder / "metrics.json").is_file()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mine.csv", "run"]


def test_the_weights_kept_are_those_of_the_best_epoch(tmp_path, small, monkeypatch):
    # Make the second epoch's validation loss the lowest, whatever the model does.
    from lstm_course.sentiment import training

    losses, true_losses = iter([0.5, 0.2, 0.9]), []
    measure = training.evaluate

    def ordered(probabilities, labels):
        measured = measure(probabilities, labels)
        true_losses.append(measured["loss"])
        return {**measured, "loss": next(losses)}

    monkeypatch.setattr(training, "evaluate", ordered)
    run = train(dataclasses.replace(small, model="numpy-lstm"), tmp_path / "run")
    assert run.metrics["best_epoch"] == 2
    assert len(set(true_losses)) == 3
    assert run.metrics["loss"] == true_losses[1]
    assert run.metrics["last_epoch"]["loss"] == 0.9
