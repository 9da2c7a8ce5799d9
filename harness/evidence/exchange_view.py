"""Show an exchange in the evidence: request and answer, without what nobody outside ICI may see (SEC-2)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from harness.doubles.taps import CONNECTOR, Call, EccMessage, Exchange, NoAnswer, ODataCall, WebhookPost, parse_payload
from harness.evidence import answer_bodies
from harness.evidence.redaction import Redactor
from simulator.apim.webhook import Reply
from simulator.cpi.event import ReceivedEvent
from simulator.errors import InterfaceError
from simulator.icertis.listing import LISTING_PATH
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, Answer

MAX_BODY = 300
"""The bytes that are shown of a body that is not JSON."""


def kind(exchange: Exchange) -> str:
    """Return the kind of its attachment."""
    return {WebhookPost: "zicm-event", Call: "zicm-call", EccMessage: "zicm-message", ODataCall: "zicm-odata"}[
        type(exchange.request)
    ]


def title(exchange: Exchange) -> str:
    """Say in a few words what it was, and how it ended."""
    answer = exchange.answer
    if isinstance(answer, list):
        result = ", ".join(f"{line.TYPE} {line.ID} {line.NUMBER}" for line in answer)
    elif isinstance(answer, NoAnswer):
        result = f"no answer ({answer.why})"
    else:
        result = str(answer.status if answer else "")
    what = kind(exchange).removeprefix("zicm-")
    return f"{what} {exchange.sender} to {exchange.receiver}: {result}"


def redacted(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """Describe the whole exchange as plain JSON, see docs/evidence.md."""
    request = exchange.request
    if isinstance(request, WebhookPost):
        parts = _event(request, exchange.answer, redactor)
    elif isinstance(request, Call):
        parts = _call(request, exchange.answer, redactor, for_connector=exchange.sender == CONNECTOR)
    elif isinstance(request, ODataCall):
        parts = _odata(request, exchange.answer, redactor)
    else:
        parts = _message(request, exchange.answer, redactor)
    ticks = {"began": exchange.began, "ended": exchange.ended, "from": exchange.sender, "to": exchange.receiver}
    return {**ticks, "withheld": False, **parts}


def receivers(equal: Iterable[Mapping[str, Any]]) -> str:
    """Name the receivers of exchanges that are equal but for them, each with how often it received."""
    counts = Counter(exchange["to"] for exchange in equal)
    return " and ".join(f"{name}, {times} times" if times > 1 else name for name, times in counts.items())


def _event(event: WebhookPost, answer: object, redactor: Redactor) -> dict[str, Any]:
    request: dict[str, Any] = {"apikey": "shown" if event.has_key else "not shown"}
    try:
        content = parse_payload(event)
    except ValueError:
        request |= {"body": _beginning(event.body), "bytes": len(event.body)}
        return {"request": request, "answer": _reply(answer)}
    shown = redactor.redact(_showable(content, redactor))
    if len(json.dumps(shown)) > len(event.body) + MAX_BODY or len(event.body) > 20 * MAX_BODY:
        shown = "(too long to be shown)"
    withheld = redactor.mentions([content, *_stored(content)])  # data may stand in it as base64
    return {"request": {**request, "payload": shown}, "answer": _reply(answer), "withheld": withheld}


def _stored(content: object) -> list[dict[str, object]]:
    """Return what CPI stores of each event in a body."""
    stored = []
    for one in content if isinstance(content, list) else [content]:
        with suppress(InterfaceError):
            stored.append(ReceivedEvent.parse(one).storable())
    return stored


def _showable(content: object, redactor: Redactor) -> object:
    """Show the whole event of an agreement that is known to be public, else only what CPI itself may store."""
    if isinstance(content, list) and len(content) > 1:
        return [_showable(one, redactor) for one in content]
    try:
        event = ReceivedEvent.parse(content)
    except InterfaceError as error:
        return f"({error.message})"
    return content if redactor.is_public(event.sys_id) else event.storable()


def _reply(answer: object) -> dict[str, Any]:
    if isinstance(answer, Reply):
        return {"status": answer.status, "body": dict(answer.body)}
    return _failure(answer)


def _call(request: Call, answer: object, redactor: Redactor, *, for_connector: bool) -> dict[str, Any]:
    path = request.path
    call = CALL_1_PATH.fullmatch(path) or CALL_2_PATH.fullmatch(path)
    described = {
        "call": 1
        if CALL_1_PATH.fullmatch(path)
        else 2
        if call
        else "listing"
        if LISTING_PATH.fullmatch(path)
        else "other",
        "request": {"method": request.method, "path": redactor.redact(path)},
    }
    if not isinstance(answer, Answer):
        return {**described, "answer": _failure(answer)}
    content = answer_bodies.parse_body(answer)
    if call is None and answer.status == 200 and not answer_bodies.facts_of(answer).confidential:
        content, omitted = answer_bodies.relevant_fields(content)  # a listing holds no terms
        return {**described, "answer": {"status": 200, "body": redactor.redact(content), "others": omitted}}
    may_be_shown = (
        call is not None
        and content is not None
        and redactor.is_public(unquote(call["id"]))
        and not answer_bodies.facts_of(answer).confidential
        and not redactor.mentions(content)
    )
    if not may_be_shown:
        return {**described, "answer": {"status": answer.status}, "withheld": True}
    content, omitted = answer_bodies.relevant_fields(content, for_connector=for_connector)
    return {**described, "answer": {"status": answer.status, "body": content, "others": omitted}}


def _odata(request: ODataCall, answer: object, redactor: Redactor) -> dict[str, Any]:
    """Describe a call of SCM; where an agreement of the scenario is confidential, by its collection alone."""
    status = {"status": answer.status} if isinstance(answer, Answer) else _failure(answer)
    if redactor:
        collection = request.resource.partition("(")[0]
        return {"request": {"method": request.method, "resource": collection}, "answer": status, "withheld": True}
    return {"request": request._asdict(), "answer": status}


def _message(request: EccMessage, answer: object, redactor: Redactor) -> dict[str, Any]:
    withheld = redactor.mentions([*request.fields.values(), *(request.organisations or ())])
    fields = redactor.redact_row(request.fields)
    organisations = None if request.organisations is None else list(request.organisations)
    if withheld and organisations:
        organisations = ["..."]
    returned = [redactor.redact(line._asdict()) for line in answer] if isinstance(answer, list) else None
    return {
        "request": {"fields": fields, "organisations": organisations},
        "answer": _failure(answer) if returned is None else {"return": returned},
        "withheld": withheld,
    }


def _failure(answer: object) -> dict[str, Any]:
    return {"failure": answer.why if isinstance(answer, NoAnswer) else "it has not come yet"}


def _beginning(body: bytes) -> str:
    text = body[:MAX_BODY].decode("utf-8", errors="replace")
    return text + ("..." if len(body) > MAX_BODY else "")


def compared_value(value: object) -> Any:
    """Turn a value that a step compares into plain JSON: rows and named tuples into objects."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(name): compared_value(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set):
        return [compared_value(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
