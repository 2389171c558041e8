"""Where Numba is missing, where nothing can be written, and where cached code is older than its source."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from lstm_course.compiled import jit
from lstm_course.errors import InputError


def test_importing_the_package_does_not_import_numba():
    code = "import sys, lstm_course.compiled; raise SystemExit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_numba_is_named_with_its_extra(monkeypatch):
    jit.load.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"lstm-course\[fast\]"):
        jit.load("lstm_loops")
    jit.load.cache_clear()


def twice(x):
    return x + x


def test_without_a_place_to_write_it_compiles_all_the_same(monkeypatch):
    real = numba.njit

    def njit(*arguments, **options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function 'twice': no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", njit)
    assert jit.compiled(twice)(21) == 42


def test_cached_code_older_than_its_source_is_forgotten(tmp_path):
    old, new = (tmp_path / f"{name}.twice-12.py311.nbi" for name in ("test_jit", "other"))
    for index in (old, new):
        index.touch()
        os.utime(index, (0, 0))
    jit._forget_stale(tmp_path, twice)
    assert not old.exists()
    assert new.exists()
    old.touch()
    jit._forget_stale(tmp_path, twice)
    assert old.exists()


def test_the_cache_has_the_names_that_are_looked_for(tmp_path):
    """The names of the index files are Numba's: a new version could change them."""
    program = (
        "from lstm_course.compiled.products import set_rows; import numpy as np\n"
        "set_rows(np.ones((2, 2)), 1, np.ones(2))\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    found = list(Path(tmp_path).rglob("products.set_rows-*.nbi"))
    assert len(found) == 1
