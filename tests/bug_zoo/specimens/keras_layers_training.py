"""Specimens of weight_gradients and crossentropy, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

PLANTED = "the planted bug is still there"
sums, sums_right = partial(Wrong, "weight_gradients"), partial(Right, "weight_gradients")
loss, loss_right = partial(Wrong, "crossentropy"), partial(Right, "crossentropy")
SUMS, LOSS = ("bug-gradient",), ("bug-loss",)
CONTRACT = "bug-gradient-contract"
ADD = "d_kernel += x[:, t].T @ d_z[:, t]"
STEPS = "reversed(range(x.shape[1]))"
SUMS_RETURN = "return d_kernel, d_recurrent_kernel, d_bias"
LOG = "-np.log(p[rows, labels]).mean()"
AGAIN = "np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)"

SPECIMENS = (
    sums("hands the buggy function in", SUMS, PLANTED, code="weight_gradients = weight_gradients_buggy"),
    sums("keeps the assignment", SUMS, PLANTED, change={ADD: ADD.replace("+=", "=")}),
    sums(
        "only turns the loop round",
        SUMS,
        "only the last step counts for the kernel",
        change={STEPS: "range(x.shape[1])", ADD: ADD.replace("+=", "=")},
    ),
    sums(
        "takes the mean over the steps",
        SUMS,
        "the mean over the steps",
        change={SUMS_RETURN: "return tuple(d / x.shape[1] for d in (d_kernel, d_recurrent_kernel, d_bias))"},
    ),
    sums(
        "takes the mean over the batch",
        SUMS,
        "the mean over the batch",
        change={SUMS_RETURN: "return d_kernel / len(x), d_recurrent_kernel / len(x), d_bias / len(x)"},
    ),
    sums(
        "divides the kernel alone",
        SUMS,
        "only the kernel divided by the number of steps",
        change={SUMS_RETURN: "return d_kernel / x.shape[1], d_recurrent_kernel, d_bias"},
    ),
    sums(
        "begins at the second step",
        SUMS,
        "the first step left out",
        change={"range(x.shape[1])": "range(1, x.shape[1])"},
    ),
    sums(
        "ends one step early",
        SUMS,
        "the last step left out",
        change={"range(x.shape[1])": "range(x.shape[1] - 1)"},
    ),
    sums(
        "moves the states by one step once more",
        SUMS,
        "the states taken one step earlier",
        change={"h_before[:, t].T": "(h_before[:, t - 1].T if t else 0 * h_before[:, 0].T)"},
    ),
    sums(
        "subtracts in place of adding",
        SUMS,
        change={ADD: ADD.replace("+=", "-=")},
    ),
    sums(
        "starts from ones",
        SUMS,
        change={"d_kernel = np.zeros(": "d_kernel = np.ones("},
    ),
    sums(
        "adds into an array outside of the function",
        (*SUMS, CONTRACT),
        ("", "memory between calls"),
        code="""
collected = {}

def weight_gradients(x, h_before, d_z):
    key = x.shape
    if key not in collected:
        collected[key] = [np.zeros(s) for s in ((x.shape[2], d_z.shape[2]), (h_before.shape[2], d_z.shape[2]), d_z.shape[2])]
    for t in range(x.shape[1]):
        collected[key][0] += x[:, t].T @ d_z[:, t]
        collected[key][1] += h_before[:, t].T @ d_z[:, t]
        collected[key][2] += d_z[:, t].sum(axis=0)
    return tuple(array.copy() for array in collected[key])
""",
    ),
    sums(
        "returns the gradients of the next call too",
        (CONTRACT,),
        "result overwritten",
        change={
            "d_bias = np.zeros(d_z.shape[2])": "d_bias = workspace.setdefault(d_z.shape[2], np.zeros(d_z.shape[2]))\n"
            "    d_bias[:] = 0",
            "def weight_gradients": "workspace = {}\n\ndef weight_gradients",
        },
    ),
    sums_right(
        "einsum over batch and time",
        """
def weight_gradients(x, h_before, d_z):
    return (np.einsum("btd,btz->dz", x, d_z), np.einsum("btn,btz->nz", h_before, d_z), d_z.sum(axis=(0, 1)))
""",
    ),
    sums_right(
        "one product of flattened arrays",
        """
def weight_gradients(x, h_before, d_z):
    flat = lambda a: a.reshape(-1, a.shape[-1])
    d = flat(d_z)
    both = np.hstack([flat(x), flat(h_before), np.ones((len(d), 1))]).T @ d
    D = x.shape[-1]
    return both[:D].copy(), both[D:-1].copy(), both[-1].copy()
""",
    ),
    sums_right(
        "tensordot, single precision",
        """
def weight_gradients(x, h_before, d_z):
    x, h_before, d_z = (a.astype(np.float32) for a in (x, h_before, d_z))
    over = dict(axes=([0, 1], [0, 1]))
    return np.tensordot(x, d_z, **over), np.tensordot(h_before, d_z, **over), np.sum(d_z, (0, 1))
""",
    ),
    sums_right(
        "sums of comprehensions",
        """
def weight_gradients(x, h_before, d_z):
    T = range(x.shape[1])
    print(len(T), "steps")
    return (
        sum(x[:, t].T @ d_z[:, t] for t in T),
        sum(h_before[:, t].T @ d_z[:, t] for t in T),
        sum(d_z[:, t].sum(0) for t in T),
    )
""",
    ),
    sums_right(
        "outer products of every row and step, in a class",
        """
class Sums:
    def __call__(self, x, h_before, d_z):
        d_W = d_U = d_b = 0
        for row in range(x.shape[0]):
            for t in range(x.shape[1]):
                d = d_z[row, t]
                d_W, d_U, d_b = d_W + np.outer(x[row, t], d), d_U + np.outer(h_before[row, t], d), d_b + d
        return d_W, d_U, d_b

weight_gradients = Sums()
""",
    ),
    loss("hands the buggy function in", LOSS, PLANTED, code="crossentropy = crossentropy_buggy"),
    loss(
        "repairs the loss only",
        LOSS,
        "only the loss repaired",
        change={"d_logits = p.copy()": f"d_logits = {AGAIN}"},
    ),
    loss(
        "repairs the gradient only",
        LOSS,
        "only the gradient repaired",
        change={LOG: f"-np.log(({AGAIN})[rows, labels]).mean()"},
    ),
    loss(
        "does not divide the gradient",
        LOSS,
        "the gradient not divided by the batch",
        change={"return loss, d_logits / len(labels)": "return loss, d_logits"},
    ),
    loss(
        "sums over the batch",
        LOSS,
        "the sum over the batch",
        change={".mean()": ".sum()", "return loss, d_logits / len(labels)": "return loss, d_logits"},
    ),
    loss(
        "differentiates with respect to the probabilities",
        LOSS,
        "the gradient with respect to the probabilities",
        change={
            "d_logits = p.copy()": "d_logits = 0 * p",
            "d_logits[rows, labels] -= 1": "d_logits[rows, labels] = -1 / p[rows, labels]",
        },
    ),
    loss("takes bits", LOSS, "a logarithm to base 2", change={"np.log(": "np.log2("}),
    loss("loses the minus", LOSS, "the sign of the loss", change={"-np.log(": "np.log("}),
    loss(
        "takes the logarithm of the probability of being wrong",
        LOSS,
        change={LOG: "-np.log(1 - p[rows, labels]).mean()"},
    ),
    loss(
        "the gradient's sign, truth minus probability",
        LOSS,
        change={"return loss, d_logits / len(labels)": "return loss, -d_logits / len(labels)"},
    ),
    loss(
        "a loss for every row",
        LOSS,
        change={".mean()": ""},
    ),
    loss_right(
        "one-hot",
        """
def crossentropy(labels, p):
    y = np.eye(p.shape[1])[labels]
    return -np.sum(y * np.log(p)) / len(p), (p - y) / len(p)
""",
    ),
    loss_right(
        "a loop over the rows",
        """
def crossentropy(labels, p):
    total, d = 0.0, []
    for row, label in zip(p, labels):
        total -= np.log(row[label])
        d.append([(q - (k == label)) / len(p) for k, q in enumerate(row)])
    return total / len(p), np.array(d)
""",
    ),
    loss_right(
        "back to logits, then the usual formula",
        """
def crossentropy(labels, p):
    logits = np.log(p)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    q = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(p))
    loss = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[rows, labels])
    q[rows, labels] -= 1
    return float(loss), q / len(p)
""",
    ),
    loss_right(
        "Keras's loss, in single precision",
        """
def crossentropy(labels, p):
    losses = keras.losses.sparse_categorical_crossentropy(labels, p.astype("float32"))
    hot = keras.utils.to_categorical(labels, p.shape[1])
    return float(np.mean(to_numpy(losses))), (p.astype(np.float32) - hot) / len(labels)
""",
    ),
    loss_right(
        "a class, take_along_axis, and a warning",
        """
import warnings

class Loss:
    def __call__(self, labels, p):
        warnings.warn("probabilities, not logits")
        truth = np.take_along_axis(p, labels[:, None], axis=1)
        d = np.array(p)
        np.put_along_axis(d, labels[:, None], truth - 1, axis=1)
        return np.mean(-np.log(truth)), np.divide(d, p.shape[0])

crossentropy = Loss()
""",
    ),
)
