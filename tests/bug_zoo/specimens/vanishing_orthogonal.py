"""Specimens for assignment 03-vanishing: orthogonal."""

from tests.bug_zoo.zoo import Right, Wrong

QR = "q, r = np.linalg.qr(gaussian)\n    return q * np.sign(np.diag(r))"
DRAW = "rng.standard_normal((size, size))"
LENGTHS, UNIFORM, OWN = ("orthogonal-lengths",), ("orthogonal-uniform",), ("orthogonal-rng",)

SPECIMENS = (
    Wrong("orthogonal", "normal numbers", LENGTHS, "not made orthogonal", change={QR: "return gaussian"}),
    Wrong(
        "orthogonal",
        "variance of 1 / size",
        LENGTHS,
        "entries divided by the root of the size",
        change={QR: "return gaussian / np.sqrt(size)"},
    ),
    Wrong(
        "orthogonal",
        "columns of length 1",
        LENGTHS,
        "columns shortened but not turned",
        change={QR: "return gaussian / np.linalg.norm(gaussian, axis=0, keepdims=True)"},
    ),
    Wrong(
        "orthogonal",
        "divides by the norm",
        LENGTHS,
        "divided by the largest singular value",
        change={QR: "return gaussian / np.linalg.norm(gaussian, 2)"},
    ),
    Wrong(
        "orthogonal",
        "returns R",
        LENGTHS,
        "not made orthogonal",
        change={QR: "q, r = np.linalg.qr(gaussian)\n    return r"},
    ),
    Wrong(
        "orthogonal",
        "multiplies by the diagonal itself",
        LENGTHS,
        "diagonal of R in place of its signs",
        change={"np.sign(np.diag(r))": "np.diag(r)"},
    ),
    Wrong(
        "orthogonal",
        "Q as it comes",
        UNIFORM,
        "signs left as they come",
        change={" * np.sign(np.diag(r))": ""},
    ),
    Wrong(
        "orthogonal", "signs of Q", UNIFORM, "signs of the wrong factor", change={"np.diag(r)": "np.diag(q)"}
    ),
    Wrong(
        "orthogonal",
        "rotations only",
        UNIFORM,
        "rotations only",
        change={
            QR: "q, r = np.linalg.qr(gaussian)\n    q *= np.sign(np.diag(r))\n    q[:, 0] *= np.linalg.det(q)"
            "\n    return q"
        },
    ),
    Wrong(
        "orthogonal",
        "uniform numbers",
        UNIFORM,
        "numbers of one sign",
        change={DRAW: "rng.uniform(size=(size, size))"},
    ),
    Wrong(
        "orthogonal",
        "NumPy's global generator",
        OWN,
        "rng not used",
        change={DRAW: "np.random.randn(size, size)"},
    ),
    Wrong(
        "orthogonal",
        "a seed of its own, for results that repeat",
        (*UNIFORM, *OWN),
        "the same matrix at every call",
        change={DRAW: "np.random.default_rng(0).standard_normal((size, size))"},
    ),
    Wrong(
        "orthogonal",
        "identity",
        (*UNIFORM, *OWN),
        "the same matrix at every call",
        change={QR: "return np.eye(size)"},
    ),
    Wrong(
        "orthogonal",
        "shuffles the identity",
        UNIFORM,
        "",
        change={QR: "return rng.permutation(np.eye(size))"},
    ),
    Right(
        "orthogonal",
        "Gram and Schmidt",
        """
def orthogonal(rng, size):
    columns = []
    for _ in range(size):
        v = rng.normal(size=size)
        for u in columns:
            v = v - (u @ v) * u
        columns.append(v / np.sqrt(v @ v))
    return np.array(columns).T
""",
    ),
    Right(
        "orthogonal",
        "singular vectors of both sides",
        """
def orthogonal(generator, n):
    left, _, right = np.linalg.svd(generator.standard_normal((n, n)))
    return left @ right
""",
    ),
    Right(
        "orthogonal",
        "a smaller one, then a reflection",
        """
def orthogonal(rng, size):
    if size == 1:
        return rng.choice([-1.0, 1.0], size=(1, 1))
    inner = np.eye(size)
    inner[1:, 1:] = orthogonal(rng, size - 1)
    v = rng.standard_normal(size)
    v /= np.linalg.norm(v)
    mirror = v - np.eye(size)[0]
    return inner - 2 * np.outer(mirror, mirror @ inner) / (mirror @ mirror)
""",
    ),
    Right(
        "orthogonal",
        "float32 in a class",
        """
class Orthogonal:
    def __call__(self, rng, size):
        q, r = np.linalg.qr(rng.standard_normal((size, size)).astype("float32"))
        for k in range(size):
            if r[k, k] < 0:
                q[:, k] *= -1
        return q

orthogonal = Orthogonal()
""",
    ),
    Right(
        "orthogonal",
        "signs drawn at random",
        """
import warnings

def orthogonal(rng, size):
    warnings.warn("signs are drawn too")
    q, _ = np.linalg.qr(rng.standard_normal((size, size)))
    return q @ np.diag(rng.choice([-1, 1], size=size))
""",
    ),
)
