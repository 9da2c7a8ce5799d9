"""uvicorn on a socket that is bound before anything else happens; no log of accesses, for a URL is a trace (SEC-2)."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "zicm.transport"
"""In the scope of a request, the transport of its connection: a fault may cut it."""

_HEAD_SECONDS = 20
"""How long the head of a request may take to arrive, and the first one to begin."""

_GRACE_SECONDS = 5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortInUse(Exception):  # noqa: N818 - the command tells it
    """Nothing can be served there. Its text is for the user."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 is any that is free. Raises PortInUse."""
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
        why = os.strerror(number) if number > 0 else error.strerror  # below 0 it says that there is no such host
        raise PortInUse(f"{host} port {port} cannot be listened at: {why}") from None
    return listening


class Server(uvicorn.Server):
    """A server that tells when it listens and when it is about to end."""

    def __init__(self, app: ASGIApp, *, ready: Callable[[], object], ending: Callable[[], object]) -> None:
        """`ready` is called when it listens; `ending`, while it still answers, before it stops to."""
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
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._ending)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that ask for an end as that, and as no more: the command ends with its own exit code."""
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
    """HTTP/1.1 that shows the application its transport, and does not wait for a head that never ends."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            self._stop_waiting()
            scope[TRANSPORT] = transport
            await served(scope, receive, send)

        self.app = app
        self._wait_for_a_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self._waiting is None:
            self._wait_for_a_head()  # it has begun

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_a_head(self) -> None:
        self._waiting = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None


@contextmanager
def running(app: ASGIApp, listening: socket.socket, ending: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Inside, a thread of this process serves the application on a socket; for checks and benchmarks."""
    ready = threading.Event()
    server = Server(app, ready=ready.set, ending=ending)
    thread = threading.Thread(target=server.run, args=([listening],), name="server")
    thread.start()
    try:
        while not ready.wait(0.1):
            assert thread.is_alive(), "the server has not started"
        yield
    finally:
        server.should_exit = True
        thread.join()
