"""A process that belongs to a student: bubblewrap around ``inside``, watched, and stopped at its limits."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import secrets
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from lstm_course.errors import InputError
from lstm_course.grading.environment import Environment
from lstm_course.grading.limits import Limits
from lstm_course.grading.syscalls import seccomp_filter
from lstm_course.grading.wire import HEAD, LARGEST_FRAME, WireError, decode

TICK = 0.1  # seconds between two looks at what a sandbox uses
QUICK = 0.002  # seconds in which not much can be used up; about what a look costs
KEPT_OUTPUT = 20_000  # bytes of what a cell has printed, for the feedback
PIPE = 65_536  # bytes that go into a pipe at one time
ELSEWHERE = "On macOS and Windows grade in the course's container: see the book's page on grading."
NOT_FOUND = (
    "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap). "
    f"{ELSEWHERE}"
)


class Stopped(Exception):
    """The sandbox is no more; ``what`` names the limit (``Limits.sentence``), ``printed`` its last words."""

    def __init__(self, what: str, printed: str = "") -> None:
        super().__init__(what)
        self.what, self.printed = what, printed


@dataclass
class Usage:
    """What a submission has used so far, over all its sandboxes.

    Attributes
    ----------
    seconds : float
        Of processor time.
    memory : int
        Bytes, at most at one time.
    began : float
        When it began, by ``time.monotonic``.
    """

    seconds: float = 0.0
    memory: int = 0
    began: float = field(default_factory=time.monotonic)


@dataclass
class Answer:
    """What came back for a request, and what was printed meanwhile."""

    value: dict[str, Any]
    printed: str = ""


def command(environment: Environment, limits: Limits, settings: dict[str, Any], filter_: int) -> list[str]:
    """Return the command line of bubblewrap: an empty world with an interpreter in it, and no way out.

    ``filter_`` is a file descriptor to read ``seccomp_filter`` from.

    Raises
    ------
    InputError
        There is no bubblewrap.
    """
    # Not -I: with it Python would ignore PYTHONHASHSEED. No variable but the environment's gets there anyway.
    python = [environment.python, "-s", "-P", "-S", "-B", environment.program, json.dumps(settings)]
    if not environment.closed:
        return python
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise InputError("bubblewrap (bwrap) to keep submissions apart", "none on PATH", NOT_FOUND)
    words = [bwrap, "--die-with-parent", "--new-session", "--clearenv", "--unshare-all"]
    words += ["--seccomp", str(filter_)]
    if os.getuid() == 0:
        # A user of its own, which not even root's files are open to, is given to it by ``inside``.
        words = [word for word in words if word != "--unshare-all"]
        words += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
        words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        words += ["--cap-add", "CAP_CHOWN"]
    else:
        words += ["--unshare-user", "--uid", "65534", "--gid", "65534", "--disable-userns"]
    words += ["--hostname", "sandbox"]
    for name, value in environment.variables.items():
        words += ["--setenv", name, value]
    words += ["--proc", "/proc", "--dev", "/dev"]
    words += ["--size", str(limits.disk), "--perms", "1777", "--tmpfs", "/tmp"]
    words += ["--size", str(limits.disk), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    targets = [target for _, target in environment.mounts]
    for folder in sorted({str(above) for target in targets for above in Path(target).parents} - {"/"}):
        words += ["--perms", "0755", "--dir", folder]
    for source, target in environment.mounts:
        words += ["--ro-bind", str(source), target]
    for target in environment.masks:
        words += ["--tmpfs", target, "--remount-ro", target]
    return [*words, "--remount-ro", "/", "--chdir", "/tmp", "--", *python]


def hidden(words: list[str], options: IO[bytes]) -> list[str]:
    """Return the command line with which bubblewrap reads its options from a file; they are written into it.

    Any process in the sandbox can read the command line, and there are the machine's paths in the options.
    """
    if "--" not in words:
        return words
    end = words.index("--")
    options.write(b"\0".join(map(os.fsencode, words[1:end])))
    options.seek(0)
    return [words[0], "--args", str(options.fileno()), *words[end:]]


@dataclass
class Sandbox:
    """One life of a submission's process.

    Parameters
    ----------
    environment : Environment
        What is in it.
    limits : Limits
    usage : Usage
        Goes on counting from where the life before has left off.
    """

    environment: Environment
    limits: Limits
    usage: Usage = field(default_factory=Usage)

    def __enter__(self) -> Sandbox:
        replies, write_end = os.pipe()
        closed = self.environment.closed
        self._work = "/tmp/work" if closed else tempfile.mkdtemp(prefix="lstm-course-")
        # A user that nobody else is, so that the kernel's limits per user bind this sandbox alone.
        user = 2**30 + secrets.randbelow(2**29) if closed and os.getuid() == 0 else None
        settings = {
            "replies": write_end,
            "user": user,
            "work": self._work,
            "path": list(self.environment.path),
            "limits": {
                "AS": self.environment.address_space,
                "FSIZE": 2 * self.limits.disk,  # the folder is full before that
                "NOFILE": 256,
                "NPROC": self.limits.threads if closed else -1,
                "CORE": 0,
                "CPU": int(self.limits.total) + 5,
            },
        }
        self._before = self.usage.seconds
        self._buffer, self._output, self._counted = bytearray(), bytearray(), 0
        self._request = memoryview(b"")
        filter_ = pipe_with(seccomp_filter() if closed else b"")
        options = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                hidden(command(self.environment, self.limits, settings, filter_), options),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(write_end, filter_, options.fileno()),
                # The first process in there is bubblewrap, and what it was started with can be read.
                env={} if closed else dict(self.environment.variables),
            )
        finally:
            os.close(write_end)
            os.close(filter_)
            options.close()
        self._replies = replies
        assert self.process.stdin
        assert self.process.stdout
        self._requests = self.process.stdin.fileno()
        self._selector = selectors.DefaultSelector()
        for stream in (replies, self.process.stdout.fileno()):
            os.set_blocking(stream, False)
            self._selector.register(stream, selectors.EVENT_READ)
        os.set_blocking(self._requests, False)
        self._next_look = time.monotonic() + TICK
        return self

    def __exit__(self, *exception: object) -> None:
        self._note()
        self._kill()
        if not self.environment.closed:
            shutil.rmtree(self._work, ignore_errors=True)
        self._selector.close()
        os.close(self._replies)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]

    def ask(self, *request: Any) -> Answer:
        """Send a request and wait for what comes back.

        Raises
        ------
        Stopped
            A limit was passed, or the process has ended.
        """
        started, began = self.usage.seconds, time.monotonic()
        self._output, self._counted = bytearray(), 0
        self._request = memoryview(pickle.dumps(request))
        self._selector.register(self._requests, selectors.EVENT_WRITE)
        while True:
            ended = self._exchange()
            self._measure(started, began)
            frame = self._frame()
            if frame is not None and self._request:
                self._stop("garbled")  # an answer to what has not been asked yet
            if frame is not None:
                self._drain()
                if time.monotonic() - began > QUICK:  # what it leaves behind is not to be put on the next
                    self._next_look = 0.0
                    self._measure(started, began)
                return Answer(self._decoded(frame), self._output.decode("utf-8", "replace"))
            if ended:
                self._stop("died")

    def _exchange(self, timeout: float = TICK) -> bool:
        """Send and take what can be, waiting for a while; return whether the replies have ended."""
        ended = False
        for key, _ in self._selector.select(timeout):
            if key.fd == self._requests:
                self._send()
                continue
            try:
                chunk = os.read(key.fd, 2**20)
            except BlockingIOError:
                continue
            if key.fd == self._replies:
                self._buffer += chunk
                ended = not chunk
                if len(self._buffer) > LARGEST_FRAME + HEAD:
                    self._stop("garbled")
            elif chunk:
                self._counted += len(chunk)
                self._output += chunk[: max(0, KEPT_OUTPUT - len(self._output))]
                if self._counted > self.limits.output:
                    self._stop("output")
            else:
                self._selector.unregister(key.fd)
        return ended

    def _send(self) -> None:
        """Send a part of the request."""
        try:
            self._request = self._request[os.write(self._requests, self._request[:PIPE]) :]
        except BlockingIOError:
            return
        except OSError:  # nobody reads any more: that the replies end tells it, or that none comes
            self._request = self._request[:0]
        if not self._request:
            self._selector.unregister(self._requests)

    def _drain(self) -> None:
        """Take what was printed before the reply was sent."""
        before = -1
        while before != self._counted:
            before = self._counted
            self._exchange(0)

    def _frame(self) -> bytes | None:
        if len(self._buffer) < HEAD:
            return None
        end = HEAD + int.from_bytes(self._buffer[:HEAD], "big")
        if end > LARGEST_FRAME + HEAD:
            self._stop("garbled")
        if len(self._buffer) < end:
            return None
        frame = bytes(self._buffer[HEAD:end])
        del self._buffer[:end]
        return frame

    def _decoded(self, frame: bytes) -> dict[str, Any]:
        try:
            value = decode(frame)
        except WireError:
            self._stop("garbled")
        if not isinstance(value, (dict, bool)):
            self._stop("garbled")
        return value if isinstance(value, dict) else {}

    def _measure(self, started: float, began: float) -> None:
        """Look now and then at what the sandbox uses, and stop it where that is too much."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + TICK
        memory, processes, full = self._note()
        if processes > self.limits.processes:
            self._stop("processes")
        if memory > self.limits.memory:
            self._stop("memory")
        if full:
            self._stop("disk")
        if self.usage.seconds > self.limits.total:
            self._stop("total")
        if time.monotonic() - self.usage.began > self.limits.longest:
            self._stop("long")
        if self.usage.seconds - started > self.limits.seconds:
            self._stop("time")
        if time.monotonic() - began > self.limits.patience:
            self._stop("wait")

    def _note(self) -> tuple[int, int, bool]:
        seconds, memory, processes, full = usage_of(self.process.pid, self.limits.files)
        self.usage.seconds = max(self.usage.seconds, self._before + seconds)
        self.usage.memory = max(self.usage.memory, memory)
        return memory, processes, full

    def _stop(self, what: str) -> Any:
        self._kill()
        raise Stopped(what, self._output.decode("utf-8", "replace"))

    def _kill(self) -> None:
        """End every process in there: with its first process a PID namespace ends."""
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children(recursive=not self.environment.closed):
                child.kill()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def pipe_with(content: bytes) -> int:
    """Return a file descriptor that some bytes, fewer than fit into a pipe, can be read from."""
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return reader


def usage_of(pid: int, files: int) -> tuple[float, int, int, bool]:
    """Return what is used below a process.

    Parameters
    ----------
    pid : int
    files : int
        How many there may be.

    Returns
    -------
    seconds : float
        Of processor time.
    memory : int
        Bytes.
    processes : int
    full : bool
        Whether there is no room for files any more, or there are too many of them.
    """
    seconds, memory, processes, full = 0.0, 0, 0, False
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error, OSError):
                times = child.cpu_times()
                seconds += times.user + times.system + times.children_user + times.children_system
                memory += child.memory_full_info().pss  # what forks share counts once
                processes += 1
                for folder in ("tmp", "dev/shm"):
                    full = full or is_full(child.pid, folder, files)
    return seconds, memory, processes, full


def is_full(pid: int, folder: str, files: int) -> bool:
    """Return whether a process's folder has no room left, or more than so many files in its file system.

    Those of the machine's own folder are not counted: it is what is seen while bubblewrap makes the
    sandbox's, and where there is no sandbox.
    """
    inside, outside = Path(f"/proc/{pid}/root/{folder}"), Path("/", folder)
    room = os.statvfs(inside)
    many = room.f_files - room.f_ffree > files
    return room.f_bavail == 0 or (many and not (outside.exists() and outside.samefile(inside)))
