"""What comes in at the HTTP edges, seen there: so even what is turned away before anybody has read it."""

import json
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.doubles.taps import APIM, CPI, ICI, EccMessage, Event, Lost, Traffic, has_api_key
from simulator.apim.webhook import Reply
from simulator.ecc.http_app import EccOverHttp
from simulator.ecc.soap import SoapFunction
from simulator.ecc.system import EccSystem
from simulator.http_support import text_headers


class RecordedWebhook:
    """The webhook, whose events are exchanges."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard = _Buffered(receive, send)
        with self._traffic.going(ICI, APIM, Event(b"", has_api_key(text_headers(scope)))) as exchange:
            await self._app(scope, heard.receive, heard.send)
            exchange.request = Event(bytes(heard.body), has_api_key(text_headers(scope)))
            exchange.answer = Reply(heard.status, json.loads(heard.answer))


class RecordedEcc:
    """The web service of a system, whose messages are exchanges: those that it does not take as well."""

    def __init__(self, system: EccSystem, user: str, password: str, traffic: Traffic) -> None:
        self._system = system
        self._traffic = traffic
        self._app = EccOverHttp(traffic.target(system.name, system), user, password)
        self._function = SoapFunction(system)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._system.is_up or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        heard = _Buffered(receive, send)
        with self._traffic.going(CPI, self._system.name, EccMessage({}, None)) as exchange:
            await self._app(scope, heard.receive, heard.send)
            exchange.answer = Lost(f"status {heard.status}")
            with suppress(ValueError):  # it is no message of the schema, and nobody has said so to its sender
                exchange.request = EccMessage(*self._function.read(bytes(heard.body)))


class _Buffered:
    """A request and its answer as they pass by."""

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
