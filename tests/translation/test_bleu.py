"""BLEU against the paper's own examples and against a sum done by hand."""

import math

import pytest

from lstm_course.errors import InputError
from lstm_course.translation.bleu import bleu, clipped_matches, exact_match, ngrams

# The two candidates and three references of Papineni et al. (2002), section 2.1.
FIRST = "it is a guide to action which ensures that the military always obeys the commands of the party"
SECOND = "it is to insure the troops forever hearing the activity guidebook that party direct"
REFERENCES = [
    "it is a guide to action that ensures that the military will forever heed party commands",
    "it is the guiding principle which guarantees the military forces always being under the command "
    "of the party",
    "it is the practical guide for the army always to heed the directions of the party",
]


def words(text):
    return text.split()


@pytest.fixture
def references():
    return [words(text) for text in REFERENCES]


@pytest.mark.parametrize(
    ("candidate", "n", "matches", "possible"),
    [(FIRST, 1, 17, 18), (FIRST, 2, 10, 17), (SECOND, 1, 8, 14), (SECOND, 2, 1, 13)],
)
def test_the_papers_precisions(references, candidate, n, matches, possible):
    tokens = words(candidate)
    assert clipped_matches(tokens, references, n) == matches
    assert ngrams(tokens, n).total() == possible


def test_clipping(references):
    references = [words("the cat is on the mat"), words("there is a cat on the mat")]
    assert clipped_matches(["the"] * 7, references, 1) == 2


def test_a_corpus_by_hand():
    # Candidates of 3 and 5 tokens, references of 4 and 5.
    candidates = [words("a b c"), words("d e f g h")]
    references = [[words("a b c x")], [words("d e f h g")]]
    result = bleu(candidates, references)
    # 1-grams 3 + 5 of 8; 2-grams 2 + 2 of 2 + 4; 3-grams 1 + 1 of 1 + 3; 4-grams 0 of 2.
    assert result.precisions == (8 / 8, 4 / 6, 2 / 4, 0 / 2)
    assert result.score == 0.0
    shorter = bleu(candidates, references, max_n=3)
    assert shorter.brevity_penalty == pytest.approx(math.exp(1 - 9 / 8))
    assert shorter.score == pytest.approx(math.exp(1 - 9 / 8) * (1 * 4 / 6 * 2 / 4) ** (1 / 3))


def test_a_corpus_is_no_mean_of_sentences():
    candidates, references = [["a"] * 8, ["b"] * 2], [[["a"] * 8], [["x"] * 2]]
    assert bleu(candidates, references, max_n=1).score == pytest.approx(0.8)


def test_perfection_is_one_and_longer_is_not_punished_by_brevity():
    tokens = words("deux cent quatre -vingt -dix")
    assert bleu([tokens], [[tokens]]).score == pytest.approx(1.0)
    longer = bleu([[*tokens, "mille"]], [[tokens]])
    assert longer.brevity_penalty == 1.0
    assert longer.score < 1.0


def test_the_closest_reference_counts_the_shorter_of_two():
    result = bleu([["a"] * 5], [[["a"] * 9, ["a"] * 6, ["a"] * 4]], max_n=1)
    assert (result.candidate_length, result.reference_length) == (5, 4)


def test_nothing_written_scores_nothing():
    assert bleu([[]], [[["a"]]], max_n=1).score == 0.0


@pytest.mark.parametrize(
    ("candidates", "references", "options"),
    [
        ([], [], {}),
        ([["a"]], [], {}),
        ([["a"]], [[]], {}),
        (["a b"], [[["a"]]], {}),
        ([["a"]], [["a b"]], {}),
        ([["a"]], [[["a"]]], {"max_n": 0}),
    ],
)
def test_bad_input(candidates, references, options):
    with pytest.raises(InputError):
        bleu(candidates, references, **options)


def test_exact_match():
    assert exact_match(["a", "b", "c"], ["a", "c", "c"]) == pytest.approx(2 / 3)
    for pair in ([], []), (["a"], []):
        with pytest.raises(InputError):
            exact_match(*pair)
