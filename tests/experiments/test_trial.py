from dataclasses import replace

import numpy as np
import pytest

from lstm_course.experiments import trial
from lstm_course.experiments.late import WINDOW
from lstm_course.experiments.learners import Classic, make_learner
from lstm_course.experiments.rows import choose
from lstm_course.experiments.trial import budget, chunk_size, judged, promising, run_trial
from lstm_course.tasks import HeldOut, LagsNoiseFree, TemporalOrder, TwoSequence

(ORDER,) = choose("temporal-order", {})
(NOISE_FREE,) = choose("lags-noise-free", {})
(NOISE,) = choose("two-sequence-T100-N3", {})
SHORT = replace(ORDER, task=TemporalOrder(shortest=20, longest=22, windows=((2, 4), (10, 12))))


def without_time(record):
    return {key: value for key, value in record.items() if key != "seconds"}


def test_the_paper_s_network_learns_the_order_of_two_symbols():
    found = run_trial(ORDER, "1997", 0)
    assert found["solved"]
    assert found["wrong"] <= 3  # the paper: never more than 3 of 2,560
    assert found["sequences"] < 3 * ORDER.printed.sequences
    assert found["weights"] == 156
    seen, error, wrong = found["curve"][-1]
    assert seen == found["sequences"]
    assert error < 0.1
    assert wrong == 0


def test_an_lstm_of_today_needs_fewer_sequences_and_a_plain_network_does_not_come_to_it():
    found = run_trial(NOISE, "today", 0)
    assert found["solved"]
    assert found["sequences"] < NOISE.printed.sequences / 2
    plain = run_trial(ORDER, "rnn", 0, limit=4_000)
    assert not plain["solved"]
    assert plain["wrong"] > 1_000


@pytest.mark.parametrize("track", ["1997", "today", "rnn"])
def test_a_seed_decides_everything(track):
    records = [without_time(run_trial(SHORT, track, seed, limit=1_000)) for seed in (0, 0, 1)]
    assert records[0] == records[1] != records[2]
    elsewhere = without_time(run_trial(replace(SHORT, name="another row"), track, 0, limit=1_000))
    assert elsewhere["curve"] != records[0]["curve"]


def test_a_trial_ends_where_its_budget_does():
    found = run_trial(SHORT, "1997", 0, limit=700)
    assert not found["solved"]
    assert 700 <= found["sequences"] < 700 + trial.chunk_size(SHORT)
    assert budget(ORDER, "rnn") == ORDER.printed.sequences
    assert budget(ORDER, "1997") == 5 * ORDER.printed.sequences


class Oracle:
    """Answers right, but for every n-th sequence of all that it is shown."""

    weights = 0

    def __init__(self, wrong_every):
        self.wrong_every, self.shown = wrong_every, 0

    def look(self, batch):
        numbers = np.arange(self.shown, self.shown + len(batch))
        self.shown += len(batch)
        wrong = (numbers % self.wrong_every == 0) if self.wrong_every else np.zeros(len(batch), bool)
        return np.where(wrong[:, None, None], 1 - batch.targets, batch.targets)

    learn = look


def test_looking_stops_as_soon_as_too_many_are_wrong():
    task = TwoSequence(20, 1)

    def batches():
        rng = np.random.default_rng(0)
        for _ in range(10):
            yield task.draw(50, rng)

    right, error = judged(task, Oracle(0), batches(), wrong_allowed=0)
    assert right.all()
    assert (right.shape, error.max()) == ((500,), 0)
    oracle = Oracle(40)
    assert judged(task, oracle, batches(), wrong_allowed=2) is None
    assert oracle.shown == 100  # sequences 0, 40 and 80 were wrong


def test_a_held_out_criterion_decides_and_is_asked_of_the_same_sequences(monkeypatch):
    seen = []

    class Watched(Oracle):
        def look(self, batch):
            seen.append(batch.lengths.sum() + batch.dense.sum())
            return super().look(batch)

    monkeypatch.setattr(trial, "make_learner", lambda *_: Watched(100))
    found = run_trial(NOISE, "1997", 0, limit=2_000)
    assert not found["solved"]  # 1 % is promising, and too much of 256
    looks, tests = seen[: -trial.TEST // trial.PART], seen[-trial.TEST // trial.PART :]
    assert len(looks) > 1
    assert len(set(looks)) == 1
    assert len(set(tests)) == len(tests)
    monkeypatch.setattr(trial, "make_learner", lambda *_: Oracle(0))
    assert run_trial(NOISE, "1997", 0)["sequences"] == trial.chunk_size(NOISE)


def test_a_chunk_is_promising_up_to_two_points_above_what_is_allowed():
    criterion = HeldOut(size=100, wrong_allowed=5)
    chunk = np.ones(100, bool)
    chunk[:7] = False
    assert promising(chunk, criterion)
    chunk[7] = False
    assert not promising(chunk, criterion)


SIX = replace(
    NOISE_FREE,
    task=LagsNoiseFree(6),
    design=replace(NOISE_FREE.design, features=7, outputs=7),
)


def test_the_memory_of_2a_joins_in_when_the_error_has_stopped_falling():
    learner = make_learner("1997", SIX, np.random.default_rng(0))
    assert isinstance(learner, Classic)
    gates = learner.values.kernel[:, learner.design.slots["i"]]
    rng, seen = np.random.default_rng(1), 0
    while gates.max() < -100:
        learner.learn(SIX.task.draw(512, rng))
        seen += 512
        assert seen < 50_000
    assert seen > 5_000  # a logistic unit's error falls by 1 % from 512 sequences to the next for a long time
    assert np.abs(gates).max() < 10
    gates[:], learner.rate = 5.0, 0.0  # an error that does not fall does not bring the first weights back
    learner.learn(SIX.task.draw(1_024, rng))
    assert (gates == 5).all()


def test_memory_that_joins_late_solves_2a_and_before_that_nothing_does():
    for track in ("1997", "today"):
        found = run_trial(SIX, track, 0)
        assert found["solved"], track
        assert found["wrong"] == 0
        without = run_trial(SIX, track, 0, limit=2 * WINDOW - chunk_size(SIX))
        assert without["wrong"] > 1_000
