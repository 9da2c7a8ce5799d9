"""Derive where the value of every field came from, by what went over the edges alone and not by CPI's state."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import unquote

from harness.doubles.taps import Call, Exchange, WebhookPost, parse_payload
from harness.evidence import answer_bodies
from harness.evidence.redaction import Redactor
from harness.text import json_preview
from simulator.apim.webhook import Reply
from simulator.cpi.event import Event as ValidEvent
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import agreement_in, masters_in
from simulator.cpi.process_event import single_master
from simulator.errors import InterfaceError
from simulator.icertis.listing import LISTING_PATH
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, Answer
from simulator.mapping.message import LineageLine, MappingInput, build_message, derive_lineage
from simulator.mapping.sheet import ZMM_ICMCONTRACT
from simulator.settings import Settings

RULES = {row.target: (row.rule.__doc__ or "").partition("\n")[0] for row in ZMM_ICMCONTRACT}
"""Z-field to its rule in plain words."""


class _Reading(NamedTuple):
    """The answers that CPI read from ICI for one event."""

    event: ValidEvent
    tick: int
    """Position of the start of call 1 in the order of all exchanges."""

    agreement: object
    masters: list[object]


class LineageBuilder:
    """Derives the lineage of every event of one scenario, step by step."""

    def __init__(self, redactor: Redactor, settings: Settings) -> None:
        """Start a scenario; `settings` are those of its landscape."""
        self._redactor = redactor
        self._settings = settings
        self._events: dict[str, ValidEvent] = {}
        self._known: list[dict[str, Any]] = []

    def of(self, exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
        """Derive the lineages of one step from its exchanges, without those of an earlier step."""
        lineages = []
        for reading in self._readings(exchanges):
            lineage = self._lineage(reading)
            if lineage not in self._known:
                self._known.append(lineage)
                lineages.append(lineage)
        return lineages

    def _readings(self, exchanges: Iterable[Exchange]) -> list[_Reading]:
        found: dict[int, _Reading] = {}
        latest: dict[str, int] = {}
        for exchange in exchanges:
            if isinstance(exchange.request, WebhookPost):
                self._accept(exchange, exchange.request)
            if not isinstance(exchange.request, Call) or not isinstance(exchange.answer, Answer):
                continue
            if exchange.request.method != "GET":
                continue
            path, content = exchange.request.path, answer_bodies.parse_body(exchange.answer)
            if LISTING_PATH.fullmatch(path):
                self._events.clear()  # a reconciliation reads from here on, for no event
            elif (call := CALL_1_PATH.fullmatch(path)) and (event := self._events.get(unquote(call["id"]).lower())):
                if content is not None and self._redactor.is_public(event.sys_id):
                    latest[event.sys_id.lower()] = exchange.began
                    found[exchange.began] = _Reading(event, exchange.began, content, [])
            elif (call := CALL_2_PATH.fullmatch(path)) and (tick := latest.get(unquote(call["id"]).lower())):
                found[tick].masters[:] = [content]
        return list(found.values())

    def _accept(self, exchange: Exchange, request: WebhookPost) -> None:
        if not isinstance(exchange.answer, Reply) or exchange.answer.status != 202:
            return
        with suppress(ValueError):
            payload = parse_payload(request)
            for one in payload if isinstance(payload, list) else [payload]:
                with suppress(InterfaceError):
                    event = ReceivedEvent.parse(one).validate()
                    self._events[event.sys_id.lower()] = event

    def _lineage(self, reading: _Reading) -> dict[str, Any]:
        event, lines, error, listed = reading.event, [], None, None
        try:
            masters = masters_in(reading.masters[0]) if reading.masters else []
            agreement, master = agreement_in(reading.agreement), single_master(masters)
            codes, characters = self._settings.type_codes, self._settings.characters
            lines = derive_lineage(MappingInput(event.fields, event.action, agreement, master, codes, characters))
            listed = build_message(lines, characters).organisations
        except InterfaceError as broken:
            error = {"rule": broken.rule, "field": broken.field, "message": broken.message}
        return {
            "action": event.action.name,
            "contract_type": event.contract_type,
            "sys_id": event.sys_id,
            "error": error,
            "organisations": None if listed is None else list(listed),
            "lines": [_line(line) for line in lines],
        }


def _line(line: LineageLine) -> dict[str, str | None]:
    return {
        "row": line.row.id,
        "source": line.source,
        "raw": None if line.value is None else json_preview(line.raw),
        "rule": RULES[line.row.target],
        "target": line.row.target,
        "label": line.row.label,
        "value": line.value,
    }
