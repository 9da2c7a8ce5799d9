"""The workbook as another library reads it."""

from pathlib import Path
from shutil import copy
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from harness.signoff import service
from harness.signoff.workbook.sheets import Column, Sheet
from harness.signoff.workbook.writer import write
from harness.specification.register import Register, Target
from harness.tests.support.cli_runner import zicm
from harness.tests.support.condition_features import copy_features, of_conditions

NAMES = ["Cover", "Conditions", "SCM conditions", "Mapping", "SCM mapping", "Matrix", "Decisions", "Findings"]


@pytest.fixture(scope="module")
def file(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    approvals = folder / "approvals.toml"
    with pytest.MonkeyPatch.context() as patch:  # of what rules and decisions rest on, only conditions have run
        patch.setattr(service, "FEATURES", copy_features(folder / "features", of_conditions()))
        ran = zicm(
            "signoff", "approve", "11a", "--by", "=A1", "--role", "SAP", "--reports", reports, "--approvals", approvals
        )
    assert ran.code == 0
    ran = zicm("signoff", "export", "--xlsx", folder / "s.xlsx", "--reports", reports, "--approvals", approvals)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{folder / 's.xlsx'}: cover 21, conditions 27, scm conditions 26, mapping 22, ")
    return folder / "s.xlsx"


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    return load_workbook(file)


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet, each by heading."""
    head, *found = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def footer(page: Worksheet) -> str:
    """Return the left part of the page footer."""
    assert page.oddFooter is not None
    assert page.oddFooter.left is not None
    return str(page.oddFooter.left.text)


def test_workbook_has_a_sheet_for_each_part(book: Workbook) -> None:
    assert book.sheetnames == NAMES


def test_condition_has_its_result_and_blank_cells_for_the_tester(book: Workbook) -> None:
    found = {row["Id"]: row for row in rows(book, "Conditions")}
    assert [*found] == [condition.id for condition in Register.load().conditions_of(Target.ECC)]
    one = found["11a"]
    assert one["Title"] == "Amendment of a Sub Agreement, several organisations"
    assert (one["Scenarios"], one["Result"]) == (1, "passed, depends on D-06 and 10 more")
    assert str(one["Approval"]).startswith("partly approved\napproved by =A1 (SAP), 20")
    assert [one[name] for name in ("Tested as", "Tester", "Date", "Comment")] == [None] * 4
    assert found["1"]["Approval"] == "not approved"
    assert str(one["What must be seen"]).splitlines()[:2] == [
        "1. CPI receives the event AmendmentExecuted",
        "2. ICI is called for the details of the agreement",
    ]
    assert str(one["Seen"]).splitlines()[6] == (
        "7. PF2 and WP2: PSUB2012 to PMA1001 (MAS, 11111111-0000-4000-8000-000000001001)"
    )


def test_conditions_of_scm_and_the_connectors_lines_have_sheets(book: Workbook) -> None:
    found = {row["Id"]: row for row in rows(book, "SCM conditions")}
    assert [*found] == [condition.id for condition in Register.load().conditions_of(Target.SCM)]
    assert found["S8"]["What must be seen"] == (
        "1. SCM gets exactly the calls of a termination\n"
        "2. The contract becomes terminated and its purchase agreement closed, and nothing else changes\n"
        "3. A release order is refused"
    )
    assert str(found["S8"]["Seen"]).splitlines()[1:] == [
        "2. ContractStatus Terminated; AgreementStatus Closed",
        "3. the agreement is not effective",
    ]
    lines = {row["Id"]: row for row in rows(book, "SCM mapping")}
    assert (lines["CON-05"]["Source"], lines["CON-05"]["Target"]) == ("contract:ICMStatus", "ContractStatus")
    assert lines["CON-05"]["Rule"] == "The status of ICI without its blanks."
    assert lines["AGR-15"]["Sent"] == "with a new row alone"


def test_cover_says_that_it_is_a_simulation_and_where_it_comes_from(book: Workbook) -> None:
    found = {row["About"]: row["This workbook"] for row in rows(book, "Cover")}
    assert str(found["Simulation"]).startswith("Everything here comes from a simulation.")
    assert found["Specification"] == "HLS Icertis to SAP ECC, version 2"
    assert found["Conditions"] == "27 passed"
    assert len(str(found["Evidence (SHA-256)"])) == 64
    assert found["Who signs"] == "business owner, SAP, Icertis, test lead"


def test_only_cells_to_fill_in_can_be_changed(book: Workbook) -> None:
    for page in book:
        assert page.protection.sheet
        assert not page.protection.autoFilter  # which is allowed: the attribute forbids
        head = [str(cell.value) for cell in page[1]]
        free = {
            head[index]
            for row in page.iter_rows(min_row=2)
            for index, cell in enumerate(row)
            if not cell.protection.locked
        }
        assert free <= {"Tested as", "Tester", "Date", "Comment", "Answer", "By"}
        assert bool(free) == (page.title in ("Conditions", "SCM conditions", "Decisions", "Findings"))


def test_rows_are_as_high_as_their_text(book: Workbook) -> None:
    page = book["Conditions"]
    for number in range(2, page.max_row + 1):
        height = page.row_dimensions[number].height
        assert height is not None
        assert height >= 14 * len(str(page.cell(number, 7).value).splitlines())


def test_mapping_sheet_is_complete(book: Workbook) -> None:
    found = {row["Id"]: row for row in rows(book, "Mapping")}
    assert len(found) == 22
    assert found["MAP-12"]["Target"] == "ICMEXPIRYDATE"
    assert found["MAP-12"]["Instead, for an action"] == "Terminated: agreement:ICMTerminationNoticeDate"
    assert (found["MAP-01"]["Key"], found["MAP-12"]["Key"]) == ("key", None)


def test_matrix_has_a_row_for_each_entry_and_scenario(book: Workbook) -> None:
    found = rows(book, "Matrix")
    of_2a = [row for row in found if row["Id"] == "2a"]
    assert [(row["Kind"], row["Result"]) for row in of_2a] == [("condition", "passed")]
    assert str(of_2a[0]["Scenario"]).startswith("2a - a Sub Agreement for several")
    assert {row["Id"] for row in found} == {entry.id for entry in Register.load().entries}
    unshown = [row for row in found if row["Scenario"] == "no scenario"]
    waived = [entry for entry in Register.load().entries if entry.waived]
    assert [(row["Id"], row["Result"], row["Why there is none"]) for row in unshown] == [
        (entry.id, "none", entry.waived) for entry in waived
    ]


def test_scenario_that_did_not_run_is_marked(book: Workbook) -> None:
    results = {row["Result"] for row in rows(book, "Matrix") if row["Kind"] == "rule"}
    assert {"passed", "not run"} <= results


def test_decision_has_both_readings_and_a_blank_answer(book: Workbook) -> None:
    found = {row["Id"]: row for row in rows(book, "Decisions")}
    assert str(found["D-05"]["What is built"]).startswith("Their message holds the four key fields")
    assert str(found["D-05"]["The other reading"]).startswith("Their message holds every field")
    assert found["D-05"]["Answer"] is None


def test_finding_lists_the_seven_names_that_are_too_long(book: Workbook) -> None:
    found = {row["Id"]: row for row in rows(book, "Findings")}
    assert "ICMCONFIDENTIALCONTRACT, ICMAPPSRCSUPPLIERID, ICMTOTALCONTRACTVALUE, ICMLEGALENTITYCODE, " in str(
        found["FND-01"]["What was found"]
    )
    assert str(found["FND-01"]["What was found"]).count(",") == 6
    known = {decision.id for decision in Register.load().decisions}
    assert {row["Decision"] for row in found.values()} <= known


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_frozen_filtered_and_repeated_on_every_page(book: Workbook, name: str) -> None:
    page: Worksheet = book[name]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == page.dimensions
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.paperSize == 9
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)  # one is what is not written
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert all(page.column_dimensions[get_column_letter(number)].width >= 6 for number in range(1, page.max_column + 1))


def test_tester_cells_accept_a_list_and_a_date(book: Workbook) -> None:
    page: Worksheet = book["Conditions"]
    by_kind = {one.type: one for one in page.data_validations.dataValidation}
    assert by_kind["list"].formula1 == '"passed,failed,not tested"'
    assert str(by_kind["list"].sqref) == "K2:K28"
    assert str(by_kind["date"].sqref) == "M2:M28"
    assert page["M2"].number_format == "yyyy-mm-dd"


def test_no_text_is_a_formula(book: Workbook, file: Path) -> None:
    assert [cell.coordinate for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []
    with ZipFile(file) as parts:
        pages = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert len(pages) == len(NAMES)
    assert not [page for page in pages if "<f>" in page or "<hyperlink" in page]


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://x.example/", "0000104711", "1e5", "\tx", "漢🧪"]


def test_texts_stay_texts_whatever_they_look_like(tmp_path: Path) -> None:
    sheet = Sheet("Evil", (Column("Text", 10), Column("Number", 10)), [(text, 1) for text in EVIL])
    write(tmp_path / "evil.xlsx", [sheet], "a & b")
    page = load_workbook(tmp_path / "evil.xlsx")["Evil"]
    assert [page.cell(row, 1).value for row in range(2, len(EVIL) + 2)] == EVIL
    assert {page.cell(row, 1).data_type for row in range(2, len(EVIL) + 2)} == {"s"}
    assert {page.cell(row, 2).data_type for row in range(2, len(EVIL) + 2)} == {"n"}
    assert footer(page) == "a && b"


def test_long_text_is_cut_to_what_excel_reads(tmp_path: Path) -> None:
    write(tmp_path / "long.xlsx", [Sheet("Long", (Column("Text", 10),), [("x" * 40_000,)])], "")
    assert load_workbook(tmp_path / "long.xlsx")["Long"]["A2"].value == "x" * 32_767


def test_footer_names_the_run(book: Workbook) -> None:
    text = footer(book["Conditions"])
    assert text.startswith("zicm 0.1.0, in process, run of 20")
    assert text.endswith(" UTC")


def test_existing_workbook_is_not_overwritten(file: Path, reports: Path) -> None:
    before = file.read_bytes()
    ran = zicm("signoff", "export", "--xlsx", file, "--reports", reports)
    assert ran.code == 2
    assert "exists already; --force overwrites it" in ran.err
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir() if "half" in one.name] == []


def test_existing_workbook_is_overwritten_with_force(file: Path, reports: Path, tmp_path: Path) -> None:
    copy(file, tmp_path / "s.xlsx")
    assert zicm("signoff", "export", "--xlsx", tmp_path / "s.xlsx", "--force", "--reports", reports).code == 0
    assert load_workbook(tmp_path / "s.xlsx").sheetnames == NAMES


def test_export_needs_evidence_and_an_existing_folder(reports: Path, tmp_path: Path) -> None:
    ran = zicm("signoff", "export", "--xlsx", tmp_path / "s.xlsx", "--reports", tmp_path)
    assert ran.code == 1
    assert "there is no evidence" in ran.err
    ran = zicm("signoff", "export", "--xlsx", tmp_path / "none" / "s.xlsx", "--reports", reports)
    assert ran.code == 1
    assert "s.xlsx cannot be written: No such file or directory" in ran.err
    assert [*tmp_path.iterdir()] == []
