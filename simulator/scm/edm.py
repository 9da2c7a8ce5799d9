"""The types of the Entity Data Model that the entities use: their database columns, and their checks of a value.

A value is what JSON has for it: a text, a number, or the name of a member of an enumeration. No field is null: a field
that was never filled has the initial value of its type.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import BigInteger, Column, Float, String
from sqlalchemy.types import TypeEngine
from sqlmodel import Field

EdmValue: TypeAlias = str | float | int

NO_DATE = "1900-01-01T12:00:00Z"
"""The value of a date that is not set."""

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_CALENDAR_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)")
_MAX_REAL = 10**15
"""Numbers from here on are not exact to two decimals."""


class NoYes(StrEnum):
    """The framework has this enumeration in place of a Boolean."""

    No = "No"
    Yes = "Yes"


class EdmType(Protocol):
    """A type of the Entity Data Model."""

    @property
    def name(self) -> str:
        """The name in the metadata, without the namespace for enumerations."""

    @property
    def initial(self) -> EdmValue:
        """The value of a field that was never filled."""

    def column(self) -> TypeEngine[Any]:
        """Return the type of the database column."""

    def to_stored(self, value: object) -> EdmValue:
        """Convert a value from JSON. Raises ValueError, whose text does not show the value."""


@dataclass(frozen=True)
class Text:
    """Edm.String of at most `length` characters, without trailing blanks."""

    length: int
    name: str = "Edm.String"
    initial: str = ""

    def column(self) -> TypeEngine[str]:
        return _text_column(self.length)

    def to_stored(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("it is no text")  # noqa: TRY004 - one kind of error for every value
        if _NOT_STORABLE.search(value):
            raise ValueError("it holds a character that cannot be stored")
        trimmed = value.rstrip(" ")
        if len(trimmed) > self.length:
            raise ValueError(f"{len(trimmed)} characters, at most {self.length} fit")
        return trimmed


@dataclass(frozen=True)
class Real:
    """Edm.Decimal. The product computes with 16 digits, and so does the column."""

    name: str = "Edm.Decimal"
    initial: float = 0.0

    def column(self) -> TypeEngine[float]:
        return Float(53)

    def to_stored(self, value: object) -> float:
        if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
            raise ValueError("it is no number")  # noqa: TRY004 - one kind of error for every value
        if not -_MAX_REAL < value < _MAX_REAL:
            raise ValueError("the number is too large")
        return float(value) + 0.0  # turns -0.0 into 0.0


@dataclass(frozen=True)
class Int64:
    """Edm.Int64."""

    name: str = "Edm.Int64"
    initial: int = 0

    def column(self) -> TypeEngine[int]:
        return BigInteger()

    def to_stored(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
            raise ValueError("it is no whole number of 64 bits")
        return value


@dataclass(frozen=True)
class Day:
    """Edm.DateTimeOffset that stands for a day: noon in UTC."""

    name: str = "Edm.DateTimeOffset"
    initial: str = NO_DATE

    def column(self) -> TypeEngine[str]:
        return _text_column(len(NO_DATE))

    def to_stored(self, value: object) -> str:
        moment = parse_moment(value)
        if moment.year < 1900:
            raise ValueError("the date is before 1900-01-01")
        return f"{moment:%Y-%m-%d}T12:00:00Z"


@dataclass(frozen=True)
class Enumeration:
    """An enumeration; JSON and the table have the names of its members."""

    members: type[StrEnum]
    name: str

    @property
    def initial(self) -> str:
        """The first member, whose number is 0."""
        return next(iter(self.members)).value

    def column(self) -> TypeEngine[str]:
        return _text_column(60)

    def to_stored(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.members.__members__:
            raise ValueError(f"it is no member of {self.name}")
        return value


def parse_moment(value: object) -> datetime:
    """Read an Edm.DateTimeOffset or an Edm.Date as UTC. Raises ValueError, whose text does not show the value."""
    is_known = isinstance(value, str) and _CALENDAR_DAY.match(value)  # ISO 8601 has more forms than OData
    try:
        moment = datetime.fromisoformat(str(value) if is_known else "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("it is no date and time") from None


@dataclass(frozen=True)
class Reference:
    """The rows in which a value must be found."""

    collection: str
    field: str


@dataclass(frozen=True)
class FieldInfo:
    """The properties of a field beside its column."""

    type: EdmType
    required: bool = False
    """Blank is refused."""

    reference: Reference | None = None
    """A value that is not blank must be found there, in the same company where the rows have one."""

    allow_edit: bool = True
    """False for what stays as it was when the row was created."""

    users_may_edit: bool = False
    """True for what a user may change in a row that the external system owns."""


def key(edm: EdmType, **info: Any) -> Any:
    """Declare a key field; one that is a text has to be filled in unless `info` says otherwise."""
    return _field(FieldInfo(edm, **{"required": isinstance(edm, Text), "allow_edit": False, **info}), primary_key=True)


def field(edm: EdmType, **info: Any) -> Any:
    """Declare a field that is not part of the key; `info` as FieldInfo has it."""
    return _field(FieldInfo(edm, **info), primary_key=False)


def _field(info: FieldInfo, *, primary_key: bool) -> Any:
    return Field(
        default=info.type.initial,
        primary_key=primary_key,
        sa_type=info.type.column(),
        nullable=False,
        sa_column_kwargs={"info": {"edm": info}},
    )


def info(column: Column[Any]) -> FieldInfo:
    """Return what a column of an entity was declared with."""
    found: Mapping[Any, Any] = column.info
    declared = found["edm"]
    if not isinstance(declared, FieldInfo):
        raise TypeError(column.name)
    return declared


def _text_column(length: int) -> TypeEngine[str]:
    # Users of the product find "usmf" by "USMF"; ids are compared as they are, and PostgreSQL sorts by bytes.
    return String(length).with_variant(String(length, collation="C"), "postgresql")
