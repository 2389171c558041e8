"""Specimens for assignment 04-lstm: a whole sequence."""

from tests.bug_zoo.zoo import Right, Wrong


def _loop(what, loses, named, change):
    return Wrong("lstm_sequence", what, loses, named, change=change)


CALL = "step(x[:, t], h, c, kernel, recurrent_kernel, bias)"
CARRY_H, CARRY_C = "h = np.where(real, h_t, h)", "c = np.where(real, c_t, c)"
NOTE, END = "outputs[:, t] = h", "return outputs, h, c"
OUTPUTS, FINAL, MASK = "sequence-outputs", "sequence-final", "sequence-mask"

SPECIMENS = (
    _loop(
        "shows the output before where all rows have padding, and has none before the first",
        (MASK,),
        "",
        {
            "for t in range(x.shape[1]):": """shown = []
    for t in range(x.shape[1]):
        if not mask[:, t].any():
            outputs[:, t] = shown[-1]
            continue""",
            NOTE: "outputs[:, t] = h\n        shown.append(h)",
        },
    ),
    _loop(
        "starts from zeros",
        (OUTPUTS, MASK),
        "h_0 not used",
        {"h, c = h_0, c_0": "h, c = np.zeros_like(h_0), c_0"},
    ),
    _loop(
        "starts the cell state from zeros",
        (OUTPUTS,),
        "c_0 not used",
        {"h, c = h_0, c_0": "h, c = h_0, np.zeros_like(c_0)"},
    ),
    _loop(
        "empties the cell at every step",
        (OUTPUTS,),
        "cell state not carried",
        {CALL: "step(x[:, t], h, c_0, kernel, recurrent_kernel, bias)"},
    ),
    _loop(
        "starts every step from the same hidden state",
        (OUTPUTS,),
        "hidden state not carried",
        {CALL: "step(x[:, t], h_0, c, kernel, recurrent_kernel, bias)"},
    ),
    _loop("collects the cell states", (OUTPUTS, MASK), "cell states collected", {NOTE: "outputs[:, t] = c"}),
    _loop(
        "notes the state before the step",
        (OUTPUTS, MASK),
        "states one step late",
        {NOTE: "pass", "h_t, c_t, _ = step": "outputs[:, t] = h\n        h_t, c_t, _ = step"},
    ),
    _loop(
        "reads from the end",
        (OUTPUTS, FINAL, MASK),
        "read from the end, outputs put back in order",
        {"for t in range(x.shape[1]):": "for t in reversed(range(x.shape[1])):"},
    ),
    _loop(
        "puts time in front",
        (OUTPUTS, MASK, "sequence-contract"),
        "time in front of the batch",
        {END: "return outputs.swapaxes(0, 1), h, c"},
    ),
    _loop(
        "stops one step too early",
        (OUTPUTS, FINAL, MASK, "sequence-contract"),
        ("last step not taken", "states before the last step", "argument handed back"),
        {
            "for t in range(x.shape[1]):": "for t in range(x.shape[1] - 1):",
            "outputs = np.empty": "outputs = np.zeros",
        },
    ),
    _loop("returns h_T twice", (FINAL,), "c_T is h_T once more", {END: "return outputs, h, h"}),
    _loop("exchanges the final states", (FINAL,), "final states exchanged", {END: "return outputs, c, h"}),
    _loop(
        "takes the first step for the last",
        (FINAL, MASK),
        "",
        {END: "return outputs, outputs[:, 0], c"},
    ),
    _loop(
        "hands the initial states back",
        (FINAL,),
        "initial states handed back",
        {END: "return outputs, h_0 + 0, c_0 + 0"},
    ),
    _loop(
        "averages the outputs for h_T", (FINAL, MASK), "", {END: "return outputs, outputs.mean(axis=1), c"}
    ),
    _loop(
        "does not look at the mask",
        (MASK,),
        "mask not used",
        {CARRY_H: "h = h_t", CARRY_C: "c = c_t"},
    ),
    _loop(
        "takes no step's states over",
        (OUTPUTS, FINAL, MASK, "sequence-contract"),
        ("initial states handed back", "argument handed back"),
        {CARRY_H: "pass", CARRY_C: "pass"},
    ),
    _loop(
        "multiplies the states by the mask",
        (MASK,),
        "states set to zero at padding",
        {CARRY_H: "h = h_t * real", CARRY_C: "c = c_t * real"},
    ),
    _loop(
        "shows zeros at padding, as Keras can be told to",
        (MASK,),
        "outputs of padding set to zero",
        {NOTE: "outputs[:, t] = h * real"},
    ),
    _loop(
        "carries the hidden state only", (MASK,), "cell state not carried over padding", {CARRY_C: "c = c_t"}
    ),
    _loop(
        "carries the cell state only", (MASK,), "hidden state not carried over padding", {CARRY_H: "h = h_t"}
    ),
    _loop("shows what padding made", (MASK,), "states carried, outputs not", {NOTE: "outputs[:, t] = h_t"}),
    _loop(
        "sets padded inputs to zero",
        (MASK,),
        "padding read as zeros",
        {
            CALL: "step(x[:, t] * mask[:, t, None], h, c, kernel, recurrent_kernel, bias)",
            CARRY_H: "h = h_t",
            CARRY_C: "c = c_t",
        },
    ),
    _loop(
        "goes back to the initial states at padding",
        (MASK,),
        "states set back to the initial ones at padding",
        {CARRY_H: "h = np.where(real, h_t, h_0)", CARRY_C: "c = np.where(real, c_t, c_0)"},
    ),
    _loop(
        "stops reading at the first gap",
        (MASK,),
        "nothing read after the first gap",
        {"real = mask[:, t, None]": "real = mask[:, : t + 1].all(axis=1)[:, None]"},
    ),
    _loop(
        "counts tokens and believes that they stand in front",
        (MASK,),
        "tokens counted, and taken to stand in front",
        {"real = mask[:, t, None]": "real = t < mask.sum(axis=1)[:, None]"},
    ),
    Wrong(
        "lstm_sequence",
        "skips a step if one row has padding",
        (MASK,),
        "a step skipped for all where one row has padding",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    h, c, outputs = h_0, c_0, []
    for t in range(x.shape[1]):
        if mask[:, t].all():
            h, c, _ = step(x[:, t], h, c, kernel, recurrent_kernel, bias)
        outputs.append(h)
    return np.stack(outputs, axis=1), h.copy(), c.copy()
""",
    ),
    Wrong(
        "lstm_sequence",
        "takes the output before for padding, from an array of zeros",
        (MASK,),
        "padding at the start shows zeros",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    h, c = h_0, c_0
    outputs = np.zeros((*x.shape[:2], h_0.shape[1]))
    for t in range(x.shape[1]):
        h_t, c_t, _ = step(x[:, t], h, c, kernel, recurrent_kernel, bias)
        real = mask[:, t][:, None]
        h, c = np.where(real, h_t, h), np.where(real, c_t, c)
        outputs[:, t] = np.where(real, h, outputs[:, t - 1])
    return outputs, h, c
""",
    ),
    Wrong(
        "lstm_sequence",
        "writes into the initial states",
        ("sequence-contract",),
        "argument changed",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    h, c, outputs = h_0, c_0, []
    for t in range(x.shape[1]):
        h_t, c_t, _ = step(x[:, t], h, c, kernel, recurrent_kernel, bias)
        rows = mask[:, t]
        h[rows], c[rows] = h_t[rows], c_t[rows]
        outputs.append(h.copy())
    return np.stack(outputs, axis=1), h.copy(), c.copy()
""",
    ),
    Right(
        "lstm_sequence",
        "row by row",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    outputs, h_T, c_T = [], [], []
    for row in range(len(x)):
        h, c, shown = h_0[row : row + 1], c_0[row : row + 1], []
        for t in range(x.shape[1]):
            if mask[row, t]:
                h, c, _ = step(x[row : row + 1, t], h, c, kernel, recurrent_kernel, bias)
            shown.append(h[0])
        outputs.append(shown)
        h_T.append(h[0])
        c_T.append(c[0])
    return np.array(outputs), np.array(h_T), np.array(c_T)
""",
    ),
    Right(
        "lstm_sequence",
        "arithmetic with the mask",
        change={
            "real = mask[:, t, None]": "real = mask[:, t].astype(float).reshape(-1, 1)",
            CARRY_H: "h = real * h_t + (1 - real) * h",
            CARRY_C: "c = real * c_t + (1 - real) * c",
        },
    ),
    Right(
        "lstm_sequence",
        "recursion over time",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    if x.shape[1] == 0:
        return np.zeros((len(x), 0, h_0.shape[1])), h_0.copy(), c_0.copy()
    h_t, c_t, _ = step(x[:, 0], h_0, c_0, kernel, recurrent_kernel, bias)
    h_t, c_t = (np.where(mask[:, :1], new, old) for new, old in ((h_t, h_0), (c_t, c_0)))
    later, h_T, c_T = lstm_sequence(x[:, 1:], mask[:, 1:], h_t, c_t, kernel, recurrent_kernel, bias, step)
    return np.concatenate([h_t[:, None], later], axis=1), h_T, c_T
""",
    ),
    Right(
        "lstm_sequence",
        "functools.reduce, with a magic",
        """
%config InlineBackend.figure_format = "svg"
from functools import reduce

def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    def advance(states, now):
        x_t, real = now
        h_t, c_t, _ = step(x_t, *states[-1], kernel, recurrent_kernel, bias)
        pairs = zip((h_t, c_t), states[-1])
        return [*states, tuple(np.where(real[:, None], new, old) for new, old in pairs)]

    states = reduce(advance, zip(np.moveaxis(x, 1, 0), mask.T), [(h_0, c_0)])
    return np.stack([h for h, _ in states[1:]], 1), *states[-1]
""",
    ),
    Right(
        "lstm_sequence",
        "single precision, only the real rows, keyword arguments",
        """
def lstm_sequence(x, mask, h_0, c_0, kernel, recurrent_kernel, bias, step):
    x, h, c = (np.array(a, dtype=np.float32) for a in (x, h_0, c_0))
    outputs = np.zeros(x.shape[:2] + h.shape[1:], dtype=np.float32)
    for t, rows in enumerate(mask.T):
        if rows.any():
            h[rows], c[rows], _ = step(x_t=x[rows, t], h_prev=h[rows], c_prev=c[rows], kernel=kernel,
                                       recurrent_kernel=recurrent_kernel, bias=bias)
        outputs[:, t] = h
    return outputs, h, c
""",
    ),
)
