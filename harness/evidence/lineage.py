"""Where the value of every field came from: worked out anew from what went over the edges, not looked up in CPI."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from harness.doubles.taps import Call, Event, Exchange, payload
from harness.evidence import answer_bodies
from harness.evidence.redaction import Redactor
from harness.text import json_preview
from simulator.apim.webhook import Reply
from simulator.cpi.event import Event as ValidEvent
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import agreement_in, masters_in
from simulator.cpi.process_event import the_one
from simulator.errors import InterfaceError
from simulator.icertis.listing import LISTING
from simulator.icertis.rest import CALL_1, CALL_2, Answer
from simulator.mapping.message import Line, MappingInput, explain, fill
from simulator.mapping.sheet import ZMM_ICMCONTRACT

RULES = {row.target: (row.rule.__doc__ or "").partition("\n")[0] for row in ZMM_ICMCONTRACT}
"""By Z-field, its rule in plain words."""


class _Asked(NamedTuple):
    """What ICI answered for one event."""

    event: ValidEvent
    number: int
    agreement: object
    masters: list[object]


class LineageBuilder:
    """The lineage of every event of one scenario, step by step."""

    def __init__(self, secrets: Redactor, codes: Mapping[str, str]) -> None:
        """`codes` are those of the contract types (D-01)."""
        self._secrets = secrets
        self._codes = codes
        self._events: dict[str, ValidEvent] = {}
        self._told: list[dict[str, Any]] = []

    def of(self, exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
        """What the exchanges of one step lead to; what an earlier step has told already is not told again."""
        told = []
        for asked in self._asked(exchanges):
            lineage = self._lineage(asked)
            if lineage not in self._told:
                self._told.append(lineage)
                told.append(lineage)
        return told

    def _asked(self, exchanges: Iterable[Exchange]) -> list[_Asked]:
        found: dict[int, _Asked] = {}
        latest: dict[str, int] = {}
        for exchange in exchanges:
            if isinstance(exchange.request, Event):
                self._take_in(exchange, exchange.request)
            if not isinstance(exchange.request, Call) or not isinstance(exchange.answer, Answer):
                continue
            path, content = exchange.request.path, answer_bodies.body(exchange.answer)
            if LISTING.fullmatch(path):
                self._events.clear()  # what is read from here on is read to compare, and for no event
            elif (call := CALL_1.fullmatch(path)) and (event := self._events.get(unquote(call["id"]).lower())):
                if content is not None and self._secrets.is_open(event.sys_id):
                    latest[event.sys_id.lower()] = exchange.began
                    found[exchange.began] = _Asked(event, exchange.began, content, [])
            elif (call := CALL_2.fullmatch(path)) and (number := latest.get(unquote(call["id"]).lower())):
                found[number].masters[:] = [content]
        return list(found.values())

    def _take_in(self, exchange: Exchange, request: Event) -> None:
        if not isinstance(exchange.answer, Reply) or exchange.answer.status != 202:
            return
        try:
            event = ReceivedEvent.parse(payload(request)).validate()
        except (ValueError, InterfaceError):
            return
        self._events[event.sys_id.lower()] = event

    def _lineage(self, asked: _Asked) -> dict[str, Any]:
        event, lines, error, listed = asked.event, [], None, None
        try:
            masters = masters_in(asked.masters[0]) if asked.masters else []
            agreement, master = agreement_in(asked.agreement), the_one(masters)
            lines = explain(MappingInput(event.fields, event.action, agreement, master, self._codes))
            listed = fill(lines).organisations
        except InterfaceError as broken:
            error = {"rule": broken.rule, "field": broken.field, "message": broken.message}
        return {
            "action": event.action.name,
            "contract_type": event.contract_type,
            "sys_id": event.sys_id,
            "error": error,
            "organisations": listed,
            "lines": [_line(line) for line in lines],
        }


def _line(line: Line) -> dict[str, str | None]:
    return {
        "row": line.row.id,
        "source": line.source,
        "raw": None if line.value is None else json_preview(line.raw),
        "rule": RULES[line.row.target],
        "target": line.row.target,
        "label": line.row.label,
        "value": line.value,
    }
