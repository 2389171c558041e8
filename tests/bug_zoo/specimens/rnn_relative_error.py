"""Specimens for assignment 02-rnn: ``relative_error``."""

from tests.bug_zoo.zoo import Right, Wrong

WORST, FLOOR, CONTRACT = "error-value", "error-floor", "error-contract"

SPECIMENS = (
    Wrong(
        "relative_error",
        "no absolute value of the difference",
        (WORST,),
        "sign kept",
        change={"(np.abs(one - other)": "((one - other)"},
    ),
    Wrong(
        "relative_error",
        "divides by the sum of both",
        (WORST,),
        "sum of the two",
        change={"np.maximum(np.abs(one), np.abs(other))": "np.abs(one) + np.abs(other)"},
    ),
    Wrong(
        "relative_error",
        "divides by the first",
        (WORST,),
        "first array only",
        change={"np.maximum(np.abs(one), np.abs(other))": "np.abs(one)"},
    ),
    Wrong(
        "relative_error",
        "divides by the smaller",
        (WORST,),
        "smaller of the two",
        change={"np.maximum(np.abs(one), np.abs(other))": "np.minimum(np.abs(one), np.abs(other))"},
    ),
    Wrong(
        "relative_error",
        "mean of the errors",
        (WORST,),
        "mean in place of the largest",
        change={"floor)).max()": "floor)).mean()"},
    ),
    Wrong(
        "relative_error",
        "absolute error",
        (WORST, FLOOR),
        "absolute difference",
        change={" / np.maximum(sizes, floor)": ""},
    ),
    Wrong(
        "relative_error",
        "one divisor for all entries",
        (WORST, FLOOR),
        "largest entry of all",
        change={"np.maximum(sizes, floor)": "sizes.max()"},
    ),
    Wrong(
        "relative_error",
        "norms",
        (WORST, FLOOR),
        "ratio of norms",
        code="""
def relative_error(one, other):
    return np.linalg.norm(one - other) / max(np.linalg.norm(one), np.linalg.norm(other))
""",
    ),
    Wrong(
        "relative_error",
        "no floor, but a way round division by zero",
        (FLOOR,),
        "floor of a fixed size",
        change={"np.maximum(sizes, floor)": "np.maximum(sizes, 1e-12)"},
    ),
    Wrong(
        "relative_error",
        "no floor at all",
        (FLOOR,),
        "no floor",
        code="""
def relative_error(one, other):
    gaps = np.abs(one - other)
    return float((gaps / np.maximum(abs(one), abs(other)))[gaps > 0].max())
""",
    ),
    Wrong(
        "relative_error",
        "zeros not thought of",
        (FLOOR,),
        "zero divided by zero",
        change={"    if floor == 0:\n        return 0.0\n": ""},
    ),
    Wrong(
        "relative_error",
        "an array for the number",
        (CONTRACT,),
        change={"floor)).max()": "floor)).max(keepdims=True)"},
    ),
    Wrong(
        "relative_error",
        "returns the errors of all entries",
        (WORST, FLOOR, CONTRACT),
        "an error for each entry",
        change={
            "floor)).max()": "floor))",
        },
    ),
    Wrong(
        "relative_error",
        "subtracts in place",
        (CONTRACT,),
        "argument changed",
        code="""
def relative_error(one, other):
    sizes = np.maximum(np.abs(one), np.abs(other))
    one -= other
    return float(np.max(np.abs(one) / np.maximum(sizes, max(sizes.max() / 1000, 1e-300))))
""",
    ),
    Right(
        "relative_error",
        "loops",
        """
def relative_error(one, other):
    a, b = [float(v) for v in one.flat], [float(v) for v in other.flat]
    largest = max(max(map(abs, a)), max(map(abs, b)))
    worst = 0.0
    for p, q in zip(a, b):
        divisor = max(abs(p), abs(q), largest / 1000)
        if divisor > 0:
            worst = max(worst, abs(p - q) / divisor)
    return worst
""",
    ),
    Right(
        "relative_error",
        "smallest divisor by np.finfo",
        """
def relative_error(one, other):
    sizes = np.max(np.abs([one, other]), axis=0)
    sizes = np.clip(sizes, 1e-3 * np.max(sizes), None) + np.finfo(float).tiny
    return (np.abs(np.subtract(one, other)) / sizes).max()
""",
    ),
    Right(
        "relative_error",
        "single precision",
        """
def relative_error(one, other):
    a, b = np.float32(one).ravel(), np.float32(other).ravel()
    top = max(np.abs(a).max(), np.abs(b).max())
    if not top:
        return np.float32(0)
    return np.amax(np.abs(a - b) / np.fmax(np.fmax(np.abs(a), np.abs(b)), top * np.float32(0.001)))
""",
    ),
    Right(
        "relative_error",
        "divides first, warns, and mends nan",
        """
import warnings

def relative_error(one, other):
    warnings.warn("dividing")
    scale = np.sqrt(np.maximum(one**2, other**2))
    ratio = np.abs(one - other) / np.maximum(scale, scale.max() * 1e-3)
    return float(np.nanmax(ratio)) if not np.isnan(ratio).all() else 0.0
""",
    ),
    Right(
        "relative_error",
        "a class",
        """
class Error:
    def __call__(self, one, other):
        return self.worst(np.stack([one.ravel(), other.ravel()]))

    def worst(self, pair):
        low, high = pair.min(axis=0), pair.max(axis=0)
        size = np.maximum(-low, high)
        floor = size.max() / 1e3
        return np.divide(high - low, np.maximum(size, floor), out=np.zeros_like(low), where=size > 0).max()

relative_error = Error()
""",
    ),
)
