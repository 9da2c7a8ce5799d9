"""The state of the approval of a condition."""

from typing import Final, Literal, NamedTuple, TypeAlias

OPEN, PARTLY, REOPENED = "open", "partly approved", "reopened"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
"""A verdict: the earlier one of the same person in the same role no longer counts."""


SignedVerdict: TypeAlias = Literal["approved", "rejected", "withdrawn"]


MAX_REASONS = 20
"""The reasons that are listed in one place, at most."""


class Signature(NamedTuple):
    """A verdict that somebody gave in a role; all are kept, in the order in which they were given."""

    role: str
    by: str
    date: str
    """ISO 8601."""

    verdict: str
    """APPROVED, REJECTED or WITHDRAWN."""

    comment: str = ""
    evidence: str = ""
    """The SHA-256 of the evidence that was looked at."""

    pack: str = ""
    """The SHA-256 of the pack that was looked at."""

    stands: bool = True
    """False for what the same person replaced or withdrew, and for a withdrawal."""


class Approval(NamedTuple):
    """The approval of one condition, held against its current content."""

    state: str
    """OPEN (nobody has signed it), PARTLY (a role has not), APPROVED (all roles have), REOPENED (the approved content
    has changed), or REJECTED (a rejection stands)."""

    signatures: tuple[Signature, ...] = ()
    missing: tuple[str, ...] = ()
    """The roles that have to approve it still."""

    reasons: tuple[str, ...] = ()
    """The reasons it was reopened."""

    open_decisions: tuple[str, ...] = ()
    """The decisions that it rests on and that nobody has confirmed, by consequence."""

    @property
    def first_reasons(self) -> list[str]:
        """The first reasons, with the number of the others: after a wide change there are hundreds."""
        others = len(self.reasons) - MAX_REASONS
        return [*self.reasons[:MAX_REASONS], *([f"and {others} more"] if others > 0 else [])]

    @property
    def dependence(self) -> str:
        """The first open decision, with the number of the others; blank without one."""
        if not self.open_decisions:
            return ""
        others = len(self.open_decisions) - 1
        return f"depends on {self.open_decisions[0]}{f' and {others} more' if others else ''}"

    @property
    def standing(self) -> tuple[Signature, ...]:
        """The verdicts that count."""
        return tuple(one for one in self.signatures if one.stands)

    @property
    def by(self) -> str:
        """The people who signed, each with the role."""
        return ", ".join(f"{one.by} ({one.role})" for one in self.standing)

    @property
    def date(self) -> str:
        """The day of the last verdict that counts; blank without one."""
        return max((one.date for one in self.standing), default="")
