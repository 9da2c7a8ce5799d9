"""Automatic renewal: when an agreement is renewed, and until when (EVT-5, D-74)."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Self

EXPIRY_DATE = "ICMExpiryDate"
RENEWAL_DATE = "ICMRenewalDate"
RENEWAL_TERM = "ICMRenewalTermMonths"


_UNSET = ((1, 1, 1), (1601, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1))
"""The days that systems write for a date that nobody has set (D-69, D-84)."""


class Renewal(NamedTuple):
    """The next renewal of an agreement."""

    due: datetime
    """The renewal date."""

    renewed: Mapping[str, str]
    """The attributes that the renewal changes: expiry and renewal date, later by the term."""

    @classmethod
    def of(cls, attributes: Mapping[str, object]) -> Self | None:
        """Read the next renewal from the attributes of an agreement.

        None where date, term or expiry is missing or unset, and where the term goes beyond the calendar.
        """
        try:
            dates = {name: datetime.fromisoformat(str(attributes.get(name))) for name in (EXPIRY_DATE, RENEWAL_DATE)}
            months = int(str(attributes.get(RENEWAL_TERM)))
            renewed = {name: _add_months(day, months).isoformat() for name, day in dates.items()}
        except (ValueError, OverflowError):
            return None
        if any((day.year, day.month, day.day) in _UNSET for day in dates.values()):
            return None
        due = dates[RENEWAL_DATE]
        return cls(due if due.tzinfo else due.replace(tzinfo=UTC), renewed) if months > 0 else None


def _add_months(day: datetime, months: int) -> datetime:
    """Move a day on by months; the 31st becomes the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))
