"""The webhook: who may send an event, what passes as one, and handing it on to CPI (D-22)."""

import hmac
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

MAX_BYTES = 256 * 1024


class Reply(NamedTuple):
    """The HTTP answer of the webhook."""

    status: int
    body: dict[str, str]


class Door:
    """The webhook of the interface."""

    def __init__(self, api_key: str | None, hand_on: Callable[[object], str]) -> None:
        """`api_key` is what senders must show, None lets everybody in; `hand_on` takes the event, returns its guid."""
        self._api_key = api_key
        self._hand_on = hand_on

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Take one event in. What is no JSON is turned away here; what is wrong with an event CPI says and keeps."""
        shown = {name.lower(): value for name, value in headers.items()}
        if self._api_key is not None and not hmac.compare_digest(
            shown.get("apikey", "").encode(), self._api_key.encode()
        ):
            return Reply(401, {"error": "the header apikey is missing or wrong"})
        if len(body) > MAX_BYTES:
            return Reply(413, {"error": f"an event has at most {MAX_BYTES} bytes"})
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            return Reply(400, {"error": "the body is no JSON"})
        return Reply(202, {"guid": self._hand_on(payload)})
