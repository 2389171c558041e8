"""Specimens of to_keras, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

TO, TO_RIGHT = partial(Wrong, "to_keras"), partial(Right, "to_keras")
TO_ALL = ("to-kernel", "to-recurrent", "to-bias")
AS_IT_WAS = "the order of the slots left as it was"
TO_ORDER = "concatenate([i, f, g, o]"
TO_RETURN = "return reordered(Wx), reordered(Wh), reordered(b)"

SPECIMENS = (
    TO(
        "returns copies in the old order",
        TO_ALL,
        AS_IT_WAS,
        change={TO_ORDER: "concatenate([i, f, o, g]"},
    ),
    TO(
        "hands the arguments through",
        (*TO_ALL, "to-contract"),
        (AS_IT_WAS, "argument handed back"),
        change={TO_RETURN: "return Wx, Wh, b"},
    ),
    TO(
        "takes the order of an old BasicLSTMCell",
        TO_ALL,
        "the order of TensorFlow 1",
        change={TO_ORDER: "concatenate([i, g, f, o]"},
    ),
    TO("takes the order of ONNX", TO_ALL, "the order of ONNX", change={TO_ORDER: "concatenate([i, o, f, g]"}),
    TO(
        "swaps input and forget gate",
        TO_ALL,
        "the gates put in the wrong order, the candidate right",
        change={TO_ORDER: "concatenate([f, i, g, o]"},
    ),
    TO(
        "takes every fourth column for a slot",
        TO_ALL,
        "the slots interleaved",
        code="""
def to_keras(Wx, Wh, b):
    order = [0, 1, 3, 2]
    shapes = [a.shape for a in (Wx, Wh, b)]
    split = [a.reshape(*a.shape[:-1], -1, 4)[..., order] for a in (Wx, Wh, b)]
    return tuple(a.reshape(shape) for a, shape in zip(split, shapes))
""",
    ),
    TO(
        "transposes both kernels, as for PyTorch",
        ("to-kernel", "to-recurrent", "to-contract"),
        "transposed",
        change={TO_RETURN: "return reordered(Wx).T, reordered(Wh).T, reordered(b)"},
    ),
    TO(
        "forgets the bias when reordering",
        ("to-bias", "to-contract"),
        (AS_IT_WAS, "argument handed back"),
        change={"reordered(b)": "b"},
    ),
    TO(
        "reorders the recurrent kernel along its rows",
        ("to-recurrent",),
        "transposed",
        code="""
def to_keras(Wx, Wh, b):
    units = Wh.shape[0]
    columns = np.concatenate([np.arange(2 * units), np.arange(3 * units, 4 * units), np.arange(2 * units, 3 * units)])
    turned = Wh.T.reshape(4, units, units)[[0, 1, 3, 2]].reshape(4 * units, units)
    return Wx[:, columns], turned.reshape(units, 4 * units), b[columns]
""",
    ),
    TO(
        "adds the forget bias of 1",
        ("to-bias",),
        "1 added to the forget bias",
        change={
            TO_RETURN: "ones = np.repeat([0, 1, 0, 0], len(b) // 4)\n"
            "    return reordered(Wx), reordered(Wh), reordered(b) + ones"
        },
    ),
    TO(
        "splits the bias as if there were two",
        ("to-bias",),
        "the bias halved",
        change={"reordered(b)": "reordered(b) / 2"},
    ),
    TO(
        "swaps the slots in place, in the caller's arrays",
        ("to-contract",),
        "argument changed",
        code="""
def to_keras(Wx, Wh, b):
    n = Wh.shape[0]
    for a in (Wx, Wh, b):
        a[..., 2 * n : 3 * n], a[..., 3 * n :] = a[..., 3 * n :].copy(), a[..., 2 * n : 3 * n].copy()
    return Wx.copy(), Wh.copy(), b.copy()
""",
    ),
    TO_RIGHT(
        "an index of columns",
        """
def to_keras(Wx, Wh, b):
    n = Wh.shape[0]
    order = np.r_[0 : 2 * n, 3 * n : 4 * n, 2 * n : 3 * n]
    return Wx[:, order], Wh[:, order], b[order]
""",
    ),
    TO_RIGHT(
        "a loop over every column",
        """
def to_keras(Wx, Wh, b):
    n = len(b) // 4
    kernel, recurrent, bias = np.empty_like(Wx), np.empty_like(Wh), np.empty_like(b)
    for new_slot, old_slot in enumerate((0, 1, 3, 2)):
        for k in range(n):
            kernel[:, new_slot * n + k] = Wx[:, old_slot * n + k]
            recurrent[:, new_slot * n + k] = Wh[:, old_slot * n + k]
            bias[new_slot * n + k] = b[old_slot * n + k]
    return kernel, recurrent, bias
""",
    ),
    TO_RIGHT(
        "slots as an axis of their own",
        """
%matplotlib inline
def swap(a):
    print("array of shape", a.shape)
    return a.reshape(*a.shape[:-1], 4, -1)[..., [0, 1, 3, 2], :].reshape(a.shape)

def to_keras(Wx, Wh, b):
    return list(map(swap, (Wx, Wh, b)))
""",
    ),
    TO_RIGHT(
        "a matrix of zeros and ones",
        """
def to_keras(Wx, Wh, b):
    n = Wh.shape[0]
    P = np.kron(np.eye(4)[:, [0, 1, 3, 2]], np.eye(n))
    return Wx @ P, Wh @ P, b @ P
""",
    ),
    TO_RIGHT(
        "a class, in single precision",
        """
import warnings

class Converter:
    names = "ifog"

    def __call__(self, Wx, Wh, b):
        warnings.warn("float32")
        return tuple(np.hstack([self.slot(a, s) for s in "ifgo"]).astype(np.float32) for a in (Wx, Wh, b))

    def slot(self, a, name):
        n, k = a.shape[-1] // 4, self.names.index(name)
        return a[..., k * n : (k + 1) * n]

to_keras = Converter()
""",
    ),
)
