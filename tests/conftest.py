"""For all tests: where ``CI`` is set, a test that skips has failed, because nobody is there to notice."""

import asyncio
import os
import shutil
import signal

import pytest

# A shell starts what runs in the background deaf to Ctrl-C, and so would be every process of the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def forbid_skip(report):
    """Turn a skip into a failure that says what was missing; a test marked xfail is left alone."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr if isinstance(report.longrepr, tuple) else (report.longrepr,)
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: a skipped test is a failure in CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return forbid_skip((yield))


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_behind():
    """A file's tests leave nothing set that later files, and the programs they start, would obey.

    Nor an event loop running: in its thread no later test could run another.
    """

    def settings():
        own = ("CUDA", "JAX", "KERAS", "LSTM_COURSE", "MALLOC", "NUMBA", "OMP", "OPENBLAS", "PYTHON", "XLA")
        return {name: value for name, value in os.environ.items() if name.startswith(own)}

    before = settings()
    yield
    assert settings() == before
    assert asyncio._get_running_loop() is None


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium that cannot reach any host but this one.

    It's a file's own: while Playwright is on, an event loop runs in this thread, and ``asyncio.run`` fails.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium: install it (on Debian or Ubuntu: sudo apt install chromium)")
    quiet = ("background-networking", "component-update", "sync", "gpu")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    arguments.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    with sync_api.sync_playwright() as playwright:
        program = playwright.chromium.launch(executable_path=program, args=arguments)
        yield program
        program.close()
