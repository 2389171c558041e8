"""Specimens of fit_naive_bayes, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

WEIGHTS, BIAS, FITTED = "bayes-weights", "bayes-bias", "bayes-contract"
wrong, right = partial(Wrong, "fit_naive_bayes"), partial(Right, "fit_naive_bayes")
N1, N0 = (
    "positive = counts[labels == 1].sum(axis=0) + smoothing",
    "negative = counts[labels == 0].sum(axis=0) + smoothing",
)
W, B = (
    "np.log(positive / positive.sum()) - np.log(negative / negative.sum())",
    "np.log((labels == 1).sum() / (labels == 0).sum())",
)

SPECIMENS = (
    wrong(
        "takes 0 for positive",
        (WEIGHTS, BIAS),
        "the classes exchanged",
        change={
            "(labels == 1).sum() / (labels == 0).sum()": "(labels == 0).sum() / (labels == 1).sum()",
            "return weights": "return -weights",
        },
    ),
    wrong(
        "leaves the logarithm out",
        (WEIGHTS,),
        "logarithm left out",
        change={W: "(positive / positive.sum()) / (negative / negative.sum())"},
    ),
    wrong(
        "subtracts the shares",
        (WEIGHTS,),
        "difference without logarithm",
        change={W: "positive / positive.sum() - negative / negative.sum()"},
    ),
    wrong(
        "forgets the other class",
        (WEIGHTS,),
        "the positive class alone",
        change={" - np.log(negative / negative.sum())": ""},
    ),
    wrong(
        "does not smooth",
        (WEIGHTS,),
        "smoothing left out",
        change={N1: N1.removesuffix(" + smoothing"), N0: N0.removesuffix(" + smoothing")},
    ),
    wrong(
        "adds one, as in the textbook",
        (WEIGHTS,),
        "smoothing always 1",
        change={N1: N1.replace("smoothing", "1"), N0: N0.replace("smoothing", "1")},
    ),
    wrong(
        "divides by the plain total",
        (WEIGHTS,),
        "smoothing missing in the denominator",
        code="""
def fit_naive_bayes(counts, labels, smoothing):
    n1, n0 = counts[labels == 1].sum(axis=0), counts[labels == 0].sum(axis=0)
    weights = np.log((n1 + smoothing) / n1.sum()) - np.log((n0 + smoothing) / n0.sum())
    return weights, np.log(sum(labels == 1) / sum(labels == 0))
""",
    ),
    wrong(
        "smooths the total once",
        (WEIGHTS,),
        "smoothing once in the denominator",
        code="""
def fit_naive_bayes(counts, labels, smoothing):
    n1, n0 = counts[labels == 1].sum(axis=0), counts[labels == 0].sum(axis=0)
    p1 = (n1 + smoothing) / (n1.sum() + smoothing)
    p0 = (n0 + smoothing) / (n0.sum() + smoothing)
    return np.log(p1 / p0), np.log((labels == 1).mean() / (labels == 0).mean())
""",
    ),
    wrong(
        "divides nothing",
        (WEIGHTS,),
        "divided by both classes together",
        change={W: "np.log(positive) - np.log(negative)"},
    ),
    wrong(
        "takes the mean over reviews",
        (WEIGHTS,),
        "divided by the number of reviews",
        change={
            "positive / positive.sum()": "positive / (labels == 1).sum()",
            "negative / negative.sum()": "negative / (labels == 0).sum()",
        },
    ),
    wrong(
        "counts the reviews with the word",
        (WEIGHTS,),
        "reviews counted in place of occurrences",
        change={"positive = counts": "counts = (counts > 0).astype(float)\n    positive = counts"},
    ),
    wrong(
        "takes the logarithm to base 2",
        (WEIGHTS, BIAS),
        "logarithm to another base",
        change={W: W.replace("np.log", "np.log2"), B: B.replace("np.log", "np.log2")},
    ),
    wrong("leaves the bias at 0", (BIAS,), "bias left at 0", change={B: "0.0"}),
    wrong(
        "takes the share of positive reviews",
        (BIAS,),
        "a share in place of the odds",
        change={B: "np.log(labels.mean())"},
    ),
    wrong(
        "compares tokens for the bias",
        (BIAS,),
        "occurrences in place of reviews",
        change={B: "np.log(counts[labels == 1].sum() / counts[labels == 0].sum())"},
    ),
    wrong(
        "leaves the logarithm of the odds out",
        (BIAS,),
        "logarithm left out",
        change={B: B.removeprefix("np.log")},
    ),
    wrong(
        "adds the smoothing to the counts that it was given",
        (WEIGHTS, FITTED),
        "",
        change={"positive = counts": "counts += smoothing\n    positive = counts"},
    ),
    wrong(
        "smooths every review",
        (WEIGHTS,),
        "smoothing once for every review",
        change={
            N1: "positive = (counts[labels == 1] + smoothing).sum(axis=0)",
            N0: "negative = (counts[labels == 0] + smoothing).sum(axis=0)",
        },
    ),
    wrong(
        "adds in place to whole numbers",
        (FITTED,),
        code="""
def fit_naive_bayes(counts, labels, smoothing):
    logs = []
    for k in (1, 0):
        total = counts[labels == k].sum(axis=0)
        total += smoothing
        logs.append(np.log(total / total.sum()))
    return logs[0] - logs[1], np.log((labels == 1).sum() / (labels == 0).sum())
""",
    ),
    wrong(
        "normalises over the classes of each word",
        (WEIGHTS,),
        change={W: "np.log(positive / (positive + negative))"},
    ),
    wrong(
        "takes the mean label for the bias and base 10 for the weights",
        (WEIGHTS, BIAS),
        change={W: W.replace("np.log", "np.log10"), B: "labels.mean()"},
    ),
    right(
        "loops",
        """
from math import log

def fit_naive_bayes(counts, labels, smoothing):
    batch, size = counts.shape
    n = [[smoothing] * size, [smoothing] * size]
    reviews = [0, 0]
    for b in range(batch):
        k = int(labels[b])
        reviews[k] += 1
        for v in range(size):
            n[k][v] += counts[b, v]
    weights = [log(n[1][v] / sum(n[1])) - log(n[0][v] / sum(n[0])) for v in range(size)]
    return np.array(weights), log(reviews[1] / reviews[0])
""",
    ),
    right(
        "a matrix product with one-hot labels",
        """
def fit_naive_bayes(counts, labels, smoothing):
    classes = np.eye(2)[labels]
    n = classes.T @ counts + smoothing
    log_shares = np.log(n) - np.log(n.sum(axis=1, keepdims=True))
    log_prior = np.log(classes.sum(axis=0))
    return log_shares[1] - log_shares[0], log_prior[1] - log_prior[0]
""",
    ),
    right(
        "single precision",
        """
def fit_naive_bayes(counts, labels, smoothing):
    counts, one = counts.astype(np.float32), labels.astype(bool)
    def logs(rows):
        n = rows.sum(0) + np.float32(smoothing)
        return np.log(n / n.sum())
    return logs(counts[one]) - logs(counts[~one]), np.float32(np.log(one.sum()) - np.log((~one).sum()))
""",
    ),
    right(
        "einsum and a class",
        """
class NaiveBayes:
    def __call__(self, x, y, alpha):
        n1 = np.einsum("b,bv->v", y, x) + alpha
        n0 = np.einsum("b,bv->v", 1 - y, x) + alpha
        return np.log(n1 * n0.sum() / (n0 * n1.sum())), float(np.log(y.sum() / (1 - y).sum()))

fit_naive_bayes = NaiveBayes()
""",
    ),
    right(
        "a dict of classes, with prints",
        """
def fit_naive_bayes(counts, labels, smoothing):
    shares, size = {}, counts.shape[1]
    for k in (0, 1):
        own = counts[np.flatnonzero(labels == k)]
        shares[k] = (own.sum(axis=0) + smoothing) / (own.sum() + smoothing * size)
        print("class", k, shares[k].sum())
    share = labels.mean()
    return np.log(shares[1] / shares[0]), np.log(share / (1 - share))
""",
    ),
)
