"""Specimens for assignment 02-rnn: ``rnn_step_backward``."""

from tests.bug_zoo.zoo import Right, Wrong

WEIGHTS = ("back-weights", "back-bias")

SPECIMENS = (
    Wrong(
        "rnn_step_backward",
        "forgets the slope of tanh",
        ("back-z",),
        "slope of tanh missing",
        change={"d_h_t * (1 - h_t**2)": "d_h_t"},
    ),
    Wrong(
        "rnn_step_backward",
        "takes tanh of the state once more",
        ("back-z",),
        "tanh applied to the state again",
        change={"h_t**2": "np.tanh(h_t) ** 2"},
    ),
    Wrong(
        "rnn_step_backward",
        "takes the slope of the sigmoid",
        ("back-z",),
        "slope of the sigmoid",
        change={"(1 - h_t**2)": "h_t * (1 - h_t)"},
    ),
    Wrong(
        "rnn_step_backward",
        "takes the slope at the state before",
        ("back-z",),
        "slope at the state before",
        change={"1 - h_t**2": "1 - h_prev**2"},
    ),
    Wrong(
        "rnn_step_backward",
        "forgets the transpose of U",
        ("back-h",),
        "recurrent kernel not transposed",
        change={"recurrent_kernel.T": "recurrent_kernel"},
    ),
    Wrong(
        "rnn_step_backward",
        "makes the shape of the kernel fit by reshaping",
        ("back-x",),
        "reshaped where a transpose belongs",
        change={"kernel.T\n    d_h_prev": "kernel.reshape(-1, kernel.shape[0])\n    d_h_prev"},
    ),
    Wrong(
        "rnn_step_backward",
        "multiplies the recurrent kernel's share by the state after",
        ("back-weights",),
        "state after for state before",
        change={"h_prev.T @ d_z_t": "h_t.T @ d_z_t"},
    ),
    Wrong(
        "rnn_step_backward",
        "exchanges the factors of dU",
        ("back-weights",),
        "factors exchanged in the recurrent kernel",
        change={"h_prev.T @ d_z_t": "d_z_t.T @ h_prev"},
    ),
    Wrong(
        "rnn_step_backward",
        "averages over the batch",
        WEIGHTS,
        "mean over the batch",
        code="""
def rnn_step_backward(d_h, x, h_prev, h, W, U):
    n = len(x)
    d_z = (1 - h * h) * d_h
    return d_z, d_z.dot(W.T), d_z.dot(U.T), x.T.dot(d_z) / n, h_prev.T.dot(d_z) / n, d_z.mean(axis=0)
""",
    ),
    Wrong(
        "rnn_step_backward",
        "sums the bias over the units",
        ("back-bias", "back-contract"),
        "sum over the units",
        change={"axis=0": "axis=1"},
    ),
    Wrong(
        "rnn_step_backward",
        "sums everything for the bias",
        ("back-bias", "back-contract"),
        "sum over everything",
        change={"sum(axis=0)": "sum()"},
    ),
    Wrong(
        "rnn_step_backward",
        "keeps the axis of the batch",
        ("back-contract",),
        change={"axis=0": "axis=0, keepdims=True"},
    ),
    Wrong(
        "rnn_step_backward",
        "uses d_h for both kernels and the bias",
        WEIGHTS,
        ("slope skipped on the way to the kernels", "slope skipped on the way to the bias"),
        change={
            "x_t.T @ d_z_t": "x_t.T @ d_h_t",
            "h_prev.T @ d_z_t": "h_prev.T @ d_h_t",
            "d_z_t.sum": "d_h_t.sum",
        },
    ),
    Wrong(
        "rnn_step_backward",
        "slope wrong and U not transposed",
        ("back-z", "back-h"),
        ("slope of tanh missing", "recurrent kernel not transposed"),
        change={"d_h_t * (1 - h_t**2)": "d_h_t * 1.0", "recurrent_kernel.T": "recurrent_kernel"},
    ),
    Wrong(
        "rnn_step_backward",
        "mixes up the results",
        ("back-weights", "back-bias", "back-contract"),
        change={"d_kernel, d_recurrent_kernel, d_bias\n": "d_bias, d_kernel, d_recurrent_kernel\n"},
    ),
    Wrong(
        "rnn_step_backward",
        "computes with the gradient that it was given",
        ("back-contract",),
        "argument changed",
        change={
            "d_z_t = d_h_t * (1 - h_t**2)": "d_z_t = d_h_t\n    d_z_t *= 1 - h_t**2\n    d_z_t = d_z_t.copy()"
        },
    ),
    Right(
        "rnn_step_backward",
        "einsum",
        """
def rnn_step_backward(d_h_t, x_t, h_prev, h_t, kernel, recurrent_kernel):
    dz = np.einsum("bn,bn->bn", d_h_t, 1 - np.square(h_t))
    return (
        dz,
        np.einsum("bn,dn->bd", dz, kernel),
        np.einsum("bn,mn->bm", dz, recurrent_kernel),
        np.einsum("bd,bn->dn", x_t, dz),
        np.einsum("bm,bn->mn", h_prev, dz),
        np.einsum("bn->n", dz),
    )
""",
    ),
    Right(
        "rnn_step_backward",
        "loops",
        """
def rnn_step_backward(d_h_t, x_t, h_prev, h_t, kernel, recurrent_kernel):
    B, N = d_h_t.shape
    D = x_t.shape[1]
    dz, dx, dh = np.zeros((B, N)), np.zeros((B, D)), np.zeros((B, N))
    dW, dU, db = np.zeros((D, N)), np.zeros((N, N)), np.zeros(N)
    for i in range(B):
        for n in range(N):
            dz[i, n] = d_h_t[i, n] * (1 - h_t[i, n]) * (1 + h_t[i, n])
            db[n] += dz[i, n]
            for d in range(D):
                dx[i, d] += dz[i, n] * kernel[d, n]
                dW[d, n] += dz[i, n] * x_t[i, d]
            for m in range(N):
                dh[i, m] += dz[i, n] * recurrent_kernel[m, n]
                dU[m, n] += dz[i, n] * h_prev[i, m]
    return dz, dx, dh, dW, dU, db
""",
    ),
    Right(
        "rnn_step_backward",
        "joined weights",
        """
%time _ = 0
def rnn_step_backward(d_h_t, x_t, h_prev, h_t, kernel, recurrent_kernel):
    D = len(kernel)
    joined = np.hstack([x_t, h_prev, np.ones((len(x_t), 1))])
    d_z = d_h_t - d_h_t * h_t ** 2
    back = d_z @ np.vstack([kernel, recurrent_kernel]).T
    grads = joined.T @ d_z
    dx, dh = np.split(back, [D], axis=1)
    return [d_z, dx, dh, grads[:D], grads[D:-1], grads[-1]]
""",
    ),
    Right(
        "rnn_step_backward",
        "sum of outer products, through the angle",
        """
from collections import namedtuple
Gradients = namedtuple("Gradients", "d_z d_x d_h d_kernel d_recurrent_kernel d_bias")

def outer_sum(left, right):
    return sum(np.outer(a, b) for a, b in zip(left, right))

def rnn_step_backward(d_h_t, x_t, h_prev, h_t, kernel, recurrent_kernel):
    dz = d_h_t / np.cosh(np.arctanh(h_t)) ** 2
    return Gradients(
        dz,
        np.array([kernel @ row for row in dz]),
        np.array([recurrent_kernel @ row for row in dz]),
        outer_sum(x_t, dz),
        outer_sum(h_prev, dz),
        np.ones(len(dz)) @ dz,
    )
""",
    ),
    Right(
        "rnn_step_backward",
        "single precision in place on its own copy",
        """
def rnn_step_backward(d_h_t, x_t, h_prev, h_t, kernel, recurrent_kernel):
    dz = d_h_t.astype(np.float32).copy()
    dz *= (1 - h_t**2).astype(np.float32)
    print("largest", dz.max())
    return (dz, np.matmul(dz, kernel.T), np.matmul(dz, recurrent_kernel.T), np.matmul(x_t.T, dz),
            np.matmul(h_prev.T, dz), np.add.reduce(dz, axis=0))
""",
    ),
)
