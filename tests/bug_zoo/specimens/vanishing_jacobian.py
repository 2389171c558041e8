"""Specimens for assignment 03-vanishing: state_jacobian."""

from tests.bug_zoo.zoo import Right, Wrong

SLOPE = "slope = 1 - h_t**2"
RESULT = "return recurrent_kernel * slope[..., None, :]"
VALUE, BOTH = ("jacobian-value",), ("jacobian-value", "jacobian-contract")

SPECIMENS = (
    Wrong(
        "state_jacobian",
        "returns the kernel for every step",
        VALUE,
        "slope left out",
        change={SLOPE: "slope = np.ones(h_t.shape)"},
    ),
    Wrong("state_jacobian", "1 - h", VALUE, "square left out", change={"h_t**2": "h_t"}),
    Wrong(
        "state_jacobian",
        "takes tanh of the state again",
        VALUE,
        "tanh applied to a state",
        change={"h_t**2": "np.tanh(h_t) ** 2"},
    ),
    Wrong(
        "state_jacobian",
        "sigmoid's slope",
        VALUE,
        "slope of the sigmoid",
        change={SLOPE: "slope = h_t * (1 - h_t)"},
    ),
    Wrong(
        "state_jacobian",
        "diagonal matrix on the left of U",
        VALUE,
        "slopes along the rows",
        change={"[..., None, :]": "[..., :, None]"},
    ),
    Wrong(
        "state_jacobian",
        "column vectors, as in Pascanu's paper",
        VALUE,
        "rows and columns exchanged",
        change={RESULT: "return slope[..., :, None] * recurrent_kernel.T"},
    ),
    Wrong(
        "state_jacobian",
        "transposes the kernel, keeps the diagonal on the right",
        VALUE,
        "recurrent kernel transposed",
        change={"recurrent_kernel * ": "recurrent_kernel.T * "},
    ),
    Wrong(
        "state_jacobian",
        "one matrix for the whole batch",
        BOTH,
        "mean over the batch",
        change={
            RESULT: "jacobians = recurrent_kernel * slope[..., None, :]\n    return jacobians.mean(axis=0)"
        },
    ),
    Wrong(
        "state_jacobian",
        "knows batches only",
        ("jacobian-contract",),
        "batch axis taken for granted",
        change={"[..., None, :]": "[:, None, :]"},
    ),
    Wrong(
        "state_jacobian",
        "knows one sequence only, with np.diag",
        BOTH,
        "np.diag of a whole batch",
        change={RESULT: "return recurrent_kernel @ np.diag(slope)"},
    ),
    Wrong(
        "state_jacobian",
        "knows one sequence only, by broadcasting",
        BOTH,
        "no axis for the batch in the result",
        change={RESULT: "return recurrent_kernel * slope"},
    ),
    Wrong(
        "state_jacobian",
        "scales the kernel in place, example after example",
        BOTH,
        "argument changed",
        code="""
def state_jacobian(h_t, recurrent_kernel):
    found = []
    for row in np.atleast_2d(h_t):
        recurrent_kernel *= 1 - row**2
        found.append(recurrent_kernel.copy())
    return found[0] if h_t.ndim == 1 else np.array(found)
""",
    ),
    Wrong(
        "state_jacobian",
        "gives one sequence a batch axis",
        ("jacobian-contract",),
        "",
        change={SLOPE: "slope = 1 - np.atleast_2d(h_t) ** 2"},
    ),
    Right(
        "state_jacobian",
        "loops over everything",
        """
def state_jacobian(h_t, recurrent_kernel):
    units = len(recurrent_kernel)
    if h_t.ndim == 2:
        return np.array([state_jacobian(h, recurrent_kernel) for h in h_t])
    J = np.zeros((units, units))
    for m in range(units):
        for n in range(units):
            J[m, n] = recurrent_kernel[m, n] * (1 - h_t[n] * h_t[n])
    return J
""",
    ),
    Right(
        "state_jacobian",
        "einsum",
        change={RESULT: 'return np.einsum("mn,...n->...mn", recurrent_kernel, slope)'},
    ),
    Right(
        "state_jacobian",
        "a class with __call__",
        """
class Jacobian:
    def __init__(self, slope):
        self.slope = slope

    def __call__(self, states, U):
        print("Jacobian of", states.shape)
        diagonals = np.eye(U.shape[0]) * self.slope(states)[..., np.newaxis, :]
        return U @ diagonals

state_jacobian = Jacobian(lambda h: (1 - h) * (1 + h))
""",
    ),
    Right(
        "state_jacobian",
        "float32 and a magic",
        """
%time total = sum(range(10))
import warnings

def state_jacobian(h_t, recurrent_kernel):
    warnings.warn("single precision")
    h, U = np.float32(h_t), np.float32(recurrent_kernel)
    return U * (1 - np.square(h)).reshape(*h.shape[:-1], 1, h.shape[-1])
""",
    ),
    Right(
        "state_jacobian",
        "np.vectorize with a signature",
        """
one = lambda h, U: U @ np.diag(1 - h**2)
state_jacobian = np.vectorize(one, signature="(n),(m,n)->(m,n)")
""",
    ),
)
