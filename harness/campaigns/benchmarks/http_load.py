"""Load a server over several connections; each sends its next request as soon as it has its answer."""

import asyncio
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit


class Round(NamedTuple):
    """One round of requests."""

    per_second: float
    ms: list[float]
    """Milliseconds of each request."""


def ask(url: str, headers: dict[str, str], connections: int, requests: int) -> Round:
    """Send `requests` GETs in all. Raises AssertionError for a status other than 200."""
    to = urlsplit(url)
    lines = [f"GET {to.path} HTTP/1.1", f"Host: {to.netloc}", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    return asyncio.run(_ask(to.hostname or "", to.port or 80, request, connections, requests))


async def _ask(host: str, port: int, request: bytes, connections: int, requests: int) -> Round:
    loop = asyncio.get_running_loop()
    clients = [_Client(request, requests // connections, loop) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, host, port)  # type: ignore[misc]
    start = perf_counter()
    for client in clients:
        client.send()
    await asyncio.gather(*(client.done for client in clients))
    took = perf_counter() - start
    for client in clients:
        client.transport.close()
    ms = [one for client in clients for one in client.ms]
    return Round(len(ms) / took, ms)


class _Client(asyncio.Protocol):
    """One connection. It is lean, as its own time is measured as well."""

    transport: asyncio.Transport

    def __init__(self, request: bytes, times: int, loop: asyncio.AbstractEventLoop) -> None:
        self.done = loop.create_future()
        self.ms: list[float] = []
        self._request = request
        self._times = times
        self._sent = 0.0
        self._received = bytearray()
        self._length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self) -> None:
        self._sent = perf_counter()
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._length and b"\r\n\r\n" in self._received:
            head, _, _ = bytes(self._received).lower().partition(b"\r\n\r\n")
            assert head.startswith(b"http/1.1 200"), head
            length = int(head.partition(b"content-length:")[2].split()[0])
            self._length = len(head) + 4 + length  # as long as any answer to come
        if self._length and len(self._received) >= self._length:
            self.ms.append((perf_counter() - self._sent) * 1000)
            self._received.clear()
            if len(self.ms) < self._times:
                self.send()
            else:
                self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server has closed the connection"))
