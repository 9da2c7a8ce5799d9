"""The web service of an ECC system, as an ASGI application."""

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.types import Receive, Scope, Send

from simulator.ecc.soap import SoapFunction, SoapResponse
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import wsdl
from simulator.http_support import (
    BodyError,
    basic_credential,
    header,
    read_body,
    respond,
    respond_early,
    same_credential,
)
from simulator.xml_support import MAX_BYTES

_THREADS = 8
"""Threads for calls of a system. Shared threads could wait for it while it waits for them."""

_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_ALLOW = {"Allow": "GET, POST"}
_XML = {"Content-Type": "text/xml; charset=utf-8"}


class EccOverHttp:
    """Serve the function module of a system, and its WSDL at `?wsdl`."""

    def __init__(self, system: EccSystem, user: str, password: str) -> None:
        self._system = system
        self._function = SoapFunction(system)
        self._credential = f"{user}:{password}"
        self._realm = {"WWW-Authenticate": f'Basic realm="SAP NetWeaver Application Server [{system.name}]"'}
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._system.is_up:
            await respond_early(receive, send, 503, b"the system is down", _TEXT)
        elif not self._is_authenticated(header(scope, b"authorization")):
            await respond_early(receive, send, 401, b"name and password are missing or wrong", self._realm | _TEXT)
        elif scope["method"] == "GET" and scope["query_string"].lower() in (b"wsdl", b"wsdl="):
            await respond(send, 200, wsdl(_address(scope)).encode(), _XML)
        elif scope["method"] != "POST":
            await respond_early(receive, send, 405, b"a message comes by POST", _TEXT | _ALLOW)
        elif not header(scope, b"content-type").lower().startswith(b"text/xml"):
            await respond_early(receive, send, 415, b"the Content-Type of a SOAP 1.1 message is text/xml", _TEXT)
        else:
            await self._call_function(scope, receive, send)

    async def _call_function(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            message = await read_body(scope, receive, MAX_BYTES)
        except BodyError as why:
            await respond_early(receive, send, why.status, b"", _TEXT)
            return
        response: SoapResponse = await anyio.to_thread.run_sync(self._function.answer, message, limiter=self._limiter)
        await respond(send, response.status, response.body, _XML)

    def _is_authenticated(self, authorization: bytes) -> bool:
        shown = basic_credential(authorization)
        return shown is not None and same_credential(shown.decode("utf-8", "surrogateescape"), self._credential)


def _address(scope: Scope) -> str:
    """Return the URL that the client used; the server may have several host names."""
    host = header(scope, b"host").decode("latin-1") or "localhost"
    return f"{scope['scheme']}://{host}{scope['raw_path'].decode('latin-1')}"
