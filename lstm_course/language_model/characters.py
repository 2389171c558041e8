r"""Text as characters: an alphabet of forty, the cleaning that leads to it, ids, the reviews as one string.

The alphabet is small on purpose: a model of forty characters spends its training on language and not on
the difference between é and è. What is lost is the case of the letters, accents, and which digit it was.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from lstm_course.errors import InputError
from lstm_course.text import load_corpus, split_corpus

#: The characters by id. The line break, id 0, ends a review.
ALPHABET = "\n abcdefghijklmnopqrstuvwxyz.,'\"()-!?:;0"

_IDS = {character: index for index, character in enumerate(ALPHABET)}
#: Quotes and dashes as typewriters and old code pages write them.
_TWINS = str.maketrans({"‘": "'", "’": "'", "`": "'", "\x91": "'", "\x92": "'", "“": '"', "”": '"'})
_TWINS |= str.maketrans(
    {"\x93": '"', "\x94": '"', "–": "-", "—": "-", "\x96": "-", "\x97": "-", "\x85": "..."}
)


def clean(text: str) -> str:
    r"""Return the text in the characters of ``ALPHABET``, on one line.

    Letters become lower case and lose their accents, every digit becomes 0, tags and all other characters
    become a blank, and blanks in a row become one.

    Examples
    --------
    >>> clean("Amélie (2001)<br /><br />is <i>SO</i> charming — I saw it 3 times!")
    'amelie (0000) is so charming - i saw it 0 times!'
    """
    text = re.sub(r"</?[a-zA-Z][^<>]{0,20}>", " ", text).translate(_TWINS)
    letters = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    letters = re.sub(r"\d", "0", letters)
    return re.sub(r"[^a-z.,'\"()\-!?:;0]+", " ", letters).strip()


def encode(text: str) -> np.ndarray:
    r"""Return the ids of a clean text's characters, an array of uint8 of shape (characters,).

    Raises
    ------
    InputError
        If a character is not in the alphabet.

    Examples
    --------
    >>> encode("a bad\n").tolist()
    [2, 1, 3, 2, 5, 0]
    """
    try:
        return np.array([_IDS[character] for character in text], np.uint8)
    except KeyError as error:
        hint = "Pass the text through clean() first."
        raise InputError("characters of the alphabet only", repr(error.args[0]), hint) from None


def decode(ids: np.ndarray) -> str:
    """Return the text of an array of ids.

    Examples
    --------
    >>> decode(encode("not bad"))
    'not bad'
    """
    return "".join(ALPHABET[index] for index in ids)


@dataclass(frozen=True)
class CharacterData:
    """The two slices of text that every model of the chapter shares.

    Attributes
    ----------
    train, heldout : ndarray of uint8 of shape (characters,)
        Ids of whole reviews, each ended by a line break; the last one is cut where the slice is full.
    """

    train: np.ndarray
    heldout: np.ndarray


def load_characters(train: int = 3_000_000, heldout: int = 100_000) -> CharacterData:
    """Read the first characters of both parts of the film reviews' fixed split.

    Parameters
    ----------
    train, heldout : int
        How many characters to take of the training reviews and of the held-out ones.

    Raises
    ------
    InputError
        If a number is not positive or the reviews hold fewer characters.
    """
    split = split_corpus(load_corpus("imdb"))
    return CharacterData(_slice(split.train.texts, train), _slice(split.validation.texts, heldout))


def _slice(texts: tuple[str, ...], characters: int) -> np.ndarray:
    if characters < 1:
        raise InputError("a positive number of characters", str(characters))
    found, length = [], 0
    for text in texts:
        found.append(clean(text) + "\n")
        length += len(found[-1])
        if length >= characters:
            return encode("".join(found)[:characters])
    raise InputError(f"reviews of {characters:,} characters or more", f"{length:,}", "Ask for fewer.")
