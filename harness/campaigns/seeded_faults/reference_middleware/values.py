"""Read single fields of ICI's answers (D-31, D-33 to D-36)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from harness.campaigns.seeded_faults.reference_middleware.event import Refused, require_xml_text

Fields = Mapping[str, Any]

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_UNSET = ("0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01")  # D-69, D-84
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_CENT = Decimal("0.01")
_TOO_LARGE = Decimal(10) ** 13


def value(fields: Fields, name: str, inside: str = "DisplayValue") -> Any:
    """Return a bare value, a lookup's value, or that of an array of one; None if there is none."""
    found = fields.get(name)
    if isinstance(found, list):
        if len(found) > 1:
            raise Refused(f"D-31 {name}")
        found = found[0] if found else None
    if isinstance(found, dict):
        if found and inside not in found:
            raise Refused(f"D-31 {name}")
        found = found.get(inside)
    if isinstance(found, list | dict):
        raise Refused(f"D-31 {name}")
    return found


def members(content: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of every member of every object."""
    if isinstance(content, dict):
        yield from content.items()
    for inner in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from members(inner)


def is_yes(said: Any) -> bool:
    return str(said).strip().lower() in ("true", "1", "1.0", "yes", "y", "x")


def text(fields: Fields, name: str) -> str:
    """Return a text without surrounding blanks; empty if there is none."""
    found = value(fields, name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Refused(f"D-35 {name}")
    return require_xml_text(found, name).strip()


def require_length(found: str, name: str, limit: int) -> str:
    """Return the text if it has at most `limit` characters (D-13). Raises Refused."""
    if len(found) > limit:
        raise Refused(f"D-13 {name}")
    return found


def day(fields: Fields, name: str) -> str:
    """Return a date as YYYYMMDD, or blank."""
    found = value(fields, name)
    if found is None or (isinstance(found, str) and not found.strip()):
        return ""
    match = _DAY.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match or not _is_in_the_calendar(match[1]):
        raise Refused(f"D-34 {name}")
    return "" if match[1] in _UNSET else match[1].replace("-", "")


def _is_in_the_calendar(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def amount(fields: Fields, name: str) -> Decimal | None:
    """Return a number with two decimals (D-14); None if there is none."""
    found = value(fields, name, "Value")
    if isinstance(found, str):
        found = found.strip()
        if found and not _NUMBER.fullmatch(found):
            raise Refused(f"D-34 {name}")
    if found is None or found == "":
        return None
    if isinstance(found, bool):
        raise Refused(f"D-34 {name}")
    try:
        rounded = Decimal(found).quantize(_CENT, ROUND_HALF_UP) + 0  # without the sign of a zero
    except InvalidOperation:
        raise Refused(f"D-14 {name}") from None
    if abs(rounded) >= _TOO_LARGE:
        raise Refused(f"D-14 {name}")
    return rounded
