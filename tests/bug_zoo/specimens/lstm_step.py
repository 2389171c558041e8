"""Specimens for assignment 04-lstm: one step."""

from tests.bug_zoo.zoo import Right, Wrong


def _step(what, loses, named, change):
    return Wrong("lstm_step", what, loses, named, change=change)


STATE = "c_t = f_t * c_prev + i_t * g_t"
SHOWN = "h_t = o_t * np.tanh(c_t)"
Z = "z_t = x_t @ kernel + h_prev @ recurrent_kernel + bias"

SPECIMENS = (
    _step("forgets the bias", ("step-values",), "bias not added", {Z: Z.replace(" + bias", "")}),
    _step(
        "lets the gates read the cell state",
        ("step-values",),
        "gates that read the cell state",
        {Z: Z.replace("h_prev", "c_prev")},
    ),
    _step(
        "has CS231n's order",
        ("step-values",),
        "slots in the order of CS231n",
        {"z_i, z_f, z_g, z_o = np": "z_i, z_f, z_o, z_g = np"},
    ),
    _step(
        "begins with the forget gate, as papers do",
        ("step-values",),
        "slots in the order f, i",
        {"z_i, z_f, z_g, z_o = np": "z_f, z_i, z_g, z_o = np"},
    ),
    _step(
        "squashes everything alike",
        ("step-values",),
        "sigmoid for the candidate too",
        {"np.tanh(z_g)": "sigmoid(z_g)"},
    ),
    _step(
        "keeps the new states",
        ("step-values",),
        "new states kept in place of the old ones",
        {'"h_prev": h_prev, "c_prev": c_prev}': '"h_prev": h_t, "c_prev": c_t}'},
    ),
    _step("adds peepholes", ("step-values",), "", {"sigmoid(z_o)": "sigmoid(z_o + c_prev)"}),
    _step(
        "exchanges the two gates",
        ("step-cell-state",),
        "input and forget gate exchanged",
        {STATE: "c_t = i_t * c_prev + f_t * g_t"},
    ),
    _step(
        "forgets the input gate",
        ("step-cell-state",),
        "input gate left out",
        {STATE: "c_t = f_t * c_prev + g_t"},
    ),
    _step(
        "builds the cell of 1997",
        ("step-cell-state",),
        "forget gate left out",
        {STATE: "c_t = c_prev + i_t * g_t"},
    ),
    _step(
        "ties the gates as the GRU does",
        ("step-cell-state",),
        "input gate taken as the rest of the forget gate",
        {STATE: "c_t = f_t * c_prev + (1 - f_t) * g_t"},
    ),
    _step(
        "carries the hidden state",
        ("step-cell-state",),
        "hidden state in place of the old cell state",
        {STATE: "c_t = f_t * h_prev + i_t * g_t"},
    ),
    _step(
        "squashes the state for good",
        ("step-cell-state",),
        "tanh put around the cell state",
        {STATE: "c_t = np.tanh(f_t * c_prev + i_t * g_t)"},
    ),
    _step(
        "takes the gate at its name",
        ("step-cell-state",),
        "keeping and forgetting mixed up",
        {STATE: "c_t = (1 - f_t) * c_prev + i_t * g_t"},
    ),
    _step(
        "keeps tanh(c_t) for later",
        ("step-cell-state",),
        "tanh(c_t) kept in place of c_t",
        {'"c_t": c_t}': '"c_t": np.tanh(c_t)}'},
    ),
    _step(
        "multiplies where it should add",
        ("step-cell-state",),
        "",
        {STATE: "c_t = (f_t * c_prev) * (i_t * g_t)"},
    ),
    _step("lets the output gate write", ("step-cell-state",), "", {STATE: "c_t = f_t * c_prev + o_t * g_t"}),
    _step("shows the state as it is", ("step-hidden-state",), "tanh missing", {SHOWN: "h_t = o_t * c_t"}),
    _step(
        "shows the state of the step before",
        ("step-hidden-state",),
        "old cell state shown",
        {SHOWN: "h_t = o_t * np.tanh(c_prev)"},
    ),
    _step("shows everything", ("step-hidden-state",), "output gate left out", {SHOWN: "h_t = np.tanh(c_t)"}),
    _step(
        "multiplies first and squashes then",
        ("step-hidden-state",),
        "output gate inside the tanh",
        {SHOWN: "h_t = np.tanh(o_t * c_t)"},
    ),
    _step(
        "shows with a sigmoid",
        ("step-hidden-state",),
        "sigmoid in place of tanh",
        {SHOWN: "h_t = o_t * sigmoid(c_t)"},
    ),
    _step("shows what is not shown", ("step-hidden-state",), "", {SHOWN: "h_t = (1 - o_t) * np.tanh(c_t)"}),
    _step(
        "returns the states in the other order",
        ("step-cell-state", "step-hidden-state"),
        "states returned in the other order",
        {"return h_t, c_t, values": "return c_t, h_t, values"},
    ),
    Wrong(
        "lstm_step",
        "shows without a gate, in the order of CS231n",
        ("step-values", "step-hidden-state"),
        ("slots in the order of CS231n", "output gate left out"),
        change={"z_i, z_f, z_g, z_o = np": "z_i, z_f, z_o, z_g = np", SHOWN: "h_t = np.tanh(c_t)"},
    ),
    Wrong(
        "lstm_step",
        "updates the cell state in place",
        ("step-values", "step-contract"),
        "argument changed",
        change={STATE: "c_prev *= f_t\n    c_prev += i_t * g_t\n    c_t = c_prev"},
    ),
    Wrong(
        "lstm_step",
        "squeezes the last axis",
        ("step-contract",),
        "dropped axes",
        change={"return h_t, c_t, values": "return np.squeeze(h_t), np.squeeze(c_t), values"},
    ),
    Right(
        "lstm_step",
        "calls the functions written before",
        """
def lstm_step(x_t, h_prev, c_prev, kernel, recurrent_kernel, bias):
    values = lstm_gates(preactivation(x_t, h_prev, kernel, recurrent_kernel, bias))
    c_t = values["f_t"] * c_prev + values["i_t"] * values["g_t"]
    values.update(x_t=x_t, h_prev=h_prev, c_prev=c_prev, c_t=c_t)
    return values["o_t"] * np.tanh(c_t), c_t, values
""",
    ),
    Right(
        "lstm_step",
        "slot by slot, with einsum",
        """
def lstm_step(x_t, h_prev, c_prev, kernel, recurrent_kernel, bias):
    B, N = h_prev.shape
    W, U, b = kernel.reshape(-1, 4, N), recurrent_kernel.reshape(N, 4, N), bias.reshape(4, N)
    z = np.einsum("bd,dsn->sbn", x_t, W) + np.einsum("bm,msn->sbn", h_prev, U) + b[:, None]
    i, f, g, o = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    c = np.add(f * c_prev, i * g)
    h = np.multiply(o, np.tanh(c))
    return h, c, dict(x_t=x_t, h_prev=h_prev, c_prev=c_prev, i_t=i, f_t=f, g_t=g, o_t=o, c_t=c)
""",
    ),
    Right(
        "lstm_step",
        "loops over batch and units",
        """
import math

def lstm_step(x_t, h_prev, c_prev, kernel, recurrent_kernel, bias):
    batch, n = c_prev.shape
    names = ("i_t", "f_t", "g_t", "o_t", "c_t")
    values = {name: np.zeros((batch, n)) for name in names}
    h_t = np.zeros((batch, n))
    for b in range(batch):
        for k in range(n):
            z = []
            for slot in range(4):
                column = slot * n + k
                z.append(float(x_t[b] @ kernel[:, column] + h_prev[b] @ recurrent_kernel[:, column] + bias[column]))
            s = [1 / (1 + math.exp(-a)) for a in z]
            i, f, g, o = s[0], s[1], math.tanh(z[2]), s[3]
            c = f * c_prev[b, k] + i * g
            for name, number in zip(names, (i, f, g, o, c)):
                values[name][b, k] = number
            h_t[b, k] = o * math.tanh(c)
    return h_t, values["c_t"].copy(), {**values, "x_t": x_t, "h_prev": h_prev, "c_prev": c_prev}
""",
    ),
    Right(
        "lstm_step",
        "a class instance in single precision",
        """
class Step:
    def __init__(self, dtype):
        self.dtype = dtype

    def __call__(self, *arguments):
        x, h, c, W, U, b = (np.asarray(a, self.dtype) for a in arguments)
        n = h.shape[1]
        z = x @ W + h @ U + b
        i, f, o = (sigmoid(z[:, k * n:(k + 1) * n]) for k in (0, 1, 3))
        g = np.tanh(z[:, 2 * n:3 * n])
        new = f * c + i * g
        kept = {"x_t": x, "h_prev": h, "c_prev": c, "i_t": i, "f_t": f, "g_t": g, "o_t": o, "c_t": new}
        return o * np.tanh(new), new, kept

lstm_step = Step("float32")
""",
    ),
    Right(
        "lstm_step",
        "in place on its own arrays, and prints",
        """
def lstm_step(x_t, h_prev, c_prev, kernel, recurrent_kernel, bias):
    z = x_t @ kernel
    z += h_prev @ recurrent_kernel
    z += bias
    print("z_t:", z.shape)
    n = z.shape[1] // 4
    values = {"x_t": x_t.copy(), "h_prev": h_prev.copy(), "c_prev": c_prev.copy()}
    for k, name in enumerate(["i_t", "f_t", "g_t", "o_t"]):
        slot = z[:, k * n : (k + 1) * n]
        values[name] = np.tanh(slot) if name == "g_t" else sigmoid(slot)
    c_t = c_prev.copy()
    c_t *= values["f_t"]
    c_t += values["i_t"] * values["g_t"]
    values["c_t"] = c_t
    return [values["o_t"] * np.tanh(c_t), c_t, values]
""",
    ),
)
