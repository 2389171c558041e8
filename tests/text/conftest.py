import pytest

from lstm_course.text import load_corpus


@pytest.fixture(scope="session")
def imdb():
    """The 25,000 real reviews, read once."""
    return load_corpus("imdb")
