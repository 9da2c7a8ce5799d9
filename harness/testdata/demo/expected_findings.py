"""What has been planted in a world, in the words of the report that has to find it."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Outline(NamedTuple):
    """An outline agreement by its system and number."""

    system: str
    EBELN: str


class Place(NamedTuple):
    """An organisation of a contract."""

    ICMAGREEMENTCODE: str
    PURCHASINGORG: str


class Difference(NamedTuple):
    system: str
    EBELN: str
    field: str
    """Of the outline agreement."""


class Entry(NamedTuple):
    """An entry that is not the same in another system; the field is blank where it is missing there."""

    ICMAGREEMENTCODE: str
    finding: str
    field: str
    other_system: str


@dataclass
class ExpectedFindings:
    """Everything that a report has to find, and nothing that it must not find."""

    day: str
    """YYYYMMDD: the day for which it holds."""

    masters: dict[str, str] = field(default_factory=dict)
    """Agreement code to that of its master, blank for none."""

    confidential: int = 0
    """How many confidential agreements there are; what they are, ICI alone knows (SEC-2)."""

    acts: dict[str, int] = field(default_factory=dict)
    """How often contracts were amended, renewed, terminated, updated."""

    outline_agreements: dict[str, int] = field(default_factory=dict)
    """By system."""

    differences: list[Difference] = field(default_factory=list)
    missing: list[Place] = field(default_factory=list)
    orphans: list[Outline] = field(default_factory=list)
    unknown_codes: list[Outline] = field(default_factory=list)
    doubles: list[Outline] = field(default_factory=list)
    ended: list[Outline] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    ready: list[Outline] = field(default_factory=list)
    """What a conversion to S/4HANA could take over."""

    blocked: list[Outline] = field(default_factory=list)
    """What is open, but has something in its way."""

    def findings(self) -> dict[str, list[dict[str, str]]]:
        """Part of the report to the rows that it has to have, in any order."""
        parts = ("differences", "missing", "orphans", "unknown_codes", "doubles", "ended", "entries")
        return {name: [one._asdict() for one in getattr(self, name)] for name in parts}

    def as_json(self) -> dict[str, object]:
        """The object that `zicm demo` writes."""
        return {
            "day": self.day,
            "masters": self.masters,
            "confidential": self.confidential,
            "acts": self.acts,
            "outline_agreements": self.outline_agreements,
            **self.findings(),
            "ready": [one._asdict() for one in self.ready],
            "blocked": [one._asdict() for one in self.blocked],
        }
