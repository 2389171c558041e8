"""Specimens of build_vocabulary, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FUNCTION = "build_vocabulary"
ORDER, TIES, SIZE, CONTRACT = (f"vocabulary-{part}" for part in ("order", "ties", "size", "contract"))
wrong, right = partial(Wrong, FUNCTION), partial(Right, FUNCTION)

SPECIMENS = (
    wrong(
        "sorts by rising counts",
        (ORDER,),
        "rarest first",
        change={"(-counts[word], word)": "(counts[word], word)"},
    ),
    wrong("forgets the reserved ids", (ORDER,), "ids from 0", change={", start=2": ""}),
    wrong("reserves one id only", (ORDER,), "ids from 1", change={"start=2": "start=1"}),
    wrong(
        "takes the alphabet alone",
        (ORDER,),
        "alphabetical order",
        change={", key=lambda word: (-counts[word], word)": ""},
    ),
    wrong(
        "numbers words as they are met",
        (ORDER, TIES),
        ("order of first appearance", "ties in the order of reading"),
        code="""
def build_vocabulary(texts, size):
    vocabulary = {}
    for tokens in texts:
        for token in tokens:
            if token not in vocabulary and len(vocabulary) < size - 2:
                vocabulary[token] = len(vocabulary) + 2
    return vocabulary
""",
    ),
    wrong(
        "counts in how many texts a word occurs",
        (ORDER,),
        "texts counted in place of occurrences",
        change={"update(tokens)": "update(set(tokens))"},
    ),
    wrong(
        "starts a new count for every text",
        (ORDER,),
        "only the last text counted",
        code="""
def build_vocabulary(texts, size):
    words = []
    for tokens in texts:
        counts = {}
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
        words = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: k + 2 for k, word in enumerate(words[: size - 2])}
""",
    ),
    wrong(
        "leaves the loop after one text",
        (ORDER, CONTRACT),
        ("only the first text counted", "nothing returned"),
        code="""
def build_vocabulary(texts, size):
    counts = {}
    for tokens in texts:
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
        ordered = sorted(counts, key=lambda word: (-counts[word], word))
        return {word: k + 2 for k, word in enumerate(ordered[: size - 2])}
""",
    ),
    wrong(
        "maps ids to words",
        (ORDER, TIES, SIZE),
        "ids to words in place of words to ids",
        change={"{word: number for": "{number: word for"},
    ),
    wrong(
        "lists the reserved tokens, too",
        (ORDER,),
        "reserved ids in the dict",
        code="""
def build_vocabulary(texts, size):
    from collections import Counter
    counts = Counter(token for tokens in texts for token in tokens)
    words = ["[PAD]", "[UNK]"] + sorted(counts, key=lambda word: (-counts[word], word))
    return {word: k for k, word in enumerate(words[:size])}
""",
    ),
    wrong(
        "leaves ties to most_common",
        (TIES,),
        "ties in the order of reading",
        code="""
from collections import Counter

def build_vocabulary(texts, size):
    counts = Counter()
    for tokens in texts:
        counts.update(tokens)
    return {word: k + 2 for k, (word, _) in enumerate(counts.most_common(size - 2))}
""",
    ),
    wrong(
        "turns pairs of count and word round together",
        (TIES,),
        "ties backwards",
        change={"key=lambda word: (-counts[word], word)": "key=lambda w: (counts[w], w), reverse=True"},
    ),
    wrong(
        "takes size for the number of words",
        (SIZE,),
        "reserved ids not counted",
        change={"ranked[: size - 2]": "ranked[:size]"},
    ),
    wrong(
        "subtracts three", (SIZE,), "one word too few", change={"ranked[: size - 2]": "ranked[: size - 3]"}
    ),
    wrong("never cuts", (SIZE,), "size ignored", change={"ranked[: size - 2]": "ranked"}),
    wrong(
        "keeps the end of the list and numbers it anew",
        (SIZE,),
        "the rarest words kept",
        change={"ranked[: size - 2]": "ranked[-(size - 2) :]"},
    ),
    wrong(
        "asks whether there is room after each word, and so never where there is none",
        (CONTRACT,),
        "room asked for after each word",
        code="""
def build_vocabulary(texts, size):
    counts = Counter(token for tokens in texts for token in tokens)
    vocabulary = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        vocabulary[word] = len(vocabulary) + 2
        if len(vocabulary) == size - 2:
            break
    return vocabulary
""",
    ),
    wrong(
        "takes one word at least",
        (CONTRACT,),
        change={"ranked[: size - 2]": "ranked[: max(1, size - 2)]"},
    ),
    wrong(
        "drops words that occur once",
        (ORDER,),
        change={"enumerate(ranked[: size - 2]": "enumerate([w for w in ranked if counts[w] > 1][: size - 2]"},
    ),
    wrong(
        "sorts the texts that it was given",
        (CONTRACT,),
        "argument changed",
        change={"for tokens in texts:": "for tokens in texts:\n        tokens.sort()"},
    ),
    wrong(
        "counts by length of the word and from 0",
        (ORDER, TIES),
        change={"(-counts[word], word)": "(-counts[word] * len(word), word)", "start=2": "start=0"},
    ),
    wrong(
        "keeps its counter between calls",
        (ORDER, TIES, SIZE, CONTRACT),
        ("memory between calls",),
        code="""
from collections import Counter

counts = Counter()

def build_vocabulary(texts, size):
    for tokens in texts:
        counts.update(tokens)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: k + 2 for k, word in enumerate(ranked[: size - 2])}
""",
    ),
    right(
        "Counter and items",
        """
from collections import Counter
from itertools import chain

def build_vocabulary(texts, size):
    table = Counter(chain.from_iterable(texts))
    pairs = sorted(table.items(), key=lambda pair: (-pair[1], pair[0]))[: size - 2]
    return dict(zip((word for word, _ in pairs), range(2, size)))
""",
    ),
    right(
        "two stable sorts and prints",
        """
%time 1 + 1
def build_vocabulary(texts, size):
    words = sum(texts, [])
    print(len(words), "tokens")
    different = sorted(set(words))
    different.sort(key=words.count, reverse=True)
    vocabulary = {}
    for word in different:
        if len(vocabulary) + 2 == size:
            break
        vocabulary[word] = len(vocabulary) + 2
    return vocabulary
""",
    ),
    right(
        "NumPy's unique",
        """
def build_vocabulary(texts, size):
    flat = np.array([token for tokens in texts for token in tokens], dtype=object)
    if not len(flat):
        return {}
    words, counts = np.unique(flat.astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")[: size - 2]
    return {str(words[k]): place + 2 for place, k in enumerate(order)}
""",
    ),
    right(
        "picks the best word again and again",
        """
from collections import defaultdict

class Builder:
    def __call__(self, texts, size):
        left = defaultdict(int)
        for tokens in texts:
            for token in tokens:
                left[token] += 1
        found = {}
        while left and len(found) < size - 2:
            best = min(left, key=lambda word: (-left[word], word))
            del left[best]
            found[best] = 2 + len(found)
        return found

build_vocabulary = Builder()
""",
    ),
    right(
        "helper functions and a warning",
        """
import warnings
from collections import Counter

def _counts(texts):
    return Counter(t for text in texts for t in text)

def _rank(counts):
    return [w for n, w in sorted((-n, w) for w, n in counts.items())]

def build_vocabulary(texts, size):
    warnings.warn("counting")
    return {w: i for i, w in enumerate(["<p>", "<u>", *_rank(_counts(texts))][:size]) if i >= 2}
""",
    ),
)
