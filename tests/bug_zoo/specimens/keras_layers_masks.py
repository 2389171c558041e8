"""Specimens of carry_states and last_outputs, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

PLANTED = "the planted bug is still there"
carry, carry_right = partial(Wrong, "carry_states"), partial(Right, "carry_states")
last, last_right = partial(Wrong, "last_outputs"), partial(Right, "last_outputs")
VALUE, LAST = ("bug-mask",), ("bug-last",)
H, C = "np.where(token, h_new, h_prev)", "np.where(token, c_new, c_prev)"
TOKEN = "token = mask_t[:, None]"
PLACE = "last = time - 1 - np.argmax(mask[:, ::-1], axis=1)"
PICK = "return outputs[np.arange(len(outputs)), last]"

SPECIMENS = (
    carry("hands the buggy function in", VALUE, PLANTED, code="carry_states = carry_states_buggy"),
    carry(
        "carries the hidden state only",
        VALUE,
        "only the hidden state carried",
        change={C: "token * c_new"},
    ),
    carry("carries the cell state only", VALUE, "only the cell state carried", change={H: "token * h_new"}),
    carry(
        "turns the mask inside out",
        VALUE,
        "the mask turned inside out",
        change={TOKEN: "token = ~mask_t[:, None]"},
    ),
    carry(
        "adds the old state without its weight",
        VALUE,
        "the old states added everywhere",
        change={H: "token * h_new + h_prev", C: "token * c_new + c_prev"},
    ),
    carry("uses no mask", VALUE, "the mask not used", change={H: "h_new", C: "c_new"}),
    carry(
        "carries the states crosswise",
        VALUE,
        "the two states mixed up",
        change={"h_new, h_prev)": "h_new, c_prev)", "c_new, c_prev)": "c_new, h_prev)"},
    ),
    carry(
        "forgets the axis of the units",
        (*VALUE, "bug-mask-contract"),
        ("the mask laid along the units", ""),
        change={TOKEN: "token = mask_t"},
    ),
    carry(
        "takes the mean of old and new at padding",
        VALUE,
        change={H: "np.where(token, h_new, (h_new + h_prev) / 2)"},
    ),
    carry(
        "looks at the first row's mask only",
        VALUE,
        change={TOKEN: "token = mask_t[0]"},
    ),
    carry(
        "writes into the new states",
        ("bug-mask-contract",),
        "argument changed",
        code="""
def carry_states(h_new, c_new, h_prev, c_prev, mask_t):
    h_new[~mask_t] = h_prev[~mask_t]
    c_new[~mask_t] = c_prev[~mask_t]
    return h_new, c_new
""",
    ),
    carry_right(
        "an if for every row",
        """
def carry_states(h_new, c_new, h_prev, c_prev, mask_t):
    h, c = [], []
    for row, token in enumerate(mask_t):
        h.append(h_new[row] if token else h_prev[row])
        c.append(c_new[row] if token else c_prev[row])
    return np.array(h), np.array(c)
""",
    ),
    carry_right(
        "the weighted sum of the equation",
        """
def carry_states(h_new, c_new, h_prev, c_prev, mask_t):
    m = np.expand_dims(mask_t.astype(np.float32), 1)
    return m * h_new + (1 - m) * h_prev, m * c_new + (1 - m) * c_prev
""",
    ),
    carry_right(
        "copies, and item assignment",
        """
def carry_states(h_new, c_new, h_prev, c_prev, mask_t):
    h, c = h_prev.copy(), c_prev.copy()
    h[mask_t], c[mask_t] = h_new[mask_t], c_new[mask_t]
    print(int(mask_t.sum()), "tokens")
    return h, c
""",
    ),
    carry_right(
        "both states at once, with einsum",
        """
def carry_states(h_new, c_new, h_prev, c_prev, mask_t):
    choice = np.stack([mask_t, ~mask_t]).astype(float)
    both = np.einsum("kb,ksbn->sbn", choice, np.array([[h_new, c_new], [h_prev, c_prev]]))
    return both[0], both[1]
""",
    ),
    carry_right(
        "a class with np.choose",
        """
class Carry:
    def __call__(self, h_new, c_new, h_prev, c_prev, mask_t):
        m = mask_t.reshape(-1, 1).astype(int)
        return tuple(np.choose(m, pair) for pair in ((h_prev, h_new), (c_prev, c_new)))

carry_states = Carry()
""",
    ),
    last("hands the buggy function in", LAST, PLANTED, code="last_outputs = last_outputs_buggy"),
    last(
        "counts the tokens",
        LAST,
        "padding supposed on the right",
        change={PLACE: "last = mask.sum(axis=1) - 1"},
    ),
    last(
        "counts the tokens, and clips",
        LAST,
        "padding supposed on the right, and one step too late",
        change={PLACE: "last = np.minimum(mask.sum(axis=1), time - 1)"},
    ),
    last(
        "counts the tokens and runs over the end",
        (*LAST, "bug-last-contract"),
        ("padding supposed on the right, and one step too late", ""),
        change={PLACE: "last = mask.sum(axis=1)"},
    ),
    last(
        "finds the first token",
        LAST,
        "the first token in the place of the last",
        change={PLACE: "last = np.argmax(mask, axis=1)"},
    ),
    last(
        "takes the longest row's place for all rows",
        LAST,
        "the last token of the longest row, for every row",
        change={PICK: "return outputs[:, last.max()]"},
    ),
    last(
        "takes the first row's place for all rows",
        LAST,
        "the last token of the first row, for every row",
        change={PICK: "return outputs[:, last[0]]"},
    ),
    last(
        "counts one off from the end",
        LAST,
        "one step too early",
        change={"time - 1 - np": "time - 2 - np"},
    ),
    last(
        "takes the mean over the tokens",
        LAST,
        "the mean over the tokens",
        code="""
def last_outputs(outputs, mask):
    m = mask[:, :, None]
    return (outputs * m).sum(axis=1) / m.sum(axis=1)
""",
    ),
    last(
        "takes the largest value",
        LAST,
        "the largest value over the tokens",
        change={PICK: "return np.where(mask[:, :, None], outputs, -np.inf).max(axis=1)"},
    ),
    last(
        "sets padding to zero and takes the last column",
        LAST,
        change={PICK: "return (outputs * mask[:, :, None])[:, -1]"},
    ),
    last(
        "indexes rows with slices",
        (*LAST, "bug-last-contract"),
        change={PICK: "return outputs[:, last]"},
    ),
    last(
        "loses the axis of a batch of one",
        ("bug-last-contract",),
        "dropped axes",
        change={PICK: "return outputs[np.arange(len(outputs)), last].squeeze()"},
    ),
    last_right(
        "a loop backwards from the end",
        """
def last_outputs(outputs, mask):
    picked = []
    for row in range(len(mask)):
        t = mask.shape[1] - 1
        while not mask[row, t]:
            t -= 1
        picked.append(outputs[row, t])
    return np.array(picked)
""",
    ),
    last_right(
        "flatnonzero in a comprehension",
        """
def last_outputs(outputs, mask):
    return np.stack([o[np.flatnonzero(m)[-1]] for o, m in zip(outputs, mask)])
""",
    ),
    last_right(
        "a running choice, as a masked layer would make it",
        """
from functools import reduce

def last_outputs(outputs, mask):
    steps = zip(np.moveaxis(outputs, 1, 0), mask.T)
    return reduce(lambda kept, step: np.where(step[1][:, None], step[0], kept), steps, np.zeros_like(outputs[:, 0]))
""",
    ),
    last_right(
        "one-hot and einsum",
        """
def last_outputs(outputs, mask):
    places = np.arange(mask.shape[1]) * mask
    hot = np.arange(mask.shape[1]) == places.max(axis=1, keepdims=True)
    return np.einsum("bt,btn->bn", hot.astype(np.float32), outputs)
""",
    ),
    last_right(
        "cumulative sum and take_along_axis",
        """
import warnings

class Last:
    def __call__(self, outputs, mask):
        warnings.warn("cumulative")
        where = np.cumsum(mask, axis=1).argmax(axis=1)
        return np.take_along_axis(outputs, where[:, None, None], axis=1)[:, 0]

last_outputs = Last()
""",
    ),
)
