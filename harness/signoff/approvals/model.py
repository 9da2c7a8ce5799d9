"""The state of the approval of a condition."""

from typing import NamedTuple

OPEN, APPROVED, REOPENED = "open", "approved", "reopened"


class Approval(NamedTuple):
    """The approval of one condition, held against its current content."""

    state: str
    """OPEN (nobody has approved it), APPROVED, or REOPENED (the approved content has changed)."""

    by: str = ""
    date: str = ""
    """ISO 8601."""

    comment: str = ""
    reasons: tuple[str, ...] = ()
    """The reasons it was reopened."""
