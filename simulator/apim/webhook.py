"""The webhook: admit senders and events, and forward them to CPI (D-22, D-60, D-70)."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from simulator.apim.cloud_events import binary_attributes, handshake, structured, validation_code
from simulator.apim.spike_arrest import SpikeArrest
from simulator.errors import Failure, InterfaceError
from simulator.http_support import same_credential
from simulator.json_support import read_json_marking_repeats

MAX_BYTES = 256 * 1024

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_TRY_LATER = MappingProxyType({"Retry-After": "60"})


class Reply(NamedTuple):
    """The HTTP answer of the webhook."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = _NO_HEADERS


TOO_LARGE = Reply(413, {"error": f"an event has at most {MAX_BYTES} bytes"})


class Webhook(Protocol):
    """Take events as the webhook does."""

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply: ...


class WebhookEndpoint:
    """The webhook of the interface."""

    def __init__(
        self, api_key: str | None, forward: Callable[[object], str], rate_limit: SpikeArrest | None = None
    ) -> None:
        """`api_key` is the key that senders must show; None admits everybody.

        `forward` takes the JSON of an event and returns its guid, or raises InterfaceError for a body that is no event,
        and with another failure than DATA where the event cannot be stored now.
        """
        self._api_key = api_key
        self._forward = forward
        self._rate_limit = rate_limit

    def reject(self, headers: Mapping[str, str]) -> Reply | None:
        """Return the answer to a sender who is refused before the body is read; None admits the sender."""
        shown = next((value for name, value in headers.items() if name.lower() == "apikey"), "")
        if self._api_key is not None and not same_credential(shown, self._api_key):
            return Reply(401, {"error": "the header apikey is missing or wrong"})
        if self._rate_limit and (wait := self._rate_limit.wait()):
            after = {"Retry-After": str(math.ceil(wait))}
            return Reply(429, {"error": "messages come too fast after one another"}, after)
        return None

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Take one event, or several. Reject bodies that are not events; CPI logs invalid events."""
        return self.reject(headers) or self.accept(body, headers)

    def consent(self, headers: Mapping[str, str]) -> Reply:
        """Answer OPTIONS, with which a sender asks whether it may send; no event comes in without the key."""
        per_minute = None if self._rate_limit is None else self._rate_limit.per_minute
        return Reply(200, {}, handshake(headers, per_minute))

    def accept(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Take what a sender sends who has been admitted: an event, an array of events, or a handshake."""
        if len(body) > MAX_BYTES:
            return TOO_LARGE
        try:
            payload = read_json_marking_repeats(body)
        except (ValueError, RecursionError):
            return Reply(400, {"id": "D-60", "error": "the body is no JSON"})
        if (code := validation_code(payload)) is not None:
            return Reply(200, {"validationResponse": code})
        payload = structured(binary_attributes(headers), payload)
        if isinstance(payload, list) and len(payload) > 1:
            return self._accept_batch(payload)
        try:
            return Reply(202, {"guid": self._forward(payload)})
        except InterfaceError as error:
            return _refusal(error)

    def _accept_batch(self, events: list[object]) -> Reply:
        """Take each event on its own: a sender that gets 400 drops all of them.

        Where one cannot be stored, the sender is to send all of them again: the same event again changes nothing.
        """
        accepted: list[str] = []
        rejected: list[dict[str, object]] = []
        for index, event in enumerate(events):
            try:
                accepted.append(self._forward(event))
            except InterfaceError as error:
                if error.failure is not Failure.DATA:
                    return _refusal(error)
                rejected.append({"index": index, "reason": str(error)})
        if not accepted:
            return Reply(400, {"id": "D-60", "error": "none of the array is an event"})
        return Reply(202, {"accepted": accepted, "rejected": rejected})


def _refusal(error: InterfaceError) -> Reply:
    problem = {"id": error.rule, "error": error.message}
    return Reply(400, problem) if error.failure is Failure.DATA else Reply(503, problem, _TRY_LATER)
