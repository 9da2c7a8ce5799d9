"""The types of the ABAP Dictionary that the Z-tables use: as database columns, and as checks of a value.

Every value is a text here, as on the wire. SQLite does not enforce the length of a CHAR column, so the types
check it themselves, whatever the database.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Numeric, String
from sqlalchemy.types import TypeEngine
from sqlmodel import Field

_DATS = re.compile("[0-9]{8}")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""What no database takes as text: NUL, and halves of characters."""


class DdicType(Protocol):
    """One type of the dictionary."""

    @property
    def name(self) -> str:
        """CHAR, DATS or DEC."""

    @property
    def length(self) -> int:
        """Characters, or digits."""

    @property
    def initial(self) -> str:
        """What a field holds that was never filled: a Z-table has no nulls (D-33)."""

    def column(self) -> TypeEngine[Any]:
        """The type of the database column."""

    def stored(self, value: str) -> str:
        """The value as the table holds it; blank becomes the initial value.

        Raises ValueError, which says what is wrong with the value without showing it.
        """


@dataclass(frozen=True)
class Char:
    """CHAR: text of at most `length` characters; blanks at its end do not count."""

    length: int
    name: str = "CHAR"
    initial: str = ""

    def column(self) -> TypeEngine[str]:
        return _text_column(self.length)

    def stored(self, value: str) -> str:
        if _NO_TEXT.search(value):
            raise ValueError("it holds a character that is none")
        kept = value.rstrip(" ")
        if len(kept) > self.length:
            raise ValueError(f"{len(kept)} characters, at most {self.length} fit")
        return kept


@dataclass(frozen=True)
class Dats:
    """DATS: a day as YYYYMMDD."""

    name: str = "DATS"
    length: int = 8
    initial: str = "00000000"

    def column(self) -> TypeEngine[str]:
        return _text_column(8)

    def stored(self, value: str) -> str:
        if value in ("", self.initial):
            return self.initial
        if not _DATS.fullmatch(value) or not _is_day(int(value[:4]), int(value[4:6]), int(value[6:])):
            raise ValueError("no day of the calendar in the form YYYYMMDD")
        return value


@dataclass(frozen=True)
class Dec:
    """DEC: a number of at most `length` digits, two of them behind the point, written with both."""

    length: int
    name: str = "DEC"
    initial: str = "0.00"

    def column(self) -> TypeEngine[Any]:
        # As text SQLite keeps every digit; its own numbers are floating.
        return Numeric(self.length, 2).with_variant(String(self.length + 2), "sqlite")

    def stored(self, value: str) -> str:
        if not value:
            return self.initial
        if not re.fullmatch(rf"-?[0-9]{{1,{self.length - 2}}}\.[0-9]{{2}}", value):
            raise ValueError(f"no number of at most {self.length} digits, two of them behind the point")
        return str(Decimal(value) + 0)  # as every database gives it back: no leading zeros, "+ 0" turns -0.00 into 0.00


def _text_column(length: int) -> TypeEngine[str]:
    # PostgreSQL would compare and sort as its own language does; SAP and SQLite go by the bytes.
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def key(ddic: DdicType, label: str) -> Any:
    """A key field of a Z-table."""
    return _field(ddic, label, primary_key=True)


def field(ddic: DdicType, label: str) -> Any:
    """A field of a Z-table that is not part of its key."""
    return _field(ddic, label, primary_key=False)


def _field(ddic: DdicType, label: str, *, primary_key: bool) -> Any:
    return Field(
        default=ddic.initial,
        primary_key=primary_key,
        sa_type=ddic.column(),
        nullable=False,
        sa_column_kwargs={"comment": label, "info": {"ddic": ddic}},
    )
