"""A sequence diagram as data for SVG: who is in it, and where each arrow goes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PARTIES = ("ICI", "API Management", "CPI", "PF2", "WP2", "Cloud ALM")

_WIDTH, _FIRST, _HEIGHT, _TOP = 130, 65, 34, 64


class Lane(NamedTuple):
    """One party."""

    name: str
    x: int


class Arrow(NamedTuple):
    """One request or answer; what it says stands in the exchange that it leads to."""

    begin: int
    end: int
    y: int
    label: str
    is_answer: bool
    is_failure: bool
    to: str
    """Id of the exchange, below; blank for an arrow that leads nowhere."""

    @property
    def label_x(self) -> int:
        return (self.begin + self.end) // 2

    @property
    def path(self) -> str:
        """The line and its head, in one: as SVG draws it."""
        back = -8 if self.end > self.begin else 8
        return f"M{self.begin} {self.y}H{self.end}m0 0l{back} -4v8z"


class Diagram(NamedTuple):
    """Everything that went over the edges in one step."""

    lanes: list[Lane]
    arrows: list[Arrow]
    width: int
    height: int

    @property
    def lifelines(self) -> str:
        """The line below each party, all in one."""
        return "".join(f"M{lane.x} 34V{self.height - 8}" for lane in self.lanes)


def diagram(
    exchanges: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]], ids: Sequence[str]
) -> Diagram:
    """The diagram of exchanges, as the evidence has them; `entries` are what the message log shows of them.

    `ids` are those of the exchanges on the page.
    """
    found = {str(name) for one in exchanges for name in (one["from"], one["to"])}
    names = [*PARTIES, *sorted(found - {*PARTIES})]  # who gets nothing is there too: that it is so can be seen
    at = {name: _FIRST + _WIDTH * number for number, name in enumerate(names)}
    arrows: list[tuple[int, str, str, str, bool, bool, str]] = []
    for one, target in zip(exchanges, ids, strict=True):
        arrows.append((one["began"], one["from"], one["to"], _asked(one), False, False, target))
        arrows.append((one["ended"], one["to"], one["from"], _answered(one), True, "failure" in one["answer"], target))
        if one["to"] == "API Management" and one["answer"].get("status") == 202:
            arrows.append((one["began"], one["to"], "CPI", "event handed on", False, False, target))
    last = max((tick for tick, *_ in arrows), default=0)
    for entry in entries:
        failed = entry["status"] in ("FAILED", "ESCALATED", "RETRY")
        arrows.append((last + 1, "CPI", "Cloud ALM", str(entry["status"]), False, failed, ""))
    drawn = [
        Arrow(at[begin], at[end], _TOP + _HEIGHT * row, label, is_answer, is_failure, to)
        for row, (_, begin, end, label, is_answer, is_failure, to) in enumerate(sorted(arrows, key=lambda one: one[0]))
    ]
    lanes = [Lane(name, x) for name, x in at.items()]
    return Diagram(lanes, drawn, _WIDTH * len(lanes), _TOP + _HEIGHT * len(drawn))


def _asked(exchange: Mapping[str, Any]) -> str:
    request = exchange["request"]
    if "path" in request:
        number = exchange.get("call")
        return f"call {number}" if number in (1, 2) else f"{request['method']} {number}"
    if "fields" in request:
        return f"message, {len(request['fields'])} fields"
    return action(request) or "event"


def action(request: Mapping[str, Any]) -> str:
    """The ActionName of an event, wherever it stands in it; blank where there is none."""
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


def _answered(exchange: Mapping[str, Any]) -> str:
    answer = exchange["answer"]
    if "failure" in answer:
        return f"no answer: {answer['failure']}"
    if "return" in answer:
        return ", ".join(line["MESSAGE"] for line in answer["return"])[:40]
    return f"{answer['status']}{' (withheld)' if exchange.get('withheld') else ''}"
