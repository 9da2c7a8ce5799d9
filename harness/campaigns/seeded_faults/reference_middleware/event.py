"""The event that ICI sends (EVT-1 to EVT-8, D-17, D-32, D-60, D-70)."""

import base64
import json
import re
from collections.abc import Mapping
from typing import NamedTuple

SOURCES = ("/icertis/syensqo-dev", "/icertis/syensqo-uat", "/icertis/syensqo")
BASELINE = "ICMBaselineAgreement"
BASE_TYPES = ("ICMMasterAgreement", "ICMSupportingAgreement", "ICMSubAgreement", "ICMStandaloneAgreement")
AMENDED = "AmendmentExecuted"
ACTIONS = ("Executed", "Renewed", "Terminated", AMENDED, "ExecutedUpdated")


class Refused(Exception):  # noqa: N818 - the word of the error queue
    """A rule is broken. The text names the rule and the field, never a value (SEC-2)."""


class Event(NamedTuple):
    """An event, in ICI's spelling; written independently of `simulator.cpi.event.Event`."""

    source: str
    contract_type: str
    sys_id: str
    action: str

    @property
    def base_type(self) -> str:
        """The type of the agreement that the event changes: for an amendment, its parent's."""
        return self.contract_type.removesuffix("Amendment")

    @property
    def is_amendment(self) -> bool:
        return self.action == AMENDED


def read(payload: object) -> Event:
    """Parse an event. Raises Refused."""
    fields = _fields(payload)
    event = Event(
        source=_one_of(SOURCES, fields, "source", "EVT-1", fold=False),
        contract_type=_one_of(
            (BASELINE, *BASE_TYPES, *(f"{base}Amendment" for base in BASE_TYPES)), fields, "ContractTypeName", "EVT-3"
        ),
        sys_id=require_visible(_text(fields, "SysId"), "SysId"),
        action=_one_of(ACTIONS, fields, "ActionName", "EVT-2"),
    )
    if not event.sys_id.strip("."):
        raise Refused("D-32 SysId")
    if event.contract_type != BASELINE and event.contract_type.endswith("Amendment") != event.is_amendment:
        raise Refused("D-17 ActionName")
    return event


_FILLER = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that show nothing, although Python calls them printable."""

REPEATED = "(a name stands twice)"
NAMES = ("source", "contracttypename", "sysid", "actionname")


def is_event(payload: object) -> bool:
    """Return True if a body is an event, valid or not (D-60)."""
    if not isinstance(payload, dict):
        return False
    data = plain_data(payload)
    below = [data] if isinstance(data, dict) else []
    return any(name.lower() in NAMES for place in (payload, *below) for name in place)


def plain_data(said: dict[str, object]) -> object:
    """Find what data is, however its sender wrote it (D-70)."""
    written = {name.lower(): one for name, one in said.items() if one is not None}
    found = written.get("data", written.get("data_base64"))
    for _ in range(4):
        found = _unwrapped(found)
        if not isinstance(found, str):
            break
        try:
            found = json.loads(found, object_pairs_hook=mark_repeated_names)
        except (ValueError, RecursionError):
            try:
                packed = "".join(found.split()).replace("-", "+").replace("_", "/").rstrip("=")
                found = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
            except ValueError:
                return None
    return found


def events(payload: object, headers: Mapping[str, str]) -> list[object]:
    """List what is an event in a body: one, one of binary mode, or those of an array (D-60, D-70)."""
    if "ce-source" in headers:
        payload = {"source": headers["ce-source"], "data": payload}
    bodies = payload if isinstance(payload, list) else [payload]
    return [one for one in bodies if is_event(one)]


def validation_code(payload: object) -> str | None:
    """Return the code that Event Grid wants to have back (D-70)."""
    said = _unwrapped(payload)
    if not isinstance(said, dict) or said.get("eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent":
        return None
    return str(said["data"]["validationCode"])


def mark_repeated_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of JSON; one that has a name twice, also by case, gets the mark REPEATED (D-71)."""
    found = dict(pairs)
    if len({name.casefold() for name, _ in pairs}) < len(pairs):
        found[REPEATED] = True
    return found


def _unwrapped(payload: object) -> object:
    return payload[0] if isinstance(payload, list) and len(payload) == 1 else payload


def _fields(payload: object) -> dict[str, object]:
    """Return the four fields from the top or from `data`, with names in lower case."""
    payload = _unwrapped(payload)
    if not isinstance(payload, dict):
        raise Refused("D-60")
    top = {name.lower(): value for name, value in payload.items() if value is not None}
    data = plain_data(payload)
    if any(isinstance(place, dict) and REPEATED in place for place in (payload, data)):
        raise Refused("D-71")
    below = {name.lower(): value for name, value in data.items() if value is not None} if isinstance(data, dict) else {}
    for name in NAMES:
        if name in top and name in below and top[name] != below[name]:
            raise Refused(f"D-32 {name}")
    return below | top


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name.lower())
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"TAB-7 {name}")
    return require_xml_text(value.strip(), name)


def _one_of(known: tuple[str, ...], fields: dict[str, object], name: str, rule: str, *, fold: bool = True) -> str:
    value = _text(fields, name)
    for one in known:
        if one == value or (fold and one.lower() == value.lower()):
            return one
    raise Refused(f"{rule} {name}")


def require_xml_text(text: str, field: str) -> str:
    """Return the text if XML 1.0 can represent it (D-36). Raises Refused."""
    for character in text:
        if (
            (character < " " and character not in "\t\n\r")
            or "\ud800" <= character <= "\udfff"
            or character in "\ufffe\uffff"
        ):
            raise Refused(f"D-36 {field}")
    return text


def require_visible(key: str, field: str) -> str:
    """Return the part of a key if all of it can be seen (D-72) and it is not the empty GUID (D-82). Raises Refused."""
    if len(key.strip("{}").replace("-", "")) == 32 and set(key.strip("{}")) <= {"0", "-"}:
        raise Refused(f"D-82 {field}")
    if not key.isprintable() or _FILLER.search(key):
        raise Refused(f"D-72 {field}")
    return key
