"""The server: a port that is free, an address that is this machine's own, an end in order."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tornado.httpserver import HTTPServer

from lstm_course.errors import InputError
from lstm_course.sentiment.serving.app import make_app
from lstm_course.sentiment.serving.reading import Reader

LIMITS = {"idle_connection_timeout": 120, "body_timeout": 20, "max_body_size": 2**20}
"""Of Tornado's server, in seconds and bytes; it would read 100 MiB before a handler may refuse."""

WARM_UP = "a few words " * 60  # the first prediction of a shape costs seconds; nobody should wait for it


def listen(host: str, port: int) -> socket.socket:
    """Take a port; connections wait until ``serve`` answers them.

    Raises
    ------
    InputError
        A port that another program has, or that needs rights; an address that is not this machine's.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.create_server(address[:2], family=family)
    except (OSError, UnicodeError) as error:  # the latter of a name that no name can be, as .local
        if isinstance(error, (socket.gaierror, UnicodeError)) or error.errno == errno.EADDRNOTAVAIL:
            raise InputError("an address of this machine for --host", repr(host)) from error
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            had = (
                "another program has" if error.errno == errno.EADDRINUSE else "only an administrator may take"
            )
            hint = "Pass another --port, or --port 0 for any that is free."
            raise InputError("a free port", f"{port}, which {had}", hint) from error
        raise
    taken.setblocking(False)  # as Tornado wants it
    return taken


def is_loopback(taken: socket.socket) -> bool:
    """Tell whether what ``listen`` has taken is reached from this machine alone, however it was called.

    Examples
    --------
    >>> with listen("localhost", 0) as taken:
    ...     is_loopback(taken)
    True
    """
    return ipaddress.ip_address(taken.getsockname()[0]).is_loopback


def names_of(host: str, taken: socket.socket) -> frozenset[str]:
    """Return the Host headers to accept: on loopback this machine's names, elsewhere any (the empty set).

    Parameters
    ----------
    host : str
        The address as a person gave it.
    taken : socket
        From ``listen``.
    """
    if not is_loopback(taken):
        return frozenset()
    given = {_bracketed(name.lower()) for name in (host, taken.getsockname()[0])}
    return frozenset({"localhost", "127.0.0.1", "[::1]"} | given)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def serve(reader: Reader, host: str, taken: socket.socket, announce: Callable[[str], None]) -> None:
    """Answer requests until Ctrl-C, which comes out as KeyboardInterrupt once everything is closed.

    Parameters
    ----------
    reader : Reader
        Reads the reviews.
    host : str
        The address that it listens on.
    taken : socket
        From ``listen``; closed at the end.
    announce : callable
        Told the page's address as soon as it answers.
    """
    asyncio.run(_serve(reader, host, taken, announce))


async def _serve(reader: Reader, host: str, taken: socket.socket, announce: Callable[[str], None]) -> None:
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="predict")
    await asyncio.get_running_loop().run_in_executor(worker, reader.read, WARM_UP)
    server = HTTPServer(make_app(reader, worker, names_of(host, taken)), **LIMITS)
    server.add_socket(taken)
    try:
        announce(f"http://{_bracketed(host)}:{taken.getsockname()[1]}/")
        await asyncio.Event().wait()
    finally:
        server.stop()
        worker.shutdown(cancel_futures=True)
        await server.close_all_connections()
