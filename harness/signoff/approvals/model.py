"""What has become of the approval of a condition."""

from typing import NamedTuple

OPEN, APPROVED, REOPENED = "open", "approved", "reopened"


class Approval(NamedTuple):
    """One condition's."""

    state: str
    """OPEN (nobody has approved it), APPROVED, or REOPENED: what was approved is not what there is now."""

    by: str = ""
    on: str = ""
    """The day, ISO 8601."""

    comment: str = ""
    reasons: tuple[str, ...] = ()
    """Why it was reopened."""
