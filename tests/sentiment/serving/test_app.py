"""The endpoint, in this process, over a real connection."""

import asyncio
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tornado.httpserver import HTTPServer

from lstm_course.sentiment.serving.app import HEADERS, MOST_BYTES, Refused, make_app, requested_text
from lstm_course.sentiment.serving.reading import Reader
from lstm_course.sentiment.serving.server import LIMITS, is_loopback, listen, names_of

from .conftest import MAX_TOKENS, expected

JSON = {"Content-Type": "application/json"}


class Worker(ThreadPoolExecutor):
    """One thread that keeps what it was given to do."""

    def __init__(self):
        super().__init__(1)
        self.given = []

    def submit(self, *work):
        self.given.append(super().submit(*work))
        return self.given[-1]


class Site:
    """A server in a thread of its own."""

    def __init__(self, predictor):
        self.reader = Reader(predictor)
        self.ready, self.closing = threading.Event(), asyncio.Event()
        self.thread = threading.Thread(target=asyncio.run, args=[self.serve()])

    async def serve(self):
        self.loop = asyncio.get_running_loop()
        with Worker() as self.worker:
            taken = listen("127.0.0.1", 0)
            server = HTTPServer(make_app(self.reader, self.worker, names_of("127.0.0.1", taken)), **LIMITS)
            self.port = taken.getsockname()[1]
            server.add_socket(taken)
            self.ready.set()
            await self.closing.wait()
            server.stop()
            await server.close_all_connections()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method, path, body=None, headers=None, **options):
        """Return status, headers and content; JSON is read."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {}, **options)
            answer = connection.getresponse()
            content = answer.read()
            if answer.getheader("Content-Type", "").startswith("application/json"):
                content = json.loads(content)
            return answer.status, answer, content
        finally:
            connection.close()

    def predict(self, text):
        return self.ask("POST", "/api/predict", json.dumps({"text": text}), JSON)


@pytest.fixture
def site(predictor):
    site = Site(predictor)
    site.thread.start()
    assert site.ready.wait(30)
    yield site
    site.loop.call_soon_threadsafe(site.closing.set)
    site.thread.join(30)
    assert not site.thread.is_alive()


def test_a_review_is_answered_word_by_word(site):
    status, _, answer = site.predict("A good film, but BAD!")
    assert (status, answer["label"], answer["left_out"]) == (200, "positive", 0)
    assert [word["word"] for word in answer["words"]] == ["a", "good", "film", "but", "bad", "!"]
    after = [word["probability"] for word in answer["words"]]
    np.testing.assert_allclose(after, expected("a good film but bad !"), atol=1e-12)
    assert answer["probability"] == after[-1]
    assert [word["known"] for word in answer["words"]] == [False, True, True, True, True, False]


def test_a_long_review_says_what_was_left_out(site):
    _, _, answer = site.predict("good " * MAX_TOKENS + "bad")
    assert answer["left_out"] == 1
    assert [i for i, word in enumerate(answer["words"]) if word["probability"] is None] == [MAX_TOKENS // 2]


def test_any_text_is_a_text(site):
    for text in ("", "<script>alert(1)</script>", "schön 电影 🎬 \0 \ud800", "x" * 20_000):
        status, _, answer = site.predict(text)
        assert (status, 0 < answer["probability"] < 1) == (200, True), text


def test_the_model_introduces_itself(site):
    status, _, card = site.ask("GET", "/api/model")
    assert status == 200
    assert (card["model"], card["accuracy"], card["reads"]) == ("adding", 0.875, MAX_TOKENS)


BODIES = [
    (b"", 'a JSON object {"text": "…"}, got nothing'),
    (b"{", "got no JSON"),
    (b"\xff\xfe\xff", "got no JSON"),
    (b"[" * 30_000, "got no JSON"),
    (b'["good"]', 'a JSON object {"text": "…"}, got ["good"]'),
    (b"{}", "the one member 'text', got none"),
    (b'{"text": "a", "colour": 1}', "the one member 'text', got 'text', 'colour'"),
    (b'{"text": 3}', "a string as text, got 3"),
    (b'{"text": null}', "a string as text, got null"),
    (json.dumps({"text": "film " * 1001}).encode(), "a text of at most 1,000 words, got one of 1,001"),
]


@pytest.mark.parametrize(("body", "said"), BODIES)
def test_bad_bodies_are_answered_in_words(site, body, said):
    status, _, answer = site.ask("POST", "/api/predict", body, JSON)
    assert status == 400
    assert said in answer["error"]
    assert len(answer["error"]) < 300


def test_no_depth_of_nesting_is_a_failure():
    for depth in range(1, 1000):
        with pytest.raises(Refused) as refused:
            requested_text(b"[" * depth + b"]" * depth)
        assert refused.value.status_code == 400


def test_only_json_is_read_which_no_other_page_may_send(site):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        status, _, answer = site.ask("POST", "/api/predict", '{"text": "good"}', {"Content-Type": kind})
        assert (status, answer["error"]) == (415, f"expected Content-Type: application/json, got {kind!r}.")
    status, _, _ = site.ask(
        "POST", "/api/predict", '{"text": "a"}', {"Content-Type": "Application/JSON; charset=x"}
    )
    assert status == 200


def test_large_bodies_are_refused_announced_or_not(site):
    largest = json.dumps({"text": ""}).encode().ljust(MOST_BYTES)
    assert site.ask("POST", "/api/predict", largest, JSON)[0] == 200
    status, _, answer = site.ask("POST", "/api/predict", largest + b" ", JSON)
    assert (status, "at most 32,768 bytes, got 32,769" in answer["error"]) == (413, True)
    pieces = (b" " * 1000 for _ in range(40))
    status, _, answer = site.ask("POST", "/api/predict", pieces, JSON, encode_chunked=True)
    assert (status, "at most 32,768 bytes" in answer["error"]) == (413, True)


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/", 2**21, 400),
        ("/api/model", 2**21, 400),
        ("/api/predict", 2**21, 413),
        ("/api/predict", "9" * 5000, 413),
    ],
    ids=["page", "model", "predict", "more digits than Python reads"],
)
def test_a_huge_body_is_refused_before_it_is_read(site, path, length, status):
    connection = site.connect()
    try:
        connection.putrequest("POST", path)
        for name, value in {**JSON, "Content-Length": str(length)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == status
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/api/model", "/api/predict", "/nothing", "/page.js"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.", "[::2]"]
)
def test_another_name_for_this_machine_is_refused(site, path, host):
    status, _, answer = site.ask("GET", path, headers={"Host": host.format(port=site.port)})
    assert status == 421
    assert "expected a host among 127.0.0.1, [::1], localhost, got" in answer["error"]


def test_its_own_names_are_taken(site):
    for host in ("localhost", f"LOCALHOST:{site.port}", "127.0.0.1:1", "[::1]:8800"):
        assert site.ask("GET", "/", headers={"Host": host})[0] == 200, host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "127.1", "localhost", "LOCALHOST"])
def test_what_leads_to_this_machine_alone_is_told_by_where_it_leads(host):
    with listen(host, 0) as taken:
        assert is_loopback(taken)
        assert {host.lower(), taken.getsockname()[0], "localhost", "[::1]"} - {"::1"} <= names_of(host, taken)


def test_elsewhere_any_name_is_taken():
    with listen("0.0.0.0", 0) as taken:
        assert (is_loopback(taken), names_of("0.0.0.0", taken)) == (False, frozenset())


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/api/predict", 405, "expected POST for /api/predict, got GET."),
        ("DELETE", "/api/model", 405, "expected GET for /api/model, got DELETE."),
        ("POST", "/", 405, "expected GET for /, got POST."),
        ("GET", "/app.py", 404, "expected a request for /, /api/predict or /api/model, got '/app.py'."),
        ("GET", "/../app.py", 404, "got '/../app.py'."),
        ("GET", "/page.js%00", 404, "expected a request for"),
    ],
)
def test_what_is_not_there(site, method, path, status, said):
    found, _, answer = site.ask(method, path)
    assert (found, said in answer["error"]) == (status, True), answer


@pytest.mark.parametrize("path", ["/", "/page.css", "/page.js", "/icon.svg", "/api/model", "/nothing"])
def test_every_answer_forbids_what_it_does_not_need(site, path):
    _, answer, _ = site.ask("GET", path)
    assert {name: answer.getheader(name) for name in HEADERS} == HEADERS
    assert "default-src 'none'" in answer.getheader("Content-Security-Policy")
    assert "unsafe" not in answer.getheader("Content-Security-Policy")
    assert answer.getheader("Server") is None


def test_the_page_answers_while_a_prediction_runs_and_nobodys_prediction_is_not_begun(site, monkeypatch):
    begun, go_on, read = threading.Event(), threading.Event(), []
    original = site.reader.read

    def slow(text):
        read.append(text)
        begun.set()
        assert go_on.wait(30)
        return original(text)

    monkeypatch.setattr(site.reader, "read", slow)
    connections = {name: site.connect() for name in ("first", "given up", "last")}
    try:
        for number, (name, connection) in enumerate(connections.items(), 1):
            connection.request("POST", "/api/predict", json.dumps({"text": name}), JSON)
            while len(site.worker.given) < number:  # so that they come in this order
                time.sleep(0.01)
        assert begun.wait(30)
        assert site.ask("GET", "/")[0] == 200  # while the worker is busy
        connections["given up"].close()
        deadline = time.monotonic() + 30
        while not site.worker.given[1].cancelled() and time.monotonic() < deadline:
            time.sleep(0.01)
        go_on.set()
        for name in ("first", "last"):
            assert connections[name].getresponse().status == 200
    finally:
        go_on.set()
        for connection in connections.values():
            connection.close()
    assert read == ["first", "last"]


def test_a_failure_is_told_without_its_inside(site, monkeypatch, caplog):
    monkeypatch.setattr(site.reader, "read", lambda text: 1 / 0)
    status, _, answer = site.predict("good")
    assert (status, answer["error"]) == (500, "The server failed; its terminal says why.")
    assert "ZeroDivisionError" in caplog.text
