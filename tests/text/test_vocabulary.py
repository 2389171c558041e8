import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_course.errors import InputError
from lstm_course.text import Vocabulary, tokenize
from lstm_course.text.vocabulary import RESERVED, UNKNOWN


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It's GREAT!", ["it's", "great", "!"]),
        ("It\u2019s great", ["it's", "great"]),  # a typographic apostrophe
        ("one<br /><br/>two<BR>three", ["one", "two", "three"]),
        ("rock 'n' roll, 10/10", ["rock", "n", "roll", "10", "10"]),
        ("café naïve Ünïcode", ["café", "naïve", "ünïcode"]),
        ("ﬁlm", ["film"]),  # a ligature
        ("İyi film, हिन्दी में", ["i\u0307yi", "film", "हिन्दी", "में"]),  # marks that have no letter of their own
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("\u2026 \u2014 :-)", []),
    ],
)
def test_tokens(text, tokens):
    assert tokenize(text) == tokens


def test_ids_go_by_frequency_then_by_alphabet():
    vocabulary = Vocabulary.build([["b", "a", "c"], ["a", "c"], ["d"]])
    assert vocabulary.words == ("a", "c", "b", "d")
    assert vocabulary.encode(["a", "d", "nowhere"]) == [2, 5, UNKNOWN]


def test_size_and_rarity_limit_the_vocabulary():
    tokens = [["a"] * 3 + ["b"] * 2 + ["c"]]
    assert Vocabulary.build(tokens, max_size=4).words == ("a", "b")
    assert Vocabulary.build(tokens, min_count=2).words == ("a", "b")
    with pytest.raises(InputError, match="at least 3 ids"):
        Vocabulary.build(tokens, max_size=2)


def test_real_reviews_come_back_from_disk_to_the_last_word(tmp_path, imdb):
    tokens = [tokenize(text) for text in imdb.texts[:500]]
    vocabulary = Vocabulary.build(tokens)
    path = tmp_path / "vocabulary.txt"
    vocabulary.save(path)
    assert Vocabulary.load(path) == vocabulary
    assert [vocabulary.decode(vocabulary.encode(words)) for words in tokens] == tokens
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines.index("the") == vocabulary.encode(["the"])[0]  # the line's number is the id


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(st.lists(st.text(), max_size=20))
def test_any_text_makes_a_vocabulary_that_survives_the_disk(tmp_path_factory, texts):
    vocabulary = Vocabulary.build(map(tokenize, texts))
    path = tmp_path_factory.mktemp("any") / "vocabulary.txt"
    vocabulary.save(path)
    assert Vocabulary.load(path) == vocabulary


@pytest.mark.parametrize("words", [["a", "a"], [""], [" a"], ["a\nb"], [RESERVED[1]]])
def test_words_that_would_not_survive_are_refused(words):
    with pytest.raises(InputError):
        Vocabulary(words)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"the\nand\n", "begins with"),
        (b"[PAD]\n[UNK]\nthe", "begins with"),  # torn in the middle of a line
        (b"[PAD]\n[UNK]\nthe\nthe\n", "'the' twice"),
        (b"[PAD]\n[UNK]\ncaf\xe9\n", "UTF-8"),
        (b"", "begins with"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, message):
    path = tmp_path / "vocabulary.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        Vocabulary.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        Vocabulary.load(tmp_path / "vocabulary.txt")
