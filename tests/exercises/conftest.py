"""A course as an instructor has it: sources, releases, submissions, and a Jupyter server in it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.bug_zoo.test_zoo import ZOO
from tests.bug_zoo.zoo import ROOT, Right, Wrong, cells_of

BIN = Path(sys.executable).parent
TOKEN = "for-the-test"


def environment(**more):
    """Variables for nbgrader's programs, which look for each other on PATH."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", **more}


def nbgrader(course, *words):
    """Run an nbgrader command as an instructor does; return what it said."""
    command = [str(BIN / "nbgrader"), *words]
    done = subprocess.run(command, cwd=course, env=environment(), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A folder with the sources and the configuration, and nothing else yet."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def specimen(assignment, kind):
    """Return one specimen of an assignment that names its mistake, or a correct one."""
    own = [s for name, s in ZOO if name == assignment and isinstance(s, kind)]
    own = [s for s in own if kind is Right or (isinstance(s.named, str) and s.named)]
    return own[len(own) // 2]


def fill(notebook, assignment, replaced):
    """Write solutions into a release as a student does."""
    solved = {cell.id: cell.source for cell in cells_of("solutions", assignment) if cell.kind == "solution"}
    for cell in notebook["cells"]:
        own = cell["metadata"].get("nbgrader", {})
        if own.get("solution"):
            cell["source"] = replaced.get(own["grade_id"], solved[own["grade_id"]])
    return notebook


class Server:
    """JupyterLab in a folder, with nbgrader's extensions."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = (folder / "server.log").open("w")
        options = [
            f"--port={self.port}",
            f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.open_browser=False",
            "--ServerApp.port_retries=0",
            "--LabApp.expose_app_in_browser=True",
            "--allow-root",
        ]
        self.process = subprocess.Popen(
            [str(BIN / "jupyter"), "lab", *options],
            cwd=folder,
            env=environment(JUPYTER_CONFIG_DIR=str(folder / ".jupyter")),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.wait(folder)

    def wait(self, folder):
        for _ in range(240):
            if self.process.poll() is not None:
                break
            try:
                self.get("api/status")
                return
            except OSError:
                time.sleep(0.5)
        raise AssertionError((folder / "server.log").read_text()[-3000:])

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"

    def get(self, path, method="GET"):
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(self.url(path), method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.read().decode()

    def json(self, path, method="GET"):
        return json.loads(self.get(path, method))

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture(scope="session")
def serve():
    """Start servers in folders; all are stopped in the end."""
    servers = []

    def start(folder):
        servers.append(Server(folder))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
