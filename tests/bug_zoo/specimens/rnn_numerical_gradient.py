"""Specimens for assignment 02-rnn: ``numerical_gradient``."""

from tests.bug_zoo.zoo import Right, Wrong

SLOPE, CENTRAL, KEPT = "numeric-slope", "numeric-central", "numeric-contract"

SPECIMENS = (
    Wrong(
        "numerical_gradient",
        "forward difference",
        (CENTRAL,),
        "forward difference",
        change={"loss(below)) / (2 * epsilon)": "loss(weights)) / epsilon"},
    ),
    Wrong(
        "numerical_gradient",
        "backward difference",
        (CENTRAL,),
        "backward difference",
        change={"loss(above) - loss(below)) / (2 * epsilon)": "loss(weights) - loss(below)) / epsilon"},
    ),
    Wrong(
        "numerical_gradient", "forgets the 2", (SLOPE,), "2 forgotten", change={"(2 * epsilon)": "epsilon"}
    ),
    Wrong(
        "numerical_gradient",
        "forgets the bracket",
        (SLOPE,),
        "bracket missing around the divisor",
        change={"(2 * epsilon)": "2 * epsilon"},
    ),
    Wrong(
        "numerical_gradient",
        "one side, divided by two steps",
        (SLOPE, CENTRAL),
        "half of a forward difference",
        change={"loss(below)": "loss(weights)"},
    ),
    Wrong(
        "numerical_gradient",
        "nudges all weights at once",
        (SLOPE, CENTRAL),
        "all entries nudged at once",
        change={"above[index] += ": "above += ", "below[index] -= ": "below -= "},
    ),
    Wrong(
        "numerical_gradient",
        "squares the step",
        (SLOPE,),
        "divided by the square",
        change={"(2 * epsilon)": "(2 * epsilon**2)"},
    ),
    Wrong(
        "numerical_gradient",
        "nudges relative to the weight",
        (SLOPE,),
        "nudged relative to the weight",
        change={
            "+= epsilon": "+= epsilon * abs(weights[index])",
            "-= epsilon": "-= epsilon * abs(weights[index])",
        },
    ),
    Wrong(
        "numerical_gradient",
        "takes the loss above from the loss below",
        (SLOPE,),
        "sign turned round",
        change={"loss(above) - loss(below)": "loss(below) - loss(above)"},
    ),
    Wrong(
        "numerical_gradient",
        "leaves the weights at their lower points, on a copy",
        (CENTRAL,),
        "lower points kept",
        code="""
def numerical_gradient(loss, weights, epsilon):
    w = weights.copy()
    gradient = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        w[index] += epsilon
        above = loss(w)
        w[index] -= 2 * epsilon
        gradient[index] = (above - loss(w)) / (2 * epsilon)
    return gradient
""",
    ),
    Wrong(
        "numerical_gradient",
        "adds and subtracts in place, which rounds",
        (KEPT,),
        "argument changed",
        code="""
def numerical_gradient(loss, weights, epsilon):
    gradient = np.zeros_like(weights)
    for index in np.ndindex(weights.shape):
        weights[index] += epsilon
        above = loss(weights)
        weights[index] -= 2 * epsilon
        below = loss(weights)
        weights[index] += epsilon
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient
""",
    ),
    Wrong(
        "numerical_gradient",
        "returns the gradient flat",
        (KEPT,),
        change={"return gradient": "return gradient.ravel()"},
    ),
    Wrong(
        "numerical_gradient",
        "an integer array for the result",
        (SLOPE, KEPT),
        "integers",
        change={"np.zeros(weights.shape)": "np.zeros(weights.shape, dtype=int)"},
    ),
    Wrong(
        "numerical_gradient",
        "a step of its own for even entries, and three of them to divide by",
        (SLOPE,),
        change={"(2 * epsilon)": "(3 * epsilon)"},
    ),
    Right(
        "numerical_gradient",
        "in place, with the old value put back",
        """
def numerical_gradient(loss, weights, epsilon):
    gradient = np.empty_like(weights)
    iterator = np.nditer(weights, flags=["multi_index"])
    for _ in iterator:
        index = iterator.multi_index
        old = weights[index]
        try:
            weights[index] = old + epsilon
            above = loss(weights)
            weights[index] = old - epsilon
            below = loss(weights)
        finally:
            weights[index] = old
        gradient[index] = (above - below) / 2 / epsilon
    return gradient
""",
    ),
    Right(
        "numerical_gradient",
        "unit vectors",
        """
def numerical_gradient(loss, weights, epsilon):
    directions = np.eye(weights.size).reshape(-1, *weights.shape)
    slopes = [(loss(weights + epsilon * e) - loss(weights - epsilon * e)) / (2 * epsilon) for e in directions]
    return np.array(slopes).reshape(weights.shape)
""",
    ),
    Right(
        "numerical_gradient",
        "flat view of a copy",
        """
def numerical_gradient(loss, weights, epsilon):
    w = np.array(weights)
    flat, out = w.reshape(-1), np.zeros(w.size)
    for k in range(w.size):
        for sign in (1, -1):
            flat[k] = weights.ravel()[k] + sign * epsilon
            out[k] += sign * loss(w)
        flat[k] = weights.ravel()[k]
    return (out / (2 * epsilon)).reshape(w.shape)
""",
    ),
    Right(
        "numerical_gradient",
        "mean of both one-sided quotients, by np.vectorize",
        """
def numerical_gradient(loss, weights, epsilon):
    here = loss(weights)

    def quotient(position):
        ahead, behind = weights.flatten(), weights.flatten()
        ahead[position] += epsilon
        behind[position] -= epsilon
        right = (loss(ahead.reshape(weights.shape)) - here) / epsilon
        left = (here - loss(behind.reshape(weights.shape))) / epsilon
        return (left + right) / 2

    return np.vectorize(quotient, otypes=[float])(np.arange(weights.size).reshape(weights.shape))
""",
    ),
    Right(
        "numerical_gradient",
        "recursion over the axes, fourth order, with prints",
        """
def slopes(f, part, epsilon):
    if part.ndim == 0:
        steps = {1: 8, 2: -1}
        terms = [c * (f(part + k * epsilon) - f(part - k * epsilon)) for k, c in steps.items()]
        return sum(terms) / (12 * epsilon)
    rows = []
    for i in range(len(part)):
        def inner(row, i=i):
            return f(np.concatenate([part[:i], np.asarray(row)[None], part[i + 1 :]]))
        rows.append(slopes(inner, np.asarray(part[i]), epsilon))
    return np.array(rows)

def numerical_gradient(loss, weights, epsilon):
    print("checking", weights.shape)
    return slopes(loss, weights, epsilon)
""",
    ),
)
