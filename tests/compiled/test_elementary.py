"""tanh as arithmetic, and a product in tiles: against NumPy."""

import platform

import numba
import numpy as np
import pytest

from lstm_course.compiled import products
from lstm_course.compiled.elementary import tanh
from lstm_course.compiled.jit import OPTIONS, compiled


@compiled
def tanh_of(x, out):
    for i in range(x.size):
        out[i] = tanh(x[i])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tanh_is_within_three_units_in_the_last_place(dtype):
    rng = np.random.default_rng(0)
    x = np.concatenate([10.0**k * rng.standard_normal(2000) for k in range(-12, 3)]).astype(dtype)
    out = np.empty_like(x)
    tanh_of(x, out)
    exact = np.tanh(x.astype(np.longdouble))
    units = np.abs(out - exact) / np.spacing(np.abs(exact).astype(dtype))
    assert units.max() < 3
    assert np.abs(out).max() <= 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tanh_of_what_is_no_ordinary_number(dtype):
    x = np.array([np.nan, np.inf, -np.inf, 0, np.finfo(dtype).tiny, -1e30], dtype)
    out = np.empty_like(x)
    tanh_of(x, out)
    np.testing.assert_array_equal(out[1:], np.tanh(x[1:]))
    assert np.isnan(out[0])


def test_tanh_is_vectorised():
    fresh = numba.njit(**OPTIONS)(tanh_of.py_func)  # code from the disk has no assembly to read
    fresh(np.ones(8, np.float32), np.ones(8, np.float32))
    assembly = fresh.inspect_asm(fresh.signatures[0])
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("reads the assembly of x86-64")
    assert "divps" in assembly  # a division of several numbers at once


def test_tanh_is_for_compiled_code():
    with pytest.raises(NotImplementedError, match=r"numpy\.tanh"):
        tanh(1.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rows", "inner", "columns"), [(1, 1, 1), (4, 3, 32), (7, 5, 33), (9, 70, 100)])
def test_product(dtype, rows, inner, columns):
    rng = np.random.default_rng(0)
    a, b = (
        rng.standard_normal((rows + 2, inner)).astype(dtype),
        rng.standard_normal((inner, columns)).astype(dtype),
    )
    panels = products.panels_of(b, np.dtype(dtype))
    out = np.ones((rows + 3, panels.shape[0] * panels.shape[2]), dtype)
    for given in (a, np.asfortranarray(a)):  # rows may lie in memory with any stride
        out[:] = 1
        products.add_product(given, 1, rows + 1, panels, out, 2)
        np.testing.assert_allclose(out[2 : rows + 2, :columns], 1 + a[1 : rows + 1] @ b, rtol=1e-4)
        assert (out[:2] == 1).all()
        assert (out[rows + 2 :] == 1).all()
        assert (out[:, columns:] == 1).all()


def test_packing_while_running_equals_packing_before():
    b = np.random.default_rng(0).standard_normal((5, 50))
    expected = products.panels_of(np.concatenate([b[:3], np.zeros((2, 50))]), b.dtype)
    panels = np.full_like(expected, np.nan)
    products.pack(b, 3, panels)
    np.testing.assert_array_equal(panels, expected)
