"""The register: what the specification and the decisions require, each entry with its id for tags and reports."""

import dataclasses
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, Self, TypeAlias, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from harness.files import FIXTURES

SPEC = FIXTURES / "spec"


class Target(StrEnum):
    """The system that contracts go to: each has an interface, conditions, and people who sign of its own."""

    ECC = "SAP ECC"
    SCM = "Dynamics 365 SCM"

    @property
    def specification(self) -> str:
        """The specification that the register states."""
        return _SPECIFICATIONS[self]

    @property
    def pack(self) -> str:
        """The name of the file of its sign-off pack."""
        return "signoff-scm.html" if self is Target.SCM else "signoff.html"

    @classmethod
    def of_feature(cls, feature: str) -> "Target":
        """Return the target of a feature, by its path below the folder of the features."""
        return cls.SCM if feature.startswith("scm/") else cls.ECC


_SPECIFICATIONS: Mapping[Target, str] = {
    Target.ECC: "HLS Icertis to SAP ECC, version 2",
    Target.SCM: "Icertis for Dynamics 365 SCM, as Microsoft and Icertis describe it",
}

Consequence: TypeAlias = Literal["high", "medium", "low"]

CONSEQUENCES: tuple[Consequence, ...] = ("high", "medium", "low")

EntryT = TypeVar("EntryT", bound="RegisterEntry")

_STRICT = ConfigDict(extra="forbid", str_min_length=1)


ResultKind: TypeAlias = Literal[
    "event",
    "call 1",
    "call 2",
    "no call 2",
    "details",
    "association details",
    "new entry",
    "no new entry",
    "parent entry",
    "updated entry",
    "whole entry",
    "expiry",
    "nothing else",
    "association",
    "organisation rows",
    "no organisation row",
    "organisations stay",
    "filter",
    "nothing in SAP",
    "no trace",
    "calls to SCM",
    "no call to SCM",
    "fields sent",
    "statuses",
    "contract in SCM",
    "no contract in SCM",
    "agreement in SCM",
    "no agreement in SCM",
    "lines in SCM",
    "no line in SCM",
    "fulfilment",
    "connection",
    "set-up in SCM",
    "no set-up in SCM",
    "contract types",
    "master data",
    "contract in ICI",
    "writes to ICI",
    "commitments",
    "answer of ICI",
    "answer of SCM",
    "alignment",
    "address",
    "hits",
    "rating",
    "next attempt",
]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class RegisterEntry(ABC):
    """The fields of every entry."""

    id: str

    waived: str | None = None
    """The reason it needs no scenario."""

    @property
    def tag(self) -> str:
        """The tag of its scenarios."""
        return self.id

    @property
    def belongs_to(self) -> Target:
        """The interface that it is about; its scenarios may be of the other one too."""
        return Target.ECC

    @property
    @abstractmethod
    def headline(self) -> str:
        """Its subject, in one line."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ExpectedResult:
    """One expected result of a condition."""

    text: str

    shown_by: ResultKind
    """The kind of comparison that shows it, see `harness.evidence.expected_results`."""

    asked_by: str = ""
    """The rule or decision that asks for it; blank for what the specification lists with the condition."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Condition(RegisterEntry):
    """One test condition. Those of Dynamics 365 SCM are ours: the sources give none."""

    title: str

    event: str
    """The ActionName; of SCM in words what happens in ICI."""

    contract: str

    organisations: Literal["none", "one", "several", ""] = ""
    """Number of purchasing organisations; blank where the condition does not say."""

    short: str
    """The title in a few words."""

    expected: tuple[ExpectedResult, ...]
    """The specification's own list, then the results that other entries of the register ask for in addition.

    Each scenario of ECC shows all of them; those of SCM show them between them.
    """

    belongs_to: Target = Target.ECC

    @property
    def tag(self) -> str:
        return f"condition_{self.id}"

    @property
    def headline(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class MappedField(RegisterEntry):
    """One line of the mapping sheet."""

    rule: str

    source: str = ""
    """PART:FIELD or PART:FIELD/NAME, as in the sheet."""

    target: str = ""
    """The Z-field; blank, like what describes it, for fields that only decide."""

    label: str = ""
    type: str = ""
    """CHAR 20, DATS, DEC 15; CODE for a coded CHAR 3."""

    key: bool = False

    instead: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """ActionName to the source that replaces `source` for it."""

    decides: tuple[str, ...] = ()
    """ICI fields that decide something and are not stored."""

    @property
    def headline(self) -> str:
        return f"{self.target or ', '.join(self.decides)}: {self.rule}"


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Rule(RegisterEntry):
    """One rule of the specification."""

    text: str

    @property
    def headline(self) -> str:
        return self.text

    @property
    def belongs_to(self) -> Target:
        return Target.SCM if self.id.startswith("SCM-") else Target.ECC


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Decision(RegisterEntry):
    """A point where the specification leaves a choice."""

    question: str

    heart: str = ""
    """The heading of the scenario that shows it best; blank where that is the first one with its tag."""

    built: str
    """The reading that is built."""

    other: str
    """The other reading."""

    why: str

    section: str
    """The section of the specification that it is about."""

    owner: str
    """The role that can answer it."""

    consequence: Consequence
    """The weight of the other reading: high for data that are lost, wrong or not to be seen."""

    binds: tuple[str, ...] = ()
    """Marks by which a scenario rests on it, tagged or not: a mapping line that it used, a table that it wrote to, an
    ActionName that it sent."""

    @property
    def headline(self) -> str:
        return self.question

    @property
    def belongs_to(self) -> Target:
        return Target.SCM if self.section == Target.SCM else Target.ECC


@dataclasses.dataclass(frozen=True)
class Register:
    """The parts of the register, each in the order of its file."""

    conditions: tuple[Condition, ...]
    """Those of ECC, then those of SCM."""

    mappings: tuple[MappedField, ...]
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]

    @classmethod
    def load(cls, folder: Path = SPEC) -> Self:
        """Read the files of `folder`.

        Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for an entry with a missing or unknown
        field.
        """
        of_scm = _read(folder, "scm_conditions", Condition)
        return cls(
            conditions=(
                *_read(folder, "conditions", Condition),
                *(dataclasses.replace(one, belongs_to=Target.SCM) for one in of_scm),
            ),
            mappings=_read(folder, "mapping", MappedField),
            rules=_read(folder, "rules", Rule),
            decisions=_read(folder, "decisions", Decision),
        )

    def conditions_of(self, target: Target) -> tuple[Condition, ...]:
        return tuple(one for one in self.conditions if one.belongs_to is target)

    @property
    def entries(self) -> tuple[RegisterEntry, ...]:
        """Conditions, mapping, rules and decisions."""
        return (*self.conditions, *self.mappings, *self.rules, *self.decisions)

    @property
    def by_id(self) -> dict[str, RegisterEntry]:
        return {entry.id: entry for entry in self.entries}


def _read(folder: Path, stem: str, kind: type[EntryT]) -> tuple[EntryT, ...]:
    return _entries((folder / f"{stem}.toml").read_text(encoding="utf-8-sig"), stem, kind)


@cache  # by content: a run asks for the register in a dozen places
def _entries(content: str, stem: str, kind: type[EntryT]) -> tuple[EntryT, ...]:
    """Parse the content of a file: an array of tables, named in the singular."""
    return tuple(kind(**fields) for fields in tomllib.loads(content)[stem.removesuffix("s")])
