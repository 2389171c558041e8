"""The command ``serve`` as a program of its own."""

import http.client
import json
import signal
import socket
import subprocess
import sys

import pytest

from lstm_course.cli import main
from lstm_course.cli import serve as command


class Program:
    """``lstm-course serve`` with a port of its own choice."""

    def __init__(self, *words):
        command = [sys.executable, "-m", "lstm_course", "serve", "--port", "0", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, text=True, **pipes)
        self.said = self.process.stdout.readline()
        self.address = self.said.split()[0].rstrip("/") if self.said else ""

    def ask(self, host=None):
        name, port = self.address.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(name, int(port), timeout=30)
        body = json.dumps({"text": "good"})
        headers = {"Content-Type": "application/json", **({"Host": host} if host else {})}
        connection.request("POST", "/api/predict", body, headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def end(self):
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def test_it_serves_until_ctrl_c(model_file):
    with Program("--run", model_file) as program:
        assert program.address.startswith("http://127.0.0.1:")
        status, answer = program.ask()
        assert (status, answer["label"]) == (200, "positive")
        assert program.ask(host="evil.example")[0] == 421
        assert program.end() == (130, "", "lstm-course: stopped by Ctrl-C.\n")


def test_other_machines_may_reach_it_only_with_a_warning(model_file):
    with Program("--run", model_file, "--host", "0.0.0.0") as program:
        assert program.ask(host="any.example")[0] == 200
        status, _, err = program.end()
    assert status == 130
    assert "0.0.0.0 can be reached from other machines, and there is no password" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "expected --run, got nothing"),
        ("--run x --port 70000", "expected a port from 0 to 65535 for --port, got '70000'"),
        ("--run x --port -1", "a port from 0 to 65535 for --port"),
        ("--run x --port 0 --host nowhere.invalid", "an address of this machine for --host"),
        ("--run x --port 0 --host 192.0.2.7", "an address of this machine for --host, got '192.0.2.7'"),
        ("--run x --port 0 --host .local", "an address of this machine for --host, got '.local'"),
        (f"--run x --port 0 --host {'x' * 64}", "an address of this machine for --host"),
        ("--run x --port 0", "a run folder that train wrote, got x"),
        ("--run x.npz --port 0", "a whole .npz file of arrays, got x.npz"),
    ],
)
def test_mistakes_are_one_sentence(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["serve", *words.split()]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_port_that_another_program_has(model_file, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--run", str(model_file), "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"a free port, got {port}, which another program has. Pass another --port" in said


def test_without_tornado_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert main(["serve", "--run", "x"]) == 2
    assert 'python -m pip install "lstm-course[serve]"' in capsys.readouterr().err
