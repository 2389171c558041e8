"""What a sandbox starts with: Python as the grader wants it, no path of the course, a bound on files."""

import os

import psutil
import pytest

from lstm_course.grading.environment import PACKAGE, environment_of, open_environment_of
from lstm_course.grading.limits import Limits
from lstm_course.grading.sandbox import Sandbox, Stopped, is_full
from tests.attacks.making import RNN

BOTH = pytest.mark.parametrize("environment", [environment_of, open_environment_of])


def printed(environment, source):
    """Return what a cell prints in a sandbox of its own."""
    with Sandbox(environment, Limits()) as box:
        answer = box.ask("cell", 1, source)
    assert "error" not in answer.value, answer
    return answer.printed


@BOTH
def test_sets_have_the_same_order_in_every_sandbox(environment):
    source = "print(hash('a'), {'film', 'bad', 'good', 'so'})"
    assert printed(environment(RNN), source) == printed(environment(RNN), source)


@BOTH
def test_python_is_started_with_the_graders_variables_alone(environment, monkeypatch, tmp_path):
    (tmp_path / "json.py").write_text("1/0")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    source = (
        "import os, sys\nprint([name for name in os.environ if name.startswith('PYTHON')])\n"
        "print(sys.flags.no_user_site, sys.flags.safe_path, sys.flags.no_site)"
    )
    assert printed(environment(RNN), source) == "['PYTHONHASHSEED']\n1 True 1\n"


def test_the_command_line_has_no_path_of_the_course():
    environment = environment_of(RNN)
    line = printed(environment, "print(open('/proc/1/cmdline').read())")
    assert "bwrap" in line
    assert str(PACKAGE.parent) not in line
    assert not [s for s, target in environment.mounts if str(s) != target and str(s) in line]


def test_no_process_keeps_the_file_with_the_options():
    with Sandbox(environment_of(RNN), Limits()) as box:
        box.ask("warm", [])
        for process in psutil.Process(box.process.pid).children(recursive=True):
            folder = f"/proc/{process.pid}/fd"
            links = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
            assert [link for link in links if link.startswith("/") and not link.startswith("/dev/")] == []


@pytest.mark.parametrize("folder", ["/tmp/work", "/dev/shm"])
def test_too_many_files_are_too_much(folder):
    with Sandbox(environment_of(RNN), Limits(files=50)) as box, pytest.raises(Stopped) as stop:
        box.ask(
            "cell", 1, f"import os, time\nfor n in range(100): os.mknod(f'{folder}/{{n}}')\ntime.sleep(5)"
        )
    assert stop.value.what == "disk"
    assert Limits(files=50).sentence("disk").endswith("MiB or 50 files and was stopped")


def test_files_that_are_gone_and_those_of_the_machine_do_not_count():
    few = Limits(files=50)
    with Sandbox(environment_of(RNN), few) as box:
        for _ in range(3):
            source = "import os, time\nfor n in range(40): os.mknod(str(n))\ntime.sleep(0.3)\n"
            assert box.ask("cell", 1, source + "for n in range(40): os.unlink(str(n))").value == {}
    assert not is_full(os.getpid(), "tmp", 0)
