"""Specimens for assignment 02-rnn: ``rnn_sequence_backward``."""

from tests.bug_zoo.zoo import Right, Wrong

CHAIN, SUMS, PAD = "bptt-chain", "bptt-weights", "bptt-mask"

SPECIMENS = (
    Wrong(
        "rnn_sequence_backward",
        "forgets the outputs",
        (CHAIN,),
        "gradients of the outputs not added",
        change={"d_h = d_h + d_outputs[:, t]": "pass"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "does not carry the gradient on",
        (CHAIN, PAD),
        "next step not heard",
        code="""
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    T = x.shape[1]
    d_x, sums = np.zeros(x.shape), [0, 0, 0]
    for t in range(T - 1, -1, -1):
        d_h = d_outputs[:, t] + (d_h_T if t == T - 1 else 0)
        m = mask[:, t][:, None]
        before = h_0 if t == 0 else states[:, t - 1]
        given = d_h * m, x[:, t], before, states[:, t]
        _, d_x[:, t], dh, *new = step_backward(*given, kernel, recurrent_kernel)
        sums = [a + b for a, b in zip(sums, new)]
        d_prev = np.where(m, dh, d_h)
    return (d_x, d_prev, *sums)
""",
    ),
    Wrong(
        "rnn_sequence_backward",
        "starts from zeros at the end",
        (CHAIN,),
        "gradient of the last state not used",
        change={"d_h = d_h_T": "d_h = np.zeros_like(d_h_T)"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "goes forwards in time",
        (CHAIN, PAD),
        "forwards in time",
        change={"reversed(range(x.shape[1]))": "range(x.shape[1])"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "appends the gradients of the inputs in the order of the loop",
        (CHAIN, PAD),
        "gradients of the inputs in the order of the loop",
        code="""
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    d_xs, d_h = [], d_h_T
    dW, dU, db = np.zeros(kernel.shape), np.zeros(recurrent_kernel.shape), np.zeros(len(recurrent_kernel))
    previous = np.concatenate([h_0[:, None], states], axis=1)
    for t in range(mask.shape[1])[::-1]:
        m = mask[:, [t]]
        d_h = d_h + d_outputs[:, t]
        _, d_x, d_prev, a, b, c = step_backward(
            np.where(m, d_h, 0), x[:, t], previous[:, t], states[:, t], kernel, recurrent_kernel)
        dW, dU, db = dW + a, dU + b, db + c
        d_xs.append(d_x)
        d_h = np.where(m, d_prev, d_h)
    return np.stack(d_xs, axis=1), d_h, dW, dU, db
""",
    ),
    Wrong(
        "rnn_sequence_backward",
        "= for +=",
        (SUMS,),
        "= in place of +=",
        change={
            "d_kernel += shares": "d_kernel = shares",
            "d_recurrent_kernel += shares": "d_recurrent_kernel = shares",
            "d_bias += shares": "d_bias = shares",
        },
    ),
    Wrong(
        "rnn_sequence_backward",
        "= for += in the bias only",
        (SUMS,),
        change={"d_bias += shares": "d_bias = shares"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "hands the state after the step over twice",
        (SUMS,),
        "state after for state before",
        change={"h_prev = states[:, t - 1] if t > 0 else h_0": "h_prev = states[:, t]"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "wraps around to the last state before the first step",
        (SUMS, PAD),
        "last state before the first",
        change={"states[:, t - 1] if t > 0 else h_0": "states[:, t - 1]"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "zeros before the first step",
        (SUMS,),
        "zeros for the initial state",
        change={"if t > 0 else h_0": "if t > 0 else np.zeros_like(h_0)"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "averages over the steps",
        (SUMS, PAD),
        "mean over the steps",
        change={
            "    return d_x, d_h": "    T = x.shape[1]\n"
            "    d_kernel, d_recurrent_kernel, d_bias = d_kernel / T, d_recurrent_kernel / T, d_bias / T\n"
            "    return d_x, d_h"
        },
    ),
    Wrong(
        "rnn_sequence_backward",
        "ignores the mask",
        (PAD,),
        "mask not used",
        change={"d_h * m_t": "d_h", " + d_h * ~m_t": ""},
    ),
    Wrong(
        "rnn_sequence_backward",
        "stops the gradient at padding",
        (PAD,),
        "gradient stopped by padding",
        change={" + d_h * ~m_t": ""},
    ),
    Wrong(
        "rnn_sequence_backward",
        "masks after the step, when the sums are spoilt already",
        (PAD,),
        "padding in the weights",
        change={
            "d_h * m_t, x": "d_h, x",
            "d_x[:, t] = d_x_t": "d_x[:, t] = d_x_t * m_t",
            "d_h_prev + d_h * ~m_t": "np.where(m_t, d_h_prev, d_h)",
        },
    ),
    Wrong(
        "rnn_sequence_backward",
        "passes the gradient by and through",
        (CHAIN,),
        "gradient doubled on real steps",
        change={" * ~m_t": ""},
    ),
    Wrong(
        "rnn_sequence_backward",
        "halves what comes from the next step, as if there were two ways",
        (CHAIN,),
        change={"d_h = d_h_prev + d_h * ~m_t": "d_h = np.where(m_t, d_h_prev / 2, d_h)"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "adds to the gradient that it was given",
        ("bptt-contract",),
        "argument changed",
        change={"d_h = d_h + d_outputs[:, t]": "d_h += d_outputs[:, t]"},
    ),
    Wrong(
        "rnn_sequence_backward",
        "believes that padding stands at the end",
        ("bptt-contract",),
        change={"d_h = d_h_prev + d_h * ~m_t": "d_h = d_h_prev + d_h * ~m_t * (t > 0)"},
    ),
    Right(
        "rnn_sequence_backward",
        "only the rows that are real",
        """
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    d_x = np.zeros(x.shape)
    total = [np.zeros(kernel.shape), np.zeros(recurrent_kernel.shape), np.zeros(recurrent_kernel.shape[0])]
    d_h = d_h_T.copy()
    h = np.concatenate([h_0[:, None], states], axis=1)
    for t in range(x.shape[1] - 1, -1, -1):
        d_h += d_outputs[:, t]
        m = mask[:, t]
        rows = d_h[m], x[m, t], h[m, t], h[m, t + 1]
        _, d_x[m, t], d_h[m], *new = step_backward(*rows, kernel, recurrent_kernel)
        for k in range(3):
            total[k] += new[k]
    return (d_x, d_h, *total)
""",
    ),
    Right(
        "rnn_sequence_backward",
        "sequence by sequence",
        """
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    d_x, d_h_0 = np.zeros_like(x), np.zeros_like(h_0)
    dW, dU, db = 0 * kernel, 0 * recurrent_kernel, 0 * recurrent_kernel[0]
    for b in range(len(x)):
        d_h = d_h_T[b : b + 1]
        for t in range(x.shape[1] - 1, -1, -1):
            d_h = d_h + d_outputs[b : b + 1, t]
            if not mask[b, t]:
                continue
            before = states[b : b + 1, t - 1] if t else h_0[b : b + 1]
            _, dx, d_h, a, c, e = step_backward(
                d_h, x[b : b + 1, t], before, states[b : b + 1, t], kernel, recurrent_kernel)
            d_x[b, t] = dx[0]
            dW, dU, db = dW + a, dU + c, db + e
        d_h_0[b] = d_h[0]
    return d_x, d_h_0, dW, dU, db
""",
    ),
    Right(
        "rnn_sequence_backward",
        "the whole batch for each sequence, all rows but one zero",
        """
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    d_x, d_h_0 = np.zeros(x.shape), np.zeros(h_0.shape)
    total = [np.zeros(kernel.shape), np.zeros(recurrent_kernel.shape), np.zeros(recurrent_kernel.shape[0])]
    for row, real in enumerate(mask):
        only = np.arange(len(mask))[:, None] == row
        d_h = d_h_T * only
        for t in reversed(range(len(real))):
            d_h = d_h + d_outputs[:, t] * only
            if real[t]:
                before = states[:, t - 1] if t else h_0
                _, d_x_t, d_h, *shares = step_backward(
                    d_h, x[:, t], before, states[:, t], kernel, recurrent_kernel
                )
                d_x[row, t] = d_x_t[row]
                total = [a + b for a, b in zip(total, shares)]
        d_h_0[row] = d_h[row]
    return (d_x, d_h_0, *total)
""",
    ),
    Right(
        "rnn_sequence_backward",
        "lists, collected and summed at the end",
        """
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    before = [h_0] + [states[:, t] for t in range(x.shape[1] - 1)]
    collected, d_h = [], d_h_T
    for t, h_prev in reversed(list(enumerate(before))):
        arriving = d_h + d_outputs[:, t]
        m = mask[:, t].reshape(-1, 1).astype(float)
        found = step_backward(arriving * m, x[:, t], h_prev, states[:, t], kernel, recurrent_kernel)
        d_h = found[2] + (1 - m) * arriving
        collected.insert(0, found)
    _, d_xs, _, *weights = zip(*collected)
    return (np.stack(d_xs, axis=1), d_h, *(np.sum(w, axis=0) for w in weights))
""",
    ),
    Right(
        "rnn_sequence_backward",
        "recursion",
        """
def rnn_sequence_backward(d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
    T = x.shape[1]
    if T == 0:
        N = len(recurrent_kernel)
        return x.copy(), d_h_T, np.zeros((x.shape[2], N)), np.zeros((N, N)), np.zeros(N)
    rest = rnn_sequence_backward(d_outputs[:, 1:], d_h_T, x[:, 1:], mask[:, 1:], states[:, 0], states[:, 1:],
                                 kernel, recurrent_kernel, step_backward)
    d_h, m = rest[1] + d_outputs[:, 0], mask[:, :1]
    _, d_x, d_prev, *own = step_backward(d_h * m, x[:, 0], h_0, states[:, 0], kernel, recurrent_kernel)
    sums = [a + b for a, b in zip(rest[2:], own)]
    return (np.concatenate([d_x[:, None], rest[0]], axis=1), np.where(m, d_prev, d_h), *sums)
""",
    ),
    Right(
        "rnn_sequence_backward",
        "a class in single precision that warns",
        """
import warnings

class Backwards:
    def __init__(self):
        self.calls = 0

    def __call__(self, d_outputs, d_h_T, x, mask, h_0, states, kernel, recurrent_kernel, step_backward):
        warnings.warn("slow")
        self.calls += 1
        d_h = d_h_T.astype(np.float32)
        d_x = np.zeros(x.shape, np.float32)
        sums = [np.float32(0)] * 3
        for t in np.arange(x.shape[1])[::-1]:
            d_h = (d_h + d_outputs[:, t]).astype(np.float32)
            keep = mask[:, t, np.newaxis]
            prev = h_0 if t == 0 else states[:, t - 1]
            args = keep * d_h, x[:, t], prev, states[:, t], kernel, recurrent_kernel
            _, d_x[:, t], back, *new = step_backward(*args)
            sums = [s + n for s, n in zip(sums, new)]
            d_h = np.where(keep, back, d_h)
        return d_x, d_h, sums[0], sums[1], sums[2]

rnn_sequence_backward = Backwards()
""",
    ),
)
