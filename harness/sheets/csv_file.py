"""Read a CSV file, or the Unicode text of Excel, as one sheet."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from harness.errors import UserError
from harness.sheets.cells import FileCell
from harness.sheets.grid import Grid

_DELIMITERS = (",", ";", "\t")
_MARKS = {BOM_UTF8: "utf-8-sig", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
_DELIMITER_LINE = "sep="
"""The beginning of a first line that is for Excel alone; Excel counts its rows behind it."""


def read_csv(file: Path, header_row: int | None, encoding: str | None) -> Grid:
    """Read a file in UTF-8 or UTF-16, or in the named encoding. Raises UserError.

    The delimiter is the one that cuts the row of the headings into most cells.
    """
    text = _decode(file, encoding)
    delimiters: Iterable[str] = _DELIMITERS
    if text[:4].lower() == _DELIMITER_LINE:
        head, text = text.splitlines()[0], text.partition("\n")[2]
        delimiters = (head.strip()[4:] or ";",)
    readings = [_split(file, text, one) for one in delimiters]
    at = (header_row or 1) - 1
    lines = max(readings, key=lambda lines: len(lines[at]) if at < len(lines) else 0)
    return Grid("", {row: {at: FileCell(text) for at, text in enumerate(line, 1)} for row, line in enumerate(lines, 1)})


def _decode(file: Path, encoding: str | None) -> str:
    content = file.read_bytes()
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    named = marked or encoding or "utf-8"
    try:
        text = content.decode(named)
    except UnicodeDecodeError:
        hint = "" if encoding or marked else "; name its encoding, for example --encoding windows-1252"
        raise UserError(f"{file} is not in {named.upper().removesuffix('-SIG')}{hint}") from None
    if "\0" in text:
        raise UserError(f"{file} is no text; if it is UTF-16, name it: --encoding utf-16-le")
    return text


def _split(file: Path, text: str, delimiter: str) -> list[list[str]]:
    """Split text into lines of cells; only CR and LF end a line, and only outside of quotes."""
    try:
        return [*csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise UserError(f"{file} is not CSV: {error}") from None
