"""Test the typed reader of cells: what a cell means for a field of a type, and what is refused."""

from datetime import date, datetime, time, timedelta

import pytest

from harness.sheets.cells import CellValue, FileCell, RefusedCellError, read_cell
from simulator.ecc.ddic import Char, Dats, DdicType, Dec

CHAR, DATS, DEC = Char(28), Dats(), Dec(15)


@pytest.mark.parametrize(
    ("ddic", "value", "number_format", "text"),
    [
        (CHAR, " Lyon ", "General", "Lyon"),
        (CHAR, None, "General", ""),
        (CHAR, "Port of\nRotterdam", "General", "Port of Rotterdam"),
        (CHAR, "Port of\r\nRotterdam", "General", "Port of Rotterdam"),
        (CHAR, "Le\u2028Havre", "General", "Le Havre"),
        (CHAR, "Le\vHavre", "General", "Le Havre"),
        (CHAR, "Le\x1cHavre", "General", "Le Havre"),
        (CHAR, "Le\x85Havre", "General", "Le Havre"),
        (CHAR, "Le\u00a0Havre\u3000", "General", "Le Havre"),
        (CHAR, "Lyon\r", "General", "Lyon"),
        (CHAR, "n/a", "General", "n/a"),
        (CHAR, "#12", "General", "#12"),
        (CHAR, 1, "000", "001"),
        (CHAR, 1.0, "0000", "0001"),
        (DATS, datetime(2028, 12, 31), "yyyy-mm-dd", "20281231"),  # noqa: DTZ001 - a sheet knows no time zones
        (DATS, date(2028, 12, 31), "dd.mm.yyyy", "20281231"),
        (DATS, datetime(2028, 12, 31, 8, 30), "d/m/yy h:mm;@", "20281231"),  # noqa: DTZ001
        (DATS, date(2028, 12, 31), r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "20281231"),
        (DATS, date(2028, 12, 31), 'yyyy"年"m"月"d"日"', "20281231"),
        (DATS, date(2028, 12, 31), "General", "20281231"),
        (CHAR, "Lyon", "@", "Lyon"),
        (CHAR, "Lyon", "[Red]_-@_-", "Lyon"),
        (CHAR, "Lyon", "0.00;-0.00;0", "Lyon"),
        (CHAR, "Lyon", '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "Lyon"),
        (DATS, "2028-12-31", "General", "20281231"),
        (DATS, "31.12.2028", "General", "20281231"),
        (DATS, "1.2.2028", "General", "20280201"),
        (DATS, "20281231", "General", "20281231"),
        (DATS, 20281231, "General", "20281231"),
        (DEC, 3702.2999999999997, "General", "3702.3"),
        (DEC, 0.1 + 0.2, "General", "0.3"),
        (DEC, 1e15, "General", "1000000000000000"),
        (DEC, 1250000, "#,##0.00", "1250000"),
        (DEC, "1250000.50", "General", "1250000.50"),
    ],
)
def test_cell_is_read_as_people_see_it(ddic: DdicType, value: CellValue, number_format: str, text: str) -> None:
    assert read_cell(FileCell(value, number_format), ddic) == text


@pytest.mark.parametrize(
    ("ddic", "value", "number_format", "why"),
    [
        (CHAR, 1, "General", "a number may have lost zeros; make it a text"),
        (CHAR, 1, "0", "a number may have lost zeros; make it a text"),
        (CHAR, 60, "@", "a number may have lost zeros; make it a text"),
        (CHAR, 1.5, "000", "a number is no value of this field"),
        (CHAR, -1, "000", "a number is no value of this field"),
        (CHAR, True, "General", "true or false is no value of this field"),
        (DEC, False, "General", "true or false is no value of this field"),
        (DATS, True, "General", "true or false is no value of this field"),
        (CHAR, time(8), "h:mm", "a time is no value of this field"),
        (DATS, timedelta(hours=30), "[h]:mm", "a time is no value of this field"),
        (CHAR, date(2028, 12, 31), "yyyy-mm-dd", "a date is no value of this field"),
        (DEC, date(2028, 12, 31), "yyyy-mm-dd", "a date is no value of this field"),
        (CHAR, "#N/A", "General", "an error of Excel is no value"),
        (CHAR, "#NV", "General", "an error of Excel is no value"),
        (CHAR, "#REF!", "General", "an error of Excel is no value"),
        (CHAR, "#NAME?", "General", "an error of Excel is no value"),
        (DEC, "#DIV/0!", "General", "an error of Excel is no value"),
        (DEC, "########", "General", "an error of Excel is no value"),
        (CHAR, "Ly\u200bon", "General", "it holds a character that nobody can see"),
        (CHAR, "Ly\x07on", "General", "it holds a character that nobody can see"),
        (DATS, date(2028, 12, 31), "mmm-yy", "its number format shows no whole date"),
        (DATS, date(2028, 12, 31), "dd.mm.", "its number format shows no whole date"),
        (DATS, date(2028, 12, 31), "dddd, mmmm yyyy", "its number format shows no whole date"),
        (DATS, date(2028, 12, 31), 'yyyy"-m-"d', "its number format shows no whole date"),
        (DATS, datetime(2028, 12, 31, 8, 30), "d yyyy h:mm", "its number format shows no whole date"),  # noqa: DTZ001
        (CHAR, "Lyon", ";;;", "its number format shows nothing"),
        (DATS, "31.12.2028", "0;0;0;", "its number format shows nothing"),
        (DEC, "1000.50", '@" k€"', "its number format adds to the text"),
        (CHAR, "Z030", '0;0;0;"Z060"', "its number format shows another text"),
        (DEC, "1000,50", "General", "no amount; name a decimal comma by --decimal ,"),
        (DEC, "1.250.000,50", "General", "no amount; name a decimal comma by --decimal ,"),
        (DEC, "1,234", "General", "name its decimal sign: --decimal . or --decimal ,"),
        (DEC, "1,234.50", "General", "name its decimal sign: --decimal . or --decimal ,"),
        (DEC, "1.234,50-", "General", "its minus stands behind it, not in front"),
        (DEC, "1.234,50 €", "General", "it holds more than an amount, as a currency"),
        (DEC, "EUR 1234.50", "General", "it holds more than an amount, as a currency"),
    ],
)
def test_cell_without_a_plain_meaning_is_refused(
    ddic: DdicType, value: CellValue, number_format: str, why: str
) -> None:
    with pytest.raises(RefusedCellError) as refused:
        read_cell(FileCell(value, number_format), ddic)
    assert str(refused.value) == why


def test_reasons_fit_into_a_variable_of_a_message_of_sap() -> None:
    with pytest.raises(RefusedCellError) as refused:
        read_cell(FileCell("1000.50"), DEC, decimal=",")
    assert str(refused.value) == "it has a decimal point, not the comma named"
    assert len(str(refused.value)) <= 50


@pytest.mark.parametrize("value", [104711, 104711.0])
def test_number_that_sap_fills_up_with_zeros_is_read(value: float) -> None:
    assert read_cell(FileCell(value), Char(10), is_alpha=True) == "104711"


def test_decimal_point_is_read_where_it_is_named() -> None:
    assert read_cell(FileCell("1,250,000.50"), DEC, decimal=".") == "1250000.50"
    assert read_cell(FileCell("1,250"), DEC, decimal=".") == "1250"


@pytest.mark.parametrize(
    ("value", "text"), [("1000,5", "1000.5"), ("1.250.000,50", "1250000.50"), ("1000", "1000"), ("-7,10", "-7.10")]
)
def test_decimal_comma_is_read_where_it_is_named(value: str, text: str) -> None:
    assert read_cell(FileCell(value), DEC, decimal=",") == text
