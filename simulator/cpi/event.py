"""Reading the event that ICI sends (EVT-1 to EVT-8, D-17, D-32, D-60)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from simulator.errors import InterfaceError
from simulator.mapping.actions import ACTIONS, Action
from simulator.mapping.contract_types import AMENDMENT_TYPES, BASE_TYPES, BASELINE, TYPES_WITH_A_MASTER, base_type
from simulator.mapping.source_value import carriable

SOURCES = ("/icertis/syensqo-dev", "/icertis/syensqo-uat", "/icertis/syensqo")
FIELDS = ("source", "ContractTypeName", "SysId", "ActionName")


@dataclass(frozen=True)
class Event:
    """One event, its names in ICI's own spelling; the System ID as it was received."""

    source: str
    contract_type: str
    sys_id: str
    action: Action

    @classmethod
    def read(cls, payload: object) -> "Event":
        """Take an event apart. Raises InterfaceError for one that fits no rule; it names the rule and the field."""
        fields = _fields(payload)
        event = cls(
            source=_known("EVT-1", "source", fields, SOURCES),
            contract_type=_known(
                "EVT-3", "ContractTypeName", fields, (*BASE_TYPES, *AMENDMENT_TYPES, BASELINE), fold=True
            ),
            sys_id=_sys_id(fields),
            action=ACTIONS[_known("EVT-2", "ActionName", fields, ACTIONS, fold=True)],
        )
        if not event.is_baseline and event.contract_type not in event.action.contract_types:
            raise InterfaceError("D-17", "ActionName", f"{event.action.name} does not go with this ContractTypeName")
        return event

    @property
    def is_baseline(self) -> bool:
        return self.contract_type == BASELINE

    @property
    def may_have_a_master(self) -> bool:
        """Whether call 2 follows (CALL-2, CALL-3)."""
        return self.action.asks_for_master and self.contract_type in TYPES_WITH_A_MASTER

    def amended(self, sys_id: str) -> "Event | None":
        """For an amendment, the same of the agreement that it amends, whose System ID this is."""
        if self.contract_type not in AMENDMENT_TYPES:
            return None
        return replace(self, contract_type=base_type(self.contract_type), sys_id=sys_id)

    def fields(self) -> dict[str, str]:
        """The four fields by their names in the event."""
        values = (self.source, self.contract_type, self.sys_id, self.action.name)
        return dict(zip(FIELDS, values, strict=True))


def sys_id_or_blank(payload: object) -> str:
    """The System ID of an event however broken, for the log; blank where there is none to be had."""
    try:
        return _sys_id(_fields(payload))
    except InterfaceError:
        return ""


def kept(payload: object) -> dict[str, object]:
    """What is stored of an event: the four fields in their places, and nothing else that it may tell (SEC-2).

    It reads as the event itself does, the errors of a broken one included. Raises InterfaceError D-60 for a body that
    is no event.
    """
    top, below = map(_texts, _places(payload))
    return {**top, "data": below} if below else top


def _fields(payload: object) -> dict[str, object]:
    """The four fields, wherever they stand. Raises InterfaceError."""
    top, below = _places(payload)
    found = {}
    for name in FIELDS:
        values = [place[name] for place in (top, below) if place.get(name) is not None]
        if len(values) == 2 and values[0] != values[1]:
            raise InterfaceError("D-32", name, "it stands at the top and under data, with different values")
        found[name] = values[0] if values else None
    return found


def _places(payload: object) -> tuple[dict[str, object], dict[str, object]]:
    """Those of the four fields that stand at the top, and those under ``data``; in an array of one as well (D-32).

    Raises InterfaceError D-60 for a body that is no event: it has none of them.
    """
    if isinstance(payload, list) and len(payload) == 1:
        payload = payload[0]
    if not isinstance(payload, Mapping):
        raise InterfaceError("D-60", "", "the body is neither an event nor an array of one event")
    top = _without_case(payload)
    data = top.get("data")
    at_top, below = _of_the_four(top), _of_the_four(_without_case(data)) if isinstance(data, Mapping) else {}
    if not at_top and not below:
        raise InterfaceError("D-60", "", "the body has none of the fields of an event")
    return at_top, below


def _without_case(fields: Mapping[str, object]) -> dict[str, object]:
    return {str(name).lower(): value for name, value in fields.items()}


def _texts(fields: Mapping[str, object]) -> dict[str, object]:
    """The same, with nothing of a value that is no text but that it is none."""
    return {name: value if isinstance(value, str | None) else {} for name, value in fields.items()}


def _of_the_four(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: fields[name.lower()] for name in FIELDS if name.lower() in fields}


def _text(rule: str, field: str, fields: Mapping[str, object]) -> str:
    value = fields[field]
    if not isinstance(value, str | None):
        raise InterfaceError(rule, field, "a text is expected")
    if value is None or not value.strip():
        raise InterfaceError(rule, field, "it is missing")
    return carriable(field, value).strip()


def _known(rule: str, field: str, fields: Mapping[str, object], known: Iterable[str], *, fold: bool = False) -> str:
    """The one of `known` that the field names, compared without case where `fold` says so (D-15)."""
    text = _text(rule, field, fields)
    for candidate in known:
        if text == candidate or (fold and text.lower() == candidate.lower()):
            return candidate
    raise InterfaceError(rule, field, "it is none that the interface knows")


def _sys_id(fields: Mapping[str, object]) -> str:
    sys_id = _text("TAB-7", "SysId", fields)
    if set(sys_id) <= {"."}:
        # It becomes a segment of a path, and dots alone would lead to another path.
        raise InterfaceError("D-32", "SysId", "it consists of dots alone")
    return sys_id
