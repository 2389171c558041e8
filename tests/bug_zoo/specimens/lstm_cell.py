"""Specimens for assignment 04-lstm: parameters and pre-activations."""

from tests.bug_zoo.zoo import Right, Wrong


def _count(what, formula, named=""):
    code = f"def count_parameters(features, units):\n    return {formula}"
    return Wrong("count_parameters", what, ("parameter-count",), named, code)


COUNT = (
    _count("counts a simple network", "units * (features + units + 1)", "one slot in place of four"),
    _count("leaves the biases out", "4 * (features * units + units * units)", "biases not counted"),
    _count("adds one bias", "4 * units * (features + units) + units", "one bias for all four slots"),
    _count("counts as PyTorch does", "4 * units * (features + units + 2)", "two biases for each slot"),
    _count("thinks of three gates", "3 * units * (features + units + 1)", "three slots"),
    _count("forgets the recurrent kernel", "4 * (features * units + units)", "recurrent kernel not counted"),
    _count(
        "gives both kernels the same rows",
        "2 * features * 4 * units + 4 * units",
        "recurrent kernel with features for rows",
    ),
    _count(
        "one number per bias",
        "4 * (features * units + units**2 + 1)",
        "one number for each slot's bias",
    ),
    _count("counts peepholes too", "4 * (features * units + units * units + units) + 3 * units"),
    _count("squares the features", "4 * (features**2 + features * units + units)"),
    Right("count_parameters", "one factor", "def count_parameters(d, n):\n    return 4 * n * (d + n + 1)"),
    Right(
        "count_parameters",
        "counts in loops",
        """
def count_parameters(features, units):
    total = 0
    for slot in "ifgo":
        for unit in range(units):
            for number in range(features + units):
                total += 1
            total += 1
    return total
""",
    ),
    Right(
        "count_parameters",
        "makes the arrays and measures them",
        """
def count_parameters(features, units):
    arrays = [np.empty((features, 4 * units)), np.empty((units, 4 * units)), np.empty(4 * units)]
    return sum(map(np.size, arrays))
""",
    ),
    Right(
        "count_parameters",
        "a lambda",
        "count_parameters = lambda features, units: 4 * (units * features + units**2 + units)",
    ),
    Right(
        "count_parameters",
        "a NumPy integer, and a print",
        """
def count_parameters(features, units):
    shapes = np.array([[features, 4 * units], [units, 4 * units], [1, 4 * units]])
    print("shapes:", shapes.tolist())
    return shapes.prod(axis=1).sum()
""",
    ),
)


def _bias(what, line, named=""):
    change = {"    bias[units : 2 * units] = forget\n    return bias": f"    {line}"}
    return Wrong("initial_bias", what, ("forget-bias",), named, change=change)


BIAS = (
    _bias(
        "takes the first slot",
        "bias[:units] = forget\n    return bias",
        "forget value in the input gate's slot",
    ),
    _bias(
        "takes Keras's c for the forget gate",
        "bias[2 * units : 3 * units] = forget\n    return bias",
        "forget value in the candidate's slot",
    ),
    _bias(
        "takes the last slot",
        "bias[-units:] = forget\n    return bias",
        "forget value in the output gate's slot",
    ),
    _bias("fills everything", "return np.full(4 * units, forget)", "forget value in every slot"),
    _bias("every fourth column", "bias[1::4] = forget\n    return bias", "slots interleaved"),
    _bias("sets one number", "bias[units] = forget\n    return bias", "only one unit's bias set"),
    _bias("always begins with 1", "bias[units : 2 * units] = 1\n    return bias", "always 1"),
    _bias(
        "has a number for each slot",
        "return np.array([0.0, forget, 0.0, 0.0])",
        "one number for each slot",
    ),
    _bias(
        "returns a table",
        "bias = bias.reshape(4, units)\n    bias[1] = forget\n    return bias",
        "one row for each slot",
    ),
    _bias(
        "returns a row",
        "bias[units : 2 * units] = forget\n    return bias.reshape(1, -1)",
        "a row in place of a vector",
    ),
    _bias("loses the fraction", "return np.repeat(np.array([0, forget, 0, 0]).astype(int), units)"),
    _bias("returns a list", "bias[units : 2 * units] = forget\n    return bias.tolist()"),
    _bias("is off by one column", "bias[units + 1 : 2 * units + 1] = forget\n    return bias"),
    Right(
        "initial_bias",
        "repeat",
        change={
            "    bias = np.zeros(4 * units)\n    bias[units : 2 * units] = forget\n    return bias": "    return np.repeat([0.0, forget, 0.0, 0.0], units)",
        },
    ),
    Right(
        "initial_bias",
        "concatenate",
        code="""
def initial_bias(units, forget):
    closed = np.zeros(units)
    return np.concatenate([closed, closed + forget, closed, closed])
""",
    ),
    Right(
        "initial_bias",
        "single precision",
        change={
            "np.zeros(4 * units)": "np.zeros(4 * units, dtype=np.float32)",
        },
    ),
    Right(
        "initial_bias",
        "a loop over the units",
        code="""
def initial_bias(units, forget):
    bias = [0.0] * (4 * units)
    for n in range(units):
        bias[units + n] = float(forget)
    return np.array(bias)
""",
    ),
    Right(
        "initial_bias",
        "a product with a one-hot row",
        code="""
slots = {name: k for k, name in enumerate("ifgo")}

def initial_bias(units, forget):
    one_hot = np.eye(4)[slots["f"]]
    return np.kron(one_hot, np.ones(units)) * forget
""",
    ),
)


def _z(what, line, named=""):
    change = {"return x_t @ kernel + h_prev @ recurrent_kernel + bias": line}
    return Wrong("preactivation", what, ("preactivation-value",), named, change=change)


PREACTIVATION = (
    _z("forgets the bias", "return x_t @ kernel + h_prev @ recurrent_kernel", "bias not added"),
    _z("forgets the state", "return x_t @ kernel + bias", "state not used"),
    _z("forgets the input", "return h_prev @ recurrent_kernel + bias", "input not used"),
    _z(
        "adds a bias to each product",
        "return (x_t @ kernel + bias) + (h_prev @ recurrent_kernel + bias)",
        "bias added twice",
    ),
    _z(
        "squashes at once",
        "return sigmoid(x_t @ kernel + h_prev @ recurrent_kernel + bias)\n\n"
        "def sigmoid(a):\n    return 1 / (1 + np.exp(-a))",
        "sigmoid applied already",
    ),
    _z(
        "squashes as the simple network does",
        "return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias)",
        "tanh applied already",
    ),
    _z(
        "fights with shapes until one fits",
        "U = recurrent_kernel.T.reshape(recurrent_kernel.shape)\n    return x_t @ kernel + h_prev @ U + bias",
        "recurrent kernel reshaped in place of transposed",
    ),
    _z("has a minus", "return x_t @ kernel - h_prev @ recurrent_kernel + bias", "state subtracted"),
    _z(
        "takes one slot's bias",
        "b = bias[: h_prev.shape[1]]\n    return x_t @ kernel + h_prev @ recurrent_kernel + np.tile(b, 4)",
        "bias of the first slot used for all",
    ),
    _z("scales by the root of the width", "return (x_t @ kernel + h_prev @ recurrent_kernel) / 2 + bias"),
    _z("forgets state and bias", "return x_t @ kernel"),
    Wrong(
        "preactivation",
        "squeezes a batch of one away",
        ("preactivation-contract",),
        "dropped axes",
        change={
            "return x_t @ kernel + h_prev @ recurrent_kernel + bias": "return np.squeeze(x_t @ kernel + h_prev @ recurrent_kernel + bias)"
        },
    ),
    Wrong(
        "preactivation",
        "counts its calls and lets them count",
        ("preactivation-value", "preactivation-contract"),
        "memory between calls",
        code="""
calls = 0

def preactivation(x_t, h_prev, kernel, recurrent_kernel, bias):
    global calls
    calls += 1
    if calls == 1:
        preactivation.bias = bias.mean()
    return x_t @ kernel + h_prev @ recurrent_kernel + bias + calls * preactivation.bias
""",
    ),
    Right(
        "preactivation",
        "einsum",
        code="""
def preactivation(x_t, h_prev, kernel, recurrent_kernel, bias):
    return np.einsum("bd,dk->bk", x_t, kernel) + np.einsum("bn,nk->bk", h_prev, recurrent_kernel) + bias[None]
""",
    ),
    Right(
        "preactivation",
        "one product of stacked arrays",
        code="""
def preactivation(x_t, h_prev, kernel, recurrent_kernel, bias):
    ones = np.ones((len(x_t), 1))
    read = np.hstack([x_t, h_prev, ones])
    return read @ np.vstack([kernel, recurrent_kernel, bias])
""",
    ),
    Right(
        "preactivation",
        "loops over everything",
        code="""
def preactivation(x, h, W, U, b):
    z = np.zeros((x.shape[0], W.shape[1]))
    for row in range(z.shape[0]):
        for column in range(z.shape[1]):
            z[row, column] = b[column]
            for d in range(x.shape[1]):
                z[row, column] += x[row, d] * W[d, column]
            for n in range(h.shape[1]):
                z[row, column] += h[row, n] * U[n, column]
    return z
""",
    ),
    Right(
        "preactivation",
        "single precision, in place on its own array",
        code="""
def preactivation(x_t, h_prev, kernel, recurrent_kernel, bias):
    z_t = np.dot(x_t.astype(np.float32), kernel.astype(np.float32))
    z_t += h_prev.astype(np.float32) @ recurrent_kernel.astype(np.float32)
    z_t += bias.astype(np.float32)
    return z_t
""",
    ),
    Right(
        "preactivation",
        "a class instance, and a magic",
        code="""
%matplotlib inline
class Affine:
    def __call__(self, x_t, h_prev, kernel, recurrent_kernel, bias):
        return sum([x_t @ kernel, h_prev @ recurrent_kernel, bias])

preactivation = Affine()
""",
    ),
)

SPECIMENS = (*COUNT, *BIAS, *PREACTIVATION)
