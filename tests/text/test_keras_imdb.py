import json
from collections import Counter

import keras.src.datasets.imdb as keras_imdb
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.text import load_corpus, tokenize


@pytest.fixture
def published(tmp_path, monkeypatch, imdb):
    """Real reviews in the two files' real format, and Keras's own loading code pointed at them."""
    chosen = [*range(20), *range(12_500, 12_520)]
    tokens = [tokenize(imdb.texts[i]) for i in chosen]
    labels = np.array([imdb.labels[i] for i in chosen])
    counts = Counter(word for words in tokens for word in words)
    index = {word: rank for rank, (word, _) in enumerate(counts.most_common(), start=1)}
    ids = [[index[word] for word in words] for words in tokens]
    parts = {}
    for part, rows in (("train", slice(0, None, 2)), ("test", slice(1, None, 2))):
        reviews = np.empty(len(ids[rows]), dtype=object)
        reviews[:] = ids[rows]
        parts[f"x_{part}"], parts[f"y_{part}"] = reviews, labels[rows]
    np.savez(tmp_path / "imdb.npz", **parts)
    (tmp_path / "imdb_word_index.json").write_text(json.dumps(index))
    monkeypatch.setattr(keras_imdb, "get_file", lambda fname, **options: str(tmp_path / fname))
    return {" ".join(words): int(label) for words, label in zip(tokens, labels, strict=True)}


def test_ids_become_the_very_words_again(published):
    corpus = load_corpus("imdb-keras")
    assert corpus.test is not None
    assert len(corpus) == len(corpus.test) == 20
    for part in (corpus, corpus.test):
        for text, label in zip(part.texts, part.labels, strict=True):
            assert published[text] == label  # every word, the rarest too, and its label
    assert not set(corpus.texts) & set(corpus.test.texts)


def test_files_that_are_not_there_are_one_sentence(monkeypatch):
    def refuse(fname, **options):
        raise Exception("URL fetch failure on https://example.org/imdb.npz: None -- no network")

    monkeypatch.setattr(keras_imdb, "get_file", refuse)
    with pytest.raises(InputError, match=r"URL fetch failure.*corpus imdb needs no network"):
        load_corpus("imdb-keras")
