"""Greedy and beam search on models so small that every sentence can be tried."""

from itertools import product

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.translation.decoding import Hypothesis, beam_search, greedy_search

START, END, V = 0, 1, 5


class TableModel:
    """Next-token probabilities that depend on the source and on the two tokens before."""

    def __init__(self, sources, rng, sharpness=2.0):
        scores = sharpness * rng.standard_normal((sources, V, V, V))
        scores[..., START] = -np.inf
        self.log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        self.state = (np.arange(sources), np.full(sources, START))

    def step(self, tokens, state):
        source, before = state
        return self.log_p[source, before, tokens], (source, tokens)

    def log_probability(self, source, sentence):
        before, last, total = START, START, 0.0
        for token in (*sentence, END):
            total += self.log_p[source, before, last, token]
            before, last = last, token
        return total

    def every_sentence(self, limit):
        for length in range(limit):
            yield from product(range(2, V), repeat=length)


@pytest.fixture(params=range(5))
def model(request):
    return TableModel(4, np.random.default_rng(request.param))


def test_a_beam_of_one_is_greedy(model):
    greedy = greedy_search(model.step, model.state, START, END, limit=6)
    beams = beam_search(model.step, model.state, START, END, limit=6, width=1, alpha=0.7)
    assert [len(beam) for beam in beams] == [1] * 4
    for one, (other,) in zip(greedy, beams, strict=True):
        assert (one.tokens, one.finished) == (other.tokens, other.finished)
        assert one.log_probability == pytest.approx(other.log_probability, abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_wide_beam_finds_the_best_of_all_sentences(model, alpha):
    limit = 4
    beams = beam_search(model.step, model.state, START, END, limit, width=V**limit, alpha=alpha)
    for source, beam in enumerate(beams):
        scores = {
            sentence: model.log_probability(source, sentence) / (len(sentence) + 1) ** alpha
            for sentence in model.every_sentence(limit)
        }
        best = max(scores, key=scores.get)
        assert beam[0].tokens == best
        assert beam[0].score(alpha) == pytest.approx(scores[best], abs=1e-12)
        assert len([one for one in beam if one.finished]) == len(scores)


def test_log_probabilities_are_those_of_the_model(model):
    for source, beam in enumerate(beam_search(model.step, model.state, START, END, limit=6, width=3)):
        assert 1 <= len(beam) <= 3
        for one in beam:
            if one.finished:
                wanted = model.log_probability(source, one.tokens)
                assert one.log_probability == pytest.approx(wanted, abs=1e-12)


def test_sources_do_not_disturb_each_other(model):
    together = beam_search(model.step, model.state, START, END, limit=6, width=3)
    for source in range(4):
        state = tuple(array[source : source + 1] for array in model.state)
        (alone,) = beam_search(model.step, state, START, END, limit=6, width=3)
        assert [one.tokens for one in alone] == [one.tokens for one in together[source]]


def garden_path(tokens, state):
    """Token 2 is likelier than 3 at first, but what follows 2 is uncertain and what follows 3 is not."""
    p = np.full((len(tokens), V), 1e-9)
    p[tokens == START, 2], p[tokens == START, 3] = 0.6, 0.4
    p[tokens == 2] = [0, 0.34, 0, 0.33, 0.33]
    p[np.isin(tokens, (3, 4)), END] = 1.0
    with np.errstate(divide="ignore"):
        return np.log(p), state


def test_a_beam_escapes_a_garden_path_that_greedy_walks():
    state = (np.zeros(1),)
    (greedy,) = greedy_search(garden_path, state, START, END)
    ((best, *_),) = beam_search(garden_path, state, START, END, width=2)
    assert (greedy.tokens, best.tokens) == ((2,), (3,))
    assert np.exp(greedy.log_probability) == pytest.approx(0.204, abs=1e-6)
    assert np.exp(best.log_probability) == pytest.approx(0.4, abs=1e-6)


def test_normalising_by_length_prefers_the_longer_of_two():
    short, long = Hypothesis((2,), -1.0), Hypothesis((2, 3, 4), -1.6)
    assert short.score() > long.score()
    assert short.score(1.0) < long.score(1.0)
    assert (short.score(1.0), long.score(1.0)) == (-0.5, -0.4)


def test_the_limit_cuts_and_says_so():
    def endless(tokens, state):
        return np.log(np.tile([0.1, 0.0001, 0.7, 0.1, 0.0999], (len(tokens), 1))), state

    (greedy,) = greedy_search(endless, (np.zeros(1),), START, END, limit=3)
    assert (greedy.tokens, greedy.finished) == ((2, 2, 2), False)
    ((first, *_),) = beam_search(endless, (np.zeros(1),), START, END, limit=3, width=2)
    assert (first.tokens, first.finished) == ((2, 2, 2), False)


@pytest.mark.parametrize(
    ("state", "options"),
    [
        ((), {}),
        ((np.zeros(2), np.zeros(3)), {}),
        ((np.zeros(1),), {"limit": 0}),
    ],
)
def test_bad_input(state, options):
    for search in greedy_search, beam_search:
        with pytest.raises(InputError):
            search(garden_path, state, START, END, **options)


def test_nothing_to_translate():
    for search in greedy_search, beam_search:
        assert search(garden_path, (np.zeros((0, 2)),), START, END) == []


def test_a_beam_has_a_width():
    with pytest.raises(InputError, match="width"):
        beam_search(garden_path, (np.zeros(1),), START, END, width=0)
