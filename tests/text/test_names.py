import builtins

import pytest

from lstm_course.errors import InputError
from lstm_course.text.names import FAMILIES, LANGUAGES, Name, fold, load_names, split_names


@pytest.fixture(scope="module")
def names():
    return load_names()


@pytest.mark.parametrize(
    ("text", "language", "folded"),
    [
        ("IRAK", "tr", "ırak"),
        ("İstanbul", "tr", "istanbul"),
        ("IRAK", "de", "irak"),
        ("Dinar (1992–1998) [alt]", "es", "dinar"),
        ("Côte d’Ivoire", "fr", "côte d'ivoire"),
        ("A\u0308gypten", "de", "ägypten"),  # a letter and its dots apart
        ("Serbia – Kosovo", "en", "serbia - kosovo"),
        ("  two\u00a0 blanks ", "en", "two blanks"),
    ],
)
def test_folding(text, language, folded):
    assert fold(text, language) == folded


def test_twenty_languages_in_five_families():
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 20
    assert len(FAMILIES) == 5


def test_well_known_names_are_there(names):
    found = {(name.text, name.language) for name in names}
    assert {("svizzera", "it"), ("lokakuu", "fi"), ("perşembe", "tr"), ("říjen", "cs")} <= found


def test_a_text_occurs_once_per_language_without_digits_or_brackets(names):
    assert len({(n.text, n.language) for n in names}) == len(names)
    assert not [n for n in names if any(c.isdigit() or c in "()[]" for c in n.text) or len(n.text) < 2]


def test_things_with_a_common_name_are_one_concept(names):
    concept = {(n.text, n.language): n.concept for n in names}
    # French has one word for the language and the script, so the two Polish words name one concept.
    assert ("arabe", "fr") in concept
    assert concept["arabskie", "pl"] == concept["arabski", "pl"]
    assert concept["finnland", "de"] == concept["finlande", "fr"]
    assert concept["finnland", "de"] != concept["schweden", "de"]


def test_the_split_by_concept_keeps_translations_together(names):
    split = split_names(names)
    assert not {n.concept for n in split.train} & {n.concept for n in split.test}
    by_text = split_names(names, by="text")
    assert len({n.concept for n in by_text.train} & {n.concept for n in by_text.test}) > 500


@pytest.mark.parametrize("by", ["concept", "text"])
def test_every_name_goes_to_one_place(names, by):
    split = split_names(names, by=by)
    train, test = {n.text for n in split.train}, {n.text for n in split.test}
    assert not train & test
    assert not (train | test) & set(split.shared)
    assert train | test | set(split.shared) == {n.text for n in names}
    assert 0.15 < len(split.test) / (len(split.train) + len(split.test)) < 0.25


def test_shared_names_know_their_languages(names):
    shared = split_names(names).shared
    assert "da" in shared["juli"]
    assert "de" in shared["juli"]
    assert "fr" not in shared["juli"]
    assert min(map(len, shared.values())) == 2


def test_the_split_does_not_depend_on_the_order(names):
    assert set(split_names(names[::-1]).test) == set(split_names(names).test)


def test_what_makes_no_sense_is_refused(names):
    with pytest.raises(InputError, match="'concept' or 'text'"):
        split_names(names, by="language")
    with pytest.raises(InputError, match="between 0 and 1"):
        split_names([Name("a b", "en", "x")], fraction=1.0)
    for nothing in ([], [Name("a b", "en", "x")]):
        with pytest.raises(InputError, match="a name on either side"):
            split_names(nothing)
    with pytest.raises(InputError, match="'klingon'"):
        load_names(["klingon"])


def test_without_babel_the_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **named):
        if name.startswith("babel"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match="pip install babel"):
        load_names(["fi"])
