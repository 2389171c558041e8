import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_course.tasks import HeldOut, Stream


def results(wrong, total, error=0.0):
    """The first ones wrong."""
    right = np.ones(total, dtype=bool)
    right[:wrong] = False
    return right, np.full(total, error)


@pytest.mark.parametrize("kind", [lambda **kw: Stream(window=10, **kw), lambda **kw: HeldOut(size=10, **kw)])
class TestBoth:
    def test_one_wrong_too_many_breaks_it(self, kind):
        criterion = kind(wrong_allowed=2)
        assert criterion.met(*results(2, 10))
        assert not criterion.met(*results(3, 10))

    def test_the_error_has_to_lie_below_the_bound(self, kind):
        criterion = kind(mean_error=0.5)
        assert criterion.met(*results(0, 10, error=0.499))
        assert not criterion.met(*results(0, 10, error=0.5))
        assert kind().met(*results(0, 10, error=9.0))

    def test_the_mean_counts_not_each(self, kind):
        right, error = results(0, 10)
        error[0] = 0.9
        assert kind(mean_error=0.1).met(right, error)
        assert not kind(mean_error=0.09).met(right, error)

    def test_both_halves_are_needed(self, kind):
        criterion = kind(mean_error=0.5)
        assert not criterion.met(*results(1, 10, error=0.1))
        assert not criterion.met(*results(0, 10, error=0.6))

    def test_result_is_a_plain_bool(self, kind):
        assert type(kind(mean_error=0.5).met(*results(0, 10))) is bool

    @pytest.mark.parametrize(
        ("right", "error"),
        [
            (np.ones(10, bool), np.zeros(9)),
            (np.ones((10, 1), bool), np.zeros((10, 1))),
            (np.ones(10), np.zeros(10)),
        ],
    )
    def test_arrays_that_do_not_belong_together_are_refused(self, kind, right, error):
        with pytest.raises(ValueError, match="from the same sequences"):
            kind().met(right, error)

    @pytest.mark.parametrize("bad", [{"wrong_allowed": -1}, {"wrong_allowed": 10}, {"mean_error": 0.0}])
    def test_bad_bounds_are_refused(self, kind, bad):
        with pytest.raises(ValueError, match=next(iter(bad))):
            kind(**bad)


@given(st.integers(1, 8), st.lists(st.booleans(), max_size=20))
def test_stream_looks_at_the_last_ones_only(window, right):
    right = np.array(right, dtype=bool)
    error = np.where(right, 0.0, 1.0)
    expected = len(right) >= window and all(right[-window:])
    assert Stream(window=window).met(right, error) == expected
    assert Stream(window=window, wrong_allowed=window - 1, mean_error=1e-9).met(right, error) == expected


@pytest.mark.parametrize("size", [9, 11])
def test_held_out_set_has_its_size(size):
    with pytest.raises(ValueError, match=f"set of 10 sequences, got {size}"):
        HeldOut(size=10).met(*results(0, size))


@pytest.mark.parametrize("make", [lambda: Stream(window=0), lambda: HeldOut(size=0)])
def test_empty_criteria_are_refused(make):
    with pytest.raises(ValueError, match="at least 1, got 0"):
        make()
