"""Read the answers to decisions that people have filled into the workbook."""

import datetime as dt
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

from harness.errors import UserError
from harness.signoff.approvals.answers import CONFIRMED, OVERRULED, GivenAnswer
from harness.signoff.workbook.sheets import ANSWERS, DECISIONS, EARLIEST, INPUTS
from harness.text import printable

_TEXTS = ("Question", "What is built", "The other reading", "Why")
_NEEDED = ("Id", *_TEXTS, "Answer", "By", "Date")


class FilledAnswer(NamedTuple):
    """A row of the decisions that somebody has answered."""

    decision: str
    shown: tuple[str, ...]
    """Question, readings and reason that the workbook showed."""

    answer: GivenAnswer
    by: str
    date: dt.date | None


def read_filled_answers(file: Path, today: dt.date) -> list[FilledAnswer]:
    """Read the rows with an answer; still open counts as none. Raises UserError, which names the row."""
    from openpyxl import load_workbook  # noqa: PLC0415 - it loads slowly, and this alone needs it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, BadZipFile, InvalidFileException) as error:
        raise UserError(f"{file} is no workbook that can be read ({type(error).__name__})") from None
    with closing(book):
        if DECISIONS not in book.sheetnames:
            raise UserError(f"{file} has no sheet {DECISIONS}: zicm signoff export writes one")
        head_row, *rows = [*book[DECISIONS].iter_rows(values_only=True)] or [()]  # whole: a half-read sheet stays open
    head = [str(cell) for cell in head_row]
    if missing := [name for name in _NEEDED if name not in head]:
        raise UserError(f"{file}: the sheet {DECISIONS} has no column {missing[0]}")
    found = []
    for number, cells in enumerate(rows, 2):
        row = dict(zip(head, cells, strict=False))
        if answer := _text(row["Answer"]):
            found += _answer(f"{file}: {DECISIONS}, row {number}", answer, row, today)
    return found


def filled_elsewhere(file: Path) -> list[str]:
    """Name the rows in which people filled in what no command imports, sheet by sheet."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as above

    with closing(load_workbook(file, read_only=True, data_only=True)) as book:
        found = []
        for sheet in book.worksheets:
            head, *rows = [*sheet.iter_rows(values_only=True)] or [()]
            inputs = [at for at, name in enumerate(head) if name in INPUTS]
            if "Answer" in head and sheet.title == DECISIONS:
                rows = [cells for cells in rows if not _text(cells[head.index("Answer")])]
            ids = [_text(cells[0]) for cells in rows if any(_text(cells[at]) for at in inputs)]
            found += [f"{sheet.title} {', '.join(map(printable, ids))}"] if ids else []
    return found


def _answer(place: str, answer: str, row: Mapping[str, object], today: dt.date) -> list[FilledAnswer]:
    as_built, other, still_open = ANSWERS
    if answer == still_open:
        return []
    if answer not in ANSWERS:
        raise UserError(f"{place}: the answer must be one of {', '.join(ANSWERS)}")
    by, date = _text(row["By"]), row["Date"]
    if not by or by != printable(by):
        raise UserError(f"{place}: who answers must be filled in under By")
    if date is not None and not isinstance(date, dt.datetime):
        raise UserError(f"{place}: the date is none")
    given: dict[str, GivenAnswer] = {as_built: CONFIRMED, other: OVERRULED}
    day = date.date() if date else None
    if day and not EARLIEST <= day <= today + dt.timedelta(days=1):  # east of Greenwich it may be tomorrow
        raise UserError(f"{place}: the date must not be before {EARLIEST} or in the future")
    shown = tuple(_text(row[name]) for name in _TEXTS)
    return [FilledAnswer(_text(row["Id"]), shown, given[answer], by, day)]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
