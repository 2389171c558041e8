import random

import pytest

from lstm_course.errors import InputError
from lstm_course.text import Corpus, split_corpus
from lstm_course.text.split import fingerprint


@pytest.fixture(scope="module")
def parts(imdb):
    return split_corpus(imdb)


def test_imdb_splits_into_20000_and_5000_in_balance(parts):
    assert (len(parts.train), parts.train.count(1)) == (20_000, 10_000)
    assert (len(parts.validation), parts.validation.count(1)) == (5_000, 2_500)


def test_no_text_is_on_both_sides_and_none_is_lost(parts, imdb):
    train = [fingerprint(text) for text in parts.train.texts]
    validation = [fingerprint(text) for text in parts.validation.texts]
    assert not set(train) & set(validation)
    assert len(set(validation)) == 5_000
    assert len(train) - len(set(train)) == 96  # the published reviews repeat 96 times; all stay in training
    assert sorted(parts.train.texts + parts.validation.texts) == sorted(imdb.texts)


def test_the_split_is_the_one_on_record(parts):
    # A change of this value changes every figure of the course.
    assert fingerprint("\n".join(fingerprint(t) for t in parts.validation.texts))[:16] == "5d11acbdf3a817e8"


def test_the_order_of_the_file_does_not_matter(parts, imdb):
    order = list(range(len(imdb)))
    random.Random(0).shuffle(order)
    assert split_corpus(imdb.subset(order)) == parts


def test_a_limit_keeps_the_balance_and_nests(imdb, parts):
    small, larger = split_corpus(imdb, limit=200), split_corpus(imdb, limit=1_001)
    assert (len(small.train), small.train.count(1)) == (200, 100)
    assert (len(larger.train), larger.train.count(1)) == (1_001, 501)
    assert set(small.train.texts) <= set(larger.train.texts) <= set(parts.train.texts)
    assert len(small.validation) == 200
    assert set(small.validation.texts) <= set(parts.validation.texts)
    assert split_corpus(imdb, limit=6_000).validation == parts.validation
    assert split_corpus(imdb, limit=10**6) == parts


def test_copies_in_another_guise_stay_together_in_training():
    texts = [f"review number {i}" for i in range(40)]
    texts += ["Review  NUMBER 3", "review number 5\n"]  # the second with the other label
    labels = [i % 2 for i in range(40)] + [1, 0]
    parts = split_corpus(Corpus("copies", tuple(texts), tuple(labels)))
    assert not {fingerprint(texts[3]), fingerprint(texts[5])} & set(map(fingerprint, parts.validation.texts))
    assert len(parts.train) + len(parts.validation) == 42


def test_an_unbalanced_corpus_keeps_its_shares():
    corpus = Corpus("unbalanced", tuple(map(str, range(100))), (1,) * 10 + (0,) * 90)
    parts = split_corpus(corpus)
    assert (len(parts.validation), parts.validation.count(1)) == (20, 2)


def test_the_test_part_is_handed_on():
    test = Corpus("official", ("x",), (1,))
    corpus = Corpus("official", tuple("abcd"), (0, 0, 1, 1), test)
    assert split_corpus(corpus).test is test


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (("a", "b"), (0, 1)),  # nothing left to train on
        (("a", "b", "c"), (1, 1, 1)),  # one class only
        (("a", "a", "b", "c"), (0, 0, 1, 1)),  # a class of copies
    ],
)
def test_what_cannot_be_split_is_refused(texts, labels):
    with pytest.raises(InputError, match="at least two different texts with label"):
        split_corpus(Corpus("small", texts, labels))


def test_a_limit_below_one_of_each_is_refused(imdb):
    with pytest.raises(InputError, match="at least 2"):
        split_corpus(imdb, limit=1)
