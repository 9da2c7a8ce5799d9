"""Shared by the HTTP clients and adapters: sessions, credentials, bodies within limits, errors that show no values."""

import asyncio
import base64
import binascii
import contextlib
import gzip
import hmac
import io
import json
import logging
import re
import socket
import zlib
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPResponse
from time import monotonic
from types import MappingProxyType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

PROBLEM = "application/problem+json"
"""The Content-Type of every error that is not a part of another protocol, such as SOAP or OAuth2 (D-86)."""

BODY_SECONDS = 30.0
"""Seconds that a whole body may take to arrive."""

WHOLE_ANSWER = 4
"""A whole answer may take this many times what a client waits between two of its bytes."""

LONGEST_RETRY_AFTER = 24 * 3600.0
"""Seconds. A longer Retry-After is a mistake, and an event must not wait for years."""

_LINGER_SECONDS = 5.0
_LINGER_BYTES = 64 * 1024 * 1024

_FORWARDED = re.compile(rb"""(?:^|;)\s*(\w+)\s*=\s*"?([^\s";,]+)""")

_LOG = logging.getLogger(__name__)


class BodyError(Exception):
    """A body that could not be read to its end. The text says why, without any value."""

    def __init__(
        self, status: int, why: str, headers: Mapping[str, str] = MappingProxyType({}), *, is_read: bool = False
    ) -> None:
        """`status` is the HTTP status to answer, with `headers`: 413 too large, 408 too slow, 400 the client closed.

        `is_read` says that nothing is left of the request.
        """
        super().__init__(why)
        self.status = status
        self.headers = headers
        self.is_read = is_read


class AnswerTooLargeError(Exception):
    """An answer of another system that is not read to its end."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"the answer has more than {max_bytes} bytes")


def read_answer_body(answer: requests.Response, max_bytes: int) -> bytes:
    """Read the body of an answer that was asked for with `stream=True`, however much it claims or unpacks to.

    Raises AnswerTooLargeError, and requests.RequestException for a body that breaks off.
    """
    body = bytearray()
    with answer:
        for part in answer.iter_content(64 * 1024):
            body += part
            if len(body) > max_bytes:
                raise AnswerTooLargeError(max_bytes)
    return bytes(body)


class _TimedReader(io.RawIOBase):
    """Read a socket until the time of the whole answer is over."""

    def __init__(self, connection: socket.socket, raw: io.RawIOBase) -> None:
        super().__init__()
        self._connection = connection
        self._raw = raw
        self._wait = connection.gettimeout()
        self._until = monotonic() + WHOLE_ANSWER * (self._wait or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._wait is not None:
            left = self._until - monotonic()
            if left <= 0:
                raise TimeoutError("the answer drips")
            self._connection.settimeout(min(self._wait, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(sock, self.fp.detach()))


class _TimedHttp(HTTPConnection):
    response_class = _TimedResponse


class _TimedHttps(HTTPSConnection):
    response_class = _TimedResponse


class _TimedHttpPool(HTTPConnectionPool):
    ConnectionCls = _TimedHttp


class _TimedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedHttps


class _TimedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _TimedHttpPool, "https": _TimedHttpsPool}

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send, and raise nothing but requests.RequestException."""
        try:
            return super().send(*args, **kwargs)
        except HTTPError as failure:  # requests lets some pass, such as a host name that is none
            raise requests.ConnectionError(type(failure).__name__) from None


class _HttpSession(requests.Session):
    def resolve_redirects(
        self, *args: Any, yield_requests: bool = False, **kwargs: Any
    ) -> Generator[requests.Response, None, None]:
        """Follow redirections; where that was not asked for, do not even look where they lead.

        A Location that is no URL raises what is no RequestException, and the body would be read without any limit.
        """
        if not yield_requests:
            yield from super().resolve_redirects(*args, **kwargs)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read the seconds that Retry-After asks for, as a number or as a date, at most a day; None for neither."""
    stated = headers.get("Retry-After", "").strip(" \t")
    if stated.isdecimal() and stated.isascii():
        return min(float(stated), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(stated)
    except (ValueError, OverflowError, TypeError, IndexError):  # whatever is no date, or one beyond all clocks
        return None
    # A date without a zone is in UTC, as all dates of HTTP are.
    return min((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds(), LONGEST_RETRY_AFTER)


def bearer_token(authorization: str) -> str:
    """Return the token of an Authorization header; blank for another scheme, whose case is ignored (RFC 9110, 11.1)."""
    scheme, _, token = authorization.partition(" ")
    return token.strip(" ") if scheme.lower() == "bearer" else ""


def client_session() -> requests.Session:
    """Open a session that ignores the proxies, the .netrc and the certificates of this machine.

    They do not belong to the landscape: a login from .netrc would replace the bearer token. Not even a debug log shows
    a URL: it names an agreement, which may be confidential (SEC-2). The warning of a broken header shows one as well.

    An answer that drips ends as one that stays away does, with a timeout, after `WHOLE_ANSWER`.
    """
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session = _HttpSession()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _TimedAdapter())
    return session


def send_request(  # noqa: PLR0913 - what a request consists of
    session: requests.Session,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    timeout: tuple[float, float],
) -> requests.Response:
    """Send a request in a session of `client_session`, and leave its answer to be read.

    `Session.request` would first look for settings of the session and the machine, of which there are none.
    """
    # A text for `params` spares requests a slow look at its other types.
    prepared = requests.Request(method, url, {**session.headers, **headers}, data=body, params="").prepare()
    return session.send(prepared, timeout=timeout, allow_redirects=False, stream=True)


def same_credential(shown: str, expected: str) -> bool:
    """Compare in a time that does not depend on how much of the credential is right."""
    return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), expected.encode())


def basic_credential(authorization: bytes) -> bytes | None:
    """Decode `user:password` from a header of basic authentication; return None for any other header."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None


async def read_body(scope: Scope, receive: Receive, max_bytes: int) -> bytes:
    """Read the whole body of a request, and unpack one that is packed by gzip.

    Raises BodyError for more than `max_bytes`, packed or not, as soon as that is known, and after `BODY_SECONDS`.
    """
    coding = header(scope, b"content-encoding").strip().lower()
    if coding not in (b"", b"identity", b"gzip", b"x-gzip"):
        raise BodyError(415, "of the content codings, gzip and identity are read", {"Accept-Encoding": "gzip"})
    too_large = BodyError(413, f"the body has more than {max_bytes} bytes")
    stated = header(scope, b"content-length")
    if stated.isdigit() and int(stated) > max_bytes:
        raise too_large
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise BodyError(400, "the body did not arrive as a whole")
                read += message.get("body", b"")
                if len(read) > max_bytes:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise BodyError(408, "the body did not arrive in time") from None
    if coding in (b"", b"identity"):
        return bytes(read)
    try:
        with gzip.open(io.BytesIO(read)) as packed:
            unpacked = packed.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error):
        why = "the body is not packed by gzip, as its Content-Encoding says"
        raise BodyError(400, why, is_read=True) from None
    if len(unpacked) > max_bytes:
        raise BodyError(413, str(too_large), is_read=True)
    return unpacked


def header(scope: Scope, name: bytes) -> bytes:
    """Return the first header of this name, given in lower case; blank if there is none."""
    return next((value for found, value in scope["headers"] if found == name), b"")


def client_origin(scope: Scope) -> tuple[str, str]:
    """Return the scheme and the host that the client used, as a proxy tells them (RFC 7239, X-Forwarded), or as seen.

    Only for what is told back to the same client: anybody may send these headers.
    """
    forwarded = {
        name.lower(): value for name, value in _FORWARDED.findall(header(scope, b"forwarded").partition(b",")[0])
    }
    proto = forwarded.get(b"proto") or header(scope, b"x-forwarded-proto").partition(b",")[0]
    host = forwarded.get(b"host") or header(scope, b"x-forwarded-host").partition(b",")[0] or header(scope, b"host")
    name = host.strip().decode("latin-1") or "localhost"
    scheme = proto.strip().decode("latin-1").lower()
    if scheme not in ("http", "https"):
        scheme = "https" if name.endswith(":443") else scope["scheme"]
    return scheme, name.removesuffix({"http": ":80", "https": ":443"}[scheme])


def text_headers(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their names in lower case."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def problem(status: int, detail: str, rule: str = "D-86") -> dict[str, object]:
    """Make the body of an error (RFC 9457). `rule` is the id of what it breaks, and `detail` shows no value (SEC-2)."""
    return {"title": HTTPStatus(status).phrase, "status": status, "id": rule, "detail": detail}


async def respond_problem(  # noqa: PLR0913 - what an error tells, and to whom
    send: Send,
    status: int,
    detail: str,
    rule: str = "D-86",
    headers: Mapping[str, str] = MappingProxyType({}),
    *,
    unread: Receive | None = None,
) -> None:
    """Send an error. `unread` receives the rest of a request whose body has not been read."""
    content, named = json.dumps(problem(status, detail, rule)).encode(), {"Content-Type": PROBLEM, **headers}
    if unread is None:
        await respond(send, status, content, named)
    else:
        await respond_early(unread, send, status, content, named)


async def respond_body_problem(receive: Receive, send: Send, why: BodyError) -> None:
    """Send the error of a body that could not be read."""
    unread = None if why.is_read else receive
    await respond_problem(send, why.status, str(why), headers=why.headers, unread=unread)


async def respond(send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Send a whole response."""
    named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await respond_raw(send, status, content, named)


async def respond_raw(send: Send, status: int, content: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Send a whole response whose headers are encoded already."""
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [*headers, (b"content-length", str(len(content)).encode())],
    }
    await send(start)
    await send({"type": "http.response.body", "body": content})


async def respond_early(receive: Receive, send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Respond to a request whose body has not been read, and close the connection.

    The rest of the body is still read and dropped, within limits: a client that is busy sending would find the
    connection reset, and never see the response.
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
    """Answer the failures of an application with 500, and log only their type and place.

    The text of an exception and the variables of its traceback may hold values of an agreement (SEC-2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting_start)
        except Exception as error:  # noqa: BLE001 - the text of no exception may reach a log
            _LOG.error("%s at %s", type(error).__name__, _place(error))
            if not started:
                await respond_problem(send, 500, "the server failed; its log names the place")


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
