"""The web application: one page, ``POST /api/predict`` and ``GET /api/model``, with every refusal in words.

Predictions run one after the other in a single thread beside the event loop, so the page and its files
are answered while one runs; a prediction that nobody waits for any more is not begun.

Against other web pages in the same browser: a page elsewhere may send requests here, by a name of its own
that it lets point to this machine (DNS rebinding) or across origins. The first is refused by the Host
header; the second by the content type, which a page may not set across origins without being allowed to.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Executor
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tornado import web

from lstm_course.errors import InputError
from lstm_course.sentiment.serving.model_card import model_card
from lstm_course.sentiment.serving.reading import Reader

PAGE = Path(__file__).parent / "page"
MOST_BYTES = 32 * 1024  # of a request; a thousand words are about 6 KiB
PLACES = "/, /api/predict or /api/model"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Refused(web.HTTPError):
    """A request that is answered by a status and a sentence: expected …, got …."""

    def __init__(self, status: HTTPStatus, expected: str, received: str, hint: str = "") -> None:
        super().__init__(status)
        self.sentence = str(InputError(expected, received, hint))


class Handler(web.RequestHandler):
    """What all answers share: the headers, the look at the Host header, errors as JSON."""

    def set_default_headers(self) -> None:
        """Forbid all that the page does not need."""
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse who calls this machine by a name that is not its own."""
        hosts = self.application.settings["hosts"]
        if hosts and self.request.host_name not in hosts:
            raise Refused(
                HTTPStatus.MISDIRECTED_REQUEST,
                f"a host among {', '.join(sorted(hosts))}",
                repr(self.request.host_name),
                "Open the page by the address that lstm-course serve printed.",
            )

    def write_error(self, status_code: int, **options: Any) -> None:
        """Answer an error as JSON."""
        error = options.get("exc_info", (None, None, None))[1]
        if isinstance(error, Refused):
            sentence = error.sentence
        elif status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(m for m in ("GET", "POST") if getattr(type(self), m.lower()) is not _REFUSES)
            self.set_header("Allow", allowed)
            sentence = str(InputError(f"{allowed} for {self.request.path}", f"{self.request.method}"))
        elif status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            sentence = str(InputError(f"a request for {PLACES}", HTTPStatus(status_code).phrase))
        else:
            sentence = "The server failed; its terminal says why."
        self.finish({"error": sentence})


_REFUSES = web.RequestHandler.get  # what a method is that a handler does not have


class PageFile(Handler, web.StaticFileHandler):
    """The page, its style, its script and its icon."""


class Nothing(Handler):
    """Whatever else is asked for."""

    def prepare(self) -> None:
        """Say what there is."""
        super().prepare()
        raise Refused(HTTPStatus.NOT_FOUND, f"a request for {PLACES}", repr(self.request.path))


class Model(Handler):
    """``GET /api/model``: what is served and how good it is."""

    def get(self) -> None:
        """Answer with the model card."""
        self.finish(self.application.settings["card"])


@web.stream_request_body
class Predict(Handler):
    """``POST /api/predict``: ``{"text": …}`` in, label and probabilities out."""

    def initialize(self) -> None:
        """Begin with nothing read."""
        self.body = bytearray()
        self.task: asyncio.Future[Any] | None = None

    def prepare(self) -> None:
        """Refuse what need not be read first."""
        super().prepare()
        if self.request.method != "POST":
            return
        length = self.request.headers.get("Content-Length", "0")
        if length.isdecimal() and len(length) > 9:
            raise _too_large("more")  # maybe more digits than Python reads
        if length.isdecimal() and int(length) > MOST_BYTES:
            raise _too_large(f"{int(length):,}")
        kind = self.request.headers.get("Content-Type", "none")
        if kind.partition(";")[0].strip().lower() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: application/json", repr(kind))

    def data_received(self, chunk: bytes) -> None:
        """Take a piece of the body; of one that announced no length, as much as shows it is too large."""
        self.body += chunk[: MOST_BYTES + 1 - len(self.body)]

    async def post(self) -> None:
        """Read the review in the worker's thread."""
        if len(self.body) > MOST_BYTES:
            raise _too_large("more")
        text = requested_text(bytes(self.body))
        settings = self.application.settings
        self.task = asyncio.get_running_loop().run_in_executor(
            settings["worker"], settings["reader"].read, text
        )
        try:
            reading = await self.task
        except asyncio.CancelledError:
            return  # the page has gone on; nobody reads an answer
        except InputError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, error.expected, error.received, error.hint) from error
        self.finish(reading.to_dict())

    def on_connection_close(self) -> None:
        """Leave out a prediction that still waits for its turn."""
        if self.task is not None:
            self.task.cancel()


def requested_text(body: bytes) -> str:
    """Return the text of a request's body.

    Raises
    ------
    Refused
        Anything else than a JSON object with a text.
    """
    wanted = 'a JSON object {"text": "…"}'
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, wanted, f"no JSON ({error})" if body else "nothing") from error
    if not isinstance(content, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, wanted, _beginning(content))
    if set(content) != {"text"}:
        names = ", ".join(map(repr, content)) or "none"
        raise Refused(HTTPStatus.BAD_REQUEST, "the one member 'text'", _beginning(names))
    if not isinstance(content["text"], str):
        raise Refused(HTTPStatus.BAD_REQUEST, "a string as text", _beginning(content["text"]))
    return content["text"]


def _beginning(value: Any) -> str:
    """Return how a value looks, as far as a sentence has room for it."""
    try:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        shown = "something nested too deep"
    return shown if len(shown) <= 40 else shown[:40] + "…"


def _too_large(received: str) -> Refused:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Refused(status, f"at most {MOST_BYTES:,} bytes", received, "Give a shorter text.")


def make_app(reader: Reader, worker: Executor, hosts: frozenset[str] = frozenset()) -> web.Application:
    """Return the application.

    Parameters
    ----------
    reader : Reader
        Reads the reviews.
    worker : Executor
        Its one thread runs the predictions.
    hosts : frozenset of str
        The names by which the machine may be called; empty where any will do.
    """
    return web.Application(
        [
            (r"/api/predict", Predict),
            (r"/api/model", Model),
            (r"/(|page\.css|page\.js|icon\.svg)", PageFile, {"path": PAGE, "default_filename": "index.html"}),
        ],
        default_handler_class=Nothing,
        log_function=lambda handler: None,  # failures have a log of their own; the rest is nobody's business
        reader=reader,
        worker=worker,
        hosts=hosts,
        card=model_card(reader),
    )
