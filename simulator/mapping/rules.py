"""The rules of the mapping sheet: each turns the source value of one field into the text for ECC.

The first line of a docstring is the rule in plain words, as the lineage and the sign-off pack show it.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from simulator.characters import first
from simulator.mapping.contract_types import base_type
from simulator.mapping.source_value import SourceValue

_DATE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_UNSET = frozenset({"00010101", "16010101", "17530101", "18991230", "18991231", "19000101"})
"""The days that systems write for a date that nobody has set (D-69, D-84).

They are the first days of .NET, Windows, SQL Server and older databases, and days 0 and 1 of Excel and OLE.
"""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_CENT = Decimal("0.01")
_WHOLE_DIGITS = 13


def direct(given: SourceValue) -> str:
    """As it is, without blanks at its ends."""
    return given.text()


def lower_case(given: SourceValue) -> str:
    """In lower case, so that keys always match."""
    return given.text().lower()


def upper_case(given: SourceValue) -> str:
    """In upper case, so that keys always match."""
    return given.text().upper()


def type_code(given: SourceValue) -> str:
    """The code of the type; an amendment has the type of its parent."""
    return base_type(given.text())


def flag(given: SourceValue) -> str:
    """Selected (X) for true, not selected (blank) for false; a contract that is true is never sent."""
    return "X" if is_true(given) else ""


def first_100_characters(given: SourceValue) -> str:
    """The first 100 characters."""
    return first(given.text(), 100, given.characters).rstrip()


def joined_by_commas(given: SourceValue) -> str:
    """As it is, without blanks at its ends; several values of a lookup are joined by commas."""
    return ",".join(given.texts())


def day(given: SourceValue) -> str:
    """YYYY-MM-DDTHH:MM:SS loses its time and its dashes: YYYYMMDD.

    Fractions of a second and an offset are dropped with the time, the day stays as written (D-34). The days that
    stand for a date that nobody has set are no date (D-69).
    Raises InterfaceError D-34 for anything that is no date.
    """
    value = given.single()
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return ""
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise given.error("D-34", "it is no date of the form YYYY-MM-DDTHH:MM:SS")
    try:
        date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise given.error("D-34", "there is no such day in the calendar") from None
    found = match["year"] + match["month"] + match["day"]
    return "" if found in _UNSET else found


def amount(given: SourceValue) -> str:
    """With two decimals, rounded half up; at most 13 digits before the point.

    Raises InterfaceError D-34 for anything that is no number, D-14 for one that is too large.
    """
    value = given.single()
    if isinstance(value, str):
        value = value.strip()
        if value and not _NUMBER.fullmatch(value):
            raise given.error("D-34", "it is no number")
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        raise given.error("D-34", "it is no number")
    number = Decimal(value)
    # Checked before rounding as well: to round a number with a huge exponent would fail, or take for ever. Nought has
    # no size, whatever its exponent.
    if not number.is_finite() or (number and number.adjusted() >= _WHOLE_DIGITS):
        raise given.error("D-14", f"more than {_WHOLE_DIGITS} digits before the point")
    rounded = number.quantize(_CENT, ROUND_HALF_UP) + 0  # "+ 0" turns -0.00 into 0.00
    if rounded.adjusted() >= _WHOLE_DIGITS:
        raise given.error("D-14", f"more than {_WHOLE_DIGITS} digits before the point")
    return str(rounded)


def is_true(given: SourceValue) -> bool:
    """Read ICMConfidentialContract. Raises InterfaceError D-04 for anything but true and false: never read as false."""
    value = given.single()
    word = value.strip().lower() if isinstance(value, str) else value
    if word is True or word == "true":
        return True
    if word is False or word == "false":
        return False
    raise given.error("D-04", "it is neither true nor false")


def organisations(text: str) -> tuple[str, ...]:
    """Split a comma-separated list into organisations, each once, without blanks and empty parts (D-16).

    Two that differ by case alone are one, in the spelling that came first (EVT-8).
    """
    first_spelling: dict[str, str] = {}
    for part in text.split(","):
        organisation = part.strip()
        if organisation:
            first_spelling.setdefault(organisation.casefold(), organisation)
    return tuple(first_spelling.values())
