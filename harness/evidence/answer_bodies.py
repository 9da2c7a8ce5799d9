"""The bodies of ICI's answers: which of them may be shown (SEC-2), and what of them is worth showing (CALL-4)."""

import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from harness.confidentiality import is_public
from simulator.icertis.rest import Answer
from simulator.mapping.sheet import CONFIDENTIAL, NEEDED

_KEPT = NEEDED | {"SysId", "ICMStatus"}
_DEEPEST = 50


def body(answer: Answer) -> object:
    """The JSON of an answer of status 200, its numbers with every digit; None for anything else."""
    if answer.status != 200:
        return None
    try:
        return json.loads(answer.body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def is_open(content: object) -> bool:
    """Whether every agreement in an answer says that it is not confidential, and at least one says so."""
    flags = [found[CONFIDENTIAL] for found in _objects(content) if CONFIDENTIAL in found]
    return bool(flags) and all(is_public(flag) for flag in flags)


def names(content: object) -> set[str]:
    """The System IDs and agreement codes that stand anywhere in an answer, in lower case."""
    return {name for found in _objects(content) for name in _names(found)}


def names_of_closed(content: object) -> set[str]:
    """The same of those agreements alone whose flag is there and cannot be read as false."""
    closed = (one for one in _objects(content) if CONFIDENTIAL in one and not is_public(one[CONFIDENTIAL]))
    return {name for found in closed for name in _names(found)}


def relevant_fields(content: object) -> tuple[object, int]:
    """An answer without the fields of agreements that the interface does not use, and how many those were."""
    left_away = 0

    def walk(value: object, depth: int) -> object:
        nonlocal left_away
        if depth > _DEEPEST:
            return "..."
        if isinstance(value, list):
            return [walk(one, depth + 1) for one in value]
        if not isinstance(value, Mapping):
            return value
        if not _is_agreement(value):
            return {name: walk(inner, depth + 1) for name, inner in value.items()}
        # In the order of the sheet and not as ICI sent them: what is used is found at a glance.
        kept = {name: value[name] for name in sorted(_KEPT & value.keys())}
        left_away += len(value) - len(kept)
        return kept

    return walk(content, 0), left_away


def as_json(content: object) -> str:
    """JSON on one line. A Decimal becomes the number that it was read from, where JSON knows that number."""
    return carriable(json.dumps(content, default=_plain, ensure_ascii=False, separators=(",", ":")))


def carriable(text: str) -> str:
    """The text with an escape for each half of a surrogate pair, which no UTF-8 can carry."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        number = float(value)
        return number if math.isfinite(number) and Decimal(repr(number)) == value else str(value)
    return str(value)


def _is_agreement(value: Mapping[str, object]) -> bool:
    return any(name in value for name in ("ICMAgreementCode", CONFIDENTIAL, "ICMStatus", "Name"))


def _names(agreement: Mapping[str, object]) -> Iterator[str]:
    for field in ("SysId", "ICMAgreementCode"):
        value = agreement.get(field)
        if isinstance(value, str) and value.strip():
            yield value.strip().lower()


def _objects(content: object) -> Iterator[Mapping[str, object]]:
    """Every object in a JSON value."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
