"""The typed reader of cells: the text that SAP takes for a field, or a reason why the cell is refused (D-90).

A reason never shows the value of the cell.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from openpyxl.utils import get_column_letter

from harness.sheets.number_formats import NotShownError, require_shown_day, require_shown_text, shown_currencies
from simulator.ecc.ddic import Curr, Dats, DdicType, Dec

CellValue: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

_ERROR = re.compile(r"#(N/A|NV|N/D|GETTING_DATA|#+|[A-Z0-9_/ÀÉ]+[!?])")
"""The errors that Excel shows, in some languages, and the hashes of a column too narrow for its number."""

_ZEROS = re.compile("0{2,}")
"""A number format that fills up with zeros."""

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_BLANKS = re.compile(r"\r\n|\s")
_NOT_VISIBLE = ("Cc", "Cf", "Cs")
"""Categories of Unicode: control characters, format characters, surrogates."""

_GROUPED = {
    ".": re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"),
    ",": re.compile(r"-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?"),
}
"""By decimal sign: an amount that has the other one between its thousands, or none."""

_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MORE = re.compile(r"(?=.*[0-9]).*((?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])|[€$£¥%])")
"""An amount with the code or the sign of a currency, or of per cent."""

_SIGNIFICANT = 15
"""The digits of a number that Excel keeps and shows."""


class FileCell(NamedTuple):
    """One cell as its file has it."""

    value: CellValue
    number_format: str = "General"
    problem: str = ""
    """The reason for which it has no value: an error of Excel, or a formula without a result."""

    @property
    def is_blank(self) -> bool:
        return not self.problem and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


BLANK_CELL = FileCell(None)


class RefusedCellError(ValueError):
    """Raised for a cell that has no plain meaning for its field; its text shows nothing of the cell."""


def read_cell(cell: FileCell, ddic: DdicType, *, is_alpha: bool = False, decimal: str = "") -> str:
    """Convert a cell to the text of a field of this type. Raises RefusedCellError.

    `is_alpha` says that SAP fills the number up with zeros itself (conversion exit ALPHA). `decimal` is the decimal
    sign of amounts that are texts; while nobody has named it, only a point can be one, and thousands have no sign.
    """
    if cell.problem:
        raise RefusedCellError(cell.problem)
    try:
        return _read_value(cell, ddic, is_alpha=is_alpha, decimal=decimal)
    except NotShownError as other:
        raise RefusedCellError(str(other)) from None


def _read_value(cell: FileCell, ddic: DdicType, *, is_alpha: bool, decimal: str) -> str:
    value = cell.value
    if isinstance(value, str):
        text = _read_text(value, ddic, decimal)
        if text:
            require_shown_text(cell.number_format)
        return text
    if value is None:
        return ""
    if isinstance(value, bool):
        raise RefusedCellError("true or false is no value of this field")
    if isinstance(value, time | timedelta):
        raise RefusedCellError("a time is no value of this field")
    if isinstance(value, date):
        if not isinstance(ddic, Dats):
            raise RefusedCellError("a date is no value of this field")
        require_shown_day(cell.number_format)
        return f"{value:%Y%m%d}"
    return _read_number(value, cell.number_format, ddic, is_alpha=is_alpha)


def read_currencies(cell: FileCell) -> frozenset[str]:
    """Return the currencies that the number format of a readable amount may mean; none if it shows no currency."""
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return frozenset()
    return shown_currencies(Decimal(_plain(cell.value)), cell.number_format)


def read_heading(cell: FileCell) -> str:
    """Convert the cell of a heading to text, without line breaks and outer blanks."""
    return "" if cell.problem or cell.value is None else _one_line(str(cell.value))


def coordinate(row: int, column: int) -> str:
    """Name a cell as Excel does, from row and column, both from 1."""
    return f"{get_column_letter(column)}{row}"


def _read_text(value: str, ddic: DdicType, decimal: str) -> str:
    text = _one_line(value)
    if _ERROR.fullmatch(text):
        raise RefusedCellError("an error of Excel is no value")
    if any(unicodedata.category(char) in _NOT_VISIBLE for char in text):
        raise RefusedCellError("it holds a character that nobody can see")
    if isinstance(ddic, Dats):
        return _without_dots(text)
    return _without_groups(text, decimal) if isinstance(ddic, Dec | Curr) else text


def _one_line(text: str) -> str:
    """Make one blank of each line break, tabulator and exotic blank."""
    return _BLANKS.sub(" ", text).strip()


def _without_dots(text: str) -> str:
    if match := _ISO_DAY.fullmatch(text):
        return "".join(match.groups())
    if match := _DOTTED_DAY.fullmatch(text):
        day, month, year = match.groups()
        return f"{year}{month:0>2}{day:0>2}"
    return text


def _without_groups(text: str, decimal: str) -> str:
    if _MORE.match(text):
        raise RefusedCellError("it holds more than an amount, as a currency")
    if decimal and _GROUPED[decimal].fullmatch(text):
        other = "," if decimal == "." else "."
        return text.replace(other, "").replace(decimal, ".")
    if decimal == "," and _AMOUNT.fullmatch(text):
        raise RefusedCellError("it has a decimal point, not the comma named")
    if "," in text and text.endswith("-"):
        raise RefusedCellError("its minus stands behind it, not in front")
    if not decimal and _GROUPED["."].fullmatch(text) and "," in text:
        raise RefusedCellError("name its decimal sign: --decimal . or --decimal ,")
    if decimal != "," and "," in text:
        raise RefusedCellError("no amount; name a decimal comma by --decimal ,")
    return text


def _read_number(value: float, number_format: str, ddic: DdicType, *, is_alpha: bool) -> str:
    digits = _plain(value)
    is_amount = isinstance(ddic, Dec | Curr)
    if not is_amount and not digits.isdigit():
        raise RefusedCellError("a number is no value of this field")
    if is_amount or isinstance(ddic, Dats) or is_alpha:
        if shown_currencies(Decimal(digits), number_format) and not is_amount:
            raise RefusedCellError("an amount is no value of this field")
        return digits
    if _ZEROS.fullmatch(number_format):
        return digits.zfill(len(number_format))
    raise RefusedCellError("a number may have lost zeros; make it a text")


def _plain(value: float) -> str:
    """Write a number with the digits that Excel shows, without exponent."""
    return str(value) if isinstance(value, int) else f"{Decimal(f'{value:.{_SIGNIFICANT}g}'):f}"
