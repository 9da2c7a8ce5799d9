"""Test `zicm report`: the formats, and errors where there is nothing to report."""

import csv
import gzip
import json
import re
import sqlite3
from base64 import b64decode
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from syrupy.assertion import SnapshotAssertion

from harness.cli.report_formats.values import amount_text, display_text
from harness.tests.support.cli_runner import OUTLINE_AGREEMENT, stable, zicm
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.tables import ZTable
from simulator.icertis.agreement import MASTER, STANDALONE, SUB
from simulator.landscape import Landscape
from simulator.reporting.consolidation import QUERIES
from simulator.reporting.extraction import TABLES
from simulator.settings import Settings

TERMS: dict[str, object] = {
    "ICMConfidentialContract": False,
    "ICMAppSrcSupplierID": "0000104711",
    "ICMEffectiveDate": "2026-01-01T00:00:00",
    "ICMExpiryDate": "2027-12-31T00:00:00",
    "ICMTotalContractValue": 1250000.5,
    "ICMCurrency": "EUR",
    "ICMLegalEntityCode": "FR01",
    "ICMPurchasingOrgCode": "FR10, IT10",
    "ICMOrgTeam": "Energy",
    "ICMPrimaryOwnerName": "=1+1",
    "ICMIncotermsCode": "FCA",
    "ICMIncotermslocation": "Lyon",
    "ICMPaymentTerms": "Z060",
}
ME31K = ChangeStamp("BUYER", datetime(2026, 1, 5, tzinfo=UTC), "ME31K")
HEADER = OUTLINE_AGREEMENT | {
    "BSART": "WK",
    "KDATE": "20281231",
    "KTWRT": "1250000.50",
    "ZTERM": "Z060",
    "INCO1": "FCA",
    "INCO2": "Lyon",
    "ZZICMAGREEMENT": "PSUB2001",
}
TODAY = ("--date", "2026-06-30")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a master with a sub agreement, a standalone one whose name is markup, and three outline agreements."""
    folder = tmp_path_factory.mktemp("tables")
    with Landscape(Settings().with_data_directory(folder)) as landscape:
        tenant = landscape.tenant
        master = tenant.draft(MASTER, {**TERMS, "Name": "Frame"}, code="PMA1001")
        sub = tenant.draft(SUB, {**TERMS, "Name": "Acid"}, code="PSUB2001")
        alone = tenant.draft(STANDALONE, {**TERMS, "Name": "<script>alert(1)</script>"}, code="PST3001")
        tenant.associate(sub, master)
        for agreement in (master, sub, alone):
            tenant.execute(agreement)
        for system, other in (("PF2", {}), ("WP2", {"ZZICMAGREEMENT": ""}), ("WP2", {"EKORG": "IT10"})):
            landscape.systems[system].create_outline_agreement(HEADER | other, ME31K)
    return folder


def test_extracted_columns_exist_in_the_tables() -> None:
    tables = {**ZTable.metadata.tables, "EKKO": EKKO}
    assert {name: set(fields) - set(tables[name].columns.keys()) for name, fields in TABLES.items()} == {
        "ZMM_ICMCONTRACT": set(),
        "ZMM_ICMPURCHORG": set(),
        "EKKO": set(),
    }


def test_json_holds_the_hierarchy_as_a_tree(data: Path) -> None:
    report = json.loads(zicm("report", "--data", data, *TODAY, "--format", "json").out)
    assert list(report) == [
        "day", "systems", "selection", "unmatched", "tolerance", "target_value", "expires_within", "notes",
        "figures", "totals", "parts",
    ]  # fmt: skip
    assert (report["day"], report["systems"]) == ("20260630", ["PF2", "WP2"])
    master, alone = report["parts"]["hierarchy"]
    assert (master["ICMAGREEMENTCODE"], alone["ICMAGREEMENTCODE"]) == ("PMA1001", "PST3001")
    (sub,) = master["agreements"]
    assert sub["ICMAGREEMENTCODE"] == "PSUB2001"
    assert [
        (place["PURCHASINGORG"], [(one["system"], one["EBELN"]) for one in place["outline_agreements"]])
        for place in sub["organisations"]
    ] == [("FR10", [("PF2", "4600000000")]), ("IT10", [("WP2", "4610000001")])]
    assert report["figures"]["findings"] == {
        "differences": 2,
        "missing": 2,
        "masters": 0,
        "orphans": 1,
        "unknown_codes": 0,
        "wrong_types": 0,
        "duplicates": 0,
        "ended": 0,
        "entries": 0,
    }


def test_selected_parts_are_reported_alone(data: Path) -> None:
    ran = zicm("report", "--data", data, *TODAY, "--format", "json", "--part", "orphans", "--part", "s4")
    assert list(json.loads(ran.out)["parts"]) == ["orphans", "s4_totals", "s4"]


def test_help_names_each_part() -> None:
    said = " ".join(zicm("report", "--help", width=200).out.split())
    assert [part for part in (*QUERIES, "changes") if f"{part}," not in said and f"{part} (" not in said] == []


def test_csv_contains_no_formula(data: Path) -> None:
    ran = zicm("report", "--data", data, *TODAY, "--format", "csv", "--part", "differences")
    first, second = csv.DictReader(StringIO(ran.out.removeprefix("\ufeff")))
    assert first["ICMPRIMARYOWNERNAME"] == second["ICMPRIMARYOWNERNAME"] == "'=1+1"
    assert (first["field"], first["outline_agreement"], first["contract"]) == ("KDATE", "2028-12-31", "2027-12-31")


def test_the_workbook_has_a_sheet_for_each_part(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    assert zicm("report", "--data", data, *TODAY, "--format", "xlsx", "--output", file).code == 0
    with ZipFile(file) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, len(names) + 1)]
    assert names[:5] == ["Report", "Findings by org team", "Hierarchy", "Lines", "Differences"]
    assert len(names) == 18
    assert not any("<f>" in sheet for sheet in sheets)
    assert all('state="frozen"' in sheet for sheet in sheets[1:])
    assert all('orientation="landscape"' in sheet and 'fitToHeight="0"' in sheet for sheet in sheets)
    assert [re.findall(r'fitToWidth="(\d)"', sheet) for sheet in sheets[:5]] == [[], [], ["2"], ["3"], []]
    assert any("<t>=1+1</t>" in sheet for sheet in sheets)


@pytest.fixture(scope="module")
def workbook(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    file = tmp_path_factory.mktemp("book") / "report.xlsx"
    assert zicm("report", "--data", data, *TODAY, "--format", "xlsx", "--output", file).code == 0
    return load_workbook(file)


def test_each_sheet_of_a_part_is_a_table_with_unlike_headings(workbook: Workbook) -> None:
    for sheet in workbook.worksheets[1:]:
        heads = [str(cell.value).casefold() for cell in sheet[1]]
        assert len({*heads}) == len(heads), sheet.title
        assert (len(sheet.tables) == 1) is (sheet.title != "Hierarchy"), sheet.title


def test_each_sheet_has_the_whole_title_of_its_part(workbook: Workbook) -> None:
    titles = {re.sub(r"[][:*?/\\]", "", QUERIES[part].title) for part in QUERIES}
    assert titles - {*workbook.sheetnames} == set()


def test_cells_of_the_workbook_have_their_types(workbook: Workbook) -> None:
    sheet = workbook["No outline agreement yet"]
    first = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert first["Code"].value == "PST3001"
    assert (first["Expiry"].value, first["Expiry"].number_format) == (midnight("2027-12-31"), "yyyy-mm-dd")
    assert (first["Value"].value, first["Value"].number_format) == (1250000.5, '#,##0.00\\ "EUR"')


@pytest.mark.parametrize(("amount", "shown"), [("1000.555", "1,000.555"), ("1000.50", "1,000.50"), ("-1.50", "-1.50")])
def test_amount_is_shown_with_all_its_decimals(amount: str, shown: str) -> None:
    assert display_text(Decimal(amount)) == amount_text(amount) == shown


def midnight(day: str) -> datetime:
    """Return a day as openpyxl reads it."""
    return datetime.fromisoformat(day)


def test_hierarchy_of_the_workbook_is_grouped_and_sums_to_the_totals(workbook: Workbook) -> None:
    sheet = workbook["Hierarchy"]
    head, *rows = sheet.iter_rows(values_only=True)
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    levels = [sheet.row_dimensions[number].outlineLevel for number in range(2, 2 + len(rows))]
    assert [(level, row["Code"], row["Purch. org."]) for level, row in zip(levels, lines, strict=True)] == [
        (0, "PMA1001", None), (1, None, "FR10"), (1, None, "IT10"),
        (1, "PSUB2001", None), (2, None, "FR10"), (2, None, "IT10"),
        (0, "PST3001", None), (1, None, "FR10"), (1, None, "IT10"),
    ]  # fmt: skip
    assert [row["Value, running"] for row in lines if row["Value, running"]] == [1250000.5, 1250000.5]
    assert [row["Value, masters and NDAs"] for row in lines if row["Value, masters and NDAs"]] == [1250000.5]
    assert [row["Value, expired"] for row in lines if row["Value, expired"]] == []


def test_descriptions_of_the_sheets_have_rows_as_high_as_their_lines(workbook: Workbook) -> None:
    sheet = workbook["Report"]
    texts = {row: cell.value for row, cell in enumerate(sheet["C"], start=1) if cell.value}
    heights = {row: sheet.row_dimensions[row].height or 15 for row in texts}
    assert len(texts) == len(workbook.sheetnames) - 1
    assert {row for row, text in texts.items() if heights[row] < 15 * -(-len(str(text)) // 80)} == set()


def test_verdicts_of_the_workbook_are_coloured(workbook: Workbook) -> None:
    coloured = {
        sheet.title: [str(cells.sqref) for cells in sheet.conditional_formatting] for sheet in workbook.worksheets
    }
    assert coloured["S4HANA outline agreements"] == ["I2:I4", "J2:J4"]


@pytest.mark.parametrize(
    ("day", "cell"), [("19000101", "1900-01-01T00:00:00"), ("18991231", "1899-12-31"), ("20261301", "20261301")]
)
def test_days_that_excel_does_not_have_are_text(data: Path, tmp_path: Path, day: str, cell: str) -> None:
    for file in data.glob("?[FP]2.db"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(tmp_path / "WP2.db")) as database, database:
        database.execute("UPDATE EKKO SET KDATB = ? WHERE EBELN = '4610000000'", [day])
    file = tmp_path / "report.xlsx"
    asked = ("report", "--data", tmp_path, *TODAY, "--part", "orphans")
    assert zicm(*asked, "--format", "xlsx", "--output", file).code == 0
    head, row = load_workbook(file)["Orphans"].iter_rows(values_only=True)
    found = row[head.index("Valid from")]
    assert (found.isoformat() if isinstance(found, datetime) else found) == cell


def test_page_is_self_contained_and_escapes_markup(data: Path) -> None:
    page = zicm("report", "--data", data, *TODAY, "--format", "html", "--org-team", "<b>").out
    assert "No org team is &lt;b&gt;; there is Energy." in page
    page = zicm("report", "--data", data, *TODAY, "--format", "html").out
    assert "<script>alert(1)</script>" not in page
    assert not re.search(r'(src|href)=(?!"#)|https?:|@import|url\(', page)
    packed = re.search(r'id="data">([A-Za-z0-9+/=]+)<', page)
    assert packed
    held = json.loads(gzip.decompress(b64decode(packed[1])))
    (master, alone) = held["tree"]
    assert [master[0][0], [below[0][0] for below in master[3]], alone[0][0]] == ["PMA1001", ["PSUB2001"], "PST3001"]
    assert alone[0][2] == "<script>alert(1)</script>"
    assert re.search(r"<svg[^>]* aria-label=\"Validity end: 2. \">", page)


@pytest.mark.parametrize("width", [80, 140])
def test_terminal_shows_every_part(data: Path, width: int, snapshot: SnapshotAssertion) -> None:
    ran = zicm("report", "--data", data, *TODAY, width=width)
    assert (ran.code, ran.err) == (0, "")
    assert stable(ran.out) == snapshot


def test_narrow_terminal_folds_and_cuts_nothing(data: Path) -> None:
    def characters(width: int) -> Counter[str]:
        shown = zicm("report", "--data", data, *TODAY, width=width).out
        return Counter(one for one in shown if one not in " \n─│└├")

    assert not characters(119) - characters(50)  # where rows are folded, headings stand in each of them


def test_terminal_counts_the_omitted_lines(data: Path) -> None:
    shown = zicm("report", "--data", data, *TODAY, "--part", "missing", "--limit", "1").out
    assert "and 1 more; --limit 0 shows all" in shown
    assert "more" not in zicm("report", "--data", data, *TODAY, "--part", "missing", "--limit", "0").out


def test_options_filter_the_report(data: Path) -> None:
    def orphans(*options: str) -> list[str]:
        ran = zicm("report", "--data", data, *TODAY, "--format", "json", "--part", "orphans", *options)
        return [row["EBELN"] for row in json.loads(ran.out)["parts"]["orphans"]]

    assert orphans() == ["4610000000"]
    assert orphans("--system", "pf2") == []
    assert orphans("--supplier", "104711") == ["4610000000"]
    assert orphans("--organisation", "FR10", "--organisation", "XX10") == ["4610000000"]
    assert orphans("--valid-from", "2029-01-01") == []
    assert orphans("--type", "sub") == []


def test_report_reads_the_databases_of_the_settings(data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    urls = "\n".join(f'{name} = "sqlite:///{(data / name).as_posix()}.db"' for name in ("PF2", "WP2"))
    settings.write_text(f"[systems]\n{urls}\n")
    ran = zicm("report", "--settings", settings, *TODAY, "--format", "json", "--part", "orphans")
    assert json.loads(ran.out)["figures"]["findings"] == {"orphans": 1}


def test_tolerance_option_overrides_the_settings(data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('target_value_tolerance = "12.50"\n')
    asked = ("report", "--data", data, *TODAY, "--format", "json", "--settings", settings)
    assert json.loads(zicm(*asked).out)["tolerance"] == {"amount": "12.50", "percent": "0", "currencies": {}}
    given = ("--tolerance", "3", "--tolerance", "2%", "--tolerance", "jpy=10000")
    assert json.loads(zicm(*asked, *given).out)["tolerance"] == {
        "amount": "3", "percent": "2", "currencies": {"JPY": "10000"},
    }  # fmt: skip


def test_sums_are_compared_by_the_settings_or_the_option(data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('target_value = "sum"\n')
    asked = ("report", "--data", data, *TODAY, "--format", "json", "--settings", settings)
    assert json.loads(zicm(*asked).out)["target_value"] == "sum"
    assert json.loads(zicm(*asked, "--target-value", "header").out)["target_value"] == "header"


def test_filter_that_nothing_fits_says_so(data: Path) -> None:
    ran = zicm("report", "--data", data, *TODAY, "--org-team", "Enrgy")
    assert (ran.code, ran.err) == (0, "Note: no org team is Enrgy; there is Energy\n")


def test_tolerance_of_a_currency_that_no_contract_has_says_so(data: Path) -> None:
    ran = zicm("report", "--data", data, *TODAY, "--tolerance", "XYZ=1", "--tolerance", "eur=1")
    assert (ran.code, ran.err) == (0, "Note: no contract of the report is in XYZ; there is EUR\n")


@pytest.mark.parametrize("days", ["abc", "-1", "1.5", "36501", "²"])
def test_days_that_are_none_are_told_what_may_stand_there(days: str) -> None:
    ran = zicm("report", "--data", "x", "--expires-within", days)
    assert ran.code == 2
    assert "give a number of days, from 0 to 36500" in ran.err


WRONG_USE = {
    "no tables named": (["--part", "s4"], "--data"),
    "csv of everything": (["--data", "x", "--format", "csv"], "--part"),
    "changes that a csv does not show": (
        ["--data", "x", "--format", "csv", "--part", "missing", "--since", "y"],
        "--since",
    ),
    "a workbook for the terminal": (["--data", "x", "--format", "xlsx"], "--output"),
    "a file of the terminal's": (["--data", "x", "--output", "y"], "--output"),
    "a part that is none": (["--data", "x", "--part", "s5"], "--part"),
    "a type that is none": (["--data", "x", "--type", "NDA"], "--type"),
    "a tolerance that is none": (["--data", "x", "--tolerance", "much"], "--tolerance"),
    "a tolerance with more digits than one can round": (["--data", "x", "--tolerance", "1e400"], "--tolerance"),
    "more lines than there can be": (["--data", "x", "--limit", "99999999999999999999"], "--limit"),
    "a tolerance below nothing": (["--data", "x", "--tolerance", "-1"], "--tolerance"),
    "a currency that is none": (["--data", "x", "--tolerance", "EURO=1"], "--tolerance"),
    "a percentage that is none": (["--data", "x", "--tolerance", "%"], "--tolerance"),
    "an end before the begin": (
        ["--data", "x", "--valid-from", "2026-02-01", "--valid-to", "2026-01-31"],
        "--valid-to",
    ),
    "a day that is none": (["--data", "x", "--date", "2026-02-30"], "--date"),
    "a day before all contracts": (["--data", "x", "--date", "1899-12-31"], "--date"),
    "two amounts": (["--data", "x", "--tolerance", "5", "--tolerance", "6"], "--tolerance"),
    "two percentages": (["--data", "x", "--tolerance", "5%", "--tolerance", "6%"], "--tolerance"),
    "two amounts of a currency": (["--data", "x", "--tolerance", "EUR=5", "--tolerance", "eur=6"], "--tolerance"),
    "lines of a file": (["--data", "x", "--json", "--limit", "30"], "--limit"),
    "groups in a csv": (["--data", "x", "--format", "csv", "--part", "s4", "--group-by", "org-team"], "--group-by"),
    "days that a csv does not show": (
        ["--data", "x", "--format", "csv", "--part", "missing", "--expires-within", "9"],
        "--expires-within",
    ),
    "a tolerance that a csv does not show": (
        ["--data", "x", "--format", "csv", "--part", "missing", "--tolerance", "9"],
        "--tolerance",
    ),
    "target values that a csv does not show": (
        ["--data", "x", "--format", "csv", "--part", "orphans", "--target-value", "sum"],
        "--target-value",
    ),
}


@pytest.mark.parametrize("arguments", WRONG_USE)
def test_wrong_use_names_the_option(arguments: str) -> None:
    words, option = WRONG_USE[arguments]
    ran = zicm("report", *words)
    assert ran.code == 2
    assert option in ran.err


@pytest.mark.parametrize("option", ["--date", "--valid-from", "--valid-to"])
def test_a_day_that_is_none_is_told_in_plain_words_and_not_shown(option: str) -> None:
    ran = zicm("report", "--data", "x", option, "2030-13-01")
    assert (ran.code, ran.out) == (2, "")
    assert f"Invalid value for {option}: give a day of the calendar as 2026-12-31" in ran.err.replace("'", "")
    assert "2030-13-01" not in ran.err


def test_a_row_of_differences_says_first_what_differs() -> None:
    names = [column.name for column in QUERIES["differences"].columns]
    assert names[3:8] == ["ICMAGREEMENTCODE", "field", "label", "outline_agreement", "contract"]
    names = [column.name for column in QUERIES["accepted"].columns]
    assert names[3:7] == ["ICMAGREEMENTCODE", "field", "outline_agreement", "contract"]


def test_unknown_system_is_wrong_use(data: Path) -> None:
    ran = zicm("report", "--data", data, "--system", "XX2")
    assert (ran.code, ran.out) == (2, "")
    assert "there are PF2, WP2, not XX2" in ran.err


def test_a_folder_without_tables_cannot_be_reported(tmp_path: Path) -> None:
    ran = zicm("report", "--data", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "holds no tables" in ran.err


def test_tables_without_outline_agreements_cannot_be_reported(data: Path, tmp_path: Path) -> None:
    for file in data.glob("?[FP]2.db"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(tmp_path / "WP2.db")) as database:
        database.execute("DROP TABLE EKKO")
    ran = zicm("report", "--data", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "no such table: EKKO" in ran.err


def test_tables_of_an_older_version_are_reported(data: Path, tmp_path: Path) -> None:
    for file in data.glob("?[FP]2.db"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(tmp_path / "WP2.db")) as database:
        database.execute("ALTER TABLE EKKO DROP COLUMN LOEKZ")
    arguments = ("report", "--date", "2026-01-05", "--format", "json", "--data")
    assert zicm(*arguments, tmp_path).out == zicm(*arguments, data).out


def test_systems_in_memory_cannot_be_reported(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("")
    ran = zicm("report", "--settings", settings)
    assert (ran.code, ran.out) == (1, "")
    assert "PF2 is in memory" in ran.err


def test_failed_write_leaves_no_file(data: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    ran = zicm("report", "--data", data, "--format", "json", "--output", tmp_path / "taken")
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def test_report_changes_no_file(data: Path) -> None:
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    zicm("report", "--data", data)
    assert {file.name: file.read_bytes() for file in data.iterdir()} == before
