"""The set-up script and the locked versions: what a person with a bare machine meets first."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.loading import load_script

ROOT = Path(__file__).resolve().parents[1]
BACKENDS = ROOT / "requirements" / "backends.txt"
LOCKS = sorted(set((ROOT / "requirements").glob("*.txt")) - {BACKENDS})  # whose packages have many builds


@pytest.fixture
def entry():
    return load_script(ROOT / "course.py")


@pytest.fixture
def course():
    return load_script(ROOT / "tools" / "commands.py")


@pytest.mark.parametrize("version", [(3, 10, 2), (2, 7, 18), (3, 14, 0)])
def test_a_python_that_will_not_do_is_told_which_will(entry, monkeypatch, capsys, version):
    monkeypatch.setattr(entry.sys, "version_info", version)
    with pytest.raises(SystemExit) as leaving:
        entry.check_python()
    assert leaving.value.code == 2
    message = capsys.readouterr().err
    assert f"Python {version[0]}.{version[1]}" in message
    assert "Python 3.11 to 3.13" in message
    assert "make book PYTHON=" in message
    assert "python3.11 course.py book" in message


def test_a_python_without_venv_is_told_what_to_install(entry, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit) as leaving:
        entry.check_python()
    assert leaving.value.code == 2
    assert re.search(r"sudo apt install python3\.\d+-venv", capsys.readouterr().err)


def test_the_entry_parses_in_an_old_python():
    """No f-strings, no star in a list, no keyword-only arguments: Python 2 must reach the version check."""
    tree = ast.parse((ROOT / "course.py").read_text(encoding="utf-8"))
    modern = (ast.JoinedStr, ast.Starred, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, modern)]


def test_without_a_command_all_are_listed(course):
    result = subprocess.run(
        [sys.executable, "course.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for command in course.COMMANDS:
        assert f"\n  {command} " in result.stdout


def test_an_unknown_command_is_refused():
    result = subprocess.run([sys.executable, "course.py", "bock"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2
    assert "'bock'" in result.stderr


def test_a_second_run_installs_nothing(course, monkeypatch, tmp_path):
    monkeypatch.setattr(course, "STAMP", tmp_path / "installed.txt")
    monkeypatch.setattr(course, "usable", lambda: True)
    commands = []
    monkeypatch.setattr(course, "run", lambda command, **more: commands.append(command))
    course.install()
    assert sum("--require-hashes" in command for command in commands) == 1
    course.install()
    assert len(commands) == 2, "the second call installed something"
    monkeypatch.setattr(course, "LOCK", ROOT / "requirements" / "gpu.txt")
    course.install()
    assert len(commands) == 4, "other locked versions were not installed"


def test_a_broken_installation_is_not_taken_for_a_finished_one(course, monkeypatch, tmp_path):
    monkeypatch.setattr(course, "STAMP", tmp_path / "installed.txt")
    monkeypatch.setattr(course, "usable", lambda: True)

    def fail(command, **more):
        raise SystemExit(1)

    monkeypatch.setattr(course, "run", fail)
    with pytest.raises(SystemExit):
        course.install()
    assert not course.STAMP.exists()


def test_tools_read_files_as_utf8_wherever_they_run(course, monkeypatch):
    given = {}
    monkeypatch.setattr(course, "run", lambda command, env: given.update(env))
    monkeypatch.setenv("PYTHONUTF8", "0")
    course.tool("python", "-m", "tools.build_book", OWN="kept")
    assert (given["PYTHONUTF8"], given["OWN"]) == ("1", "kept")


def test_what_windows_lacks_is_not_collected_there(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    left_out = tuple(load_script(ROOT / "conftest.py").collect_ignore)
    monkeypatch.setattr(sys, "platform", "linux")
    assert load_script(ROOT / "conftest.py").collect_ignore == []
    assert all((ROOT / name).exists() for name in left_out)
    lacking = re.compile(r"^import (fcntl|grp|pwd|resource|termios)$", re.MULTILINE)
    files = [path for folder in ("lstm_course", "tests") for path in (ROOT / folder).rglob("*.py")]
    needing = [path for path in files if lacking.search(path.read_text(encoding="utf-8"))]
    assert needing
    for path in needing:
        assert path.relative_to(ROOT).as_posix().startswith(left_out)


def test_every_make_target_is_a_command(course):
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: help (.*)$", text, re.MULTILINE)[1].split()
    assert set(targets) == set(course.COMMANDS)
    assert re.search(r"^(.*):\n\t@\$\(PYTHON\) course\.py \$@", text, re.MULTILINE)[1].split() == targets


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locked_versions_have_hashes_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text)
    pinned = re.findall(
        r"^[a-zA-Z0-9][^\n]*==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE
    )
    assert len(pinned) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE)) > 20


def test_backends_are_exact_versions_of_what_the_extra_names_and_not_in_the_usual_install(
    course, monkeypatch
):
    pinned = re.findall(r"^(\w+)==[\d.]+$", BACKENDS.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [line for line in BACKENDS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert len(pinned) == len(lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = {re.match(r"\w+", package)[0] for package in extras["backends"]}
    assert set(pinned) == named | {"jaxlib"}
    assert not any("backends" in package for package in extras["dev"])
    commands = []
    monkeypatch.setattr(course, "run", lambda command, **more: commands.append(command))
    course.COMMANDS["backends"]([])
    assert commands[0][-2:] == ["-r", str(BACKENDS)]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("\nmake backends") < script.index("\nmake test")


def test_the_lock_holds_every_package_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [
        *project["dependencies"],
        *(p for name in ("keras", "book", "grading", "dev") for p in extras[name]),
    ]
    wanted = {re.match(r"[\w-]+", package)[0].lower() for package in named} - {"lstm-course"}
    locked = set(
        re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "course.txt").read_text("utf-8"), re.MULTILINE)
    )
    assert wanted <= locked
