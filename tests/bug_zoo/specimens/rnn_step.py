"""Specimens for assignment 02-rnn: ``rnn_step``."""

from tests.bug_zoo.zoo import Right, Wrong

VALUE = ("step-value",)

SPECIMENS = (
    Wrong("rnn_step", "forgets the bias", VALUE, "bias not added", change={" + bias": ""}),
    Wrong("rnn_step", "forgets the tanh", VALUE, "tanh missing", change={"np.tanh(z_t)": "z_t"}),
    Wrong(
        "rnn_step",
        "transposes U",
        VALUE,
        "recurrent kernel transposed",
        change={"recurrent_kernel + bias": "recurrent_kernel.T + bias"},
    ),
    Wrong(
        "rnn_step",
        "ignores the state",
        VALUE,
        "state not used",
        change={" + h_prev @ recurrent_kernel": ""},
    ),
    Wrong(
        "rnn_step",
        "sigmoid",
        VALUE,
        "sigmoid in place of tanh",
        change={"np.tanh(z_t)": "1 / (1 + np.exp(-z_t))"},
    ),
    Wrong(
        "rnn_step",
        "closes the bracket too early",
        VALUE,
        "bias outside the tanh",
        code="""
def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    return np.tanh(np.dot(x_t, kernel) + np.dot(h_prev, recurrent_kernel)) + bias
""",
    ),
    Wrong(
        "rnn_step",
        "writes W x, as the textbooks of column vectors do",
        ("step-value", "step-contract"),
        code="""
def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    return np.tanh(kernel @ x_t + recurrent_kernel @ h_prev + bias)
""",
    ),
    Wrong(
        "rnn_step",
        "multiplies by the transposed kernel",
        ("step-value", "step-contract"),
        "kernel transposed",
        change={"x_t @ kernel": "x_t @ kernel.T"},
    ),
    Wrong(
        "rnn_step",
        "lets the bias broadcast down the batch, and a tanh for each part",
        VALUE,
        change={"np.tanh(z_t)": "np.tanh(x_t @ kernel) + np.tanh(h_prev @ recurrent_kernel + bias)"},
    ),
    Wrong(
        "rnn_step",
        "adds to the state that it was given",
        ("step-contract",),
        "argument changed",
        code="""
def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    new = h_prev @ recurrent_kernel
    h_prev *= 0
    h_prev += np.tanh(x_t @ kernel + new + bias)
    return h_prev.copy()
""",
    ),
    Wrong(
        "rnn_step",
        "squeezes a batch of one",
        ("step-contract",),
        "dropped axes",
        change={"np.tanh(z_t)": "np.tanh(z_t).squeeze()"},
    ),
    Wrong(
        "rnn_step",
        "writes every result into the same array",
        ("step-contract",),
        "result overwritten",
        code="""
room = {}

def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    out = room.setdefault(h_prev.shape, np.empty(h_prev.shape))
    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias, out=out)
""",
    ),
    Wrong(
        "rnn_step",
        "prints and returns nothing",
        (*VALUE, "step-contract"),
        "nothing returned",
        change={"return np.tanh(z_t)": "print(np.tanh(z_t))"},
    ),
    Right(
        "rnn_step",
        "einsum",
        """
import numpy as np

def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    x_part = np.einsum("bd,dn->bn", x_t, kernel)
    h_part = np.einsum("bm,mn->bn", h_prev, recurrent_kernel)
    return np.tanh(x_part + h_part + bias)
""",
    ),
    Right(
        "rnn_step",
        "loops over everything, with math.tanh",
        """
import math

def rnn_step(x, h, W, U, b):
    B, D = x.shape
    N = len(b)
    new = np.empty((B, N))
    for i in range(B):
        for n in range(N):
            total = b[n]
            for d in range(D):
                total += x[i, d] * W[d, n]
            for m in range(N):
                total += h[i, m] * U[m, n]
            new[i, n] = math.tanh(total)
    return new
""",
    ),
    Right(
        "rnn_step",
        "a class with __call__",
        """
class Step:
    def __call__(self, x_t, h_prev, kernel, recurrent_kernel, bias):
        joined = np.hstack([x_t, h_prev])
        weights = np.vstack([kernel, recurrent_kernel])
        return np.tanh(joined @ weights + bias)

rnn_step = Step()
""",
    ),
    Right(
        "rnn_step",
        "single precision",
        """
def rnn_step(*arrays):
    x_t, h_prev, kernel, recurrent_kernel, bias = (a.astype(np.float32) for a in arrays)
    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias)
""",
    ),
    Right(
        "rnn_step",
        "warns, prints and writes tanh out",
        """
%matplotlib inline
import warnings, sys

def my_tanh(a):
    a = np.clip(a, -300, 300)
    return (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))

def rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):
    warnings.warn("still to be made faster")
    print("shapes", x_t.shape, h_prev.shape, file=sys.stderr)
    return my_tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias[None, :])
""",
    ),
)
