"""uvicorn on a socket that listens before anything else happens. No access log: a URL is a trace (SEC-2)."""

import asyncio
import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

try:
    import resource
except ImportError:  # on Windows, where sockets are no files
    resource = None  # type: ignore[assignment]

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.http_support import PROBLEM, problem

TRANSPORT = "zicm.transport"
"""Key in the scope of a request: the transport of its connection, which a fault may cut."""

CLIENT_ENDED = "zicm.client-ended"
"""Key in the scope of a request: an event that is set once its client sends nothing more."""

_HEAD_SECONDS = 20
"""The longest time for the head of a request to arrive, and for the first request to begin."""

_HALF_CLOSED_SECONDS = 60
"""The time that a client which has ended its side may wait for the answer; longer than any takes."""

MAX_CONNECTIONS = 256
"""The most connections at a time; fewer where the process may open few files."""

_RESERVED_FILES = 64
"""Files that are needed beside them: databases, and connections that the server opens itself."""

_NOT_READ = {
    400: "the request is no valid HTTP",
    503: "the server has too many connections; try again later",
}
"""HTTP status to the reason for an answer to a connection whose request is not read."""

_GRACE_SECONDS = 5
_LOG = logging.getLogger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortInUse(Exception):  # noqa: N818 - wrong use, not an error of ours
    """The address cannot be listened at. The text is for the user."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Open a socket that listens at an address; port 0 is any free one. Raises PortInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Unless the protocol is named, asyncio leaves Nagle's algorithm on: an answer in two parts then takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror  # a negative one means an unknown host
        raise PortInUse(f"{host} port {port} cannot be listened at: {why}") from None
    return listening


class Server(uvicorn.Server):
    """A server that calls back when it listens and before it ends."""

    def __init__(self, app: ASGIApp, *, on_ready: Callable[[], object], on_shutdown: Callable[[], object]) -> None:
        """Call `on_ready` once it listens, and `on_shutdown` before it stops answering."""
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        super().__init__(config)
        self._on_ready = on_ready
        self._on_shutdown = on_shutdown

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._on_shutdown)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal without raising it again, so that the command keeps its own exit code."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Protocol(H11Protocol):
    """HTTP/1.1 that gives the application its transport, and closes on a head that never ends."""

    _head_timeout: asyncio.TimerHandle | None = None
    _end_timeout: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._client_ended = asyncio.Event()
        if len(self.connections) >= _connection_limit():
            self._refuse(transport)
            return
        super().connection_made(transport)
        self.access_log = False  # whatever handlers somebody gives to the loggers of uvicorn
        served = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self._cancel_head_timeout()
            scope[TRANSPORT], scope[CLIENT_ENDED] = transport, self._client_ended
            await served(scope, receive, send)

        self.app = app
        self._start_head_timeout()

    def _refuse(self, transport: asyncio.Transport) -> None:
        """Answer 503 and close; one line of the log tells all refusals of a minute."""
        self.transport = transport
        global _told  # noqa: PLW0603 - one log for all connections
        if self.loop.time() >= _told:
            _told = self.loop.time() + 60
            _LOG.warning("more than %d connections: others are answered 503", _connection_limit())
        transport.write(_unread_answer(503, b"Retry-After: 20\r\n"))
        transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the words of uvicorn
        """Answer what is no HTTP in the same form as every other error."""
        self.transport.write(_unread_answer(400))
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self._head_timeout is None:
            self._start_head_timeout()  # the next head has begun

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a whole request of a client that has ended its side. Return True to keep the connection open."""
        self._client_ended.set()
        if self._is_answering():
            self._end_timeout = self.loop.call_later(_HALF_CLOSED_SECONDS, self.transport.close)
        return self._is_answering()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._client_ended.is_set() and not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        """Return True if a request is there as a whole and its answer is not."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timeout()
        if self._end_timeout:
            self._end_timeout.cancel()
        self._client_ended.set()
        super().connection_lost(exc)

    def _start_head_timeout(self) -> None:
        self._head_timeout = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _cancel_head_timeout(self) -> None:
        if self._head_timeout:
            self._head_timeout.cancel()
            self._head_timeout = None


def _unread_answer(status: int, headers: bytes = b"") -> bytes:
    body = json.dumps(problem(status, _NOT_READ[status])).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {PROBLEM}\r\nConnection: close\r\n"
    return head.encode() + headers + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


_told = float("-inf")
"""The time until which nothing more is said of refused connections."""


def _connection_limit() -> int:
    if resource is None:
        return MAX_CONNECTIONS
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, max(8, files - _RESERVED_FILES))


@contextmanager
def run_in_thread(
    app: ASGIApp,
    listening: socket.socket,
    on_ready: Callable[[], object] = lambda: None,
    on_shutdown: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """Serve an application in a thread of this process while the context is open."""
    ready = threading.Event()

    def start() -> None:
        on_ready()
        ready.set()

    server = Server(app, on_ready=start, on_shutdown=on_shutdown)
    thread = threading.Thread(target=server.run, args=([listening],), name="server")
    thread.start()
    try:
        while not ready.wait(0.1):
            assert thread.is_alive(), "the server did not start"
        yield
    finally:
        server.should_exit = True
        thread.join()
