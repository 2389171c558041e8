"""Where CI is set a skipped test fails, a skipped module too; elsewhere both only skip."""

import os
import subprocess
import sys

import pytest

from .conftest import ROOT

TESTS = """\
import pytest

def test_skips():
    pytest.skip("no Chromium")

@pytest.mark.skipif(True, reason="no bubblewrap")
def test_marked():
    raise AssertionError

@pytest.mark.xfail(reason="known", strict=True)
def test_fails_as_known():
    raise AssertionError

def test_passes():
    pass
"""
MODULE = 'import pytest\n\npytest.importorskip("no_such_module")\n'


@pytest.mark.parametrize("ci", ["true", ""])
def test_skips_count_where_ci_is_set(tmp_path, ci):
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_module.py").write_text(MODULE)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
            ".",
        ],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )
    count = "1 failed, 1 passed, 1 xfailed, 2 errors" if ci else "1 passed, 3 skipped, 1 xfailed"
    assert count in done.stdout
    assert (done.returncode != 0) == bool(ci)
    if ci:
        assert all(reason in done.stdout for reason in ("no Chromium", "no bubblewrap", "no_such_module"))
