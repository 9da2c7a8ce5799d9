"""Record exchanges where HTTP requests arrive, including those that are rejected unread."""

import json
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.doubles.taps import APIM, CPI, ICI, EccMessage, ExchangeLog, NoAnswer, WebhookPost, has_api_key
from simulator.apim.cloud_events import binary_attributes
from simulator.apim.webhook import Reply
from simulator.ecc.http_app import EccOverHttp
from simulator.ecc.soap import SoapFunction
from simulator.ecc.system import EccSystem
from simulator.http_support import header, text_headers


class RecordedWebhook:
    """A webhook, with its events recorded."""

    def __init__(self, app: ASGIApp, log: ExchangeLog, receiver: str = APIM) -> None:
        self._app = app
        self._log = log
        self._receiver = receiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        buffered = _Buffered(receive, send)
        headers = text_headers(scope)
        unread = WebhookPost(b"", has_api_key(headers), binary_attributes(headers))
        with self._log.record(ICI, self._receiver, unread) as exchange:
            await self._app(scope, buffered.receive, buffered.send)
            exchange.request = unread._replace(body=bytes(buffered.body))
            exchange.answer = Reply(buffered.status, json.loads(buffered.answer))


class RecordedEcc:
    """The web service of a system, with its messages recorded, including those that it rejects."""

    def __init__(self, system: EccSystem, user: str, password: str, log: ExchangeLog) -> None:
        self._system = system
        self._log = log
        self._app = EccOverHttp(log.target(system.name, system), user, password)
        self._function = SoapFunction(system)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._system.is_up or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        buffered = _Buffered(receive, send)
        with self._log.record(CPI, self._system.name, EccMessage({}, None)) as exchange:
            await self._app(scope, buffered.receive, buffered.send)
            exchange.answer = NoAnswer(f"status {buffered.status}")
            with suppress(ValueError):  # the body breaks the schema, and the system is down and does not say so
                exchange.request = EccMessage(
                    *self._function.read(bytes(buffered.body), header(scope, b"content-type"))
                )


class _Buffered:
    """Copy a request and its answer while they pass."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.body, self.answer = bytearray(), bytearray()
        self.status = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self.body += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)
        self.answer += message.get("body", b"")
        await self._send(message)
