"""Specimens of encode, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FUNCTION = "encode"
KNOWN, UNKNOWN, CONTRACT = (f"encode-{part}" for part in ("known", "unknown", "contract"))
wrong, right = partial(Wrong, FUNCTION), partial(Right, FUNCTION)

SPECIMENS = (
    wrong(
        "skips unknown words",
        (UNKNOWN,),
        "unknown words left out",
        change={"for token in tokens:": "for token in filter(vocabulary.get, tokens):"},
    ),
    wrong(
        "takes padding for unknown words",
        (UNKNOWN,),
        "unknown words as padding",
        change={"UNKNOWN": "PADDING"},
    ),
    wrong(
        "looks words up without a way out",
        (UNKNOWN,),
        "no answer for an unknown word",
        change={" if known else UNKNOWN": ""},
    ),
    wrong(
        "leaves get without an answer",
        (UNKNOWN,),
        "unknown words as None",
        change={"vocabulary[token] if known else UNKNOWN": "vocabulary.get(token)"},
    ),
    wrong("borrows −1 from str.find", (UNKNOWN,), "unknown words as −1", change={"UNKNOWN": "-1"}),
    wrong(
        "gives unknown words the id after the last",
        (UNKNOWN,),
        "unknown words as a new id",
        change={"UNKNOWN": "len(vocabulary) + 2"},
    ),
    wrong(
        "leaves unknown words as text",
        (UNKNOWN,),
        "unknown words as they are",
        change={"UNKNOWN": "token"},
    ),
    wrong(
        "stops at the first unknown word",
        (UNKNOWN,),
        "text ends at the first unknown word",
        code="""
def encode(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token not in vocabulary:
            break
        ids.append(vocabulary[token])
    return ids
""",
    ),
    wrong(
        "lets the vocabulary learn new words",
        (UNKNOWN, CONTRACT),
        "argument changed",
        code="""
def encode(tokens, vocabulary):
    for token in tokens:
        if token not in vocabulary:
            vocabulary[token] = len(vocabulary) + 2
    return [vocabulary[token] for token in tokens]
""",
    ),
    wrong(
        "writes unknown words into the vocabulary",
        (CONTRACT,),
        "argument changed",
        change={"vocabulary[token] if known else UNKNOWN": "vocabulary.setdefault(token, UNKNOWN)"},
    ),
    wrong(
        "writes a mark over the unknown tokens",
        (CONTRACT,),
        "argument changed",
        code="""
def encode(tokens, vocabulary):
    for place, token in enumerate(tokens):
        if token not in vocabulary:
            tokens[place] = "[UNK]"
    return [vocabulary.get(token, UNKNOWN) for token in tokens]
""",
    ),
    wrong(
        "goes through the set of tokens",
        (KNOWN, UNKNOWN),
        ("every word only once",),
        change={"for token in tokens:": "for token in dict.fromkeys(tokens):"},
    ),
    wrong(
        "sorts the tokens",
        (KNOWN, UNKNOWN),
        ("order of the tokens lost",),
        change={"for token in tokens:": "for token in sorted(tokens):"},
    ),
    wrong(
        "uses the place in the list of words",
        (KNOWN,),
        "places in the dict, counted from 2",
        code="""
def encode(tokens, vocabulary):
    words = list(vocabulary)
    return [words.index(token) + 2 if token in words else 1 for token in tokens]
""",
    ),
    wrong(
        "uses the place in the list of words, from 0",
        (KNOWN,),
        "places in the dict in place of ids",
        code="""
def encode(tokens, vocabulary):
    words = list(vocabulary)
    return [words.index(token) if token in words else UNKNOWN for token in tokens]
""",
    ),
    wrong(
        "collects in a default argument",
        (KNOWN, UNKNOWN, CONTRACT),
        "memory between calls",
        code="""
def encode(tokens, vocabulary, ids=[]):
    for token in tokens:
        ids.append(vocabulary.get(token, UNKNOWN))
    return ids
""",
    ),
    wrong("forgets to return", (KNOWN, UNKNOWN, CONTRACT), "nothing returned", change={"    return ids": ""}),
    wrong(
        "adds the two reserved ids to every id",
        (KNOWN, UNKNOWN),
        change={"vocabulary[token] if known else UNKNOWN": "vocabulary.get(token, UNKNOWN) + 2"},
    ),
    right(
        "a loop",
        """
def encode(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token in vocabulary:
            ids.append(vocabulary[token])
        else:
            ids.append(UNKNOWN)
    return ids
""",
    ),
    right(
        "try and except",
        """
def look_up(token, vocabulary):
    try:
        return vocabulary[token]
    except KeyError:
        return 1

def encode(tokens, vocabulary):
    print("encoding", len(tokens), "tokens")
    return list(map(lambda token: look_up(token, vocabulary), tokens))
""",
    ),
    right(
        "a defaultdict made of the vocabulary",
        """
from collections import defaultdict

def encode(tokens, vocabulary):
    open_ended = defaultdict(lambda: UNKNOWN, vocabulary)
    return [open_ended[token] for token in tokens]
""",
    ),
    right(
        "recursion",
        """
def encode(words, ids):
    if not words:
        return []
    return [ids[words[0]] if words[0] in ids else UNKNOWN] + encode(words[1:], ids)
""",
    ),
    right(
        "an array of NumPy",
        """
def encode(tokens, vocabulary):
    ids = np.ones(len(tokens), dtype=np.int32)
    for place, token in enumerate(tokens):
        ids[place] = vocabulary.get(token, ids[place])
    return ids.tolist()
""",
    ),
    right(
        "a generator, and a class",
        """
class Encoder:
    def __call__(self, tokens, vocabulary):
        return list(self.each(tokens, vocabulary))

    def each(self, tokens, vocabulary):
        for token in tokens:
            yield vocabulary.get(token) or UNKNOWN

encode = Encoder()
""",
    ),
)
