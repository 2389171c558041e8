"""Specimens for assignment 04-lstm: back through a whole sequence."""

from tests.bug_zoo.zoo import Right, Wrong


def _through(what, loses, named, change):
    return Wrong("lstm_sequence_backward", what, loses, named, change=change)


STATES, WEIGHTS, MASK = "through-time-states", "through-time-weights", "through-time-mask"
CONTRACT = "through-time-contract"
SHOWN = "d_h = d_h + d_outputs[:, t]"
START = "d_h, d_c = d_h_T, d_c_T"
BY_H, BY_C = "d_h = np.where(real, d_h_prev, d_h)", "d_c = np.where(real, d_c_prev, d_c)"
INTO = "d_h * real, d_c * real, values[t]"
SUM = "total[name] = total[name] + share[name]"
LOOP = "for t in reversed(range(len(values))):"

SPECIMENS = (
    _through("forgets the outputs", (STATES,), "outputs' gradients not added", {SHOWN: "d_h = d_h + 0"}),
    _through(
        "puts an output's gradient in place of the state's",
        (STATES, MASK),
        "an output's gradient put in place of the state's",
        {SHOWN: "d_h = d_outputs[:, t]"},
    ),
    _through(
        "adds the last output's gradient alone",
        (STATES, MASK),
        "only the last output's gradient added",
        {START: "d_h, d_c = d_h_T + d_outputs[:, -1], d_c_T", SHOWN: "d_h = d_h + 0"},
    ),
    _through("forgets d_h_T", (STATES,), "d_h_T not used", {START: "d_h, d_c = np.zeros_like(d_h_T), d_c_T"}),
    _through("forgets d_c_T", (STATES,), "d_c_T not used", {START: "d_h, d_c = d_h_T, np.zeros_like(d_c_T)"}),
    _through(
        "drops the state's gradient at every step",
        (STATES,),
        "d_c not carried",
        {INTO: "d_h * real, d_c * 0, values[t]"},
    ),
    _through(
        "exchanges the two gradients",
        (STATES,),
        "d_h and d_c exchanged",
        {INTO: "d_c * real, d_h * real, values[t]"},
    ),
    _through(
        "goes forwards",
        (STATES, MASK),
        "from the first step to the last",
        {LOOP: "for t in range(len(values)):"},
    ),
    _through(
        "takes the values of the step after",
        (STATES, MASK),
        "",
        {INTO: "d_h * real, d_c * real, values[(t + 1) % len(values)]"},
    ),
    Wrong(
        "lstm_sequence_backward",
        "appends d_x and never turns it round",
        (STATES, MASK),
        "d_x in the order of the loop",
        """
def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    d_h, d_c, d_x, shares = d_h_T, d_c_T, [], []
    for t in range(len(values) - 1, -1, -1):
        real = mask[:, t].reshape(-1, 1)
        d_h = d_h + d_outputs[:, t]
        d_x_t, d_h_prev, d_c_prev, share = step_backward(d_h * real, d_c * real, values[t], kernel, recurrent_kernel)
        d_h, d_c = d_h_prev + d_h * ~real, d_c_prev + d_c * ~real
        d_x.append(d_x_t)
        shares.append(share)
    names = "d_kernel", "d_recurrent_kernel", "d_bias"
    return np.stack(d_x, axis=1), d_h, d_c, {name: sum(s[name] for s in shares) for name in names}
""",
    ),
    _through(
        "has = for +=",
        (WEIGHTS,),
        "each step's share put in place of the sum",
        {SUM: "total[name] = share[name]"},
    ),
    _through(
        "averages over time",
        (WEIGHTS, MASK),
        "mean over time",
        {SUM: "total[name] = total[name] + share[name] / len(values)"},
    ),
    _through(
        "sums all but the bias",
        (WEIGHTS,),
        "bias's share put in place of the sum",
        {SUM: 'total[name] = share[name] + (0 if name == "d_bias" else total[name])'},
    ),
    _through(
        "leaves the first step out",
        (WEIGHTS,),
        "share of the first step left out",
        {SUM: "total[name] = total[name] + (share[name] if t else 0 * share[name])"},
    ),
    _through(
        "doubles the sum at every step",
        (WEIGHTS, MASK),
        "",
        {SUM: "total[name] = 2 * total[name] + share[name]"},
    ),
    _through(
        "does not look at the mask",
        (MASK,),
        "mask not used",
        {"real = mask[:, t, None]": "real = np.ones((len(mask), 1), bool)"},
    ),
    _through(
        "reads the mask the wrong way round",
        (STATES, WEIGHTS, MASK),  # without padding it returns nothing but zeros
        "mask the wrong way round",
        {"real = mask[:, t, None]": "real = ~mask[:, t, None]"},
    ),
    _through(
        "stops the gradients at padding",
        (MASK,),
        "gradients stopped at padding",
        {BY_H: "d_h = d_h_prev", BY_C: "d_c = d_c_prev"},
    ),
    _through("stops d_c at padding", (MASK,), "d_c stopped at padding", {BY_C: "d_c = d_c_prev"}),
    _through("stops d_h at padding", (MASK,), "d_h stopped at padding", {BY_H: "d_h = d_h_prev"}),
    _through(
        "counts what padding says about weights and inputs",
        (MASK,),
        "weights and inputs told by padding",
        {INTO: "d_h, d_c, values[t]"},
    ),
    _through(
        "counts what padding says about weights",
        (MASK,),
        "weights told by padding",
        {INTO: "d_h, d_c, values[t]", "d_x[:, t] = d_x_t": "d_x[:, t] = d_x_t * real"},
    ),
    _through(
        "drops the gradients of outputs at padding",
        (MASK,),
        "gradients of outputs at padding dropped",
        {SHOWN: "d_h = d_h + d_outputs[:, t] * mask[:, t, None]"},
    ),
    _through(
        "goes through padding and past it",
        (MASK,),
        "step taken and passed by at padding",
        {
            INTO: "d_h, d_c, values[t]",
            BY_H: "d_h = d_h_prev + d_h * ~real",
            BY_C: "d_c = d_c_prev + d_c * ~real",
        },
    ),
    _through(
        "writes into the final gradient",
        (CONTRACT,),
        "argument changed",
        {SHOWN: "d_h += d_outputs[:, t]"},
    ),
    _through(
        "hands back what the last call of the step returned",
        (CONTRACT,),
        "last result of the step handed back",
        {"return d_x, d_h, d_c, total": "return d_x, d_h_prev, d_c_prev, total"},
    ),
    _through(
        "hands on nothing of what was shown before a row's first token",
        (CONTRACT,),
        "",
        {SHOWN: "d_h = d_h + d_outputs[:, t] * mask[:, : t + 1].any(axis=1)[:, None]"},
    ),
    _through(
        "two mistakes: no outputs, and = for +=",
        (STATES, WEIGHTS),
        ("outputs' gradients not added", "each step's share put in place of the sum"),
        {SHOWN: "d_h = d_h + 0", SUM: "total[name] = share[name]"},
    ),
    Right(
        "lstm_sequence_backward",
        "lists, and arithmetic with the mask",
        """
def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    d_h, d_c, d_x, shares = d_h_T, d_c_T, [], []
    m = mask.astype(float)[:, :, None]
    for t in range(len(values) - 1, -1, -1):
        d_h = d_h + d_outputs[:, t]
        d_x_t, d_h_prev, d_c_prev, share = step_backward(m[:, t] * d_h, m[:, t] * d_c, values[t], kernel, recurrent_kernel)
        d_h = d_h_prev + (1 - m[:, t]) * d_h
        d_c = d_c_prev + (1 - m[:, t]) * d_c
        d_x.insert(0, d_x_t)
        shares.append(share)
    names = "d_kernel", "d_recurrent_kernel", "d_bias"
    return np.stack(d_x, axis=1), d_h, d_c, {name: sum(s[name] for s in shares) for name in names}
""",
    ),
    Right(
        "lstm_sequence_backward",
        "recursion from the last step",
        """
def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    *earlier, last = values
    here = mask[:, -1:]
    d_h = d_h_T + d_outputs[:, -1]
    d_x_t, d_h_prev, d_c_prev, own = step_backward(
        np.where(here, d_h, 0), np.where(here, d_c_T, 0), last, kernel, recurrent_kernel)
    d_h_prev, d_c_prev = np.where(here, d_h_prev, d_h), np.where(here, d_c_prev, d_c_T)
    own = {name: own[name] for name in ("d_kernel", "d_recurrent_kernel", "d_bias")}
    if not earlier:
        return d_x_t[:, None], d_h_prev, d_c_prev, own
    d_x, d_h_0, d_c_0, others = lstm_sequence_backward(
        d_outputs[:, :-1], d_h_prev, d_c_prev, earlier, mask[:, :-1], kernel, recurrent_kernel, step_backward)
    d_x = np.concatenate([d_x, d_x_t[:, None]], axis=1)
    return d_x, d_h_0, d_c_0, {name: own[name] + others[name] for name in own}
""",
    ),
    Right(
        "lstm_sequence_backward",
        "only the rows that are real",
        """
def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    d_h, d_c = d_h_T.copy(), d_c_T.copy()
    d_x = np.zeros(mask.shape + (len(kernel),))
    total = {"d_kernel": np.zeros_like(kernel), "d_recurrent_kernel": np.zeros_like(recurrent_kernel),
             "d_bias": np.zeros(kernel.shape[1])}
    for t in range(mask.shape[1])[::-1]:
        d_h += d_outputs[:, t]
        rows = mask[:, t]
        if not rows.any():
            continue
        here = {name: array[rows] for name, array in values[t].items()}
        d_x[rows, t], d_h[rows], d_c[rows], share = step_backward(d_h[rows], d_c[rows], here, kernel, recurrent_kernel)
        for name in total:
            total[name] += share[name]
    return d_x, d_h, d_c, total
""",
    ),
    Right(
        "lstm_sequence_backward",
        "single precision, with all the step's gradients added up",
        """
from collections import defaultdict

def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    d_h, d_c = np.float32(d_h_T), np.float32(d_c_T)
    d_x, total = [None] * len(values), defaultdict(float)
    for t in reversed(range(len(values))):
        real = mask[:, t, np.newaxis]
        d_h = d_h + np.float32(d_outputs[:, t])
        d_x[t], d_h_prev, d_c_prev, share = step_backward(
            d_h * real, d_c * real, values[t], np.float32(kernel), np.float32(recurrent_kernel))
        d_h, d_c = d_h_prev + d_h * (1 - real), d_c_prev + d_c * (1 - real)
        for name, gradient in share.items():
            total[name] = total[name] + gradient
    return np.stack(d_x, 1), d_h, d_c, total
""",
    ),
    Right(
        "lstm_sequence_backward",
        "a class that notes where it is, and prints",
        """
class Back:
    def __init__(self, step_backward, weights):
        self.step_backward, self.weights = step_backward, weights
        self.shares, self.d_x = [], {}

    def through(self, t, d_h, d_c, values, real):
        d_x, d_h_prev, d_c_prev, share = self.step_backward(d_h * real, d_c * real, values, *self.weights)
        self.d_x[t] = d_x
        self.shares.append(share)
        return np.where(real, d_h_prev, d_h), np.where(real, d_c_prev, d_c)

def lstm_sequence_backward(d_outputs, d_h_T, d_c_T, values, mask, kernel, recurrent_kernel, step_backward):
    back, d_h, d_c = Back(step_backward, (kernel, recurrent_kernel)), d_h_T, d_c_T
    for t in reversed(range(len(values))):
        d_h, d_c = back.through(t, d_h + d_outputs[:, t], d_c, values[t], mask[:, [t]])
    print(len(back.shares), "steps")
    sums = {name: np.sum([share[name] for share in back.shares], axis=0)
            for name in ("d_kernel", "d_recurrent_kernel", "d_bias")}
    return np.stack([back.d_x[t] for t in sorted(back.d_x)], axis=1), d_h, d_c, sums
""",
    ),
)
