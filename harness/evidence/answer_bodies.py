"""Decide which answers of ICI the evidence may show (SEC-2), and which of their fields it needs (CALL-4)."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from harness.confidentiality import is_public
from simulator.connector.sheet import AGREEMENT, CONTRACT, LINE_ITEMS
from simulator.cpi.ici_client import content_of, read_answer
from simulator.errors import InterfaceError
from simulator.icertis.rest import Answer
from simulator.mapping.sheet import CONFIDENTIAL, NEEDED

_SHOWN_FIELDS = NEEDED | {"SysId", "ICMStatus"}
_OF_CONNECTOR = frozenset(
    {
        *(row.source.removeprefix("contract:") for row in (*CONTRACT, *AGREEMENT)),
        *(LINE_ITEMS, CONFIDENTIAL, "ICMParentEntityInstanceId"),
    }
)
_MAX_DEPTH = 50
_ANSWERS = 100
"""Those of about one scenario: redaction, exchange and lineage each look at every answer."""

_TELL_NOTHING = {CONFIDENTIAL, "ICMStatus", "ContractTypeName", "CONTRACTTYPENAME", "TENANTID"}

_PARENT_FIELDS = ("ICMParentEntityInstanceId", "ICMParentContractId")


def parse_body(answer: Answer) -> object:
    """Parse an answer of status 200, numbers as Decimal; return None for any other answer, or one that CPI refuses.

    Nobody may change what is returned: whoever asks for the same answer gets the same object.
    """
    return _parse(answer.body) if answer.status == 200 else None


@lru_cache(maxsize=_ANSWERS)
def _parse(body: bytes) -> object:
    try:
        content = read_answer(body)
        content_of(content)
    except (InterfaceError, ValueError, ArithmeticError, RecursionError):
        return None
    return content


class Facts(NamedTuple):
    """The statements of an answer about the agreements in it; System IDs and codes are in lower case."""

    names: frozenset[str] = frozenset()
    """The System IDs and agreement codes anywhere in it."""

    parents: frozenset[str] = frozenset()
    """The System IDs and codes of the agreements that amendments name as their parents."""

    confidential: frozenset[str] = frozenset()
    """Those of confidential agreements: their flag does not read as false, or is missing."""

    all_public: bool = False
    """True if every flag in it says that an agreement is not confidential, and there is one."""


def facts_of(answer: Answer) -> Facts:
    """Return what an answer says, nothing where `parse_body` returns None; asked again, it is not searched again."""
    return _facts(answer.body) if answer.status == 200 else Facts()


@lru_cache(maxsize=_ANSWERS)
def _facts(body: bytes) -> Facts:
    found = [*_objects(_parse(body))]
    return Facts(
        frozenset(name for one in found for name in _names(one)),
        frozenset(name for one in found for name in _names(one, _PARENT_FIELDS)),
        frozenset(
            name for one in found if _is_agreement(one) and not is_public(one.get(CONFIDENTIAL)) for name in _names(one)
        ),
        bool(flags := [one[CONFIDENTIAL] for one in found if CONFIDENTIAL in one]) and all(map(is_public, flags)),
    )


def values(content: object) -> set[str]:
    """Collect the texts anywhere in a JSON value, in lower case; of an agreement without its flag, type and status."""
    found: set[str] = set()
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend(held for name, held in value.items() if name not in _TELL_NOTHING)
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str) and value.strip():
            found.add(value.strip().lower())
    return found


def relevant_fields(content: object, *, for_connector: bool = False) -> tuple[object, int]:
    """Drop the fields of agreements that the interface does not use. Returns plain JSON, and how many were dropped."""
    omitted, shown = 0, _OF_CONNECTOR if for_connector else _SHOWN_FIELDS

    def walk(value: object, depth: int) -> object:
        nonlocal omitted
        if depth > _MAX_DEPTH:
            return "..."
        if isinstance(value, list):
            return [walk(item, depth + 1) for item in value]
        if not isinstance(value, Mapping):
            return _number(value) if isinstance(value, Decimal) else value
        if not _is_agreement(value):
            return {name: walk(inner, depth + 1) for name, inner in value.items()}
        # In alphabetical order and not as ICI sent them, so that a field is found at a glance.
        relevant = {name: _plain(value[name], depth + 1) for name in sorted(shown & value.keys())}
        omitted += len(value) - len(relevant)
        return relevant

    return walk(content, 0), omitted


def as_json(content: object) -> str:
    """Write JSON on one line, a Decimal as a number where JSON keeps all its digits."""
    return escape_surrogates(json.dumps(content, default=_number, ensure_ascii=False, separators=(",", ":")))


def escape_surrogates(text: str) -> str:
    """Escape each half of a surrogate pair, which UTF-8 cannot carry."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _plain(value: object, depth: int) -> object:
    """Replace every Decimal in a JSON value, and what is nested too deep."""
    if depth > _MAX_DEPTH:
        return "..."
    if isinstance(value, Mapping):
        return {name: _plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    return _number(value) if isinstance(value, Decimal) else value


def _number(value: object) -> float | str:
    """Return the float that a Decimal was read from; its text where the float has other digits."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    number = float(value)
    return number if math.isfinite(number) and Decimal(repr(number)) == value else str(value)


def _is_agreement(value: Mapping[str, object]) -> bool:
    return any(name in value for name in ("ICMAgreementCode", CONFIDENTIAL, "ICMStatus", "Name"))


def _names(agreement: Mapping[str, object], fields: Iterable[str] = ("SysId", "ICMAgreementCode")) -> Iterator[str]:
    for field in fields:
        value = agreement.get(field)
        if isinstance(value, str) and value.strip():
            yield value.strip().lower()


def _objects(content: object) -> Iterator[dict[str, object]]:
    """Yield every object in a JSON value that was read."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
