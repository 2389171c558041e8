"""Matrix products for a few rows at a time, kept in the processor's registers: out += a · b.

A step of a recurrent network multiplies a few rows by a matrix that stays the same from step to step. Two
things make that fast:

- a *tile* of four rows by two vectors of ``out`` stays in registers while k runs over the whole inner axis:
  each k costs two loads of b and four of a for eight vectors of multiplications and additions, and nothing
  is stored before the end;
- ``b`` is packed once into *panels* as wide as a tile, (panels, inner, width), so that a tile reads memory in
  order; the last panel is filled up with zeros, so that there is no rest to treat apart.

Numba has no vectors of its own: the tile is written with LLVM's builder, in ``tile``.
"""

import numpy as np

from lstm_course.compiled.jit import compiled
from lstm_course.compiled.tile import VECTOR_BYTES, VECTORS, add_tile_1, add_tile_4

#: Rows that share the panels while these are in the second-level cache.
ROWS = 16


def panels_of(b: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Pack a matrix (…, inner, columns) for ``add_product``: (…, panels, inner, width), zeros at the end.

    Raises
    ------
    ValueError
        If the type is neither float32 nor float64.
    """
    if dtype not in (np.float32, np.float64):
        raise ValueError(
            f"expected weights in float32 or float64, got {dtype}. lstm_course.recurrent takes others."
        )
    *networks, inner, columns = b.shape
    width = VECTORS * VECTOR_BYTES // dtype.itemsize
    count = -(-columns // width)
    if count * width != columns:
        padded = np.zeros((*networks, inner, count * width), dtype)
        padded[..., :columns] = b
        b = padded
    return np.ascontiguousarray(b.reshape(*networks, inner, count, width).swapaxes(-3, -2), dtype)


@compiled
def add_product(a, first, last, panels, out, out_first):
    """Add a[first:last] · b to the rows of ``out`` (rows, panels · width) from ``out_first`` on."""
    shift = out_first - first
    for panel in range(panels.shape[0]):
        row = first
        while row + 4 <= last:
            add_tile_4(a, row, panels, panel, out, row + shift)
            row += 4
        while row < last:
            add_tile_1(a, row, panels, panel, out, row + shift)
            row += 1


@compiled
def set_rows(block, rows, values):
    """Set each of the first rows of a block to ``values``."""
    for row in range(rows):
        for j in range(values.size):
            block[row, j] = values[j]


@compiled
def clear(block, rows):
    """Set the first rows of a block to 0: as a loop, since a slice costs more than a small block."""
    for row in range(rows):
        for j in range(block.shape[1]):
            block[row, j] = 0


@compiled
def pack(b, count, panels):
    """Fill ``panels`` with the first ``count`` rows of b, and with zeros after them."""
    width, columns = panels.shape[2], b.shape[1]
    for panel in range(panels.shape[0]):
        start = panel * width
        filled = min(width, columns - start)
        for k in range(panels.shape[1]):
            if k < count:
                for j in range(filled):
                    panels[panel, k, j] = b[k, start + j]
                for j in range(filled, width):
                    panels[panel, k, j] = 0
            else:
                for j in range(width):
                    panels[panel, k, j] = 0
