"""Specimens for train_chunks."""

from tests.bug_zoo.zoo import Right, Wrong

F = "train_chunks"
CARRY, UPDATE, CUT, CONTRACT = "train-carry", "train-update", "train-cut", "train-contract"
READ, STEP = "loss, state, cache = forward(x, y, state, weights)", "weights = update(weights, gradient)"
BACK = "gradient, _ = backward(cache, None)"

SPECIMENS = (
    Wrong(
        F,
        "starts every chunk from the state it was given",
        (CARRY,),
        "every chunk begun from the first state",
        change={
            READ: "loss, last, cache = forward(x, y, state, weights)",
            "return np.array(losses), state": "return np.array(losses), last",
        },
    ),
    Wrong(
        F,
        "resets the state to zeros, as if chunks were sentences",
        (CARRY,),
        "every chunk begun from zeros",
        change={READ: "loss, state, cache = forward(x, y, np.zeros_like(state), weights)"},
    ),
    Wrong(
        F,
        "does not want the state that was handed in",
        (CARRY,),
        "zeros in place of the given state",
        change={"losses = []": "losses = []\n    state = np.zeros_like(state)"},
    ),
    Wrong(
        F,
        "returns the state that it was given",
        (CARRY,),
        "the first state returned",
        change={
            "losses = []": "losses, old = [], state",
            "return np.array(losses), state": "return np.array(losses), old",
        },
    ),
    Wrong(
        F,
        "returns the mean loss",
        (CARRY, CONTRACT),
        "mean of the losses",
        change={"np.array(losses), state": "np.mean(losses), state"},
    ),
    Wrong(
        F,
        "adds the losses up",
        (CARRY,),
        "losses added up",
        change={"losses.append(loss)": "losses.append(loss + sum(losses[-1:]))"},
    ),
    Wrong(
        F,
        "reads the targets",
        (CARRY, UPDATE),
        "inputs and targets exchanged",
        change={"forward(x, y, state, weights)": "forward(y, x, state, weights)"},
    ),
    Wrong(
        F,
        "goes through the chunks from the last to the first",
        (CARRY, UPDATE),
        "chunks read backwards",
        change={"zip(inputs, targets)": "zip(inputs[::-1], targets[::-1])"},
    ),
    Wrong(
        F,
        "believes that update works in place",
        (UPDATE,),
        "result of the update lost",
        change={STEP: "update(weights, gradient)"},
    ),
    Wrong(
        F,
        "adds all gradients and updates once",
        (UPDATE,),
        "one update after the last chunk",
        code="""
def train_chunks(inputs, targets, state, weights, forward, backward, update):
    losses, total = [], 0
    for x, y in zip(inputs, targets):
        loss, state, cache = forward(x, y, state, weights)
        total = total + backward(cache, None)[0]
        losses.append(loss)
    return np.array(losses), state, update(weights, total)
""",
    ),
    Wrong(
        F,
        "updates the weights that it was given, again and again",
        (UPDATE,),
        "every update made to the first weights",
        change={"losses = []": "losses, first = [], weights", STEP: "weights = update(first, gradient)"},
    ),
    Wrong(
        F,
        "never empties the gradient",
        (UPDATE,),
        "gradients added up from chunk to chunk",
        change={
            "losses = []": "losses, total = [], 0",
            STEP: "total = total + gradient\n        weights = update(weights, total)",
        },
    ),
    Wrong(
        F,
        "learns from every second chunk only",
        (UPDATE,),
        change={STEP: "weights = update(weights, gradient) if len(losses) % 2 == 0 else weights"},
    ),
    Wrong(
        F,
        "hands the gradient on to the next chunk",
        (CUT,),
        "gradient handed on to the next chunk",
        change={
            "losses = []": "losses, d_state = [], None",
            BACK: "gradient, d_state = backward(cache, d_state)",
        },
    ),
    Wrong(
        F,
        "hands the state to backward",
        (CUT,),
        "state handed over in place of a gradient",
        change={BACK: "gradient, _ = backward(cache, state)"},
    ),
    Wrong(
        F,
        "hands the loss to backward",
        (CUT,),
        "loss handed over in place of a gradient",
        change={BACK: "gradient, _ = backward(cache, loss)"},
    ),
    Wrong(
        F,
        "resets the state and hands the gradient on",
        (CARRY, CUT),
        ("every chunk begun from zeros", "gradient handed on to the next chunk"),
        change={
            "losses = []": "losses, d_state = [], None",
            READ: "loss, state, cache = forward(x, y, np.zeros_like(state), weights)",
            BACK: "gradient, d_state = backward(cache, d_state)",
        },
    ),
    Wrong(
        F,
        "writes the new weights into the old array",
        (CONTRACT,),
        "argument changed",
        change={
            STEP: "weights[:] = update(weights, gradient)",
            "state, weights\n": "state, weights.copy()\n",
        },
    ),
    Wrong(
        F,
        "keeps the losses of all calls in one list",
        (CARRY, CONTRACT),
        code="""
def train_chunks(inputs, targets, state, weights, forward, backward, update, losses=[]):
    for x, y in zip(inputs, targets):
        loss, state, cache = forward(x, y, state, weights)
        gradient, _ = backward(cache, None)
        weights = update(weights, gradient)
        losses.append(loss)
    return np.array(losses), state, weights
""",
        remembers=True,
    ),
    Wrong(
        F,
        "stores everything and returns nothing",
        (CARRY, UPDATE, CUT, CONTRACT),
        "nothing returned",
        change={"return np.array(losses), state, weights": "result = np.array(losses), state, weights"},
    ),
    Right(
        F,
        "indices, other names, a list of losses",
        code="""
def train_chunks(X, Y, s, w, run, back, better):
    history = []
    for k in range(len(X)):
        result = run(X[k], Y[k], s, w)
        history.append(float(result[0]))
        s = result[1]
        g = back(result[2], None)[0]
        w = better(w, g)
    return history, s, w
""",
    ),
    Right(
        F,
        "recursion",
        code="""
def train_chunks(inputs, targets, state, weights, forward, backward, update):
    if len(inputs) == 0:
        return np.array([]), state, weights
    loss, state, cache = forward(inputs[0], targets[0], state, weights)
    weights = update(weights, backward(cache, None)[0])
    later, state, weights = train_chunks(inputs[1:], targets[1:], state, weights, forward, backward, update)
    return np.concatenate([[loss], later]), state, weights
""",
    ),
    Right(
        F,
        "an instance of a class",
        code="""
class Trainer:
    def __call__(self, inputs, targets, state, weights, forward, backward, update):
        self.losses = np.empty(inputs.shape[0])
        for k, (x, y) in enumerate(zip(inputs, targets)):
            self.losses[k], state, cache = forward(x, y, state, weights)
            weights = update(weights, backward(cache, None)[0])
        return self.losses.copy(), state, weights

train_chunks = Trainer()
""",
    ),
    Right(
        F,
        "functools.reduce",
        code="""
from functools import reduce

def train_chunks(inputs, targets, state, weights, forward, backward, update):
    def one(so_far, pair):
        losses, s, w = so_far
        loss, s, cache = forward(*pair, s, w)
        return losses + [loss], s, update(w, backward(cache, None)[0])
    losses, state, weights = reduce(one, zip(inputs, targets), ([], state, weights))
    return np.array(losses, dtype=np.float32), state, weights
""",
    ),
    Right(
        F,
        "zeros for the gradient from behind, and progress on the screen",
        code="""
import sys, warnings

def train_chunks(inputs, targets, state, weights, forward, backward, update):
    losses = np.zeros(len(inputs))
    for number in range(len(inputs)):
        losses[number], state, cache = forward(inputs[number], targets[number], state, weights)
        gradient, thrown_away = backward(cache, np.zeros_like(state))
        weights = update(weights, gradient)
        print("chunk", number, losses[number], file=sys.stderr)
    warnings.warn("done")
    return losses, state, weights
""",
    ),
)
