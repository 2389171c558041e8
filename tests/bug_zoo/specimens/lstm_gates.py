"""Specimens for assignment 04-lstm: three gates and a candidate."""

from tests.bug_zoo.zoo import Right, Wrong

SLICES = {
    "i": "sigmoid(z_t[:, :units])",
    "f": "sigmoid(z_t[:, units : 2 * units])",
    "g": "np.tanh(z_t[:, 2 * units : 3 * units])",
    "o": "sigmoid(z_t[:, 3 * units :])",
}


def _gates(what, loses, named, **lines):
    change = {SLICES[gate]: line for gate, line in lines.items()}
    return Wrong("lstm_gates", what, loses, named, change=change)


ALL = ("gates-input", "gates-forget", "gates-candidate", "gates-output")

SPECIMENS = (
    _gates(
        "has CS231n's order",
        ("gates-candidate", "gates-output"),
        ("slot of the output gate", "slot of the candidate"),
        g="np.tanh(z_t[:, 3 * units :])",
        o="sigmoid(z_t[:, 2 * units : 3 * units])",
    ),
    Wrong(
        "lstm_gates",
        "begins with the forget gate, as papers do",
        ("gates-input", "gates-forget"),
        ("slot of the forget gate", "slot of the input gate"),
        change={
            '"i_t": sigmoid': '"f_t": sigmoid',
            '"f_t": sigmoid(z_t[:, units :': '"i_t": sigmoid(z_t[:, units :',
        },
    ),
    _gates(
        "a sigmoid everywhere",
        ("gates-candidate",),
        "sigmoid in place of tanh",
        g="sigmoid(z_t[:, 2 * units : 3 * units])",
    ),
    _gates(
        "a tanh at the output gate",
        ("gates-output",),
        "tanh in place of the sigmoid",
        o="np.tanh(z_t[:, 3 * units :])",
    ),
    _gates(
        "forgets the forget gate's sigmoid",
        ("gates-forget",),
        "sigmoid missing",
        f="z_t[:, units : 2 * units] + 0.0",
    ),
    _gates(
        "forgets the candidate's tanh",
        ("gates-candidate",),
        "tanh missing",
        g="z_t[:, 2 * units : 3 * units] * 1.0",
    ),
    _gates(
        "reads the forget slot twice",
        ("gates-input",),
        "slot of the forget gate",
        i="sigmoid(z_t[:, units : 2 * units])",
    ),
    _gates(
        "relu for the candidate",
        ("gates-candidate",),
        "relu in place of tanh",
        g="np.maximum(0.0, z_t[:, 2 * units : 3 * units])",
    ),
    _gates(
        "an old hard sigmoid", ("gates-input",), "hard sigmoid", i="np.clip(0.2 * z_t[:, :units] + 0.5, 0, 1)"
    ),
    _gates(
        "a sign lost in its own sigmoid",
        ("gates-output",),
        "sign in the exponent",
        o="1 / (1 + np.exp(z_t[:, 3 * units :]))",
    ),
    Wrong(
        "lstm_gates",
        "takes the columns by turns",
        ALL,
        "every fourth column",
        """
def lstm_gates(z_t):
    z = z_t.reshape(z_t.shape[0], -1, 4)
    return {"i_t": sigmoid(z[:, :, 0]), "f_t": sigmoid(z[:, :, 1]),
            "g_t": np.tanh(z[:, :, 2]), "o_t": sigmoid(z[:, :, 3])}
""",
    ),
    _gates(
        "lets the units compete",
        ("gates-forget",),
        "softmax over the units",
        f="np.exp(z_t[:, units : 2 * units]) / np.exp(z_t[:, units : 2 * units]).sum(1, keepdims=True)",
    ),
    _gates("a steeper sigmoid", ("gates-input",), "", i="sigmoid(2 * z_t[:, :units])"),
    _gates("wrong slot and wrong activation", ("gates-output",), "", o="np.tanh(z_t[:, :units])"),
    Wrong("lstm_gates", "misspells a key", (*ALL, "gates-contract"), "", change={'"g_t": np': '"c_t": np'}),
    Wrong(
        "lstm_gates",
        "squashes its argument in place",
        ("gates-contract",),
        "argument changed",
        """
def lstm_gates(z_t):
    n = z_t.shape[1] // 4
    z_t[:, 2 * n : 3 * n] = np.tanh(z_t[:, 2 * n : 3 * n])
    return {"i_t": sigmoid(z_t[:, :n]), "f_t": sigmoid(z_t[:, n : 2 * n]),
            "g_t": z_t[:, 2 * n : 3 * n].copy(), "o_t": sigmoid(z_t[:, 3 * n :])}
""",
    ),
    Right(
        "lstm_gates",
        "split and a comprehension",
        code="""
def lstm_gates(z_t):
    slots = np.split(z_t, 4, axis=-1)
    functions = sigmoid, sigmoid, np.tanh, sigmoid
    return {f"{name}_t": squash(slot) for name, squash, slot in zip("ifgo", functions, slots)}
""",
    ),
    Right(
        "lstm_gates",
        "one tanh for all",
        code="""
def lstm_gates(z_t):
    z = z_t.reshape(len(z_t), 4, -1).copy()
    z[:, [0, 1, 3]] /= 2
    y = np.tanh(z)
    y[:, [0, 1, 3]] = (y[:, [0, 1, 3]] + 1) / 2
    return dict(i_t=y[:, 0], f_t=y[:, 1], g_t=y[:, 2], o_t=y[:, 3])
""",
    ),
    Right(
        "lstm_gates",
        "an own sigmoid, vectorised number by number",
        code="""
import math
from functools import partial

logistic = np.vectorize(lambda a: 1 / (1 + math.exp(-a)), otypes=[float])

def lstm_gates(z_t):
    n = z_t.shape[1] // 4
    take = lambda k: z_t[:, k * n:(k + 1) * n]
    return {"o_t": logistic(take(3)), "i_t": logistic(take(0)), "f_t": logistic(take(1)), "g_t": np.tanh(take(2))}
""",
    ),
    Right(
        "lstm_gates",
        "loops over everything, with a warning",
        code="""
import warnings

def lstm_gates(z_t):
    warnings.warn("this is slow")
    batch, four_n = z_t.shape
    n = four_n // 4
    gates = {name: np.zeros((batch, n)) for name in ("i_t", "f_t", "g_t", "o_t")}
    for b in range(batch):
        for k in range(n):
            gates["i_t"][b, k] = 1 / (1 + np.exp(-z_t[b, k]))
            gates["f_t"][b, k] = 1 / (1 + np.exp(-z_t[b, n + k]))
            gates["g_t"][b, k] = (np.exp(2 * z_t[b, 2 * n + k]) - 1) / (np.exp(2 * z_t[b, 2 * n + k]) + 1)
            gates["o_t"][b, k] = 1 / (1 + np.exp(-z_t[b, 3 * n + k]))
    return gates
""",
    ),
    Right(
        "lstm_gates",
        "single precision, with an extra key",
        code="""
def lstm_gates(z_t):
    z_t = np.float32(z_t)
    i, f, g, o = np.array_split(z_t, 4, axis=1)
    return {"i_t": sigmoid(i), "f_t": sigmoid(f), "g_t": np.tanh(g), "o_t": sigmoid(o), "z_t": z_t}
""",
    ),
)
