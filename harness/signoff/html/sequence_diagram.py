"""Lay out a sequence diagram for SVG."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PARTIES = ("ICI", "API Management", "CPI", "PF2", "WP2", "Cloud ALM")

_WIDTH, _FIRST, _HEIGHT, _TOP = 130, 65, 34, 64


class Lane(NamedTuple):
    """The lifeline of one party."""

    name: str
    x: int


class Arrow(NamedTuple):
    """One request or answer, linked to its exchange on the page."""

    begin: int
    end: int
    y: int
    label: str
    is_answer: bool
    is_failure: bool
    exchange_id: str
    """Blank for an arrow without an exchange."""

    @property
    def label_x(self) -> int:
        return (self.begin + self.end) // 2

    @property
    def path(self) -> str:
        """The line and its head as one SVG path."""
        back = -8 if self.end > self.begin else 8
        return f"M{self.begin} {self.y}H{self.end}m0 0l{back} -4v8z"


class Diagram(NamedTuple):
    """The exchanges of one step, drawn as a sequence."""

    lanes: list[Lane]
    arrows: list[Arrow]
    width: int
    height: int

    @property
    def lifelines(self) -> str:
        """The lines below all parties as one SVG path."""
        return "".join(f"M{lane.x} 34V{self.height - 8}" for lane in self.lanes)


def diagram(
    exchanges: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]], ids: Sequence[str]
) -> Diagram:
    """Draw exchanges and the message log entries that they led to; `ids` are those of the exchanges on the page."""
    present = {str(name) for exchange in exchanges for name in (exchange["from"], exchange["to"])}
    names = [*PARTIES, *sorted(present - {*PARTIES})]  # a party that gets nothing is drawn too
    lane_x = {name: _FIRST + _WIDTH * number for number, name in enumerate(names)}
    arrows: list[tuple[int, str, str, str, bool, bool, str]] = []
    for exchange, id_ in zip(exchanges, ids, strict=True):
        sender, receiver, failed = exchange["from"], exchange["to"], "failure" in exchange["answer"]
        arrows.append((exchange["began"], sender, receiver, _request_label(exchange), False, False, id_))
        arrows.append((exchange["ended"], receiver, sender, _answer_label(exchange), True, failed, id_))
        if receiver == "API Management" and exchange["answer"].get("status") == 202:
            arrows.append((exchange["began"], receiver, "CPI", "event handed on", False, False, id_))
    last = max((tick for tick, *_ in arrows), default=0)
    for entry in entries:
        failed = entry["status"] in ("FAILED", "ESCALATED", "RETRY")
        arrows.append((last + 1, "CPI", "Cloud ALM", str(entry["status"]), False, failed, ""))
    drawn = [
        Arrow(lane_x[begin], lane_x[end], _TOP + _HEIGHT * row, label, is_answer, is_failure, id_)
        for row, (_, begin, end, label, is_answer, is_failure, id_) in enumerate(
            sorted(arrows, key=lambda arrow: arrow[0])
        )
    ]
    lanes = [Lane(name, x) for name, x in lane_x.items()]
    return Diagram(lanes, drawn, _WIDTH * len(lanes), _TOP + _HEIGHT * len(drawn))


def _request_label(exchange: Mapping[str, Any]) -> str:
    request = exchange["request"]
    if "path" in request:
        number = exchange.get("call")
        return f"call {number}" if number in (1, 2) else f"{request['method']} {number}"
    if "fields" in request:
        return f"message, {len(request['fields'])} fields"
    return action(request) or "event"


def action(request: Mapping[str, Any]) -> str:
    """Find the ActionName anywhere in an event; blank without one."""
    waiting = [request.get("payload")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Mapping):
            waiting += value.values()
            for name, held in value.items():
                if name.lower() == "actionname" and isinstance(held, str):
                    return held
    return ""


def _answer_label(exchange: Mapping[str, Any]) -> str:
    answer = exchange["answer"]
    if "failure" in answer:
        return f"no answer: {answer['failure']}"
    if "return" in answer:
        return ", ".join(line["MESSAGE"] for line in answer["return"])[:40]
    return f"{answer['status']}{' (withheld)' if exchange.get('withheld') else ''}"
