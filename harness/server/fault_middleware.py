"""What a fault of ICI is on the wire: a connection that is cut, an answer that breaks off, or one that never comes."""

import asyncio

import requests
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.server.uvicorn_server import TRANSPORT


class FaultMiddleware:
    """An application in which a site raises the exception that CPI is to meet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except requests.Timeout:
            await _gone(receive)
        except requests.exceptions.ChunkedEncodingError:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b'{"Data": {"Name": "', "more_body": True})
            await _cut(scope, receive)
        except requests.RequestException:
            await _cut(scope, receive)


async def _cut(scope: Scope, receive: Receive) -> None:
    transport: asyncio.Transport = scope[TRANSPORT]
    transport.close()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Wait until the connection is no more."""
    while (await receive())["type"] != "http.disconnect":
        pass
