"""Specimens of bag_of_words, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FUNCTION = "bag_of_words"
COUNTS, MASK, CONTRACT = (f"bag-{part}" for part in ("counts", "mask", "contract"))
wrong, right = partial(Wrong, FUNCTION), partial(Right, FUNCTION)
ADD = "np.add.at(counts, (rows, ids[rows, places]), 1)"

SPECIMENS = (
    wrong(
        "adds by item assignment",
        (COUNTS,),
        "repeated words counted once",
        change={ADD: "counts[rows, ids[rows, places]] += 1"},
    ),
    wrong(
        "only marks what occurs",
        (COUNTS,),
        "repeated words counted once",
        change={"return counts": "return (counts > 0).astype(float)"},
    ),
    wrong(
        "divides by the length",
        (COUNTS,),
        "shares in place of counts",
        change={"return counts": "return counts / np.maximum(1, mask.sum(axis=1, keepdims=True))"},
    ),
    wrong(
        "counts the whole batch at once",
        (COUNTS, MASK),
        "the whole batch in every row",
        code="""
def bag_of_words(ids, mask, size):
    return np.tile(np.bincount(ids[mask], minlength=size), (len(ids), 1))
""",
    ),
    wrong(
        "sums over the texts, too",
        (COUNTS, MASK, CONTRACT),
        "one row for the whole batch",
        code="""
def bag_of_words(ids, mask, size):
    one_hot = (ids[..., None] == np.arange(size)) & mask[..., None]
    return one_hot.sum(axis=(0, 1))
""",
    ),
    wrong(
        "adds the id",
        (COUNTS,),
        "ids added up in place of ones",
        change={ADD: "np.add.at(counts, (rows, ids[rows, places]), ids[rows, places])"},
    ),
    wrong(
        "takes unknown words for padding",
        (COUNTS,),
        "unknown words left out",
        change={"np.nonzero(mask)": "np.nonzero(mask & (ids > 1))"},
    ),
    wrong(
        "drops the reserved columns",
        (COUNTS, CONTRACT),
        "reserved columns left out",
        change={"return counts": "return counts[:, 2:]"},
    ),
    wrong(
        "ignores the mask",
        (MASK,),
        "padding counted",
        change={"np.nonzero(mask)": "np.nonzero(np.ones_like(mask))"},
    ),
    wrong(
        "multiplies ids by the mask",
        (MASK,),
        "masked places counted as id 0",
        code="""
def bag_of_words(ids, mask, size):
    return np.stack([np.bincount(row, minlength=size) for row in ids * mask])
""",
    ),
    wrong(
        "trusts that padding is 0",
        (MASK,),
        "column 0 cleared in place of the mask",
        code="""
def bag_of_words(ids, mask, size):
    counts = np.array([np.bincount(row, minlength=size) for row in ids], dtype=float)
    counts[:, PADDING] = 0
    return counts
""",
    ),
    wrong(
        "asks for ids that are not 0",
        (MASK,),
        "column 0 cleared in place of the mask",
        change={"np.nonzero(mask)": "np.nonzero(ids)"},
    ),
    wrong(
        "turns the mask round",
        (COUNTS, MASK),
        ("mask turned round", "padding counted"),
        change={"np.nonzero(mask)": "np.nonzero(~mask)"},
    ),
    wrong(
        "believes that texts begin at the left",
        (MASK,),
        "the first places in place of the real ones",
        code="""
def bag_of_words(ids, mask, size):
    counts = np.zeros((len(ids), size))
    for b, length in enumerate(mask.sum(axis=1)):
        for number in ids[b, :length]:
            counts[b, number] += 1
    return counts
""",
    ),
    wrong(
        "breaks at padding",
        (MASK,),
        "reading ends at the first padding",
        code="""
def bag_of_words(ids, mask, size):
    counts = np.zeros((len(ids), size))
    for b in range(len(ids)):
        for t in range(ids.shape[1]):
            if not mask[b, t]:
                break
            counts[b, ids[b, t]] += 1
    return counts
""",
    ),
    wrong(
        "clears padding in the ids that it was given",
        (CONTRACT,),
        "argument changed",
        code="""
def bag_of_words(ids, mask, size):
    ids[~mask] = 0
    counts = np.stack([np.bincount(row, minlength=size) for row in ids])
    counts[:, 0] = 0
    return counts
""",
    ),
    wrong(
        "leaves the bins to the data",
        (COUNTS, MASK, CONTRACT),
        code="""
def bag_of_words(ids, mask, size):
    return np.stack([np.bincount(row[real]) for row, real in zip(ids, mask)])
""",
    ),
    wrong(
        "drops the axis of a batch of one",
        (CONTRACT,),
        "dropped axes",
        change={"return counts": "return counts.squeeze()"},
    ),
    wrong(
        "counts twice and shifts the columns by one",
        (COUNTS,),
        change={ADD: "np.add.at(counts, (rows, ids[rows, places] - 1), 2)"},
    ),
    wrong("caps every count at two", (COUNTS,), change={"return counts": "return np.minimum(counts, 2)"}),
    right(
        "one-hot vectors and a sum",
        """
def bag_of_words(ids, mask, size):
    one_hot = np.eye(size)[ids]
    return (one_hot * mask[:, :, None]).sum(axis=1)
""",
    ),
    right(
        "einsum in single precision",
        """
def bag_of_words(ids, mask, size):
    one_hot = (ids[..., None] == np.arange(size)).astype(np.float32)
    return np.einsum("bt,btv->bv", mask.astype(np.float32), one_hot)
""",
    ),
    right(
        "bincount row by row",
        """
def bag_of_words(ids, mask, size):
    return np.stack([np.bincount(row[real], minlength=size) for row, real in zip(ids, mask)])
""",
    ),
    right(
        "loops over everything",
        """
def bag_of_words(ids, mask, size):
    counts = np.zeros((ids.shape[0], size))
    for b in range(ids.shape[0]):
        for t in range(ids.shape[1]):
            for v in range(size):
                if mask[b, t] and ids[b, t] == v:
                    counts[b, v] = counts[b, v] + 1
    return counts
""",
    ),
    right(
        "bincount with an extra column for padding",
        """
def bag_of_words(ids, mask, size):
    ids = np.where(mask, ids, size) + (size + 1) * np.arange(len(ids))[:, None]
    flat = np.bincount(ids.ravel(), minlength=len(ids) * (size + 1))
    print(flat.sum())
    return flat.reshape(len(ids), size + 1)[:, :size].astype(float)
""",
    ),
    right(
        "Counter and a class",
        """
from collections import Counter

class Bag:
    def __call__(self, ids, mask, size):
        bags = [Counter(row[real].tolist()) for row, real in zip(ids, mask)]
        return np.array([[bag[number] for number in range(size)] for bag in bags])

bag_of_words = Bag()
""",
    ),
)
