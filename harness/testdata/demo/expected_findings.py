"""The planted errors, in the terms of the report that must find them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.reporting.totals import FINDING_PARTS


class Outline(NamedTuple):
    """An outline agreement by its system and number."""

    system: str
    EBELN: str


class ContractOrganisation(NamedTuple):
    """An organisation of a contract, which lacks an outline agreement."""

    ICMAGREEMENTCODE: str
    PURCHASINGORG: str


class MasterFinding(NamedTuple):
    """A contract whose master does not fit it."""

    ICMAGREEMENTCODE: str
    finding: str


class OutlineDifference(NamedTuple):
    """A field in which an outline agreement differs from its contract."""

    system: str
    EBELN: str
    field: str


class EntryDifference(NamedTuple):
    """An entry that differs from that of another system; the field is blank if it is missing there."""

    ICMAGREEMENTCODE: str
    finding: str
    field: str
    other_system: str


@dataclass
class ExpectedFindings:
    """The findings that a report must contain, and no others."""

    day: str
    """YYYYMMDD: the day of the report."""

    master_codes: dict[str, str] = field(default_factory=dict)
    """Code of the master by agreement code, blank without a master."""

    confidential: int = 0
    """Number of confidential agreements; only ICI knows which (SEC-2)."""

    histories: dict[str, int] = field(default_factory=dict)
    """Number of contracts by history: amended, renewed, terminated, updated, expired, quiet."""

    outline_agreements: dict[str, int] = field(default_factory=dict)
    """Number of outline agreements by system."""

    differences: list[OutlineDifference] = field(default_factory=list)
    missing: list[ContractOrganisation] = field(default_factory=list)
    masters: list[MasterFinding] = field(default_factory=list)
    orphans: list[Outline] = field(default_factory=list)
    unknown_codes: list[Outline] = field(default_factory=list)
    wrong_types: list[Outline] = field(default_factory=list)
    duplicates: list[Outline] = field(default_factory=list)
    ended: list[Outline] = field(default_factory=list)
    entries: list[EntryDifference] = field(default_factory=list)
    ready: list[Outline] = field(default_factory=list)
    """Those that a conversion to S/4HANA could take over."""

    blocked: list[Outline] = field(default_factory=list)
    """Open ones that a conversion could not take over."""

    def findings(self) -> dict[str, list[dict[str, str]]]:
        """Return the rows that each part of the report must have, in any order."""
        return {name: [one._asdict() for one in getattr(self, name)] for name in FINDING_PARTS}

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm demo --json` prints."""
        return {
            "day": self.day,
            "master_codes": self.master_codes,
            "confidential": self.confidential,
            "histories": self.histories,
            "outline_agreements": self.outline_agreements,
            **self.findings(),
            "ready": [one._asdict() for one in self.ready],
            "blocked": [one._asdict() for one in self.blocked],
        }
