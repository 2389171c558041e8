"""Tasks of assignment 03-vanishing: the Jacobians and their products."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays, sizes
from lstm_course.checks.probe import Case
from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.vanishing_clip import CLIP
from lstm_course.checks.tasks.vanishing_lag import LAG
from lstm_course.checks.tasks.vanishing_orthogonal import ORTHOGONAL
from lstm_course.checks.tasks.vanishing_radius import RADIUS, SCALE


def jacobian_cases(rng: np.random.Generator) -> list[Case]:
    """Draw states in (-1, 1) of a batch; at the edges, of one sequence without a batch axis."""
    cases = []
    for case in arrays(rng, "BN", 0.7, h_t="B N", recurrent_kernel="N N"):
        args = dict(case.args)
        args["h_t"] = np.tanh(args["h_t"])
        cases.append(Case(args, case.sizes, case.edge))
        if case.edge:
            args = {**args, "h_t": args["h_t"][0]}
            cases.append(Case(args, f"one sequence, {case.sizes.split(', ')[1]}", True))
    return cases


def jacobian(h_t: Any, recurrent_kernel: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """J_t = U diag(1 - h_t^2), for every sequence by itself."""
    if wrong == "np.diag of a whole batch":
        return {"J_t": recurrent_kernel @ np.diag(1 - h_t**2)}
    if wrong == "no axis for the batch in the result":
        return {"J_t": recurrent_kernel * (1 - h_t**2)}
    slope = 1 - h_t**2
    if wrong == "square left out":
        slope = 1 - h_t
    if wrong == "tanh applied to a state":
        slope = 1 - np.tanh(h_t) ** 2
    if wrong == "slope of the sigmoid":
        slope = h_t * (1 - h_t)
    if wrong == "slope left out":
        slope = np.ones_like(h_t)
    if wrong == "batch axis taken for granted":
        return {"J_t": recurrent_kernel * slope[:, None, :]}
    if wrong == "slopes along the rows":
        return {"J_t": recurrent_kernel * slope[..., :, None]}
    if wrong == "recurrent kernel transposed":
        return {"J_t": recurrent_kernel.T * slope[..., None, :]}
    product = recurrent_kernel * slope[..., None, :]
    if wrong == "rows and columns exchanged":
        product = np.swapaxes(product, -1, -2)
    if wrong == "mean over the batch":
        product = product.mean(axis=0)
    return {"J_t": product}


JACOBIAN = Task(
    function="state_jacobian",
    returns=("J_t",),
    cases=jacobian_cases,
    reference=jacobian,
    ideas=(
        Idea(
            "jacobian-value",
            ("J_t",),
            {
                "slope left out": "This is the derivative of the pre-activation. There is one more function "
                "between it and the new state.",
                "square left out": "What is the slope of tanh, written through its value? Try it at a state "
                "of −0.5, where it must lie below 1.",
                "tanh applied to a state": "The state has been through tanh already, and its slope can be "
                "written through the value itself.",
                "slope of the sigmoid": "That slope belongs to another activation. For tanh it is 1 where "
                "the state is 0.",
                "slopes along the rows": "A slope belongs to the unit that responds. Does that unit stand "
                "in the rows or in the columns here?",
                "rows and columns exchanged": "In this book what is changed stands in the rows and what "
                "responds in the columns; many texts do it the other way round.",
                "recurrent kernel transposed": "Look at one entry of the kernel: which of its two indices "
                "belongs to the state before?",
                "mean over the batch": "Every sequence is in a state of its own and has a Jacobian of its "
                "own.",
                "np.diag of a whole batch": "Given a matrix, this function of NumPy takes a diagonal out of "
                "it where you want to put one in. Is there a way to scale columns without it?",
                "no axis for the batch in the result": "A kernel with two axes and a batch of slopes with "
                "two make a result with three. Say where the missing axis goes.",
            },
        ),
        Idea(
            "jacobian-contract",
            (),
            {
                "batch axis taken for granted": "The state of a single sequence has one axis only. Count "
                "the axes from the end, and both cases are one.",
            },
        ),
    ),
)


def norm_cases(rng: np.random.Generator) -> list[Case]:
    """Draw sequences of matrices that neither vanish nor explode within them."""
    cases = []
    for chosen, words, edge in sizes("TN"):
        time, units = chosen["T"], chosen["N"]
        jacobians = rng.standard_normal((time, units, units)) / np.sqrt(units)
        cases.append(Case({"jacobians": jacobians}, words, edge))
    return cases


def size_of(matrix: Any, wrong: str) -> float:
    """Return the largest singular value."""
    if wrong == "Frobenius norm":
        return float(np.linalg.norm(matrix))
    if wrong == "spectral radius":
        return float(np.abs(np.linalg.eigvals(matrix)).max())
    if wrong == "largest column sum":
        return float(np.linalg.norm(matrix, 1))
    if wrong == "smallest singular value":
        return float(np.linalg.svd(matrix, compute_uv=False)[-1])
    return float(np.linalg.svd(matrix, compute_uv=False)[0])


def norms(jacobians: Any, *, seen: Any, wrong: str) -> dict[str, Any]:
    """Sizes of J_T, J_{T-1} J_T, and so on; and the products of the sizes of their factors."""
    time = len(jacobians)
    in_order = jacobians if wrong == "from the first step on" else jacobians[::-1]
    product, bound = np.eye(jacobians.shape[-1]), 1.0
    found, bounds = [], []
    for k in range(time):
        step = in_order[k]
        if wrong == "one step late":
            found.append(size_of(product, wrong))
            bounds.append(bound)
        if wrong in ("factors in the reverse order", "from the first step on"):
            product = product @ step
        elif wrong == "entries multiplied":
            product = step if k == 0 else step * product
        elif wrong == "entries of the identity multiplied":
            product = step * product
        elif wrong == "no product":
            product = step
        else:
            product = step @ product
        bound = bound * size_of(step, wrong)
        if wrong == "sum in place of product":
            bound = sum(size_of(earlier, wrong) for earlier in in_order[: k + 1])
        if wrong == "powers of the last one":
            bound = size_of(in_order[0], wrong) ** (k + 1)
        if wrong == "powers of the largest one":
            bound = max(size_of(other, wrong) for other in in_order) ** (k + 1)
        if wrong == "norm of the product":
            bound = size_of(product, wrong)
        if wrong == "no product":
            bound = size_of(step, wrong)
        if wrong != "one step late":
            found.append(bound if wrong == "product of the norms" else size_of(product, wrong))
            bounds.append(bound)
    return {"norms": np.array(found), "bounds": np.array(bounds)}


SIZES = {
    "Frobenius norm": "It adds up the squares of all entries. How far can a matrix stretch one vector at "
    "most?",
    "spectral radius": "Eigenvalues decide in the long run. How far a matrix can stretch a vector in one go "
    "is another number.",
    "largest column sum": "That is a norm of matrices too, but not the one that belongs to the length of a "
    "vector. Which order of the norm belongs to that?",
    "smallest singular value": "That is how much the matrix shrinks at its worst. In which order does NumPy "
    "list the singular values?",
    "from the first step on": "The gradient starts at the end of the sequence, so for k of 1 only the last "
    "step counts.",
    "one step late": "The first entry belongs to one step back, not to none.",
}

NORMS = Task(
    function="jacobian_norms",
    returns=("norms", "bounds"),
    cases=norm_cases,
    reference=norms,
    ideas=(
        Idea(
            "norms-product",
            ("norms",),
            {
                **SIZES,
                "factors in the reverse order": "Matrices do not commute. On which side of the product does "
                "an earlier step stand in the equation?",
                "entries multiplied": "The asterisk multiplies arrays entry by entry. A change passes "
                "through one matrix after the other.",
                "entries of the identity multiplied": "The asterisk multiplies arrays entry by entry, and "
                "times the identity only a diagonal is left.",
                "product of the norms": "That is the bound. Does each of the two results stand in its place?",
                "no product": "These are the sizes of the single steps. What has happened over k steps is a "
                "product of k matrices.",
            },
        ),
        Idea(
            "norms-bound",
            ("bounds",),
            {
                **SIZES,
                "norm of the product": "That is what the bound is meant to be compared with. Take the size "
                "of each step first.",
                "sum in place of product": "If one step can stretch by 2 and the next by 3, by how much can "
                "they stretch together?",
                "powers of the last one": "Every step has a Jacobian, and so a size, of its own.",
                "powers of the largest one": "This bound is true, but a closer one was asked for: every "
                "step has a size of its own.",
                "no product": "These are the sizes of the single steps. What can all the last k do together?",
            },
        ),
        Idea("norms-contract"),
    ),
)


TASKS = (JACOBIAN, NORMS, RADIUS, SCALE, ORTHOGONAL, LAG, CLIP)
