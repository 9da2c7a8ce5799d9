"""Test what is read of a sheet, CSV or XLSX, row by row, and which sheets are refused as a whole."""

from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from harness.errors import UserError
from harness.sheets.reading import SheetFields, SheetOptions, SheetReading, read_sheet
from simulator.ecc.ekko import EKKO
from simulator.ecc.outline_agreements import ALPHA_FIELDS
from simulator.ecc.tables import ddic_types

FIELDS = SheetFields(ddic_types(EKKO), ALPHA_FIELDS, "EBELN")
TWO_ROWS = [["EBELN", "ZTERM"], ["4600000000", "Z030"], ["4600000001", "Z045"]]
BOTH = {2: {"EBELN": "4600000000", "ZTERM": "Z030"}, 3: {"EBELN": "4600000001", "ZTERM": "Z045"}}

Write = Callable[[bytes | str], Path]


@pytest.fixture
def csv_file(tmp_path: Path) -> Write:
    def write(content: bytes | str) -> Path:
        file = tmp_path / "changes.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


def read(file: Path, **options: object) -> SheetReading:
    return read_sheet(file, FIELDS, "PF2", SheetOptions(**options))  # type: ignore[arg-type]


def rows(file: Path, **options: object) -> dict[int, dict[str, str]]:
    return {row.number: dict(row.fields) for row in read(file, **options).rows}


def refusals(file: Path) -> list[tuple[int, str, str]]:
    return [(row.number, error.FIELD, error.MESSAGE) for row in read(file).rows for error in row.errors]


def complaint(file: Path, **options: object) -> str:
    with pytest.raises(UserError) as refused:
        read(file, **options)
    return str(refused.value).replace(str(file), "FILE")


def book(tmp_path: Path, *lines: Sequence[object], change: Callable[[Worksheet], None] = lambda _: None) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Data"
    for line in lines:
        sheet.append([*line])
    change(sheet)
    file = tmp_path / "changes.xlsx"
    made.save(file)
    return file


def patched(file: Path, part: str, before: bytes, after: bytes) -> Path:
    """Change a part of a book, as other producers would have written it."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert before in parts[part]
    parts[part] = parts[part].replace(before, after)
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


SHEET = "xl/worksheets/sheet1.xml"


# CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_each_delimiter_in_unicode(csv_file: Write, encoding: str, delimiter: str) -> None:
    lines = [["ebeln", "Inco2", "ZTERM"], ["4600000000", f'"Köln{delimiter} Deutz"', ""], ["", "", ""]]
    file = csv_file("\r\n".join(map(delimiter.join, lines)).encode(encoding))
    kept = delimiter.replace("\t", " ")
    assert rows(file) == {2: {"EBELN": "4600000000", "INCO2": f"Köln{kept} Deutz", "ZTERM": ""}}


def test_rows_have_the_numbers_of_excel(csv_file: Write) -> None:
    file = csv_file('EBELN,INCO2\r\n4600000000,"Le\r\nHavre"\r\n\r\n4600000001,Brest\r\n')
    assert rows(file) == {
        2: {"EBELN": "4600000000", "INCO2": "Le Havre"},
        4: {"EBELN": "4600000001", "INCO2": "Brest"},
    }


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85"])
def test_only_line_ends_end_a_row_of_csv(csv_file: Write, char: str) -> None:
    file = csv_file(f"EBELN,INCO2,ZTERM\r\n4600000000,Le{char}Havre,Z030\r\n")
    assert rows(file) == {2: {"EBELN": "4600000000", "INCO2": "Le Havre", "ZTERM": "Z030"}}


def test_other_encoding_and_decimal_comma_are_read_where_they_are_named(csv_file: Write) -> None:
    file = csv_file("EBELN;INCO2;KTWRT\r\n4600000000;Köln;1.250.000,50\r\n".encode("windows-1252"))
    expected = {2: {"EBELN": "4600000000", "INCO2": "Köln", "KTWRT": "1250000.50"}}
    assert rows(file, encoding="windows-1252", decimal=",") == expected
    assert complaint(file) == "FILE is not in UTF-8; name its encoding, for example --encoding windows-1252"


def test_delimiter_line_of_excel_is_no_row(csv_file: Write) -> None:
    assert rows(csv_file("sep=;\r\nEBELN;ZTERM\r\n4600000000;Z030\r\n")) == {2: BOTH[2]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "FILE has no line with column names"),
        ("EBELN,ZTERM\n", "FILE has no rows below its column names"),
        ("ZTERM\nZ090\n", "FILE has no column EBELN in row 1; name the row of the column names with --header-row"),
        (
            "Changes of January\n\nEBELN,ZTERM\n4600000000,Z030\n",
            "FILE has no column EBELN in row 1; they seem to be in row 3: --header-row 3",
        ),
        (
            "EBELN,ZTERN\n",
            "FILE has columns that are not fields: ZTERN; did you mean ZTERM?; leave one out with --ignore COLUMN",
        ),
        ("EBELN,ZTERM,zterm\n", "FILE has columns twice: ZTERM"),
        ("EBELN,ZTERM\n4600000000,Z090,7\n", "FILE, C2: a column without a name holds something; --ignore C"),
        ('EBELN,INCO2\n4600000000,"Lyon\n', "FILE is not CSV: unexpected end of data"),
        ("EBELN\0", "FILE is no text; if it is UTF-16, name it: --encoding utf-16-le"),
    ],
)
def test_csv_that_could_be_misunderstood_is_refused_as_a_whole(csv_file: Write, content: str, why: str) -> None:
    assert complaint(csv_file(content)) == why


def test_title_row_and_other_columns_are_left_out_where_they_are_named(csv_file: Write) -> None:
    file = csv_file("Changes, of January\nEBELN;Remark;ZTERM;\n4600000000;urgent;Z030;x\n")
    assert rows(file, header_row=2, ignore=["remark", "D"]) == {3: {"EBELN": "4600000000", "ZTERM": "Z030"}}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"sheet": "Data"}, "FILE is no book: --sheet is for one"),
        ({"ignore": ["ZTERN"]}, "FILE has no column ZTERN to ignore; did you mean ZTERM?"),
        ({"ignore": ["E"]}, "FILE has no column E to ignore"),
    ],
)
def test_option_without_effect_on_a_csv_is_refused(csv_file: Write, options: dict[str, object], why: str) -> None:
    assert complaint(csv_file("EBELN,ZTERM\n4600000000,Z090\n"), **options) == why


def test_encoding_of_a_book_is_refused(tmp_path: Path) -> None:
    assert complaint(book(tmp_path, *TWO_ROWS), encoding="utf-16") == "FILE is a book: --encoding is for a CSV file"


def test_column_that_the_differences_need_cannot_be_ignored(csv_file: Write) -> None:
    file = csv_file("system,EBELN,field,contract,remark\nPF2,4600000000,ZTERM,Z030,x\n")
    assert rows(file, ignore=["remark"]) == {2: {"EBELN": "4600000000", "ZTERM": "Z030"}}
    why = "FILE has differences: without the column Contract they say nothing"
    assert complaint(file, ignore=["Contract"]) == why


def test_refused_cell_is_named_by_row_and_column(csv_file: Write) -> None:
    file = csv_file("EBELN,ZTERM,INCO2\n4600000000,#N/A,Lyon\n")
    assert refusals(file) == [(2, "ZTERM", "cell B2: an error of Excel is no value")]


# XLSX


@pytest.mark.parametrize("dimension", [b"A1", b"A1:B2", b"A1:A3", b"A1:XFD1"])
def test_no_row_vanishes_because_of_a_wrong_dimension(tmp_path: Path, dimension: bytes) -> None:
    file = patched(book(tmp_path, *TWO_ROWS), SHEET, b'ref="A1:B3"', b'ref="%s"' % dimension)
    assert rows(file) == BOTH


def test_numbers_dates_and_formats_of_zeros_are_read(tmp_path: Path) -> None:
    def as_zeros(sheet: Worksheet) -> None:
        sheet["C2"].number_format = "000"

    lines: list[list[object]] = [["EBELN", "KTWRT", "EKGRP", "ZTERM"], [4600000000, 3702.2999999999997, 1, "(blank)"]]
    assert rows(book(tmp_path, *lines, change=as_zeros)) == {
        2: {"EBELN": "4600000000", "KTWRT": "3702.3", "EKGRP": "001", "ZTERM": "(blank)"}
    }


def test_refused_cells_are_named_by_sheet_row_and_column(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["EBELN", "ZTERM", "INCO2", "EKGRP"],
        [],
        ["4600000000", "#N/A", "=VLOOKUP(A3,X:Y,2,0)", 1],
    ]
    assert refusals(book(tmp_path, *lines)) == [
        (3, "ZTERM", "cell Data!B3: an error of Excel is no value"),
        (3, "INCO2", "cell Data!C3: a formula without a result"),
        (3, "EKGRP", "cell Data!D3: a number may have lost zeros; make it a text"),
    ]


@pytest.mark.parametrize(
    ("result", "read_as"),
    [
        (b'<c r="B2" t="str"><f>A2</f><v>Z060</v></c>', "Z060"),
        (b'<c r="B2" t="str"><f>A2</f><v></v></c>', ""),
    ],
)
def test_result_of_a_formula_is_read(tmp_path: Path, result: bytes, read_as: str) -> None:
    file = book(tmp_path, ["EBELN", "ZTERM"], ["4600000000", "=A2"])
    file = patched(file, SHEET, b'<c r="B2"><f>A2</f><v></v></c>', result)
    assert rows(file) == {2: {"EBELN": "4600000000", "ZTERM": read_as}}


@pytest.mark.parametrize(("calculation", "is_read"), [(b"", True), (b' fullCalcOnLoad="1"', False)])
def test_nought_that_a_program_writes_for_a_formula_is_no_result(
    tmp_path: Path, calculation: bytes, *, is_read: bool
) -> None:
    file = book(tmp_path, ["EBELN", "KTWRT"], ["4600000000", "=1000*2"])
    file = patched(file, SHEET, b'<c r="B2"><f>1000*2</f><v></v></c>', b'<c r="B2"><f>1000*2</f><v>0</v></c>')
    file = patched(file, "xl/workbook.xml", b' fullCalcOnLoad="1"', calculation)
    if is_read:
        assert rows(file) == {2: {"EBELN": "4600000000", "KTWRT": "0"}}
    else:
        assert refusals(file) == [(2, "KTWRT", "cell Data!B2: a formula without a result")]


def test_escapes_of_the_file_format_are_read(tmp_path: Path) -> None:
    file = book(tmp_path, ["EBELN", "INCO2"], ["4600000000", "Lyon_x000D_"], ["4600000001", "Le_x000A_Havre"])
    assert [row["INCO2"] for row in rows(file).values()] == ["Lyon", "Le Havre"]


def _hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["B"].hidden = True


def _merge(cells: str) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.merge_cells(cells)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_hide_row, "FILE, sheet Data has hidden rows: 3; show them, or delete them"),
        (_hide_column, "FILE, sheet Data has hidden columns: ZTERM; show them, or name them in --ignore"),
        (
            _merge("B2:B3"),
            "FILE, sheet Data has merged cells: B2:B3; unmerge them, so that each row says what it means",
        ),
        (
            _merge("A1:B1"),
            "FILE, sheet Data has merged cells: A1:B1; unmerge them, so that each row says what it means",
        ),
    ],
)
def test_sheet_that_does_not_show_what_it_holds_is_refused(
    tmp_path: Path, change: Callable[[Worksheet], None], why: str
) -> None:
    assert complaint(book(tmp_path, *TWO_ROWS, change=change)) == why


def test_row_without_height_is_hidden(tmp_path: Path) -> None:
    file = patched(book(tmp_path, *TWO_ROWS), SHEET, b'<row r="3">', b'<row r="3" ht="0" customHeight="1">')
    assert complaint(file) == "FILE, sheet Data has hidden rows: 3; show them, or delete them"


def test_merged_title_above_the_names_does_not_matter(tmp_path: Path) -> None:
    file = book(tmp_path, ["Changes"], *TWO_ROWS, change=_merge("A1:B1"))
    assert complaint(file) == (
        "FILE, sheet Data has no column EBELN in row 1; they seem to be in row 2: --header-row 2"
    )
    assert [*rows(file, header_row=2)] == [3, 4]


def test_only_the_visible_sheet_is_read_and_hidden_ones_are_named(tmp_path: Path) -> None:
    def add_hidden(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        old = sheet.parent.create_sheet("Old", 0)
        old.append(["EBELN", "ZTERM"])
        old.sheet_state = "hidden"

    file = book(tmp_path, *TWO_ROWS, change=add_hidden)
    assert rows(file) == BOTH
    assert read(file).notes == ["the hidden sheet Old is not read"]
    assert complaint(file, sheet="Old") == "FILE: this sheet is hidden; show it before it is used"


def with_sheet(title: str, *line: str) -> Callable[[Worksheet], None]:
    def add(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet(title, 0).append([*line])
        sheet.parent.create_sheet("Sheet3")

    return add


def test_sheet_is_found_where_it_alone_has_the_columns(tmp_path: Path) -> None:
    file = book(tmp_path, *TWO_ROWS, change=with_sheet("Remarks", "urgent"))
    assert rows(file) == BOTH
    assert read(file).notes == ["the sheet Remarks is not read: it has no such columns"]
    assert read(file, sheet="data").notes == []
    assert complaint(file, sheet="Dates") == "FILE has no such sheet; it has Remarks, Data, Sheet3"


def test_sheet_is_named_where_several_have_the_columns_or_none(tmp_path: Path) -> None:
    file = book(tmp_path, *TWO_ROWS, change=with_sheet("Old", "ebeln", "WKURS"))
    assert complaint(file) == "FILE has several sheets: Old, Data; name one with --sheet"
    file = book(tmp_path, ["Number", "ZTERM"], change=with_sheet("Remarks", "urgent"))
    none = "none with the columns of a mass change"
    assert complaint(file) == f"FILE has several sheets: Remarks, Data, {none}; name one with --sheet"


def test_rows_that_are_struck_through_refuse_the_sheet(tmp_path: Path) -> None:
    def strike(sheet: Worksheet) -> None:
        sheet["A3"].font = Font(strike=True)

    assert complaint(book(tmp_path, *TWO_ROWS, change=strike)) == (
        "FILE, sheet Data has rows that are struck through: 3; delete them, or unstrike them"
    )


def test_book_with_an_empty_fill_is_read_as_excel_does(tmp_path: Path) -> None:
    file = book(tmp_path, *TWO_ROWS)
    assert rows(patched(file, "xl/styles.xml", b"<fill><patternFill/></fill>", b"<fill/>")) == BOTH


def _cut(file: Path) -> bytes:
    return patched(file, SHEET, b"</sheetData>", b"").read_bytes()


def _half(file: Path) -> bytes:
    return file.read_bytes()[:2000]


def _without_sheet(file: Path) -> bytes:
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != SHEET}
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.read_bytes()


def _with_macros(file: Path) -> bytes:
    plain = b"openxmlformats-officedocument.spreadsheetml.sheet.main"
    return patched(file, "[Content_Types].xml", plain, b"ms-excel.sheet.macroEnabled.main").read_bytes()


def _binary(file: Path) -> bytes:
    plain = b"openxmlformats-officedocument.spreadsheetml.sheet.main"
    return patched(file, "[Content_Types].xml", plain, b"ms-excel.sheet.binary.macroEnabled.main").read_bytes()


def _document(file: Path) -> bytes:
    return patched(file, "[Content_Types].xml", b"spreadsheetml", b"wordprocessingml").read_bytes()


def _open_document(file: Path) -> bytes:
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<content/>")
    return file.read_bytes()


def _archive(file: Path) -> bytes:
    with ZipFile(file, "w") as archive:
        archive.writestr("list.csv", "EBELN,ZTERM")
    return file.read_bytes()


def _chart_only(file: Path) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    made.create_chartsheet("Chart").add_chart(BarChart())
    made.save(file)
    return file.read_bytes()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_cut, "FILE is not XLSX, or cannot be read: it is incomplete or damaged"),
        (_half, "FILE is not XLSX, or cannot be read: it is no book of Excel, or is incomplete"),
        (_without_sheet, "FILE has no line with column names: no visible sheet of it holds anything"),
        (_with_macros, "FILE is not XLSX, or cannot be read: it holds macros (.xlsm); save it as XLSX without them"),
        (_open_document, "FILE is not XLSX, or cannot be read: it is a file of LibreOffice; save it as XLSX"),
        (_binary, "FILE is not XLSX, or cannot be read: it is a binary book (.xlsb); save it as XLSX"),
        (_document, "FILE is not XLSX, or cannot be read: it is no book of Excel, or is incomplete"),
        (_archive, "FILE is not XLSX, or cannot be read: it is no book of Excel, or is incomplete"),
        (_chart_only, "FILE has no line with column names: no visible sheet of it holds anything"),
        (lambda _: b"EBELN,ZTERM\n", "FILE is not XLSX, or cannot be read: it is no book of Excel, or is incomplete"),
        (lambda _: b"", "FILE is not XLSX, or cannot be read: it is no book of Excel, or is incomplete"),
        (
            lambda _: OLE + b"Workbook",
            "FILE is a book of Excel 97 to 2003 (.xls): save it as XLSX without a password",
        ),
        (
            lambda _: OLE + "EncryptedPackage".encode("utf-16-le"),
            "FILE has a password: save it as XLSX without a password",
        ),
    ],
)
def test_book_that_cannot_be_read_gets_one_clear_line(
    tmp_path: Path, damage: Callable[[Path], bytes], why: str
) -> None:
    file = book(tmp_path, *TWO_ROWS)
    file.write_bytes(damage(file))
    assert complaint(file) == why


def test_book_is_known_by_its_content_and_not_its_name_alone(tmp_path: Path) -> None:
    file = book(tmp_path, *TWO_ROWS).rename(tmp_path / "changes.txt")
    assert rows(file) == BOTH


def test_missing_file_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none.xlsx") == "FILE cannot be read: No such file or directory"
