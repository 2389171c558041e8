"""Draw the arguments of cases: random arrays of sizes that cannot be confused with each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_course.checks.probe import Case

# Sizes by letter: B batch, T time, D features, N units, V vocabulary. The last plain one is square.
PLAIN = (
    {"B": 3, "T": 5, "D": 4, "N": 2, "V": 7},
    {"B": 2, "T": 4, "D": 3, "N": 6, "V": 9},
    {"B": 4, "T": 6, "D": 5, "N": 5, "V": 8},
)
EDGES = (
    {"B": 1, "T": 4, "D": 3, "N": 2, "V": 6},
    {"B": 3, "T": 1, "D": 2, "N": 4, "V": 5},
    {"B": 2, "T": 3, "D": 1, "N": 1, "V": 4},
)
WORDS = {"B": "batch", "T": "time", "D": "features", "N": "units", "V": "vocabulary"}


def sizes(letters: str) -> list[tuple[dict[str, int], str, bool]]:
    """Return (sizes, their words, whether it is an edge) for the letters that a function knows.

    Examples
    --------
    >>> sizes("BD")[0][1]
    'batch 3, features 4'
    """
    rows = []
    for edge, table in ((False, PLAIN), (True, EDGES)):
        for row in table:
            chosen = {letter: row[letter] for letter in letters}
            if not edge or 1 in chosen.values():
                rows.append((chosen, ", ".join(f"{WORDS[k]} {n}" for k, n in chosen.items()), edge))
    return rows


def arrays(rng: np.random.Generator, letters: str, scale: float = 1.0, **shapes: str) -> list[Case]:
    """Return cases whose arguments are normal random arrays.

    Parameters
    ----------
    rng : numpy.random.Generator
    letters : str
        The sizes that occur, from BTDNV.
    scale : float
    **shapes : str
        The shape of each argument, in order: ``x_t="B D", kernel="D 4N"``. An empty string is a number.

    Examples
    --------
    >>> case = arrays(np.random.default_rng(0), "BDN", x_t="B D", kernel="D 4N")[0]
    >>> {name: value.shape for name, value in case.args.items()}, case.sizes
    ({'x_t': (3, 4), 'kernel': (4, 8)}, 'batch 3, features 4, units 2')
    """
    cases = []
    for chosen, words, edge in sizes(letters):
        args: dict[str, Any] = {
            name: scale * rng.standard_normal([axis(part, chosen) for part in shape.split()])
            for name, shape in shapes.items()
        }
        cases.append(Case(args, words, edge))
    return cases


def axis(part: str, chosen: dict[str, int]) -> int:
    """Return the length of an axis that is written ``N``, ``4N`` or ``3``."""
    if part.isdigit():
        return int(part)
    return int(part[:-1] or 1) * chosen[part[-1]]
