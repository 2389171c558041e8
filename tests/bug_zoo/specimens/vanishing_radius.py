"""Specimens for assignment 03-vanishing: spectral_radius, scale_to_radius and orthogonal."""

from tests.bug_zoo.zoo import Right, Wrong

VALUE = ("radius-value",)
MODULI = "moduli.max()"

RADIUS = (
    Wrong(
        "spectral_radius",
        "norm of the matrix",
        VALUE,
        "largest singular value",
        change={MODULI: "float(np.linalg.norm(matrix, 2))"},
    ),
    Wrong(
        "spectral_radius",
        "np.linalg.norm as it comes",
        VALUE,
        "Frobenius norm",
        change={MODULI: "float(np.linalg.norm(matrix))"},
    ),
    Wrong(
        "spectral_radius",
        "float of the largest",
        VALUE,
        "sign kept",
        change={MODULI: "float(max(eigenvalues.real))"},
    ),
    Wrong(
        "spectral_radius",
        "real parts only",
        VALUE,
        "imaginary parts dropped",
        change={MODULI: "float(np.abs(eigenvalues.real).max())"},
    ),
    Wrong(
        "spectral_radius",
        "abs of the maximum",
        VALUE,
        "absolute value taken too late",
        change={MODULI: "float(np.abs(eigenvalues.max()))"},
    ),
    Wrong(
        "spectral_radius",
        "the function for symmetric matrices",
        VALUE,
        "matrix taken for symmetric",
        change={"np.linalg.eigvals(matrix)": "np.linalg.eigvalsh(matrix)"},
    ),
    Wrong(
        "spectral_radius",
        "squares of the absolute values",
        VALUE,
        "square left",
        change={MODULI: "float((eigenvalues * eigenvalues.conj()).real.max())"},
    ),
    Wrong(
        "spectral_radius",
        "believes the eigenvalues sorted",
        VALUE,
        "first of the eigenvalues",
        change={MODULI: "float(abs(eigenvalues[0]))"},
    ),
    Wrong(
        "spectral_radius",
        "min for max",
        VALUE,
        "smallest in place of largest",
        change={MODULI: "moduli.min()"},
    ),
    Wrong(
        "spectral_radius",
        "largest entry",
        VALUE,
        "largest entry",
        change={MODULI: "float(abs(matrix).max())"},
    ),
    Wrong(
        "spectral_radius",
        "twenty steps of power iteration",
        VALUE,
        "",
        code="""
def spectral_radius(matrix):
    v = np.ones(len(matrix))
    for _ in range(20):
        new = matrix @ v
        size = np.linalg.norm(new)
        v = new / size if size else new
    return float(size)
""",
    ),
    Wrong(
        "spectral_radius",
        "array with one entry",
        ("radius-contract",),
        "",
        change={MODULI: "np.sort(np.abs(eigenvalues))[-1:]"},
    ),
    Wrong(
        "spectral_radius",
        "the complex eigenvalue itself",
        ("radius-value", "radius-contract"),
        "",
        change={MODULI: "sorted(eigenvalues.astype(complex), key=abs)[-1]"},
    ),
    Right(
        "spectral_radius",
        "repeated squaring",
        """
def spectral_radius(matrix, halvings=30):
    size = np.linalg.norm(matrix)
    if size == 0 or halvings == 0:
        return float(size)
    square = (matrix / size) @ (matrix / size)
    return float(size * np.sqrt(spectral_radius(square, halvings - 1)))
""",
    ),
    Right(
        "spectral_radius",
        "roots of the characteristic polynomial",
        """
def spectral_radius(matrix):
    return float(max(map(abs, np.roots(np.poly(matrix))), default=0.0))
""",
    ),
    Right(
        "spectral_radius",
        "eig, loop and hypot",
        """
import math

def spectral_radius(matrix):
    values, _ = np.linalg.eig(matrix)
    largest = 0.0
    for value in values:
        largest = max(largest, math.hypot(value.real, value.imag))
    print("radius", largest)
    return largest
""",
    ),
    Right(
        "spectral_radius",
        "float32 in a class, NumPy's number returned",
        """
class Radius:
    def __call__(self, matrix):
        moduli = np.absolute(np.linalg.eigvals(np.asarray(matrix, np.float32)))
        return np.max(moduli)

spectral_radius = Radius()
""",
    ),
    Right(
        "spectral_radius",
        "infinity norm of the eigenvalues of the transpose",
        """
spectral_radius = lambda M: np.linalg.norm(np.linalg.eigvals(M.T), np.inf)
""",
    ),
)

FACTOR = "factor = radius / measure(matrix)"
RESULT = "return matrix * factor"
SCALED = ("scale-value",)

SCALE = (
    Wrong(
        "scale_to_radius",
        "factor upside down",
        SCALED,
        "factor upside down",
        change={FACTOR: "factor = measure(matrix) / radius"},
    ),
    Wrong(
        "scale_to_radius",
        "multiplies by the radius",
        SCALED,
        "present size not divided out",
        change={FACTOR: "factor = radius"},
    ),
    Wrong(
        "scale_to_radius",
        "divides by the size",
        SCALED,
        "new size left out",
        change={FACTOR: "factor = 1 / measure(matrix)"},
    ),
    Wrong(
        "scale_to_radius",
        "measures after multiplying",
        SCALED,
        "new size left out",
        change={FACTOR: "scaled = radius * matrix", RESULT: "return scaled / measure(scaled)"},
    ),
    Wrong(
        "scale_to_radius",
        "eigenvalues whatever the measure is",
        SCALED,
        "measure not used",
        change={FACTOR: "factor = radius / max(abs(np.linalg.eigvals(matrix)))"},
    ),
    Wrong(
        "scale_to_radius",
        "parenthesis in the wrong place",
        SCALED,
        "multiplied by the present size",
        change={FACTOR: "factor = radius * measure(matrix)"},
    ),
    Wrong(
        "scale_to_radius",
        "scales rows",
        SCALED,
        "rows scaled one by one",
        change={FACTOR: "factor = radius / abs(matrix).sum(axis=1, keepdims=True)"},
    ),
    Wrong(
        "scale_to_radius",
        "square root, as for a variance",
        SCALED,
        "root taken",
        change={FACTOR: "factor = np.sqrt(radius / measure(matrix))"},
    ),
    Wrong(
        "scale_to_radius",
        "only if it is too large",
        SCALED,
        "never made larger",
        change={FACTOR: "factor = min(1, radius / measure(matrix))"},
    ),
    Wrong(
        "scale_to_radius",
        "shifts the entries",
        SCALED,
        "difference added",
        change={FACTOR: "factor = radius - measure(matrix)", RESULT: "return matrix + factor"},
    ),
    Wrong(
        "scale_to_radius",
        "whole-number division",
        SCALED,
        "",
        change={"radius / measure": "radius // measure"},
    ),
    Wrong(
        "scale_to_radius",
        "in place",
        ("scale-contract",),
        "argument changed",
        change={RESULT: "matrix *= factor\n    return matrix"},
    ),
    Right(
        "scale_to_radius",
        "entry by entry",
        """
def scale_to_radius(matrix, radius, measure):
    size = measure(matrix)
    return np.array([[entry / size * radius for entry in row] for row in matrix])
""",
    ),
    Right(
        "scale_to_radius",
        "in place on a copy of its own",
        """
def scale_to_radius(M, rho, size_of):
    scaled = M.copy()
    scaled /= size_of(M)
    scaled *= rho
    return scaled
""",
    ),
    Right(
        "scale_to_radius",
        "float32, class",
        """
class Scale:
    def __call__(self, matrix, radius, measure):
        single = np.asarray(matrix, dtype=np.float32)
        return single * np.float32(radius / measure(single))

scale_to_radius = Scale()
""",
    ),
    Right(
        "scale_to_radius",
        "goes on until the size is right",
        """
def scale_to_radius(matrix, radius, measure):
    size = measure(matrix)
    if abs(size - radius) < 1e-9:
        return matrix.copy()
    return scale_to_radius(matrix * (radius / size), radius, measure)
""",
    ),
    Right(
        "scale_to_radius",
        "diagonal matrix with einsum",
        """
def scale_to_radius(matrix, radius, measure):
    factors = np.full(len(matrix), radius / measure(matrix))
    return np.einsum("ij,j->ij", matrix, factors)
""",
    ),
)

QR = "q, r = np.linalg.qr(gaussian)\n    return q * np.sign(np.diag(r))"
DRAW = "rng.standard_normal((size, size))"
LENGTHS, UNIFORM, OWN = ("orthogonal-lengths",), ("orthogonal-uniform",), ("orthogonal-rng",)

ORTHOGONAL = (
    Wrong("orthogonal", "normal numbers", LENGTHS, "not made orthogonal", change={QR: "return gaussian"}),
    Wrong(
        "orthogonal",
        "variance of 1 / size",
        LENGTHS,
        "entries divided by the root of the size",
        change={QR: "return gaussian / np.sqrt(size)"},
    ),
    Wrong(
        "orthogonal",
        "columns of length 1",
        LENGTHS,
        "columns shortened but not turned",
        change={QR: "return gaussian / np.linalg.norm(gaussian, axis=0, keepdims=True)"},
    ),
    Wrong(
        "orthogonal",
        "divides by the norm",
        LENGTHS,
        "divided by the largest singular value",
        change={QR: "return gaussian / np.linalg.norm(gaussian, 2)"},
    ),
    Wrong(
        "orthogonal",
        "returns R",
        LENGTHS,
        "not made orthogonal",
        change={QR: "q, r = np.linalg.qr(gaussian)\n    return r"},
    ),
    Wrong(
        "orthogonal",
        "multiplies by the diagonal itself",
        LENGTHS,
        "diagonal of R in place of its signs",
        change={"np.sign(np.diag(r))": "np.diag(r)"},
    ),
    Wrong(
        "orthogonal",
        "Q as it comes",
        UNIFORM,
        "signs left as they come",
        change={" * np.sign(np.diag(r))": ""},
    ),
    Wrong(
        "orthogonal", "signs of Q", UNIFORM, "signs of the wrong factor", change={"np.diag(r)": "np.diag(q)"}
    ),
    Wrong(
        "orthogonal",
        "rotations only",
        UNIFORM,
        "rotations only",
        change={
            QR: "q, r = np.linalg.qr(gaussian)\n    q *= np.sign(np.diag(r))\n    q[:, 0] *= np.linalg.det(q)"
            "\n    return q"
        },
    ),
    Wrong(
        "orthogonal",
        "uniform numbers",
        UNIFORM,
        "numbers of one sign",
        change={DRAW: "rng.uniform(size=(size, size))"},
    ),
    Wrong(
        "orthogonal",
        "NumPy's global generator",
        OWN,
        "rng not used",
        change={DRAW: "np.random.randn(size, size)"},
    ),
    Wrong(
        "orthogonal",
        "a seed of its own, for results that repeat",
        (*UNIFORM, *OWN),
        "the same matrix at every call",
        change={DRAW: "np.random.default_rng(0).standard_normal((size, size))"},
    ),
    Wrong(
        "orthogonal",
        "identity",
        (*UNIFORM, *OWN),
        "the same matrix at every call",
        change={QR: "return np.eye(size)"},
    ),
    Wrong(
        "orthogonal",
        "shuffles the identity",
        UNIFORM,
        "",
        change={QR: "return rng.permutation(np.eye(size))"},
    ),
    Right(
        "orthogonal",
        "Gram and Schmidt",
        """
def orthogonal(rng, size):
    columns = []
    for _ in range(size):
        v = rng.normal(size=size)
        for u in columns:
            v = v - (u @ v) * u
        columns.append(v / np.sqrt(v @ v))
    return np.array(columns).T
""",
    ),
    Right(
        "orthogonal",
        "singular vectors of both sides",
        """
def orthogonal(generator, n):
    left, _, right = np.linalg.svd(generator.standard_normal((n, n)))
    return left @ right
""",
    ),
    Right(
        "orthogonal",
        "a smaller one, then a reflection",
        """
def orthogonal(rng, size):
    if size == 1:
        return rng.choice([-1.0, 1.0], size=(1, 1))
    inner = np.eye(size)
    inner[1:, 1:] = orthogonal(rng, size - 1)
    v = rng.standard_normal(size)
    v /= np.linalg.norm(v)
    mirror = v - np.eye(size)[0]
    return inner - 2 * np.outer(mirror, mirror @ inner) / (mirror @ mirror)
""",
    ),
    Right(
        "orthogonal",
        "float32 in a class",
        """
class Orthogonal:
    def __call__(self, rng, size):
        q, r = np.linalg.qr(rng.standard_normal((size, size)).astype("float32"))
        for k in range(size):
            if r[k, k] < 0:
                q[:, k] *= -1
        return q

orthogonal = Orthogonal()
""",
    ),
    Right(
        "orthogonal",
        "signs drawn at random",
        """
import warnings

def orthogonal(rng, size):
    warnings.warn("signs are drawn too")
    q, _ = np.linalg.qr(rng.standard_normal((size, size)))
    return q @ np.diag(rng.choice([-1, 1], size=size))
""",
    ),
)

SPECIMENS = (*RADIUS, *SCALE, *ORTHOGONAL)
