import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copytree
from threading import Timer
from typing import Any, NamedTuple

import pytest

from harness.abap.build import REFERENCE, AbapRejected, build, examine
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.abap.upsert import AbapUpsert
from harness.abap.worker import AbapWorker, ShortDump
from harness.campaigns.seeded_faults.abap_faults import ABAP_FAULTS
from harness.errors import UserError
from harness.tests.support.abap_objects import findings, replace
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import FIELDS
from simulator.errors import InterfaceError

AGREEMENT = "zcl_mm_icmcontract.clas.abap"
MESSAGES = "zcl_mm_icmmessages.clas.abap"
MESSAGE = dict.fromkeys(FIELDS, "") | {
    "TENANTID": "/icertis/syensqo-uat",
    "CONTRACTTYPENAME": "STA",
    "SYSID": "s-1",
    "ICMAGREEMENTCODE": "PST1",
}

pytestmark = pytest.mark.usefixtures("engine")


def rejection(objects: Path) -> str:
    with pytest.raises(AbapRejected) as rejected:
        build(objects, objects.parent / "build")
    return str(rejected.value)


def test_the_reference_objects_pass(tmp_path: Path) -> None:
    assert build(REFERENCE, tmp_path / "build") == []
    assert (tmp_path / "build" / "output" / "init.mjs").exists()


def test_syntax_beyond_the_release_and_a_type_that_is_missing_are_named_with_their_lines(objects: Path) -> None:
    syntax = replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    messages = NEW #( ).\n")
    missing = replace(objects, MESSAGES, "    DATA message TYPE bapiret2.\n", "    DATA message TYPE lfa1-lifnr.\n")
    said = rejection(objects)
    assert f"src/{AGREEMENT}:{syntax}: " in said
    assert f"src/{MESSAGES}:{missing}: " in said


def test_a_later_release_and_a_stub_of_theirs_are_settings_and_what_sap_takes_is_a_warning(objects: Path) -> None:
    replace(objects, "../zicm.toml", '"v702"', '"v740sp05"\nstubs = "stubs"')
    replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    messages = NEW #( ). \n")
    replace(
        objects, AGREEMENT, "found TYPE STANDARD TABLE OF zmm_icmcontract-sysid", "found TYPE STANDARD TABLE OF xsysid"
    )
    (objects / "stubs").mkdir()
    stub = (objects / "src" / "zmm_icmsysid.dtel.xml").read_text(encoding="utf-8")
    stub = stub.replace("<ROLLNAME>ZMM_ICMSYSID", "<ROLLNAME>XSYSID")
    (objects / "stubs" / "xsysid.dtel.xml").write_text(stub, encoding="utf-8")
    replace(objects, "zmm_icmtype.doma.xml", "<DOMVALUE_L>STA<", "<DOMVALUE_L>XXX<")
    found = build(objects, objects.parent / "build")
    assert [str(one).partition(": ")[2] for one in found] == [
        "warning: the domain of ASSOCIATINGTYPE lacks the fixed values STA (D-01)",
        "warning: the domain of CONTRACTTYPENAME lacks the fixed values STA (D-01)",
        "warning: Remove whitespace at end of line (whitespace_end, v740sp05)",
    ]


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
def test_our_tests_of_abap_unit_notice_a_mistake(
    objects: Path, monkeypatch: pytest.MonkeyPatch, fault: str, test: str
) -> None:
    monkeypatch.setattr("harness.abap.build._lint", lambda *_, **__: [])  # the transpiler checks the syntax, too
    ABAP_FAULTS[fault].put_into(objects / "src")
    said = rejection(objects)
    assert said.startswith("a test of ABAP Unit fails\n")
    assert f"ltcl_upsert->{test}: " in said


_AS_SAP = """
CLASS ltcl_as_sap DEFINITION FOR TESTING DURATION SHORT RISK LEVEL HARMLESS FINAL.
  PRIVATE SECTION.
    METHODS takes_a_sign_behind FOR TESTING.
    METHODS tells_case_in_like FOR TESTING.
ENDCLASS.
CLASS ltcl_as_sap IMPLEMENTATION.
  METHOD takes_a_sign_behind.
    DATA amount TYPE p LENGTH 8 DECIMALS 2.
    amount = '1250000.50-'.
    cl_abap_unit_assert=>assert_equals( act = amount exp = '-1250000.50' ).
  ENDMETHOD.
  METHOD tells_case_in_like.
    DATA entry TYPE zmm_icmcontract.
    entry-sysid = 'a'.
    entry-name = 'ABC'.
    INSERT zmm_icmcontract FROM entry.
    SELECT SINGLE name FROM zmm_icmcontract INTO entry-name WHERE name LIKE 'abc%'.
    cl_abap_unit_assert=>assert_equals( act = sy-subrc exp = 4 ).
    SELECT SINGLE name FROM zmm_icmcontract INTO entry-name WHERE name LIKE 'ABC%'.
    cl_abap_unit_assert=>assert_equals( act = sy-subrc exp = 0 ).
    ROLLBACK WORK.
  ENDMETHOD.
ENDCLASS.
"""


def test_the_engine_converts_and_compares_as_sap_does(objects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.abap.build._lint", lambda *_, **__: [])
    (objects / "src" / "zcl_mm_icmconversion.clas.testclasses.abap").write_text(_AS_SAP, encoding="utf-8")
    assert build(objects, objects.parent / "build") == []


def test_a_function_module_that_is_missing(objects: Path) -> None:
    (objects / "src" / "zmm_icm.fugr.xml").unlink()
    assert "  src: there is no function module Z_MM_ICMCONTRACT_UPSERT" in rejection(objects).splitlines()


def test_stubs_that_are_missing(objects: Path) -> None:
    replace(objects, "../zicm.toml", "abap_version", 'stubs = "none"\nabap_version')
    with pytest.raises(UserError, match="the folder with stubs does not exist"):
        build(objects, objects.parent / "build")


class Failing(NamedTuple):
    """Objects that fail as the name of an agreement says."""

    build: Path
    logic: AbapUpsert
    lines: Mapping[str, int]
    """The name to the line of what fails."""

    def upsert(self, name: str) -> tuple[InterfaceError, list[dict[str, str]]]:
        """Call the function module, which has to end with a short dump. Return the error and the entries."""
        system = EccSystem("PF2")
        system.upsert_logic = self.logic
        try:
            with pytest.raises(InterfaceError) as raised:
                system.z_mm_icmcontract_upsert({**MESSAGE, "NAME": name}, ["FR10"])
            return raised.value, system.tables()["ZMM_ICMCONTRACT"]
        finally:
            system.close()


_INSERT = "    INSERT zmm_icmcontract FROM sent.\n    ASSERT sy-subrc = 0.\n"
_FAILURES = {
    "Assert": "ASSERT sent-name = 'x'",
    "Divide": "sy-tabix = 1 / ( lines( organizations ) - 1 )",
    "Solvents": "ASSERT sent-name = 'x'",
}
"""The name to a statement that fails; that of the last one stands after a commit."""


@pytest.fixture(scope="module")
def failing(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Failing]:  # noqa: ARG001 - needs it
    objects = copytree(REFERENCE, tmp_path_factory.mktemp("failing") / "objects")
    before, divide, after = (f"    IF sent-name = '{name}'.\n      {one}.\n" for name, one in _FAILURES.items())
    after = after.replace("'.\n", "'.\n      COMMIT WORK.\n", 1)
    text = f"{before}    ENDIF.\n{divide}    ENDIF.\n{_INSERT}{after}    ENDIF.\n"
    first = replace(objects, AGREEMENT, _INSERT, text)
    lines = {"Assert": first + 1, "Divide": first + 4, "Solvents": first + 10}
    loop = "    WHILE contract-name = 'Loop'.\n    ENDWHILE.\n"
    loop += "    IF contract-name = 'List'.\n      WRITE / 'of a report'.\n    ENDIF.\n"
    assert replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", f"{loop}    CREATE OBJECT messages.\n") < first
    build(objects, objects.parent / "build", checked=False)
    logic = AbapUpsert(objects.parent / "build")
    yield Failing(objects.parent / "build", logic, {name: line + 5 for name, line in lines.items()})
    logic.close()


def test_a_short_dump_names_exception_and_place_and_no_value(failing: Failing) -> None:
    error, rows = failing.upsert("Assert")
    assert (error.rule, rows) == ("D-20", [])
    assert error.message == (
        f"the function module ended with a short dump: ASSERTION_FAILED in {AGREEMENT}, line {failing.lines['Assert']}"
    )


def test_an_exception_that_nobody_catches_is_a_short_dump(failing: Failing) -> None:
    error, _ = failing.upsert("Divide")
    assert error.message.endswith(f"CX_SY_ZERODIVIDE in {AGREEMENT}, line {failing.lines['Divide']}")


def test_what_was_committed_before_a_short_dump_stays(failing: Failing) -> None:
    error, rows = failing.upsert("Solvents")
    assert [row["NAME"] for row in rows] == ["Solvents"]
    assert f"line {failing.lines['Solvents']}; " in error.message
    assert error.message.endswith("; what it had written before its first COMMIT WORK stays")


def test_what_goes_into_a_list_is_not_taken_for_the_answer(failing: Failing) -> None:
    system = EccSystem("PF2")
    system.upsert_logic = failing.logic
    returned = system.z_mm_icmcontract_upsert({**MESSAGE, "NAME": "List"}, ["FR10"])
    system.close()
    assert [line.TYPE for line in returned] == ["S"]


@pytest.fixture
def last_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """End the processes of a test after two minutes: where no limit of ours counts, it fails and does not hang."""
    started, start = list["subprocess.Popen[str]"](), subprocess.Popen

    def noted(*arguments: Any, **options: Any) -> "subprocess.Popen[str]":
        started.append(process := start(*arguments, **options))
        return process

    monkeypatch.setattr(subprocess, "Popen", noted)

    def end() -> None:
        for process in started:
            process.kill()

    limit = Timer(120, end)
    limit.start()
    yield
    limit.cancel()


@pytest.mark.usefixtures("last_limit")
def test_an_endless_loop_ends_and_the_next_call_works(failing: Failing) -> None:
    worker = AbapWorker(failing.build)

    def call(name: str, seconds: float) -> ShortDump | None:
        given = {"CONTRACT": {"NAME": name}, "CONTRACTX": {}, "PURCHORG": []}
        return worker.call({}, ["ZMM_ICMCONTRACT"], given, seconds).dump

    assert call("Loop", 1) == ShortDump("TIME_OUT")
    assert call("y", 60) is None
    worker.close()


@pytest.mark.usefixtures("last_limit")
def test_an_endless_loop_before_the_first_call_is_an_error(objects: Path) -> None:
    replace(objects, AGREEMENT, "  PUBLIC SECTION.\n", "  PUBLIC SECTION.\n    CLASS-METHODS class_constructor.\n")
    loop = "  METHOD class_constructor.\n    WHILE sy-subrc = 0.\n    ENDWHILE.\n  ENDMETHOD.\n"
    head = "CLASS zcl_mm_icmcontract IMPLEMENTATION.\n"
    replace(objects, AGREEMENT, head, head + loop)
    build(objects, objects.parent / "build", checked=False)
    with pytest.raises(UserError, match=r"^the ABAP does not start: TIME_OUT in a class constructor, or before$"):
        AbapWorker(objects.parent / "build", 3)


def test_engine_that_does_not_start_is_an_error(translated: Path, tmp_path: Path) -> None:
    into = copytree(translated, tmp_path / "build", symlinks=True)
    (into / "worker.mjs").write_text("process.stdout.write('half')\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"^the ABAP does not start: the process of the engine ended"):
        AbapWorker(into)


def test_names_that_the_objects_do_not_have_are_named_before_anything_runs(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "WHERE sysid = sent-sysid AND", "WHERE sysidd = sent-sysid AND")
    for right, wrong in (
        ('"ICMSUPPLIERID"', '"LIFNR"'),
        ("[fields.ZMM_ICMCONTRACT]", '[tables]\nZMM_ICMPURCHORG = "ZORG"\n[fields.ZMM_ICMCONTRACT]'),
        ("NUMB =", "NUMBER ="),
    ):
        replace(objects, "../zicm.toml", right, wrong)
    assert sorted(rejection(objects).splitlines()[1:]) == [
        f"  src/{AGREEMENT}:{line - 1}: there is no field SYSIDD in ZMM_ICMCONTRACT; did you mean SYSID?",
        "  zicm.toml:10: ZMM_ICMCONTRACT lacks LIFNR",
        "  zicm.toml:18: the table TVARVC lacks NUMBER, among the objects and their stubs",
        "  zicm.toml:7: there is no table ZORG",
    ]


def test_a_table_that_is_missing_is_named_and_not_its_fields(objects: Path) -> None:
    replace(objects, "../zicm.toml", '"TVARVC"', '"ZVAR"')
    expected = "zicm.toml:16: there is no table ZVAR, among the objects and their stubs"
    assert [one for one in findings(objects) if not one.startswith("warning")] == [expected]


def test_a_missing_function_module_is_the_first_finding_and_what_the_engine_cannot_run_follows(objects: Path) -> None:
    replace(objects, "zmm_icm.fugr.xml", "<FUNCNAME>Z_MM_ICMCONTRACT_UPSERT", "<FUNCNAME>Z_MM_OTHER")
    line = replace(objects, AGREEMENT, "    CREATE OBJECT messages.\n", "    SET UPDATE TASK LOCAL.\n")
    said = rejection(objects)
    assert said.splitlines()[1] == "  src: there is no function module Z_MM_ICMCONTRACT_UPSERT"
    assert f"src/{AGREEMENT}:{line}: there is no update task; call the function module directly" in said


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


def test_the_syntax_is_checked_without_what_our_checks_have_named(objects: Path) -> None:
    line = replace(objects, AGREEMENT, "REF TO zcl_mm_icmmessages", "REF TO zcl_mm_icmaudit")
    found = examine(AbapRepository(objects), AbapMapping.read(objects), objects.parent / "build", engine=False).findings
    assert len([one for one in found if (one.file, one.line) == (f"src/{AGREEMENT}", line)]) == 1
