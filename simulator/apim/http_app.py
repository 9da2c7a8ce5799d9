"""Serve the webhook over HTTP, as an ASGI application."""

import json
import re

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.types import Receive, Scope, Send

from simulator.apim.webhook import MAX_BYTES, TOO_LARGE, Reply, WebhookEndpoint
from simulator.http_support import BodyError, header, read_body, respond, respond_early, text_headers

PATH = "/apim/icertis/events"

_JSON_TYPE = re.compile(rb"application/(?:[\w.-]+\+)?json", re.IGNORECASE)

_THREADS = 8
"""The webhook's threads: they wait for the store, and never for another thread of the server."""

_NOT_WHOLE = {
    413: TOO_LARGE,
    408: Reply(408, {"error": "the body did not arrive in time"}),
    499: Reply(400, {"error": "the body did not arrive"}),
}


class WebhookOverHttp:
    """Let a webhook answer; refuse senders before the body is read."""

    def __init__(self, webhook: WebhookEndpoint) -> None:
        self._webhook = webhook
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply, whole = await self._reply(scope, receive)
        headers = {"Content-Type": "application/json", **reply.headers}
        content = json.dumps(reply.body).encode()
        if whole:
            await respond(send, reply.status, content, headers)
        else:
            await respond_early(receive, send, reply.status, content, headers)

    async def _reply(self, scope: Scope, receive: Receive) -> tuple[Reply, bool]:
        """Return the reply, and True if the body has been read to its end."""
        headers = text_headers(scope)
        if scope["method"] == "OPTIONS":
            return self._webhook.consent(headers), False
        if scope["method"] != "POST":
            return Reply(405, {"error": "an event comes by POST"}, {"Allow": "OPTIONS, POST"}), False
        if refused := self._webhook.reject(headers):
            return refused, False
        kind = header(scope, b"content-type").split(b";")[0].strip()
        if not _JSON_TYPE.fullmatch(kind):
            return Reply(415, {"error": "the Content-Type of an event is application/json"}), False
        try:
            content = await read_body(scope, receive, MAX_BYTES)
        except BodyError as why:
            return _NOT_WHOLE[why.status], False
        return await anyio.to_thread.run_sync(self._webhook.accept, content, headers, limiter=self._limiter), True
