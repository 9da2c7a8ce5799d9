"""Lay out a sequence diagram for SVG."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from harness.signoff.html.summary import entity_name

PARTIES = ("ICI", "API Management", "CPI", "PF2", "WP2", "Cloud ALM")
SCM_PARTIES = ("ICI", "connector", "SCM")

_WIDTHS = {PARTIES: 130, SCM_PARTIES: 270}
"""The room for the labels between two lanes."""

_FIRST, _HEIGHT, _TOP = 65, 34, 64
_MOST_ON_PAPER = 30


class Lane(NamedTuple):
    """The lifeline of one party."""

    name: str
    x: int


class _Message(NamedTuple):
    """One request or answer, at its place in the order of all."""

    tick: int
    sender: str
    receiver: str
    label: str
    exchange_id: str
    is_answer: bool = False
    is_failure: bool = False


class Arrow(NamedTuple):
    """One request or answer, linked to its exchange on the page."""

    sender: str
    receiver: str
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
    def is_tall(self) -> bool:
        """True where nobody could read it on a page of paper, which has the list of its arrows instead."""
        return len(self.arrows) > _MOST_ON_PAPER

    @property
    def lifelines(self) -> str:
        """The lines below all parties as one SVG path."""
        return "".join(f"M{lane.x} 34V{self.height - 8}" for lane in self.lanes)


def diagram(
    exchanges: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]], ids: Sequence[str]
) -> Diagram:
    """Draw exchanges and the message log entries that they led to; `ids` are those of the exchanges on the page."""
    present = {str(name) for exchange in exchanges for name in (exchange["from"], exchange["to"])}
    parties = SCM_PARTIES if present and present <= {*SCM_PARTIES} else PARTIES
    names = [*parties, *sorted(present - {*parties})]  # a party that gets nothing is drawn too
    width = _WIDTHS[parties]
    lane_x = {name: _FIRST + width * number for number, name in enumerate(names)}
    messages: list[_Message] = []
    for exchange, id_ in zip(exchanges, ids, strict=True):
        sender, receiver, began = exchange["from"], exchange["to"], exchange["began"]
        failed, ended = "failure" in exchange["answer"], exchange["ended"]
        messages.append(_Message(began, sender, receiver, _request_label(exchange), id_))
        if not ended:
            continue  # it is under way
        if receiver in ("API Management", "connector") and exchange["answer"].get("status") == 202:
            ended = began  # it is answered what has been stored, whatever is then done before the call returns
            if receiver == "API Management":
                messages.append(_Message(began, receiver, "CPI", "hands it on; CPI stores it", id_))
        answer = _answer_label(exchange)
        messages.append(_Message(ended, receiver, sender, answer, id_, is_answer=True, is_failure=failed))
    last = max((one.tick for one in messages), default=0)
    for entry in entries if parties is PARTIES else ():
        failed = entry["status"] in ("FAILED", "ESCALATED", "RETRY")
        messages.append(_Message(last + 1, "CPI", "Cloud ALM", str(entry["status"]), "", is_failure=failed))
    drawn = [
        Arrow(
            sender=one.sender,
            receiver=one.receiver,
            begin=lane_x[one.sender],
            end=lane_x[one.receiver],
            y=_TOP + _HEIGHT * row,
            label=one.label,
            is_answer=one.is_answer,
            is_failure=one.is_failure,
            exchange_id=one.exchange_id,
        )
        for row, one in enumerate(sorted(messages, key=lambda message: message.tick))
    ]
    lanes = [Lane(name, x) for name, x in lane_x.items()]
    return Diagram(lanes, drawn, 2 * _FIRST + width * (len(lanes) - 1), _TOP + _HEIGHT * len(drawn))


def _request_label(exchange: Mapping[str, Any]) -> str:
    request = exchange["request"]
    if "path" in request and exchange["from"] == "connector":
        *_, kind = request["path"].split("/")[:4]  # /v1/agreements/TYPE/ID
        return f"{request['method']} {kind}"
    if "path" in request:
        number = exchange.get("call")
        return f"call {number}" if number in (1, 2) else f"{request['method']} {number}"
    if "resource" in request:
        return f"{request['method']} {entity_name(request['resource'])}"
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
    if answer["status"] == 200 and exchange.get("call") in (1, 2):
        if exchange.get("withheld"):
            return "200, withheld"
        if exchange["from"] == "connector":  # where an agreement is something else
            return ", ".join(filter(None, ("200", _code(answer.get("body")))))
        return _found(exchange["call"], answer.get("body"))
    if answer["status"] == 202:
        return "202, accepted"
    return f"{answer['status']}{' (withheld)' if exchange.get('withheld') else ''}"


def _code(body: object) -> str:
    """Return the code of the agreement in an answer to call 1; blank for any other answer."""
    data = body.get("Data") if isinstance(body, Mapping) else None
    return str(data.get("ICMAgreementCode", "")) if isinstance(data, Mapping) else ""


def _found(call: int, body: object) -> str:
    """Say what ICI found."""
    if call == 1:
        code = _code(body)
        return f"agreement {code}" if code else "200, an agreement"
    data = body.get("Data") if isinstance(body, Mapping) else None
    if not isinstance(data, list):
        return "200, associations"
    codes = [str(one.get("ICMAgreementCode", "")) for one in data if isinstance(one, Mapping)]
    return f"master {codes[0]}" if len(codes) == 1 else f"{len(codes)} masters" if codes else "no master"
