"""Read and check the events that ICI sends (EVT-1 to EVT-8, D-17, D-32, D-60, D-70)."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from simulator.errors import InterfaceError
from simulator.json_support import AmbiguousObject, read_json_marking_repeats
from simulator.mapping.actions import ACTIONS, Action
from simulator.mapping.contract_types import BASELINE, TYPES_WITH_A_MASTER
from simulator.mapping.source_value import require_assigned, require_visible, require_xml_text
from simulator.mapping.tenants import SOURCES

_MAX_WRAPPINGS = 4
"""The most wrappings of data: an array of base64 of JSON of an array."""

_FOR_URLS = str.maketrans("-_", "+/")
"""The characters of base64 for URLs, and the usual ones (RFC 4648)."""

_SYS_ID = re.compile(r'"SysId"\s*:\s*"([^"\\]+)"', re.IGNORECASE)

FIELDS = ("source", "ContractTypeName", "SysId", "ActionName")

TIMES = ("time", "eventTime")
"""The names under which CloudEvents and Event Grid send the time of an event (D-62)."""

ID = "id"
"""The name under which both send what tells an event from all others of its source (D-21)."""


@dataclass(frozen=True)
class Event:
    """One event that keeps the rules, its names in ICI's own spelling; the System ID as it was received."""

    source: str
    contract_type: str
    sys_id: str
    action: Action

    @property
    def is_baseline(self) -> bool:
        return self.contract_type == BASELINE

    @property
    def may_have_a_master(self) -> bool:
        """True if call 2 follows (CALL-2, CALL-3)."""
        return self.action.asks_for_master and self.contract_type in TYPES_WITH_A_MASTER

    @property
    def fields(self) -> dict[str, str]:
        """The fields that the mapping sheet may use, by their names in the event."""
        return {"source": self.source, "ContractTypeName": self.contract_type, "SysId": self.sys_id}


_LOGGED = (*ACTIONS, "StatusChanged")
"""The ActionNames that a log shows before the event is read; the last one is that of contracts for SCM alone."""


@dataclass(frozen=True)
class ReceivedEvent:
    """The four fields of an event, its id and its time as they came, and nothing else of its body (SEC-2)."""

    top: Mapping[str, object]
    """The fields at the top of the body."""

    data: Mapping[str, object]
    """The fields under ``data``."""

    repeated: str | None = None
    """The field that stands twice in one object, blank for a name that nobody reads; None without any (D-71)."""

    data_unreadable: bool = False
    """True if there is something under ``data`` that is no object, in none of the ways that senders write one."""

    @classmethod
    def parse(cls, body: object) -> "ReceivedEvent":
        """Take the fields out of a JSON body: an event, or an array of one event; names in any case (D-32).

        A value that is no text becomes an empty object: it breaks the same rule, and is not stored.
        Raises InterfaceError D-60 for a body that is no event.
        """
        if isinstance(body, list) and len(body) == 1:
            body = body[0]
        if not isinstance(body, Mapping):
            raise InterfaceError("D-60", "", "the body is neither an event nor an array of events")
        top = _lower_names(body)
        data, unreadable = _data(top)
        under_data = _event_fields(_lower_names(data)) if isinstance(data, Mapping) else {}
        id_ = {ID: top[ID]} if isinstance(top.get(ID), str) else {}
        event = cls({**_event_fields(top), **id_}, under_data, _repeated_field(body, data), unreadable)
        if not {*event.top, *event.data} - {*TIMES, ID} and not event.repeated:
            raise InterfaceError("D-60", "", "the body has none of the fields of an event")
        return event

    @classmethod
    def from_json(cls, stored: str) -> "ReceivedEvent":
        """Read what `to_json` has written."""
        top = json.loads(stored)
        data, repeated, unreadable = top.pop("data", {}), top.pop("repeated", None), top.pop("data_unreadable", False)
        return cls(top, data, repeated, unreadable)

    def without_id(self) -> "ReceivedEvent":
        """Return the event without its id, by which it would be the same as an earlier one (D-21)."""
        return replace(self, top={name: value for name, value in self.top.items() if name != ID})

    def to_json(self) -> str:
        """Write the event as it came, without all that is no field of it."""
        return json.dumps(self.storable())

    def storable(self) -> dict[str, object]:
        """Return the event as it came, without what is no field of it; `repeated` says what stood in it twice."""
        repeated = {} if self.repeated is None else {"repeated": self.repeated}
        unreadable = {"data_unreadable": True} if self.data_unreadable else {}
        return {**self.top, **({"data": self.data} if self.data else {}), **repeated, **unreadable}

    @property
    def time(self) -> datetime | None:
        """The time of the event by its own account; None where it does not say so with a time zone (D-62)."""
        for stated in (place.get(name) for place in (self.top, self.data) for name in TIMES):
            if isinstance(stated, str):
                with suppress(ValueError):
                    at = datetime.fromisoformat(stated.strip())
                    if at.tzinfo:
                        return at
        return None

    @property
    def sys_id(self) -> str:
        """The System ID of an event however broken, for the log; blank where it cannot be told."""
        try:
            return _sys_id(self._merged())
        except InterfaceError:
            return ""

    @property
    def sys_id_key(self) -> str:
        """The System ID as rows and messages are compared by it, and as ECC gets it; blank where it cannot be told."""
        return self.sys_id.lower()

    def mentions(self, sys_id: str) -> bool:
        """Check whether a System ID, in lower case, stands anywhere in an event, however broken."""
        values = [value for place in (self.top, self.data) for value in place.values()]
        return any(isinstance(value, str) and sys_id in value.lower() for value in values)

    @property
    def id(self) -> str:
        """The id that tells the event from all others of its source; blank where the sender gives it none."""
        return str(self.top.get(ID, "")).strip()

    @property
    def source(self) -> str:
        """The tenant of an event however broken; blank where it cannot be told."""
        try:
            return _known("EVT-1", "source", self._merged(), SOURCES) if self.repeated is None else ""
        except InterfaceError:
            return ""

    @property
    def action(self) -> str:
        """The ActionName of an event however broken, for the log; blank where it cannot be told."""
        try:
            return _known("EVT-2", "ActionName", self._merged(), _LOGGED, fold=True) if self.repeated is None else ""
        except InterfaceError:
            return ""

    def validate(self, actions: Mapping[str, Action] = ACTIONS) -> Event:
        """Check the rules of events. Raises InterfaceError, which names the rule and the field.

        `actions` are the ActionNames that the receiver knows, with the contract types that each goes with.
        """
        if self.repeated is not None:
            raise InterfaceError("D-71", self.repeated, "a name stands more than once in an object")
        fields = self._merged()
        if self.data_unreadable and not all(fields.values()):
            raise InterfaceError("D-70", "data", "it is no object, nor JSON or base64 of one, nor an array of one")
        event = Event(
            source=_known("EVT-1", "source", fields, SOURCES),
            contract_type=_known("EVT-3", "ContractTypeName", fields, _types(actions), fold=True),
            sys_id=_sys_id(fields),
            action=actions[_known("EVT-2", "ActionName", fields, actions, fold=True)],
        )
        if not event.is_baseline and event.contract_type not in event.action.contract_types:
            raise InterfaceError("D-17", "ActionName", f"{event.action.name} does not go with this ContractTypeName")
        return event

    def _merged(self) -> dict[str, object]:
        """Find the fields, wherever they stand. Raises InterfaceError D-32 for one that stands twice and differs."""
        found = {}
        for name in FIELDS:
            values = [place[name] for place in (self.top, self.data) if place.get(name) is not None]
            if len(values) == 2 and values[0] != values[1]:
                raise InterfaceError("D-32", name, "it stands at the top and under data, with different values")
            found[name] = values[0] if values else None
        return found


def _types(actions: Mapping[str, Action]) -> tuple[str, ...]:
    return (*dict.fromkeys(name for action in actions.values() for name in action.contract_types), BASELINE)


def _data(top: Mapping[str, object]) -> tuple[object, bool]:
    """Return what stands under data, and True if it cannot be read (D-70).

    Senders write it as an object, as JSON text, as base64 (also as data_base64), or as an array of one of these. Of a
    text that cannot be read, the System ID is kept where it can be told.
    """
    plain, encoded = top.get("data"), top.get("data_base64")
    found, text = encoded if plain is None else plain, ""
    for _ in range(_MAX_WRAPPINGS):
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        elif isinstance(found, str):
            text = found
            found = _unpacked(text)
    if isinstance(found, Mapping):
        return found, False
    if isinstance(found, list):
        try:
            text = json.dumps(found)
        except RecursionError:
            text = "nested without end"
    ids = {*_SYS_ID.findall(text)}
    return ({"SysId": ids.pop()} if len(ids) == 1 else None), bool(text.strip())


def _unpacked(text: str) -> object:
    """Read a text as JSON, or as base64, in lines, for URLs or without its padding as well; return None for neither."""
    try:
        return read_json_marking_repeats(text.encode())
    except (ValueError, RecursionError):
        pass
    packed = "".join(text.split()).translate(_FOR_URLS).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
    except ValueError:
        return None


def _lower_names(fields: Mapping[str, object]) -> dict[str, object]:
    return {str(name).lower(): value for name, value in fields.items()}


def _repeated_field(*objects: object) -> str | None:
    """Name the first field of the interface that stands twice in one of the objects; blank for any other name."""
    repeated = [name.lower() for one in objects if isinstance(one, AmbiguousObject) for name in one.repeated]
    return next((name for name in (*FIELDS, "data") if name.lower() in repeated), "" if repeated else None)


def _event_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Pick the four fields and the time; a value that is no text becomes an empty object."""
    values = {name: fields[name.lower()] for name in (*FIELDS, *TIMES) if name.lower() in fields}
    return {name: value if isinstance(value, str | None) else {} for name, value in values.items()}


def _text(rule: str, field: str, fields: Mapping[str, object]) -> str:
    value = fields[field]
    if not isinstance(value, str | None):
        raise InterfaceError(rule, field, "a text is expected")
    if value is None or not value.strip():
        raise InterfaceError(rule, field, "it is missing")
    return require_xml_text(field, value).strip()


def _known(rule: str, field: str, fields: Mapping[str, object], known: Iterable[str], *, fold: bool = False) -> str:
    """Return the known value that the field names; `fold` ignores case (D-15)."""
    text = _text(rule, field, fields)
    for candidate in known:
        if text == candidate or (fold and text.lower() == candidate.lower()):
            return candidate
    raise InterfaceError(rule, field, "it is none that the interface knows")


def _sys_id(fields: Mapping[str, object]) -> str:
    sys_id = _text("TAB-7", "SysId", fields)
    require_visible("SysId", sys_id)
    require_assigned("SysId", sys_id)
    if set(sys_id) <= {"."}:
        # It becomes a segment of a path, and dots alone would lead to another path.
        raise InterfaceError("D-32", "SysId", "it consists of dots alone")
    return sys_id
