"""The embedded Reber grammar: a small automaton that writes strings, and says what may come next.

The inner grammar starts with B and ends with E; where two edges leave a node, each is taken with probability
1/2:

    1 ─T→ 2   1 ─P→ 3   2 ─S→ 2   2 ─X→ 4   3 ─T→ 3   3 ─V→ 5                          (1)
    4 ─X→ 3   4 ─S→ 6   5 ─P→ 4   5 ─V→ 6   6 ─E→ end

An embedded string wraps an inner one in two T or in two P:

    B T ⟨inner⟩ T E    or    B P ⟨inner⟩ P E                                              (2)

so the symbol before last repeats the second one. The shortest strings have 9 symbols, which puts these two 6
steps apart; the mean length is 12.

Source: Hochreiter & Schmidhuber (1997), figures 3 and 4; (1) is the grammar of Reber (1967).
"""

from typing import NamedTuple

import numpy as np

#: The symbols in the order of their indices.
SYMBOLS = "BTPSXVE"

# Edges of equation (1), from the node behind the inner B.
_INNER = {
    1: ("T2", "P3"),
    2: ("S2", "X4"),
    3: ("T3", "V5"),
    4: ("X3", "S6"),
    5: ("P4", "V6"),
}


def _embedded() -> dict[str, tuple[str, ...]]:
    """Edges of equation (2), node → (symbol + node, …); a node within an inner string knows its wrapping."""
    edges: dict[str, tuple[str, ...]] = {"start": ("Bwrap",), "wrap": ("TT0", "PP0"), "end": ("Bwrap",)}
    for wrapping in "TP":
        edges[f"{wrapping}0"] = (f"B{wrapping}1",)
        for node, (one, other) in _INNER.items():
            edges[f"{wrapping}{node}"] = tuple(edge[0] + wrapping + edge[1] for edge in (one, other))
        edges[f"{wrapping}6"] = (f"E{wrapping}7",)
        edges[f"{wrapping}7"] = (f"{wrapping}last",)
    edges["last"] = ("Eend",)
    return edges


_EDGES = _embedded()
_NODES = {name: index for index, name in enumerate(_EDGES)}
_END = _NODES["end"]

# Tables of shape (nodes, 2): the symbol and the next node on either side of a coin.
_SYMBOL = np.array([[SYMBOLS.index(edges[side][0]) for side in (0, -1)] for edges in _EDGES.values()])
_NEXT = np.array([[_NODES[edges[side][1:]] for side in (0, -1)] for edges in _EDGES.values()])

# Table of shape (nodes, symbols): what may come next. After the end another string starts.
_ALLOWED = np.zeros((len(_NODES), len(SYMBOLS)), dtype=bool)
np.put_along_axis(_ALLOWED, _SYMBOL, True, axis=1)


class Strings(NamedTuple):
    """Embedded Reber strings, padded at the end.

    Attributes
    ----------
    symbols : ndarray of int64, shape (strings, time)
        Indices into ``SYMBOLS``; −1 in padding.
    lengths : ndarray of int64, shape (strings,)
        Number of symbols.
    allowed : ndarray of bool, shape (strings, time, 7)
        Which symbols may follow each symbol; after the last one, the B of another string.
    """

    symbols: np.ndarray
    lengths: np.ndarray
    allowed: np.ndarray


def draw_strings(count: int, rng: np.random.Generator) -> Strings:
    """Draw embedded Reber strings, equation (2).

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        Source of the randomness.

    Returns
    -------
    Strings
        All of them grow together, one symbol a round, until the longest has ended.

    Examples
    --------
    >>> strings = draw_strings(3, np.random.default_rng(1))
    >>> [written(row) for row in strings.symbols]
    ['BPBTSSSXSEPE', 'BTBPVVETE', 'BTBTSXSETE']
    >>> [SYMBOLS[s] for s in np.nonzero(strings.allowed[0, 0])[0]]
    ['T', 'P']
    """
    node = np.full(count, _NODES["start"])
    symbols, nodes = [], []
    while (node != _END).any():
        side = rng.integers(0, 2, count)
        symbols.append(np.where(node == _END, -1, _SYMBOL[node, side]))
        node = np.where(node == _END, _END, _NEXT[node, side])
        nodes.append(node)
    padded = np.stack(symbols, axis=1)
    mask = padded >= 0
    return Strings(padded, mask.sum(axis=1), _ALLOWED[np.stack(nodes, axis=1)] & mask[:, :, np.newaxis])


def written(symbols: np.ndarray) -> str:
    """Write indices as letters, padding left out.

    Examples
    --------
    >>> written(np.array([0, 1, 6, -1]))
    'BTE'
    """
    return "".join(SYMBOLS[symbol] for symbol in symbols if symbol >= 0)
