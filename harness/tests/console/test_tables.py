"""The tables, the outline agreements and the report in the console, page by page."""

import re
from html import unescape

import pytest

from harness.tests.console.conftest import Visitor
from simulator.ecc.tables import CONTRACT
from simulator.landscape import paged_report
from simulator.reporting.consolidation import QUERIES, ReportRequest, consolidate
from simulator.settings import Settings


def cells(page: str) -> list[list[str]]:
    """Return the rows of the table of a page."""
    rows = re.findall(r"<tr>(<td>.*?)</tr>", page, re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", row)] for row in rows]


def fill(visitor: Visitor, number: int) -> None:
    """Write contracts into both systems, each in one organisation."""
    ecc = visitor.landscape.site.ecc
    assert ecc is not None
    for at in range(number):
        fields = {column.name: "" for column in CONTRACT.columns}
        fields |= {"TENANTID": "/icertis/syensqo-uat", "CONTRACTTYPENAME": "STA", "ICMAGREEMENTCODE": f"PST{at:05}"}
        fields |= {
            "SYSID": f"00000000-0000-4000-8000-{at:012}",
            "NAME": f"Contract {at}",
            "ICMTOTALCONTRACTVALUE": "1.00",
        }
        fields |= {"ICMEFFECTIVEDATE": "20240201", "ICMEXPIRYDATE": "20291231", "ICMCURRENCY": "EUR"}
        for system in ecc.systems.values():
            assert [line.TYPE for line in system.z_mm_icmcontract_upsert(fields, ["FR10"])] == ["S"]


def test_tables_and_report_are_read_page_by_page(visitor: Visitor) -> None:
    fill(visitor, 60)
    first = visitor.get("/tables?system=WP2&table=ZMM_ICMCONTRACT").text
    assert "Rows 1 to 50 of 60" in first
    (further,) = re.findall(r'href="/console(/tables[^"]*page=2)"', first)
    second = visitor.get(unescape(further)).text
    assert "Rows 51 to 60 of 60" in second
    assert [row[3] for row in cells(second)][:1] == ["PST00050"]
    assert "Rows 1 to 50 of 60" in visitor.get("/tables?system=PF2&table=ZMM_ICMPURCHORG").text
    assert "No row." in visitor.get("/tables?system=PF2&table=EKKO").text
    beyond = visitor.get("/tables?system=WP2&table=ZMM_ICMCONTRACT&page=99").text
    assert "No row here, of 60." in beyond
    assert "page=2" in beyond
    part = visitor.get("/report?part=hierarchy&page=2").text
    assert "Rows 51 to" in part
    assert "PST00059" in part


def test_pages_of_the_report_are_the_rows_of_the_report(executed: Visitor) -> None:
    fill(executed, 3)
    site = executed.landscape.site
    assert site.ecc is not None
    asked, settings, systems = ReportRequest("20260630"), Settings(), site.ecc.systems
    paged = paged_report(systems, settings, asked)
    with systems["PF2"].transaction() as one, systems["WP2"].transaction() as other:
        tenants = dict.fromkeys(systems, settings.source)
        whole = consolidate({"PF2": one, "WP2": other}, settings.type_codes, asked, tenants)
    assert any(part.rows for part in whole.parts.values())
    for name in QUERIES:
        assert paged.page(name, 0, 1000) == (whole.parts[name].rows, len(whole.parts[name].rows))
    paged.close()


def test_rows_of_a_confidential_agreement_are_withheld(executed: Visitor) -> None:
    assert "Steel drums" in executed.get("/tables").text
    executed.do("confidential", 2)
    for page in ("/tables", "/tables?table=ZMM_ICMPURCHORG", "/report?fresh=1", "/report?part=s4"):
        text = executed.get(page).text
        assert "PSUB7" not in text
        assert "Steel drums" not in text
    (row,) = cells(executed.get("/tables").text)
    assert {*row} == {"(withheld: SEC-2)"}  # not even which fields are blank


def test_report_withholds_the_supplier_of_a_confidential_master(executed: Visitor) -> None:
    for code, supplier in (("PMA7", "0000990017"), ("PSUB7", "0000111222")):
        executed.landscape.admin("PATCH", f"/agreements/{code}", {"attributes": {"ICMAppSrcSupplierID": supplier}})
        executed.landscape.admin("POST", f"/agreements/{code}/send-event", {"action": "Executed"})
    executed.landscape.admin("POST", "/work")
    assert "0000990017" in executed.get("/report?part=masters&fresh=1").text
    executed.do("confidential", 1)
    text = executed.get("/report?part=masters").text
    assert "0000111222" in text
    assert "0000990017" not in text
    assert "PMA7" not in text


def test_report_is_made_anew_when_it_is_asked_for(executed: Visitor) -> None:
    before = executed.get("/report?part=hierarchy").text
    fill(executed, 1)
    assert executed.get("/report?part=hierarchy").text == before
    assert "PST00000" in executed.get("/report?part=hierarchy&fresh=1").text


@pytest.mark.parametrize("path", ["/tables?table=USR02", "/tables?system=QF2", "/report?part=none"])
def test_unknown_table_or_part_is_told(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404
