"""The rules of the connector's sheet: each turns the value of one field of ICI into a value of JSON for SCM.

The first line of a docstring is the rule in plain words, as the lineage shows it.
"""

import re
from decimal import Decimal
from typing import TypeAlias

from simulator.mapping import rules
from simulator.mapping.source_value import SourceValue

ScmValue: TypeAlias = str | float

NO_DATE = "1900-01-01T12:00:00Z"
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")

AGREEMENT_STATUS = {
    "Executed": "Effective",
    "Terminated": "Closed",
    "Expired": "Closed",
    "Cancelled": "Closed",
}
"""Status of the contract to that of its purchase agreement (D-123); any other leaves it on hold."""

CONTRACT_STATUSES = frozenset(
    {
        "Draft", "WaitingForApproval", "Approved", "Rejected", "WaitingForSignatures", "WaitingForExternalSignatures",
        "WaitingForInternalSignatures", "Executed", "Terminated", "Expired", "OnHold", "Cancelled", "WaitingForReview",
        "Reviewed",
    }
)  # fmt: skip


def text(given: SourceValue) -> str:
    """As it is, without blanks at its ends."""
    return given.text()


def company(given: SourceValue) -> str:
    """In lower case, as SCM spells companies in keys."""
    return given.text().lower()


def day(given: SourceValue) -> str:
    """Noon in UTC of the day as written; 1900-01-01 where it is not set."""
    found = rules.day(given)
    return f"{found[:4]}-{found[4:6]}-{found[6:]}T12:00:00Z" if found else NO_DATE


def number(given: SourceValue) -> float:
    """The number; 0 where there is none."""
    value = given.single()
    value = value.strip() if isinstance(value, str) else value
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        raise given.error("D-34", "it is no number")
    return float(Decimal(value))


def yes_or_no(given: SourceValue) -> str:
    """Yes for true, No for false and where it is not set."""
    return "Yes" if given.values and given.values[0] != "" and rules.is_true(given) else "No"


def contract_status(given: SourceValue) -> str:
    """The status of ICI without its blanks."""
    found = given.text().replace(" ", "")
    if found not in CONTRACT_STATUSES:
        raise given.error("SCM-6", "SCM has no such status of a contract")
    return found


def agreement_status(given: SourceValue) -> str:
    """Effective once executed, closed once ended, else on hold."""
    return AGREEMENT_STATUS.get(contract_status(given), "OnHold")
