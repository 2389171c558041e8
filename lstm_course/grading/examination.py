"""Try the sandbox for real: what a submission must not do is tried in it, and has to fail."""

from __future__ import annotations

import functools
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.environment import Environment, environment_of
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.sandbox import NOT_FOUND, Answer, Sandbox, Stopped

ASSIGNMENT = "04-lstm"
TIGHT = Limits(seconds=2, total=20, memory=256 * MIB, disk=8 * MIB, files=2000, output=MIB // 4, processes=8)
STARTS = "a sandbox starts, with NumPy in it"
NAMESPACES = (
    "The kernel does not let bubblewrap make namespaces. In a container, run it with --privileged, or with "
    "--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined; on Ubuntu 24.04 or newer, install the AppArmor profile for bwrap or "
    "set kernel.apparmor_restrict_unprivileged_userns=0."
)
TOO_OLD = "This bubblewrap is too old: 0.8 or newer is needed, such as that of Debian 12 or Ubuntu 24.04."
LOOSE = (
    "The sandbox starts, but not everything holds in it: bring kernel and bubblewrap up to date, or grade on "
    "another machine."
)


@dataclass(frozen=True)
class Trial:
    """One thing that was tried: what has to hold, whether it does, and what came instead."""

    claim: str
    holds: bool
    came: str = ""


def insist_on_sandbox() -> None:
    """Do nothing if the sandbox is tight.

    Raises
    ------
    InputError
        It is not, or there is none.
    """
    trials = examine(quick=True)
    failed = [f"not so: {trial.claim} ({trial.came})" for trial in trials if not trial.holds]
    if failed:
        raise InputError("a sandbox that holds, to grade in", "; ".join(failed), advice(trials))


def advice(trials: Sequence[Trial]) -> str:
    """Say what to install, to renew or to allow, where something does not hold."""
    starts = next((trial for trial in trials if trial.claim == STARTS), None)
    if starts is None:
        text = NOT_FOUND
    elif starts.holds:
        text = LOOSE
    else:
        text = TOO_OLD if "Unknown option" in starts.came else NAMESPACES
    return f"{text} Without a sandbox nothing is graded, unless you say --trust-submissions."


def examine(quick: bool = False) -> list[Trial]:
    """Try everything, or only what takes less than a second."""
    if sys.platform != "linux":
        return [Trial("this is Linux, whose kernel can keep submissions apart", False, sys.platform)]
    try:
        environment = environment_of(ASSIGNMENT)
        with socket.create_server(("127.0.0.1", 0)) as listening, Sandbox(environment, TIGHT) as box:
            box.ask("warm", ["numpy"])
            trials = [Trial(STARTS, True)]
            trials += [trial(box, *one) for one in closed(environment, listening.getsockname())]
    except InputError as error:
        return [Trial("bubblewrap is installed", False, error.received)]
    except Stopped as stop:
        came = " ".join(stop.printed.split()) or stop.what
        return [Trial(STARTS, False, came)]
    if not quick:
        trials += [limit(environment, *one) for one in LIMITS]
    return trials


def trial(box: Sandbox, claim: str, source: str, right: Callable[[Answer], bool]) -> Trial:
    """Run one cell and look at what came of it."""
    answer = box.ask("cell", 1, source)
    came = answer.value.get("error") or answer.value.get("result") or answer.printed
    return Trial(claim, right(answer), str(came)[:200])


def fails(answer: Answer) -> bool:
    """Return whether a cell ended in an error."""
    return "error" in answer.value


def prints(text: str, answer: Answer) -> bool:
    """Return whether a cell printed a text and nothing else."""
    return answer.printed.strip() == text and "error" not in answer.value


def closed(
    environment: Environment, listening: tuple[str, int]
) -> list[tuple[str, str, Callable[[Answer], bool]]]:
    """Return what has to be closed."""
    tops = sorted({"tmp", "dev", "proc"} | {Path(target).parts[1] for _, target in environment.mounts})
    own = str(Path(__file__).resolve())
    connect = f"import socket\nsocket.create_connection({listening!r}, 1)"
    return [
        ("the network is closed", connect, fails),
        (
            "no interface but loopback",
            "import socket\nprint([n for _, n in socket.if_nameindex() if n != 'lo'])",
            functools.partial(prints, "[]"),
        ),
        (
            "nothing can be seen but what is listed",
            f"import os\nprint(sorted(os.listdir('/')) == {tops!r} and not os.path.exists({own!r}))",
            functools.partial(prints, "True"),
        ),
        ("nothing outside the scratch folder can be written", "open('/etc/x', 'w')", fails),
        ("not even the interpreter's library", "import os\nopen(os.__file__, 'a')", fails),
        ("root's files cannot be read", "open('/etc/shadow').read()", fails),
        (
            "other processes cannot be seen",
            "import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]) <= 3)",
            functools.partial(prints, "True"),
        ),
        ("there is no Keras", "import keras", fails),
        ("there are no references", "import lstm_course.checks.tasks", fails),
        ("there is no way to be root", "import os\nos.setuid(0)\nos.chown('/tmp', 0, 0)", fails),
        (
            "the environment is empty of secrets",
            "import os\nprint(sorted(set(os.environ) - {'PWD', 'LC_CTYPE'}))",
            lambda answer: answer.printed.strip() == str(sorted(environment.variables)),
        ),
        (
            "scratch files can be written",
            "open('x', 'w').write('x')\nprint(open('x').read())",
            functools.partial(prints, "x"),
        ),
    ]


LIMITS = (
    ("computing", "time", "while True: pass"),
    ("memory", "memory", "x = []\nwhile True: x.append(bytearray(2**22))"),
    (
        "memory without a name",
        "memory",
        "import os\nwhile True: os.write(os.memfd_create('x'), bytes(2**22))",
    ),
    ("disk", "disk", "while True: open('x', 'ab').write(bytes(2**16))"),
    ("files", "disk", "import itertools, os\nfor n in itertools.count(): os.mknod(str(n))"),
    ("output", "output", "while True: print('x' * 1000)"),
    ("processes", "processes", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
)


def limit(environment: Environment, name: str, what: str, source: str) -> Trial:
    """Run what passes one limit, and see whether it is stopped for that."""
    claim = f"the limit on {name} binds"
    try:
        with Sandbox(environment, TIGHT) as box:
            box.ask("warm", ["numpy"])
            answer = box.ask("cell", 1, source)
    except Stopped as stop:
        return Trial(claim, stop.what == what, stop.what)
    error = answer.value.get("error")
    kept = isinstance(error, (MemoryError, OSError))  # the kernel itself said no
    return Trial(claim, kept, str(error))
