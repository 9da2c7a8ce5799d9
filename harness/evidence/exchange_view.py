"""An exchange as the evidence shows it: request and answer, without what nobody outside ICI may see (SEC-2)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from harness.doubles.taps import Call, EccMessage, Event, Exchange, Lost, payload
from harness.evidence import answer_bodies
from harness.evidence.redaction import Redactor
from simulator.apim.webhook import Reply
from simulator.cpi.event import ReceivedEvent
from simulator.errors import InterfaceError
from simulator.icertis.listing import LISTING
from simulator.icertis.rest import CALL_1, CALL_2, Answer

LONGEST_BODY = 300
"""How much is shown of a body that is no JSON, or no object of it."""


def kind(exchange: Exchange) -> str:
    """The kind of its attachment."""
    return {Event: "zicm-event", Call: "zicm-call", EccMessage: "zicm-message"}[type(exchange.request)]


def title(exchange: Exchange) -> str:
    """What it was, for people."""
    answer = exchange.answer
    if isinstance(answer, list):
        came = ", ".join(f"{line.TYPE} {line.ID} {line.NUMBER}" for line in answer)
    elif isinstance(answer, Lost):
        came = f"no answer ({answer.why})"
    else:
        came = str(answer.status if answer else "")
    what = {"zicm-event": "event", "zicm-call": "call", "zicm-message": "message"}[kind(exchange)]
    return f"{what} {exchange.sender} to {exchange.receiver}: {came}"


def shown(exchange: Exchange, secrets: Redactor) -> dict[str, Any]:
    """The whole exchange."""
    request = exchange.request
    if isinstance(request, Event):
        parts = _event(request, exchange.answer, secrets)
    elif isinstance(request, Call):
        parts = _call(request, exchange.answer, secrets)
    else:
        parts = _message(request, exchange.answer, secrets)
    ticks = {"began": exchange.began, "ended": exchange.ended, "from": exchange.sender, "to": exchange.receiver}
    return {**ticks, "withheld": False, **parts}


def _event(request: Event, answer: object, secrets: Redactor) -> dict[str, Any]:
    told: dict[str, Any] = {"apikey": "shown" if request.has_key else "not shown"}
    try:
        content = payload(request)
    except ValueError:
        told |= {"body": _beginning(request.body), "bytes": len(request.body)}
        return {"request": told, "answer": _reply(answer)}
    shown = secrets.redact(_showable(content, secrets))
    if len(json.dumps(shown)) > len(request.body) + LONGEST_BODY or len(request.body) > 20 * LONGEST_BODY:
        shown = "(too long to be shown)"
    return {"request": {**told, "payload": shown}, "answer": _reply(answer), "withheld": secrets.mentions(content)}


def _showable(content: object, secrets: Redactor) -> object:
    """Show the whole event of an agreement that is known to be public, else only what CPI itself may store."""
    try:
        event = ReceivedEvent.parse(content)
    except InterfaceError as error:
        return f"({error.message})"
    return content if secrets.is_open(event.sys_id) else event.storable()


def _reply(answer: object) -> dict[str, Any]:
    if isinstance(answer, Reply):
        return {"status": answer.status, "body": dict(answer.body)}
    return _lost(answer)


def _call(request: Call, answer: object, secrets: Redactor) -> dict[str, Any]:
    path = request.path
    call = CALL_1.fullmatch(path) or CALL_2.fullmatch(path)
    told = {
        "call": 1 if CALL_1.fullmatch(path) else 2 if call else "listing" if LISTING.fullmatch(path) else "other",
        "request": {"method": request.method, "path": secrets.redact(path)},
    }
    if not isinstance(answer, Answer):
        return {**told, "answer": _lost(answer)}
    content = answer_bodies.body(answer)
    if call is None and answer.status == 200 and not answer_bodies.names_of_closed(content):
        content, others = answer_bodies.relevant_fields(content)  # a listing says nothing of terms
        return {**told, "answer": {"status": 200, "body": secrets.redact(content), "others": others}}
    may_be_shown = (
        call is not None
        and content is not None
        and secrets.is_open(unquote(call["id"]))
        and not answer_bodies.names_of_closed(content)
        and not secrets.mentions(content)
    )
    if not may_be_shown:
        return {**told, "answer": {"status": answer.status}, "withheld": True}
    content, others = answer_bodies.relevant_fields(content)
    return {**told, "answer": {"status": answer.status, "body": content, "others": others}}


def _message(request: EccMessage, answer: object, secrets: Redactor) -> dict[str, Any]:
    withheld = secrets.mentions([*request.fields.values(), *(request.organisations or ())])
    fields = secrets.redact_row(request.fields)
    organisations = None if request.organisations is None else list(request.organisations)
    if withheld and organisations:
        organisations = ["..."]
    returned = [secrets.redact(line._asdict()) for line in answer] if isinstance(answer, list) else None
    return {
        "request": {"fields": fields, "organisations": organisations},
        "answer": _lost(answer) if returned is None else {"return": returned},
        "withheld": withheld,
    }


def _lost(answer: object) -> dict[str, Any]:
    return {"failure": answer.why if isinstance(answer, Lost) else "it has not come yet"}


def _beginning(body: bytes) -> str:
    text = body[:LONGEST_BODY].decode("utf-8", errors="replace")
    return text + ("..." if len(body) > LONGEST_BODY else "")


def as_rows(value: object) -> Any:
    """What a step compares, as JSON: rows and named tuples as objects."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(name): as_rows(held) for name, held in value.items()}
    if isinstance(value, list | tuple | set):
        return [as_rows(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
