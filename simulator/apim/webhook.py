"""The webhook: admit senders and events, and forward them to CPI (D-22, D-60, D-70)."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from simulator.apim.cloud_events import binary_attributes, handshake, structured, validation_code
from simulator.apim.spike_arrest import SpikeArrest
from simulator.errors import Failure, InterfaceError
from simulator.http_support import problem, same_credential
from simulator.json_support import read_json_marking_repeats

MAX_BYTES = 256 * 1024

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_TRY_LATER = MappingProxyType({"Retry-After": "60"})


class Reply(NamedTuple):
    """The HTTP answer of the webhook."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = _NO_HEADERS


def refusal(status: int, rule: str, why: str, headers: Mapping[str, str] = _NO_HEADERS) -> Reply:
    """Answer with the error that names a rule."""
    return Reply(status, problem(status, why, rule), headers)


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
            return refusal(401, "D-22", "the header apikey is missing or wrong")
        if self._rate_limit and (wait := self._rate_limit.wait()):
            after = {"Retry-After": str(math.ceil(wait))}
            return refusal(429, "D-61", "messages come too fast after one another", after)
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
            return refusal(413, "D-32", f"the body has more than {MAX_BYTES} bytes")
        try:
            payload = read_json_marking_repeats(body)
        except (ValueError, RecursionError):
            return refusal(400, "D-60", "the body is no JSON")
        if (code := validation_code(payload)) is not None:
            return Reply(200, {"validationResponse": code})
        payload = structured(binary_attributes(headers), payload)
        if isinstance(payload, list) and len(payload) > 1:
            return self._accept_batch(payload)
        try:
            return Reply(202, {"guid": self._forward(payload)})
        except InterfaceError as error:
            return _refused(error)

    def _accept_batch(self, events: list[object]) -> Reply:
        """Take each event on its own: a sender that gets 400 drops all of them.

        Where one cannot be stored, the sender is to send all of them again: the same event again changes nothing.
        """
        accepted: list[str] = []
        rejected: list[dict[str, object]] = []
        for index, event in enumerate(events):
            if validation_code(event) is not None:
                rejected.append({"index": index, "reason": "D-87: the handshake of Event Grid comes alone"})
                continue
            try:
                accepted.append(self._forward(event))
            except InterfaceError as error:
                if error.failure is not Failure.DATA:
                    return _refused(error)
                rejected.append({"index": index, "reason": str(error)})
        if not accepted:
            return refusal(400, "D-60", "none of the array is an event")
        return Reply(202, {"accepted": accepted, "rejected": rejected})


def _refused(error: InterfaceError) -> Reply:
    if error.failure is Failure.DATA:
        return refusal(400, error.rule, error.message)
    return refusal(503, error.rule, error.message, _TRY_LATER)
