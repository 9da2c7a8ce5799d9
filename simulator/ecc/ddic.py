"""The types of the ABAP Dictionary that the Z-tables use: their database columns and their checks of a value.

Every value is a text, as on the wire. SQLite does not enforce the length of a CHAR column, so the types check it
themselves on every database.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Numeric, String
from sqlalchemy.types import TypeEngine
from sqlmodel import Field

from simulator.characters import Characters, count

_DATS = re.compile("[0-9]{8}")
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that no database stores: NUL, and lone surrogates."""


class DdicType(Protocol):
    """A type of the ABAP Dictionary."""

    @property
    def name(self) -> str:
        """CHAR, DATS or DEC."""

    @property
    def length(self) -> int:
        """Characters, or digits."""

    @property
    def initial(self) -> str:
        """The value of a field that was never filled; a Z-table has no nulls (D-33)."""

    def column(self) -> TypeEngine[Any]:
        """Return the type of the database column."""

    def to_stored(self, value: str, characters: Characters = "code-points", /) -> str:
        """Convert a value to what the table stores; blank becomes the initial value.

        `characters` says what one is (D-41). Raises ValueError, whose text does not show the value.
        """


@dataclass(frozen=True)
class Char:
    """CHAR: text of at most `length` characters, without trailing blanks."""

    length: int
    name: str = "CHAR"
    initial: str = ""

    def column(self) -> TypeEngine[str]:
        return _text_column(self.length)

    def to_stored(self, value: str, characters: Characters = "code-points") -> str:
        if _NOT_STORABLE.search(value):
            raise ValueError("it holds a character that cannot be stored")
        trimmed = value.rstrip(" ")
        if (length := count(trimmed, characters)) > self.length:
            raise ValueError(f"{length} characters, at most {self.length} fit")
        return trimmed


@dataclass(frozen=True)
class Dats:
    """DATS: a date as YYYYMMDD."""

    name: str = "DATS"
    length: int = 8
    initial: str = "00000000"

    def column(self) -> TypeEngine[str]:
        return _text_column(8)

    def to_stored(self, value: str, _characters: Characters = "code-points") -> str:
        if value in ("", self.initial):
            return self.initial
        if not _DATS.fullmatch(value) or not _is_day(int(value[:4]), int(value[4:6]), int(value[6:])):
            raise ValueError("no day of the calendar in the form YYYYMMDD")
        return value


@dataclass(frozen=True)
class Dec:
    """DEC: a number of at most `length` digits, always written with two decimals."""

    length: int
    name: str = "DEC"
    initial: str = "0.00"

    def column(self) -> TypeEngine[Any]:
        # SQLite keeps every digit of a text; its numbers are floating-point.
        return Numeric(self.length, 2).with_variant(String(self.length + 2), "sqlite")

    def to_stored(self, value: str, _characters: Characters = "code-points") -> str:
        if not value:
            return self.initial
        if not re.fullmatch(rf"-?[0-9]{{1,{self.length - 2}}}\.[0-9]{{2}}", value):
            raise ValueError(f"no number of at most {self.length} digits, two of them behind the point")
        return str(Decimal(value) + 0)  # as every database returns it: no leading zeros; "+ 0" turns -0.00 into 0.00


@dataclass(frozen=True)
class Curr:
    """CURR: an amount in the decimals of its currency (TCURX), written with two or three of them.

    SAP stores it with two, shifted: 1,500,000 JPY as 15000.00. Here it is stored as it is read.
    """

    length: int
    name: str = "CURR"
    initial: str = "0.00"

    def column(self) -> TypeEngine[str]:
        return _text_column(self.length + 3)

    def to_stored(self, value: str, _characters: Characters = "code-points") -> str:
        if value == "":
            return self.initial
        if not re.fullmatch(rf"-?[0-9]{{1,{self.length - 2}}}\.[0-9]{{2,3}}", value):
            raise ValueError(f"no number of at most {self.length} digits, two or three of them behind the point")
        return str(Decimal(value) + 0)


def _text_column(length: int) -> TypeEngine[str]:
    # PostgreSQL would sort by its locale; SAP and SQLite sort by bytes.
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def key(ddic: DdicType, label: str) -> Any:
    """Declare a key field of a Z-table."""
    return _field(ddic, label, primary_key=True)


def field(ddic: DdicType, label: str) -> Any:
    """Declare a field of a Z-table that is not part of its key."""
    return _field(ddic, label, primary_key=False)


def _field(ddic: DdicType, label: str, *, primary_key: bool) -> Any:
    return Field(
        default=ddic.initial,
        primary_key=primary_key,
        sa_type=ddic.column(),
        nullable=False,
        sa_column_kwargs={"comment": label, "info": {"ddic": ddic}},
    )
