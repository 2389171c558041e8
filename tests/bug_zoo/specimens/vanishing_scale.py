"""Specimens for assignment 03-vanishing: scale_to_radius."""

from tests.bug_zoo.zoo import Right, Wrong

FACTOR = "factor = radius / measure(matrix)"
RESULT = "return matrix * factor"
SCALED = ("scale-value",)

SPECIMENS = (
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
