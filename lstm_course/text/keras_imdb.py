"""The IMDB reviews as Keras publishes them: word ids, turned back into words here."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_course.errors import InputError
from lstm_course.keras_needed import EXTRA
from lstm_course.text.corpus import Corpus

INDEX_FROM = 3  # the word that the index calls 1 has id 4: 0 is padding, 1 the start, 2 a word left out
EVERY_WORD = 10**9  # with num_words=None, Keras replaces the rarest word of all by "left out"


def read_keras_imdb() -> Corpus:
    """Load ``keras.datasets.imdb``, downloading it the first time: 25,000 training and 25,000 test reviews.

    Raises
    ------
    InputError
        When Keras is missing, or the files can be neither found nor downloaded.
    """
    try:
        from keras.datasets import imdb
    except ImportError as error:
        raise InputError(
            "Keras, which publishes this corpus",
            "a Python without it",
            f"Install it: {EXTRA}",
        ) from error
    try:
        (train_ids, train_labels), (test_ids, test_labels) = imdb.load_data(
            num_words=EVERY_WORD, index_from=INDEX_FROM
        )
        index = imdb.get_word_index()
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise InputError(
            "the files imdb.npz and imdb_word_index.json, downloaded or in ~/.keras/datasets",
            f"neither ({str(error).splitlines()[0] if str(error) else type(error).__name__})",
            "The corpus imdb needs no network.",
        ) from error
    words = {number + INDEX_FROM: word for word, number in index.items()}
    test = Corpus("imdb-keras", _decode(test_ids, words), _as_ints(test_labels))
    return Corpus("imdb-keras", _decode(train_ids, words), _as_ints(train_labels), test)


def _decode(reviews: Iterable[list[int]], words: dict[int, str]) -> tuple[str, ...]:
    """Turn ids back into words; the start mark has no word and goes."""
    return tuple(" ".join(words[i] for i in review if i in words) for review in reviews)


def _as_ints(labels: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(label) for label in labels)
