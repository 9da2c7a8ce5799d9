"""What the HTTP adapters share: reading a body within limits, answering with bytes, and errors that tell no values."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_SECONDS = 30.0
"""How long a whole body may take to arrive."""

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 1024 * 1024

_LOG = logging.getLogger(__name__)


class BodyError(Exception):
    """A body that is not read to its end."""

    def __init__(self, status: int) -> None:
        """`status` is the HTTP status that says why: 413 too large, 408 too slow, 499 the client has gone."""
        super().__init__(status)
        self.status = status


async def body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body of a request.

    Raises NotWhole for one of more than `most` bytes, as soon as that is known, and for one that takes longer than
    `BODY_SECONDS`.
    """
    stated = header(scope, b"content-length")
    if stated.isdigit() and int(stated) > most:
        raise BodyError(413)
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise BodyError(499)
                read += message.get("body", b"")
                if len(read) > most:
                    raise BodyError(413)
                more = message.get("more_body", False)
    except TimeoutError:
        raise BodyError(408) from None
    return bytes(read)


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of this name, which is in lower case; blank where there is none."""
    return next((value for found, value in scope["headers"] if found == name), b"")


def text_headers(scope: Scope) -> dict[str, str]:
    """The headers of a request by their names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def answer(send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Send a whole answer."""
    named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await answer_raw(send, status, content, named)


async def answer_raw(send: Send, status: int, content: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Send a whole answer, its headers ready to be sent."""
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [*headers, (b"content-length", str(len(content)).encode())],
    }
    await send(start)
    await send({"type": "http.response.body", "body": content})


async def answer_early(receive: Receive, send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Answer a request whose body has not been read, and close the connection.

    Some of the body is still taken and thrown away: a client that is busy sending it would meet a connection that is
    reset, and never see the answer.
    """
    named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    named += [(b"content-length", str(len(content)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": content, "more_body": True})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            left = _LINGER_BYTES
            message: Message = {"more_body": True}
            while left > 0 and message.get("more_body", False):
                message = await receive()
                left -= len(message.get("body", b""))
    await send({"type": "http.response.body", "body": b""})


class ErrorGuard:
    """An application whose failures are answered with 500 and logged by their kind and place alone.

    What an exception says, and the variables of its traceback, may be the values of an agreement (SEC-2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words must not reach a log
            _LOG.error("%s at %s", type(error).__name__, _place(error))
            if not started:
                failed = b'{"error": "the server failed; its log names the place"}'
                await answer(send, 500, failed, {"Content-Type": "application/json"})


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
