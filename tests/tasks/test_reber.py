"""The grammar against a regular expression written from its picture, and against its own statistics."""

import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.tasks import ContinualReber, Reber
from lstm_course.tasks.judging import steps_before_first_mistake
from lstm_course.tasks.reber_grammar import SYMBOLS, draw_strings, written

AFTER_X = "(?:XT*VP)*(?:S|XT*VV)"  # from the node behind the first X to the last E
INNER = f"B(?:TS*X{AFTER_X}|PT*V(?:P{AFTER_X}|V))E"
EMBEDDED = f"(?:BT{INNER}TE|BP{INNER}PE)"
seeds = st.integers(0, 2**32 - 1)


def accepts(text):
    return re.fullmatch(EMBEDDED, text) is not None


@pytest.fixture(scope="module")
def many():
    strings = draw_strings(20_000, np.random.default_rng(0))
    return strings, [written(row) for row in strings.symbols]


@pytest.mark.parametrize(
    "inner", ["BTXSE", "BPVVE", "BTSSXXTVVE", "BPVPXVPXVPXVVE", "BTSXXTVPSE", "BPTTTVPSE"]
)
def test_acceptor_knows_the_grammar(inner):
    assert accepts(f"BT{inner}TE")
    assert accepts(f"BP{inner}PE")
    assert not accepts(f"BT{inner}PE")
    assert not accepts(f"BP{inner}TE")
    assert not accepts(inner)


@pytest.mark.parametrize("inner", ["BTE", "BTXXE", "BPPE", "BTSSE", "BPVPTE", "BXSE", "BTXSS"])
def test_acceptor_refuses_others(inner):
    assert not accepts(f"BT{inner}TE")


def test_grammar_accepts_all_that_is_drawn(many):
    _, texts = many
    assert all(map(accepts, texts))
    assert min(map(len, texts)) == 9
    assert max(map(len, texts)) > 30


def test_swapping_the_second_symbol_is_noticed(many):
    _, texts = many
    for text in texts[:2000]:
        assert not accepts(text[0] + {"T": "P", "P": "T"}[text[1]] + text[2:])


def test_every_short_string_comes_up(many):
    _, texts = many
    wanted = {f"B{s}{inner}{s}E" for s in "TP" for inner in ("BTXSE", "BPVVE", "BTSXSE", "BPTVVE", "BPVPSE")}
    assert {text for text in texts if len(text) <= 10} == wanted


def test_frequencies_are_those_of_fair_coins(many):
    _, texts = many
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.02)
    assert np.mean([text == "BTBTXSETE" for text in texts]) == pytest.approx(1 / 16, abs=0.01)
    assert np.mean(list(map(len, texts))) == pytest.approx(12, abs=0.1)


def test_allowed_is_what_is_seen_to_follow_the_same_prefix(many):
    strings, texts = many
    seen, allowed = defaultdict(list), {}
    for row, text in enumerate(texts):
        for step in range(1, len(text)):
            seen[text[:step]].append(text[step])
            letters = {SYMBOLS[s] for s in np.flatnonzero(strings.allowed[row, step - 1])}
            assert allowed.setdefault(text[:step], letters) == letters
    often = {prefix for prefix, letters in seen.items() if len(letters) >= 40}
    assert len(often) > 100
    for prefix in often:
        assert set(seen[prefix]) == allowed[prefix], prefix


@settings(max_examples=20)
@given(count=st.integers(1, 6), seed=seeds)
def test_targets_are_the_next_symbols(count, seed):
    batch = Reber().draw(count, np.random.default_rng(seed))
    np.testing.assert_array_equal(batch.scored.sum(axis=1), batch.lengths - 1)
    for row, length in enumerate(batch.lengths):
        assert batch.scored[row, : length - 1].all()
        np.testing.assert_array_equal(
            batch.targets[row, : length - 1].argmax(-1), batch.symbols[row, 1:length]
        )
    np.testing.assert_array_equal(batch.targets[batch.scored].sum(axis=-1), 1)
    assert (batch.allowed | (batch.targets == 0)).all()  # what came was allowed
    assert not batch.allowed[~batch.scored].any()


def test_forgetting_the_second_symbol_is_a_mistake_and_nothing_less():
    task = Reber()
    batch = task.draw(50, np.random.default_rng(0))
    everyone = np.arange(50)
    outputs = batch.allowed.astype(float)
    assert task.right(outputs, batch).all()
    before_last = batch.lengths - 3  # the step at which the repeated symbol is predicted
    outputs[everyone, before_last, SYMBOLS.index("T")] = 1
    outputs[everyone, before_last, SYMBOLS.index("P")] = 0.5  # it always says T
    np.testing.assert_array_equal(task.right(outputs, batch), batch.symbols[:, 1] == SYMBOLS.index("T"))


def test_one_of_two_possible_symbols_is_not_enough():
    task = Reber()
    batch = task.draw(20, np.random.default_rng(0))
    assert not task.right(batch.targets, batch).any()  # the target itself names one only


def test_sets_have_no_string_in_common():
    for seed in range(5):
        training, test = Reber().draw_sets(np.random.default_rng(seed))
        assert len(training) == len(test) == 256
        old, new = ({written(row) for row in each.symbols} for each in (training, test))
        assert not old & new
        assert all(map(accepts, old | new))


def test_small_test_set_beside_a_large_training_set():
    training, test = Reber(training=3000, test=5).draw_sets(np.random.default_rng(0))
    assert len(training) == 3000
    assert not {written(row) for row in test.symbols} & {written(row) for row in training.symbols}


class TestContinual:
    @settings(max_examples=20)
    @given(count=st.integers(1, 4), strings=st.integers(1, 6), seed=seeds)
    def test_a_stream_is_so_many_strings(self, count, strings, seed):
        batch = ContinualReber(strings=strings).draw(count, np.random.default_rng(seed))
        for row, length in enumerate(batch.lengths):
            text = written(batch.symbols[row])
            assert len(text) == length
            assert re.fullmatch(f"{EMBEDDED}{{{strings}}}", text)

    def test_allowed_starts_anew_with_every_string(self):
        batch = ContinualReber(strings=5).draw(4, np.random.default_rng(0))
        single = draw_strings(20, np.random.default_rng(0))  # the same strings, apart
        for row in range(4):
            parts = [single.allowed[5 * row + n, : single.lengths[5 * row + n]] for n in range(5)]
            whole = np.concatenate(parts)
            length = batch.lengths[row]
            assert len(whole) == length
            np.testing.assert_array_equal(batch.allowed[row, : length - 1], whole[:-1])
            ends = np.cumsum([len(part) for part in parts])[:-1] - 1
            np.testing.assert_array_equal(batch.allowed[row, ends], np.tile(np.arange(7) == 0, (4, 1)))
            np.testing.assert_array_equal(batch.targets[row, ends].argmax(-1), 0)
            assert batch.scored[row, ends].all()

    def test_scored_but_for_the_last_step(self):
        batch = ContinualReber(strings=3).draw(6, np.random.default_rng(0))
        np.testing.assert_array_equal(batch.scored.sum(axis=1), batch.lengths - 1)

    def test_how_far_until_the_first_mistake(self):
        batch = ContinualReber(strings=4).draw(3, np.random.default_rng(0))
        outputs = batch.allowed.astype(float)
        np.testing.assert_array_equal(steps_before_first_mistake(outputs, batch), batch.lengths - 1)
        outputs[1, 17] = outputs[1, 30] = 0
        np.testing.assert_array_equal(
            steps_before_first_mistake(outputs, batch), [batch.lengths[0] - 1, 17, batch.lengths[2] - 1]
        )
        np.testing.assert_array_equal(ContinualReber().right(outputs, batch), [True, False, True])

    def test_baseline_halves_with_every_string(self):
        assert ContinualReber(strings=3).baseline == 0.125
