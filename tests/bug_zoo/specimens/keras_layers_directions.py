"""Specimens of both_directions, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

PLANTED = "the planted bug is still there"
join, join_right = partial(Wrong, "both_directions"), partial(Right, "both_directions")
JOIN = ("bug-directions",)
TURNED = "backward[:, ::-1]"

SPECIMENS = (
    join("hands the buggy function in", JOIN, PLANTED, code="both_directions = both_directions_buggy"),
    join(
        "turns the batch round", JOIN, "the rows of the batch turned round", change={TURNED: "backward[::-1]"}
    ),
    join("turns the units round", JOIN, "the units turned round", change={TURNED: "backward[..., ::-1]"}),
    join(
        "turns steps and units round",
        JOIN,
        "the units turned round too",
        change={TURNED: "backward[:, ::-1, ::-1]"},
    ),
    join(
        "turns the forward outputs round",
        JOIN,
        "the forward outputs turned round",
        change={"[forward, backward[:, ::-1]]": "[forward[:, ::-1], backward]"},
    ),
    join(
        "turns both round",
        JOIN,
        "both turned round",
        change={"[forward, ": "[forward[:, ::-1], "},
    ),
    join(
        "turns the joined outputs round",
        JOIN,
        "the forward outputs turned round",
        code="""
def both_directions(forward, backward):
    return np.concatenate([forward, backward[:, ::-1]], axis=2)[:, ::-1]
""",
    ),
    join(
        "puts the backward layer first",
        JOIN,
        "the backward outputs first",
        change={"[forward, backward[:, ::-1]]": "[backward[:, ::-1], forward]"},
    ),
    join(
        "adds the two",
        JOIN,
        "added in place of joined",
        change={"np.concatenate([forward, backward[:, ::-1]], axis=-1)": "forward + backward[:, ::-1]"},
    ),
    join("joins along time", JOIN, "joined along time", change={"axis=-1": "axis=1"}),
    join(
        "interleaves the units of the two layers",
        JOIN,
        change={
            "np.concatenate([forward, backward[:, ::-1]], axis=-1)": "np.stack([forward, backward[:, ::-1]], axis=-1)"
            ".reshape(*forward.shape[:2], -1)"
        },
    ),
    join(
        "moves the backward outputs by one step",
        JOIN,
        change={TURNED: "np.roll(backward[:, ::-1], 1, axis=1)"},
    ),
    join_right(
        "np.flip and dstack",
        """
def both_directions(forward, backward):
    return np.dstack((forward, np.flip(backward, axis=1)))
""",
    ),
    join_right(
        "filled step by step",
        """
def both_directions(forward, backward):
    batch, time, units = forward.shape
    out = np.empty((batch, time, 2 * units), dtype=np.float32)
    for t in range(time):
        out[:, t, :units] = forward[:, t]
        out[:, t, units:] = backward[:, time - 1 - t]
    return out
""",
    ),
    join_right(
        "take, and a class",
        """
class Join:
    def __call__(self, forward, backward):
        print(forward.shape, backward.shape)
        order = np.arange(backward.shape[1])[::-1]
        return np.concatenate((forward, backward.take(order, axis=1)), 2)

both_directions = Join()
""",
    ),
    join_right(
        "a comprehension over rows",
        """
def both_directions(forward, backward):
    return np.array([np.hstack([f, b[::-1]]) for f, b in zip(forward, backward)])
""",
    ),
    join_right(
        "einsum with the matrix that turns time round",
        """
def both_directions(forward, backward):
    J = np.fliplr(np.eye(forward.shape[1]))
    return np.append(forward, np.einsum("ts,bsn->btn", J, backward), axis=-1)
""",
    ),
)
