"""The register: what the specification and the decisions require, each entry with its id for tags and reports."""

import dataclasses
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Self, TypeAlias, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from harness.files import FIXTURES

SPEC = FIXTURES / "spec"

VERSION = "HLS Icertis to SAP ECC, version 2"
"""The specification that the register states."""

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
class _Condition(RegisterEntry):
    title: str

    @property
    def tag(self) -> str:
        return f"condition_{self.id}"

    @property
    def headline(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Condition(_Condition):
    """One test condition of the specification."""

    event: str
    """The ActionName."""

    contract: str

    organisations: Literal["none", "one", "several", ""]
    """Number of purchasing organisations; blank where the condition does not say."""

    short: str
    """The title in a few words."""

    expected: tuple[ExpectedResult, ...]
    """The specification's own list, then the results that other entries of the register ask for in addition."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class ScmCondition(_Condition):
    """One condition of the interface to Dynamics 365 SCM; they are ours, the sources give none."""


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


@dataclasses.dataclass(frozen=True)
class Register:
    """The parts of the register, each in the order of its file."""

    conditions: tuple[Condition, ...]
    mappings: tuple[MappedField, ...]
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]
    scm_conditions: tuple[ScmCondition, ...] = ()

    @classmethod
    def load(cls, folder: Path = SPEC) -> Self:
        """Read the files of `folder`.

        Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for an entry with a missing or unknown
        field.
        """
        return cls(
            conditions=_read(folder, "conditions", Condition),
            mappings=_read(folder, "mapping", MappedField),
            rules=_read(folder, "rules", Rule),
            decisions=_read(folder, "decisions", Decision),
            scm_conditions=_read(folder, "scm_conditions", ScmCondition),
        )

    @property
    def entries(self) -> tuple[RegisterEntry, ...]:
        """Conditions, mapping, rules and decisions, and the conditions of SCM."""
        return (*self.conditions, *self.mappings, *self.rules, *self.decisions, *self.scm_conditions)

    @property
    def by_id(self) -> dict[str, RegisterEntry]:
        return {entry.id: entry for entry in self.entries}


def _read(folder: Path, stem: str, kind: type[EntryT]) -> tuple[EntryT, ...]:
    return _entries((folder / f"{stem}.toml").read_text(encoding="utf-8-sig"), stem, kind)


@cache  # by content: a run asks for the register in a dozen places
def _entries(content: str, stem: str, kind: type[EntryT]) -> tuple[EntryT, ...]:
    """Parse the content of a file: an array of tables, named in the singular."""
    return tuple(kind(**fields) for fields in tomllib.loads(content)[stem.removesuffix("s")])
