import re
from pathlib import Path

import pytest

from harness.abap.build import REFERENCE, AbapRejected, build, examine
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.abap.upsert import AbapUpsert
from harness.abap.worker import AbapWorker, ShortDump
from harness.campaigns.seeded_faults.abap_faults import ABAP_FAULTS
from harness.errors import UserError
from harness.tests.support.abap_objects import replace
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import FIELDS
from simulator.errors import InterfaceError

AGREEMENT = "zcl_mm_icmcontract.clas.abap"
MESSAGE = dict.fromkeys(FIELDS, "") | {
    "TENANTID": "/icertis/syensqo-uat",
    "CONTRACTTYPENAME": "STA",
    "SYSID": "s-1",
    "ICMAGREEMENTCODE": "PST1",
    "NAME": "Solvents",
}

pytestmark = pytest.mark.usefixtures("engine")


def rejection(objects: Path) -> str:
    with pytest.raises(AbapRejected) as rejected:
        build(objects, objects.parent / "build")
    return str(rejected.value)


def upsert_with(objects: Path) -> InterfaceError:
    """Call the function module, which has to end with a short dump. Return the error."""
    build(objects, objects.parent / "build", checked=False)
    system, logic = EccSystem("PF2"), AbapUpsert(objects.parent / "build")
    system.upsert_logic = logic
    try:
        with pytest.raises(InterfaceError) as raised:
            system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
        raised.value.rows = system.tables()["ZMM_ICMCONTRACT"]  # type: ignore[attr-defined]
        return raised.value
    finally:
        logic.close()
        system.close()


def test_the_reference_objects_pass(tmp_path: Path) -> None:
    assert build(REFERENCE, tmp_path / "build") == []
    assert (tmp_path / "build" / "output" / "init.mjs").exists()


def test_syntax_beyond_the_release_is_named_with_its_line(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    messages = NEW #( ).\n")
    assert f"src/{AGREEMENT}:{line}: " in rejection(objects)


def test_a_later_release_is_a_setting(objects: Path) -> None:
    replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    messages = NEW #( ).\n")
    mapping = objects / "zicm.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('"v702"', '"v740sp05"'), encoding="utf-8")
    build(objects, objects.parent / "build")


def test_a_type_that_is_missing_is_named_with_its_line(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "    DATA is_second TYPE abap_bool.\n", "    DATA is_second TYPE lfa1-lifnr.\n")
    assert f"src/{AGREEMENT}:{line}: " in rejection(objects)


def test_a_stub_of_theirs_provides_it(objects: Path) -> None:
    replace(
        objects, AGREEMENT, "found TYPE STANDARD TABLE OF zmm_icmcontract-sysid", "found TYPE STANDARD TABLE OF xsysid"
    )
    stub = (
        (REFERENCE / "src" / "zmm_icmsysid.dtel.xml")
        .read_text(encoding="utf-8")
        .replace("<ROLLNAME>ZMM_ICMSYSID", "<ROLLNAME>XSYSID")
    )
    (objects / "stubs").mkdir()
    (objects / "stubs" / "xsysid.dtel.xml").write_text(stub, encoding="utf-8")
    mapping = objects / "zicm.toml"
    mapping.write_text('stubs = "stubs"\n' + mapping.read_text(encoding="utf-8"), encoding="utf-8")
    build(objects, objects.parent / "build")


def test_a_test_of_abap_unit_that_fails_is_named(objects: Path) -> None:
    replace(objects, AGREEMENT, "MESSAGE s001(zmm_icm)", "MESSAGE s002(zmm_icm)")
    said = "ltcl_upsert->creates_an_entry: 002 in place of 001"
    assert re.search(rf"a test of ABAP Unit fails\n.*{said}", rejection(objects))


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        ("AbapKeyByCode", "tells_system_ids_apart"),
        ("AbapOrganisationsOfAll", "tells_system_ids_apart"),
        ("AbapAssociationBlanked", "leaves_what_is_not_set"),
        ("AbapFieldsSwapped", "writes_each_field"),
        ("AbapCommitBetween", "leaves_the_commit_to_caller"),
    ],
)
def test_our_tests_of_abap_unit_notice_a_mistake(objects: Path, fault: str, test: str) -> None:
    ABAP_FAULTS[fault].put_into(objects / "src")
    said = rejection(objects)
    assert said.startswith("a test of ABAP Unit fails\n")
    assert f"ltcl_upsert->{test}: " in said


def test_a_column_that_the_table_does_not_have_is_named(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "WHERE sysid = sent-sysid AND", "WHERE sysidd = sent-sysid AND")
    expected = f"  src/{AGREEMENT}:{line - 1}: there is no field SYSIDD in ZMM_ICMCONTRACT; did you mean SYSID?"
    assert rejection(objects).splitlines()[1:] == [expected]


def test_what_the_engine_cannot_run_comes_first(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    SET UPDATE TASK LOCAL.\n")
    assert f"src/{AGREEMENT}:{line}: there is no update task; call the function module directly" in rejection(objects)


def test_a_function_module_that_is_missing(objects: Path) -> None:
    (objects / "src" / "zmm_icm.fugr.xml").unlink()
    assert "  src: there is no function module Z_MM_ICMCONTRACT_UPSERT" in rejection(objects).splitlines()


def test_stubs_that_are_missing(objects: Path) -> None:
    replace(objects, "../zicm.toml", "abap_version", 'stubs = "none"\nabap_version')
    with pytest.raises(UserError, match="the folder with stubs does not exist"):
        build(objects, objects.parent / "build")


def test_a_short_dump_names_exception_and_place_and_no_value(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "    INSERT zmm_icmcontract FROM sent.\n", "    ASSERT sent-name = 'x'.\n")
    error = upsert_with(objects)
    assert error.rule == "D-20"
    assert error.message == (
        f"the function module ended with a short dump: ASSERTION_FAILED in {AGREEMENT}, line {line}"
    )


def test_an_exception_that_nobody_catches_is_a_short_dump(objects: Path) -> None:
    wrong = "    sy-tabix = 1 / ( lines( organizations ) - 1 ).\n"
    line = replace(objects, AGREEMENT, "    INSERT zmm_icmcontract FROM sent.\n", wrong)
    assert upsert_with(objects).message.endswith(f"CX_SY_ZERODIVIDE in {AGREEMENT}, line {line}")


def test_what_was_committed_before_a_short_dump_stays(objects: Path) -> None:
    insert = "    INSERT zmm_icmcontract FROM sent.\n    ASSERT sy-subrc = 0.\n"
    replace(objects, AGREEMENT, insert, f"{insert}    COMMIT WORK.\n    ASSERT sent-name = 'x'.\n")
    error = upsert_with(objects)
    assert [row["NAME"] for row in error.rows] == ["Solvents"]  # type: ignore[attr-defined]
    assert error.message.endswith("; what it had written before its first COMMIT WORK stays")


def test_an_endless_loop_ends_and_the_next_call_works(objects: Path) -> None:
    replace(
        objects,
        AGREEMENT,
        "    CREATE OBJECT messages.\n",
        "    WHILE contract-name = 'x'.\n    ENDWHILE.\n    CREATE OBJECT messages.\n",
    )
    build(objects, objects.parent / "build", checked=False)
    worker = AbapWorker(objects.parent / "build")

    def call(name: str, seconds: float) -> ShortDump | None:
        given = {"CONTRACT": {"NAME": name}, "CONTRACTX": {}, "PURCHORG": []}
        return worker.call({}, ["ZMM_ICMCONTRACT"], given, seconds).dump

    assert call("x", 3) == ShortDump("TIME_OUT")
    assert call("y", 60) is None
    worker.close()


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        (
            '"ICMSUPPLIERID"',
            '"LIFNR"',
            "zicm.toml:8: ZMM_ICMCONTRACT lacks LIFNR",
        ),
        (
            "[fields.ZMM_ICMCONTRACT]",
            '[tables]\nZMM_ICMPURCHORG = "ZORG"\n[fields.ZMM_ICMCONTRACT]',
            "zicm.toml:7: there is no table ZORG",
        ),
        ('"TVARVC"', '"ZVAR"', "zicm.toml:16: there is no table ZVAR, among the objects and their stubs"),
        ("NUMB =", "NUMBER =", "zicm.toml:16: the table TVARVC lacks NUMBER, among the objects and their stubs"),
    ],
)
def test_a_name_that_the_objects_do_not_have_is_named_before_anything_runs(
    objects: Path, right: str, wrong: str, why: str
) -> None:
    replace(objects, "../zicm.toml", right, wrong)
    assert rejection(objects).splitlines()[1:] == [f"  {why}"]


def test_a_missing_function_module_is_the_first_finding(objects: Path) -> None:
    replace(objects, "zmm_icm.fugr.xml", "<FUNCNAME>Z_MM_ICMCONTRACT_UPSERT", "<FUNCNAME>Z_MM_OTHER")
    replace(
        objects, AGREEMENT, "    DATA message TYPE string.\n", "    SUBMIT zreport.\n    DATA message TYPE string.\n"
    )
    assert rejection(objects).splitlines()[1] == "  src: there is no function module Z_MM_ICMCONTRACT_UPSERT"


def test_an_object_that_is_missing_comes_before_what_follows_from_it(objects: Path) -> None:
    line = replace(objects, "zmm_icmpurchorg.tabl.xml", ">ZMM_ICMORG<", ">ZMM_ICMORX<")
    assert rejection(objects).splitlines()[1].startswith(f"  src/zmm_icmpurchorg.tabl.xml:{line}: the data element")


def test_what_the_transpiler_finds_has_its_line_and_nothing_else(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "    row-sysid = sysid.", "    row-sysid = sysidx.")
    with pytest.raises(AbapRejected) as rejected:
        build(objects, objects.parent / "build", checked=False)
    assert str(rejected.value).splitlines() == [
        "the transpiler finds this",
        f'  src/{AGREEMENT}:{line}: "sysidx" not found, findTop (check_syntax)',
    ]


def test_objects_that_sap_refuses_are_refused_without_the_warnings(objects: Path) -> None:
    replace(objects, "zmm_icmpurchorg.tabl.xml", ">PURCHASINGORG<", ">PURCHASINGORGANISATION<")
    syntax = replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    messages = NEW #( ).\n")
    replace(objects, "zmm_icmtype.doma.xml", "<DOMVALUE_L>STA<", "<DOMVALUE_L>XXX<")
    said = rejection(objects)
    assert said.startswith(f"nothing was run: zicm check-abap --engine {objects} finds\n")
    assert "ZMM_ICMPURCHORG-PURCHASINGORGANISATION has 22 characters, at most 16 are allowed\n" in said
    assert f"  src/{AGREEMENT}:{syntax}: " in said
    assert "D-01" not in said


def test_what_sap_takes_is_a_warning_of_a_build(objects: Path) -> None:
    replace(objects, "zmm_icmtype.doma.xml", "<DOMVALUE_L>STA<", "<DOMVALUE_L>XXX<")
    replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    CREATE OBJECT messages. \n")
    found = build(objects, objects.parent / "build")
    assert [str(one).partition(": ")[2] for one in found] == [
        "warning: the domain of ASSOCIATINGTYPE lacks the fixed values STA (D-01)",
        "warning: the domain of CONTRACTTYPENAME lacks the fixed values STA (D-01)",
        "warning: Remove whitespace at end of line (whitespace_end, v702)",
    ]


def test_the_syntax_is_checked_without_what_our_checks_have_named(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "REF TO zcl_mm_icmmessages", "REF TO zcl_mm_icmaudit")
    found = examine(AbapRepository(objects), AbapMapping.read(objects), objects.parent / "build", engine=False).findings
    assert len([one for one in found if (one.file, one.line) == (f"src/{AGREEMENT}", line)]) == 1
