"""Turn a fault of ICI into one of HTTP: a cut connection, a broken-off answer, or no answer."""

import asyncio

import requests
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.server.uvicorn_server import CLIENT_ENDED, TRANSPORT


class FaultMiddleware:
    """An ASGI application whose site raises the exception that CPI is to get."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except requests.Timeout:
            await scope[CLIENT_ENDED].wait()
            await _cut_connection(scope, receive)
        except requests.exceptions.ChunkedEncodingError:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
            await send({"type": "http.response.body", "body": b'{"Data": {"Name": "', "more_body": True})
            await _cut_connection(scope, receive)
        except requests.RequestException:
            await _cut_connection(scope, receive)


async def _cut_connection(scope: Scope, receive: Receive) -> None:
    transport: asyncio.Transport = scope[TRANSPORT]
    transport.close()
    await _wait_for_disconnect(receive)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
