"""Specimens for softmax."""

from tests.bug_zoo.zoo import Right, Wrong

S, P, STABLE = "softmax", "softmax-value", "softmax-stable"
NAIVE = "logits - logits.max(axis=-1, keepdims=True)"
TOTAL = "powers.sum(axis=-1, keepdims=True)"

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
        "subtracts the smallest logit",
        (STABLE,),
        "another number than the largest subtracted",
        change={NAIVE: "logits - logits.min(axis=-1, keepdims=True)"},
    ),
    Wrong(
        S,
        "subtracts the mean of the row",
        (STABLE,),
        "another number than the largest subtracted",
        change={NAIVE: "logits - logits.mean(axis=-1, keepdims=True)"},
    ),
    Wrong(
        S,
        "subtracts the first logit",
        (STABLE,),
        "another number than the largest subtracted",
        change={NAIVE: "logits - logits[..., :1]"},
    ),
    Wrong(
        S,
        "subtracts the smallest logit and cuts off what would be too large",
        (STABLE,),
        change={NAIVE: "np.minimum(logits - logits.min(axis=-1, keepdims=True), 700)"},
    ),
    Wrong(
        S,
        "subtracts the smallest logit and does not divide",
        (P, STABLE),
        "another number than the largest subtracted",
        change={NAIVE: "logits - logits.min(axis=-1, keepdims=True)", f" / {TOTAL}": ""},
    ),
    Wrong(
        S,
        "puts a small number below the line, without subtracting anything",
        (STABLE,),
        code="""
def softmax(logits):
    e = np.exp(logits)
    return e / (e.sum(axis=-1, keepdims=True) + 1e-9)
""",
    ),
    Wrong(
        S,
        "sums over everything",
        (P, STABLE),
        "sum over everything",
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
        (P,),
        "maximum subtracted but not divided by the sum",
        change={f" / {TOTAL}": ""},
    ),
    Wrong(
        S,
        "the logarithm of the probabilities",
        (P,),
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
    Wrong(S, "squared exponentials", (P,), change={NAIVE: f"2 * ({NAIVE})"}),
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
)
