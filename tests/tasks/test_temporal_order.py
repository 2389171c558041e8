import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import TemporalOrder, TemporalOrder3
from lstm_course.tasks.temporal_order import SYMBOLS

# The paper's rules, written out.
RULES = {
    TemporalOrder: {"XX": 0, "XY": 1, "YX": 2, "YY": 3},
    TemporalOrder3: {"XXX": 0, "XXY": 1, "XYX": 2, "XYY": 3, "YXX": 4, "YXY": 5, "YYX": 6, "YYY": 7},
}
WINDOWS = {TemporalOrder: [(10, 20), (50, 60)], TemporalOrder3: [(10, 20), (33, 43), (66, 76)]}
both = pytest.mark.parametrize("kind", RULES)


@both
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_sequences_follow_the_definition(kind, seed):
    batch = kind().draw(8, np.random.default_rng(seed))
    for row, length in enumerate(batch.lengths):
        text = "".join(SYMBOLS[s] for s in batch.symbols[row, :length])
        assert 100 <= length <= 110
        assert text[0] == "E"
        assert text[-1] == "B"
        places = [step for step, letter in enumerate(text, start=1) if letter in "XY"]
        assert len(places) == len(WINDOWS[kind])
        for place, (first, last) in zip(places, WINDOWS[kind], strict=True):
            assert first <= place <= last
        assert set(text[1:-1]) <= set("abcdXY")
        order = "".join(letter for letter in text if letter in "XY")
        target = np.zeros(len(RULES[kind]))
        target[RULES[kind][order]] = 1
        np.testing.assert_array_equal(batch.targets[row, length - 1], target)
        np.testing.assert_array_equal(np.flatnonzero(batch.scored[row]), [length - 1])


@both
def test_every_place_length_class_and_filler_comes_up(kind):
    batch = kind().draw(8000, np.random.default_rng(0))
    special = (batch.symbols == SYMBOLS.index("X")) | (batch.symbols == SYMBOLS.index("Y"))
    places = np.flatnonzero(special.any(axis=0)) + 1
    np.testing.assert_array_equal(
        places, np.concatenate([np.arange(first, last + 1) for first, last in WINDOWS[kind]])
    )
    np.testing.assert_allclose(special.mean(axis=0)[places - 1], 1 / 11, atol=0.015)
    np.testing.assert_array_equal(np.unique(batch.lengths), np.arange(100, 111))
    shares = batch.targets.sum(axis=(0, 1)) / len(batch)
    np.testing.assert_allclose(shares, kind().baseline, atol=0.02)
    fillers = batch.symbols[(batch.symbols >= 2) & (batch.symbols <= 5)]
    np.testing.assert_allclose(np.bincount(fillers)[2:] / len(fillers), 0.25, atol=0.005)


@pytest.mark.parametrize(
    "windows",
    [
        (),
        ((1, 5),),  # on E
        ((5, 20),),  # on B
        ((5, 4),),
        ((2, 6), (6, 8)),
        ((8, 9), (2, 6)),
    ],
)
def test_windows_that_do_not_fit_are_refused(windows):
    with pytest.raises(ValueError, match="windows that follow one another between step 2 and step 19, got"):
        TemporalOrder(shortest=20, longest=22, windows=windows)


def test_windows_may_touch_both_ends():
    batch = TemporalOrder(5, 5, ((2, 2), (3, 3), (4, 4))).draw(50, np.random.default_rng(0))
    assert batch.targets.shape == (50, 5, 8)
    assert (batch.symbols[:, 1:4] >= 6).all()


def test_longest_is_not_below_shortest():
    with pytest.raises(ValueError, match="longest to be a whole number of at least 100, got 99"):
        TemporalOrder(shortest=100, longest=99)
