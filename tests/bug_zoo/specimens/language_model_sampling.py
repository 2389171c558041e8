"""Specimens for sample."""

from tests.bug_zoo.zoo import Right, Wrong

F = "sample"
DRAW, READ, GREEDY, CONTRACT = "sample-draw", "sample-read", "sample-greedy", "sample-contract"
TEMPERED, BEST = "softmax(logits / temperature)", "int(np.argmax(logits))"
FEED = "        logits, state = logits_of(token, state)\n    ### END"
BEGIN = "for token in start:\n        logits, state = logits_of(token, state)"

SPECIMENS = (
    Wrong(F, "no temperature", (DRAW,), "temperature left out", change={TEMPERED: "softmax(logits)"}),
    Wrong(
        F,
        "divides the probabilities",
        (DRAW,),
        "temperature left out",
        change={TEMPERED: "softmax(logits) / temperature\n            q = q / q.sum()"},
    ),
    Wrong(
        F,
        "multiplies by the temperature",
        (DRAW,),
        "multiplied by the temperature",
        change={TEMPERED: "softmax(logits * temperature)"},
    ),
    Wrong(
        F,
        "takes the best at every temperature",
        (DRAW,),
        "always the most probable",
        change={"int(rng.choice(len(q), p=q))": "int(np.argmax(q))"},
    ),
    Wrong(
        F,
        "draws evenly",
        (DRAW,),
        "all characters alike",
        change={"rng.choice(len(q), p=q)": "rng.choice(len(q))"},
    ),
    Wrong(
        F,
        "writes the exponential itself, and so ignores the function",
        (DRAW,),
        "another function in place of the given softmax",
        change={TEMPERED: "np.exp(logits / temperature)\n            q = q / q.sum()"},
    ),
    Wrong(
        F,
        "draws from the third power of the probabilities",
        (DRAW,),
        change={TEMPERED: "softmax(logits / temperature) ** 3\n            q = q / q.sum()"},
    ),
    Wrong(
        F,
        "a generator of its own with a fixed seed",
        (DRAW,),
        change={"state, ids = None, []": "state, ids, rng = None, [], np.random.default_rng(0)"},
    ),
    Wrong(
        F,
        "reads only the last character of the beginning",
        (READ,),
        "the beginning not read",
        change={BEGIN: "logits, state = logits_of(start[-1], state)"},
    ),
    Wrong(
        F,
        "throws the state away",
        (READ,),
        "nothing remembered",
        code="""
def sample(logits_of, softmax, start, count, temperature, rng):
    ids = []
    for token in start:
        logits, _ = logits_of(token, None)
    for _ in range(count):
        if temperature == 0:
            token = np.argmax(logits)
        else:
            token = rng.choice(len(logits), p=softmax(logits / temperature))
        ids.append(int(token))
        logits, _ = logits_of(token, None)
    return np.array(ids)
""",
    ),
    Wrong(
        F,
        "never tells the model what it wrote",
        (READ,),
        "nothing read of what was written",
        change={FEED: "    ### END"},
    ),
    Wrong(
        F,
        "feeds the last character of the beginning for ever",
        (READ,),
        "the last character of the beginning read at every step",
        change={FEED: FEED.replace("token", "start[-1]")},
    ),
    Wrong(
        F,
        "feeds the most probable character",
        (READ,),
        "the most probable character read",
        change={FEED: FEED.replace("token", "np.argmax(logits)")},
    ),
    Wrong(
        F,
        "uses the state after the beginning at every step",
        (READ,),
        "the state after the beginning used at every step",
        change={FEED: FEED.replace("logits, state =", "logits, _ =")},
    ),
    Wrong(
        F,
        "reads the last character of the beginning once more before the first draw",
        (READ,),
        "the last character of the beginning read twice",
        change={"while True:": "logits, state = logits_of(token, state)\n    while True:"},
    ),
    Wrong(
        F,
        "reads the beginning from its end",
        (READ,),
        change={"for token in start:": "for token in start[::-1]:"},
    ),
    Wrong(
        F,
        "divides by zero",
        (GREEDY,),
        "division by a temperature of zero",
        change={"if temperature == 0:": "if False:"},
    ),
    Wrong(
        F,
        "divides by zero, and then counts below nan",
        (GREEDY,),
        "the first character of the vocabulary",
        change={
            "if temperature == 0:": "if False:",
            "int(rng.choice(len(q), p=q))": "int((q.cumsum() < rng.random()).sum().clip(max=len(q) - 1))",
        },
    ),
    Wrong(F, "argmin", (GREEDY,), "the least probable", change={BEST: "int(np.argmin(logits))"}),
    Wrong(
        F,
        "takes a temperature of 0 for 1",
        (GREEDY,),
        change={BEST: "int(rng.choice(len(logits), p=softmax(logits)))"},
    ),
    Wrong(
        F,
        "returns the beginning as well",
        (CONTRACT,),
        "the beginning returned as well",
        change={"return np.array(ids)": "return np.array([*start, *ids])"},
    ),
    Wrong(
        F,
        "fills an array of zeros, which are floats",
        (CONTRACT,),
        "ids as floating-point numbers",
        change={
            "return np.array(ids)": "written = np.zeros(count)\n            written[:] = ids\n            return written"
        },
    ),
    Wrong(
        F,
        "draws with NumPy's global generator",
        (CONTRACT,),
        "memory between calls",
        change={"rng.choice": "np.random.choice"},
    ),
    Wrong(
        F,
        "prints the text and returns nothing",
        (DRAW, READ, GREEDY, CONTRACT),
        "nothing returned",
        change={"return np.array(ids)": "return print(ids)"},
    ),
    Right(
        F,
        "counts below a random number, one array of ids",
        code="""
def sample(logits_of, softmax, start, count, temperature, rng):
    ids, state = np.zeros(count, dtype=int), None
    for token in start[:-1]:
        _, state = logits_of(token, state)
    token = start[-1]
    for t in range(count):
        y, state = logits_of(token, state)
        if temperature > 0:
            token = int((np.cumsum(softmax(y / temperature)) < rng.random()).sum())
        else:
            token = int(y.argmax())
        ids[t] = token
    return ids
""",
    ),
    Right(
        F,
        "a limit in place of a branch: the one-hot row of the best",
        code="""
def distribution(y, temperature, softmax):
    if temperature == 0:
        return np.eye(len(y))[np.argmax(y)]
    return softmax(y / temperature)

def sample(logits_of, softmax, start, count, temperature, rng):
    text, state = list(start), None
    for k in range(len(start) + count - 1):
        y, state = logits_of(text[k], state)
        if k >= len(start) - 1:
            text.append(rng.choice(np.arange(len(y)), p=distribution(y, temperature, softmax)))
    return np.array(text[len(start):])
""",
    ),
    Right(
        F,
        "a generator function, a list of Python's own numbers",
        code="""
from itertools import islice

def writer(logits_of, softmax, start, temperature, rng):
    state = None
    for token in start:
        y, state = logits_of(token, state)
    while True:
        q = softmax(y / temperature) if temperature else None
        token = y.argmax() if q is None else np.searchsorted(np.cumsum(q), rng.uniform())
        yield min(int(token), len(y) - 1)
        y, state = logits_of(token, state)

def sample(logits_of, softmax, start, count, temperature, rng):
    return list(islice(writer(logits_of, softmax, start, temperature, rng), count))
""",
    ),
    Right(
        F,
        "temperature as a power of the probabilities, and prints",
        change={
            TEMPERED: "softmax(logits) ** (1 / temperature)\n            q = q / q.sum()\n            print(q)"
        },
    ),
    Right(
        F,
        "multinomial counts, reads its last character too",
        code="""
def sample(logits_of, softmax, start, count, temperature, rng):
    state = None
    def read(token):
        nonlocal state
        logits, state = logits_of(int(token), state)
        return logits
    for token in start:
        logits = read(token)
    written = np.empty(count, dtype=np.int32)
    for t in range(count):
        if temperature == 0:
            written[t] = logits.argmax()
        else:
            written[t] = rng.multinomial(1, softmax(logits / temperature)).argmax()
        logits = read(written[t])
    return written
""",
    ),
    Right(
        F,
        "recursion",
        code="""
def sample(logits_of, softmax, start, count, temperature, rng, state=None):
    for token in start:
        logits, state = logits_of(token, state)
    if temperature == 0:
        token = np.argmax(logits)
    else:
        token = rng.choice(logits.size, p=softmax(logits / temperature))
    if count == 1:
        return np.array([token])
    return np.append(token, sample(logits_of, softmax, [token], count - 1, temperature, rng, state))
""",
    ),
)
