from pathlib import Path

import pytest

from harness.abap.build import examine
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.tests.abap.test_checks import AGREEMENT, CONTRACT, UNLOCK
from harness.tests.support.abap_objects import assert_found_where_changed, findings, replace

AMOUNT = "zmm_icmvalue.doma.xml"
CODE = "zmm_icmcode.doma.xml"
LOCK = "ezmm_icmcontract.enqu.xml"


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        (AMOUNT, ">ZMM_ICMVALUE<", ">ZMM_ICMVALEU<", "that of ZMM_ICMVALUE, and the object in it is ZMM_ICMVALEU"),
        (
            "zmm_icmvalue.dtel.xml",
            "<ROLLNAME>ZMM_ICMVALUE<",
            "<ROLLNAME>ZA<",
            "that of ZMM_ICMVALUE, and the object in it is ZA",
        ),
        (AMOUNT, "<LENG>000015", "<LENG>15,2", "LENG is no number: 15,2"),
        (AMOUNT, "<LENG>000015", "<LENG>000040", "a number has 40 digits, at most 31 are allowed"),
        (AMOUNT, "<DECIMALS>000002", "<DECIMALS>000018", "a number of 15 digits has 18 decimals"),
        ("zmm_icmtype.doma.xml", ">MAS<", ">MAST<", "the fixed value MAST is longer than the domain, 3"),
        (LOCK, "<FIELDNAME>SYSID<", "<FIELDNAME>SYSTEMID<", "there is no field SYSTEMID in ZMM_ICMCONTRACT"),
        (CONTRACT, ">TRANSP<", ">INTTAB<", "ZMM_ICMCONTRACT is no transparent table: its TABCLASS is INTTAB"),
        (AGREEMENT, UNLOCK, f"{UNLOCK}*{'x' * 255}\n", "the line has 256 characters, at most 255 are allowed"),
        (
            AGREEMENT,
            "CALL FUNCTION 'ENQUEUE_EZMM_ICMCONTRACT'\n      EXPORTING\n        sysid ",
            "CALL FUNCTION 'ENQUEUE_EZMM_ICMCONTRACT'\n      EXPORTING\n        sysidd ",
            "the lock object EZMM_ICMCONTRACT has no parameter SYSIDD: each call is a short dump",
        ),
    ],
)
def test_what_sap_would_refuse_of_one_object(objects: Path, name: str, old: str, new: str, why: str) -> None:
    assert_found_where_changed(objects, name, old, new, why)


@pytest.mark.parametrize(
    ("domain", "old", "new", "why"),
    [
        (AMOUNT, ">DEC<", ">CURR<", "ICMTOTALVALUE is of type CURR, and refers to no field with its unit"),
        (CODE, ">CHAR<", ">STRG<", "ICMAGREEMENTCODE is of type STRG, and belongs to the key"),
    ],
)
def test_what_the_type_of_a_field_asks_for(objects: Path, domain: str, old: str, new: str, why: str) -> None:
    replace(objects, domain, old, new)
    (found,) = [one for one in findings(objects) if why in one]
    assert found.startswith(f"src/{CONTRACT}:")


def test_a_class_without_its_xml(objects: Path) -> None:
    (objects / "src" / "zcl_mm_icmcontract.clas.xml").unlink()
    (found,) = findings(objects)
    assert found == (
        f"src/{AGREEMENT}:1: its object is not here, and abapGit passes the code over: zcl_mm_icmcontract.clas.xml"
    )


def test_code_that_is_not_utf_8(objects: Path) -> None:
    file = objects / "src" / AGREEMENT
    file.write_bytes(b'" first\n" \xe4\n' + file.read_bytes())
    (found,) = findings(objects)
    assert found == f"src/{AGREEMENT}:2: this is not UTF-8, which abapGit reads alone"


@pytest.mark.usefixtures("engine")
def test_a_block_without_its_end_is_refused(objects: Path, tmp_path: Path) -> None:
    replace(objects, AGREEMENT, "      RETURN.\n    ENDIF.", "      RETURN.")
    found = examine(AbapRepository(objects), AbapMapping.read(objects), tmp_path / "build", engine=False).findings
    (refused,) = [one for one in found if one.refuses and "structure" in one.text]
    assert "Expected" in refused.text
