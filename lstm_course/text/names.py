"""Names of places, languages, scripts, currencies, months and days in twenty languages: one label for a text.

The names are those of the Unicode Common Locale Data Repository (CLDR), which the library Babel ships; no
download is needed. Each comes with the language it is written in, which is the label, and with its
*concept*, the thing that it names: *Ungarn* and *Unkari* are one concept in two languages.

- A name is folded: lower case by the rules of its language, without what stands in brackets.
- A name with a digit is left out.
- Concepts that share a name in some language (the language and the script *arabisch*) are one concept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lstm_course.errors import InputError

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Germanic": ("da", "nb", "sv", "nl", "de", "en"),
        "Romance": ("fr", "it", "es", "ca", "pt"),
        "Slavic": ("pl", "cs", "sk", "sl", "hr"),
        "Uralic": ("fi", "et", "hu"),
        "Turkic": ("tr",),
    }
)
"""Languages by family; neighbours in the list are close relatives."""

LANGUAGES: tuple[str, ...] = tuple(code for family in FAMILIES.values() for code in family)
"""The ISO 639 codes of the twenty languages."""

KINDS = ("territories", "languages", "scripts", "currencies", "months", "days")
DOTTED_I = ("tr", "az")  # the languages in which I and ı, İ and i are the pairs of cases
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_APOSTROPHES, _DASHES = re.compile("[‘’ʻʼ]"), re.compile("[‐-—]")


@dataclass(frozen=True, order=True)
class Name:
    """What something is called in one language.

    Attributes
    ----------
    text : str
        The name, folded.
    language : str
        Its language, by ISO 639 code: the label.
    concept : str
        What is named: the first of its codes in CLDR, for instance ``territories/HU``.
    """

    text: str
    language: str
    concept: str


@dataclass(frozen=True)
class NameSplit:
    """Names to train on, names to test on, and names that several languages share.

    Attributes
    ----------
    train, test : tuple of Name
        No text is in both, and each belongs to one language only.
    shared : mapping from str to tuple of str
        The texts that have no single right answer, each with its languages.
    """

    train: tuple[Name, ...]
    test: tuple[Name, ...]
    shared: Mapping[str, tuple[str, ...]]


def fold(text: str, language: str) -> str:
    """Return a name in lower case, without brackets, in one spelling of apostrophes, dashes and blanks.

    Examples
    --------
    >>> fold("İzlanda  (ISK)", "tr"), fold("Irak", "tr"), fold("Irak", "de")
    ('izlanda', 'ırak', 'irak')
    """
    if language in DOTTED_I:
        text = text.replace("İ", "i").replace("I", "ı")
    text = unicodedata.normalize("NFC", _BRACKETS.sub(" ", text).lower())
    return " ".join(_DASHES.sub("-", _APOSTROPHES.sub("'", text)).split())


def load_names(languages: Sequence[str] = LANGUAGES) -> list[Name]:
    """Read the names of all concepts in the given languages.

    Parameters
    ----------
    languages : sequence of str
        ISO 639 codes that CLDR knows.

    Returns
    -------
    list of Name
        Sorted; each text at most once per language.

    Raises
    ------
    InputError
        Babel is not installed, or a language is unknown to it.

    Examples
    --------
    >>> [name.text for name in load_names(["de", "fi"]) if name.concept == "days/0"]
    ['maanantai', 'montag']
    """
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in languages:
        locale = _locale(language)
        for kind in KINDS:
            table = getattr(locale, kind)
            table = table["stand-alone"]["wide"] if kind in ("months", "days") else table
            for code, name in table.items():
                text = fold(name, language)
                if len(text) > 1 and not any(letter.isdigit() for letter in text):
                    codes[text, language].add(f"{kind}/{code}")
    concepts = _merge(codes.values())
    return sorted(Name(text, language, concepts[min(c)]) for (text, language), c in codes.items())


def split_names(names: Iterable[Name], *, by: str = "concept", fraction: float = 0.2) -> NameSplit:
    """Set shared texts aside, and hold a fixed part of the rest out for the test.

    A name goes where the fingerprint of its concept sends it, so that the translations of one concept are
    all on one side. With ``by="text"`` each text goes its own way, and most concepts are on both sides.

    Parameters
    ----------
    names : iterable of Name
        For instance those of ``load_names``.
    by : {"concept", "text"}
        What goes as a whole to one side.
    fraction : float
        The expected share of the test, between 0 and 1.

    Raises
    ------
    InputError
        Another ``by``, a fraction out of range, or one side that gets no name.

    Examples
    --------
    >>> split = split_names(load_names())
    >>> split.shared["angola"][:3]
    ('ca', 'cs', 'da')
    """
    if by not in ("concept", "text"):
        raise InputError("by to be 'concept' or 'text'", repr(by))
    if not 0 < fraction < 1:
        raise InputError("a fraction between 0 and 1", str(fraction))
    names = list(names)
    where: dict[str, set[str]] = defaultdict(set)
    for name in names:
        where[name.text].add(name.language)
    sides: tuple[list[Name], list[Name]] = ([], [])
    for name in names:
        if len(where[name.text]) == 1:
            sides[_uniform(getattr(name, by)) < fraction].append(name)
    if not all(sides):
        raise InputError(
            "a name on either side", f"{len(sides[0])} to train on and {len(sides[1])} to test on"
        )
    shared = {text: tuple(sorted(found)) for text, found in where.items() if len(found) > 1}
    return NameSplit(tuple(sides[0]), tuple(sides[1]), shared)


def _locale(language: str) -> Any:
    """Return Babel's data of one language."""
    try:
        from babel import Locale, UnknownLocaleError
    except ImportError as error:
        hint = "Install it: python -m pip install babel"
        raise InputError("the library Babel, which ships the names", "a Python without it", hint) from error
    try:
        return Locale(language)
    except UnknownLocaleError as error:
        raise InputError("a language that CLDR knows, such as 'fi'", repr(language)) from error


def _merge(groups: Iterable[set[str]]) -> dict[str, str]:
    """Give every code the first code of all those that it is connected with through the groups."""
    parent: dict[str, str] = {}

    def root(code: str) -> str:
        parent.setdefault(code, code)
        while parent[code] != code:
            parent[code] = code = parent[parent[code]]
        return code

    for group in groups:
        roots = sorted(root(code) for code in group)
        for other in roots[1:]:
            parent[other] = roots[0]
    return {code: root(code) for code in parent}


def _uniform(text: str) -> float:
    """Return a number in [0, 1) that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48
