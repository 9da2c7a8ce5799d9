"""The web service of an ECC system, as an ASGI application."""

from functools import partial

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.types import Receive, Scope, Send

from simulator.ecc.soap import SoapFunction, SoapResponse
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import wsdl
from simulator.http_support import (
    BodyError,
    basic_credential,
    client_origin,
    header,
    read_body,
    respond,
    respond_body_problem,
    respond_problem,
    same_credential,
)
from simulator.xml_support import MAX_BYTES

_THREADS = 8
"""Threads for calls of a system. Shared threads could wait for it while it waits for them."""

_ALLOW = {"Allow": "GET, HEAD, POST"}
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
            await respond_problem(send, 503, "the system is down", unread=receive)
        elif not self._is_authenticated(header(scope, b"authorization")):
            why = "name and password are missing or wrong"
            await respond_problem(send, 401, why, headers=self._realm, unread=receive)
        elif scope["method"] in ("GET", "HEAD") and _asks_for_wsdl(scope):
            await respond(send, 200, wsdl(_address(scope)).encode(), _XML)
        elif scope["method"] != "POST":
            await respond_problem(send, 405, "a message comes by POST", headers=_ALLOW, unread=receive)
        elif header(scope, b"content-type").partition(b";")[0].strip().lower() != b"text/xml":
            await respond_problem(send, 415, "the Content-Type of a SOAP 1.1 message is text/xml", unread=receive)
        else:
            await self._call_function(scope, receive, send)

    async def _call_function(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            message = await read_body(scope, receive, MAX_BYTES)
        except BodyError as why:
            await respond_body_problem(receive, send, why)
            return
        answer = partial(
            self._function.answer,
            content_type=header(scope, b"content-type"),
            soap_action=header(scope, b"soapaction"),
        )
        response: SoapResponse = await anyio.to_thread.run_sync(answer, message, limiter=self._limiter)
        await respond(send, response.status, response.body, _XML)

    def _is_authenticated(self, authorization: bytes) -> bool:
        shown = basic_credential(authorization)
        return shown is not None and same_credential(shown.decode("utf-8", "surrogateescape"), self._credential)


def _asks_for_wsdl(scope: Scope) -> bool:
    """Return True if the query has `wsdl` or `wsdl=1.1`, in any case, beside parameters such as `sap-client`."""
    return any(name.lower() == b"wsdl" and value in (b"", b"1.1") for name, value in _parameters(scope))


def _parameters(scope: Scope) -> list[tuple[bytes, bytes]]:
    pairs = (part.partition(b"=") for part in scope["query_string"].split(b"&") if part)
    return [(name, value) for name, _, value in pairs]


def _address(scope: Scope) -> str:
    """Return the URL that the client used: the server may have several host names, and a proxy with TLS before it.

    What else the query says, as `sap-client`, belongs to it.
    """
    scheme, host = client_origin(scope)
    others = [name + b"=" * bool(value) + value for name, value in _parameters(scope) if name.lower() != b"wsdl"]
    query = (b"?" + b"&".join(others) if others else b"").decode("latin-1")
    return f"{scheme}://{host}{scope['raw_path'].decode('latin-1')}{query}"
