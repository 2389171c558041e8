"""Out of the sandbox: what is tried in there fails, and says so by an error."""

# ruff: noqa: E501  (what attackers write)

import ctypes
import os
import re
import socket
import tempfile
from pathlib import Path

import psutil
import pytest

from lstm_course.grading import grader
from lstm_course.grading.environment import CONTENTS, environment_of
from lstm_course.grading.grader import probe_of
from lstm_course.grading.limits import Limits
from lstm_course.grading.sandbox import Sandbox
from tests.attacks.making import (
    RNN,
    SECRET,
    STEP,
    TIGHT,
    adding,
    cell,
    graded,
    honest,
    lost,
    messages,
    writing,
)

CALLING = """
import ctypes, fcntl, mmap, os, resource, signal, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def must(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def call(number, *arguments): must(libc.syscall(number, *map(ctypes.c_long, arguments)))
def prctl(*arguments): must(libc.prctl(*arguments))
X86 = os.uname().machine == "x86_64"
"""
ATTEMPTS = {
    "TCP to a port of the grader's machine": "socket.create_connection(('127.0.0.1', PORT), 2)",
    "TCP over IPv6": "socket.create_connection(('::1', PORT), 2)",
    "a name looked up": "socket.getaddrinfo('localhost.example', 80)",
    "the machine beneath a virtual one": "socket.socket(40, socket.SOCK_STREAM)",
    "raw packets": "socket.socket(17, socket.SOCK_RAW)",
    "the kernel's cryptography": "socket.socket(38, socket.SOCK_SEQPACKET)",
    "a socket without a file": "socket.socket(socket.AF_UNIX).connect('\\0' + NAME)",
    "a socket that is a file": "socket.socket(socket.AF_UNIX).connect(FOLDER + '/socket')",
    "a file in the machine's /tmp": "open(FOLDER + '/file')",
    "a file in the machine's /dev/shm": "open('/dev/shm/' + NAME)",
    "memory of System V": "must(libc.shmget(KEY, 1, 0))",
    "new memory of System V": "must(libc.shmget(1, 2**20, 0o1600))",
    "a queue of System V": "must(libc.msgget(1, 0o1600))",
    "a queue of POSIX": "must(libc.mq_open(b'/q', 0o102, 0o600, None))",
    "a user namespace": "must(libc.unshare(0x10000000))",
    "a mount namespace": "must(libc.unshare(0x20000))",
    "a user namespace by clone": "call(56 if X86 else 220, 0x10000011, 0, 0, 0, 0)",
    "a user namespace by clone3": "a = struct.pack('8Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0)\n"
    "call(435, ctypes.cast(a, ctypes.c_void_p).value, 64)",
    "another's namespace": "must(libc.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0))",
    "a mount": "must(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
    "a folder writable again": "must(libc.mount(None, b'/', None, 32 | 4096, None))",
    "no mount any more": "must(libc.umount2(b'/proc', 2))",
    "another root": "os.chroot('/tmp')",
    "tracing the first process": "must(libc.ptrace(16, 1, 0, 0))",
    "being traced": "must(libc.ptrace(0, 0, 0, 0))",
    "memory of the first process by another way": "b = ctypes.create_string_buffer(8)\n"
    "v = struct.pack('QQ', ctypes.addressof(b), 8)\nmust(libc.process_vm_readv(1, v, 1, v, 1, 0))",
    "the first process's environment": "if not open('/proc/1/environ').read(): raise OSError",
    "the first process's root": "os.listdir('/proc/1/root/home')",
    "a file descriptor of the first process": "call(438, os.pidfd_open(1), 0, 0)",
    "memory without a name": "os.memfd_create('x')",
    "memory that is shared": "mmap.mmap(-1, 2**20)",
    "memory that is shared, of a device": "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 2**20)",
    "a key for later": "call(248 if X86 else 217, *(ctypes.cast(s, ctypes.c_void_p).value for s in (b'user', b'k', b'v')), 1, -3)",
    "the session's keys": "call(250 if X86 else 219, 0, -3, 0)",
    "a ring of requests": "call(425, 1, ctypes.addressof(ctypes.create_string_buffer(200)))",
    "a program for the kernel": "call(321 if X86 else 280, 0, 0, 0)",
    "counting events": "call(298 if X86 else 241, 0, 0, -1, -1, 0)",
    "faults by hand": "call(323 if X86 else 282, 0)",
    "a device": "os.mknod('/tmp/d', 0o60666, os.makedev(8, 0))",
    "all memory": "open('/dev/mem', 'rb')",
    "the kernel's messages": "open('/dev/kmsg')",
    "a disk": "[open('/dev/' + n, 'rb') for n in ('sda', 'vda', 'nvme0n1')]",
    "root again": "os.setresuid(0, 0, 0)",
    "another group": "os.setgroups([0])",
    "a file given away": "os.chown('/tmp/work', 0, 0)",
    "a program that makes root": "open('/tmp/s', 'w').close()\nos.chmod('/tmp/s', 0o6755)\nos.execv('/tmp/s', ['s'])",
    "more processes": "resource.setrlimit(resource.RLIMIT_NPROC, (10**5, 10**5))",
    "more memory": "resource.setrlimit(resource.RLIMIT_AS, (2**50, 2**50))",
    "more time": "resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
    "before all others": "os.nice(-5)",
    "in real time": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "typing into the terminal": "fcntl.ioctl(1, 0x5412, b'x')",
    "the terminal": "open('/dev/tty', 'w')",
    "the kernel's settings": "open('/proc/sys/kernel/core_pattern', 'w')",
    "the kernel's switch": "open('/proc/sysrq-trigger', 'w')",
    "the interpreter's library": "open(os.__file__, 'a')",
    "the interpreter": "open(sys.executable, 'r+b')",
    "the course's own files": "open('/course/own/lstm_course/grading/inside.py', 'a')",
    "a library": "open(np.__file__, 'a')",
    "the root folder": "os.mkdir('/x')",
    "the machine's name": "socket.sethostname('x')",
    "the clock": "time.clock_settime(time.CLOCK_REALTIME, 0)",
    "users' passwords": "open('/etc/passwd')",
    "a home": "os.listdir('/root') + os.listdir('/home')",
    "another program": "os.execv('/bin/sh', ['sh'])",
    "Keras": "import keras",
    "the references": "import lstm_course.checks.tasks",
    "the judge": "import lstm_course.checks.judge",
    "the solutions in mathematics": "import lstm_course.recurrent",
    "the grader": "import lstm_course.grading.grader",
}


if os.getuid() == 0:  # else the first process belongs to the same user, and has nothing to hide
    ATTEMPTS |= {
        "memory of the first process": "open('/proc/1/mem', 'rb')",
        "the first process's files": "os.listdir('/proc/1/fd')",
        "a signal to the first process": "os.kill(1, 9)",
        "the last to be ended": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
    }
REFUSED = {"ConnectionRefusedError", "FileNotFoundError"}


@pytest.fixture(scope="module")
def world():
    """What there is on the grader's machine to be reached; the names that attempts know it by."""
    name, libc = f"lstm-course-attack-{os.getpid()}", ctypes.CDLL(None)
    shared = Path("/dev/shm", name)
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as in_file,
    ):
        os.chmod(folder, 0o755)
        abstract.bind("\0" + name)
        abstract.listen()
        in_file.bind(f"{folder}/socket")
        in_file.listen()
        Path(folder, "file").write_text("x")
        shared.write_text("x")
        memory = libc.shmget(os.getpid(), 1, 0o1666)
        try:
            yield f"PORT, NAME, FOLDER, KEY = {server.getsockname()[1]}, {name!r}, {folder!r}, {os.getpid()}\n"
        finally:
            libc.shmctl(memory, 0, None)
            shared.unlink()


@pytest.fixture(scope="module")
def box(world):
    with Sandbox(environment_of(RNN), Limits()) as box:
        box.ask("warm", ["numpy"])
        assert box.ask("cell", 1, f"import numpy as np\n{CALLING}\n{world}").value == {}
        yield box


@pytest.mark.parametrize("source", ATTEMPTS.values(), ids=ATTEMPTS)
def test_there_is_no_way_to(source, box):
    child = (
        "pid = os.fork()\nif not pid:\n    try:\n        {}\n    except BaseException as e:\n"
        "        os.write(1, repr(e).encode())\n        os._exit(0)\n    os.write(1, b'DONE')\n    os._exit(0)\n"
        "os.waitpid(pid, 0);"
    )
    answer = box.ask("cell", 2, child.format(source.replace("\n", "\n        ")))
    assert "error" not in answer.value
    assert "rror(" in answer.printed
    assert "DONE" not in answer.printed
    assert "NameError" not in answer.printed
    assert "AttributeError" not in answer.printed


def test_what_can_be_done_is_done(box):
    answer = box.ask(
        "cell",
        3,
        "import threading, subprocess, asyncio\nt = threading.Thread(target=lambda: print('t'))\n"
        "t.start()\nt.join()\nasyncio.run(asyncio.sleep(0))\nopen('f', 'w').write('x')\nprint(os.listdir())\nos.sched_getaffinity(0)",
    )
    assert "error" not in answer.value, answer
    assert answer.printed.split() == ["t", "['f']"]


def test_two_submissions_at_the_same_time_do_not_meet(box):
    leave = (
        "a = socket.socket(socket.AF_UNIX)\na.bind('\\0meet')\na.listen()\n"
        "b = socket.create_server(('127.0.0.1', 12345))\n"
        "for p in ('/tmp/meet', '/dev/shm/meet', 'meet'): open(p, 'w').write('answers')\n"
    )
    look = [
        "socket.socket(socket.AF_UNIX).connect('\\0meet')",
        "socket.create_connection(('127.0.0.1', 12345), 1)",
        *(f"open({path!r})" for path in ("/tmp/meet", "/dev/shm/meet", "meet")),
    ]
    assert "error" not in box.ask("cell", 4, leave).value
    (me,) = [
        int(line.split()[1]) for line in box.ask("cell", 5, "print('uid', os.getuid())").printed.splitlines()
    ]
    with Sandbox(environment_of(RNN), Limits()) as other:
        other.ask("cell", 1, CALLING)
        for source in look:
            assert type(other.ask("cell", 2, source).value["error"]).__name__ in REFUSED, source
        if os.getuid() == 0:
            assert f"uid {me}" not in other.ask("cell", 3, "print('uid', os.getuid())").printed


def test_nothing_is_left_running():
    ghost = (
        "import ctypes, os, signal, time\n"
        "for _ in range(2):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n"
        "        ctypes.CDLL(None).prctl(15, b'lstm-ghost')\n"
        "        for n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n"
        "        time.sleep(600)\n        os._exit(0)\n"
    )
    assert graded(adding(ghost, honest())).score == 30
    assert not [p for p in psutil.process_iter(["name"]) if p.info["name"] == "lstm-ghost"]


def pattern_of(content):
    """Return a pattern for some bytes that does not contain them."""
    return "".join(f"[\\x{byte:02x}]" for byte in content)


SEARCH = """
import ctypes, re
def in_memory(pattern):
    ctypes.CDLL(None).prctl(4, 1)  # so that its memory may be read
    count = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            start, end = (int(part, 16) for part in place.split("-"))
            if rights[0] != "r" or end - start > 2**28: continue
            try:
                memory.seek(start)
                count += len(re.findall(pattern, memory.read(end - start), re.DOTALL))
            except (OSError, ValueError, OverflowError): pass
    return count
"""


def test_no_secret_and_no_later_question_is_in_memory(monkeypatch):
    # The inputs follow from the submission, and this one has to hold what it looks for.
    monkeypatch.setattr(grader, "seed_of", lambda packed, secret: secret)
    notebook = honest()
    later = probe_of(cell(notebook, "error-value"), RNN, SECRET).cases[0].args
    now = probe_of(cell(notebook, "step-value"), RNN, SECRET).cases[0].args["x_t"]
    patterns = {
        "now": pattern_of(now.tobytes()[:16]),
        "later": pattern_of(next(iter(later.values())).tobytes()[:16]),
        "secret": pattern_of(SECRET[:16]),
        "mistake": pattern_of(b"kernels exchanged"),
    }
    source = SEARCH + "def rnn_step(x_t, *a):\n    raise ValueError(str({"
    source += ", ".join(f"{name!r}: in_memory(rb'''{text}''') > 0" for name, text in patterns.items()) + "}))"
    found = messages(graded(writing("rnn_step", source, notebook)))
    assert "{'now': True, 'later': False, 'secret': False, 'mistake': False}" in found


def test_no_answer_is_in_a_file(box):
    search = (
        "found, names = [], []\n"
        "for top, folders, files in os.walk('/'):\n"
        "    if top.startswith(('/proc', '/dev')): folders.clear(); continue\n"
        "    for name in files:\n        path = os.path.join(top, name)\n        names.append(path)\n"
        "        try: content = open(path, 'rb').read() if name.endswith(('.py', '.pyc', '.ipynb', '.json')) and 'lstm' in path or name.endswith('.ipynb') else b''\n"
        "        except OSError: continue\n"
        "        if b'kernels exch' + b'anged' in content or b'BEGIN SOL' + b'UTION' in content: found.append(path)\n"
        "print(found, [n for n in names if n.endswith(('.ipynb', '.sqlite', 'gradebook.db')) or '/checks/tasks' in n or n.endswith('secret')])"
    )
    answer = box.ask("cell", 6, search)
    assert answer.printed.strip() == "[] []", answer


def test_the_environment_and_the_command_line_tell_nothing(box):
    answer = box.ask(
        "cell",
        7,
        "print(sorted(os.environ), open('/proc/self/cmdline').read(), open('/proc/1/cmdline').read())",
    )
    for word in (
        SECRET.decode(),
        "solutions",
        "gradebook",
        "ana",
        *os.environ.keys() - environment_of(RNN).variables.keys() - {"_", "PWD"},
    ):
        assert not re.search(rf"\b{re.escape(word)}\b", answer.printed), word


def test_a_start_up_file_starts_nothing_for_the_next():
    plant = (
        "import os\nfor p in ('/tmp/ipython/profile_default/startup', '~/.ipython/profile_default/startup', '~/.config/matplotlib'):\n"
        "    os.makedirs(os.path.expanduser(p), exist_ok=True)\n"
        "    for n in ('a.py', 'a.ipy', 'matplotlibrc', 'usercustomize.py'): open(os.path.expanduser(p) + '/' + n, 'w').write('1/0')\n"
    )
    assert graded(adding(plant, honest())).score == 30
    look = "import os\nprint(os.path.exists('/tmp/ipython'), os.listdir(os.path.expanduser('~')))"
    verdict = graded(adding(look, honest()))
    assert verdict.score == 30
    assert "False []" in str(verdict.notebook)


BOMBS = {
    "threads": "import threading, time\n    while True: threading.Thread(target=time.sleep, args=(60,)).start()",
    "pipes": "import os\n    while True:\n        r, w = os.pipe()\n        os.set_blocking(w, False)\n        os.write(w, bytes(2**16))",
    "a file with holes": "open('x', 'wb').truncate(2**40)",
    "many files": "for n in range(10**7): open(str(n), 'w').write('x' * 4096)",
    "files with nothing in them": "import itertools, os\n    for n in itertools.count(): os.mknod(str(n))",
    "/dev/shm": "f = open('/dev/shm/x', 'wb')\n    while True: f.write(bytes(2**16))",
    "deleted files": "import os\n    while True:\n        f = os.open('x', os.O_CREAT | os.O_RDWR)\n        os.unlink('x')\n        os.write(f, bytes(2**20))",
    "one large allocation": "np.ones(2**26)",
    "memory in a child": "import os, time\n    if not os.fork():\n        x = np.ones(2**26)\n        time.sleep(60)\n    time.sleep(60)",
    "memory by another process and none to wait for it": "import os, time\n    for _ in range(4):\n        if not os.fork():\n            os.setsid()\n            x = np.ones(2**23)\n            time.sleep(60)\n    time.sleep(60)",
    "output of a child": "import os, time\n    if not os.fork():\n        while True: os.write(2, bytes(2**16))\n    time.sleep(60)",
    "children that nobody counts": "import os, signal\n    signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
    "    while True:\n        if not os.fork():\n            for _ in range(10**6): pass\n            os._exit(0)",
    "pages that are nowhere": "import ctypes, mmap\n    while True:\n        m = mmap.mmap(-1, 2**24)\n        m.write(bytes(2**24))\n        m.madvise(mmap.MADV_DONTNEED)",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_its_function_alone(bomb):
    verdict = graded(writing("rnn_step", f"def rnn_step(*a):\n    {bomb}"), **TIGHT | {"seconds": 1})
    assert lost(verdict) >= STEP, messages(verdict)
    assert verdict.memory < 4 * TIGHT["memory"]


def test_quick_cells_are_looked_at_too():
    notebook = honest()
    for n in range(20):
        adding(f"keep_{n} = np.ones(2**22)", notebook)
    verdict = graded(notebook, **TIGHT | {"memory": 400 * 2**20})
    assert "400 MiB" in messages(verdict) + str(verdict.notebook)
    assert verdict.memory < 2 * 400 * 2**20


def test_threads_that_go_on_use_the_time_of_the_same_submission():
    source = (
        "import threading\ndef on():\n    while True: pass\nthreading.Thread(target=on, daemon=True).start()"
    )
    verdict = graded(adding(source, honest()), **TIGHT | {"total": 4})
    assert verdict.state == "graded"
    assert verdict.seconds < 6


def test_outputs_do_not_add_up():
    notebook = honest()
    for n in range(400):
        adding(f"print('{n}' + 'x' * 20_000)\n'y' * 10_000", notebook)
    verdict = graded(notebook, **TIGHT)
    assert verdict.score == 30
    assert len(verdict.to_json()) < 5 * 10**6


def test_the_defaults_are_those_of_the_assignments():
    assert {contents.limits.memory for contents in CONTENTS.values()} <= {2**30, 2**32}
