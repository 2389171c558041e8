"""Specimens of predict, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

VALUE, JUDGED = "predict-value", "predict-contract"
wrong, right = partial(Wrong, "predict"), partial(Right, "predict")

SPECIMENS = (
    wrong("forgets the bias", (VALUE,), "bias left out", change={" + bias": ""}),
    wrong(
        "adds the bias to each weight",
        (VALUE,),
        "bias weighed by the number of words",
        change={"counts @ weights + bias": "counts @ (weights + bias)"},
    ),
    wrong("subtracts the bias", (VALUE,), "bias taken away", change={"+ bias": "- bias"}),
    wrong(
        "counts every word once", (VALUE,), "every word counted once", change={"counts @": "(counts > 0) @"}
    ),
    wrong(
        "returns the sums",
        (VALUE,),
        "sums in place of verdicts",
        change={"(scores > 0).astype(int)": "scores"},
    ),
    wrong(
        "returns probabilities",
        (VALUE,),
        "probabilities in place of verdicts",
        change={"(scores > 0).astype(int)": "1 / (1 + np.exp(-scores))"},
    ),
    wrong(
        "takes negative sums for positive",
        (VALUE,),
        "verdicts exchanged",
        change={"scores > 0": "scores < 0"},
    ),
    wrong("cuts sums at one half", (VALUE,), "threshold at one half", change={"scores > 0": "scores > 0.5"}),
    wrong(
        "cuts probabilities at zero",
        (VALUE,),
        "probability compared with 0",
        change={"scores > 0": "1 / (1 + np.exp(-scores)) > 0"},
    ),
    wrong(
        "returns the sign",
        (VALUE,),
        "verdicts −1 and 1",
        change={"(scores > 0).astype(int)": "np.sign(scores)"},
    ),
    wrong(
        "calls zero positive",
        (JUDGED,),
        "a sum of zero called positive",
        change={"scores > 0": "scores >= 0"},
    ),
    wrong(
        "rounds the probability up",
        (JUDGED,),
        "a sum of zero called positive",
        change={"(scores > 0)": "np.floor(1 / (1 + np.exp(-scores)) + 0.5)"},
    ),
    wrong(
        "divides by the number of words",
        (VALUE,),
        "bias weighed by the number of words",
        change={"counts @ weights": "counts @ weights / np.maximum(counts.sum(axis=1), 1)"},
    ),
    wrong(
        "returns a column",
        (JUDGED,),
        change={"(scores > 0).astype(int)": "(scores > 0).astype(int)[:, None]"},
    ),
    wrong(
        "returns a number for one review",
        (JUDGED,),
        "dropped axes",
        change={"(scores > 0).astype(int)": "np.squeeze((scores > 0).astype(int))"},
    ),
    wrong(
        "compares with the mean of the batch",
        (VALUE,),
        change={"scores > 0": "scores > scores.mean()"},
    ),
    right(
        "loops",
        """
def predict(counts, weights, bias):
    labels = []
    for row in counts:
        total = bias
        for n, w in zip(row, weights):
            total += n * w
        labels.append(1 if total > 0 else 0)
    return np.array(labels)
""",
    ),
    right(
        "truth values from einsum",
        """
def predict(counts, weights, bias):
    return np.einsum("bv,v->b", counts, weights) > -bias
""",
    ),
    right(
        "a sigmoid and a threshold of one half",
        """
def sigmoid(a):
    return 1 / (1 + np.exp(-a))

def predict(counts, weights, bias):
    return np.where(sigmoid((counts * weights).sum(axis=1) + bias) > 0.5, 1, 0)
""",
    ),
    right(
        "single precision, vectorised by NumPy",
        """
def predict(counts, weights, bias):
    sums = counts.astype(np.float32).dot(weights.astype(np.float32)) + np.float32(bias)
    return np.vectorize(lambda s: int(s > 0))(sums)
""",
    ),
    right(
        "a comprehension in a class",
        """
class Judge:
    def __call__(self, counts, weights, bias):
        return np.array([int(np.dot(row, weights) + bias > 0) for row in counts], dtype=float)

predict = Judge()
""",
    ),
)
