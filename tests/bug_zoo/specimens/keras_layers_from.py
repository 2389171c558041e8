"""Specimens of from_keras, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FROM, FROM_RIGHT = partial(Wrong, "from_keras"), partial(Right, "from_keras")
FROM_ALL = ("from-kernel", "from-recurrent", "from-bias")
AS_IT_WAS = "the order of the slots left as it was"
FROM_ORDER = "concatenate([i, f, o, g]"
FROM_RETURN = "return reordered(kernel), reordered(recurrent_kernel), reordered(bias)"
BIAS = "bias = weights[2] if len(weights) == 3 else np.zeros(kernel.shape[1])"

SPECIMENS = (
    FROM("returns the old order", FROM_ALL, AS_IT_WAS, change={FROM_ORDER: "concatenate([i, f, g, o]"}),
    FROM(
        "takes the order of TensorFlow 1",
        FROM_ALL,
        "the order of TensorFlow 1",
        change={FROM_ORDER: "concatenate([i, g, f, o]"},
    ),
    FROM(
        "takes the order of ONNX",
        FROM_ALL,
        "the order of ONNX",
        change={FROM_ORDER: "concatenate([i, o, f, g]"},
    ),
    FROM(
        "swaps two gates",
        FROM_ALL,
        "the gates put in the wrong order, the candidate right",
        change={FROM_ORDER: "concatenate([f, i, o, g]"},
    ),
    FROM(
        "interleaves",
        FROM_ALL,
        "the slots interleaved",
        change={
            "i, f, g, o = np.split(array, 4, axis=-1)": "",
            "return np.concatenate([i, f, o, g], axis=-1)": "return array.reshape(*array.shape[:-1], -1, 4)"
            "[..., [0, 1, 3, 2]].reshape(array.shape)",
        },
    ),
    FROM(
        "unpacks three arrays",
        ("from-contract",),
        "three arrays unpacked",
        change={
            "kernel, recurrent_kernel = weights[:2]": "kernel, recurrent_kernel, bias = weights",
            BIAS: "",
        },
    ),
    FROM(
        "takes the third array for granted",
        ("from-contract",),
        "the third array taken for granted",
        change={BIAS: "bias = weights[2]"},
    ),
    FROM(
        "makes up a forget bias where there is no bias",
        ("from-contract",),
        change={"np.zeros(kernel.shape[1])": "np.repeat([0.0, 1, 0, 0], kernel.shape[1] // 4)"},
    ),
    FROM(
        "subtracts the 1 that Keras began with",
        ("from-bias",),
        "1 taken from the forget bias",
        change={
            FROM_RETURN: "b = reordered(bias)\n    n = len(b) // 4\n    b[n : 2 * n] -= 1\n"
            "    return reordered(kernel), reordered(recurrent_kernel), b"
        },
    ),
    FROM(
        "doubles the bias",
        ("from-bias",),
        "the bias doubled",
        change={"reordered(bias)": "2 * reordered(bias)"},
    ),
    FROM(
        "turns the kernel round, as for PyTorch",
        ("from-kernel", "from-contract"),
        "transposed",
        change={"reordered(kernel)": "reordered(kernel).T"},
    ),
    FROM(
        "takes the recurrent kernel for the kernel",
        ("from-kernel", "from-recurrent", "from-contract"),
        change={
            "reordered(kernel), reordered(recurrent_kernel)": "reordered(recurrent_kernel), reordered(kernel)"
        },
    ),
    FROM_RIGHT(
        "an index of columns",
        """
def from_keras(weights):
    n = weights[1].shape[0]
    order = np.concatenate([np.arange(0, 2 * n), np.arange(3 * n, 4 * n), np.arange(2 * n, 3 * n)])
    if len(weights) == 2:
        weights = [*weights, np.zeros(4 * n)]
    return tuple(w.take(order, axis=-1) for w in weights)
""",
    ),
    FROM_RIGHT(
        "unpacks what there is",
        """
def from_keras(weights):
    kernel, recurrent, *rest = weights
    units = len(recurrent)
    result = []
    for w in (kernel, recurrent, *(rest or [np.zeros(4 * units)])):
        new = w.copy()
        new[..., 2 * units : 3 * units] = w[..., 3 * units :]
        new[..., 3 * units :] = w[..., 2 * units : 3 * units]
        result.append(new)
    return result
""",
    ),
    FROM_RIGHT(
        "an exception for the missing bias, and print",
        """
def from_keras(weights):
    try:
        bias = weights[2]
    except IndexError:
        print("no bias")
        bias = 0 * weights[0][0]
    def turn(w):
        return np.hstack([np.hsplit(w, 4)[k] for k in (0, 1, 3, 2)])
    return turn(weights[0]), turn(weights[1]), turn(bias)
""",
    ),
    FROM_RIGHT(
        "in single precision",
        change={
            "return np.concatenate([i, f, o, g], axis=-1)": "return np.concatenate([i, f, o, g], -1, dtype='float32')"
        },
    ),
    FROM_RIGHT(
        "rolls the second half",
        """
roll = lambda w: np.concatenate([w[..., : w.shape[-1] // 2],
                                 np.roll(w[..., w.shape[-1] // 2 :], w.shape[-1] // 4, axis=-1)], axis=-1)

def from_keras(weights):
    b = np.zeros(weights[0].shape[-1]) if len(weights) < 3 else weights[-1]
    return roll(weights[0]), roll(weights[1]), roll(b)
""",
    ),
)
