"""The gradebook in a real PostgreSQL: filled, by several at once, and with a server that dies in between.

The server is started by the test, from Debian's package. On Linux it has to be there: a gradebook that
nobody has tried is none.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lstm_course.grading import importing
from lstm_course.grading.batch import grade_all
from lstm_course.grading.importing import import_all
from tests.grading.conftest import SmallCourse

ASSIGNMENTS = ("01-text", "02-rnn", "03-vanishing", "04-lstm")
ASSIGNMENT = "02-rnn"
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the test knows only where Linux keeps PostgreSQL"),
]


class Server:
    """PostgreSQL in a folder, on a socket there and on no network; as root it runs as the user postgres."""

    def __init__(self, folder, programs):
        self.folder, self.programs, self.process = folder, programs, None
        self.user = "postgres" if os.geteuid() == 0 else None
        folder.mkdir(mode=0o755)
        if self.user:
            shutil.chown(folder, self.user, self.user)
        self.run("initdb", "--pgdata", folder / "data", "--username", "instructor", "--auth", "trust")

    def command(self, program, *words):
        """Return a command line, and as whom and where it has to run."""
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        rights = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        command = [str(self.programs / program), *map(str, words)]
        return {"args": command, "cwd": self.folder, "env": environment, **rights}

    def run(self, program, *words):
        """Run one of PostgreSQL's programs."""
        done = subprocess.run(**self.command(program, *words), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    def start(self):
        """Start the server and wait until it answers."""
        options = ("-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=")
        with (self.folder.parent / "postgresql.log").open("a") as log:
            self.process = subprocess.Popen(**self.command("postgres", *options), stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder]).returncode:
            assert self.process.poll() is None, "see postgresql.log"
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def kill(self):
        """Kill the server and all that it has started."""
        own = [self.process, *psutil.Process(self.process.pid).children(recursive=True)]
        for process in own:
            process.kill()
        for process in own:
            process.wait()

    def stop(self):
        """Stop the server."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def database(self, name):
        """Make a database; return its address."""
        self.run("createdb", "-h", self.folder, "-U", "instructor", name)
        return f"postgresql+psycopg2://instructor@/{name}?host={self.folder}"


@pytest.fixture(scope="module")
def server():
    """A running server; no skip where it is missing."""
    assert PROGRAMS, "no PostgreSQL: install it (on Debian or Ubuntu: sudo apt install postgresql)"
    # Not in pytest's folder, which only root may enter, and short: the path of a socket has 107 characters.
    folder = Path(f"/tmp/lstm-course-{os.getpid()}")
    folder.mkdir(mode=0o755)
    try:
        running = Server(folder / "server", PROGRAMS[-1])
        running.start()
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def course(server, tmp_path, request):
    """A course without submissions, with its gradebook in a database of its own."""
    url = server.database(request.node.name[:60])
    return SmallCourse(tmp_path / "course", f"c.CourseDirectory.db_url = {url!r}\n")


def class_of(course, count, *assignments):
    """Let students hand in the same assignments."""
    names = [f"s{k:02}" for k in range(count)]
    for name in names:
        for assignment in assignments:
            course.submit(name, f"be {name}", assignment=assignment)
    return names


def expected(course, assignment=ASSIGNMENT):
    return {name: verdict.score for name, verdict in course.verdicts(assignment).items()}


def test_graded_imported_and_marked_by_hand(course, two_workers):
    names = class_of(course, 12, ASSIGNMENT)
    assert grade_all(course.course, ASSIGNMENT, scheduler=two_workers, grader=course.stub).graded == 12
    assert import_all(course.course, ASSIGNMENT) == 12
    assert course.scores() == expected(course)
    with course.course.gradebook() as gradebook:
        mark = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, names[0]).grades[0]
        mark.manual_score, before = 2.5, mark.score
        gradebook.db.commit()
    course.judge(*names)
    assert import_all(course.course, ASSIGNMENT) == 12
    assert course.scores() == expected(course) | {names[0]: expected(course)[names[0]] - before + 2.5}


def test_four_imports_at_once_with_the_same_new_students(course):
    names = class_of(course, 30, *ASSIGNMENTS)
    for assignment in ASSIGNMENTS:
        course.judge(*names, assignment=assignment)
    code = (
        "import sys\nfrom pathlib import Path\nfrom lstm_course.grading.course import Course\n"
        "from lstm_course.grading.importing import import_all\n"
        "sys.stdin.read()\n"  # all of them at the same moment
        "print(import_all(Course(Path(sys.argv[1])), sys.argv[2]))"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = (sys.executable, "-c", code, str(course.root))
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen([*command, name], env=course.environment, **pipes))
            for name in ASSIGNMENTS
        ]
        for process in processes:
            process.stdin.close()
            process.stdin = None
        said = [process.communicate(timeout=300) for process in processes]
    assert [output for output, _ in said] == ["30\n"] * 4, said
    for assignment in ASSIGNMENTS:
        assert course.scores(assignment) == expected(course, assignment)
    with course.course.gradebook() as gradebook:
        assert sorted(student.id for student in gradebook.students) == names
        assert len(gradebook.assignments) == len(ASSIGNMENTS)


def test_a_server_that_is_killed_during_an_import(course, server, monkeypatch):
    names = class_of(course, 12, ASSIGNMENT)
    course.judge(*names)
    monkeypatch.setattr(importing, "AT_ONCE", 4)
    write_marks, tries = importing.write_marks, []

    def killed_in_between(*arguments):
        tries.append(arguments)
        if len(tries) == 2:
            server.kill()
        elif len(tries) == 4:  # the third has found nobody there
            server.start()
        write_marks(*arguments)

    monkeypatch.setattr(importing, "write_marks", killed_in_between)
    assert import_all(course.course, ASSIGNMENT) == 12
    assert len(tries) >= 5
    assert course.scores() == expected(course)


def test_a_server_that_is_killed_in_the_middle_of_a_transaction(course, server, monkeypatch):
    names = class_of(course, 6, ASSIGNMENT)
    course.judge(*names)
    note_marks, noted = importing.write_marks.__globals__["note_marks"], []

    def killed_in_between(notebook, *arguments):
        noted.append(arguments)
        if len(noted) == 3:
            notebook._sa_instance_state.session.flush()
            server.kill()
            server.start()
        note_marks(notebook, *arguments)

    monkeypatch.setattr("lstm_course.grading.gradebook.note_marks", killed_in_between)
    assert import_all(course.course, ASSIGNMENT) == 6
    assert len(noted) == 12
    assert course.scores() == expected(course)
