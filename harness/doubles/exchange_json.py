"""Exchanges as JSON, between the process that recorded them and the one that writes the evidence."""

from collections.abc import Mapping
from typing import Any

from harness.doubles.taps import Call, EccMessage, Exchange, ExchangeRequest, NoAnswer, ODataCall, WebhookPost
from simulator.apim.webhook import Reply
from simulator.ecc.bapiret2 import Bapiret2
from simulator.icertis.rest import Answer


def to_json(exchange: Exchange) -> dict[str, Any]:
    """Return the whole exchange; bytes become a text of as many characters (Latin-1)."""
    answer = exchange.answer
    answered = {"return": [line._asdict() for line in answer]} if isinstance(answer, list) else _plain(answer)
    ticks = {"began": exchange.began, "ended": exchange.ended}
    ends = {"from": exchange.sender, "to": exchange.receiver}
    return ends | ticks | {"request": _plain(exchange.request), "answer": answered}


def from_json(fields: Mapping[str, Any]) -> Exchange:
    """Return the exchange of which `to_json` made these fields."""
    request, answer = _request(fields["request"]), fields["answer"]
    exchange = Exchange(fields["from"], fields["to"], request, fields["began"], fields["ended"])
    if answer is None:
        return exchange
    if "why" in answer:
        exchange.answer = NoAnswer(**answer)
    elif isinstance(request, WebhookPost):
        exchange.answer = Reply(**answer)
    elif isinstance(request, Call | ODataCall):
        exchange.answer = Answer(**answer | {"body": answer["body"].encode("latin-1")})
    else:
        exchange.answer = [Bapiret2(**line) for line in answer["return"]]
    return exchange


def _request(fields: Mapping[str, Any]) -> ExchangeRequest:
    if "path" in fields:
        return Call(**fields)
    if "resource" in fields:
        return ODataCall(**fields)
    if "fields" in fields:
        return EccMessage(**fields)
    return WebhookPost(fields["body"].encode("latin-1"), fields["has_key"], fields["attributes"])


def _plain(value: ExchangeRequest | Reply | Answer | NoAnswer | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {name: _json(one) for name, one in value._asdict().items()}


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return dict(value) if isinstance(value, Mapping) else value
