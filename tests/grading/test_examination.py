"""The sandbox is tried for real, and the trials notice when it is not tight."""

import shutil
import sys

import pytest

from lstm_course.cli import main
from lstm_course.errors import InputError
from lstm_course.grading import examination, sandbox


def test_everything_holds_here():
    assert [trial for trial in examination.examine() if not trial.holds] == []


@pytest.mark.parametrize(
    ("word", "instead", "claim"),
    [
        ("--unshare-net", [], "the network is closed"),
        ("--unshare-pid", [], "other processes cannot be seen"),
        ("--clearenv", ["--setenv", "SECRET", "x"], "the environment is empty of secrets"),
    ],
)
def test_a_leak_is_noticed(monkeypatch, word, instead, claim):
    tight = sandbox.command

    def leaky(*arguments):
        words = tight(*arguments)
        at = words.index(word)
        return [*words[:at], *instead, *words[at + 1 :]]

    monkeypatch.setattr(sandbox, "command", leaky)
    trials = {trial.claim: trial for trial in examination.examine(quick=True)}
    assert not trials[claim].holds, trials[claim]


def test_a_folder_too_many_is_noticed(monkeypatch):
    tight = sandbox.command

    def leaky(*arguments):
        words = tight(*arguments)
        at = words.index("--ro-bind")
        return [*words[:at], "--ro-bind", "/var", "/var", *words[at:]]

    monkeypatch.setattr(sandbox, "command", leaky)
    trials = {trial.claim: trial.holds for trial in examination.examine(quick=True)}
    assert not trials["nothing can be seen but what is listed"]


def test_without_bubblewrap_nothing_is_graded(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match=r"(?s)bubblewrap is installed.*apt install bubblewrap.*--trust"):
        examination.insist_on_sandbox()
    assert main(["doctor", "--grading"]) == 1
    assert "apt install bubblewrap" in capsys.readouterr().out


def test_where_namespaces_are_forbidden_it_says_what_to_allow(monkeypatch):
    false = shutil.which("false")
    monkeypatch.setattr(shutil, "which", lambda name: false)
    with pytest.raises(InputError, match=r"namespaces.*--cap-add SYS_ADMIN --cap-add NET_ADMIN"):
        examination.insist_on_sandbox()


def test_a_bubblewrap_that_lacks_an_option_is_too_old(monkeypatch, tmp_path):
    old = tmp_path / "bwrap"
    old.write_text("#!/bin/sh\necho 'bwrap: Unknown option --disable-userns' >&2\nexit 1\n")
    old.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(old))
    with pytest.raises(InputError, match=r"Unknown option.*too old: 0\.8 or newer") as error:
        examination.insist_on_sandbox()
    assert "namespaces" not in error.value.hint


def test_where_a_sandbox_starts_nothing_is_to_be_installed():
    trials = [(examination.STARTS, True), ("the limit on files binds", False)]
    told = examination.advice([examination.Trial(*trial) for trial in trials])
    assert "up to date" in told
    assert "apt install" not in told


def test_on_windows_grading_is_refused_before_anything_is_loaded_that_it_lacks(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "lstm_course.grading.batch", raising=False)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["grade", "04-lstm", "--trust-submissions"]) == 2
    told = capsys.readouterr().err
    assert "got Windows" in told
    assert "container" in told


def test_the_command_says_so(capsys):
    assert main(["doctor", "--grading"]) == 0
    told = capsys.readouterr().out
    assert told.count("✓") == len(told.splitlines()) == len(examination.examine())
