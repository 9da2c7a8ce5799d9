"""Serve the webhook over HTTP, as an ASGI application."""

import json
import re

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.types import Receive, Scope, Send

from simulator.apim.webhook import MAX_BYTES, Reply, WebhookEndpoint, refusal
from simulator.http_support import PROBLEM, BodyError, header, read_body, respond, respond_early, text_headers

PATH = "/apim/icertis/events"

_JSON_TYPE = re.compile(rb"application/(?:[\w.-]+\+)?json", re.IGNORECASE)

_THREADS = 8
"""The webhook's threads: they wait for the store, and never for another thread of the server."""


class WebhookOverHttp:
    """Let a webhook answer; refuse senders before the body is read."""

    def __init__(self, webhook: WebhookEndpoint) -> None:
        self._webhook = webhook
        self._limiter = CapacityLimiter(_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply, whole = await self._reply(scope, receive)
        headers = {"Content-Type": PROBLEM if reply.status >= 400 else "application/json", **reply.headers}
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
            return refusal(405, "D-86", "an event comes by POST", {"Allow": "OPTIONS, POST"}), False
        if refused := self._webhook.reject(headers):
            return refused, False
        kind = header(scope, b"content-type").split(b";")[0].strip()
        if not _JSON_TYPE.fullmatch(kind):
            return refusal(415, "D-32", "the Content-Type of an event is application/json"), False
        try:
            content = await read_body(scope, receive, MAX_BYTES)
        except BodyError as why:
            return refusal(why.status, "D-32", str(why), why.headers), why.is_read
        return await anyio.to_thread.run_sync(self._webhook.accept, content, headers, limiter=self._limiter), True
