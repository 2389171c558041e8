"""Specimens for assignment 03-vanishing: state_jacobian and jacobian_norms; the others are joined below."""

from tests.bug_zoo.specimens import vanishing_lag, vanishing_radius
from tests.bug_zoo.zoo import Right, Wrong

SLOPE = "slope = 1 - h_t**2"
RESULT = "return recurrent_kernel * slope[..., None, :]"
VALUE, BOTH = ("jacobian-value",), ("jacobian-value", "jacobian-contract")

JACOBIAN = (
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

N_VALUE, N_BOUND, N_BOTH = ("norms-product",), ("norms-bound",), ("norms-product", "norms-bound")
STEP = "product = jacobian @ product"
SIZE = "norms.append(np.linalg.norm(product, 2))"
GROW = "bound = bound * np.linalg.norm(jacobian, 2)"

NORMS = (
    Wrong(
        "jacobian_norms",
        "begins at the first step",
        N_BOTH,
        "from the first step on",
        change={"jacobians[::-1]": "jacobians", STEP: "product = product @ jacobian"},
    ),
    Wrong(
        "jacobian_norms",
        "multiplies on the wrong side",
        N_VALUE,
        "factors in the reverse order",
        change={STEP: "product = product @ jacobian"},
    ),
    Wrong(
        "jacobian_norms",
        "uses the asterisk",
        N_VALUE,
        "entries of the identity multiplied",
        change={STEP: "product = jacobian * product"},
    ),
    Wrong(
        "jacobian_norms",
        "uses the asterisk, starting from ones",
        N_VALUE,
        "entries multiplied",
        change={STEP: "product = jacobian * product", "np.eye(len(jacobians[0]))": "1.0"},
    ),
    Wrong(
        "jacobian_norms",
        "Frobenius norm, NumPy's default",
        N_BOTH,
        "Frobenius norm",
        change={SIZE: "norms.append(np.linalg.norm(product))", GROW: "bound *= np.linalg.norm(jacobian)"},
    ),
    Wrong(
        "jacobian_norms",
        "spectral radius of the product",
        N_VALUE,
        "spectral radius",
        change={SIZE: "norms.append(max(abs(np.linalg.eigvals(product))))"},
    ),
    Wrong(
        "jacobian_norms",
        "order 1 of the norm",
        N_BOUND,
        "largest column sum",
        change={GROW: "bound = bound * np.linalg.norm(jacobian, 1)"},
    ),
    Wrong(
        "jacobian_norms",
        "takes the last singular value",
        N_VALUE,
        "smallest singular value",
        change={SIZE: "norms.append(np.linalg.svd(product)[1][-1])"},
    ),
    Wrong(
        "jacobian_norms",
        "notes the numbers before the step",
        N_BOTH,
        "one step late",
        code="""
def jacobian_norms(jacobians):
    norms, bounds, P, bound = [], [], np.eye(len(jacobians[0])), 1.0
    for k in range(len(jacobians)):
        norms.append(np.linalg.norm(P, 2))
        bounds.append(bound)
        P = jacobians[-1 - k] @ P
        bound *= np.linalg.norm(jacobians[-1 - k], 2)
    return np.array(norms), np.array(bounds)
""",
    ),
    Wrong(
        "jacobian_norms",
        "adds the singular values up",
        N_BOUND,
        "sum in place of product",
        change={"bound = 1.0": "bound = 0.0", GROW: "bound = bound + np.linalg.norm(jacobian, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "powers of the largest singular value, as in the equation",
        N_BOUND,
        "powers of the largest one",
        change={GROW: "bound = max(np.linalg.norm(J, 2) for J in jacobians) ** (len(bounds) + 1)"},
    ),
    Wrong(
        "jacobian_norms",
        "norm of the product for the bound",
        N_BOUND,
        "norm of the product",
        change={GROW: "bound = np.linalg.norm(product, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "returns the two the other way round",
        N_BOTH,
        ("product of the norms", "norm of the product"),
        change={"return np.array(norms), np.array(bounds)": "return np.array(bounds), np.array(norms)"},
    ),
    Wrong(
        "jacobian_norms",
        "multiplies the norms of the products",
        N_BOUND,
        "",
        change={GROW: "bound = bound * np.linalg.norm(product, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "writes into an array of integers",
        (*N_BOTH, "norms-contract"),
        "integers",
        change={
            "return np.array(norms), np.array(bounds)": "return np.array(norms, int), np.array(bounds, int)"
        },
    ),
    Wrong(
        "jacobian_norms",
        "collects the products in the argument",
        ("norms-contract",),
        "argument changed",
        code="""
def jacobian_norms(jacobians):
    sizes = np.linalg.norm(jacobians, 2, axis=(1, 2))[::-1]
    for t in range(len(jacobians) - 2, -1, -1):
        jacobians[t] = jacobians[t] @ jacobians[t + 1]
    return np.linalg.norm(jacobians, 2, axis=(1, 2))[::-1].copy(), np.cumprod(sizes)
""",
    ),
    Right(
        "jacobian_norms",
        "a product from scratch for each k",
        """
from functools import reduce

def largest(M):
    return np.linalg.svd(M, compute_uv=False)[0]

def jacobian_norms(jacobians):
    T = len(jacobians)
    norms = [largest(reduce(np.matmul, jacobians[T - k:])) for k in range(1, T + 1)]
    bounds = [np.prod([largest(J) for J in jacobians[T - k:]]) for k in range(1, T + 1)]
    return np.array(norms), np.array(bounds)
""",
    ),
    Right(
        "jacobian_norms",
        "recursion",
        """
def jacobian_norms(jacobians, product=None, bound=1.0):
    if len(jacobians) == 0:
        return np.zeros(0), np.zeros(0)
    *rest, last = jacobians
    product = last if product is None else last @ product
    bound = bound * np.linalg.norm(last, ord=2)
    norms, bounds = jacobian_norms(rest, product, bound)
    return np.append(np.linalg.norm(product, ord=2), norms), np.append(bound, bounds)
""",
    ),
    Right(
        "jacobian_norms",
        "float32, arrays filled in",
        """
def jacobian_norms(jacobians):
    J = jacobians.astype(np.float32)
    norms, bounds = np.empty((2, len(J)), dtype=np.float32)
    product, bound = J[-1], np.linalg.norm(J[-1], 2)
    norms[0] = bounds[0] = bound
    for k in range(2, len(J) + 1):
        product = np.dot(J[-k], product)
        bound = bound * np.linalg.norm(J[-k], 2)
        norms[k - 1], bounds[k - 1] = np.linalg.norm(product, 2), bound
    return norms, bounds
""",
    ),
    Right(
        "jacobian_norms",
        "eigenvalues of the product with its transpose, accumulate",
        """
from itertools import accumulate

def stretch(M):
    return float(np.sqrt(np.linalg.eigvalsh(M @ M.T)[-1]))

def jacobian_norms(jacobians):
    backwards = list(jacobians)[::-1]
    products = accumulate(backwards, lambda P, J: J @ P)
    return np.array([stretch(P) for P in products]), np.cumprod([stretch(J) for J in backwards])
""",
    ),
    Right(
        "jacobian_norms",
        "transposed, in the direction of the gradient, in a class",
        """
class Norms:
    def __call__(self, jacobians):
        turned = jacobians.transpose(0, 2, 1)
        self.back = np.eye(turned.shape[1])
        found = [self.step(turned[t]) for t in reversed(range(len(turned)))]
        single = np.linalg.norm(jacobians, 2, axis=(-2, -1))
        return np.array(found), np.multiply.accumulate(single[::-1])

    def step(self, J):
        self.back = self.back @ J
        return np.linalg.norm(self.back, 2)

jacobian_norms = Norms()
""",
    ),
)

SPECIMENS = (*JACOBIAN, *NORMS, *vanishing_radius.SPECIMENS, *vanishing_lag.SPECIMENS)
