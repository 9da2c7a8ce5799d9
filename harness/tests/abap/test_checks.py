import re
from pathlib import Path
from shutil import copytree

import pytest

from harness.abap.build import REFERENCE
from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapRepository
from harness.errors import UserError
from harness.tests.support.abap_objects import assert_found_where_changed, findings, replace
from simulator.ecc.bapiret2 import T100

CONTRACT = "zmm_icmcontract.tabl.xml"
AGREEMENT = "zcl_mm_icmcontract.clas.abap"
NOT_HERE = "is not here; add its object, or a stub in the folder that zicm.toml names"
PARAMETERS = "CONTRACT, CONTRACTX, PURCHORG, RETURN"
UPSERT = "Z_MM_ICMCONTRACT_UPSERT"
FUNCTION = "zmm_icm.fugr.z_mm_icmcontract_upsert.abap"


def test_the_reference_objects_have_no_finding() -> None:
    assert findings(REFERENCE) == []


def test_a_field_of_a_table_has_at_most_16_characters(objects: Path) -> None:
    replace(objects, CONTRACT, "<FIELDNAME>ICMSUPPLIERID<", "<FIELDNAME>ICMAPPSRCSUPPLIERID<")
    (objects / "zicm.toml").write_text("")
    found = findings(objects)
    assert (
        "src/zmm_icmcontract.tabl.xml:99: ZMM_ICMCONTRACT-ICMAPPSRCSUPPLIERID has 19 characters, at most 16 are allowed"
        in (found)
    )


def test_a_field_of_a_structure_may_be_longer(objects: Path) -> None:
    replace(objects, "zmm_s_icmcontract.tabl.xml", "<FIELDNAME>NAME<", f"<FIELDNAME>{'N' * 31}<")
    (found,) = [one for one in findings(objects) if "tabl.xml" in one]
    assert "has 31 characters, at most 30 are allowed" in found


def test_a_message_has_at_most_73_characters(objects: Path) -> None:
    replace(objects, "zmm_icm.msag.xml", "Entry created", "x" * 74)
    assert findings(objects) == ["src/zmm_icm.msag.xml:11: message 001 has 74 characters, at most 73 are allowed"]


def test_a_table_begins_with_the_client(objects: Path) -> None:
    file = objects / "src" / "zmm_icmpurchorg.tabl.xml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r" *<DD03P>\s*<FIELDNAME>MANDT.*?</DD03P>\n", "", text, flags=re.DOTALL), encoding="utf-8")
    (found,) = findings(objects)
    assert "ZMM_ICMPURCHORG does not begin with the client (MANDT) in its key" in found


def test_a_reserved_word_is_no_field(objects: Path) -> None:
    replace(objects, CONTRACT, "<FIELDNAME>ICMORGTEAM<", "<FIELDNAME>GROUP<")
    found = findings(objects)
    assert any("ZMM_ICMCONTRACT-GROUP is a reserved word of SQL" in one for one in found)
    assert any("ZMM_ICMCONTRACT lacks ICMORGTEAM" in one for one in found)


def test_a_key_has_at_most_900_bytes(objects: Path) -> None:
    replace(objects, "zmm_icmsysid.doma.xml", "<LENG>000036<", "<LENG>000500<")
    assert len([one for one in findings(objects) if "bytes, at most 900 are allowed" in one]) == 2


def test_the_domain_of_the_type_codes_lists_them(objects: Path) -> None:
    replace(objects, "zmm_icmtype.doma.xml", "<DOMVALUE_L>STA<", "<DOMVALUE_L>XXX<")
    found = findings(objects)
    assert len(found) == 2
    assert all("lacks the fixed values STA (D-01)" in one for one in found)


def test_a_table_that_is_missing(objects: Path) -> None:
    (objects / "src" / CONTRACT).unlink()
    assert findings(objects) == [
        "src: the table ZMM_ICMCONTRACT is missing; if it has another name, say so under [tables] of zicm.toml",
        f"src/ezmm_icmcontract.enqu.xml:9: the table ZMM_ICMCONTRACT {NOT_HERE}",
    ]


def test_a_table_that_has_another_name(objects: Path) -> None:
    for file in (objects / "src").iterdir():
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"ZMM_ICMPURCHORG", b"ZMM_ORGS"))
    (objects / "src" / "zmm_icmpurchorg.tabl.xml").rename(objects / "src" / "zmm_orgs.tabl.xml")
    why = "there is no table ZMM_ICMPURCHORG; ZMM_ORGS has 2 of its 2 fields: if it is that one, say so under [tables]"
    assert findings(objects) == [f"src/zmm_orgs.tabl.xml:6: {why} of zicm.toml"]


def test_a_table_with_an_included_structure_has_its_fields(objects: Path) -> None:
    file = objects / "src" / "zmm_icmpurchorg.tabl.xml"
    text = file.read_text(encoding="utf-8")
    field = re.findall(r" *<DD03P>.*?</DD03P>\n", text, flags=re.DOTALL)[-1]
    included = "<DD03P><FIELDNAME>.INCLUDE</FIELDNAME><KEYFLAG>X</KEYFLAG><PRECFIELD>ZMM_S_ORG</PRECFIELD></DD03P>"
    file.write_text(text.replace(field, included), encoding="utf-8")
    structure = "<a><DD02V><TABNAME>ZMM_S_ORG</TABNAME></DD02V>" + field + "</a>"
    (objects / "src" / "zmm_s_org.tabl.xml").write_text(structure, encoding="utf-8")
    assert findings(objects) == []


def test_the_key_of_a_table_is_that_of_the_specification(objects: Path) -> None:
    file = objects / "src" / CONTRACT
    text = file.read_text(encoding="utf-8")
    at = text.index("<KEYFLAG>X</KEYFLAG>", text.index("<FIELDNAME>ICMAGREEMENTCODE<"))
    file.write_text(text[:at] + text[at + len("<KEYFLAG>X</KEYFLAG>") :], encoding="utf-8")
    keys = "TENANTID, CONTRACTTYPENAME, SYSID"
    why = f"the key of ZMM_ICMCONTRACT is {keys}; in the specification {keys}, ICMAGREEMENTCODE"
    assert findings(objects) == [f"src/{CONTRACT}:6: warning: {why}"]


@pytest.mark.parametrize("name", ["src/zmm_icmorg.dtel.xml", "src/zmm_s_icmcontractx.tabl.xml", ".abapgit.xml"])
def test_a_file_that_is_not_xml_is_named_beside_all_else(objects: Path, name: str) -> None:
    (objects / name).write_text("<a>\n<b>\n</a>", encoding="utf-8")
    replace(objects, "zmm_icm.msag.xml", "Entry created", "x" * 74)
    found = findings(objects)
    assert f"{name}:3: this is not XML: Opening and ending tag mismatch: b line 2 and a" in found
    assert "src/zmm_icm.msag.xml:11: message 001 has 74 characters, at most 73 are allowed" in found


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        (
            "zmm_s_icmcontract.tabl.xml",
            "<FIELDNAME>NAME<",
            "<FIELDNAME>TITLE<",
            "the type of CONTRACT, ZMM_S_ICMCONTRACT, lacks NAME of the WSDL",
        ),
        (
            "zmm_s_icmpurchorg.tabl.xml",
            "<FIELDNAME>PURCHASINGORG<",
            "<FIELDNAME>EKORG<",
            "the type of PURCHORG, ZMM_T_ICMPURCHORG, lacks PURCHASINGORG of the WSDL",
        ),
        (
            "zmm_icm.fugr.xml",
            "<PARAMETER>CONTRACTX</PARAMETER>",
            "<PARAMETER>FLAGS</PARAMETER>",
            f"{UPSERT} has the parameters CONTRACT, FLAGS, PURCHORG, RETURN; those of the WSDL are {PARAMETERS}",
        ),
    ],
)
def test_the_function_module_is_that_of_the_wsdl(objects: Path, name: str, old: str, new: str, why: str) -> None:
    replace(objects, name, old, new)
    assert findings(objects) == [f"src/zmm_icm.fugr.xml:11: {why}"]


@pytest.mark.parametrize(("name", "line"), [("lzmm_icmtop", 7), ("z_mm_icmcontract_upsert", 12)])
def test_the_code_of_a_function_group_is_there(objects: Path, name: str, line: int) -> None:
    file = f"zmm_icm.fugr.{name}.abap"
    (objects / "src" / file).unlink()
    assert findings(objects) == [f"src/zmm_icm.fugr.xml:{line}: the code of {name.upper()} is not here: {file}"]


@pytest.mark.parametrize(
    ("file", "element"), [("zmm_icmname.dtel.xml", "data element"), ("zmm_icmname.doma.xml", "domain")]
)
def test_a_domain_and_a_data_element_of_one_name_are_told_apart(objects: Path, file: str, element: str) -> None:
    (objects / "src" / file).unlink()
    (found,) = findings(objects)
    assert found.endswith(f"the {element} ZMM_ICMNAME {NOT_HERE}")


def test_a_lock_object_that_is_missing(objects: Path) -> None:
    (objects / "src" / "ezmm_icmcontract.enqu.xml").unlink()
    assert [one.partition("warning: ")[2] for one in findings(objects)] == [
        f"the function module {prefix}QUEUE_EZMM_ICMCONTRACT {NOT_HERE}" for prefix in ("EN", "DE")
    ]


UNLOCK = "  METHOD unlock.\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        (AGREEMENT, "MESSAGE e015(zmm_icm)", "MESSAGE e077(zmm_icm)", "the message class ZMM_ICM has no message 077"),
        (AGREEMENT, "MESSAGE e015(zmm_icm)", "MESSAGE e015(zmm_icn)", f"the message class ZMM_ICN {NOT_HERE}"),
        (
            AGREEMENT,
            "MESSAGE e015(zmm_icm)",
            "MESSAGE ID 'ZMM_ICM' TYPE 'E' NUMBER '078'",
            "the message class ZMM_ICM has no message 078",
        ),
        (AGREEMENT, "REF TO zcl_mm_icmmessages", "REF TO zcl_mm_icmaudit", f"the class ZCL_MM_ICMAUDIT {NOT_HERE}"),
        (AGREEMENT, UNLOCK, f"{UNLOCK}    zcl_a=>b( ).\n", f"the class ZCL_A {NOT_HERE}"),
        (AGREEMENT, UNLOCK, f"{UNLOCK}    CALL FUNCTION 'Z_A'.\n", f"the function module Z_A {NOT_HERE}"),
        ("zmm_icmpurchorg.tabl.xml", ">ZMM_ICMORG<", ">ZMM_ICMORX<", f"the data element ZMM_ICMORX {NOT_HERE}"),
        ("zmm_icmorg.dtel.xml", "<DOMNAME>ZMM_ICMORG<", "<DOMNAME>ZORG<", f"the domain ZORG {NOT_HERE}"),
        (
            "zmm_icmpurchorg.tabl.xml",
            "   </DD03P_TABLE>",
            "<DD03P><FIELDNAME>.INCLUDE</FIELDNAME><PRECFIELD>ZMM_S_A</PRECFIELD></DD03P></DD03P_TABLE>",
            f"the included structure ZMM_S_A {NOT_HERE}",
        ),
        ("zmm_t_icmpurchorg.ttyp.xml", ">ZMM_S_ICMPURCHORG<", ">ZMM_S_A<", f"the row type ZMM_S_A {NOT_HERE}"),
        ("ezmm_icmcontract.enqu.xml", "<ROOTTAB>ZMM_ICMCONTRACT<", "<ROOTTAB>ZA<", f"the table ZA {NOT_HERE}"),
        ("zmm_icm.fugr.xml", "<TYP>ZMM_S_ICMCONTRACT<", "<TYP>ZMM_S_A<", f"the type ZMM_S_A {NOT_HERE}"),
        (
            AGREEMENT,
            "FROM zmm_icmcontract INTO TABLE entries",
            "FROM zmm_icmcontract CLIENT SPECIFIED INTO TABLE entries",
            "CLIENT SPECIFIED without MANDT is about the rows of every client",
        ),
        (
            AGREEMENT,
            UNLOCK,
            f"{UNLOCK}    AUTHORITY-CHECK OBJECT 'Z' ID 'ACTVT' FIELD '02'.\n",
            "AUTHORITY-CHECK without a look at SY-SUBRC behind it lets everybody pass",
        ),
        (
            AGREEMENT,
            UNLOCK,
            f"{UNLOCK}    AUTHORITY-CHECK OBJECT 'Z' ID 'ACTVT' FIELD '02'.\n    IF sy-subrc <> 0. RETURN. ENDIF.\n",
            "who lacks the authorization is told nothing: the return table stays empty, as for a success",
        ),
        (
            CONTRACT,
            "<FIELDNAME>ICMORGTEAM</FIELDNAME>",
            "<FIELDNAME>ICMORGTEAM</FIELDNAME><KEYFLAG>X</KEYFLAG>",
            "ZMM_ICMCONTRACT-ICMORGTEAM belongs to the key, and stands behind a field that does not",
        ),
        (
            "zmm_icmtype.dtel.xml",
            "<SCRTEXT_S>Type<",
            "<SCRTEXT_S>Type of contract<",
            "SCRTEXT_S has 16 characters, at most 10 are allowed",
        ),
    ],
)
def test_what_sap_would_find_when_it_is_activated_or_run(
    objects: Path, name: str, old: str, new: str, why: str
) -> None:
    assert_found_where_changed(objects, name, old, new, why)


def test_objects_that_write_and_lock_nothing_are_named_once(objects: Path) -> None:
    before = "    CALL FUNCTION 'ENQUEUE_EZMM_ICMCONTRACT'\n      EXPORTING\n        sysid          = sysid\n"
    after = "    CALL FUNCTION 'DEQUEUE_EZMM_ICMCONTRACT'\n      EXPORTING\n        sysid          = sysid\n"
    replace(objects, AGREEMENT, before, after)
    why = "no lock by ENQUEUE: two messages of an agreement may write at once, which no run shows"
    assert findings(objects) == [f"src/{AGREEMENT}:364: warning: {why}"]


@pytest.mark.parametrize(
    ("domain", "old", "new", "why"),
    [
        (
            "supplier",
            "<LENG>000010<",
            "<LENG>000008<",
            "99: ZMM_ICMCONTRACT-ICMSUPPLIERID is CHAR 8, in the specification CHAR 10",
        ),
        (
            "value",
            "<DECIMALS>000002<",
            "<DECIMALS>000003<",
            "120: ZMM_ICMCONTRACT-ICMTOTALVALUE is DEC 15 with 3 decimals, in the specification DEC 15 with 2 decimals",
        ),
    ],
)
def test_a_field_has_the_type_of_the_specification(objects: Path, domain: str, old: str, new: str, why: str) -> None:
    replace(objects, f"zmm_icm{domain}.doma.xml", old, new)
    line, _, text = why.partition(": ")
    assert findings(objects) == [f"src/{CONTRACT}:{line}: warning: {text}"]


@pytest.mark.parametrize(
    ("statement", "unknown"),
    [
        ("SELECT * FROM zmm_icmcontract INTO TABLE e WHERE sysid = a-b AND nome LIKE c.", "NOME"),
        ("SELECT * FROM zmm_icmcontract INTO TABLE lt FOR ALL ENTRIES IN lt WHERE sysid BETWEEN lt AND ne.", ""),
        ("SELECT sysid FROM zmm_icmcontract INTO TABLE e WHERE name NOT IN r ORDER BY nam.", "NAM"),
        ("SELECT sysid COUNT( * ) AS n FROM zmm_icmcontract INTO TABLE e GROUP BY sysid ORDER BY n.", ""),
        ("SELECT a~sysid FROM zmm_icmcontract AS a JOIN zmm_icmpurchorg AS b ON a~sysid = b~sys INTO TABLE e.", "SYS"),
        ("SELECT SINGLE sysid FROM zmm_icmcontract WHERE sysid = @a-b AND code <> @c INTO @d.", "CODE"),
        ("UPDATE zmm_icmcontract SET nome = 'x' WHERE sysid = a-b.", "NOME"),
        ("UPDATE zmm_icmcontract FROM nome.", ""),
        ("DELETE FROM zmm_icmpurchorg WHERE sysid = a AND org = 'x'.", "ORG"),
        ("DELETE FROM zmm_icmpurchorg WHERE (where).", ""),
        ("DELETE entries WHERE org = 'x'.", ""),
        ("SELECT * FROM lfa1 INTO TABLE e WHERE nome = 'x'.", ""),
        ("SELECT * FROM (table) INTO TABLE e WHERE nome = 'x'.", ""),
    ],
)
def test_a_statement_of_open_sql_names_fields_of_its_table(objects: Path, statement: str, unknown: str) -> None:
    replace(objects, AGREEMENT, UNLOCK, f"{UNLOCK}    {statement}\n")
    told = [one.partition(": there is no field ")[2].partition(" ")[0] for one in findings(objects)]
    assert told == ([unknown] if unknown else [])


def test_a_message_of_the_class_that_its_program_names(objects: Path) -> None:
    replace(
        objects, "zmm_icm.fugr.lzmm_icmtop.abap", "FUNCTION-POOL zmm_icm.", "FUNCTION-POOL zmm_icm MESSAGE-ID zmm_icm."
    )
    replace(objects, FUNCTION, "  READ TABLE return", "  MESSAGE s001.\n  MESSAGE s079.\n  READ TABLE return")
    assert findings(objects) == [f"src/{FUNCTION}:19: warning: the message class ZMM_ICM has no message 079"]


def test_a_field_that_stands_twice(objects: Path) -> None:
    replace(objects, "zmm_s_icmcontract.tabl.xml", "<FIELDNAME>ICMORGTEAM<", "<FIELDNAME>ICMCURRENCY<")
    twice = [one for one in findings(objects) if one.endswith(": ZMM_S_ICMCONTRACT has the field ICMCURRENCY twice")]
    assert len(twice) == 2


def test_what_stubs_provide_is_there(objects: Path) -> None:
    replace(objects, AGREEMENT, UNLOCK, f"{UNLOCK}    zcl_a=>b( ).\n    CALL FUNCTION 'Z_A'.\n")
    replace(objects, AGREEMENT, "MESSAGE e015(zmm_icm)", "MESSAGE e015(z_b)")
    stubs = objects / "stubs"
    stubs.mkdir()
    for name in ("zcl_a.clas.abap", "z_g.fugr.z_a.abap"):
        (stubs / name).touch()
    messages = (objects / "src" / "zmm_icm.msag.xml").read_bytes()
    (stubs / "z_b.msag.xml").write_bytes(messages)
    mapping = objects / "zicm.toml"
    mapping.write_text('stubs = "stubs"\n' + mapping.read_text(encoding="utf-8"), encoding="utf-8")
    assert findings(objects) == []


def test_what_sap_has_is_not_looked_at(objects: Path) -> None:
    code = "    CALL FUNCTION 'BAPI_X'.\n    cl_x=>y( ).\n    MESSAGE e001(00) INTO m.\n"
    code += "    UPDATE t CLIENT SPECIFIED SET a = b WHERE mandt = c.\n"
    replace(objects, AGREEMENT, UNLOCK, UNLOCK + code)
    assert findings(objects) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[tables]\nZMM_ICMCONTRAC = 'X'", "has no table ZMM_ICMCONTRAC; did you mean ZMM_ICMCONTRACT?"),
        ("[fields.ZMM_ICMCONTRACT]\nNAM = 'X'", "ZMM_ICMCONTRACT has no field NAM; did you mean NAME?"),
        ("[fields.ZMM_ICMCONTRACT]\nNAME = 'sysid'", "two fields of ZMM_ICMCONTRACT would have the name SYSID"),
        ("abap_version = 'v703'", "abap_version"),
        ("abap_version", "cannot be read"),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "zicm.toml").write_text(text)
    with pytest.raises(UserError, match=re.escape(why)):
        AbapMapping.read(tmp_path)


def test_a_folder_without_abap(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no ABAP as abapGit writes it"):
        AbapRepository(tmp_path)


def test_a_folder_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no folder"):
        AbapRepository(tmp_path / "missing")


def test_starting_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    copytree(REFERENCE, tmp_path / "abap")
    settings = tmp_path / "abap" / ".abapgit.xml"
    settings.write_text(settings.read_text("utf-8").replace("/src/", "/other/"), "utf-8")
    with pytest.raises(UserError, match=r"[.]abapgit[.]xml names the folder /other/, which is not there"):
        AbapRepository(tmp_path / "abap")


def test_the_messages_are_those_of_the_simulated_ecc() -> None:
    (messages,) = AbapRepository(REFERENCE).objects("MSAG")
    lines = [line for line in messages.all("T100") if line.findtext("MSGNR")]
    texts = {("ZMM_ICM", line.findtext("MSGNR", "")): line.findtext("TEXT") for line in lines}
    del texts["ZMM_ICM", "019"]  # there are no other sessions here
    assert texts.items() <= T100.items()
