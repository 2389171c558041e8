"""Specimens for count_bigrams."""

from tests.bug_zoo.zoo import Right, Wrong

F = "count_bigrams"
COUNTS, SMOOTHED, NEW, CONTRACT = "bigrams-counts", "bigrams-smoothed", "bigrams-new", "bigrams-contract"
ADD = "np.add.at(counts, (ids[:-1], ids[1:]), 1)"
KEPT, TOP = "np.maximum(counts - discount, 0)", "(kept + discount * followers * shorter)"

SPECIMENS = (
    Wrong(
        F,
        "rows and columns the wrong way round",
        (COUNTS,),
        "rows and columns exchanged",
        change={"(ids[:-1], ids[1:])": "(ids[1:], ids[:-1])"},
    ),
    Wrong(
        F,
        "fancy indexing with +=",
        (COUNTS,),
        "every pair counted once at most",
        change={ADD: "counts[ids[:-1], ids[1:]] += 1"},
    ),
    Wrong(
        F,
        "wraps around with np.roll",
        (COUNTS,),
        "pair of the last and the first character",
        change={"(ids[:-1], ids[1:])": "(ids, np.roll(ids, -1))"},
    ),
    Wrong(
        F,
        "ends the loop one pair too early",
        (COUNTS,),
        "the last pair left out",
        change={ADD: "for t in range(len(ids) - 2):\n        counts[ids[t], ids[t + 1]] += 1"},
    ),
    Wrong(
        F,
        "cuts the text into pairs",
        (COUNTS,),
        "every second pair only",
        change={ADD: "for t in range(0, len(ids) - 1, 2):\n        counts[ids[t], ids[t + 1]] += 1"},
    ),
    Wrong(
        F,
        "counts skipped pairs: a character and the one after the next",
        (COUNTS,),
        change={"(ids[:-1], ids[1:])": "(ids[:-2], ids[2:])"},
    ),
    Wrong(
        F,
        "subtracts without max",
        (SMOOTHED,),
        "no maximum with zero",
        change={KEPT: "counts - discount"},
    ),
    Wrong(
        F,
        "adds the second term and subtracts nothing",
        (SMOOTHED,),
        "discount not subtracted",
        change={KEPT: "counts"},
    ),
    Wrong(
        F,
        "subtracts and hands nothing on",
        (SMOOTHED,),
        "nothing handed to the shorter model",
        change={TOP: "kept"},
    ),
    Wrong(
        F,
        "forgets D(u)",
        (SMOOTHED,),
        "number of followers left out",
        change={" * followers": ""},
    ),
    Wrong(
        F,
        "counts predecessors in place of followers",
        (SMOOTHED,),
        "followers summed over the contexts",
        change={
            "followers = (counts > 0).sum(axis=1, keepdims=True)": "followers = (counts > 0).sum(axis=0)"
        },
    ),
    Wrong(
        F,
        "broadcasts the shorter model down the rows",
        (SMOOTHED,),
        "shorter model of the context",
        change={"followers * shorter)": "followers * shorter[:, None])"},
    ),
    Wrong(
        F,
        "one added to every count",
        (SMOOTHED, NEW),
        ("one added to every count", "uniform distribution for new contexts"),
        code="""
def count_bigrams(ids, shorter, discount):
    V = len(shorter)
    counts = np.zeros((V, V))
    for a, b in zip(ids, ids[1:]):
        counts[a, b] += 1
    return counts, (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        F,
        "raw frequencies, zeros where nothing was counted",
        (SMOOTHED, NEW),
        ("plain relative frequencies", "zeros for new contexts"),
        change={
            "(kept + discount * followers * shorter) / np.maximum": "counts / np.maximum",
            "p = np.where(total > 0, p, shorter)": "",
        },
    ),
    Wrong(
        F,
        "squares the discount",
        (SMOOTHED,),
        change={KEPT: "np.maximum(counts - discount**2, 0)"},
    ),
    Wrong(
        F,
        "divides by zero for new contexts",
        (NEW,),
        "division of zero by zero",
        change={"np.maximum(total, 1)": "total", "p = np.where(total > 0, p, shorter)": ""},
    ),
    Wrong(
        F,
        "leaves zeros for new contexts",
        (NEW,),
        "zeros for new contexts",
        change={"p = np.where(total > 0, p, shorter)": ""},
    ),
    Wrong(
        F,
        "the uniform distribution for new contexts",
        (NEW,),
        "uniform distribution for new contexts",
        change={"np.where(total > 0, p, shorter)": "np.where(total > 0, p, 1 / size)"},
    ),
    Wrong(
        F,
        "takes the context of the last character for one that was counted",
        (NEW,),
        code="""
def count_bigrams(ids, shorter, discount):
    size = len(shorter)
    counts = np.zeros((size, size))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    p = np.tile(shorter, (size, 1))
    for u in range(size):
        if (ids == u).any():
            row = counts[u]
            p[u] = np.maximum(row - discount, 0) + discount * (row > 0).sum() * shorter
            p[u] /= max(row.sum(), 1)
    return counts, p
""",
    ),
    Wrong(
        F,
        "counts in an array of the ids' type",
        (CONTRACT,),
        "counts in the type of the ids",
        change={"np.zeros((size, size))": "np.zeros((size, size), ids.dtype)"},
    ),
    Wrong(
        F,
        "makes one number of two ids of one byte",
        (CONTRACT,),
        change={
            ADD: "keys = ids[:-1] * size + ids[1:]\n"
            "    counts = np.bincount(keys, minlength=size * size)[: size * size].reshape(size, size)"
        },
    ),
    Wrong(
        F,
        "multiplies the shorter model by the discount in place",
        (CONTRACT,),
        "argument changed",
        change={
            "p = (kept + discount * followers * shorter)": "shorter *= discount\n    p = (kept + followers * shorter)",
            "np.where(total > 0, p, shorter)": "np.where(total > 0, p, shorter / discount)",
        },
    ),
    Right(
        F,
        "loops over everything, integer counts",
        code="""
def count_bigrams(ids, shorter, discount):
    V = len(shorter)
    counts = [[0] * V for _ in range(V)]
    for t in range(1, len(ids)):
        counts[ids[t - 1]][ids[t]] += 1
    p = np.empty((V, V))
    for u in range(V):
        n, kinds = sum(counts[u]), sum(1 for c in counts[u] if c)
        for w in range(V):
            if n == 0:
                p[u, w] = shorter[w]
            else:
                p[u, w] = (max(counts[u][w] - discount, 0) + discount * kinds * shorter[w]) / n
    return np.array(counts), p
""",
    ),
    Right(
        F,
        "a Counter and a comprehension",
        code="""
from collections import Counter

def count_bigrams(ids, shorter, discount):
    size = range(len(shorter))
    pairs = Counter(zip(ids.tolist(), ids.tolist()[1:]))
    counts = np.array([[pairs[u, w] for w in size] for u in size], dtype=float)
    total = counts.sum(1)
    freed = discount * np.count_nonzero(counts, axis=1)
    lam = np.divide(freed, total, out=np.ones(len(total)), where=total > 0)
    kept = np.clip(counts - discount, 0, None) / np.where(total, total, 1)[:, None]
    return counts, kept + np.outer(lam, shorter)
""",
    ),
    Right(
        F,
        "one-hot rows and a matrix product, single precision",
        code="""
def count_bigrams(ids, shorter, discount):
    hot = np.eye(len(shorter), dtype=np.float32)[ids]
    counts = hot[:-1].T @ hot[1:]
    total = counts.sum(axis=1)[:, None]
    kinds = (counts > 0).sum(axis=1)[:, None].astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = (np.maximum(counts - discount, 0) + discount * kinds * shorter) / total
    p[np.isnan(p).any(axis=1)] = shorter
    return counts, p.astype(np.float32)
""",
    ),
    Right(
        F,
        "np.bincount of wider keys, sums by einsum, prints",
        code="""
def count_bigrams(ids, shorter, discount):
    V = shorter.shape[0]
    wide = ids.astype(np.int64)
    counts = np.bincount(wide[:-1] * V + wide[1:], minlength=V * V).reshape(V, V).astype(float)
    n_u = np.einsum("uw->u", counts)
    d_u = np.einsum("uw->u", (counts > 0) * 1.0)
    print(n_u)
    p = np.where(counts > 0, counts - discount, 0.0) + discount * np.einsum("u,w->uw", d_u, shorter)
    new = n_u == 0
    p[~new] /= n_u[~new, None]
    p[new] = shorter
    return counts, p
""",
    ),
    Right(
        F,
        "a class with small methods",
        code="""
class Bigrams:
    def __init__(self, ids, shorter, d):
        self.p_w, self.d, self.V = shorter, d, len(shorter)
        self.N = np.histogram2d(ids[:-1], ids[1:], bins=np.arange(self.V + 1) - 0.5)[0]

    def row(self, u):
        n = self.N[u]
        if not n.any():
            return self.p_w
        return (np.maximum(n - self.d, 0) + self.d * np.sum(n > 0) * self.p_w) / n.sum()

def count_bigrams(ids, shorter, discount):
    model = Bigrams(ids, shorter, discount)
    return model.N, np.vstack([model.row(u) for u in range(model.V)])
""",
    ),
)
