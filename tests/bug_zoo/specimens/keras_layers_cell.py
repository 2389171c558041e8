"""Specimens of cell_states and starting_bias, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

PLANTED = "the planted bug is still there"
gates, gates_right = partial(Wrong, "cell_states"), partial(Right, "cell_states")
bias, bias_right = partial(Wrong, "starting_bias"), partial(Right, "starting_bias")
VALUE, BIAS = ("bug-gates",), ("bug-bias",)
SIGMOID = "1 / (1 + np.exp(-a))"
ONES = "bias[units : 2 * units] = 1.0"

SPECIMENS = (
    gates("hands the buggy function in", VALUE, PLANTED, code="cell_states = cell_states_buggy"),
    gates(
        "takes today's hard sigmoid",
        VALUE,
        "another straight line",
        change={SIGMOID: "np.clip(a / 6 + 0.5, 0, 1)"},
    ),
    gates(
        "overlooks the output gate",
        VALUE,
        "the output gate not repaired",
        change={"o_t = gate(a_o)": "o_t = np.clip(0.2 * a_o + 0.5, 0, 1)"},
    ),
    gates(
        "puts the candidate through the sigmoid too",
        VALUE,
        "the candidate changed as well",
        change={"np.tanh(a_g)": "gate(a_g)"},
    ),
    gates("takes tanh for the gates", VALUE, "tanh at the gates", change={SIGMOID: "np.tanh(a)"}),
    gates("loses the minus", VALUE, "the sign in the exponent", change={"np.exp(-a)": "np.exp(a)"}),
    gates("loses the last tanh", VALUE, "the last tanh lost", change={"o_t * np.tanh(c_t)": "o_t * c_t"}),
    gates(
        "reads the slots in the order of CS231n",
        VALUE,
        "the slots put into another order",
        change={"a_i, a_f, a_g, a_o = np": "a_i, a_f, a_o, a_g = np"},
    ),
    gates(
        "a steeper sigmoid, to make up for the straight line",
        VALUE,
        change={SIGMOID: "1 / (1 + np.exp(-a / 0.8))"},
    ),
    gates(
        "repairs the forget gate only",
        VALUE,
        change={
            "i_t = gate(a_i)": "i_t = np.clip(0.2 * a_i + 0.5, 0, 1)",
            "o_t = gate(a_o)": "o_t = np.clip(0.2 * a_o + 0.5, 0, 1)",
        },
    ),
    gates_right("the sigmoid as a tanh", change={SIGMOID: "0.5 * (1 + np.tanh(a / 2))"}),
    gates_right(
        "a loop over rows and units with math",
        """
import math

def cell_states(z_t, c_prev):
    sig = lambda a: 1 / (1 + math.exp(-a))
    B, N = c_prev.shape
    h, c = np.zeros((B, N)), np.zeros((B, N))
    for b in range(B):
        for n in range(N):
            i, f, g, o = (z_t[b, n + k * N] for k in range(4))
            c[b, n] = sig(f) * c_prev[b, n] + sig(i) * math.tanh(g)
            h[b, n] = sig(o) * math.tanh(c[b, n])
    return h, c
""",
    ),
    gates_right(
        "np.vectorize",
        """
@np.vectorize
def sig(a):
    return 1.0 / (1.0 + np.exp(-a)) if a > 0 else np.exp(a) / (1.0 + np.exp(a))

def cell_states(z_t, c_prev):
    u = z_t.shape[1] // 4
    s = sig(z_t)
    c = s[:, u : 2 * u] * c_prev + s[:, :u] * np.tanh(z_t[:, 2 * u : 3 * u])
    return s[:, 3 * u :] * np.tanh(c), c
""",
    ),
    gates_right(
        "Keras's own functions, in single precision",
        """
def cell_states(z_t, c_prev):
    z = np.array(z_t, dtype="float32").reshape(len(z_t), 4, -1)
    i, f, o = (keras.ops.convert_to_numpy(keras.activations.sigmoid(z[:, k])) for k in (0, 1, 3))
    c = f * c_prev.astype("float32") + i * np.tanh(z[:, 2])
    return o * np.tanh(c), c
""",
    ),
    gates_right(
        "in place, on copies of its own",
        """
%matplotlib inline
def cell_states(z_t, c_prev):
    a = z_t.copy()
    n = c_prev.shape[1]
    for gate in (slice(0, n), slice(n, 2 * n), slice(3 * n, 4 * n)):
        a[:, gate] *= -1
        np.exp(a[:, gate], out=a[:, gate])
        a[:, gate] += 1
        np.reciprocal(a[:, gate], out=a[:, gate])
    c = c_prev.copy()
    c *= a[:, n : 2 * n]
    c += a[:, :n] * np.tanh(a[:, 2 * n : 3 * n])
    print("done")
    return a[:, 3 * n :] * np.tanh(c), c
""",
    ),
    bias("hands the buggy function in", BIAS, PLANTED, code="starting_bias = starting_bias_buggy"),
    bias(
        "opens the input gate", BIAS, "the ones in the input gate's slot", change={ONES: "bias[:units] = 1.0"}
    ),
    bias(
        "opens the output gate",
        BIAS,
        "the ones in the output gate's slot",
        change={ONES: "bias[3 * units :] = 1.0"},
    ),
    bias("ones everywhere", BIAS, "ones everywhere", change={"np.zeros(": "np.ones("}),
    bias("zeros everywhere", BIAS, "zeros everywhere", change={ONES: ""}),
    bias("one number for all units", BIAS, "a single one", change={ONES: "bias[units] = 1.0"}),
    bias("every fourth number", BIAS, "the slots interleaved", change={ONES: "bias[1::4] = 1.0"}),
    bias("a forget bias of 2", BIAS, "2 in the place of 1", change={"= 1.0": "= 2.0"}),
    bias("ones from the forget gate on", BIAS, change={ONES: "bias[units:] = 1.0"}),
    bias("one column too many", BIAS, change={ONES: "bias[units : 2 * units + 1] = 1.0"}),
    bias("three slots", BIAS, change={"np.zeros(4 * units)": "np.zeros(3 * units)"}),
    bias_right(
        "concatenate",
        """
def starting_bias(units):
    zero = np.zeros(units)
    return np.concatenate([zero, zero + 1, zero, zero])
""",
    ),
    bias_right(
        "repeat, single precision",
        """
def starting_bias(units):
    print(units)
    return np.repeat(np.array([0, 1, 0, 0], np.float32), units)
""",
    ),
    bias_right(
        "a comprehension",
        """
starting_bias = lambda units: np.array([float(k // units == 1) for k in range(4 * units)])
""",
    ),
    bias_right(
        "asks Keras",
        """
import warnings

def starting_bias(units):
    warnings.warn("a layer for a bias")
    cell = keras.layers.LSTMCell(units)
    cell.build((None, 1))
    return cell.get_weights()[2]
""",
    ),
    bias_right(
        "an outer product in a class",
        """
class Start:
    slots = np.eye(4)[1]
    def __call__(self, units):
        return np.outer(self.slots, np.ones(units)).ravel()

starting_bias = Start()
""",
    ),
    bias_right(
        "a mask of the columns",
        """
def starting_bias(units):
    columns = np.arange(4 * units)
    return np.where((columns >= units) & (columns < 2 * units), 1.0, 0.0)
""",
    ),
)
