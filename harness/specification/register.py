"""The register: what the specification and the decisions ask for, each entry with the id that tags and reports use."""

import dataclasses
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from harness.files import FIXTURES

SPEC = FIXTURES / "spec"

Part = TypeVar("Part", bound="Entry")

_AS_LAID_DOWN = ConfigDict(extra="forbid", str_min_length=1)


@dataclass(frozen=True, kw_only=True, config=_AS_LAID_DOWN)
class Entry(ABC):
    """What every entry has."""

    id: str

    waived: str | None = None
    """Why no scenario shows it."""

    @property
    def tag(self) -> str:
        """The tag of the scenarios that show it."""
        return self.id

    @property
    @abstractmethod
    def headline(self) -> str:
        """What it is about, in one line."""


@dataclass(frozen=True, kw_only=True, config=_AS_LAID_DOWN)
class Condition(Entry):
    """One test condition of the specification."""

    event: str
    """The ActionName."""

    contract: str

    organisations: Literal["none", "one", "several", ""]
    """How many purchasing organisations; blank where the condition does not say."""

    title: str

    expected: tuple[str, ...]
    """What must be seen."""

    @property
    def tag(self) -> str:
        return f"condition_{self.id}"

    @property
    def headline(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True, config=_AS_LAID_DOWN)
class MappedField(Entry):
    """One line of the mapping sheet."""

    rule: str

    source: str = ""
    """PART:FIELD or PART:FIELD/NAME, as in the sheet."""

    target: str = ""
    """The Z-field; blank, as all that describes it, for the line of the fields that only decide."""

    label: str = ""
    type: str = ""
    """CHAR 20, DATS, DEC 15; CODE for a coded CHAR 3."""

    key: bool = False

    instead: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The source that counts instead, for the ActionName that it is given for."""

    decides: tuple[str, ...] = ()
    """ICI fields that decide something and are stored nowhere."""

    @property
    def headline(self) -> str:
        return f"{self.target or ', '.join(self.decides)}: {self.rule}"


@dataclass(frozen=True, kw_only=True, config=_AS_LAID_DOWN)
class Rule(Entry):
    """One rule of the specification."""

    text: str

    @property
    def headline(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True, config=_AS_LAID_DOWN)
class Decision(Entry):
    """A point where the specification leaves a choice."""

    question: str

    built: str
    """The reading that is built."""

    other: str
    """The other reading."""

    why: str

    @property
    def headline(self) -> str:
        return self.question


@dataclasses.dataclass(frozen=True)
class Register:
    """The four parts of the register, each in the order of its file."""

    conditions: tuple[Condition, ...]
    mappings: tuple[MappedField, ...]
    rules: tuple[Rule, ...]
    decisions: tuple[Decision, ...]

    @classmethod
    def load(cls, folder: Path = SPEC) -> Self:
        """Read the four files of `folder`.

        Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for an entry with a field too few or
        too many.
        """
        return cls(
            conditions=_read(folder, "conditions", Condition),
            mappings=_read(folder, "mapping", MappedField),
            rules=_read(folder, "rules", Rule),
            decisions=_read(folder, "decisions", Decision),
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them: conditions, mapping, rules, decisions."""
        return (*self.conditions, *self.mappings, *self.rules, *self.decisions)

    @property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}


def _read(folder: Path, stem: str, kind: type[Part]) -> tuple[Part, ...]:
    """One file: an array of tables, named in the singular."""
    content = tomllib.loads((folder / f"{stem}.toml").read_text(encoding="utf-8"))
    return tuple(kind(**fields) for fields in content[stem.removesuffix("s")])
