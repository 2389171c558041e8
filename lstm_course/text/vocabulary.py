"""Words and their ids: how a text is cut into tokens, and which integer each token becomes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from lstm_course.errors import InputError

PADDING, UNKNOWN = 0, 1
RESERVED = ("[PAD]", "[UNK]")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@cache
def pattern(more: str = "") -> re.Pattern[str]:
    """Return the pattern of a word; ``more`` is what else counts.

    Marks belong to the letter before them: accents without a letter of their own, the vowel signs of Hindi.
    """
    mark = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
    letters = rf"[^\W_]+(?:[{re.escape(mark)}]+[^\W_]*)*"
    return re.compile(rf"{letters}(?:'{letters})*{more}")


def plain(text: str) -> str:
    """Return a text in lower case, without HTML line breaks, with one way to write each letter and ``'``.

    Examples
    --------
    >>> plain("It\u2019s<BR/>FINE")
    "it's fine"
    """
    return unicodedata.normalize("NFKC", _LINE_BREAK.sub(" ", text)).replace("\u2019", "'").lower()


def tokenize(text: str) -> list[str]:
    """Cut a text into lower-case words, with exclamation and question marks as words of their own.

    Apostrophes inside a word stay (``don't`` is one word, with ``'`` or the curly one); HTML line breaks,
    which the IMDB reviews are full of, and other punctuation go. A language that writes no blanks between
    its words, such as Chinese, needs another tokenizer.

    Examples
    --------
    >>> tokenize("I DON'T know<br /><br />why... do you?!")
    ['i', "don't", 'know', 'why', 'do', 'you', '?', '!']
    >>> tokenize("...")
    []
    """
    return pattern("|[!?]").findall(plain(text))


class Vocabulary:
    """The words a model knows, each with its id.

    Id 0 is padding and id 1 every unknown word; the words follow, the most frequent first.

    Parameters
    ----------
    words : sequence of str
        The words from id 2 on: distinct, not empty, without white space at their ends.

    Raises
    ------
    InputError
        A word twice, an empty word, or one that holds a line break.

    Examples
    --------
    >>> vocabulary = Vocabulary(["good", "film"])
    >>> len(vocabulary), vocabulary.encode(["a", "good", "film"])
    (4, [1, 2, 3])
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words: tuple[str, ...] = tuple(words)
        self._ids = {word: i for i, word in enumerate(RESERVED + self.words)}
        if len(self._ids) != len(self):
            twice = [word for word, count in Counter(RESERVED + self.words).items() if count > 1]
            raise InputError("distinct words", f"{twice[0]!r} twice")
        for word in self.words:
            if word != word.strip() or len(word.splitlines()) != 1:
                raise InputError("words that each fill one line", repr(word))

    def __len__(self) -> int:
        """Return the number of ids, padding and unknown among them: the Embedding's ``input_dim``."""
        return len(RESERVED) + len(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self.words)} words)"

    @classmethod
    def build(
        cls, token_lists: Iterable[Sequence[str]], max_size: int | None = None, min_count: int = 1
    ) -> Vocabulary:
        """Count the words of the training texts and keep the most frequent; ties go by the alphabet.

        Parameters
        ----------
        token_lists : iterable of sequences of str
            The tokens of each text.
        max_size : int, optional
            The most ids there may be, the two reserved ones among them.
        min_count : int
            Leave out words that occur less often.
        """
        if max_size is not None and max_size < len(RESERVED) + 1:
            raise InputError(f"a vocabulary of at least {len(RESERVED) + 1} ids", str(max_size))
        counts: Counter[str] = Counter()
        for tokens in token_lists:
            counts.update(tokens)
        ranked = sorted((w for w, n in counts.items() if n >= min_count), key=lambda w: (-counts[w], w))
        return cls(ranked if max_size is None else ranked[: max_size - len(RESERVED)])

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Return one id per token; the empty text gives the empty list, which ``pad`` knows how to treat."""
        return [self._ids.get(token, UNKNOWN) for token in tokens]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Return the words of ids, padding left out.

        Examples
        --------
        >>> Vocabulary(["good", "film"]).decode([2, 1, 0])
        ['good', '[UNK]']
        """
        every = RESERVED + self.words
        return [every[i] for i in ids if i != PADDING]

    def save(self, path: str | Path) -> None:
        """Write one word a line, in UTF-8, so that counting lines from 0 gives the ids."""
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{word}\n" for word in RESERVED + self.words)

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Read what ``save`` wrote.

        Raises
        ------
        InputError
            No such file, not UTF-8, or not a vocabulary.
        """
        try:
            lines = Path(path).read_text(encoding="utf-8").split("\n")
        except OSError as error:
            raise InputError("a vocabulary file", f"{path} ({error.strerror or error})") from error
        except UnicodeDecodeError as error:
            raise InputError("a vocabulary file in UTF-8", f"other bytes in {path}") from error
        if tuple(lines[: len(RESERVED)]) != RESERVED or lines[-1] != "":
            raise InputError(f"a vocabulary that begins with {', '.join(RESERVED)}", f"{path}")
        return cls(lines[len(RESERVED) : -1])
