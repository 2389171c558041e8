"""Specimens for assignment 02-rnn: ``rnn_sequence``."""

from tests.bug_zoo.zoo import Right, Wrong

MASK = ("sequence-mask",)
UNPADDED = ("sequence-outputs",)
KEEP = "np.where(mask[:, t, None], h_new, h_prev)"

SPECIMENS = (
    Wrong("rnn_sequence", "ignores the mask", MASK, "mask not used", change={KEEP: "h_new"}),
    Wrong(
        "rnn_sequence",
        "takes the mask the other way round",
        ("sequence-outputs", "sequence-mask"),
        "mask turned round",
        change={"h_new, h_prev)": "h_prev, h_new)"},
    ),
    Wrong(
        "rnn_sequence",
        "multiplies the state by the mask",
        MASK,
        "zeros in place of the state before",
        change={KEEP: "h_new * mask[:, t, None]"},
    ),
    Wrong(
        "rnn_sequence",
        "zeroes the outputs only",
        MASK,
        "outputs zeroed, state carried",
        change={"outputs.append(h_t)": "outputs.append(h_t * mask[:, t, None])"},
    ),
    Wrong(
        "rnn_sequence",
        "masks the input in place of the state",
        MASK,
        "input of padding zeroed",
        code="""
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    x = x * mask[:, :, np.newaxis]
    h, all_h = h_0, []
    for t in range(x.shape[1]):
        h = step(x[:, t, :], h, kernel, recurrent_kernel, bias)
        all_h.append(h)
    return np.array(all_h).transpose(1, 0, 2), all_h[-1]
""",
    ),
    Wrong(
        "rnn_sequence",
        "stops a step only for the whole batch",
        MASK,
        "stops only where all stop",
        change={KEEP: "h_new if mask[:, t].any() else h_prev"},
    ),
    Wrong(
        "rnn_sequence",
        "starts from zeros",
        UNPADDED,
        "initial state not used",
        change={"h_t, outputs = h_0, []": "h_t, outputs = np.zeros_like(h_0), []"},
    ),
    Wrong(
        "rnn_sequence",
        "gives every step the initial state",
        UNPADDED,
        "state not carried over",
        change={"step(x[:, t], h_prev,": "step(x[:, t], h_0,"},
    ),
    Wrong(
        "rnn_sequence",
        "stores the state before the step",
        ("sequence-outputs", "sequence-mask"),
        ("initial state after the first step",),
        change={
            "        h_prev = h_t\n": "        h_prev = h_t\n        outputs.append(h_prev)\n",
            "        outputs.append(h_t)\n": "",
        },
    ),
    Wrong(
        "rnn_sequence",
        "stacks the states along the first axis",
        ("sequence-outputs", "sequence-mask", "sequence-contract"),
        "time axis first",
        change={"axis=1": "axis=0"},
    ),
    Wrong(
        "rnn_sequence",
        "returns the last sequence as the last state",
        ("sequence-last", "sequence-contract"),
        "last sequence taken for last step",
        change={"np.stack(outputs, axis=1), h_t": "np.stack(outputs, axis=1), np.stack(outputs, axis=1)[-1]"},
    ),
    Wrong(
        "rnn_sequence",
        "returns the first state as the last",
        ("sequence-last",),
        "state after the first step",
        change={"axis=1), h_t": "axis=1), outputs[0]"},
    ),
    Wrong(
        "rnn_sequence",
        "looks for the last real step and takes the initial state there too",
        ("sequence-last",),
        change={"axis=1), h_t": "axis=1), 0.5 * (h_t + h_0)"},
    ),
    Wrong(
        "rnn_sequence",
        "reads from the end, stores from the start",
        ("sequence-outputs", "sequence-mask"),
        "read backwards",
        change={"in range(x.shape[1])": "in range(x.shape[1])[::-1]"},
    ),
    Wrong(
        "rnn_sequence",
        "writes whole numbers",
        ("sequence-outputs", "sequence-mask", "sequence-contract"),
        "integers",
        code="""
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    outputs = np.zeros((*mask.shape, len(bias)), dtype=int)
    h = h_0
    for t in range(mask.shape[1]):
        h = np.where(mask[:, t : t + 1], step(x[:, t], h, kernel, recurrent_kernel, bias), h)
        outputs[:, t] = h
    return outputs, outputs[:, -1]
""",
    ),
    Wrong(
        "rnn_sequence",
        "writes the states into the initial one",
        ("sequence-contract",),
        "argument changed",
        code="""
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    outputs, h = [], h_0
    for t in range(x.shape[1]):
        m = mask[:, t]
        h[m] = step(x[m, t], h[m], kernel, recurrent_kernel, bias)
        outputs.append(h.copy())
    return np.stack(outputs, 1), outputs[-1]
""",
    ),
    Right(
        "rnn_sequence",
        "row by row, step by step",
        """
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    batch, time, _ = x.shape
    outputs = np.zeros((batch, time, h_0.shape[1]))
    for i in range(batch):
        h = h_0[i : i + 1]
        for t in range(time):
            if mask[i, t]:
                h = step(x[i : i + 1, t], h, kernel, recurrent_kernel, bias)
            outputs[i, t] = h[0]
    return outputs, outputs[:, -1].copy()
""",
    ),
    Right(
        "rnn_sequence",
        "only the rows that are real",
        """
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    outputs = np.empty((*mask.shape, h_0.shape[-1]))
    h = h_0.copy()
    for t, (x_t, m_t) in enumerate(zip(x.swapaxes(0, 1), mask.T)):
        h[m_t] = step(x_t[m_t], h[m_t], kernel, recurrent_kernel, bias)
        outputs[:, t] = h
    return outputs, h
""",
    ),
    Right(
        "rnn_sequence",
        "recursion",
        """
def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    if x.shape[1] == 0:
        return np.zeros((len(x), 0, h_0.shape[1])), h_0
    m = mask[:, :1].astype(float)
    h_1 = m * step(x[:, 0], h_0, kernel, recurrent_kernel, bias) + (1 - m) * h_0
    rest, h_T = rnn_sequence(x[:, 1:], mask[:, 1:], h_1, kernel, recurrent_kernel, bias, step)
    return np.concatenate([h_1[:, None], rest], axis=1), h_T
""",
    ),
    Right(
        "rnn_sequence",
        "itertools.accumulate",
        """
from itertools import accumulate

def rnn_sequence(x, mask, h_0, kernel, recurrent_kernel, bias, step):
    def advance(h, t):
        return np.where(mask[:, [t]], step(x[:, t], h, kernel, recurrent_kernel, bias), h)
    states = list(accumulate(range(x.shape[1]), advance, initial=h_0))[1:]
    return np.moveaxis(np.array(states), 0, 1), states[-1]
""",
    ),
    Right(
        "rnn_sequence",
        "single precision",
        """
def rnn_sequence(x, mask, h_0, *rest):
    *weights, step = rest
    x, h, *weights = [a.astype("float32") for a in (x, h_0, *weights)]
    out = []
    for t in range(x.shape[1]):
        new = step(x[:, t], h, *weights).astype("float32")
        keep = ~mask[:, t]
        new[keep] = h[keep]
        h = new
        out += [h]
    return np.stack(out, axis=1), h
""",
    ),
)
