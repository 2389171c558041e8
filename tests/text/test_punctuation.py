import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_course.errors import InputError
from lstm_course.text import tokenize
from lstm_course.text.punctuation import TAGS, passages, restore, tag_words


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("one two", "none none"),
        ("one, two; three: four", "comma comma comma none"),
        ("One. Two! Three...", "stop stop stop"),
        ("Really? Yes.", "question stop"),
        ("What?! No", "question none"),  # the strongest mark counts
        ('He said "no," twice.', "none none comma stop"),
        ("it's <br /> fine <br/>.", "none stop"),
        ("well-made (mostly)", "none none none"),
        ("", ""),
        ("...", ""),
    ],
)
def test_tags(text, tags):
    words, found = tag_words(text)
    assert [TAGS[tag] for tag in found] == tags.split()
    assert len(words) == len(found)


@given(st.text(alphabet="abc'’.,?! <br>", max_size=40))
def test_the_words_are_those_of_the_tokenizer(text):
    assert tag_words(text)[0] == [word for word in tokenize(text) if word not in ("!", "?")]


@given(
    st.lists(st.tuples(st.sampled_from(["film", "it's", "a"]), st.integers(0, 3)), min_size=1, max_size=30)
)
def test_restoring_and_tagging_are_inverse(pairs):
    words, tags = [word for word, _ in pairs], [tag for _, tag in pairs]
    assert tag_words(restore(words, tags)) == (words, tags)


def test_capital_letters_follow_the_ends_of_sentences():
    assert restore(["no", "why", "it's", "late"], [1, 3, 0, 2]) == "No, why? It's late."


def test_restoring_wants_one_tag_per_word():
    with pytest.raises(InputError, match="2 words and 1 tags"):
        restore(["a", "b"], [0])


def test_passages_are_pieces_of_their_text_in_order_and_within_bounds():
    text = " ".join(f"w{i}{'.' if i % 7 == 6 else ''}" for i in range(500))
    words, tags = tag_words(text)
    pieces = passages([text, "short"], np.random.default_rng(0), shortest=5, longest=20)
    places = [int(piece[0][0][1:]) for piece in pieces]
    assert places == sorted(places)
    for (got, got_tags), start in zip(pieces, places, strict=True):
        assert 5 <= len(got) <= 20
        assert got == words[start : start + len(got)]
        assert got_tags == tags[start : start + len(got)]
    ends = [start + len(got) for (got, _), start in zip(pieces, places, strict=True)]
    assert places[1:] == ends[:-1]  # each begins where the one before ended


def test_passages_do_not_end_with_sentences():
    texts = [" ".join(["one two three four five."] * 100)] * 20
    pieces = passages(texts, np.random.default_rng(1))
    last = np.mean([tags[-1] == 2 for _, tags in pieces])
    assert abs(last - 0.2) < 0.1  # a fifth of all words ends a sentence, and so does a fifth of the pieces


def test_passages_depend_on_the_rng_alone():
    texts = ["one two three four. " * 30] * 3
    same = [passages(texts, np.random.default_rng(3)) for _ in range(2)]
    assert same[0] == same[1]
    assert same[0] != passages(texts, np.random.default_rng(4))


@pytest.mark.parametrize(("shortest", "longest"), [(0, 5), (6, 5)])
def test_impossible_lengths_are_refused(shortest, longest):
    with pytest.raises(InputError, match="shortest"):
        passages(["a b c"], np.random.default_rng(0), shortest=shortest, longest=longest)
