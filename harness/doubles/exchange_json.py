"""An exchange as JSON, on its way from the process that saw it to the one that writes the evidence."""

from collections.abc import Mapping
from typing import Any

from harness.doubles.taps import Call, EccMessage, Event, Exchange, Lost, Request
from simulator.apim.webhook import Reply
from simulator.ecc.bapiret2 import Bapiret2
from simulator.icertis.rest import Answer


def to_json(exchange: Exchange) -> dict[str, Any]:
    """The exchange whole; bytes stand as a text of as many characters (Latin-1)."""
    answer = exchange.answer
    given = {"return": [line._asdict() for line in answer]} if isinstance(answer, list) else _plain(answer)
    ticks = {"began": exchange.began, "ended": exchange.ended}
    ends = {"from": exchange.sender, "to": exchange.receiver}
    return ends | ticks | {"request": _plain(exchange.request), "answer": given}


def from_json(told: Mapping[str, Any]) -> Exchange:
    """The same exchange."""
    request, answer = _request(told["request"]), told["answer"]
    exchange = Exchange(told["from"], told["to"], request, told["began"], told["ended"])
    if answer is None:
        return exchange
    if "why" in answer:
        exchange.answer = Lost(**answer)
    elif isinstance(request, Event):
        exchange.answer = Reply(**answer)
    elif isinstance(request, Call):
        exchange.answer = Answer(**answer | {"body": answer["body"].encode("latin-1")})
    else:
        exchange.answer = [Bapiret2(**line) for line in answer["return"]]
    return exchange


def _request(told: Mapping[str, Any]) -> Request:
    if "path" in told:
        return Call(**told)
    if "fields" in told:
        return EccMessage(**told)
    return Event(told["body"].encode("latin-1"), told["has_key"])


def _plain(value: Request | Reply | Answer | Lost | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {name: _json(one) for name, one in value._asdict().items()}


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return dict(value) if isinstance(value, Mapping) else value
