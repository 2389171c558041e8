"""Specimens for make_chunks."""

from tests.bug_zoo.zoo import Right, Wrong

F = "make_chunks"
INPUTS, TARGETS, CONTRACT = "chunks-inputs", "chunks-targets", "chunks-contract"
STARTS = "range(0, length - steps, steps)"
LAST_TARGETS = "streams[:, s + 1 : s + steps + 1]"

SPECIMENS = (
    Wrong(
        F,
        "cuts the text into chunks first and deals these out to the rows",
        (INPUTS,),
        "streams that do not go on from chunk to chunk",
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    n = (length - 1) // steps
    inputs = ids[:n * batch * steps].reshape(n, batch, steps)
    targets = ids[1:n * batch * steps + 1].reshape(n, batch, steps)
    return inputs, targets
""",
    ),
    Wrong(
        F,
        "reshapes to (length, batch) and transposes, so neighbours end in different rows",
        (INPUTS,),
        "characters dealt out to the streams in turn",
        code="""
def make_chunks(ids, batch, steps):
    L = len(ids) // batch
    rows = ids[:L * batch].reshape(L, batch).T
    after = np.append(ids, 0)[1:L * batch + 1].reshape(L, batch).T
    xs, ys = [], []
    for k in range((L - 1) // steps):
        xs.append(rows[:, k * steps:(k + 1) * steps])
        ys.append(after[:, k * steps:(k + 1) * steps])
    return np.array(xs), np.array(ys)
""",
    ),
    Wrong(
        F,
        "keeps a chunk whose last character has no target in its stream",
        (INPUTS, CONTRACT),
        "a chunk without its last target",
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    n = length // steps
    following = np.append(ids[1:], ids[:1])
    cut = lambda a: np.stack([a[b * length:(b + 1) * length][:n * steps].reshape(n, steps)
                              for b in range(batch)], axis=1)
    return cut(ids), cut(following)
""",
    ),
    Wrong(
        F,
        "steps on by steps - 1",
        (INPUTS,),
        "chunks that overlap",
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    n = (length - 1) // steps
    rows = ids[:batch * length].reshape(batch, length)
    starts = [k * max(steps - 1, 1) for k in range(n)]
    return (np.array([rows[:, s:s + steps] for s in starts]),
            np.array([rows[:, s + 1:s + steps + 1] for s in starts]))
""",
    ),
    Wrong(
        F,
        "cuts pieces of steps + 1 and takes inputs and targets from each",
        (INPUTS, CONTRACT),
        "a character lost between two chunks",
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    rows = ids[:batch * length].reshape(batch, length)
    pieces = [rows[:, s:s + steps + 1] for s in range(0, length - steps, steps + 1)]
    return np.stack([p[:, :-1] for p in pieces]), np.stack([p[:, 1:] for p in pieces])
""",
    ),
    Wrong(
        F,
        "returns (batch, chunks, steps)",
        (INPUTS, CONTRACT),
        "axes of chunk and stream exchanged",
        change={
            "for s in starts])\n    targets": "for s in starts], axis=1)\n    targets",
            "for s in starts])\n    return": "for s in starts], axis=1)\n    return",
        },
    ),
    Wrong(
        F,
        "skips the first chunk",
        (INPUTS, CONTRACT),
        "the first chunk left out",
        change={STARTS: STARTS + "[1:]"},
    ),
    Wrong(
        F,
        "lets all streams read the beginning",
        (INPUTS,),
        "every stream the whole text from its beginning",
        change={
            "np.asarray(ids)[: batch * length].reshape(batch, length)": "np.stack([ids[:length]] * batch)"
        },
    ),
    Wrong(
        F,
        "gives the inputs as targets",
        (TARGETS,),
        "targets that are the inputs",
        change={LAST_TARGETS: "streams[:, s : s + steps]"},
    ),
    Wrong(
        F,
        "rolls each chunk to get its targets",
        (TARGETS,),
        "the last target wrapped around",
        change={
            "targets = np.stack(["
            + LAST_TARGETS
            + " for s in starts])": "targets = np.roll(inputs, -1, axis=-1)"
        },
    ),
    Wrong(
        F,
        "has no idea of the last target and puts a zero",
        (TARGETS,),
        "the last target set to zero",
        change={
            "targets = np.stack([" + LAST_TARGETS + " for s in starts])": "targets = np.zeros_like(inputs)\n"
            "    targets[:, :, :-1] = inputs[:, :, 1:]"
        },
    ),
    Wrong(
        F,
        "rolls the wrong axis",
        (TARGETS,),
        "targets from the next stream",
        change={
            "targets = np.stack(["
            + LAST_TARGETS
            + " for s in starts])": "targets = np.roll(inputs, -1, axis=1)"
        },
    ),
    Wrong(
        F,
        "gives one target for each chunk, as a classifier would have",
        (TARGETS, CONTRACT),
        "one target for each chunk",
        change={LAST_TARGETS: "streams[:, s + steps]"},
    ),
    Wrong(
        F,
        "reverses each chunk to get its targets",
        (TARGETS,),
        change={"targets = np.stack": "targets = np.flip(inputs, axis=2).copy() if steps > 1 else np.stack"},
    ),
    Wrong(
        F,
        "fills arrays of zeros, which are floats",
        (CONTRACT,),
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    n = (length - 1) // steps
    inputs = np.zeros((n, batch, steps))
    targets = np.zeros((n, batch, steps))
    for k in range(n):
        for b in range(batch):
            start = b * length + k * steps
            inputs[k, b] = ids[start:start + steps]
            targets[k, b] = ids[start + 1:start + steps + 1]
    return inputs, targets
""",
    ),
    Wrong(
        F,
        "squeezes",
        (CONTRACT,),
        "dropped axes",
        change={"return inputs, targets": "return inputs.squeeze(), targets.squeeze()"},
    ),
    Right(
        F,
        "loops over everything, Python lists, long names",
        code="""
import warnings

def make_chunks(text_as_numbers, number_of_streams, characters_per_chunk):
    warnings.warn("cutting")
    stream_length = len(text_as_numbers) // number_of_streams
    all_inputs, all_targets = [], []
    position = 0
    while position + characters_per_chunk < stream_length:
        chunk_in, chunk_out = [], []
        for stream in range(number_of_streams):
            row_in, row_out = [], []
            for step in range(characters_per_chunk):
                where = stream * stream_length + position + step
                row_in.append(int(text_as_numbers[where]))
                row_out.append(int(text_as_numbers[where + 1]))
            chunk_in.append(row_in)
            chunk_out.append(row_out)
        all_inputs.append(chunk_in)
        all_targets.append(chunk_out)
        position += characters_per_chunk
    return np.array(all_inputs), np.array(all_targets)
""",
    ),
    Right(
        F,
        "one reshape and a transposition",
        code="""
def make_chunks(ids, batch, steps):
    L = len(ids) // batch
    n = (L - 1) // steps
    rows = ids[:batch * L].reshape(batch, L)
    fold = lambda a: a.reshape(batch, n, steps).transpose(1, 0, 2)
    return fold(rows[:, :n * steps]), fold(rows[:, 1:n * steps + 1])
""",
    ),
    Right(
        F,
        "fancy indexing with a table of places",
        code="""
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    k = np.arange((length - 1) // steps)[:, None, None] * steps
    b = np.arange(batch)[None, :, None] * length
    places = k + b + np.arange(steps)
    print("places", places.shape)
    return ids[places], ids[places + 1]
""",
    ),
    Right(
        F,
        "a generator, zipped",
        code="""
def _pairs(ids, batch, steps):
    streams = np.array_split(ids[:len(ids) // batch * batch], batch)
    for start in range(0, len(streams[0]) - steps, steps):
        yield ([s[start:start + steps] for s in streams],
               [s[start + 1:start + 1 + steps] for s in streams])

make_chunks = lambda ids, batch, steps: tuple(map(np.array, zip(*_pairs(ids, batch, steps))))
""",
    ),
    Right(
        F,
        "recursion from the end, and a magic",
        code="""
%matplotlib inline
def make_chunks(ids, batch, steps):
    length = len(ids) // batch
    rows = np.reshape(ids[:batch * length], (batch, length))
    def rest(rows):
        if rows.shape[1] <= steps:
            return []
        return [(rows[:, :steps], rows[:, 1:steps + 1])] + rest(rows[:, steps:])
    found = rest(rows)
    return np.array([x for x, _ in found]), np.array([y for _, y in found])
""",
    ),
)
