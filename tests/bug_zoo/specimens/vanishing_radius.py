"""Specimens for assignment 03-vanishing: spectral_radius."""

from tests.bug_zoo.zoo import Right, Wrong

VALUE = ("radius-value",)
MODULI = "moduli.max()"

SPECIMENS = (
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
