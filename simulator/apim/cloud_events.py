"""Read events in binary mode, and answer the handshakes of their senders (D-70)."""

import json
from collections.abc import Mapping
from urllib.parse import unquote

_PREFIX = "ce-"
VALIDATION_EVENT = "Microsoft.EventGrid.SubscriptionValidationEvent"


def binary_attributes(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes of a CloudEvent in binary mode, where its headers are those of one; else none."""
    found = {name.lower(): value for name, value in headers.items() if name.lower().startswith(_PREFIX)}
    if not {f"{_PREFIX}specversion", f"{_PREFIX}source"} & {*found}:
        return {}
    return {name.removeprefix(_PREFIX): unquote(value) for name, value in found.items()}


def structured(attributes: Mapping[str, str], content: object) -> object:
    """Join the attributes of binary mode and the data in its body to the same event in structured mode."""
    return {**attributes, "data": content} if attributes else content


def validation_code(payload: object) -> str | None:
    """Return the code in the handshake of Event Grid, which comes as an event; None for any other body."""
    event = payload[0] if isinstance(payload, list) and len(payload) == 1 else payload
    if not isinstance(event, Mapping) or VALIDATION_EVENT not in (event.get("eventType"), event.get("type")):
        return None
    data = event.get("data")
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return None
    code = data.get("validationCode") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else None


def handshake(headers: Mapping[str, str], per_minute: int | None) -> dict[str, str]:
    """Answer the handshake of CloudEvents webhooks, which comes by OPTIONS; `per_minute` None is any rate."""
    allow = {"Allow": "OPTIONS, POST"}
    origin = next((value for name, value in headers.items() if name.lower() == "webhook-request-origin"), "")
    if not origin:
        return allow
    rate = "*" if per_minute is None else str(per_minute)
    return {**allow, "WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": rate}
