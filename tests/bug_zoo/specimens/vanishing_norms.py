"""Specimens for assignment 03-vanishing: jacobian_norms."""

from tests.bug_zoo.zoo import Right, Wrong

VALUE, BOUND, BOTH = ("norms-product",), ("norms-bound",), ("norms-product", "norms-bound")
STEP = "product = jacobian @ product"
SIZE = "norms.append(np.linalg.norm(product, 2))"
GROW = "bound = bound * np.linalg.norm(jacobian, 2)"

SPECIMENS = (
    Wrong(
        "jacobian_norms",
        "begins at the first step",
        BOTH,
        "from the first step on",
        change={"jacobians[::-1]": "jacobians", STEP: "product = product @ jacobian"},
    ),
    Wrong(
        "jacobian_norms",
        "multiplies on the wrong side",
        VALUE,
        "factors in the reverse order",
        change={STEP: "product = product @ jacobian"},
    ),
    Wrong(
        "jacobian_norms",
        "uses the asterisk",
        VALUE,
        "entries of the identity multiplied",
        change={STEP: "product = jacobian * product"},
    ),
    Wrong(
        "jacobian_norms",
        "uses the asterisk, starting from ones",
        VALUE,
        "entries multiplied",
        change={STEP: "product = jacobian * product", "np.eye(len(jacobians[0]))": "1.0"},
    ),
    Wrong(
        "jacobian_norms",
        "Frobenius norm, NumPy's default",
        BOTH,
        "Frobenius norm",
        change={SIZE: "norms.append(np.linalg.norm(product))", GROW: "bound *= np.linalg.norm(jacobian)"},
    ),
    Wrong(
        "jacobian_norms",
        "spectral radius of the product",
        VALUE,
        "spectral radius",
        change={SIZE: "norms.append(max(abs(np.linalg.eigvals(product))))"},
    ),
    Wrong(
        "jacobian_norms",
        "order 1 of the norm",
        BOUND,
        "largest column sum",
        change={GROW: "bound = bound * np.linalg.norm(jacobian, 1)"},
    ),
    Wrong(
        "jacobian_norms",
        "takes the last singular value",
        VALUE,
        "smallest singular value",
        change={SIZE: "norms.append(np.linalg.svd(product)[1][-1])"},
    ),
    Wrong(
        "jacobian_norms",
        "notes the numbers before the step",
        BOTH,
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
        BOUND,
        "sum in place of product",
        change={"bound = 1.0": "bound = 0.0", GROW: "bound = bound + np.linalg.norm(jacobian, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "powers of the largest singular value, as in the equation",
        BOUND,
        "powers of the largest one",
        change={GROW: "bound = max(np.linalg.norm(J, 2) for J in jacobians) ** (len(bounds) + 1)"},
    ),
    Wrong(
        "jacobian_norms",
        "norm of the product for the bound",
        BOUND,
        "norm of the product",
        change={GROW: "bound = np.linalg.norm(product, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "returns the two the other way round",
        BOTH,
        ("product of the norms", "norm of the product"),
        change={"return np.array(norms), np.array(bounds)": "return np.array(bounds), np.array(norms)"},
    ),
    Wrong(
        "jacobian_norms",
        "multiplies the norms of the products",
        BOUND,
        "",
        change={GROW: "bound = bound * np.linalg.norm(product, 2)"},
    ),
    Wrong(
        "jacobian_norms",
        "writes into an array of integers",
        (*BOTH, "norms-contract"),
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
