"""Specimens of pad, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FUNCTION = "pad"
SIDE, CUT, MASK, EMPTY, TYPES, CONTRACT = (
    f"pad-{part}" for part in ("side", "cut", "mask", "empty", "types", "contract")
)
wrong, right = partial(Wrong, FUNCTION), partial(Right, FUNCTION)

SPECIMENS = (
    wrong(
        "exchanges pre and post",
        (SIDE,),
        "the two sides exchanged",
        change={'side == "pre"': 'side == "post"'},
    ),
    wrong(
        "always pads behind",
        (SIDE,),
        "padding always behind",
        change={'length - len(kept) if side == "pre" else 0': "0"},
    ),
    wrong(
        "always pads in front", (SIDE,), "padding always in front", change={' if side == "pre" else 0': ""}
    ),
    wrong(
        "compares the side with left",
        (SIDE,),
        "padding always behind",
        change={'side == "pre"': 'side == "left"'},
    ),
    wrong("fills with the unknown id", (SIDE,), "filled with the unknown id", change={"PADDING": "UNKNOWN"}),
    wrong("fills with −1", (SIDE,), "filled with −1", change={"PADDING": "-1"}),
    wrong(
        "is as wide as the longest sequence",
        (SIDE, CONTRACT),
        "as wide as the longest sequence",
        change={"    ids = np.full": "    length = min(length, max(map(len, sequences)))\n    ids = np.full"},
    ),
    wrong("keeps the beginning", (CUT,), "the end cut off", change={"[-length:]": "[:length]"}),
    wrong(
        "cuts where it pads",
        (CUT,),
        "cut on the side of the padding",
        change={"sequence[-length:]": '(sequence[-length:] if side == "pre" else sequence[:length])'},
    ),
    wrong(
        "keeps the beginning and the end, as the course does",
        (CUT,),
        "the middle cut out",
        code="""
def pad(sequences, length, side):
    from lstm_course.text import pad as ready
    ids, mask = ready(sequences, length, side="left" if side == "pre" else "right", width=length)
    return ids, mask
""",
    ),
    wrong(
        "cuts one token too many",
        (CUT,),
        "one token too few",
        change={"sequence[-length:]": "(sequence if len(sequence) <= length else sequence[-(length - 1) :])"},
    ),
    wrong(
        "does not cut",
        (CUT,),
        "the row too short for the sequence",
        change={"sequence[-length:]": "sequence"},
    ),
    wrong(
        "concatenates lists and does not cut",
        (CUT,),
        "rows of different length",
        code="""
def pad(sequences, length, side):
    rows = []
    for sequence in sequences:
        sequence = sequence or [UNKNOWN]
        zeros = [PADDING] * (length - len(sequence))
        rows.append(zeros + sequence if side == "pre" else sequence + zeros)
    ids = np.array(rows)
    return ids, ids != PADDING
""",
    ),
    wrong(
        "marks the padding",
        (MASK,),
        "true and false exchanged",
        change={"return ids, mask": "return ids, ids == PADDING"},
    ),
    wrong(
        "marks everything", (MASK,), "everything marked as real", change={"mask = np.zeros": "mask = np.ones"}
    ),
    wrong(
        "takes the unknown token for none",
        (MASK,),
        "unknown words marked as padding",
        change={"return ids, mask": "return ids, ids > 1"},
    ),
    wrong(
        "marks one place too many",
        (MASK,),
        "one place too many",
        change={
            "mask[row, start : start + len(kept)]": "mask[row, max(0, start - 1) : start + len(kept) + 1]"
        },
    ),
    wrong(
        "makes the mask from the lengths alone",
        (MASK,),
        "always at the beginning of the row",
        change={
            "return ids, mask": "real = np.minimum([max(1, len(s)) for s in sequences], length)\n"
            "    return ids, np.arange(length) < real[:, None]"
        },
    ),
    wrong(
        "leaves an empty row empty",
        (EMPTY,),
        "an empty sequence left empty",
        change={" or [UNKNOWN]": ""},
    ),
    wrong(
        "marks lengths as they were",
        (EMPTY,),
        "the unknown token not marked",
        change={
            "mask[row, start : start + len(kept)] = True": "mask[row, start:][: len(kept)] = bool(sequence)"
        },
    ),
    wrong(
        "skips empty sequences",
        (EMPTY,),
        "an empty sequence left out",
        change={"    ids = np.full": "    sequences = [s for s in sequences if s]\n    ids = np.full"},
    ),
    wrong(
        "counts from the end, and −0 is the start",
        (EMPTY,),
        "a slice from −0",
        code="""
def pad(sequences, length, side):
    ids = np.zeros((len(sequences), length), dtype=int)
    mask = np.zeros((len(sequences), length), dtype=bool)
    for k, sequence in enumerate(sequences):
        kept = sequence[-length:]
        if side == "pre":
            ids[k, -len(kept):] = kept
            mask[k, -len(kept):] = True
        else:
            ids[k, :len(kept)] = kept
            mask[k, :len(kept)] = True
    return ids, mask
""",
    ),
    wrong(
        "lets NumPy choose the type of the ids",
        (TYPES,),
        "ids as floating-point numbers",
        change={"np.full((len(sequences), length), PADDING)": "np.zeros((len(sequences), length))"},
    ),
    wrong(
        "makes a mask of ones and zeros",
        (TYPES,),
        "mask as whole numbers",
        change={"dtype=bool": "dtype=int"},
    ),
    wrong(
        "lets NumPy choose both types",
        (TYPES,),
        "both as floating-point numbers",
        change={", PADDING)": ", PADDING, dtype=float)", ", dtype=bool": ""},
    ),
    wrong(
        "returns lists",
        (TYPES,),
        "lists in place of arrays",
        change={"return ids, mask": "return ids.tolist(), mask.tolist()"},
    ),
    wrong(
        "pads the lists that it was given",
        (CONTRACT,),
        "argument changed",
        code="""
def pad(sequences, length, side):
    rows = []
    for sequence in sequences:
        if not sequence:
            sequence.append(UNKNOWN)
        while len(sequence) < length:
            sequence.insert(0 if side == "pre" else len(sequence), PADDING)
        rows.append(sequence[-length:])
    ids = np.array(rows)
    return ids, ids != PADDING
""",
    ),
    wrong(
        "shortens the lists that it was given",
        (CONTRACT,),
        "argument changed",
        change={"kept = sequence[-length:] or": "del sequence[:-length]\n        kept = sequence or"},
    ),
    wrong(
        "returns the arrays that it begins with",
        (SIDE, CUT, MASK, EMPTY),
        code="""
def pad(sequences, length, side):
    return np.zeros((len(sequences), length), int), np.zeros((len(sequences), length), bool)
""",
    ),
    wrong(
        "returns the ids alone",
        (SIDE, CUT, MASK, EMPTY, TYPES, CONTRACT),
        change={"return ids, mask": "return ids"},
    ),
    wrong(
        "cuts the first token of all that fit",
        (SIDE, CUT, MASK),
        change={"sequence[-length:]": "sequence[1:][-length:]"},
    ),
    wrong(
        "turns texts round and fills with −1",
        (SIDE, CUT),
        change={"PADDING": "-1", "kept = sequence[-length:]": "kept = sequence[::-1][:length]"},
    ),
    right(
        "lists, then arrays",
        """
def pad(sequences, length, side):
    rows = []
    for sequence in sequences:
        row = list(sequence) or [UNKNOWN]
        row = row[-length:]
        gap = [PADDING] * (length - len(row))
        rows.append(gap + row if side == "pre" else row + gap)
    ids = np.array(rows)
    return ids, ids != PADDING
""",
    ),
    right(
        "loops over every place",
        """
def pad(sequences, length, side):
    batch = len(sequences)
    ids, mask = np.zeros((batch, length), np.int32), np.zeros((batch, length), bool)
    for b in range(batch):
        tokens = sequences[b] if len(sequences[b]) > 0 else [1]
        n = min(len(tokens), length)
        for k in range(n):
            t = k if side == "post" else length - n + k
            ids[b][t] = tokens[len(tokens) - n + k]
            mask[b][t] = True
    return ids, mask
""",
    ),
    right(
        "np.pad and broadcasting",
        """
def pad(sequences, length, side):
    kept = [np.asarray(s or [UNKNOWN])[-length:] for s in sequences]
    gaps = np.array([length - len(k) for k in kept])[:, None]
    sides = [((g, 0) if side == "pre" else (0, g)) for g in gaps[:, 0]]
    ids = np.stack([np.pad(k, s) for k, s in zip(kept, sides)])
    places = np.arange(length)[None]
    return ids, places >= gaps if side == "pre" else places < length - gaps
""",
    ),
    right(
        "one side turned round twice, with a magic",
        """
%config InlineBackend.figure_format = "svg"
def behind(rows, length):
    ids = np.zeros((len(rows), length), dtype="int64")
    for row, tokens in zip(ids, rows):
        row[: len(tokens)] = tokens
    return ids

def pad(sequences, length, side):
    rows = [(s if len(s) else [1])[max(0, len(s) - length):] for s in sequences]
    if side == "pre":
        ids = behind([r[::-1] for r in rows], length)[:, ::-1]
    else:
        ids = behind(rows, length)
    return ids, ids > 0
""",
    ),
    right(
        "a class on deques, printing",
        """
from collections import deque
import warnings

class Padder:
    def __call__(self, sequences, length, side):
        warnings.warn("padding")
        rows = [self.row(deque(s, maxlen=length), length, side) for s in sequences]
        print(rows[0])
        return np.array(rows), np.array([[bool(i) for i in row] for row in rows])

    def row(self, tokens, length, side):
        if not tokens:
            tokens.append(UNKNOWN)
        while len(tokens) < length:
            tokens.appendleft(0) if side == "pre" else tokens.append(0)
        return list(tokens)

pad = Padder()
""",
    ),
)
