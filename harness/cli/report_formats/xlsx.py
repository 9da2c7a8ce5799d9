"""Write the report as a workbook: figures, the hierarchy in groups, its lines for a pivot, a table for each part."""

import re
from collections.abc import Generator, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from typing import TextIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from harness.cli.report_formats.values import Cell, day, display_text, is_right, kind_of_field, typed_cell
from simulator.reporting.consolidation import Report
from simulator.reporting.hierarchy import CONTEXT_ONLY, EXPIRED, ContractNode, build_tree
from simulator.reporting.parts import AMOUNT, DAY, TEXT, VALUE, ReportPart, ReportRow

_WIDEST = 48
_DESCRIPTION_WIDTH = 80
_LINE_HEIGHT = 15
"""The height of a row of one line, in points."""

_PRINTED = 200
"""The characters of columns that are still easy to read where they share a page of A4 in landscape."""

_FIRST_DAY = date(1900, 1, 1)
"""The first day of Excel's calendar; earlier ones are written as text."""

_CURRENCY_OF = {
    "KTWRT": "WAERS",
    "sum": "WAERS",
    "ICMTOTALCONTRACTVALUE": "ICMCURRENCY",
    "counted_value": "ICMCURRENCY",
}
"""Column of an amount to the column that has its currency."""

_HIERARCHY = (
    ("ICMAGREEMENTCODE", "Code", TEXT), ("CONTRACTTYPENAME", "Type", TEXT), ("NAME", "Name", TEXT),
    ("ICMAPPSRCSUPPLIERID", "Supplier", TEXT), ("ICMEFFECTIVEDATE", "Effective", DAY), ("ICMEXPIRYDATE", "Expiry", DAY),
    ("state", "State", TEXT), ("note", "Note", TEXT), ("running", "Value, running", AMOUNT),
    ("framing", "Value, masters and NDAs", AMOUNT), ("expired", "Value, expired", AMOUNT),
    ("ICMCURRENCY", "Curr.", TEXT), ("ICMLEGALENTITYCODE", "Company", TEXT),
    ("ICMORGTEAM", "Org team", TEXT), ("ICMPRIMARYOWNERNAME", "Owner", TEXT),
    ("PURCHASINGORG", "Purch. org.", TEXT), ("system", "System", TEXT), ("EBELN", "Outl. agr.", TEXT),
    ("LIFNR", "Vendor", TEXT), ("KDATB", "Valid from", DAY), ("KDATE", "Valid to", DAY),
    ("KTWRT", "Target value", AMOUNT), ("WAERS", "Currency", TEXT), ("remarks", "Remarks", TEXT),
)  # fmt: skip
"""The columns of the sheet of the hierarchy: name, heading, kind. Each of the values sums to its total."""

_AMONG_VALUES = dict.fromkeys(("running", "framing", "expired"), "ICMCURRENCY") | _CURRENCY_OF

_COLOURS = {
    "ready": ("#1b5e20", "#e0f2e1"), "agrees": ("#1b5e20", "#e0f2e1"),
    "blocked": ("#8a1c1c", "#fbe3e3"), "differs": ("#7a4b00", "#fff1d6"),
}  # fmt: skip
"""The words of a verdict to their colour and that of the cell."""

_MARKED = {"remarks", "state", "note", "obstacles"}
"""Columns that are coloured where they are not blank."""

_REMEMBERED = 1024
"""The values of a column whose cells are kept, as most stand in several rows that follow one another."""

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,;:/()-]*[A-Za-z0-9.;:()])?")
"""Texts that stand in XML as they are."""

_LONGEST = 32_767
"""The characters of a cell in Excel. xlsxwriter cuts longer texts, so only shorter ones are written without it."""

_BLOCK = 1 << 20


class _Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types for its arguments
    """A sheet whose rows go to a file as soon as the next one begins."""

    fh: TextIO
    outline_row_level: int

    def add_streamed_table(self, last: int, columns: list[dict[str, object]], name: str) -> None:
        """Add a table at the top of the sheet, before its rows.

        xlsxwriter refuses tables where rows are streamed, as it writes the headings itself, as shared strings. So it
        does it once for a sheet that is not streamed, and the headings are written over. As it notes every cell of a
        table, to find another one that overlaps, it learns of the rows afterwards.
        """
        self.constant_memory = False
        right = len(columns) - 1
        look = {"style": "Table Style Light 1", "banded_rows": False}
        self.add_table(0, 0, 1, right, {"name": name, "columns": columns, **look})
        self.tables[-1] |= dict.fromkeys(("range", "a_range", "autofilter"), xl_range(0, 0, last, right))
        self.constant_memory = True
        for at, column in enumerate(columns):
            self.write_string(0, at, column["header"], column["header_format"])

    def begin_lines(self) -> None:
        """End the row of the headings."""
        self._write_single_row(1)

    def cell_xml(self, line: int, at: int) -> str:
        """Take back the cell that was written last, as its XML behind the name of the cell."""
        file, self.fh = self.fh, (xml := StringIO())
        self._write_cell(line, at, self.table[line].pop(at))
        self.fh = file
        return xml.getvalue().partition(f'r="{xl_col_to_name(at)}{line + 1}"')[2]

    def write_line(self, line: int, level: int, xml: str) -> None:
        """Write the cells of a row as XML, without xlsxwriter's work on each of them. Rows come in their order."""
        self.dim_rowmax = line
        self.outline_row_level = max(self.outline_row_level, level)
        outline = f' outlineLevel="{level}"' if level else ""
        self.fh.write(f'<row r="{line + 1}"{outline}>{xml}</row>')


class _Column:
    """A column of a sheet, whose cells are written alike: most values stand in many rows."""

    def __init__(self, sheet: _Sheet, book: "_Book", at: int, width: int, kind: str) -> None:
        self.width = width
        """The characters that the widest cell needs."""

        self.letter = xl_col_to_name(at)
        self.xml = lru_cache(_REMEMBERED)(self._xml)
        self._sheet, self._book, self._at, self._kind = sheet, book, at, kind

    def _xml(self, value: str | int, about: str | None = None) -> str:
        """Write a cell as XML behind its name; blank for a blank cell.

        What is told about it is the currency of an amount, or the field that a value is of.
        """
        is_value = self._kind == VALUE
        kind = kind_of_field(about or "") if is_value else self._kind
        if kind == TEXT and isinstance(value, str) and len(value) <= _LONGEST and _PLAIN.fullmatch(value):
            self.width = max(self.width, len(value))
            return f' t="inlineStr"><is><t>{value}</t></is></c>'
        cell, currency = typed_cell(kind, value), None if is_value else about
        shown = display_text(cell)
        self.width = max(self.width, len(shown) + 4 * (currency is not None))
        if isinstance(cell, Decimal):
            look = self._book.amount(currency or "", len(shown.partition(".")[2]))
            return f' s="{look._get_xf_index()}"><v>{float(cell):.16G}</v></c>'  # noqa: SLF001
        line = self._sheet.previous_row
        self._book.write(self._sheet, line, self._at, cell)
        return self._sheet.cell_xml(line, self._at) if self._at in self._sheet.table[line] else ""


class _Book:
    """A workbook, with the formats of its cells."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        head = {"bold": True, "bg_color": "#1f3a5f", "font_color": "#ffffff", "text_wrap": True, "valign": "top"}
        self.head = book.add_format(head)
        self.right_head = book.add_format(head | {"align": "right"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.add_format({"font_color": "#1f5fa8", "underline": 1, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.mark = book.add_format({"font_color": "#7a4b00", "bg_color": "#fff1d6"})
        self.verdicts = {
            word: book.add_format({"font_color": ink, "bg_color": paper}) for word, (ink, paper) in _COLOURS.items()
        }
        self._amounts: dict[tuple[str, int], Format] = {}

    def add_sheet(self, name: str) -> _Sheet:
        """Add a sheet that prints in landscape, as wide as a page, with its headings on each."""
        sheet: _Sheet = self.book.add_worksheet(name, _Sheet)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        return sheet

    def amount(self, currency: str, decimals: int) -> Format:
        """Return the format of an amount, which shows its currency."""
        if (currency, decimals) not in self._amounts:
            code = "".join(char for char in currency.strip().upper() if char.isalnum())
            shown = f"#,##0.{'0' * decimals}" + (f'\\ "{code}"' if code else "")
            self._amounts[currency, decimals] = self.book.add_format({"num_format": shown})
        return self._amounts[currency, decimals]

    def write(self, sheet: Worksheet, line: int, at: int, cell: Cell, currency: str = "") -> None:
        if isinstance(cell, date) and cell >= _FIRST_DAY:
            sheet.write_datetime(line, at, cell, self.day)
        elif isinstance(cell, Decimal):
            sheet.write_number(line, at, float(cell), self.amount(currency, _decimals(cell)))
        elif isinstance(cell, int):
            sheet.write_number(line, at, cell)
        elif cell:
            sheet.write_string(line, at, display_text(cell))


def _decimals(amount: Decimal) -> int:
    return len(display_text(amount).partition(".")[2])


def as_workbook(report: Report) -> Generator[bytes]:
    """Write an XLSX file of tables, piece by piece; no text becomes a formula, link or number.

    All goes by way of files in a folder: in memory its cells would need several times what the report does.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "report.xlsx")
        _write_book(report, file, folder)
        with file.open("rb") as written:
            yield from iter(partial(written.read, _BLOCK), b"")


def _write_book(report: Report, file: Path, folder: str) -> None:
    options = {
        "constant_memory": True, "tmpdir": folder,
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with Workbook(file, options) as made:
        made.set_properties({"title": "Contracts and outline agreements"})
        book = _Book(made)
        first = book.add_sheet("Report")
        sheets = dict[str, str]()
        for part in (report.totals, *report.parts.values()):
            if part.query.id == "hierarchy":
                sheets["Hierarchy"] = part.query.description
                sheets["Lines"] = (
                    "The hierarchy line by line, for a pivot: every line has all that is known of its contract."
                )
                tree, lines = (book.add_sheet(name) for name in ("Hierarchy", "Lines"))
                _write_hierarchy(tree, build_tree(_write_part(lines, part, book)), book)
            else:
                name = _sheet(part)
                sheets[name] = part.query.description
                for _ in _write_part(book.add_sheet(name), part, book):
                    pass
        _write_figures(first, report, sheets, book)


def _sheet(part: ReportPart) -> str:
    """Name the sheet in at most 31 characters, without those that Excel forbids."""
    return "".join(char for char in part.query.title if char not in "[]:*?/\\")[:31]


def _write_figures(sheet: Worksheet, report: Report, sheets: dict[str, str], book: _Book) -> None:
    figures = report.figures
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, _DESCRIPTION_WIDTH)
    title = f"Contracts and outline agreements on {day(report.request.day)}, {', '.join(report.systems)}"
    sheet.write_string(0, 0, title, book.bold)
    for line, words in enumerate(report.unmatched, start=1):
        sheet.write_string(line, 0, words, book.mark)
    line = 2 + len(report.unmatched)
    titles = {name: part.query.title for name, part in report.parts.items()}
    blocks: dict[str, dict[str, int] | dict[str, str]] = {
        "Contracts by type": figures.contracts,
        "Values of running contracts, without masters": figures.values,
        "Values of running masters and NDAs": figures.master_values,
        "Values of expired contracts": figures.expired_values,
        "Outline agreements by system": figures.outline_agreements,
        "Findings": {titles[name]: number for name, number in figures.findings.items()},
        "Differences by field": figures.differences,
    }
    for heading, counts in blocks.items():
        sheet.write_string(line, 0, heading, book.bold)
        for name, count in counts.items():
            line += 1
            sheet.write_string(line, 0, name or "(blank)")
            book.write(sheet, line, 1, Decimal(count) if isinstance(count, str) else count, name)
        line += 2
    sheet.write_string(line, 0, "Sheets", book.bold)
    for name, description in sheets.items():
        line += 1
        sheet.set_row(line, _LINE_HEIGHT * len(wrap(description, _DESCRIPTION_WIDTH - 4)))
        sheet.write_url(line, 0, f"internal:'{name}'!A1", book.link, string=name)
        sheet.write_string(line, 2, description, book.wrapped)


def _write_part(sheet: _Sheet, part: ReportPart, book: _Book) -> Iterator[ReportRow]:
    """Write a table with a row for each of the part, and yield each when it is written.

    One without rows has a blank row, as Excel wants one.
    """
    columns, names = part.query.columns, part.names
    last = max(1, len(part.rows))
    heads = [
        {"header": column.label, "header_format": book.right_head if is_right(column) else book.head}
        for column in columns
    ]
    sheet.add_streamed_table(last, heads, f"T_{part.query.id}")
    sheet.begin_lines()
    written = [
        _Column(sheet, book, at, min(12, len(column.label) + 2), column.kind) for at, column in enumerate(columns)
    ]
    about = [_CURRENCY_OF.get(one.name, "field" if one.kind == VALUE else "") for one in columns]
    about_at = [names.index(name) if name in names else None for name in about]
    for line, row in enumerate(part.rows, start=1):
        cells = list[str]()
        for column, value, at in zip(written, row, about_at):  # noqa: B905 - of one length, and in the inmost loop
            if value != "" and (xml := column.xml(value) if at is None else column.xml(value, row[at])):
                cells.append(f'<c r="{column.letter}{line + 1}"{xml}')
        sheet.write_line(line, 0, "".join(cells))
        yield row
    shown = [min(one.width, _WIDEST) + 2 + is_right(column) for one, column in zip(written, columns, strict=True)]
    _finish(sheet, names, shown, last, book)


def _write_hierarchy(sheet: _Sheet, roots: Iterable[ContractNode], book: _Book) -> None:
    """Write the tree with a line for each contract and below it, in groups, its lines and the contracts under it."""
    for at, (_, heading, kind) in enumerate(_HIERARCHY):
        sheet.write_string(0, at, heading, book.right_head if kind == AMOUNT else book.head)
    sheet.outline_settings(visible=True, symbols_below=False)
    sheet.begin_lines()
    names = [name for name, _, _ in _HIERARCHY]
    written = [_Column(sheet, book, at, len(heading), kind) for at, (_, heading, kind) in enumerate(_HIERARCHY)]
    columns = [(name, column, _AMONG_VALUES.get(name)) for name, column in zip(names, written, strict=True)]
    first_of_line = names.index("PURCHASINGORG")
    of_contract, of_line = columns[:first_of_line], columns[first_of_line:]
    last = 1
    for last, (level, values) in enumerate(_hierarchy_lines(roots, 0), start=1):
        cells = list[str]()
        for name, column, of in of_contract if "ICMAGREEMENTCODE" in values else of_line:
            value, about = values.get(name), values.get(of) if of else None
            if value and (xml := column.xml(value, about) if about else column.xml(value)):
                cells.append(f'<c r="{column.letter}{last + 1}"{xml}')
        sheet.write_line(last, level, "".join(cells))
    shown = [min(column.width, _WIDEST) + 2 for column in written]
    _finish(sheet, names, shown, last, book)


def _hierarchy_lines(nodes: Iterable[ContractNode], level: int) -> Iterator[tuple[int, dict[str, str | int]]]:
    """Yield the lines of contracts, each with its level in the groups."""
    for node in nodes:
        yield level, node.contract | {_value_column(node): node.contract["ICMTOTALCONTRACTVALUE"]}
        for organisation, outline in node.lines():
            yield level + 1, outline | {"PURCHASINGORG": organisation}
        yield from _hierarchy_lines(node.agreements, level + 1)


def _value_column(node: ContractNode) -> str:
    """Name the column that the value of a contract belongs to; a master that is shown for its subs is in no total."""
    if node.contract["note"] == CONTEXT_ONLY:
        return ""
    if node.contract["state"] == EXPIRED:
        return "expired"
    return "running" if node.contract["counted_value"] else "framing"


def _finish(sheet: Worksheet, names: list[str], widths: list[int], last: int, book: _Book) -> None:
    """Set the widths, keep the headings in view and on every page, and colour verdicts and remarks."""
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    # What would be too small on one page goes side by side on several, each with the code of the contract.
    if (pages := -(-sum(widths) // _PRINTED)) > 1:
        sheet.fit_to_pages(pages, 0)
        sheet.repeat_columns(0, int("ICMAGREEMENTCODE" in names[1:2]))
        sheet.print_across()
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for at, name in enumerate(names):
        if name == "verdict":
            for word, colours in book.verdicts.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": colours}
                sheet.conditional_format(1, at, last, at, rule)
        elif name in _MARKED:
            sheet.conditional_format(1, at, last, at, {"type": "no_blanks", "format": book.mark})
