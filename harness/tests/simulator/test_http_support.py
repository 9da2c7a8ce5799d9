"""A client waits for a whole answer only so long, however steadily its bytes come."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from threading import Event, Thread
from time import monotonic

import pytest
import requests

from harness.tests.support.patience import PATIENCE
from simulator.http_support import AnswerTooLargeError, client_session, read_answer_body

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
WAIT = 0.2


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], str]]:
    """Serve one answer: its beginning at once, then the same bytes again and again. Gives the function for its URL."""
    ended = Event()
    listening = socket.create_server(("127.0.0.1", 0))
    threads = list[Thread]()

    def serve(begin: bytes, drop: bytes) -> None:
        accepted, _ = listening.accept()
        with closing(accepted):
            accepted.recv(65536)
            try:
                accepted.sendall(begin)
                while not ended.wait(WAIT / 4):
                    accepted.sendall(drop)
            except OSError:
                return  # the client has closed the connection, which is what the test waits for

    def start(begin: bytes, drop: bytes) -> str:
        threads.append(Thread(target=serve, args=(begin, drop)))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    with closing(listening):
        yield start
        ended.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", id="one header"),
        pytest.param(HEAD, b"a", id="body"),
        pytest.param(CHUNKED, b"1\r\na\r\n", id="chunks"),
    ],
)
def test_answer_that_drips_ends_with_a_timeout(
    dripping: Callable[[bytes, bytes], str], begin: bytes, drop: bytes
) -> None:
    url = dripping(begin, drop)
    began = monotonic()
    with client_session() as session, pytest.raises(requests.RequestException):
        read_answer_body(session.get(url, timeout=WAIT, stream=True), 1_000_000)
    assert monotonic() - began > WAIT


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], str]]:
    """Serve one answer, as many bytes as the client takes. Gives the function for its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads = list[Thread]()

    def answer(content: bytes) -> None:
        accepted, _ = listening.accept()
        with closing(accepted), suppress(OSError):
            accepted.recv(65536)
            accepted.sendall(content)

    def start(content: bytes) -> str:
        threads.append(Thread(target=answer, args=(content,)))
        threads[-1].start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    with closing(listening):
        yield start
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("location", [b"/\xff\xfe", b"http://[::1", b"http://a:99999999/", b"?" * 60_000, b""])
def test_redirection_that_is_not_followed_may_lead_anywhere(serve: Callable[[bytes], str], location: bytes) -> None:
    url = serve(b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % location)
    with client_session() as session:
        assert session.get(url, timeout=PATIENCE, allow_redirects=False, stream=True).status_code == 302


def test_redirection_that_is_not_followed_is_read_within_the_limit(serve: Callable[[bytes], str]) -> None:
    url = serve(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n" + b"x" * 30_000_000)
    with client_session() as session:
        answer = session.get(url, timeout=PATIENCE, allow_redirects=False, stream=True)
        with pytest.raises(AnswerTooLargeError):
            read_answer_body(answer, 1_000_000)
        assert answer.raw.tell() < 30_000_000


@pytest.mark.parametrize("host", ["a" * 70, "a..b"])
def test_host_that_no_name_can_have_is_not_reached(host: str) -> None:
    with client_session() as session, pytest.raises(requests.RequestException):
        session.get(f"http://{host}.invalid/", timeout=PATIENCE)
