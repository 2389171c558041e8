"""Specimens for softmax, cross_entropy and measures."""

from tests.bug_zoo.specimens.language_model_measures import SPECIMENS as MEASURES
from tests.bug_zoo.zoo import Right, Wrong

S, C = "softmax", "cross_entropy"
P, STABLE = "softmax-value", "softmax-stable"
LOSS, GRADIENT = "loss-value", "loss-gradient"
NAIVE = "logits - logits.max(axis=-1, keepdims=True)"
TOTAL = "powers.sum(axis=-1, keepdims=True)"
MEAN, SLOPE = "-np.log(paid).mean()", "(p - y) / targets.size"

SPECIMENS = (
    Wrong(S, "the formula as it stands", (STABLE,), "no maximum subtracted", change={NAIVE: "logits"}),
    Wrong(
        S,
        "one maximum for the whole array",
        (STABLE,),
        "one maximum for all rows",
        change={NAIVE: "logits - logits.max()"},
    ),
    Wrong(S, "clips the logits", (STABLE,), "logits clipped", change={NAIVE: "np.clip(logits, -500, 500)"}),
    Wrong(
        S,
        "subtracts the largest absolute value",
        (STABLE,),
        "absolute value of the logits subtracted",
        change={NAIVE: "logits - np.abs(logits).max(axis=-1, keepdims=True)"},
    ),
    Wrong(
        S,
        "puts a small number below the line, without subtracting anything",
        (STABLE,),
        code="def softmax(logits):\n    e = np.exp(logits)\n    return e / (e.sum(axis=-1, keepdims=True) + 1e-9)\n",
    ),
    Wrong(
        S,
        "sums over everything",
        (P, STABLE, "softmax-contract"),
        ("sum over everything"),
        code="def softmax(logits):\n    e = np.exp(logits - logits.max())\n    return e / e.sum()\n",
    ),
    Wrong(
        S,
        "sums over the first axis, as for an array of columns",
        (P, STABLE),
        "sum over the first axis",
        code="""
def softmax(logits):
    e = np.exp(logits - np.max(logits, axis=0))
    return e / np.sum(e, axis=0)
""",
    ),
    Wrong(
        S,
        "sums over the steps",
        (P, STABLE, "softmax-contract"),
        "sum over the steps",
        code="""
def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
""",
    ),
    Wrong(
        S,
        "does not divide",
        (P, STABLE),
        "maximum subtracted but not divided by the sum",
        change={f" / {TOTAL}": ""},
    ),
    Wrong(
        S,
        "the logarithm of the probabilities",
        (P, STABLE),
        "logarithm of the probabilities",
        change={f"powers / {TOTAL}": f"np.log(powers / {TOTAL})"},
    ),
    Wrong(
        S,
        "sigmoids",
        (P, STABLE),
        "sigmoid in place of softmax",
        code="def softmax(logits):\n    return 1 / (1 + np.exp(-logits))\n",
    ),
    Wrong(S, "squared exponentials", (P, STABLE), change={NAIVE: f"2 * ({NAIVE})"}),
    Wrong(
        S,
        "works in place",
        ("softmax-contract",),
        "argument changed",
        code="""
def softmax(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=-1, keepdims=True)
    return logits.copy()
""",
    ),
    Right(
        S,
        "loops over rows, recursion down the axes",
        code="""
import math

def softmax(logits):
    if logits.ndim > 1:
        return np.array([softmax(part) for part in logits])
    top = max(logits)
    e = [math.exp(a - top) for a in logits]
    return np.array([v / sum(e) for v in e])
""",
    ),
    Right(
        S,
        "by the logarithm of the sum of exponentials",
        code="""
def softmax(y):
    log_sum = np.logaddexp.reduce(y, axis=-1, keepdims=True)
    return np.exp(y - log_sum)
""",
    ),
    Right(
        S,
        "single precision",
        code="""
def softmax(logits):
    a = np.asarray(logits, dtype=np.float32)
    e = np.exp(a - a.max(-1)[..., None])
    return e / np.einsum("...v->...", e)[..., None]
""",
    ),
    Right(
        S,
        "np.apply_along_axis with a helper, and prints",
        code="""
def _one(row):
    shifted = np.exp(row - row.max())
    return shifted / shifted.sum()

def softmax(logits):
    print(logits.shape)
    return np.apply_along_axis(_one, -1, logits)
""",
    ),
    Right(
        S,
        "an instance of a class, in place on its own copy",
        code="""
class Softmax:
    def __call__(self, logits):
        own = np.array(logits, dtype=float)
        own -= own.max(axis=-1, keepdims=True)
        np.exp(own, out=own)
        own /= own.sum(axis=-1, keepdims=True)
        return own

softmax = Softmax()
""",
    ),
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
    *MEASURES,
)
