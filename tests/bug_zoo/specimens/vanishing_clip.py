"""Specimens for assignment 03-vanishing: clip_by_global_norm."""

from tests.bug_zoo.zoo import Right, Wrong

NORM, LONG, SHORT = ("clip-norm",), ("clip-long",), ("clip-short",)
SUM = "np.sqrt(sum(np.sum(g**2) for g in gradients))"
SCALED = "return [g * factor for g in gradients], norm"
FACTOR = "limit / max(norm, limit)"

SPECIMENS = (
    Wrong(
        "clip_by_global_norm",
        "no root",
        NORM,
        "root left out",
        change={SUM: "sum(np.sum(g**2) for g in gradients)"},
    ),
    Wrong(
        "clip_by_global_norm",
        "sum of the norms",
        NORM,
        "norms of the arrays added",
        change={SUM: "sum(np.linalg.norm(g) for g in gradients)"},
    ),
    Wrong(
        "clip_by_global_norm",
        "largest of the norms",
        NORM,
        "largest norm of an array",
        change={SUM: "max(np.linalg.norm(g) for g in gradients)"},
    ),
    Wrong(
        "clip_by_global_norm",
        "sum begun anew for each array",
        NORM,
        "last array only",
        change={f"norm = {SUM}": "for g in gradients:\n        norm = np.linalg.norm(g)"},
    ),
    Wrong(
        "clip_by_global_norm",
        "norm after clipping",
        NORM,
        "norm after clipping",
        change={SCALED: "return [g * factor for g in gradients], norm * factor"},
    ),
    Wrong(
        "clip_by_global_norm",
        "each array by itself",
        LONG,
        "each array by itself",
        change={SCALED: "return [g * min(1, limit / np.linalg.norm(g)) for g in gradients], norm"},
    ),
    Wrong(
        "clip_by_global_norm",
        "clips values",
        LONG,
        "each number by itself",
        change={SCALED: "return [np.clip(g, -limit, limit) for g in gradients], norm"},
    ),
    Wrong(
        "clip_by_global_norm",
        "norm of 1",
        LONG,
        "limit left out",
        change={FACTOR: "1 / norm if norm > limit else 1"},
    ),
    Wrong(
        "clip_by_global_norm",
        "factor upside down",
        LONG,
        "factor upside down",
        change={FACTOR: "norm / limit if norm > limit else 1"},
    ),
    Wrong(
        "clip_by_global_norm",
        "divides by the squared norm",
        LONG,
        "square of the norm",
        change={FACTOR: "limit / norm**2 if norm > limit else 1"},
    ),
    Wrong(
        "clip_by_global_norm",
        "scales whatever the norm is",
        SHORT,
        "short gradients made longer",
        change={FACTOR: "limit / norm"},
    ),
    Wrong(
        "clip_by_global_norm",
        "condition the wrong way round",
        ("clip-long", "clip-short"),
        ("long gradients let pass", "short gradients made longer"),
        change={FACTOR: "limit / norm if norm < limit else 1"},
    ),
    Wrong(
        "clip_by_global_norm",
        "minimum with a division by zero",
        ("clip-contract",),
        "division by a norm of zero",
        code="""
def clip_by_global_norm(gradients, limit):
    norm = sum(float((g * g).sum()) for g in gradients) ** 0.5
    factor = min(1.0, limit / norm)
    return [factor * g for g in gradients], norm
""",
    ),
    Wrong(
        "clip_by_global_norm",
        "in place",
        ("clip-contract",),
        "argument changed",
        change={SCALED: "for g in gradients:\n        g *= factor\n    return gradients, norm"},
    ),
    Wrong(
        "clip_by_global_norm",
        "returns the two the other way round",
        ("clip-norm", "clip-long", "clip-short", "clip-contract"),
        "",
        change={SCALED: "return norm, [g * factor for g in gradients]"},
    ),
    Wrong(
        "clip_by_global_norm",
        "shortens to a tenth",
        LONG,
        "",
        change={FACTOR: "0.1 if norm > limit else 1"},
    ),
    Right(
        "clip_by_global_norm",
        "one long vector",
        """
def clip_by_global_norm(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    factor = limit / max(norm, limit)
    return [g * factor for g in gradients], norm
""",
    ),
    Right(
        "clip_by_global_norm",
        "a small number in the denominator, as in PyTorch",
        """
def clip_by_global_norm(gradients, limit):
    total = 0.0
    for g in gradients:
        total += np.linalg.norm(g) ** 2
    norm = np.sqrt(total)
    return [g * np.clip(limit / (norm + 1e-6), None, 1.0) for g in gradients], norm
""",
    ),
    Right(
        "clip_by_global_norm",
        "hypot of the norms, a class",
        """
import math

class Clip:
    def __call__(self, gradients, limit):
        norm = math.hypot(*(np.linalg.norm(g) for g in gradients))
        if norm > limit:
            gradients = tuple(np.multiply(g, limit) / norm for g in gradients)
        return gradients, norm

clip_by_global_norm = Clip()
""",
    ),
    Right(
        "clip_by_global_norm",
        "float32, loops",
        """
def clip_by_global_norm(gradients, limit):
    norm = np.float32(0)
    for g in gradients:
        for number in g.flat:
            norm += np.float32(number) ** 2
    norm = np.sqrt(norm)
    clipped = [g.astype(np.float32) for g in gradients]
    if norm > limit:
        for g in clipped:
            g *= np.float32(limit) / norm
    return clipped, norm
""",
    ),
    Right(
        "clip_by_global_norm",
        "einsum, copies, a warning",
        """
import warnings

def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.einsum("i,i->", g.ravel(), g.ravel()) for g in gradients))
    if norm <= limit:
        return [g.copy() for g in gradients], float(norm)
    warnings.warn(f"clipped a gradient of norm {norm:.1f}")
    return [limit * g / norm for g in gradients], float(norm)
""",
    ),
)
