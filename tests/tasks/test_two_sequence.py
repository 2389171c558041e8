import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import HeldOut, TwoSequence, TwoSequenceNoisy, TwoSequenceNoisyTargets

COUNT = 5000


@pytest.fixture(scope="module")
def drawn():
    kinds = (TwoSequence, TwoSequenceNoisy, TwoSequenceNoisyTargets)
    return {kind: kind(length=30, informative=3).draw(COUNT, np.random.default_rng(0)) for kind in kinds}


def parts(batch):
    """Class sign, first numbers, noise and the judged target of each sequence."""
    line = batch.dense[:, :, 0]
    target = batch.expected[np.arange(len(batch)), batch.lengths - 1, 0]
    return line[:, :3], line[:, 3:][batch.mask[:, 3:]], target


@settings(max_examples=25)
@given(
    kind=st.sampled_from([TwoSequence, TwoSequenceNoisyTargets]),
    informative=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_first_numbers_tell_the_class(kind, informative, seed):
    batch = kind(length=25, informative=informative).draw(5, np.random.default_rng(seed))
    high, low = (1.0, 0.0) if kind is TwoSequence else (0.2, 0.8)
    for row, length in enumerate(batch.lengths):
        assert 25 <= length <= 27
        first = batch.dense[row, :informative, 0]
        assert set(first) in ({1.0}, {-1.0})
        assert abs(batch.dense[row, informative, 0]) != 1
        assert batch.expected[row, length - 1, 0] == (high if first[0] == 1 else low)
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [length - 1])


@pytest.mark.parametrize("kind", [TwoSequence, TwoSequenceNoisy, TwoSequenceNoisyTargets])
def test_noise_and_classes_have_their_sizes(drawn, kind):
    first, noise, target = parts(drawn[kind])
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.var() == pytest.approx(0.2, rel=0.02)
    one, other = kind.class_targets
    assert (target == one).mean() == pytest.approx(0.5, abs=0.03)
    assert set(target) == {one, other}
    np.testing.assert_allclose(first[target == one].mean(axis=0), 1, atol=0.03)
    np.testing.assert_allclose(first[target == other].mean(axis=0), -1, atol=0.03)


def test_only_3b_has_noise_on_the_first_numbers(drawn):
    for kind, variance in ((TwoSequence, 0.0), (TwoSequenceNoisy, 0.2), (TwoSequenceNoisyTargets, 0.0)):
        first, _, target = parts(drawn[kind])
        sign = np.where(target == kind.class_targets[0], 1, -1)
        np.testing.assert_allclose((first - sign[:, np.newaxis]).var(axis=0), variance, atol=0.015)


def test_only_3c_has_noise_on_the_targets(drawn):
    for kind in (TwoSequence, TwoSequenceNoisy):
        assert drawn[kind].clean_targets is None
    batch = drawn[TwoSequenceNoisyTargets]
    noise = (batch.targets - batch.clean_targets)[batch.scored]
    assert noise.mean() == pytest.approx(0, abs=0.02)
    assert noise.var() == pytest.approx(0.1, rel=0.06)
    assert not batch.targets[~batch.scored].any()


def test_3c_judges_by_the_clean_target(drawn):
    task, batch = TwoSequenceNoisyTargets(length=30), drawn[TwoSequenceNoisyTargets]
    assert task.right(batch.clean_targets, batch).all()
    assert task.error(batch.clean_targets, batch).max() == 0
    assert 0.1 < task.right(batch.targets, batch).mean() < 0.4  # a noise of 0.32 within 0.1: about 25 %
    assert task.success.met(
        *[f(batch.clean_targets[:256], batch.take(slice(256))) for f in (task.right, task.error)]
    )


def test_weak_success_asks_for_no_error():
    assert TwoSequence().weak_success == HeldOut(256)
    assert TwoSequenceNoisy().weak_success == HeldOut(256, 5)


@pytest.mark.parametrize(("kind", "expected"), [(TwoSequence, 0.25), (TwoSequenceNoisyTargets, 0.09)])
def test_baseline_is_the_variance_of_the_judged_target(drawn, kind, expected):
    assert kind().baseline == pytest.approx(expected)
    assert parts(drawn[kind])[2].var() == pytest.approx(expected, rel=0.01)


def test_noise_has_to_follow():
    assert TwoSequence(length=4, informative=3).draw(1, np.random.default_rng(0)).lengths[0] == 4
    with pytest.raises(ValueError, match="informative below the length, 4, got 4"):
        TwoSequence(length=4, informative=4)
