"""Tasks of assignment 03-vanishing: the size of a recurrent matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.toys.vanishing import largest_entry, largest_row_sum


def with_eigenvalues(rng: np.random.Generator, *blocks: Any) -> Any:
    """Return a matrix that is far from normal and has these numbers and 2-by-2 blocks for eigenvalues."""
    units = sum(len(np.atleast_2d(block)) for block in blocks)
    middle, at = np.zeros((units, units)), 0
    for block in map(np.atleast_2d, blocks):
        middle[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    mixing = np.eye(units) + 0.4 * rng.standard_normal((units, units)) / np.sqrt(units)
    return mixing @ middle @ np.linalg.inv(mixing)


def radius_cases(rng: np.random.Generator) -> list[Case]:
    """Draw matrices whose largest eigenvalue is complex, negative, or whatever it is."""
    size, angle = rng.uniform(1.2, 1.6), rng.uniform(0.9, 1.3)
    turn = size * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    small = rng.uniform(0.2, 0.8, 3)
    ordered = np.diag([0.5, 0.9, -size, 0.2]) + np.triu(rng.standard_normal((4, 4)), 1)
    return [
        Case({"matrix": with_eigenvalues(rng, *small[:1], turn)}, "units 3, the largest one complex"),
        Case({"matrix": with_eigenvalues(rng, *-small, -size)}, "units 4, all of them negative"),
        Case({"matrix": ordered}, "units 4, triangular"),
        Case({"matrix": rng.standard_normal((6, 6)) / np.sqrt(6)}, "units 6"),
        Case({"matrix": np.array([[-size]])}, "units 1", True),
        Case({"matrix": np.zeros((2, 2))}, "units 2, all entries 0", True),
    ]


def radius(matrix: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Return the largest absolute value of an eigenvalue."""
    eigenvalues = np.linalg.eigvals(matrix)
    moduli = np.abs(eigenvalues)
    values = {
        "largest singular value": np.linalg.norm(matrix, 2),
        "Frobenius norm": np.linalg.norm(matrix),
        "largest entry": np.abs(matrix).max(),
        "sign kept": eigenvalues.real.max(),
        "imaginary parts dropped": np.abs(eigenvalues.real).max(),
        "absolute value taken too late": abs(eigenvalues.max()),
        "matrix taken for symmetric": np.abs(np.linalg.eigvalsh(matrix)).max(),
        "square left": (moduli**2).max(),
        "smallest in place of largest": moduli.min(),
        "mean over the eigenvalues": moduli.mean(),
        "first of the eigenvalues": moduli[0],
    }
    return {"radius": float(values.get(wrong, moduli.max()))}


RADIUS = Task(
    function="spectral_radius",
    returns=("radius",),
    cases=radius_cases,
    reference=radius,
    ideas=(
        Idea(
            "radius-value",
            ("radius",),
            {
                "largest singular value": "That is how far the matrix can stretch a vector in one go. The "
                "spectral radius is about many goes, and it is made of eigenvalues.",
                "Frobenius norm": "It adds up the squares of all entries and knows nothing of eigenvalues.",
                "largest entry": "The entries of a matrix are not its eigenvalues.",
                "sign kept": "A direction that is multiplied by −2 grows as fast as one that is multiplied "
                "by 2.",
                "imaginary parts dropped": "A complex number is as long as the arrow to it, not as its "
                "shadow on the real axis.",
                "absolute value taken too late": "First the size of each eigenvalue, then the largest of "
                "the sizes.",
                "matrix taken for symmetric": "This function of NumPy reads one half of the matrix only. A "
                "recurrent kernel is not symmetric.",
                "square left": "The size of a complex number is a root.",
                "smallest in place of largest": "What is left after many steps is what the fastest "
                "direction leaves.",
                "mean over the eigenvalues": "One direction that grows is enough to make the powers grow.",
                "first of the eigenvalues": "NumPy returns the eigenvalues in no particular order.",
            },
        ),
        Idea("radius-contract"),
    ),
)


def scale_cases(rng: np.random.Generator) -> list[Case]:
    """Draw a matrix, the size that it is to have, and a way to measure a size."""
    cases = []
    for k, (chosen, words, edge) in enumerate(sizes("N")):
        measure = (largest_row_sum, largest_entry)[k % 2]
        matrix = (1.0, 0.1)[k % 2] * rng.standard_normal((chosen["N"], chosen["N"]))
        args = {"matrix": matrix, "radius": float(rng.uniform(0.4, 0.9)), "measure": measure}
        cases.append(Case(args, f"{words}, measure {measure.__name__}", edge))
    return cases


def scale(matrix: Any, radius: Any, measure: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """M times radius / measure(M)."""
    factor = radius / measure(matrix)
    if wrong == "measure not used":
        factor = radius / np.abs(np.linalg.eigvals(matrix)).max()
    if wrong == "factor upside down":
        factor = measure(matrix) / radius
    if wrong == "present size not divided out":
        factor = radius
    if wrong == "new size left out":
        factor = 1 / measure(matrix)
    if wrong == "multiplied by the present size":
        factor = radius * measure(matrix)
    if wrong == "root taken":
        factor = np.sqrt(radius / measure(matrix))
    if wrong == "never made larger":
        factor = min(1.0, factor)
    if wrong == "rows scaled one by one":
        factor = radius / np.abs(matrix).sum(axis=1, keepdims=True)
    if wrong == "difference added":
        return {"scaled": matrix + (radius - measure(matrix))}
    return {"scaled": matrix * factor}


SCALE = Task(
    function="scale_to_radius",
    returns=("scaled",),
    cases=scale_cases,
    reference=scale,
    ideas=(
        Idea(
            "scale-value",
            ("scaled",),
            {
                "measure not used": "The size is to be measured with the function that was handed in, "
                "whichever it is.",
                "factor upside down": "Try it on a matrix that is twice as large as it should be: does the "
                "factor make it smaller?",
                "present size not divided out": "How large is the matrix before you begin? Try one that has "
                "the wanted size already; it must stay as it is.",
                "new size left out": "The result has the size 1, whatever was asked for.",
                "multiplied by the present size": "A large matrix has become larger still. Try one that is "
                "twice as large as it should be.",
                "root taken": "If all entries are doubled, the size is doubled too. No root is called for.",
                "never made larger": "A matrix that is too small has come back as it was. It must be made "
                "larger.",
                "rows scaled one by one": "One factor for the whole matrix; otherwise its directions change.",
                "difference added": "Adding a number to all entries makes another matrix. Multiplying keeps "
                "its directions.",
            },
        ),
        Idea("scale-contract"),
    ),
)
