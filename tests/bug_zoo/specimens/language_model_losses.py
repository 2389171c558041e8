"""Specimens for cross_entropy."""

from tests.bug_zoo.zoo import Right, Wrong

C, LOSS, GRADIENT = "cross_entropy", "loss-value", "loss-gradient"
MEAN, SLOPE = "-np.log(paid).mean()", "(p - y) / targets.size"

SPECIMENS = (
    Wrong(C, "sums", (LOSS,), "sum in place of the mean", change={MEAN: "-np.log(paid).sum()"}),
    Wrong(
        C, "sums over time", (LOSS,), "sum over the steps", change={MEAN: "-np.log(paid).sum(axis=1).mean()"}
    ),
    Wrong(
        C,
        "takes the mean over one-hot rows, vocabulary included",
        (LOSS,),
        "mean over the vocabulary as well",
        change={MEAN: "-(y * np.log(p)).mean()"},
    ),
    Wrong(C, "forgets the minus sign", (LOSS,), "sign turned round", change={MEAN: "np.log(paid).mean()"}),
    Wrong(C, "log2", (LOSS,), "bits in place of nats", change={"np.log(paid)": "np.log2(paid)"}),
    Wrong(
        C,
        "mean before the logarithm",
        (LOSS,),
        "logarithm of the mean",
        change={MEAN: "-np.log(paid.mean())"},
    ),
    Wrong(
        C,
        "the entropy of the model",
        (LOSS,),
        "entropy of the model",
        change={MEAN: "-(p * np.log(p)).sum(axis=-1).mean()"},
    ),
    Wrong(
        C,
        "the median",
        (LOSS,),
        change={MEAN: "np.median(-np.log(paid))"},
    ),
    Wrong(
        C, "p - y as in the book", (GRADIENT,), "not divided by the number of steps", change={SLOPE: "p - y"}
    ),
    Wrong(
        C,
        "divides by the batch",
        (GRADIENT,),
        "divided by the batch only",
        change={SLOPE: "(p - y) / len(targets)"},
    ),
    Wrong(
        C,
        "divides by p.size",
        (GRADIENT,),
        "divided by the size of the logits",
        change={SLOPE: "(p - y) / p.size"},
    ),
    Wrong(C, "y - p", (GRADIENT,), "gradient's sign turned round", change={SLOPE: "(y - p) / targets.size"}),
    Wrong(
        C,
        "the derivative by the probabilities",
        (GRADIENT,),
        "gradient with respect to the probabilities",
        change={SLOPE: "-y / p / targets.size"},
    ),
    Wrong(
        C,
        "the softmax's slope once more",
        (GRADIENT,),
        "slope of the softmax taken twice",
        change={SLOPE: "(p - y) / targets.size * p * (1 - p)"},
    ),
    Wrong(
        C,
        "sum and gradient of the sum, and log2",
        (LOSS, GRADIENT),
        "not divided by the number of steps",
        change={MEAN: "-np.log2(paid).sum()", SLOPE: "p - y"},
    ),
    Wrong(
        C,
        "subtracts 1 from the probabilities in place",
        ("loss-contract",),
        "argument changed",
        code="""
def cross_entropy(p, targets):
    B, T = targets.shape
    b, t = np.arange(B)[:, None], np.arange(T)
    loss = -np.log(p[b, t, targets]).mean()
    d_logits = p
    d_logits[b, t, targets] -= 1
    return loss, d_logits / (B * T)
""",
    ),
    Wrong(
        C,
        "squeezes the gradient",
        ("loss-contract",),
        "dropped axes",
        change={"return loss, d_logits": "return loss, d_logits.squeeze()"},
    ),
    Right(
        C,
        "loops over everything",
        code="""
import math

def cross_entropy(p, targets):
    B, T, V = p.shape
    total, grad = 0.0, np.zeros((B, T, V))
    for b in range(B):
        for t in range(T):
            total -= math.log(p[b, t, targets[b, t]])
            for k in range(V):
                grad[b, t, k] = (p[b, t, k] - (k == targets[b, t])) / (B * T)
    return total / (B * T), grad
""",
    ),
    Right(
        C,
        "take_along_axis and put_along_axis on a copy",
        code="""
def cross_entropy(p, targets):
    index = targets[..., np.newaxis]
    chosen = np.take_along_axis(p, index, axis=-1)
    d = p.copy()
    np.put_along_axis(d, index, chosen - 1, axis=-1)
    d /= targets.size
    return float(-np.log(chosen).mean()), d
""",
    ),
    Right(
        C,
        "flattened, single precision",
        code="""
def cross_entropy(p, targets):
    flat = p.reshape(-1, p.shape[-1]).astype(np.float32)
    rows = np.arange(len(flat))
    loss = np.log(flat[rows, targets.ravel()]).mean() * -1
    grad = flat.copy()
    grad[rows, targets.ravel()] -= 1
    return loss, (grad / len(flat)).reshape(p.shape)
""",
    ),
    Right(
        C,
        "einsum with one-hot rows made by comparison",
        code="""
def cross_entropy(p, targets):
    hot = (targets[:, :, None] == np.arange(p.shape[2])).astype(float)
    steps = hot.sum()
    loss = -np.einsum("btv,btv->", hot, np.log(p)) / steps
    return loss, (p - hot) / steps
""",
    ),
    Right(
        C,
        "helper functions and a magic",
        code="""
%precision 4
def _loss(p, targets):
    rows = [row[target] for row, target in zip(p.reshape(-1, p.shape[-1]), targets.flatten())]
    return np.mean([-np.log(r) for r in rows])

def _slope(p, targets):
    return np.array([[row - np.eye(len(row))[k] for row, k in zip(rows, ks)] for rows, ks in zip(p, targets)])

def cross_entropy(p, targets):
    return _loss(p, targets), _slope(p, targets) / np.prod(targets.shape)
""",
    ),
)
