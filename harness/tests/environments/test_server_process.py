"""The connection to the administration of a served part."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Semaphore, Thread
from typing import Any

import pytest

from harness.environments.server_process import ServedAdministration
from harness.tests.support.patience import PATIENCE
from simulator.icertis.tenant import NotAllowedError


class _Answers(BaseHTTPRequestHandler):
    """Answers by the path, and ends the connection after each answer without saying so."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if self.path.endswith("/cut"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        else:
            status = int(self.path.rpartition("/")[2])
            body = json.dumps({"detail": f"the answer {status}"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None: ...


class _Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.ended = Semaphore(0)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.ended.release()


class _Asked(ServedAdministration):
    """Waits after each request until the server has ended the connection."""

    def __init__(self, server: _Server) -> None:
        super().__init__(f"http://127.0.0.1:{server.server_port}", credentials={"administration": {"token": "made up"}})
        self._server = server

    def admin(self, method: str, path: str, body: object = None) -> Any:
        try:
            return super().admin(method, path, body)
        finally:
            assert self._server.ended.acquire(timeout=PATIENCE)


@contextmanager
def _serving() -> Iterator[ServedAdministration]:
    with _Server() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with closing(_Asked(server)) as asked:
                yield asked
        finally:
            server.shutdown()
            thread.join(PATIENCE)


def test_connection_that_the_server_has_ended_is_opened_again() -> None:
    with _serving() as administration:
        assert [administration.admin("POST", "/200") for _ in range(3)] == [{"detail": "the answer 200"}] * 3


def test_what_is_not_allowed_and_what_fails_is_told_apart() -> None:
    with _serving() as administration:
        with pytest.raises(NotAllowedError, match="the answer 409"):
            administration.admin("POST", "/409")
        with pytest.raises(AssertionError, match="POST /__admin/503: 503"):
            administration.admin("POST", "/503")


def test_half_an_answer_fails_and_leaves_nothing_for_the_next_request() -> None:
    with _serving() as administration:
        with pytest.raises(Exception, match="IncompleteRead"):
            administration.admin("POST", "/cut")
        assert administration.admin("POST", "/200") == {"detail": "the answer 200"}
