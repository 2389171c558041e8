"""Specimens for assignment 03-vanishing: gradient_by_lag."""

from tests.bug_zoo.zoo import Right, Wrong

GRADIENT, LENGTHS = ("lag-gradient",), ("lag-lengths",)
BACK = "d_h.append((d_h[-1] * slope) @ recurrent_kernel.T)"
SIZE = "np.linalg.norm(d_h, axis=-1)"

SPECIMENS = (
    Wrong(
        "gradient_by_lag",
        "kernel not transposed",
        GRADIENT,
        "recurrent kernel not transposed",
        change={".T)": ")"},
    ),
    Wrong("gradient_by_lag", "no slope", GRADIENT, "slope left out", change={"d_h[-1] * slope": "d_h[-1]"}),
    Wrong("gradient_by_lag", "1 - h", GRADIENT, "square left out", change={" ** 2": ""}),
    Wrong(
        "gradient_by_lag",
        "tanh of the state",
        GRADIENT,
        "tanh applied to a state",
        change={"h[:, t] ** 2": "np.tanh(h[:, t]) ** 2"},
    ),
    Wrong(
        "gradient_by_lag",
        "kernel first, then slope",
        GRADIENT,
        "slope after the kernel",
        change={BACK: "d_h.append(d_h[-1] @ recurrent_kernel.T * slope)"},
    ),
    Wrong(
        "gradient_by_lag",
        "loop forwards",
        GRADIENT,
        "states read from the front",
        change={"reversed(range(h.shape[1]))": "range(h.shape[1])"},
    ),
    Wrong(
        "gradient_by_lag",
        "slope of the state before",
        GRADIENT,
        "state of one step before",
        change={"h[:, t] ** 2": "h[:, t - 1] ** 2"},
    ),
    Wrong(
        "gradient_by_lag",
        "a loss at every step",
        GRADIENT,
        "gradient added again",
        change={BACK: "d_h.append((d_h[-1] * slope) @ recurrent_kernel.T + d_h_last)"},
    ),
    Wrong(
        "gradient_by_lag",
        "turned round at the end",
        GRADIENT,
        "in the order of time",
        change={"np.stack(d_h, axis=1)": "np.stack(d_h[::-1], axis=1)"},
    ),
    Wrong(
        "gradient_by_lag",
        "lag on the first axis",
        ("lag-gradient", "lag-contract"),
        "lag on the first axis",
        change={"np.stack(d_h, axis=1)": "np.stack(d_h)"},
    ),
    Wrong(
        "gradient_by_lag",
        "stops at the first state",
        ("lag-gradient", "lag-contract"),
        "step back to the initial state left out",
        change={"reversed(range(h.shape[1]))": "range(h.shape[1] - 1, 0, -1)"},
    ),
    Wrong(
        "gradient_by_lag",
        "squared lengths",
        LENGTHS,
        "root left out",
        change={SIZE: "(d_h**2).sum(axis=-1)"},
    ),
    Wrong(
        "gradient_by_lag",
        "root of the mean square",
        LENGTHS,
        "mean in place of sum",
        change={SIZE: "np.sqrt((d_h**2).mean(axis=-1))"},
    ),
    Wrong(
        "gradient_by_lag",
        "order 1",
        LENGTHS,
        "absolute values added",
        change={SIZE: "np.linalg.norm(d_h, ord=1, axis=-1)"},
    ),
    Wrong(
        "gradient_by_lag",
        "norm over the batch",
        ("lag-lengths", "lag-contract"),
        "sum over the batch",
        change={SIZE: "np.linalg.norm(d_h, axis=0)"},
    ),
    Wrong(
        "gradient_by_lag",
        "mean over the batch",
        ("lag-lengths", "lag-contract"),
        "batch averaged",
        change={SIZE: "np.linalg.norm(d_h, axis=-1).mean(axis=0)"},
    ),
    Wrong(
        "gradient_by_lag",
        "multiplies the argument in place",
        ("lag-gradient", "lag-contract"),
        "argument changed",
        code="""
def gradient_by_lag(d_h_last, h, recurrent_kernel):
    all_d_h, d_h = [d_h_last], d_h_last
    for t in range(h.shape[1])[::-1]:
        d_h *= 1 - h[:, t] ** 2
        d_h = d_h @ recurrent_kernel.T
        all_d_h.append(d_h)
    found = np.array(all_d_h).swapaxes(0, 1)
    return found, np.sqrt((found**2).sum(axis=2))
""",
    ),
    Wrong(
        "gradient_by_lag",
        "kernel not transposed, and lengths divided by the lag",
        ("lag-gradient", "lag-lengths"),
        "recurrent kernel not transposed",
        change={".T)": ")", SIZE: "np.linalg.norm(d_h, axis=-1) / (1 + np.arange(d_h.shape[1]))"},
    ),
    Right(
        "gradient_by_lag",
        "loops over everything",
        """
def gradient_by_lag(d_h_last, h, recurrent_kernel):
    batch, time, units = h.shape
    d_h, lengths = np.zeros((batch, time + 1, units)), np.zeros((batch, time + 1))
    for b in range(batch):
        d_h[b, 0] = d_h_last[b]
        for k in range(time + 1):
            if k:
                for m in range(units):
                    for n in range(units):
                        slope = 1 - h[b, time - k, n] ** 2
                        d_h[b, k, m] += d_h[b, k - 1, n] * slope * recurrent_kernel[m, n]
            lengths[b, k] = sum(g * g for g in d_h[b, k]) ** 0.5
    return d_h, lengths
""",
    ),
    Right(
        "gradient_by_lag",
        "through the Jacobians",
        """
def gradient_by_lag(d_h_last, h, U):
    product = np.tile(np.eye(len(U)), (len(h), 1, 1))
    found = [d_h_last]
    for k in range(1, h.shape[1] + 1):
        J = U * (1 - h[:, -k, None, :] ** 2)
        product = J @ product
        found.append(np.einsum("bn,bmn->bm", d_h_last, product))
    found = np.stack(found, axis=1)
    return found, np.sqrt(np.einsum("bkn,bkn->bk", found, found))
""",
    ),
    Right(
        "gradient_by_lag",
        "accumulate",
        """
from itertools import accumulate

def gradient_by_lag(d_h_last, h, recurrent_kernel):
    slopes = np.moveaxis(1 - h**2, 1, 0)[::-1]
    back = lambda d, slope: np.dot(d * slope, recurrent_kernel.T)
    d_h = np.array(list(accumulate(slopes, back, initial=d_h_last))).transpose(1, 0, 2)
    return d_h, np.linalg.norm(d_h, axis=2)
""",
    ),
    Right(
        "gradient_by_lag",
        "recursion, float32",
        """
def go_back(d, h, U):
    if h.shape[1] == 0:
        return d[:, None]
    before = (d * (1 - h[:, -1] ** 2)) @ U.T
    return np.concatenate([d[:, None], go_back(before, h[:, :-1], U)], axis=1)

def gradient_by_lag(d_h_last, h, recurrent_kernel):
    d_h = go_back(*(a.astype(np.float32) for a in (d_h_last, h, recurrent_kernel)))
    return d_h, np.linalg.norm(d_h, axis=-1)
""",
    ),
    Right(
        "gradient_by_lag",
        "class that keeps its state for one call",
        """
class ByLag:
    def __call__(self, d_h_last, h, recurrent_kernel):
        self.d_h = [d_h_last.copy()]
        for state in np.flip(h, axis=1).swapaxes(0, 1):
            self.d_h.append((recurrent_kernel @ (self.d_h[-1] * (1 - state * state)).T).T)
        stacked = np.stack(self.d_h, axis=1)
        print(stacked.shape)
        return stacked, np.sqrt(np.sum(np.square(stacked), axis=-1))

gradient_by_lag = ByLag()
""",
    ),
)
